//! The store's conformance suite: stories told to its own methods, with real SQLite files. A second engine must tell
//! the same ones.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod support;

use hailong::domain::{hex::Hex, ids::CounterId, policy};
use hailong::store::{
    CreateOptions, Store, StoreError,
    decisions::{self, Key},
    devices,
    enrol::Outcome,
    places, release,
    state::State,
    surveys,
};
use hailong::wire::{
    self,
    answer::Code,
    bundle::Line,
    canon, chain,
    record::{Day, Open, Why},
};
use support::{DAY, District, HOUR, MORNING, commune, tablet::Tablet};

/// Ballots per state, from the rollups.
fn counts(store: &Store) -> Vec<(State, i64)> {
    store
        .read(|conn| {
            let mut rows =
                conn.prepare("select state, sum(n) from rollup where question = 0 group by state order by state")?;
            let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
            Ok(rows
                .map(|row| row.map(|(s, n)| (State::from_code(s).unwrap(), n)).unwrap())
                .collect())
        })
        .unwrap()
}

fn one(store: &Store, sql: &str) -> i64 {
    store
        .read(|conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))
        .unwrap()
}

#[test]
fn a_ballot_becomes_a_record_a_rollup_and_a_receipt_that_covers_it() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 3, MORNING);
    let receipt = tablet.deliver(&d.store, &epoch, MORNING + HOUR);
    assert_eq!(
        (receipt.held, receipt.revoked, receipt.received),
        (4, false, MORNING + HOUR)
    );
    assert_eq!(receipt.runs.len(), 1);
    assert_eq!(
        (receipt.runs[0].first, receipt.runs[0].last, receipt.runs[0].head),
        (0, 3, epoch.head_at(&tablet, 3))
    );
    assert_eq!(receipt.position, one(&d.store, "select max(pos) from log") as u64);
    assert_eq!(counts(&d.store), [(State::Counted, 3)]);
    let fours = "select sum(r.n) from rollup r join word q on q.no = r.question join word a on a.no = r.answer
        where q.text = 'hai_long' and a.text = '4'";
    assert_eq!(one(&d.store, fours), 3);
    assert_eq!(one(&d.store, "select hour from record where seq = 1"), 9);
}

#[test]
fn what_is_known_already_is_answered_again_but_not_logged_again() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 3, MORNING);
    let first = tablet.deliver(&d.store, &epoch, MORNING);
    let before = one(&d.store, "select max(pos) from log");
    let again = tablet.bundle(&epoch, MORNING + HOUR);
    let second = tablet.send(&d.store, &again, MORNING + HOUR);
    assert_eq!((first.held, &first.runs), (second.held, &second.runs));
    assert_eq!(one(&d.store, "select max(pos) from log"), before);
    assert_eq!(counts(&d.store), [(State::Counted, 3)]);
}

#[test]
fn eight_identical_bundles_in_parallel_all_get_a_receipt_and_make_one_row_each() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 5, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(tablet.send(&d.store, &bytes, MORNING).held, 6));
        }
    });
    assert_eq!(one(&d.store, "select count(*) from record"), 6);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'bundle'"), 1);
}

#[test]
fn parts_that_come_out_of_order_overlap_or_leave_a_gap_are_all_stored() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 9, MORNING);
    for (first, count, held) in [(6, 2, 2), (3, 5, 5), (0, 2, 7), (1, 4, 8), (0, 10, 10)] {
        let bytes = tablet.part(&epoch, first, count, MORNING);
        assert_eq!(tablet.send(&d.store, &bytes, MORNING).held, held);
    }
    assert_eq!(counts(&d.store), [(State::Counted, 9)]);
    assert!(d.store.read(hailong::store::alarms::missing).unwrap().is_empty());
}

#[test]
fn another_line_for_a_known_key_is_kept_as_a_conflict_and_the_first_stays() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 2, MORNING);
    tablet.deliver(&d.store, &epoch, MORNING);
    let mut other = epoch.clone();
    other.lines[2] = Line::Record(canon::line_of(&tablet.ballot(1, MORNING)).into_bytes());
    for _ in 0..2 {
        let receipt = tablet.deliver(&d.store, &other, MORNING);
        assert_eq!(
            (receipt.held, receipt.runs[0].head),
            (4, other.head_at(&tablet, 2)),
            "the receipt covers it"
        );
    }
    assert_eq!(counts(&d.store), [(State::Counted, 2), (State::QuarantinedConflict, 1)]);
    let alarms = d.store.read(|conn| hailong::store::alarms::all(conn, 9)).unwrap();
    assert_eq!(
        (alarms.len(), alarms[0].kind.as_str(), alarms[0].seq),
        (1, "conflict", 2)
    );
}

#[test]
fn lines_that_are_deep_not_utf8_or_too_long_are_stored_as_quarantined_and_the_rest_goes_on() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.voted(1, None, 1, MORNING);
    epoch.push(b"[".repeat(3000));
    epoch.push(&b"\xff\xfe{}"[..]);
    epoch.push(format!("{{\"kind\":\"x\",\"a\":\"{}\"}}", "a".repeat(5000)));
    epoch.push(&b""[..]);
    epoch.push(&b"{\"kind\":\"from the future\"}"[..]);
    epoch.lines.push(Line::Hole(chain::leaf(b"lost")));
    epoch.push(canon::line_of(&tablet.ballot(5, MORNING)));
    let bytes = tablet.bundle(&epoch, MORNING);
    let receipt = tablet.send(&d.store, &bytes, MORNING);
    assert_eq!((receipt.held, receipt.runs[0].last), (9, 8));
    assert_eq!(
        counts(&d.store),
        [(State::Counted, 2), (State::QuarantinedMalformed, 4)]
    );
    assert_eq!(
        one(&d.store, "select count(*) from body"),
        8,
        "bytes are kept, of a hole there are none"
    );
}

#[test]
fn ballots_of_an_unknown_survey_wait_and_count_once_a_tablet_brings_it() {
    let d = District::new();
    let (mut tablet, mut other) = (d.tablet(1), d.tablet(2));
    let mut survey = support::tablet::default_survey();
    survey["name"] = "Phiếu khác".into();
    let id = wire::survey_id(&survey);
    (tablet.survey, other.survey) = (id, id);
    let epoch = tablet.voted(1, None, 2, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    assert_eq!(tablet.send(&d.store, &bytes, MORNING).wanted, [id]);
    assert_eq!(counts(&d.store), [(State::UnreadSurvey, 2)]);

    // A document with another hash is not what was asked for.
    other.surveys.insert(id.to_string(), support::tablet::default_survey());
    let theirs = other.voted(1, None, 1, MORNING);
    let bytes = other.bundle(&theirs, MORNING);
    assert_eq!(other.send(&d.store, &bytes, MORNING).wanted, [id]);

    other.surveys.insert(id.to_string(), survey);
    let header = other.header(vec![], None, MORNING);
    let heartbeat = wire::bundle::seal(&other.key, &header, &[]);
    other.send(&d.store, &heartbeat, MORNING);
    assert_eq!(counts(&d.store), [(State::Counted, 3)]);
    assert_eq!(one(&d.store, "select count(*) from decision"), 3);
    assert_eq!(
        one(
            &d.store,
            "select sum(n) from rollup r join word w on w.no = r.answer where w.text = '4'"
        ),
        3
    );
    let bytes = tablet.bundle(&epoch, MORNING);
    assert!(tablet.send(&d.store, &bytes, MORNING).wanted.is_empty());
    let key = Key {
        device: tablet.key.id(),
        epoch: epoch.id,
        seq: 1,
    };
    assert_eq!(
        d.store.read(|conn| decisions::state_now(conn, key)).unwrap(),
        State::Counted
    );
}

#[test]
fn a_counter_of_another_unit_is_quarantined_until_a_person_decides() {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.epoch(1, None);
    for counter in [d.counters[1], stranger, CounterId(uuid::Uuid::from_u128(7))] {
        tablet.counter = counter;
        epoch.push(canon::line_of(&tablet.ballot(4, MORNING)));
    }
    tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!(counts(&d.store), [(State::Counted, 1), (State::QuarantinedCounter, 2)]);
    let key = |seq| Key {
        device: tablet.key.id(),
        epoch: epoch.id,
        seq,
    };
    let (first, second) = (key(1), key(2));
    d.store
        .write(move |tx| tx.decide(&[first, second], true, "lan", "máy mượn", MORNING))
        .unwrap();
    assert_eq!(counts(&d.store), [(State::Counted, 2), (State::QuarantinedCounter, 1)]);
    d.store
        .write(move |tx| tx.decide(&[first, second], false, "lan", "nhầm", MORNING))
        .unwrap();
    assert_eq!(
        counts(&d.store),
        [(State::Counted, 1), (State::QuarantinedCounter, 2)],
        "counted at arrival stays counted"
    );
}

#[test]
fn a_decided_ballot_whose_survey_is_unknown_waits_for_it() {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let mut tablet = d.tablet(1);
    let mut survey = support::tablet::default_survey();
    survey["name"] = "Phiếu khác".into();
    (tablet.survey, tablet.counter) = (wire::survey_id(&survey), stranger);
    let epoch = tablet.voted(1, None, 2, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    assert!(
        tablet.send(&d.store, &bytes, MORNING).wanted.is_empty(),
        "nobody decided yet"
    );
    let key = |seq| Key {
        device: tablet.key.id(),
        epoch: epoch.id,
        seq,
    };
    let (first, second) = (key(1), key(2));
    d.store
        .write(move |tx| tx.decide(&[first, second], true, "lan", "máy mượn", MORNING))
        .unwrap();
    d.store
        .write(move |tx| tx.decide(&[second], false, "lan", "nhầm", MORNING))
        .unwrap();
    assert_eq!(
        counts(&d.store),
        [(State::UnreadSurvey, 1), (State::QuarantinedCounter, 1)]
    );
    tablet.surveys.insert(tablet.survey.to_string(), survey);
    let header = tablet.header(vec![], None, MORNING);
    let heartbeat = wire::bundle::seal(&tablet.key, &header, &[]);
    assert!(tablet.send(&d.store, &heartbeat, MORNING).wanted.is_empty());
    assert_eq!(counts(&d.store), [(State::Counted, 1), (State::QuarantinedCounter, 1)]);
    assert_eq!(hailong::store::verify::verify(d.store.dir()).unwrap().broken, []);
}

#[test]
fn a_reception_point_belongs_to_its_commune() {
    let d = District::new();
    let commune = d.store.read(places::nodes).unwrap()[0].id;
    let counter = d
        .store
        .write(move |tx| {
            let node = places::NewNode {
                name: "Điểm tiếp nhận 2".into(),
                parent: Some(commune),
                kind: None,
                contact: None,
            };
            let node = tx.add_node(&node, MORNING)?;
            let moment = hailong::domain::ballot::Moment::Result;
            tx.add_counter(
                &places::NewCounter {
                    name: "Quầy A".into(),
                    node,
                    moment,
                    field: None,
                },
                MORNING,
            )
        })
        .unwrap();
    let mut tablet = d.tablet(1);
    tablet.counter = counter;
    let epoch = tablet.voted(1, None, 1, MORNING);
    tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!(counts(&d.store), [(State::Counted, 1)]);
}

#[test]
fn a_revoked_device_is_told_so_and_its_ballots_are_kept_but_not_counted() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    d.store.revoke(tablet.key.id(), MORNING).unwrap();
    d.store.revoke(tablet.key.id(), MORNING).unwrap();
    let epoch = tablet.voted(1, None, 2, MORNING);
    let receipt = tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!((receipt.revoked, receipt.held), (true, 3));
    assert_eq!(counts(&d.store), [(State::QuarantinedRevoked, 2)]);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'revoke'"), 1);
}

#[test]
fn practice_ballots_are_stored_and_count_nowhere() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.epoch(1, None);
    let mut ballot = tablet.ballot(5, MORNING);
    ballot.practice = true;
    epoch.push(canon::line_of(&ballot));
    tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!(counts(&d.store), [(State::Practice, 1)]);
    assert_eq!(one(&d.store, "select count(*) from rollup where question <> 0"), 0);
}

#[test]
fn a_clock_off_by_ten_years_is_corrected_and_one_that_stepped_is_undated() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let ten_years = 3650 * DAY;
    let mut epoch = tablet.voted(1, None, 1, MORNING + ten_years);
    let bytes = tablet.bundle(&epoch, MORNING + ten_years + HOUR);
    tablet.send(&d.store, &bytes, MORNING + HOUR);
    let today = hailong::domain::time::LocalDay::of(MORNING).0;
    assert_eq!(one(&d.store, "select day from record where kind = 1"), today);
    assert_eq!(one(&d.store, "select marks from record where kind = 1"), 4);
    // The clock is set right: the step goes up, and what was cast before is not dated any more.
    epoch.push(canon::line_of(&tablet.ballot(4, MORNING + ten_years)));
    epoch.push(canon::line_of(&tablet.ballot(4, i64::MAX)));
    epoch.push(canon::line_of(&tablet.ballot(4, MORNING + 2 * HOUR)));
    tablet.step = 1;
    tablet.deliver(&d.store, &epoch, MORNING + 3 * HOUR);
    assert_eq!(
        counts(&d.store),
        [(State::Counted, 2), (State::Undated, 2)],
        "between the last receipt and now is believed"
    );
}

#[test]
fn late_and_old_are_two_different_marks() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 1, MORNING);
    let mut newer = support::tablet::default_survey();
    newer["name"] = "Phiếu 2027".into();
    d.store
        .write(move |tx| tx.publish_survey(&newer.to_string(), MORNING))
        .unwrap();
    tablet.deliver(&d.store, &epoch, MORNING + 3 * DAY);
    assert_eq!(one(&d.store, "select marks from record where kind = 1"), 1 | 2);
    assert_eq!(counts(&d.store), [(State::Counted, 1)]);
}

#[test]
fn two_epochs_with_the_same_prev_and_a_prev_behind_the_tip_are_forks_and_all_branches_count() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 4, MORNING);
    let behind = first.tip_at(&tablet, 2);
    let second = tablet.voted(2, Some(behind), 1, MORNING);
    let third = tablet.voted(3, Some(behind), 1, MORNING);
    // The branches come before the trunk: nobody can know yet.
    for epoch in [&second, &third] {
        let bytes = tablet.bundle(epoch, MORNING);
        tablet.send(&d.store, &bytes, MORNING);
    }
    assert_eq!(
        d.store.read(hailong::store::alarms::forks).unwrap().len(),
        1,
        "the same prev twice"
    );
    tablet.deliver(&d.store, &first, MORNING);
    assert_eq!(d.store.read(hailong::store::alarms::forks).unwrap().len(), 2);
    assert_eq!(counts(&d.store), [(State::Counted, 6)]);
}

#[test]
fn at_least_k_missing_is_a_lower_bound_over_every_epoch_that_was_named() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 4, MORNING);
    let second = tablet.voted(2, Some(first.tip(&tablet)), 2, MORNING);
    let missing = |d: &District| -> u64 {
        d.store
            .read(hailong::store::alarms::missing)
            .unwrap()
            .iter()
            .map(|m| m.ballots)
            .sum()
    };
    let bytes = tablet.part(&second, 0, 2, MORNING);
    tablet.send(&d.store, &bytes, MORNING);
    assert_eq!(missing(&d), 4 + 1, "four of the epoch before, one of this");
    let mut holed = first.clone();
    holed.lines[2] = Line::Hole(first.lines[2].leaf());
    tablet.deliver(&d.store, &holed, MORNING);
    assert_eq!(missing(&d), 1, "a hole is not missing");
}

#[test]
fn answers_enter_the_figures_at_midnight_five_at_a_time_or_wait() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.voted(1, None, 4, MORNING);
    tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!(
        d.store.release_due(MORNING + HOUR).unwrap(),
        0,
        "the day has not turned"
    );
    assert_eq!(d.store.release_due(MORNING + DAY).unwrap(), 0, "four wait");
    epoch.push(canon::line_of(&tablet.ballot(1, MORNING)));
    let bytes = tablet.part(&epoch, 5, 1, MORNING + DAY);
    tablet.send(&d.store, &bytes, MORNING + DAY);
    assert_eq!(d.store.release_due(MORNING + DAY + HOUR).unwrap(), 0, "once a day");
    assert_eq!(
        d.store.read(release::waiting).unwrap()[0].1,
        5,
        "the count of ballots is live"
    );
    assert_eq!(
        d.store.release_due(MORNING + 5 * DAY).unwrap(),
        5,
        "several missed nights are one release"
    );
    assert_eq!(one(&d.store, "select count(*) from release"), 1);
    assert_eq!(
        one(&d.store, "select sum(n) from rollup where release = 1 and question = 0"),
        5
    );
    assert!(d.store.read(release::waiting).unwrap().is_empty());
}

#[test]
fn a_demo_folder_releases_at_once_takes_the_headers_clock_and_has_its_places() {
    let d = District::demo();
    assert_eq!((d.store.read(places::nodes).unwrap().len(), d.counters.len()), (2, 6));
    let mut tablet = d.tablet(1);
    assert_eq!(
        (
            tablet.open_setup().practice_since,
            tablet.open_setup().settings.hold,
            tablet.open_setup().demo
        ),
        (None, false, true)
    );
    let long_ago = MORNING - 400 * DAY;
    let epoch = tablet.voted(1, None, 1, long_ago);
    let bytes = tablet.bundle(&epoch, long_ago + HOUR);
    assert_eq!(tablet.send(&d.store, &bytes, MORNING).received, long_ago + HOUR);
    assert_eq!(one(&d.store, "select marks from record where kind = 1"), 0);
    assert_eq!(one(&d.store, "select count(*) from rollup where release = 0"), 0);
}

#[test]
fn a_code_enrols_one_key_and_answers_that_key_the_same_again() {
    let d = District::new();
    let counter = d.counters[0];
    let code = d
        .store
        .make_code(counter, hailong::store::codes::Length::Short, MORNING)
        .unwrap();
    assert_eq!((code.expires, code.code.grouped().len()), (MORNING + 1800, 9));
    let mut tablets: Vec<_> = (1..=3)
        .map(|n| Tablet::new(n, counter, d.store.identity().id))
        .collect();
    let mut enrol = |n: usize, code: String, now| {
        let request = tablets[n].request(Some(code), None);
        d.store.write(move |tx| tx.enrol(&request, now)).unwrap()
    };
    let typed = code.code.grouped().to_lowercase();
    assert!(matches!(
        enrol(0, "0000-0000".into(), MORNING),
        Outcome::Refused(Code::WrongCode)
    ));
    let Outcome::Enrolled(first) = enrol(0, typed.clone(), MORNING + 1799) else {
        panic!()
    };
    let Outcome::Enrolled(again) = enrol(0, typed.clone(), MORNING + 9999) else {
        panic!()
    };
    assert_eq!(
        (&first.token, &first.certificate, &first.setup),
        (&again.token, &again.certificate, &again.setup)
    );
    assert!(matches!(enrol(1, typed, MORNING), Outcome::Refused(Code::UsedCode)));
    let late = d
        .store
        .make_code(counter, hailong::store::codes::Length::Short, MORNING)
        .unwrap()
        .code
        .grouped();
    assert!(matches!(
        enrol(2, late, MORNING + 1800),
        Outcome::Refused(Code::ExpiredCode)
    ));
    assert_eq!(one(&d.store, "select count(*) from device"), 1);
}

#[test]
fn a_certificate_brings_a_forgotten_device_back_and_a_forged_one_does_not() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.enrolled.clone().unwrap();
    // The district is restored from a backup of before the enrolment, and even of before the counter.
    let restored = tempfile::tempdir().unwrap();
    let store = Store::create(
        &restored.path().join("data"),
        CreateOptions {
            demo: false,
            now: MORNING,
        },
    )
    .unwrap();
    commune(&store, "Xã Thử", 1);
    drop(store);
    let file = restored.path().join("data").join(hailong::store::FILE);
    let seed: Vec<u8> = d
        .store
        .read(|c| Ok(c.query_row("select value from meta where name = 'key'", [], |r| r.get(0))?))
        .unwrap();
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute("update meta set value = ?1 where name = 'key'", [seed])
        .unwrap();
    let store = Store::open(&restored.path().join("data")).unwrap();

    let mut enrol = |certificate: &str| {
        let request = tablet.request(None, Some(certificate.to_owned()));
        store.write(move |tx| tx.enrol(&request, MORNING)).unwrap()
    };
    assert!(matches!(enrol("nonsense"), Outcome::Refused(Code::BadCertificate)));
    let forged = first.certificate.replace("\"issued\":1", "\"issued\":2");
    assert!(matches!(enrol(&forged), Outcome::Refused(Code::BadCertificate)));
    let Outcome::Enrolled(again) = enrol(&first.certificate) else {
        panic!()
    };
    assert_eq!((again.token, again.certificate), (first.token, first.certificate));
    assert!(
        store
            .read(|conn| devices::find(conn, tablet.key.id()))
            .unwrap()
            .is_some()
    );
    assert!(
        store.read(|conn| places::counter(conn, d.counters[0])).is_ok(),
        "its counter came back too"
    );
}

#[test]
fn a_setup_is_made_again_only_when_something_changed_and_its_version_only_grows() {
    let d = District::new();
    let tablet = d.tablet(1);
    let (token, first) = (tablet.enrolled.clone().unwrap().token, tablet.open_setup());
    assert_eq!(
        (first.version, first.practice_since),
        (MORNING - 2 * HOUR, Some(MORNING - 2 * HOUR))
    );
    assert!(first.settings.hold);
    d.store.write(|tx| tx.refresh_setups(MORNING)).unwrap();
    assert_eq!(d.store.setup_by_token(&token).unwrap().unwrap().version, first.version);
    // The district's clock stands at an earlier time; the version grows all the same.
    let id = tablet.key.id();
    d.store
        .write(move |tx| tx.return_to_practice(id, MORNING - DAY))
        .unwrap();
    let second = d.store.setup_by_token(&token).unwrap().unwrap();
    assert_eq!(second.version, first.version + 1);
    let setup = wire::setup::Setup::open(&d.store.identity().public_key(), id, second.document.as_bytes()).unwrap();
    assert!(setup.practice_since > first.practice_since);
    assert!(d.store.setup_by_token("00").unwrap().is_none());
}

#[test]
fn evidence_cannot_be_changed_or_deleted_and_bodies_only_by_retention() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 2, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    tablet.send(&d.store, &bytes, MORNING);
    for sql in [
        "update log set body = '{}'",
        "delete from log",
        "insert into log select pos + 2, kind, hour, body, leaf, head from log order by pos desc limit 1",
        "update record set state = 31",
        "delete from record",
        "update body set bytes = x'00'",
        "delete from body",
        "insert into retention_guard values (99999, 99999)",
    ] {
        let done = d.store.write(move |tx| {
            tx.conn()
                .execute(sql, [])
                .map_err(|e| StoreError::Invalid(e.to_string()))
        });
        assert!(matches!(done, Err(StoreError::Invalid(_))), "{sql}: {done:?}");
    }
    let before = hailong::domain::time::LocalDay::of(MORNING + DAY);
    assert_eq!(d.store.write(move |tx| tx.retain(before, MORNING + DAY)).unwrap(), 3);
    assert_eq!(one(&d.store, "select count(*) from record"), 3);
    assert_eq!(one(&d.store, "select count(*) from retention_guard"), 0);
}

#[test]
fn a_request_that_fails_leaves_nothing_and_does_not_hurt_its_neighbours() {
    let d = District::new();
    std::thread::scope(|scope| {
        for n in 0..40 {
            let store = d.store.clone();
            scope.spawn(move || {
                let result = store.write(move |tx| {
                    tx.put_meta(&format!("test.{n}"), b"x")?;
                    tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n}))?;
                    if n % 2 == 0 {
                        Ok(())
                    } else {
                        Err(StoreError::Invalid("no".into()))
                    }
                });
                assert_eq!(result.is_ok(), n % 2 == 0);
            });
        }
    });
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 20);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 20);
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0, "no gaps");
}

#[test]
fn a_commit_that_fails_is_told_to_the_one_it_was_for_and_leaves_nothing() {
    let d = District::new();
    // A reference to nowhere, looked at only by the commit itself.
    let broken = d.store.write(|tx| {
        let conn = tx.conn();
        conn.pragma_update(None, "defer_foreign_keys", "on")?;
        conn.execute(
            "insert into counter (id, node_no, name, moment, valid_from) values (x'00', 999, 'Quầy ma', 'result', 0)",
            [],
        )?;
        Ok(())
    });
    assert!(matches!(broken, Err(StoreError::Busy(_))), "{broken:?}");
    assert_eq!(one(&d.store, "select count(*) from counter where name = 'Quầy ma'"), 0);
    d.store.write(|_| Ok(())).unwrap();
}

#[test]
fn a_second_program_may_write_beside_the_first_and_the_log_stays_one_chain() {
    let d = District::new();
    let second = Store::open(d.store.dir()).unwrap();
    std::thread::scope(|scope| {
        for store in [&d.store, &second] {
            scope.spawn(move || {
                for n in 0..20 {
                    store
                        .write(move |tx| tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n})))
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 40);
}

#[test]
fn a_day_record_tells_of_visits_and_a_checkpoint_is_made_once_a_day() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.voted(1, None, 1, MORNING);
    let day = hailong::domain::time::LocalDay::of(MORNING).0;
    epoch.push(canon::line_of(&Day {
        abandoned: 2,
        cast: 1,
        comments: 0,
        day,
        started: 3,
        step: 0,
    }));
    let bytes = tablet.bundle(&epoch, MORNING);
    assert!(tablet.send(&d.store, &bytes, MORNING).checkpoint.is_none());
    assert_eq!(
        one(
            &d.store,
            &format!("select started * 100 + abandoned * 10 + cast_count from visit_day where day = {day}")
        ),
        321
    );
    let made = d.store.checkpoint(MORNING).unwrap();
    assert_eq!(d.store.checkpoint(MORNING + HOUR).unwrap(), made);
    assert!(hailong::store::checkpoint::holds(
        &made,
        &d.store.identity().public_key()
    ));
    assert!(d.store.checkpoint(MORNING + DAY).unwrap().size > made.size);
    let bytes = tablet.bundle(&epoch, MORNING + DAY);
    assert_eq!(
        tablet.send(&d.store, &bytes, MORNING).checkpoint.unwrap().day,
        made.day + 1
    );
}

#[test]
fn a_folder_is_created_once_and_the_default_survey_is_published() {
    let d = District::new();
    let again = Store::create(
        d.store.dir(),
        CreateOptions {
            demo: false,
            now: MORNING,
        },
    );
    assert!(matches!(again, Err(StoreError::Exists(_))));
    assert!(matches!(
        Store::open(&d.dir.path().join("other")),
        Err(StoreError::Missing(_))
    ));
    let known = d.store.read(surveys::all).unwrap();
    assert_eq!(known[0].id, wire::survey_id(&support::tablet::default_survey()));
    assert_ne!(d.store.identity().generation, Hex([0; 16]));
    assert_eq!(policy::MIN_CELL, 5);
    let open = Open {
        mark: None,
        prev: None,
        why: Why::New,
    };
    assert!(canon::line_of(&open).contains("\"kind\":\"open\""));
}

#[test]
fn on_a_full_disk_nothing_is_half_written_and_what_fits_goes_on() {
    let d = District::new();
    let limit = |store: &Store, extra: i64| {
        store
            .write(move |tx| {
                let pages: i64 = tx.conn().query_row("pragma page_count", [], |row| row.get(0))?;
                tx.conn().pragma_update(None, "max_page_count", pages + extra)?;
                Ok(())
            })
            .unwrap();
    };
    limit(&d.store, 2);
    std::thread::scope(|scope| {
        for n in 0..16 {
            let store = d.store.clone();
            scope.spawn(move || {
                let size = if n % 2 == 0 { 10 } else { 1_000_000 };
                let result = store.write(move |tx| {
                    tx.log(hailong::store::log::Kind::View, MORNING, serde_json::json!({"n": n}))?;
                    tx.put_meta(&format!("test.{n}"), &vec![7; size])
                });
                assert_eq!(result.is_ok(), n % 2 == 0, "{n}: {result:?}");
            });
        }
    });
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 8);
    assert_eq!(one(&d.store, "select count(*) from log where kind = 'view'"), 8);
    assert_eq!(one(&d.store, "select max(pos) - count(*) from log"), 0);
    limit(&d.store, 1_000_000);
    d.store
        .write(|tx| tx.put_meta("test.more", &vec![7; 1_000_000]))
        .unwrap();
}

#[test]
fn a_request_that_panics_fails_alone() {
    let d = District::new();
    let result = d.store.write(|tx| {
        tx.put_meta("test.half", b"x")?;
        if tx.conn().is_autocommit() {
            Ok(())
        } else {
            panic!("a bug in a request")
        }
    });
    assert!(matches!(result, Err(StoreError::Busy(_))));
    assert_eq!(one(&d.store, "select count(*) from meta where name = 'test.half'"), 0);
    d.store.write(|tx| tx.put_meta("test.next", b"x")).unwrap();
}

#[tokio::test]
async fn when_too_much_waits_the_rest_is_told_to_come_back_and_what_waits_is_done() {
    let d = District::new();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (started, running) = std::sync::mpsc::channel::<()>();
    let slow = d.store.clone();
    let slow = std::thread::spawn(move || {
        slow.write(move |_| {
            let _ = started.send(());
            let _ = wait.recv();
            Ok(())
        })
    });
    running.recv().unwrap();
    let asked: Vec<_> = (0..600)
        .map(|n| {
            let store = d.store.clone();
            tokio::spawn(async move {
                store
                    .write_async(move |tx| tx.put_meta(&format!("test.{n}"), b"x"))
                    .await
            })
        })
        .collect();
    while asked.iter().filter(|task| task.is_finished()).count() < 88 {
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    let mut done = 0;
    for task in asked {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert!(matches!(error, StoreError::Busy(_))),
        }
    }
    assert_eq!(done, 512);
    assert_eq!(one(&d.store, "select count(*) from meta where name like 'test.%'"), 512);
    slow.join().unwrap().unwrap();
}
