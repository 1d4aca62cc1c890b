//! Buckets, local days and months. Việt Nam is UTC+7 all year and has no summer time, so an offset is enough.

use super::policy::BUCKET_SECS;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Seconds that Asia/Ho_Chi_Minh is ahead of UTC.
pub const LOCAL_OFFSET_SECS: i64 = 7 * 3600;
const DAY_SECS: i64 = 86_400;
const HOUR_SECS: i64 = 3600;

/// A 15-minute interval: unix time / 900, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bucket(pub i64);

impl Bucket {
    /// The bucket that holds this unix time.
    pub fn of(unix: i64) -> Self {
        Self(unix.div_euclid(BUCKET_SECS))
    }

    /// First second of the bucket, unix time.
    pub fn start(self) -> i64 {
        self.0.saturating_mul(BUCKET_SECS)
    }

    /// First second after the bucket, unix time.
    pub fn end(self) -> i64 {
        self.start().saturating_add(BUCKET_SECS)
    }
}

/// Rounds a unix time down to the hour: as precise as times are kept that could tell who came when.
pub fn hour(unix: i64) -> i64 {
    unix.div_euclid(HOUR_SECS).saturating_mul(HOUR_SECS)
}

/// A calendar day in Asia/Ho_Chi_Minh, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalDay(pub i64);

impl LocalDay {
    /// The local day of a unix time.
    pub fn of(unix: i64) -> Self {
        Self(unix.saturating_add(LOCAL_OFFSET_SECS).div_euclid(DAY_SECS))
    }

    /// Whether today's work is done, if the newest work that was done is this day's. Tomorrow's says so, too: a clock was
    /// set back over midnight, and that night was had. A later day does not: only a clock that was wrong for so long that
    /// it was believed ([`clock`](super::clock)) leaves one, and nothing may wait until then.
    pub fn covers(self, today: Self) -> bool {
        self >= today && !self.is_ahead(today)
    }

    /// Whether it lies beyond tomorrow, where only a wrong clock can have been.
    pub fn is_ahead(self, today: Self) -> bool {
        self.0 > today.0.saturating_add(1)
    }

    /// The day of a calendar date.
    pub fn from_date(date: NaiveDate) -> Self {
        Self(i64::from(date.num_days_from_ce()) - i64::from(NaiveDate::default().num_days_from_ce()))
    }

    /// The calendar date; days out of chrono's range become its epoch, which no real record has.
    pub fn date(self) -> NaiveDate {
        let epoch = NaiveDate::default();
        match u64::try_from(self.0) {
            Ok(days) => epoch.checked_add_days(Days::new(days)).unwrap_or(epoch),
            Err(_) => epoch
                .checked_sub_days(Days::new(self.0.unsigned_abs()))
                .unwrap_or(epoch),
        }
    }

    /// Days from Monday to Friday from this one up to, without, another; 0 if that is not later. Holidays are not known.
    pub fn working_days_until(self, end: Self) -> u64 {
        // 1970-01-01 was a Thursday: counted from the Monday before.
        let from_monday = |day: Self| {
            let day = day.0.saturating_add(3);
            day.div_euclid(7)
                .saturating_mul(5)
                .saturating_add(day.rem_euclid(7).min(5))
        };
        u64::try_from(from_monday(end).saturating_sub(from_monday(self))).unwrap_or(0)
    }

    /// First day of its half month: the 1st or the 15th. Calendar and statutory months both begin with one.
    pub fn half_start(self) -> Self {
        let first = self.month().first();
        let cut = Self(first.0.saturating_add(14));
        if self < cut { first } else { cut }
    }

    /// First day of the next half month.
    pub fn next_half(self) -> Self {
        let start = self.half_start();
        let first = self.month().first();
        if start == first {
            Self(first.0.saturating_add(14))
        } else {
            self.month().end()
        }
    }

    /// First day of its calendar quarter, which is also that of a half month.
    pub fn quarter_start(self) -> Self {
        let month = self.month();
        month.minus((month.month.saturating_sub(1)) % 3).first()
    }

    /// First day of the next quarter.
    pub fn next_quarter(self) -> Self {
        self.quarter_start().month().plus(3).first()
    }

    /// Unix time of local midnight, when the day begins.
    pub fn start(self) -> i64 {
        self.0.saturating_mul(DAY_SECS).saturating_sub(LOCAL_OFFSET_SECS)
    }

    /// The calendar month the day lies in.
    pub fn month(self) -> Month {
        let date = self.date();
        Month {
            year: date.year(),
            month: date.month(),
        }
    }
}

/// Weekday (Monday is 0) and minute since local midnight of a unix time.
pub fn local_minute(unix: i64) -> (usize, u16) {
    let local = unix.saturating_add(LOCAL_OFFSET_SECS);
    // 1970-01-01 was a Thursday.
    let weekday = (local.div_euclid(DAY_SECS) + 3).rem_euclid(7);
    let minute = local.rem_euclid(DAY_SECS) / 60;
    (
        usize::try_from(weekday).unwrap_or(0),
        u16::try_from(minute).unwrap_or(0),
    )
}

/// Hour of the local day, 0 to 23, of a unix time.
pub fn local_hour(unix: i64) -> u8 {
    let hour = unix.saturating_add(LOCAL_OFFSET_SECS).rem_euclid(DAY_SECS) / 3600;
    u8::try_from(hour).unwrap_or(0)
}

/// "2026-11-22T14:00:00+07:00" for a unix time: what API callers read.
pub fn rfc3339(unix: i64) -> String {
    let offset = chrono::FixedOffset::east_opt(LOCAL_OFFSET_SECS as i32);
    match (DateTime::from_timestamp(unix, 0), offset) {
        (Some(time), Some(offset)) => time.with_timezone(&offset).to_rfc3339(),
        _ => format!("@{unix}"),
    }
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Month {
    /// Year of our era.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// First day of the month.
    pub fn first(self) -> LocalDay {
        LocalDay::from_date(NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default())
    }

    /// First day after the month: months are half-open.
    pub fn end(self) -> LocalDay {
        self.plus(1).first()
    }

    /// The month `n` later.
    pub fn plus(self, n: u32) -> Self {
        let first = self.first().date();
        first.checked_add_months(Months::new(n)).map_or(self, |d| Self {
            year: d.year(),
            month: d.month(),
        })
    }

    /// The month `n` earlier.
    pub fn minus(self, n: u32) -> Self {
        let first = self.first().date();
        first.checked_sub_months(Months::new(n)).map_or(self, |d| Self {
            year: d.year(),
            month: d.month(),
        })
    }
}

impl std::fmt::Display for Month {
    /// "11/2026", as Vietnamese tables write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}/{}", self.month, self.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_day_turns_at_seventeen_utc() {
        let midnight = 1_795_280_400; // 2026-11-22T00:00:00+07:00
        assert_eq!(rfc3339(midnight), "2026-11-22T00:00:00+07:00");
        let day = LocalDay::of(midnight);
        assert_eq!(day.date().to_string(), "2026-11-22");
        assert_eq!(day.start(), midnight);
        assert_eq!(LocalDay::of(midnight - 1).date().to_string(), "2026-11-21");
        assert_eq!((local_hour(midnight), local_hour(midnight - 1)), (0, 23));
        assert_eq!(LocalDay::from_date(day.date()), day);
    }

    #[test]
    fn a_week_begins_on_monday_and_a_day_at_local_midnight() {
        let sunday = 1_795_280_400;
        assert_eq!(local_minute(sunday), (6, 0));
        assert_eq!(local_minute(sunday - 1), (5, 1439));
        assert_eq!(local_minute(sunday + 86_400 + 450 * 60), (0, 450));
    }

    #[test]
    fn working_days_are_counted_one_by_one() {
        let sunday = LocalDay::of(1_795_280_400);
        for (from, days) in [(0, 30), (-20, 20), (3, 0), (5, 1), (4, -9)] {
            let (from, end) = (LocalDay(sunday.0 + from), LocalDay(sunday.0 + from + days));
            let expected = (from.0..end.0).filter(|day| !matches!((day - sunday.0).rem_euclid(7), 0 | 6));
            assert_eq!(from.working_days_until(end), expected.count() as u64, "{from:?} {days}");
        }
    }

    #[test]
    fn a_month_has_two_halves() {
        let day = |text: &str| LocalDay::from_date(text.parse().unwrap());
        for (of, start, next) in [
            ("2026-02-01", "2026-02-01", "2026-02-15"),
            ("2026-02-14", "2026-02-01", "2026-02-15"),
            ("2026-02-15", "2026-02-15", "2026-03-01"),
            ("2026-12-31", "2026-12-15", "2027-01-01"),
        ] {
            assert_eq!(
                (day(of).half_start(), day(of).next_half()),
                (day(start), day(next)),
                "{of}"
            );
        }
    }

    #[test]
    fn months_are_half_open_and_cross_years() {
        let month = Month { year: 2026, month: 12 };
        assert_eq!(month.end().date().to_string(), "2027-01-01");
        assert_eq!(month.minus(12).to_string(), "12/2025");
        assert_eq!(Bucket::of(-1), Bucket(-1));
    }
}
