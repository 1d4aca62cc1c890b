//! Taking a receipt: settle what it covers, send everything again where the district lost some, prune old bodies.

use super::{Outbox, OutboxError};
use crate::domain::{
    hex::{Generation, Hash, Hex},
    policy,
};
use crate::wire::{
    answer::{Receipt, Stored},
    canon,
};
use rusqlite::{OptionalExtension, Transaction, params};

/// What a receipt changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Records settled by it that were not before.
    pub first_time: u64,
    /// The district lost records, or was restored: everything kept is sent again.
    pub refill: bool,
}

impl Outbox {
    /// Takes a receipt whose signature and nonce were checked.
    pub fn settle(&mut self, receipt: &Receipt) -> Result<Settled, OutboxError> {
        let prune_days = self
            .identity
            .enrolment()
            .map_or(policy::PRUNE_DAYS, |e| e.setup.settings.prune_days);
        let settled = self.db.write(|tx| {
            let first_time = receipt.runs.iter().try_fold(0, |sum, run| {
                Ok::<_, OutboxError>(sum + settle_run(tx, run, receipt.received)?)
            })?;
            let refill = must_refill(tx, receipt, first_time)?;
            if refill {
                tx.execute(
                    "update record set pending = 1 where body is not null and pending = 0",
                    [],
                )?;
                // A receipt from before, carried in a file, may be for what the district has lost.
                tx.execute("delete from filed", [])?;
            }
            remember(tx, receipt)?;
            prune(tx, receipt.received, prune_days)?;
            Ok::<_, OutboxError>(Settled { first_time, refill })
        })?;
        self.identity.set_revoked(receipt.revoked)?;
        Ok(settled)
    }

    /// Settles what a receipt covers, and nothing more: for one that is older than what the district said since.
    pub(super) fn settle_runs(&mut self, receipt: &Receipt) -> Result<Settled, OutboxError> {
        let first_time = self.db.write(|tx| {
            receipt.runs.iter().try_fold(0, |sum, run| {
                Ok::<_, OutboxError>(sum + settle_run(tx, run, receipt.received)?)
            })
        })?;
        let refill = false;
        Ok(Settled { first_time, refill })
    }
}

/// Settles a run where our own head is the one the district confirmed.
fn settle_run(tx: &Transaction<'_>, run: &Stored, received: i64) -> Result<u64, OutboxError> {
    let sql = "select e.no, r.head from record r join epoch e on e.no = r.epoch_no where e.id = ?1 and r.seq = ?2";
    let ours = tx
        .prepare_cached(sql)?
        .query_row(params![run.epoch.0, run.last as i64], |row| {
            Ok((row.get::<_, i64>(0)?, Hex(row.get(1)?)))
        })
        .optional()?;
    let epoch_no = match ours {
        Some((epoch_no, head)) if (head as Hash) == run.head => epoch_no,
        _ => return Ok(0),
    };
    let range = params![epoch_no, run.first as i64, run.last as i64];
    let sql = "select count(*), coalesce(sum(is_ballot), 0) from record \
               where epoch_no = ?1 and seq between ?2 and ?3 and settled is null";
    let (first_time, ballots): (i64, i64) = tx
        .prepare_cached(sql)?
        .query_row(range, |row| Ok((row.get(0)?, row.get(1)?)))?;
    tx.prepare_cached("update district set sent = sent + ?1")?
        .execute([ballots])?;
    // The newest receipt: a body that a restored district asked for again is kept as long again.
    let sql = "update record set settled = ?4, pending = 0 \
               where epoch_no = ?1 and seq between ?2 and ?3 and (pending = 1 or settled is null)";
    tx.prepare_cached(sql)?
        .execute(params![epoch_no, run.first as i64, run.last as i64, received])?;
    Ok(first_time as u64)
}

/// A restored district has a new generation; one that was put back to an older copy behind our back holds fewer
/// records than it told us before.
fn must_refill(tx: &Transaction<'_>, receipt: &Receipt, first_time: u64) -> Result<bool, OutboxError> {
    let (generation, held) = tx
        .prepare_cached("select generation, held from district")?
        .query_row([], |row| {
            Ok((row.get::<_, Option<[u8; 16]>>(0)?, row.get::<_, i64>(1)? as u64))
        })?;
    let generation: Option<Generation> = generation.map(Hex);
    let restored = generation.is_some_and(|known| known != receipt.generation);
    Ok(restored || receipt.held < held.saturating_add(first_time))
}

fn remember(tx: &Transaction<'_>, receipt: &Receipt) -> Result<(), OutboxError> {
    let sql = "update district set generation = ?1, held = ?2, last_receipt = ?3, \
               checkpoint = coalesce(?4, checkpoint), position = ?5";
    tx.prepare_cached(sql)?.execute(params![
        receipt.generation.0,
        receipt.held as i64,
        receipt.received,
        receipt.checkpoint.as_ref().map(canon::line_of),
        i64::try_from(receipt.position).unwrap_or(i64::MAX),
    ])?;
    tx.prepare_cached("update survey set wanted = 0 where wanted = 1")?
        .execute([])?;
    for wanted in &receipt.wanted {
        tx.prepare_cached("update survey set wanted = 1 where hash = ?1")?
            .execute([wanted.0])?;
    }
    Ok(())
}

/// Removes bodies some time after their receipt, between receipt times: the district's clock, never the tablet's.
fn prune(tx: &Transaction<'_>, received: i64, days: i64) -> Result<(), OutboxError> {
    let before = received.saturating_sub(days.max(policy::PRUNE_DAYS).saturating_mul(86_400));
    let sql = "update record set body = null where settled <= ?1 and body is not null and pending = 0";
    tx.prepare_cached(sql)?.execute([before])?;
    Ok(())
}
