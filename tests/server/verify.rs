//! `verify` finds what was changed behind the program's back, and explains what honest working may bring.

use crate::support::{DAY, District, HOUR, MORNING, commune, tablet::Tablet};
use hailong::wire::{bundle::Line, canon};
use hailong::{
    domain::time::LocalDay,
    store::{
        FILE,
        verify::{Finding, Report, verify},
    },
};

/// A district with a bit of everything that is allowed.
fn lived_in() -> District {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let (mut a, mut b) = (d.tablet(1), d.tablet(2));
    let mut first = a.voted(1, None, 6, MORNING);
    first.push(&b"\xffnot json"[..]);
    first.lines.push(Line::Hole(hailong::wire::chain::leaf(b"gone")));
    first.push(format!(
        r#"{{"abandoned":2,"cast":6,"day":{},"kind":"day","started":8,"step":0}}"#,
        LocalDay::of(MORNING).0 - 1
    ));
    a.deliver(&d.store, &first, MORNING);
    let behind = first.tip_at(&a, 3);
    let fork = a.voted(2, Some(behind), 1, MORNING);
    a.deliver(&d.store, &fork, MORNING + HOUR);
    let mut other = first.clone();
    other.lines[2] = Line::Record(canon::line_of(&a.ballot(1, MORNING)).into_bytes());
    a.deliver(&d.store, &other, MORNING + HOUR);

    let mut survey = crate::support::tablet::default_survey();
    survey["name"] = "Phiếu khác".into();
    b.survey = hailong::wire::survey_id(&survey);
    let mut unread = b.voted(1, None, 2, MORNING);
    b.deliver(&d.store, &unread, MORNING);
    d.store.checkpoint(MORNING + DAY).unwrap();
    // The half month is over.
    d.store.release_due(MORNING + 8 * DAY).unwrap();
    b.surveys.insert(b.survey.to_string(), survey);
    b.counter = stranger;
    unread.push(canon::line_of(&b.ballot(2, MORNING)));
    let run = unread.run(&b, 0, 4);
    let mut header = b.header(vec![run], Some(unread.tip(&b)), MORNING + DAY);
    header.checkpoint = d.store.read(hailong::store::checkpoint::newest).unwrap();
    let bytes = hailong::wire::bundle::seal(&b.key, &header, &unread.lines);
    b.send(&d.store, &bytes, MORNING + DAY);
    let key = hailong::store::decisions::Key {
        device: b.key.id(),
        epoch: unread.id,
        seq: 3,
    };
    d.store
        .write(move |tx| tx.decide(&[key], true, "lan", "máy mượn", MORNING + DAY))
        .unwrap();
    d
}

/// Does what the triggers forbid, then verifies.
fn after(d: &District, sql: &str) -> Report {
    let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    crate::support::drop_triggers(&conn);
    conn.execute_batch(sql).unwrap();
    verify(d.store.dir()).unwrap()
}

#[test]
fn a_lived_in_district_verifies_and_lists_what_somebody_should_know() {
    let d = lived_in();
    let report = verify(d.store.dir()).unwrap();
    assert_eq!(report.broken, [], "nothing is unexplained");
    let kinds: Vec<_> = report.listed.iter().map(|found| found.kind).collect();
    for kind in ["fork", "conflict", "hole", "malformed"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    assert_eq!((report.records, report.ballots, report.exit_code()), (16, 10, 0));
    assert_eq!(
        verify(&d.dir.path().join("nowhere")).err().map(|e| e.is_permanent()),
        Some(true)
    );
}

#[test]
fn retention_is_explained_and_the_rest_still_verifies() {
    let d = lived_in();
    let before = LocalDay::of(MORNING + DAY);
    assert!(d.store.write(move |tx| tx.retain(before, MORNING + 2 * DAY)).unwrap() > 5);
    let report = verify(d.store.dir()).unwrap();
    assert_eq!(report.broken, []);
    assert!(report.listed.iter().any(|found| found.kind == "retention"));
}

#[test]
fn counts_are_held_to_the_records_and_answers_to_what_retention_took() {
    let answers = "update rollup set answer = (select no from word where text = 'thai_do')
        where answer = (select no from word where text = '4')";
    for sql in [
        "update rollup set n = n + 1 where question = 0",
        "update rollup set n = n + 1 where question > 0",
        "delete from rollup where question > 0",
        "update rollup set moment = 3 where question = 0",
        "insert into retention select no + 9, before_day + 99, upto + 99, pos from retention",
        answers,
    ] {
        let d = lived_in();
        let before = LocalDay::of(MORNING + DAY);
        d.store.write(move |tx| tx.retain(before, MORNING + 2 * DAY)).unwrap();
        // Late ballots of a day whose first ballots are only counts by now.
        let mut late = d.tablet(6);
        let epoch = late.voted(7, None, 2, MORNING);
        late.deliver(&d.store, &epoch, MORNING + 2 * DAY);
        d.store
            .write(move |tx| tx.retain(LocalDay(before.0 - 9), MORNING + 3 * DAY))
            .unwrap();
        assert_eq!(verify(d.store.dir()).unwrap().broken, []);
        assert_eq!(after(&d, sql).exit_code(), 1, "{sql}");
    }
}

#[test]
fn whatever_is_changed_behind_the_program_is_found_and_named() {
    let cases: &[(&str, &str)] = &[
        (
            "update record set leaf = zeroblob(32) where epoch_no = 1 and seq = 2",
            "/0101010101010101/2",
        ),
        (
            "update body set bytes = substr(bytes, 1, length(bytes) - 1) where epoch_no = 1 and seq = 2",
            "/0101010101010101/2",
        ),
        (
            "update body set bytes = cast('{}' as blob) where epoch_no = 1 and seq = 2",
            "/0101010101010101/2",
        ),
        (
            "delete from record where epoch_no = 1 and seq = 3",
            "/0101010101010101/3",
        ),
        ("delete from body where epoch_no = 1 and seq = 3", "/0101010101010101/3"),
        (
            "insert into record select epoch_no, 99, leaf, kind, state, day, hour, counter_no, marks, pos from record where seq = 2 and epoch_no = 1",
            "/0101010101010101/99",
        ),
        ("update record set state = 31 where epoch_no = 1 and seq = 2", "log/"),
        (
            "update record set day = day - 40 where epoch_no = 1 and seq = 2",
            "log/",
        ),
        ("update record set pos = pos + 1 where epoch_no = 1 and seq = 2", "log/"),
        // In no sum of ballots: only the digest of the rows in the log tells.
        (
            "update record set marks = marks + 1 where epoch_no = 1 and seq = 2",
            "log/",
        ),
        ("delete from conflict", "/0101010101010101/2"),
        (
            "update log set body = replace(body, 'Quầy 1', 'Quầy 9') where kind = 'node'",
            "log/",
        ),
        ("delete from log where pos = 5", "log/5"),
        ("update log set head = zeroblob(32) where pos = 7", "log/7"),
        ("delete from decision where no = 1", "log/"),
        ("update decision set to_state = 5 where no = 1", "log/"),
        ("update release set upto = upto - 1", "log/"),
        ("update release set from_day = from_day + 1", "log/"),
        ("update release set to_day = 20000", "log/"),
        ("delete from release", "log/"),
        ("update rollup set n = n + 1 where question = 0", "rollup/2026-11-23/1"),
        (
            "update rollup set answer = (select no from word where text = 'thai_do') where answer = (select no from word where text = '4')",
            "rollup/2026-11-23/1",
        ),
        ("delete from rollup where question <> 0", "rollup/2026-11-23/1"),
        (
            "update epoch set ballots = ballots + 1 where no = 1",
            "/0101010101010101/",
        ),
        ("update device set public_key = zeroblob(32) where no = 1", ""),
        // Rows that decide how figures are read, not what was cast.
        ("update counter set node_no = 2 where no = 1", "counter/1"),
        ("update counter set name = 'Quầy 9' where no = 2", "counter/2"),
        (
            "insert into counter select 9, zeroblob(16), 1, name, moment, field, 0, null from counter where no = 1",
            "counter/9",
        ),
        ("update node set parent_no = 1 where no = 2", "node/2"),
        ("update device set counter_no = 2 where no = 1", "A"),
        ("update device set revoked_pos = 3 where no = 1", "A"),
        (
            "update setup set document = replace(document, 'Quầy 1', 'Quầy 9') where device_no = 1",
            "A",
        ),
        (
            "update survey set doc = replace(doc, 'Thái độ', 'Thai độ') where no = 1",
            "survey/",
        ),
        ("update decision set who = 'minh'", "log/"),
        (
            "insert into release select no + 50, counter_no, upto + 1, day, ballots, pos, from_day, to_day from release where no = 1",
            "log/",
        ),
        ("update visit_day set abandoned = 0", "/0101010101010101/9"),
        ("delete from visit_day", "/0101010101010101/9"),
        (
            "insert into visit_day select epoch_no, 1, day, device_no, counter_no, 9, 0, 9, 0 from visit_day",
            "/0101010101010101/1",
        ),
        (
            "update opening set draft = 1 where prev_epoch_no is null",
            "/0101010101010101/0",
        ),
        (
            "update opening set prev_seq = 7 where prev_seq is not null",
            "/0202020202020202/0",
        ),
        (
            "delete from opening where prev_epoch_no is not null",
            "/0202020202020202/0",
        ),
        ("update opening set mark_epoch_no = 1", "/0202020202020202/0"),
        ("delete from claim", "/0101010101010101"),
        ("update claim set ballots = 1", "/0101010101010101"),
        ("update meta set value = zeroblob(16) where name = 'generation'", "log/"),
        // Who may enrol: a code that nobody made, a used one made new, one that lives on, one of another counter.
        (
            "insert into code select zeroblob(32), counter_no, expires, null, pos from code limit 1",
            "log/",
        ),
        ("update code set device_no = null", "log/"),
        ("update code set expires = expires + 86400", "log/"),
        ("update code set counter_no = 2", "log/"),
        ("delete from code", "log/"),
    ];
    for (sql, place) in cases {
        let d = lived_in();
        let device = d.store.read(hailong::store::devices::all).unwrap()[0].id.to_string();
        let place = if *place == "A" { &*device } else { place };
        let report = after(&d, sql);
        assert_eq!(report.exit_code(), 1, "{sql}");
        let named = report.broken.iter().any(|found| found.place.contains(place));
        assert!(named, "{sql}: {:#?}", report.broken);
    }
}

#[test]
fn an_alarm_that_somebody_deleted_is_listed_all_the_same() {
    let d = lived_in();
    let before = verify(d.store.dir()).unwrap().listed;
    let after = after(&d, "delete from alarm").listed;
    let named = |found: &[Finding]| -> Vec<_> { found.iter().map(|f| (f.kind, f.place.clone())).collect() };
    assert_eq!(named(&before), named(&after));
}

#[test]
fn a_log_whose_end_was_cut_off_is_found_by_the_next_heartbeat_of_a_tablet_that_was_told_of_it() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 5, MORNING);
    tablet.deliver(&d.store, &epoch, MORNING);
    let whole = d.store.read(hailong::store::log::head).unwrap().pos;
    d.store
        .write(|tx| tx.log_export("lan", "evidence", Some("xem phiếu"), serde_json::Value::Null, MORNING))
        .unwrap();
    let told = d.store.checkpoint(MORNING + DAY).unwrap();
    let heartbeat = |tablet: &mut Tablet| {
        let mut header = tablet.header(vec![], Some(epoch.tip(tablet)), MORNING + DAY);
        header.checkpoint = Some(told.clone());
        let bytes = hailong::wire::bundle::seal(&tablet.key, &header, &[]);
        tablet.send(&d.store, &bytes, MORNING + DAY).position
    };
    assert_eq!(heartbeat(&mut tablet), told.size + 1, "one that agrees is no entry");
    let report = after(&d, &format!("delete from log where pos > {whole}"));
    assert_eq!(report.broken, [], "nothing in the folder knows of the export any more");
    assert_eq!(heartbeat(&mut tablet), told.size, "this one is evidence, and logged");
    assert_eq!(heartbeat(&mut tablet), told.size, "once");
    let report = verify(d.store.dir()).unwrap();
    let found: Vec<_> = report.broken.iter().map(|found| (found.kind, &*found.place)).collect();
    assert_eq!(found, [("checkpoint", &*format!("log/{}", told.size))]);
    let alarms = d.store.read(|conn| hailong::store::alarms::all(conn, 9)).unwrap();
    assert_eq!((alarms.len(), &*alarms[0].kind), (1, "log"));
}

#[test]
fn a_log_that_was_rewritten_from_the_start_contradicts_the_checkpoint_a_tablet_repeats() {
    let d = lived_in();
    // The operator drops a node's entry and chains everything anew, with his own key.
    let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    for name in ["log_no_update", "log_no_delete"] {
        conn.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    conn.execute_batch("update counter set name = 'Quầy 8' where name = 'Quầy 2'")
        .unwrap();
    let mut entries: Vec<(i64, String)> = conn
        .prepare("select pos, body from log order by pos")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut head = hailong::domain::hex::Hex([0; 32]);
    for (pos, body) in &mut entries {
        *body = body.replace("Quầy 2", "Quầy 8");
        let leaf = hailong::store::log::leaf(body.as_bytes());
        head = hailong::store::log::link(&head, &leaf);
        conn.execute(
            "update log set body = ?2, leaf = ?3, head = ?4 where pos = ?1",
            (*pos, &*body, leaf.0, head.0),
        )
        .unwrap();
    }
    let report = verify(d.store.dir()).unwrap();
    assert!(
        report.broken.iter().all(|found| found.kind == "checkpoint"),
        "{:#?}",
        report.broken
    );
    assert_eq!(
        report.broken.len(),
        2,
        "its own checkpoint entry, and the one in the tablet's signed header"
    );
}
