//! What counts and when: places, practice, forks, what is missing, releases.

use crate::hand::*;
use crate::support::{DAY, District, HOUR, MORNING, commune, drop_triggers};
use hailong::domain::{ids::CounterId, time::LocalDay};
use hailong::store::{
    FILE, Refusal, StoreError, decisions::Key, places, release, state::State, verify::verify, waiting,
};
use hailong::wire::{bundle::Line, canon};

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
fn what_was_tried_out_stays_so_when_it_comes_under_two_keys() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut first = tablet.epoch(1, None);
    let mut ballot = tablet.ballot(5, MORNING);
    ballot.practice = true;
    first.push(canon::line_of(&ballot));
    // The disk went back to the draft, and it is cast once more.
    let mut second = tablet.epoch(2, Some(first.tip_at(&tablet, 0)));
    second.push(canon::line_of(&ballot));
    for epoch in [&first, &second] {
        tablet.deliver(&d.store, epoch, MORNING);
    }
    assert_eq!(counts(&d.store), [(State::Practice, 2)]);
    let twice = "select count(*) from alarm where kind = 'conflict'";
    assert_eq!(one(&d.store, twice), 1, "that it came twice shows all the same");
    // As versions before this one judged it.
    let group = waiting::Group {
        device: tablet.key.id(),
        counter_no: one(&d.store, "select counter_no from record where kind = 1 limit 1"),
        state: State::QuarantinedConflict,
        day: LocalDay::of(MORNING),
    };
    let file = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
    drop_triggers(&file);
    file.execute("update record set state = 33 where kind = 1 and epoch_no = 2", [])
        .unwrap();
    let counted = d
        .store
        .write(move |tx| tx.by("lan").settle(&group, true, "phiếu thật", MORNING));
    assert!(
        matches!(counted, Err(StoreError::Refused(Refusal::Undecidable))),
        "{counted:?}"
    );
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

/// Ballots that wait, a number for each counter and half month.
fn waiting_in(d: &District) -> Vec<u64> {
    let waiting = d.store.read(release::waiting).unwrap();
    waiting.values().map(|(_, n)| *n).collect()
}

#[test]
fn answers_enter_the_figures_at_midnight_ten_at_a_time_or_wait() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.voted(1, None, 9, MORNING);
    tablet.deliver(&d.store, &epoch, MORNING);
    assert_eq!(
        d.store.release_due(MORNING + HOUR).unwrap(),
        0,
        "the day has not turned"
    );
    assert_eq!(
        d.store.release_due(MORNING + DAY).unwrap(),
        0,
        "nine wait while the half month goes on"
    );
    epoch.push(canon::line_of(&tablet.ballot(1, MORNING)));
    let bytes = tablet.part(&epoch, 10, 1, MORNING + DAY);
    tablet.send(&d.store, &bytes, MORNING + DAY);
    assert_eq!(d.store.release_due(MORNING + DAY + HOUR).unwrap(), 0, "once a day");
    assert_eq!(waiting_in(&d), [10], "the count of ballots is live");
    assert_eq!(
        d.store.release_due(MORNING + 5 * DAY).unwrap(),
        10,
        "several missed nights are one release"
    );
    assert_eq!(one(&d.store, "select count(*) from release"), 1);
    assert_eq!(
        one(&d.store, "select sum(n) from rollup where release = 1 and question = 0"),
        10
    );
    assert!(waiting_in(&d).is_empty());
}

#[test]
fn no_half_month_moves_by_less_than_five_whatever_is_released_beside_it() {
    let d = District::new();
    let mut tablet = d.tablet_at(1, d.counters[0], MORNING - 40 * DAY);
    // 2026-11-23. Five of 16 November and one of the 14th, the last day of the half month before.
    let mut epoch = tablet.epoch(1, None);
    for (day, ballots) in [(7, 5), (9, 1)] {
        (0..ballots).for_each(|_| epoch.push(canon::line_of(&tablet.ballot(1, MORNING - day * DAY))));
    }
    tablet.deliver(&d.store, &epoch, MORNING);
    let (month_over, day) = (MORNING + 8 * DAY, |day: i64| LocalDay::of(MORNING - day * DAY).0);
    assert_eq!(
        d.store.release_due(month_over).unwrap(),
        5,
        "five are enough for what is over"
    );
    let waits = "select group_concat(distinct day) from rollup where release = 0 and question = 0 and state = 1";
    let waiting = |d: &District| {
        d.store
            .read(|conn| Ok(conn.query_row(waits, [], |row| row.get::<_, Option<String>>(0))?))
            .unwrap()
    };
    assert_eq!(waiting(&d), Some(day(9).to_string()));
    // Four more of its half month come late.
    for part in 0..4 {
        epoch.push(canon::line_of(&tablet.ballot(5, MORNING - (10 + part) * DAY)));
    }
    let bytes = tablet.part(&epoch, 7, 4, month_over + DAY);
    tablet.send(&d.store, &bytes, month_over + DAY);
    assert_eq!(d.store.release_due(month_over + 2 * DAY).unwrap(), 5);
    assert_eq!(waiting(&d), None);
    assert_eq!(verify(d.store.dir()).unwrap().broken, []);
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
