//! Whether a tablet must send everything again, because the number of what is held of its name proves nothing.
//!
//! A tablet refills a district that was put back behind its back when it holds fewer records of its name than it said
//! before. Where a copied tablet writes under the same name, what the copy sends makes up for what was lost. So a name is
//! doubted from the first sign of a second writer on, and again each time the district starts, since it starts after it
//! was put back. Once a checkpoint was made that is newer than the doubt, every tablet of the name that repeats an older
//! one is told `held: 0`, and sends all it keeps; from then on it repeats the new one. An answer that is lost is asked for
//! again, and none is asked twice between two starts.

use crate::{
    store::{Result, WriteTx, alarms, log},
    wire::bundle::{Checkpoint, Header, Tip},
};
use rusqlite::OptionalExtension;

/// An epoch that was named may stay without its beginning for so long: what was written within a quarter of an hour
/// travels in any order, a backlog over many bundles.
const UNORDERED_SECS: i64 = 2 * 3600;

impl WriteTx<'_> {
    /// Notes that two tablets seem to write under one name. Once is enough: whatever shows later was lost before this
    /// process began, as what shows now.
    pub(super) fn doubt(&self, device_no: i64) -> Result<()> {
        let head = log::head(self.conn)?;
        self.conn
            .prepare_cached("update device set doubted = ?2 where no = ?1 and doubted is null")?
            .execute((device_no, head.pos))?;
        Ok(())
    }

    /// Remembers a place that was named, and doubts the name if it is behind the one where another epoch continues its epoch.
    /// Answers the epoch's number.
    pub(super) fn named(&self, device_no: i64, tip: &Tip, hour: i64) -> Result<i64> {
        let epoch_no = alarms::claim(self.conn, device_no, tip, hour)?;
        let seq = i64::try_from(tip.seq).unwrap_or(i64::MAX);
        let behind: bool = self
            .conn
            .prepare_cached("select exists (select 1 from opening where prev_epoch_no = ?1 and prev_seq < ?2)")?
            .query_row((epoch_no, seq), |row| row.get(0))?;
        if behind {
            self.doubt(device_no)?;
        }
        Ok(epoch_no)
    }

    /// Doubts the name if the beginning of the epoch it writes in, or of the one before, is not held though it was named
    /// long ago: its tablet has a receipt for it.
    pub(super) fn doubt_beginning(&self, device_no: i64, own: i64, hour: i64) -> Result<()> {
        let before: Option<i64> = self
            .conn
            .prepare_cached("select prev_epoch_no from opening where epoch_no = ?1")?
            .query_row([own], |row| row.get(0))
            .optional()?
            .flatten();
        for epoch_no in std::iter::once(own).chain(before) {
            let gone = self
                .conn
                .prepare_cached(
                    "select exists (select 1 from claim where epoch_no = ?1 and first_hour < ?2)
                       and not exists (select 1 from record where epoch_no = ?1 and seq = 0)",
                )?
                .query_row((epoch_no, hour.saturating_sub(UNORDERED_SECS)), |row| row.get(0))?;
            if gone {
                self.doubt(device_no)?;
            }
        }
        Ok(())
    }

    /// Whether the tablet is to be told that nothing is held: its name is doubted, and the checkpoint that it would repeat
    /// from now on is newer than the doubt, the one that it repeats is not.
    pub(super) fn asks_for_all(&self, device_no: i64, header: &Header, newest: Option<&Checkpoint>) -> Result<bool> {
        let doubted: Option<i64> = self
            .conn
            .prepare_cached("select doubted from device where no = ?1")?
            .query_row([device_no], |row| row.get(0))?;
        let Some(since) = doubted.map(|pos| pos.max(self.opened)) else {
            return Ok(false);
        };
        let since = u64::try_from(since).unwrap_or(0);
        let own = |checkpoint: &&Checkpoint| checkpoint.generation == self.identity.generation;
        let newer = |seen: Option<&Checkpoint>| seen.filter(own).is_some_and(|seen| seen.size >= since);
        Ok(newer(newest) && !newer(header.checkpoint.as_ref()))
    }
}
