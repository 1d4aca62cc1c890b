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
use hailong::store::{asof, figures, log, verify, visits};
use hailong::wire::{bundle::Line, canon, record};

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

/// Visits begun in November, and how many tablets' visits of it are known only approximately.
fn november(d: &District) -> (u64, u64) {
    let month = |year, month| Period::month(Month { year, month });
    let read = d.store.read(|conn| {
        let scope = figures::Scope::of(conn, None)?;
        let period = month(2026, 11);
        let filed = asof::whereabouts(conn, &scope, period, log::head(conn)?.pos)?;
        let around = visits::inexact(conn, &scope, month(2026, 10))? + visits::inexact(conn, &scope, month(2027, 1))?;
        let inexact = visits::inexact(conn, &scope, period)?;
        Ok((
            figures::sources(conn, &scope, period)?.started,
            filed.started,
            inexact,
            around,
        ))
    });
    let (started, filed, inexact, around) = read.unwrap();
    assert_eq!(filed, started, "a report counts as the page does");
    assert_eq!(around, 0, "no other month is doubted");
    assert_eq!(verify::verify(d.store.dir()).unwrap().broken, []);
    (started, inexact)
}

/// A district that has a morning's ballots, and the epochs of two mornings after, which both continue it.
fn parted() -> (District, Tablet, Epoch, [Epoch; 2]) {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let trunk = tablet.voted(1, None, 3, MORNING);
    let tip = trunk.tip(&tablet);
    let branches = [2, 3].map(|id| {
        let mut branch = tablet.epoch(id, Some(tip));
        branch.push(told(3, MORNING));
        branch
    });
    tablet.deliver(&d.store, &trunk, MORNING);
    (d, tablet, trunk, branches)
}

#[test]
fn a_day_that_two_histories_share_counts_once_and_days_after_they_parted_add_up() {
    let (d, mut tablet, _, [mut first, mut second]) = parted();
    for (branch, started) in [(&mut first, 5), (&mut second, 7)] {
        branch.push(canon::line_of(&tablet.ballot(4, MORNING + DAY)));
        branch.push(told(started, MORNING + DAY));
        tablet.deliver(&d.store, branch, MORNING + 2 * DAY);
    }
    assert_eq!(november(&d), (3 + 5 + 7, 1));
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
    assert_eq!(november(&d), (12, 0));
}

#[test]
fn what_came_of_a_day_before_a_roll_back_counts_as_it_was_told_first() {
    let (d, mut tablet, trunk, [first, _]) = parted();
    tablet.deliver(&d.store, &first, MORNING + DAY);
    // Put back to the middle of the day: it tells of fewer.
    let mut again = tablet.epoch(4, Some(trunk.tip_at(&tablet, 2)));
    again.push(told(2, MORNING));
    tablet.deliver(&d.store, &again, MORNING + DAY + HOUR);
    assert_eq!(november(&d), (3, 1));
}

#[test]
fn a_tablet_that_is_moved_in_between_tells_its_day_once_too() {
    let (d, mut tablet, _, [first, second]) = parted();
    tablet.deliver(&d.store, &first, MORNING + DAY);
    let (device, other) = (tablet.key.id(), d.counters[1]);
    d.store
        .write(move |tx| tx.move_device(device, other, MORNING + DAY))
        .unwrap();
    tablet.deliver(&d.store, &second, MORNING + DAY);
    assert_eq!(november(&d), (3, 1));
    let old = d.store.read(|conn| {
        let scope = figures::Scope::of_counters(conn, &[d.counters[0]])?;
        visits::inexact(conn, &scope, Period::month(LocalDay::of(MORNING).month()))
    });
    assert_eq!(old.unwrap(), 1, "where it stood before, too");
}

#[test]
fn a_loss_is_of_its_own_month_however_late_it_is_heard_of() {
    let (d, mut tablet, _, [mut first, mut second]) = parted();
    for branch in [&mut first, &mut second] {
        branch.push(canon::line_of(&tablet.ballot(4, MORNING + DAY)));
        tablet.deliver(&d.store, branch, MORNING + 50 * DAY);
    }
    assert_eq!(november(&d), (3, 1));
}

#[test]
fn a_day_that_the_tablet_can_read_no_more_is_a_loss() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let mut epoch = tablet.voted(1, None, 3, MORNING);
    epoch.lines.push(Line::Hole(hailong::domain::hex::Hex([7; 32])));
    tablet.deliver(&d.store, &epoch, MORNING + HOUR);
    assert_eq!(november(&d), (0, 1));
}

#[test]
fn who_hides_where_two_histories_part_is_counted_twice_and_everything_is_stored() {
    let (d, mut tablet, trunk, [first, _]) = parted();
    tablet.deliver(&d.store, &first, MORNING + DAY);
    // More openings than are followed back, all of them within a day.
    let mut last = trunk.tip(&tablet);
    for id in 4..=230 {
        let epoch = tablet.epoch(id, Some(last));
        last = epoch.tip(&tablet);
        tablet.deliver(&d.store, &epoch, MORNING + DAY);
    }
    let mut end = tablet.epoch(231, Some(last));
    end.push(told(3, MORNING));
    tablet.deliver(&d.store, &end, MORNING + DAY);
    assert_eq!(november(&d), (6, 1));
    // And histories in a circle, which no honest tablet can tell of.
    let (from_first, from_second) = (
        tablet.epoch(241, None).tip(&tablet),
        tablet.epoch(242, None).tip(&tablet),
    );
    for (id, prev) in [(241, from_second), (242, from_first)] {
        let mut epoch = tablet.epoch(id, Some(prev));
        (0..200).for_each(|n| epoch.push(told(n, MORNING)));
        tablet.deliver(&d.store, &epoch, MORNING + DAY);
    }
    assert_eq!(one(&d.store, "select count(*) from record where kind = 2"), 402);
    assert_eq!(verify::verify(d.store.dir()).unwrap().broken, []);
}
