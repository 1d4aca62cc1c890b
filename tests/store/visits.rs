//! Visits have no names, only counts by day: what a tablet tells twice, because it went back in time or was copied, counts
//! once; what only looks alike adds up.

use crate::hand::one;
use crate::support::{
    DAY, District, HOUR, MORNING,
    tablet::{Epoch, Tablet},
};
use hailong::domain::{
    period::Period,
    time::{LocalDay, Month},
};
use hailong::store::{figures, verify};
use hailong::wire::{canon, record};

fn told(started: u32, unix: i64) -> String {
    canon::line_of(&record::Day {
        abandoned: 0,
        cast: started,
        comments: 0,
        day: LocalDay::of(unix).0,
        started,
        step: 0,
    })
}

fn visits(d: &District) -> (u64, u64) {
    let month = Month { year: 2026, month: 11 };
    let sources = d.store.read(|conn| {
        let scope = figures::Scope::of(conn, None)?;
        figures::sources(conn, &scope, Period::month(month))
    });
    let sources = sources.unwrap();
    assert_eq!(verify::verify(d.store.dir()).unwrap().broken, []);
    (sources.started, sources.about)
}

/// A morning's ballots, and the epochs of two mornings after, which both continue it.
fn parted(tablet: &mut Tablet) -> (Epoch, [Epoch; 2]) {
    let trunk = tablet.voted(1, None, 3, MORNING);
    let tip = trunk.tip(tablet);
    let branches = [2, 3].map(|id| {
        let mut branch = tablet.epoch(id, Some(tip));
        branch.push(told(3, MORNING));
        branch
    });
    (trunk, branches)
}

#[test]
fn a_day_that_two_histories_share_counts_once_and_days_after_they_parted_add_up() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let (trunk, [mut first, mut second]) = parted(&mut tablet);
    tablet.deliver(&d.store, &trunk, MORNING);
    for (branch, started) in [(&mut first, 5), (&mut second, 7)] {
        branch.push(canon::line_of(&tablet.ballot(4, MORNING + DAY)));
        branch.push(told(started, MORNING + DAY));
        tablet.deliver(&d.store, branch, MORNING + 2 * DAY);
    }
    assert_eq!(visits(&d), (3 + 5 + 7, 1));
    let marked = "select count(*) from record where kind = 2 and marks & 64";
    assert_eq!(one(&d.store, marked), 1);
}

#[test]
fn a_day_told_twice_in_one_history_adds_up() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut first = tablet.voted(1, None, 3, MORNING);
    // Closed early, then its rest, then the clock was set back a day.
    first.push(told(3, MORNING));
    first.push(told(4, MORNING));
    let mut second = tablet.epoch(2, Some(first.tip(&tablet)));
    second.push(told(5, MORNING));
    // As a restored district may get them.
    tablet.deliver(&d.store, &second, MORNING + DAY);
    tablet.deliver(&d.store, &first, MORNING + DAY);
    assert_eq!(visits(&d), (12, 0));
}

#[test]
fn what_came_of_a_day_before_a_roll_back_counts_as_it_was_told_first() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let (trunk, [first, _]) = parted(&mut tablet);
    tablet.deliver(&d.store, &trunk, MORNING);
    tablet.deliver(&d.store, &first, MORNING + DAY);
    // Put back to the middle of the day: it tells of fewer.
    let mut again = tablet.epoch(4, Some(trunk.tip_at(&tablet, 2)));
    again.push(told(2, MORNING));
    tablet.deliver(&d.store, &again, MORNING + DAY + HOUR);
    assert_eq!(visits(&d), (3, 1));
}

#[test]
fn a_history_without_end_is_followed_for_a_while_and_every_day_told_is_stored() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    // Each epoch continues the other: no honest tablet can say so.
    let (mut first, second) = (tablet.epoch(1, None), tablet.epoch(2, None));
    let (at_first, at_second) = (first.tip(&tablet), second.tip(&tablet));
    first = tablet.epoch(1, Some(at_second));
    let mut second = tablet.epoch(2, Some(at_first));
    (0..200).for_each(|n| first.push(told(n, MORNING)));
    (0..200).for_each(|n| second.push(told(n, MORNING)));
    tablet.deliver(&d.store, &first, MORNING + DAY);
    tablet.deliver(&d.store, &second, MORNING + DAY);
    assert_eq!(one(&d.store, "select count(*) from record where kind = 2"), 400);
    assert_eq!(verify::verify(d.store.dir()).unwrap().broken, []);
}
