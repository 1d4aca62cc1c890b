//! What a bundle leaves: records, rollups, receipts, conflicts, quarantine.

use crate::hand::*;
use crate::support::{DAY, District, HOUR, MORNING, commune};
use hailong::store::{
    decisions::{self, Key},
    state::State,
};
use hailong::wire::{self, bundle::Line, canon, chain, record::Day};

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
    let mut survey = crate::support::tablet::default_survey();
    survey["name"] = "Phiếu khác".into();
    let id = wire::survey_id(&survey);
    (tablet.survey, other.survey) = (id, id);
    let epoch = tablet.voted(1, None, 2, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    assert_eq!(tablet.send(&d.store, &bytes, MORNING).wanted, [id]);
    assert_eq!(counts(&d.store), [(State::UnreadSurvey, 2)]);

    // A document with another hash is not what was asked for.
    other
        .surveys
        .insert(id.to_string(), crate::support::tablet::default_survey());
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
fn a_decided_ballot_whose_survey_is_unknown_waits_for_it() {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let mut tablet = d.tablet(1);
    let mut survey = crate::support::tablet::default_survey();
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
