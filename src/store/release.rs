//! Release (design §6): nobody learns one citizen's answer. At local midnight the unreleased counted ballots of a counter
//! and half month enter the figures together if they are enough; fewer wait for the next night. By half months, because
//! every month on a page is made of them: one ballot that comes late, or just before a month ends, would else move its
//! figure alone.
//!
//! A release says up to which log position it reaches and which days it covers; which records those are follows from
//! that alone.

use super::{Result, Store, WriteTx, log, log::Kind, state::State};
use crate::domain::{
    policy::{MIN_CELL, MIN_RUNNING},
    time::LocalDay,
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Effective days from one up to, without, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: i64,
    /// The first that is not among them any more.
    pub to: i64,
}

impl Days {
    /// The half month of a day. A day that no calendar can say (a clock thousands of years off) is one of its own.
    pub(super) fn half(day: i64) -> Self {
        let (from, to) = (LocalDay(day).half_start().0, LocalDay(day).next_half().0);
        match (from..to).contains(&day) {
            true => Self { from, to },
            false => Self {
                from: day,
                to: day.saturating_add(1),
            },
        }
    }
}

/// What a release covers in a demo folder, and what it covered before it was of one half month (migration 91).
pub(super) const EVERY_DAY: Days = Days {
    from: -1_000_000_000_000_000,
    to: 1_000_000_000_000_000,
};

/// The release that covers what a counter got of a day at a log position (stored, or decided to count); 0 while none
/// does.
pub fn covering(conn: &Connection, counter_no: i64, day: i64, pos: i64) -> Result<i64> {
    Ok(released(conn, counter_no, day, pos)?.map_or(0, |(no, _)| no))
}

/// The same with the position of the release's own log entry.
pub(super) fn released(conn: &Connection, counter_no: i64, day: i64, pos: i64) -> Result<Option<(i64, i64)>> {
    Ok(conn
        .prepare_cached(
            "select no, pos from release where counter_no = ?1 and upto >= ?2 and from_day <= ?3 and to_day > ?3
             order by upto limit 1",
        )?
        .query_row((counter_no, pos, day), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Numbers of a counter's releases from before a day; a demo folder's, which covers whatever comes, is one of them.
pub(super) fn before(conn: &Connection, counter_no: i64, day: LocalDay) -> Result<BTreeSet<i64>> {
    let mut rows = conn.prepare_cached("select no from release where counter_no = ?1 and (day < ?2 or upto = ?3)")?;
    let rows = rows.query_map((counter_no, day.0, i64::MAX), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Counted ballots that wait, by counter number and first day of their half month.
pub fn waiting(conn: &Connection) -> Result<BTreeMap<(i64, i64), (Days, u64)>> {
    let mut rows = conn.prepare_cached(
        "select counter_no, day, sum(n) from rollup indexed by rollup_waiting
         where state = 1 and release = 0 and question = 0 group by counter_no, day",
    )?;
    let mut rows = rows.query([])?;
    let mut waiting = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (counter_no, days, n) = (row.get(0)?, Days::half(row.get(1)?), row.get::<_, u64>(2)?);
        waiting.entry((counter_no, days.from)).or_insert((days, 0)).1 += n;
    }
    Ok(waiting)
}

impl WriteTx<'_> {
    /// Releases what is due; answers how many ballots entered the figures. Due is at most once per local day: several
    /// missed nights are one release.
    pub fn release_due(&self, now: i64) -> Result<u64> {
        let day = LocalDay::of(now).0;
        let last = super::meta::get(self.conn, "released_day")?;
        let last = last.and_then(|day| day.try_into().ok()).map(i64::from_be_bytes);
        if last.is_some_and(|last| LocalDay(last).covers(LocalDay(day))) {
            return Ok(0);
        }
        super::meta::put(self.conn, "released_day", &day.to_be_bytes())?;
        let mut released = 0;
        for ((counter_no, _), (days, ballots)) in waiting(self.conn)? {
            if ballots >= if days.to > day { MIN_RUNNING } else { MIN_CELL } {
                self.release(counter_no, days, ballots, log::head(self.conn)?.pos, now)?;
                released += ballots;
            }
        }
        Ok(released)
    }

    fn release(&self, counter_no: i64, days: Days, ballots: u64, upto: i64, now: i64) -> Result<i64> {
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from release", [], |row| row.get(0))?;
        let Days { from, to } = days;
        let body = json!({
            "release": no, "counter": counter_no, "upto": upto, "ballots": ballots, "from": from, "to": to,
        });
        let pos = self.log(Kind::Release, now, body)?;
        self.conn.execute(
            "insert into release (no, counter_no, upto, day, ballots, pos, from_day, to_day)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (no, counter_no, upto, LocalDay::of(now).0, ballots, pos, from, to),
        )?;
        // The state is in the text, as the index of what waits has it.
        let counted = State::Counted.code();
        self.conn.execute(
            &format!(
                "update rollup set release = ?1
                 where counter_no = ?2 and day >= ?3 and day < ?4 and state = {counted} and release = 0"
            ),
            (no, counter_no, from, to),
        )?;
        Ok(no)
    }
}

/// In a demo folder answers are released at arrival, or a visitor could see nothing: one release per counter that
/// covers whatever comes.
pub(super) fn standing(tx: &WriteTx<'_>, counter_no: i64, now: i64) -> Result<()> {
    tx.release(counter_no, EVERY_DAY, 0, i64::MAX, now).map(|_| ())
}

impl Store {
    /// Releases what is due (see [`WriteTx::release_due`]).
    pub fn release_due(&self, now: i64) -> Result<u64> {
        self.write(move |tx| tx.release_due(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_in_its_half_month() {
        for day in [0, 20_000, 20_013, 20_014, -700_000, 95_000_000, 1 << 40, -(1 << 40)] {
            let half = Days::half(day);
            assert!((half.from..half.to).contains(&day), "{day}: {half:?}");
            assert_eq!(Days::half(half.from), half, "{day}");
            assert!(EVERY_DAY.from <= half.from && half.to <= EVERY_DAY.to, "{day}");
        }
    }
}
