//! A demo's past: working days of made-up ballots, cast and sent day by day on a simulated clock.

use super::{Citizens, SwarmError, Tablet};
use crate::domain::{
    policy,
    time::{LocalDay, Month},
};
use crate::outbox::Durability;
use crate::sync::Http;
use chrono::{Datelike, Weekday};
use std::ops::Range;

/// Office hours as seconds of the local day: morning, afternoon.
const HOURS: [Range<i64>; 2] = [27_000..41_400, 48_600..61_200];
/// When the tablets send, seconds of the local day.
const EVENING: i64 = 62_100;
/// Calls a tablet may need for one day.
const TRIES: u32 = 200;

/// A counter of the demo and how busy it is.
#[derive(Clone, Debug)]
pub struct DemoCounter {
    /// Enrols its tablet.
    pub code: String,
    /// Ballots in each month, oldest first.
    pub per_month: Vec<u32>,
    /// Things go wrong here.
    pub troubled: bool,
}

/// Casts a history that ends with `last` (a local day) into a district, through its real protocol. `progress` hears
/// of each day before it begins, the days done and their total. Returns the ballots cast.
pub async fn demo_history(
    district: &str,
    counters: &[DemoCounter],
    last: LocalDay,
    seed: u64,
    mut progress: impl FnMut(LocalDay, usize, usize),
) -> Result<u64, SwarmError> {
    let months = counters
        .iter()
        .map(|counter| counter.per_month.len())
        .max()
        .unwrap_or(0);
    let first = last.month().minus(u32::try_from(months.saturating_sub(1)).unwrap_or(0));
    let folder = tempfile::tempdir()?;
    let mut tablets = Vec::new();
    for (i, counter) in counters.iter().enumerate() {
        let http = Http::new(district).map_err(|error| SwarmError::Address(error.to_string()))?;
        let dir = folder.path().join(i.to_string());
        std::fs::create_dir_all(&dir)?;
        let start = first.first().start();
        let mut tablet = Tablet::open(&dir, http, Durability::Simulated, start)?;
        tablet.enrol(&counter.code, start).await?;
        let citizens = Citizens::new(seed.wrapping_add(i as u64), counter.troubled);
        tablets.push((tablet, citizens, counter));
    }
    let days: Vec<LocalDay> = (first.first().0..=last.0)
        .map(LocalDay)
        .filter(|day| is_working(*day))
        .collect();
    let mut cast = 0;
    for (done, day) in days.iter().enumerate() {
        progress(*day, done, days.len());
        for (tablet, citizens, counter) in &mut tablets {
            let times = times_of(*day, first, last, &counter.per_month, citizens);
            cast += times.len() as u64;
            tablet.outbox.close_days(day.start())?;
            for time in times {
                tablet.cast(citizens, time)?;
            }
        }
        let evening = day.start() + EVENING;
        let sending = tablets.iter_mut().map(|(tablet, _, _)| tablet.drain(evening, TRIES));
        futures_util::future::try_join_all(sending).await?;
    }
    // The morning after, the last day's counts of visits travel too.
    let morning = LocalDay(last.0 + 1).start();
    for (tablet, _, _) in &mut tablets {
        tablet.outbox.close_days(morning)?;
        tablet.drain(morning, TRIES).await?;
    }
    Ok(cast)
}

/// Monday to Friday.
pub(super) fn is_working(day: LocalDay) -> bool {
    !matches!(day.date().weekday(), Weekday::Sat | Weekday::Sun)
}

/// The times of a day's ballots: the month's number spread over its working days, at random times in office hours.
fn times_of(day: LocalDay, first: Month, last: LocalDay, per_month: &[u32], citizens: &mut Citizens) -> Vec<i64> {
    let month = day.month();
    let at = (month.year - first.year) * 12 + month.month as i32 - first.month as i32;
    let total = usize::try_from(at)
        .ok()
        .and_then(|at| per_month.get(at))
        .copied()
        .unwrap_or(0);
    let end = month.end().0.min(last.0 + 1);
    let working: Vec<i64> = (month.first().0..end).filter(|d| is_working(LocalDay(*d))).collect();
    let Some(place) = working.iter().position(|d| *d == day.0) else {
        return Vec::new();
    };
    let share = |i: usize| u64::from(total) * i as u64 / working.len() as u64;
    let count = share(place + 1) - share(place);
    let mut times: Vec<i64> = (0..count).map(|_| day.start() + random_second(citizens)).collect();
    times.sort_unstable();
    // A queue at a counter never moves faster than one citizen in half a minute.
    for i in 1..times.len() {
        let earliest = times.get(i - 1).copied().unwrap_or(0) + policy::PACE_BURST_SECS + 10;
        if let Some(time) = times.get_mut(i) {
            *time = (*time).max(earliest);
        }
    }
    times
}

fn random_second(citizens: &mut Citizens) -> i64 {
    let lengths = HOURS.map(|hours| hours.end - hours.start);
    let mut left = citizens.below(lengths.iter().sum::<i64>() as u64) as i64;
    for (hours, length) in HOURS.into_iter().zip(lengths) {
        if left < length {
            return hours.start + left;
        }
        left -= length;
    }
    EVENING - 1
}
