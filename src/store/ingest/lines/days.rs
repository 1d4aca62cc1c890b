//! Days that a tablet tells of twice, because it went back in time or is one of two copies. Visits have no name as ballots
//! have one (their salt), so what the two tell can only be compared by when they were made.

use super::{super::judge::Verdict, Lines};
use crate::store::{Result, state::marks};
use rusqlite::{Connection, OptionalExtension};
use std::collections::BTreeMap;

// A hostile tablet must not keep the writer busy: what lies beyond these adds up, as if it were told for the first time.
/// Openings that are followed back: weeks of them, for a tablet has a few a day.
const FOLLOWED: u32 = 200;
/// Records of one day that are looked at, and of those whose clock is believed.
const TOLD: (u32, u32) = (64, 4);
/// Epochs, and records in each, that are looked through for the last day before two histories part.
const LOOKED_THROUGH: (usize, u32) = (16, 64);

/// Epoch number and seq.
type Place = (i64, i64);

impl Lines<'_> {
    /// Whether the visits of a day were told by a record that is in another history than this one, from before where the
    /// two part. Visits after that are each history's own and add up, and so do two records of one history (the clock
    /// was set back, or the day was closed early).
    pub(super) fn told_before(&self, here: Place, day: &Verdict) -> Result<bool> {
        if day.marks & marks::NO_TIME != 0 {
            return Ok(false);
        }
        let conn = self.tx.conn;
        let told = self.told(day)?;
        if told.is_empty() {
            return Ok(false);
        }
        let mine = history(conn, here)?;
        for there in told {
            let theirs: BTreeMap<i64, i64> = history(conn, there)?.into_iter().collect();
            let common = mine.iter().filter_map(|(epoch_no, seq)| {
                let upto = theirs.get(epoch_no)?;
                Some((*epoch_no, *seq.min(upto)))
            });
            let common: Vec<Place> = common.collect();
            // Whichever came first: after a restore it may be the later one.
            let one_history = common.first().is_some_and(|newest| [here, there].contains(newest));
            if !one_history && last_day(conn, &common)?.is_some_and(|last| day.day <= last) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Where this device told of the same day, whatever counter it stood at.
    fn told(&self, day: &Verdict) -> Result<Vec<Place>> {
        let mut rows = self.tx.conn.prepare_cached(
            "select v.epoch_no, v.seq
             from (select epoch_no, seq from visit_day where device_no = ?1 and day = ?2 limit ?3) v
             join record r on r.epoch_no = v.epoch_no and r.seq = v.seq and r.marks & 8 = 0 limit ?4",
        )?;
        let rows = rows.query_map((self.device.no, day.day, TOLD.0, TOLD.1), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}

/// The epochs that led to a record, newest first, each with its last record that did.
fn history(conn: &Connection, from: Place) -> Result<Vec<Place>> {
    let mut rows = conn.prepare_cached(
        "with recursive back (epoch_no, seq) as (
           values (?1, ?2)
           union
           select o.prev_epoch_no, o.prev_seq from back b join opening o on o.epoch_no = b.epoch_no
           where o.prev_epoch_no is not null limit ?3)
         select epoch_no, seq from back",
    )?;
    let rows = rows.query_map((from.0, from.1, FOLLOWED), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The day of the last ballot, or the last day told of, in the part that two histories share.
fn last_day(conn: &Connection, common: &[Place]) -> Result<Option<i64>> {
    let mut last = conn.prepare_cached(
        "select day from (select day, kind, marks from record where epoch_no = ?1 and seq <= ?2 order by seq desc limit ?3)
         where kind in (1, 2) and marks & 8 = 0 limit 1",
    )?;
    let (epochs, records) = LOOKED_THROUGH;
    for (epoch_no, seq) in common.iter().take(epochs) {
        if let Some(day) = last.query_row((epoch_no, seq, records), |row| row.get(0)).optional()? {
            return Ok(Some(day));
        }
    }
    Ok(None)
}
