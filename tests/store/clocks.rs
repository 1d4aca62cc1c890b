//! Which day a ballot is of, where a clock was wrong: the tablet's or ours.

use crate::hand::*;
use crate::support::{DAY, District, HOUR, MORNING};
use hailong::store::state::State;
use hailong::wire::{bundle, canon};

/// 26 months.
const LONG_AGO: i64 = 790 * DAY;

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
fn a_clock_set_back_and_set_right_again_unseen_dates_no_rating_years_ago() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 1, MORNING);
    tablet.deliver(&d.store, &first, MORNING);
    // Set back and opened again: a step. Rated; then set right and opened again, which a tablet can't notice.
    tablet.step = 1;
    let mut second = tablet.epoch(2, Some(first.tip(&tablet)));
    second.push(canon::line_of(&tablet.ballot(1, MORNING + HOUR - LONG_AGO)));
    second.push(canon::line_of(&tablet.ballot(4, MORNING + 2 * HOUR)));
    tablet.deliver(&d.store, &second, MORNING + 3 * HOUR);
    assert_eq!(counts(&d.store), [(State::Counted, 2), (State::Undated, 1)]);
    assert_eq!(one(&d.store, OTHER_DAYS), 0);
}

/// Ballots of other days than that of [`MORNING`], 2026-11-23.
const OTHER_DAYS: &str = "select count(*) from record where kind = 1 and day <> 20780";

#[test]
fn nothing_is_dated_before_its_tablets_enrolment() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    // Its clock was wrong from the beginning and was set right, with no step between.
    let mut epoch = tablet.voted(1, None, 1, MORNING - LONG_AGO);
    epoch.push(canon::line_of(&tablet.ballot(4, MORNING)));
    tablet.deliver(&d.store, &epoch, MORNING + HOUR);
    assert_eq!(counts(&d.store), [(State::Counted, 1), (State::Undated, 1)]);
    assert_eq!(one(&d.store, OTHER_DAYS), 0);
}

#[test]
fn months_without_a_network_after_a_clock_step_keep_their_days() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 1, MORNING);
    tablet.deliver(&d.store, &first, MORNING);
    tablet.step = 1;
    let mut epoch = tablet.epoch(2, Some(first.tip(&tablet)));
    // As much slow as is taken for right: what it says of the minute after the contact lies before it.
    let slow = 14 * 60;
    epoch.push(canon::line_of(&tablet.ballot(4, MORNING + 60 - slow)));
    for day in (1..30).chain(200..230) {
        epoch.push(canon::line_of(&tablet.ballot(4, MORNING + day * DAY - slow)));
    }
    // A backlog of two bundles, and the newest first.
    let back = MORNING + 230 * DAY;
    for (first, count) in [(31, 30), (0, 31)] {
        let bytes = tablet.part(&epoch, first, count, back - slow);
        tablet.send(&d.store, &bytes, back);
    }
    assert_eq!(counts(&d.store), [(State::Counted, 61)]);
    assert_eq!(
        one(&d.store, "select count(distinct day) from record where kind = 1"),
        60
    );
}

#[test]
fn a_contact_that_a_wrong_clock_of_ours_wrote_down_undates_nothing() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 1, MORNING);
    // The district is a year ahead for an hour.
    let bytes = tablet.bundle(&first, MORNING);
    tablet.send(&d.store, &bytes, MORNING + 365 * DAY);
    tablet.step = 1;
    let second = tablet.voted(2, Some(first.tip(&tablet)), 3, MORNING + 2 * HOUR);
    tablet.deliver(&d.store, &second, MORNING + 3 * HOUR);
    assert_eq!(counts(&d.store), [(State::Counted, 4)]);
    assert_eq!(one(&d.store, OTHER_DAYS), 1);
}

#[test]
fn a_tablet_whose_count_of_clock_steps_went_back_keeps_the_days_of_its_backlog() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.voted(1, None, 1, MORNING);
    tablet.deliver(&d.store, &first, MORNING);
    let mut backlog = tablet.epoch(2, Some(first.tip(&tablet)));
    for day in 1..5 {
        backlog.push(canon::line_of(&tablet.ballot(4, MORNING + day * DAY)));
    }
    // A heartbeat tells of a step; then the power goes, and with it the step.
    tablet.step = 1;
    let header = tablet.header(Vec::new(), Some(backlog.tip(&tablet)), MORNING + 9 * DAY);
    let heartbeat = bundle::seal(&tablet.key, &header, &[]);
    tablet.send(&d.store, &heartbeat, MORNING + 9 * DAY);
    tablet.step = 0;
    for (first, count) in [(0, 3), (3, 2)] {
        let bytes = tablet.part(&backlog, first, count, MORNING + 9 * DAY + HOUR);
        tablet.send(&d.store, &bytes, MORNING + 9 * DAY + HOUR);
    }
    assert_eq!(counts(&d.store), [(State::Counted, 5)]);
    assert_eq!(one(&d.store, OTHER_DAYS), 4);
}

#[test]
fn late_and_old_are_two_different_marks() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 1, MORNING);
    let mut newer = crate::support::tablet::default_survey();
    newer["name"] = "Phiếu 2027".into();
    d.store
        .write(move |tx| tx.publish_survey(&newer.to_string(), MORNING))
        .unwrap();
    tablet.deliver(&d.store, &epoch, MORNING + 3 * DAY);
    assert_eq!(one(&d.store, "select marks from record where kind = 1"), 1 | 2);
    assert_eq!(counts(&d.store), [(State::Counted, 1)]);
}
