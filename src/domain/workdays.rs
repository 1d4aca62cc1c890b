//! The days on which a unit works: its opening hours say which weekdays, the law says some holidays, the unit the others.

use super::{
    settings::{Hours, NodeSettings},
    time::LocalDay,
};
use chrono::Datelike;
use std::collections::BTreeSet;

/// Holidays that have the same date each year, as (day, month): Bộ luật Lao động 2019, điều 112. Tết and Giỗ Tổ go by the
/// moon, the second day of Quốc khánh and days that are moved are decided each year: units enter those.
const HOLIDAYS: [(u32, u32); 4] = [(1, 1), (30, 4), (1, 5), (2, 9)];

/// Longest time without a working day that is counted over, in days: a list that closes a unit for years must end too.
const LONGEST_PAUSE: u64 = 366;

/// The days on which a unit works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workdays {
    /// Monday first.
    week: [bool; 7],
    closed: BTreeSet<LocalDay>,
}

impl Default for Workdays {
    /// Monday to Friday, without the holidays of a fixed date.
    fn default() -> Self {
        Self::new(None, &[])
    }
}

impl Workdays {
    /// Those of a unit that decided this (its own decisions, filled up with those of the units above).
    pub fn of(settings: &NodeSettings) -> Self {
        let closed = settings.closed_days.as_deref().unwrap_or_default();
        Self::new(settings.hours.as_ref(), closed)
    }

    /// The weekdays with opening hours, or Monday to Friday if there are none; never the closed days.
    pub fn new(hours: Option<&Hours>, closed: &[LocalDay]) -> Self {
        let week = hours.map(|Hours(days)| days.map(|span| span.is_some()));
        Self {
            week: week
                .filter(|week| week.contains(&true))
                .unwrap_or([true, true, true, true, true, false, false]),
            closed: closed.iter().copied().collect(),
        }
    }

    /// Whether it is one.
    pub fn contain(&self, day: LocalDay) -> bool {
        let date = day.date();
        let weekday = usize::try_from(date.weekday().num_days_from_monday()).unwrap_or(0);
        self.week.get(weekday) == Some(&true)
            && !HOLIDAYS.contains(&(date.day(), date.month()))
            && !self.closed.contains(&day)
    }

    /// Working days after `from` up to and with `to`. A day off belongs to the working day before it.
    pub fn between(&self, from: LocalDay, to: LocalDay) -> u64 {
        let days = from.0.saturating_add(1)..to.0.saturating_add(1);
        days.filter(|day| self.contain(LocalDay(*day))).count() as u64
    }

    /// The last of the `count` working days after a day.
    pub fn after(&self, day: LocalDay, count: u64) -> LocalDay {
        let (mut at, mut left, mut pause) = (day, count, 0);
        while left > 0 && pause <= LONGEST_PAUSE {
            at = LocalDay(at.0.saturating_add(1));
            if self.contain(at) {
                (left, pause) = (left - 1, 0);
            } else {
                pause += 1;
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::Span;

    fn day(text: &str) -> LocalDay {
        LocalDay::from_date(text.parse().unwrap())
    }

    #[test]
    fn without_hours_a_unit_works_from_monday_to_friday() {
        let work = Workdays::default();
        // 2026-11-23 is a Monday.
        let days = ["2026-11-22", "2026-11-23", "2026-11-27", "2026-11-28"].map(|text| work.contain(day(text)));
        assert_eq!(days, [false, true, true, false]);
        assert_eq!(work.between(day("2026-11-20"), day("2026-11-23")), 1, "over a weekend");
        assert_eq!(work.between(day("2026-11-21"), day("2026-11-22")), 0, "within it");
        assert_eq!(work.between(day("2026-11-23"), day("2026-11-20")), 0);
        assert_eq!(work.after(day("2026-11-20"), 5), day("2026-11-27"));
    }

    #[test]
    fn holidays_and_closed_days_are_none() {
        // The 30th of April 2026 is a Thursday, the 1st of May a Friday; Giỗ Tổ is the 26th, made up for on the 27th.
        let tet = [day("2026-04-27"), day("2026-09-01")];
        let work = Workdays::new(None, &tet);
        let off = [
            "2026-04-27",
            "2026-04-30",
            "2026-05-01",
            "2026-09-01",
            "2026-09-02",
            "2026-01-01",
        ];
        assert!(off.iter().all(|text| !work.contain(day(text))));
        assert_eq!(work.between(day("2026-04-24"), day("2026-05-04")), 3);
    }

    #[test]
    fn opening_hours_say_which_weekdays() {
        let span = Some(Span { from: 450, to: 690 });
        let mut week = [span; 7];
        (week[0], week[6]) = (None, None);
        let work = Workdays::new(Some(&Hours(week)), &[]);
        assert!(!work.contain(day("2026-11-23")) && work.contain(day("2026-11-28")));
        // Hours that are never open say nothing about working days.
        assert_eq!(Workdays::new(Some(&Hours([None; 7])), &[]), Workdays::default());
    }

    #[test]
    fn a_unit_that_never_works_again_ends_the_search() {
        let closed: Vec<_> = (0..2_000).map(|n| LocalDay(day("2026-01-01").0 + n)).collect();
        let at = Workdays::new(None, &closed).after(day("2026-01-01"), 1);
        assert!(at > day("2026-12-31") && at < day("2027-02-01"));
    }
}
