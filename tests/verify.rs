//! `verify` finds what was changed behind the program's back, and explains what honest working may bring.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod support;

use hailong::store::{
    FILE,
    verify::{Report, verify},
};
use hailong::wire::{bundle::Line, canon};
use support::{DAY, District, HOUR, MORNING, commune};

/// A district with a bit of everything that is allowed.
fn lived_in() -> District {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let (mut a, mut b) = (d.tablet(1), d.tablet(2));
    let mut first = a.voted(1, None, 6, MORNING);
    first.push(&b"\xffnot json"[..]);
    first.lines.push(Line::Hole(hailong::wire::chain::leaf(b"gone")));
    let bytes = a.bundle(&first, MORNING);
    a.send(&d.store, &bytes, MORNING);
    let behind = first.tip_at(&a, 3);
    let fork = a.voted(2, Some(behind), 1, MORNING);
    let bytes = a.bundle(&fork, MORNING + HOUR);
    a.send(&d.store, &bytes, MORNING + HOUR);
    let mut other = first.clone();
    other.lines[2] = Line::Record(canon::line_of(&a.ballot(1, MORNING)).into_bytes());
    let bytes = a.bundle(&other, MORNING + HOUR);
    a.send(&d.store, &bytes, MORNING + HOUR);

    let mut survey = support::tablet::default_survey();
    survey["name"] = "Phiếu khác".into();
    b.survey = hailong::wire::survey_id(&survey);
    let mut unread = b.voted(1, None, 2, MORNING);
    let bytes = b.bundle(&unread, MORNING);
    b.send(&d.store, &bytes, MORNING);
    d.store.checkpoint(MORNING + DAY).unwrap();
    d.store.release_due(MORNING + DAY).unwrap();
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
    let triggers: Vec<String> = conn
        .prepare("select name from sqlite_master where type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in triggers {
        conn.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
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
    assert_eq!((report.records, report.ballots, report.exit_code()), (15, 10, 0));
    assert_eq!(
        verify(&d.dir.path().join("nowhere")).err().map(|e| e.is_permanent()),
        Some(true)
    );
}

#[test]
fn retention_is_explained_and_the_rest_still_verifies() {
    let d = lived_in();
    let before = hailong::domain::time::LocalDay::of(MORNING + DAY);
    assert!(d.store.write(move |tx| tx.retain(before, MORNING + 2 * DAY)).unwrap() > 5);
    let report = verify(d.store.dir()).unwrap();
    assert_eq!(report.broken, []);
    assert!(report.listed.iter().any(|found| found.kind == "retention"));
    let report = after(
        &d,
        "update rollup set n = n + 1 where question = 0 and rowid is not null"
            .replace(" and rowid is not null", "")
            .as_str(),
    );
    assert_eq!(report.broken[0].kind, "rollup", "counts are still held to the records");
}

#[test]
fn whatever_is_changed_behind_the_program_is_found_and_named() {
    let cases: &[(&str, &str)] = &[
        (
            "update record set leaf = zeroblob(32) where epoch_no = 1 and seq = 2",
            "/0101010101010101/2",
        ),
        (
            "update body set bytes = cast(replace(cast(bytes as text), '4', '5') as blob) where epoch_no = 1 and seq = 2",
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
    ];
    for (sql, place) in cases {
        let d = lived_in();
        let report = after(&d, sql);
        assert_eq!(report.exit_code(), 1, "{sql}");
        let named = report.broken.iter().any(|found| found.place.contains(place));
        assert!(named, "{sql}: {:#?}", report.broken);
    }
}

#[test]
fn a_log_that_was_rewritten_from_the_start_contradicts_the_checkpoint_a_tablet_repeats() {
    let d = lived_in();
    // The operator drops a node's entry and chains everything anew, with his own key.
    let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    for name in ["log_no_update", "log_no_delete"] {
        conn.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
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
