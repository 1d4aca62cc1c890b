//! Periods: half-open intervals of local days that know what they are called.

use super::{
    number, policy,
    time::{LocalDay, Month},
};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// Days from `first` to before `end` in Asia/Ho_Chi_Minh. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: LocalDay,
    end: LocalDay,
    kind: Kind,
}

/// How the reporting months of a unit run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonthKind {
    /// From the 1st to the last day.
    #[default]
    Calendar,
    /// From the 15th of the month before to the 14th: the cut-off of NĐ 09/2019 reports (domain.md §3.1).
    Statutory,
}

/// First day of a statutory month's second half, which belongs to the next one.
const CUT: u32 = 15;

impl MonthKind {
    /// The days of a month.
    pub fn period(self, month: Month) -> Period {
        match self {
            Self::Calendar => Period::month(month),
            Self::Statutory => {
                let cut = LocalDay(i64::from(CUT) - 1);
                Period {
                    first: LocalDay(month.minus(1).first().0.saturating_add(cut.0)),
                    end: LocalDay(month.first().0.saturating_add(cut.0)),
                    kind: Kind::Statutory(month),
                }
            }
        }
    }

    /// The month that a day belongs to.
    pub fn month_of(self, day: LocalDay) -> Month {
        match self {
            Self::Statutory if day.date().day() >= CUT => day.month().plus(1),
            _ => day.month(),
        }
    }

    /// The newest month that has ended before this day began.
    pub fn last_ended(self, today: LocalDay) -> Month {
        self.month_of(today).minus(1)
    }
}

/// How a period was chosen, which is how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One calendar month.
    Month(Month),
    /// One month from the 15th to the 14th.
    Statutory(Month),
    /// The last so many calendar months; the running one counts.
    Last(u32),
    /// The last so many months that have ended; the running one does not count.
    Ended(u32),
    /// Chosen days.
    Days,
    /// From the first ballot on.
    All,
}

/// The last day lies before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the last day lies before the first")]
pub struct PeriodError;

impl Period {
    /// One calendar month.
    pub fn month(month: Month) -> Self {
        Self {
            first: month.first(),
            end: month.end(),
            kind: Kind::Month(month),
        }
    }

    /// The last `months` calendar months up to and with the one that holds `today`; one month is that month.
    pub fn last(months: u32, today: LocalDay) -> Self {
        let month = today.month();
        if months <= 1 {
            return Self::month(month);
        }
        Self {
            first: month.minus(months - 1).first(),
            end: month.end(),
            kind: Kind::Last(months),
        }
    }

    /// The last `months` months that have ended before `today`.
    pub fn ended(kind: MonthKind, months: u32, today: LocalDay) -> Self {
        let last = kind.last_ended(today);
        Self {
            first: kind.period(last.minus(months.saturating_sub(1))).first,
            end: kind.period(last).end,
            kind: Kind::Ended(months),
        }
    }

    /// From `first` to `last`, both included.
    pub fn days(first: LocalDay, last: LocalDay) -> Result<Self, PeriodError> {
        if last < first {
            return Err(PeriodError);
        }
        let end = LocalDay(last.0.saturating_add(1));
        Ok(Self {
            first,
            end,
            kind: Kind::Days,
        })
    }

    /// Everything.
    pub fn all() -> Self {
        // Day numbers stay far inside what chrono and SQLite can hold: years 0 to 3999, whole quarters without a day over.
        Self {
            first: LocalDay(-719_528),
            end: LocalDay(741_442),
            kind: Kind::All,
        }
    }

    /// The windows a headline figure may fall back to, shortest first.
    pub fn fallbacks(today: LocalDay) -> [Self; policy::FALLBACK_MONTHS.len()] {
        policy::FALLBACK_MONTHS.map(|months| Self::last(months, today))
    }

    /// The month before it; `None` for a period that is no month.
    pub fn month_before(&self) -> Option<Self> {
        self.months_before(1)
    }

    /// The same month, or the same ended months, of the year before; `None` for a period that is neither.
    pub fn year_before(&self) -> Option<Self> {
        let year_back = |day: LocalDay| {
            let month = day.month();
            LocalDay(month.minus(12).first().0 + day.0 - month.first().0)
        };
        match self.kind {
            // Both ends are the 1st or the 15th, which every month has.
            Kind::Ended(_) => Some(Self {
                first: year_back(self.first),
                end: year_back(self.end),
                kind: Kind::Days,
            }),
            _ => self.months_before(12),
        }
    }

    fn months_before(&self, months: u32) -> Option<Self> {
        match self.kind {
            Kind::Month(month) => Some(MonthKind::Calendar.period(month.minus(months))),
            Kind::Statutory(month) => Some(MonthKind::Statutory.period(month.minus(months))),
            _ => None,
        }
    }

    /// The month it is, however it runs.
    pub fn reporting_month(&self) -> Option<Month> {
        match self.kind {
            Kind::Month(month) | Kind::Statutory(month) => Some(month),
            _ => None,
        }
    }

    /// First day of the period.
    pub fn first(&self) -> LocalDay {
        self.first
    }

    /// First day after the period.
    pub fn end(&self) -> LocalDay {
        self.end
    }

    /// Last day of the period.
    pub fn last_day(&self) -> LocalDay {
        LocalDay(self.end.0.saturating_sub(1))
    }

    /// How it was chosen.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the day lies in it.
    pub fn contains(&self, day: LocalDay) -> bool {
        self.first <= day && day < self.end
    }

    /// What people read: "tháng 11/2026", "3 tháng gần nhất (09/2026–11/2026)", "từ 01/10/2026 đến 14/10/2026".
    pub fn vietnamese(&self) -> String {
        match self.kind {
            Kind::Month(month) => format!("tháng {month}"),
            Kind::Statutory(month) => format!(
                "tháng {month} ({}–{})",
                number::date(self.first),
                number::date(self.last_day())
            ),
            Kind::Last(months) => format!(
                "{months} tháng gần nhất ({}–{})",
                self.first.month(),
                self.last_day().month()
            ),
            Kind::Ended(months) => format!(
                "{months} tháng đã kết thúc ({}–{})",
                number::date(self.first),
                number::date(self.last_day())
            ),
            Kind::Days if self.first == self.last_day() => format!("ngày {}", number::date(self.first)),
            Kind::Days => format!("từ {} đến {}", number::date(self.first), number::date(self.last_day())),
            Kind::All => "toàn bộ thời gian".to_owned(),
        }
    }

    /// The same where a table has little room: a window without its months.
    pub fn short_vietnamese(&self) -> String {
        match self.kind {
            Kind::Last(months) => format!("{months} tháng gần nhất"),
            Kind::Ended(months) => format!("{months} tháng đã kết thúc"),
            Kind::Statutory(month) => format!("tháng {month}"),
            _ => self.vietnamese(),
        }
    }

    /// The same in English, with little room.
    pub fn short_english(&self) -> String {
        match self.kind {
            Kind::Last(months) => format!("last {months} months"),
            Kind::Ended(months) => format!("last {months} ended months"),
            Kind::Statutory(month) => month.to_string(),
            _ => self.english(),
        }
    }

    /// The same in English.
    pub fn english(&self) -> String {
        match self.kind {
            Kind::Month(month) => month.to_string(),
            Kind::Statutory(month) => {
                format!(
                    "{month} ({}–{})",
                    number::date(self.first),
                    number::date(self.last_day())
                )
            }
            Kind::Last(months) => format!(
                "last {months} months ({}–{})",
                self.first.month(),
                self.last_day().month()
            ),
            Kind::Ended(months) => format!(
                "last {months} ended months ({}–{})",
                number::date(self.first),
                number::date(self.last_day())
            ),
            Kind::Days if self.first == self.last_day() => number::date(self.first),
            Kind::Days => format!("{} to {}", number::date(self.first), number::date(self.last_day())),
            Kind::All => "all time".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> LocalDay {
        LocalDay::from_date(NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    #[test]
    fn a_window_ends_with_the_running_month() {
        let windows = Period::fallbacks(day(2026, 2, 5));
        assert_eq!(
            windows.map(|w| w.vietnamese()),
            [
                "tháng 02/2026",
                "3 tháng gần nhất (12/2025–02/2026)",
                "6 tháng gần nhất (09/2025–02/2026)",
                "12 tháng gần nhất (03/2025–02/2026)",
            ]
        );
        assert!(windows.iter().all(|w| w.end() == day(2026, 3, 1)));
    }

    #[test]
    fn a_period_is_half_open() {
        let period = Period::days(day(2026, 10, 1), day(2026, 10, 14)).unwrap();
        assert_eq!(period.vietnamese(), "từ 01/10/2026 đến 14/10/2026");
        assert!(period.contains(day(2026, 10, 14)) && !period.contains(day(2026, 10, 15)));
        assert_eq!(Period::days(day(2026, 2, 2), day(2026, 2, 1)), Err(PeriodError));
        assert!(Period::all().contains(day(2026, 1, 1)));
    }

    #[test]
    fn a_statutory_month_runs_from_the_15th_to_the_14th() {
        let kind = MonthKind::Statutory;
        let march = kind.period(Month { year: 2026, month: 3 });
        assert_eq!((march.first(), march.end()), (day(2026, 2, 15), day(2026, 3, 15)));
        assert_eq!(march.vietnamese(), "tháng 03/2026 (15/02/2026–14/03/2026)");
        assert_eq!(kind.month_of(day(2026, 12, 14)).to_string(), "12/2026");
        assert_eq!(kind.month_of(day(2026, 12, 15)).to_string(), "01/2027");
        assert_eq!(march.month_before().unwrap().end(), march.first());
        assert_eq!(march.year_before().unwrap().first(), day(2025, 2, 15));
        assert_eq!(Period::all().month_before(), None);
        // On the 14th the month still runs; on the 15th it has ended.
        assert_eq!(kind.last_ended(day(2026, 3, 14)).to_string(), "02/2026");
        assert_eq!(kind.last_ended(day(2026, 3, 15)).to_string(), "03/2026");
        assert_eq!(MonthKind::Calendar.last_ended(day(2026, 3, 31)).to_string(), "02/2026");
        let ended = Period::ended(kind, 3, day(2026, 3, 15));
        assert_eq!((ended.first(), ended.end()), (day(2025, 12, 15), day(2026, 3, 15)));
        assert_eq!(ended.year_before().unwrap().first(), day(2024, 12, 15));
        // Local midnight, not UTC's: 2026-03-14T17:00:00Z is the 15th in Việt Nam.
        assert!(!march.contains(LocalDay::of(1_773_507_600)) && march.contains(LocalDay::of(1_773_507_599)));
    }
}
