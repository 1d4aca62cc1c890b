//! What a period is read from: the sums that are kept for half months and quarters, and the days around them.

use super::meaning::json_array;
use crate::domain::{period::Period, time::LocalDay};

/// A period as whole half months and the days around them. Of the half months, those of whole quarters may be read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// First day of the first half, first day after the last; equal if there are none.
    pub(super) halves: (i64, i64),
    /// The same of the quarters among them; equal if there are none, or none are wanted.
    quarters: (i64, i64),
    /// The other days, as a JSON array.
    pub(super) days: String,
}

/// Which table holds a part of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// By half month.
    Tally,
    /// By quarter.
    Quarter,
}

/// Halves that are named one by one: the key's later columns can then be looked for, too. Ten years.
const NAMED: usize = 240;

impl Parts {
    pub(super) fn of(period: Period) -> Self {
        let (first, end) = (period.first(), period.end());
        let from = if first.half_start() == first {
            first
        } else {
            first.next_half()
        };
        let to = end.half_start();
        let (from, to) = if from < to { (from, to) } else { (first, first) };
        let days = (first.0..from.0).chain(to.0.max(first.0)..end.0);
        Self {
            halves: (from.0, to.0),
            quarters: (from.0, from.0),
            days: json_array(days),
        }
    }

    /// The same, with whole quarters read as quarters.
    pub(super) fn with_quarters(period: Period) -> Self {
        let mut parts = Self::of(period);
        let (first, end) = (LocalDay(parts.halves.0), LocalDay(parts.halves.1));
        let from = if first.quarter_start() == first {
            first
        } else {
            first.next_quarter()
        };
        let to = end.quarter_start();
        if from < to {
            parts.quarters = (from.0, to.0);
        }
        parts
    }

    /// Where the sums of the whole half months are, with the first days that they lie between: every half month once.
    pub(super) fn pieces(&self) -> impl Iterator<Item = (Table, (i64, i64))> + use<> {
        let ((first, end), (from, to)) = (self.halves, self.quarters);
        let pieces = [
            (Table::Tally, (first, from)),
            (Table::Quarter, (from, to)),
            (Table::Tally, (to, end)),
        ];
        pieces.into_iter().filter(|(_, (from, to))| from < to)
    }

    /// The halves as a JSON array, and the condition that takes rows of them: ?2 and ?3 are the bounds, ?5 is the array.
    pub(super) fn named(&self) -> (String, &'static str) {
        let (first, end) = self.halves;
        let all = std::iter::successors(Some(LocalDay(first)), |half| Some(half.next_half()));
        let all: Vec<i64> = all
            .map(|half| half.0)
            .take_while(|half| *half < end)
            .take(NAMED + 1)
            .collect();
        match all.len() {
            0..=NAMED => (
                json_array(all),
                "?2 <= ?3 and from_day in (select value from json_each(?5))",
            ),
            _ => (json_array([]), "?5 <> '' and from_day >= ?2 and from_day < ?3"),
        }
    }

    pub(super) fn has_halves(&self) -> bool {
        self.halves.0 < self.halves.1
    }

    pub(super) fn has_quarters(&self) -> bool {
        self.quarters.0 < self.quarters.1
    }

    pub(super) fn has_days(&self) -> bool {
        self.days != "[]"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{period::MonthKind, time::Month};
    use std::collections::BTreeMap;

    fn day(text: &str) -> LocalDay {
        LocalDay::from_date(text.parse().unwrap())
    }

    /// How often each day is read, pieces and days together. Each piece begins and ends where a sum of its table does.
    fn read(parts: &Parts) -> BTreeMap<i64, u32> {
        let mut days: BTreeMap<i64, u32> = BTreeMap::new();
        for (table, (from, to)) in parts.pieces() {
            for bound in [from, to].map(LocalDay) {
                let start = match table {
                    Table::Tally => bound.half_start(),
                    Table::Quarter => bound.quarter_start(),
                };
                assert_eq!(bound, start, "{parts:?}");
            }
            (from..to).for_each(|day| *days.entry(day).or_default() += 1);
        }
        let edges: Vec<i64> = serde_json::from_str(&parts.days).unwrap();
        edges.into_iter().for_each(|day| *days.entry(day).or_default() += 1);
        days
    }

    #[test]
    fn every_day_of_a_period_is_read_once_and_no_other() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..2_000 {
            let first = LocalDay(random.i64(-800..25_000));
            let longest = [3, 40, 200, 1_500][random.usize(0..4)];
            let period = Period::days(first, LocalDay(first.0 + random.i64(0..longest))).unwrap();
            for parts in [Parts::of(period), Parts::with_quarters(period)] {
                let expected = (period.first().0..period.end().0).map(|day| (day, 1)).collect();
                assert_eq!(read(&parts), expected, "{period:?}: {parts:?}");
            }
            // Nothing is read in small that could be read in large.
            let parts = Parts::with_quarters(period);
            for (table, (from, to)) in parts.pieces() {
                let whole = LocalDay(from).next_quarter().next_quarter().0 <= to;
                assert!(table == Table::Quarter || !whole, "{period:?}: {parts:?}");
            }
        }
    }

    #[test]
    fn a_year_is_three_or_four_quarters_and_the_half_months_around_them() {
        let december = Month { year: 2026, month: 12 };
        let pieces = |first: &str, end: &str, table| (table, (day(first).0, day(end).0));
        let year = |kind: MonthKind| {
            let (first, last) = (kind.period(december.minus(11)), kind.period(december));
            Parts::with_quarters(Period::days(first.first(), last.last_day()).unwrap())
        };
        let calendar = year(MonthKind::Calendar);
        assert_eq!(
            calendar.pieces().collect::<Vec<_>>(),
            [pieces("2026-01-01", "2027-01-01", Table::Quarter)]
        );
        let statutory = year(MonthKind::Statutory);
        assert_eq!(
            statutory.pieces().collect::<Vec<_>>(),
            [
                pieces("2025-12-15", "2026-01-01", Table::Tally),
                pieces("2026-01-01", "2026-10-01", Table::Quarter),
                pieces("2026-10-01", "2026-12-15", Table::Tally),
            ]
        );
        assert!(!statutory.has_days());
    }

    #[test]
    fn everything_is_quarters_alone_and_a_month_has_none() {
        let all = Parts::with_quarters(Period::all());
        let bounds = (Period::all().first().0, Period::all().end().0);
        assert_eq!(all.pieces().collect::<Vec<_>>(), [(Table::Quarter, bounds)]);
        assert!(!all.has_days() && all.has_quarters());
        let month = Period::month(Month { year: 2026, month: 10 });
        assert_eq!(Parts::with_quarters(month), Parts::of(month));
    }
}
