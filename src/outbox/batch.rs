//! The next bundle: which records travel now, and the header that speaks for them.

use super::{Outbox, OutboxError};
use crate::domain::{
    hex::{EpochId, Hash, Hex, Nonce},
    policy,
};
use crate::platform;
use crate::wire::{
    self,
    bundle::{self, Header, Health, Line, Run},
    chain,
};
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::BTreeMap;

/// Bytes of a header besides its runs and surveys.
pub(super) const HEADER_BYTES: usize = 4 * 1024;
/// Bytes one run takes in a header.
const RUN_BYTES: usize = 300;

/// A bundle ready to be sent.
#[derive(Debug, Clone)]
pub struct Batch {
    /// What its answer must repeat.
    pub nonce: Nonce,
    /// The bundle's bytes, not packed.
    pub bytes: Vec<u8>,
    /// Records in it; 0 in a heartbeat.
    pub records: u64,
    /// Ballots among them.
    pub ballots: u64,
}

/// A pending record, with what is needed to place it in a run.
struct Pending {
    epoch_no: i64,
    epoch: EpochId,
    seq: u64,
    head: Hash,
    is_ballot: bool,
    line: Line,
}

impl Outbox {
    /// Makes the next bundle of at most `limit` records, after skipping `skip` of those that could travel. Without any,
    /// it is a heartbeat.
    pub fn next_batch(&mut self, health: &Health, limit: usize, skip: usize, now: i64) -> Result<Batch, OutboxError> {
        let enrolment = self.identity.enrolment().ok_or(OutboxError::NotEnrolled)?;
        let (district, setup) = (wire::keys::key_id(&enrolment.district_key), enrolment.setup.version);
        let nonce: Nonce = Hex(platform::random()?);
        let (device, mark, step) = (self.identity.device(), self.identity.mark(), self.identity.step());
        let practice = self.identity.practice();
        let setup_unread = health.setup_unread || self.identity.setup_unread();
        let (header, lines, ballots) = self.db.read(|tx| {
            let surveys = wanted_surveys(tx)?;
            let room = policy::MAX_BUNDLE_BYTES - HEADER_BYTES - wire::canon::line_of(&surveys).len();
            let (runs, lines, ballots) = gather(tx, limit, skip, room, now)?;
            let queued: i64 = tx
                .prepare_cached("select count(*) from record where pending = 1")?
                .query_row([], |row| row.get(0))?;
            let checkpoint: Option<String> = tx
                .prepare_cached("select checkpoint from district")?
                .query_row([], |row| row.get(0))?;
            let header = Header {
                app: env!("CARGO_PKG_VERSION").into(),
                checkpoint: checkpoint.and_then(|text| serde_json::from_str(&text).ok()),
                clock: now,
                device,
                district,
                health: Health {
                    practice,
                    queued: queued as u64,
                    setup,
                    setup_unread,
                    ..health.clone()
                },
                mark,
                nonce,
                runs,
                step,
                surveys,
                tip: super::append::tip(tx)?,
                v: wire::VERSION,
            };
            Ok::<_, OutboxError>((header, lines, ballots))
        })?;
        let bytes = bundle::seal(self.identity.key(), &header, &lines);
        Ok(Batch {
            nonce,
            bytes,
            records: lines.len() as u64,
            ballots,
        })
    }
}

fn wanted_surveys(tx: &Transaction<'_>) -> Result<BTreeMap<String, serde_json::Value>, OutboxError> {
    let mut statement = tx.prepare_cached("select hash, document from survey where wanted = 1")?;
    let rows = statement.query_map([], |row| {
        Ok((Hex::<32>(row.get(0)?).to_string(), row.get::<_, String>(1)?))
    })?;
    let (mut out, mut bytes) = (BTreeMap::new(), 0);
    for row in rows {
        let (hash, document) = row?;
        bytes += document.len() + hash.len() + 8;
        if bytes > policy::MAX_HEADER_SURVEYS_BYTES {
            break;
        }
        // One that does not read (any more) can't be sent, and must not stand in the way of ballots.
        if let Ok(document) = serde_json::from_str(&document) {
            out.insert(hash, document);
        }
    }
    Ok(out)
}

/// A hold that ends after this is longer than any hold can be: the clock was wrong when the record was written, and the
/// record may travel.
pub(super) fn absurd_hold(now: i64) -> i64 {
    now.saturating_add(policy::BUCKET_SECS + policy::HOLD_JITTER_SECS)
}

fn gather(
    tx: &Transaction<'_>,
    limit: usize,
    skip: usize,
    mut room: usize,
    now: i64,
) -> Result<(Vec<Run>, Vec<Line>, u64), OutboxError> {
    let absurd = absurd_hold(now);
    let sql = "select r.epoch_no, e.id, r.seq, r.head, r.leaf, r.body, r.is_ballot from record r join epoch e on e.no = r.epoch_no \
               where r.pending = 1 and (r.hold_until <= ?1 or r.hold_until > ?2) \
               order by r.epoch_no, r.seq limit ?3 offset ?4";
    let limit = limit.min(policy::MAX_BUNDLE_RECORDS);
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params![now, absurd, limit as i64, skip as i64])?;
    let (mut runs, mut lines): (Vec<(i64, Run)>, Vec<Line>) = (Vec::new(), Vec::new());
    let mut ballots = 0;
    while let Some(row) = rows.next()? {
        let next = pending(row)?;
        let continues = runs
            .last()
            .is_some_and(|(no, run)| *no == next.epoch_no && run.first + run.count == next.seq);
        let cost = next.line.len() + if continues { 0 } else { RUN_BYTES };
        if cost > room || (!continues && runs.len() == policy::MAX_BUNDLE_RUNS) {
            break;
        }
        room -= cost;
        match runs.last_mut() {
            Some((_, run)) if continues => {
                run.count += 1;
                run.head = next.head;
            }
            _ => {
                let from = head_before(tx, next.epoch_no, next.seq)?;
                let run = Run {
                    count: 1,
                    epoch: next.epoch,
                    first: next.seq,
                    from,
                    head: next.head,
                };
                runs.push((next.epoch_no, run));
            }
        }
        lines.push(next.line);
        ballots += u64::from(next.is_ballot);
    }
    Ok((runs.into_iter().map(|(_, run)| run).collect(), lines, ballots))
}

fn pending(row: &rusqlite::Row<'_>) -> Result<Pending, OutboxError> {
    let leaf: Hash = Hex(row.get(4)?);
    // A body that no longer has its leaf is damaged; its place in the chain stays, its content is a hole.
    let line = match row.get::<_, Option<Vec<u8>>>(5)? {
        Some(body) if chain::leaf(&body) == leaf => Line::Record(body),
        _ => Line::Hole(leaf),
    };
    let seq = row.get::<_, i64>(2)? as u64;
    Ok(Pending {
        epoch_no: row.get(0)?,
        epoch: Hex(row.get(1)?),
        seq,
        head: Hex(row.get(3)?),
        is_ballot: row.get(6)?,
        line,
    })
}

fn head_before(tx: &Transaction<'_>, epoch_no: i64, seq: u64) -> Result<Option<Hash>, OutboxError> {
    let sql = "select head from record where epoch_no = ?1 and seq = ?2";
    let head = tx
        .prepare_cached(sql)?
        .query_row(params![epoch_no, seq as i64 - 1], |row| Ok(Hex(row.get(0)?)));
    Ok(head.optional()?)
}
