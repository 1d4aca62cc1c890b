//! The queue by hand: what may travel goes into a sealed file, and a receipt file settles it as the network's receipts do.

use super::{Outbox, OutboxError, Settled, stats};
use crate::domain::{hex::Nonce, policy};
use crate::platform;
use crate::wire::{answer::Receipt, bundle::Health, file, gzip, keys::key_id, seal};
use rusqlite::{OptionalExtension, params};

/// A file to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its bytes (`.hlb`).
    pub bytes: Vec<u8>,
    /// Ballots in it.
    pub ballots: u64,
    /// Records that may travel and are not in it: the next file carries them, once this one's receipt was taken.
    pub left: u64,
}

/// What a receipt from a file did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is for a bundle of a file of ours.
    Settled(Settled),
    /// It is not: of another tablet, or from before everything was sent again.
    NotOurs,
}

impl Outbox {
    /// Puts all that may travel into a file; `None` if nothing may. The records stay pending until a receipt comes, by
    /// whichever way.
    pub fn save_file(&mut self, health: &Health, now: i64) -> Result<Option<BundleFile>, OutboxError> {
        let enrolment = self.identity.enrolment().ok_or(OutboxError::NotEnrolled)?;
        let district = key_id(&enrolment.district_key);
        let key = enrolment.setup.file_key.ok_or(OutboxError::NoFileKey)?;
        // All of them, however many: "left" is what somebody is told to save another file for.
        let sendable = self.db.read(|tx| stats::sendable(tx, now, i64::MAX))?;
        let (mut sealed, mut nonces, mut records, mut ballots) = (Vec::new(), Vec::new(), 0u64, 0u64);
        while records < sendable && sealed.len() < policy::MAX_FILE_BUNDLES {
            let skip = usize::try_from(records).unwrap_or(usize::MAX);
            let batch = self.next_batch(health, policy::MAX_BUNDLE_RECORDS, skip, now)?;
            if batch.records == 0 {
                break;
            }
            let bytes = seal::seal(platform::random()?, &key, seal::FILE, &gzip::pack(&batch.bytes));
            sealed.push(bytes.map_err(|_| OutboxError::NoFileKey)?);
            nonces.push(batch.nonce);
            records += batch.records;
            ballots += batch.ballots;
        }
        if sealed.is_empty() {
            return Ok(None);
        }
        self.db.write(|tx| {
            for nonce in &nonces {
                tx.prepare_cached("insert into filed (nonce) values (?1)")?
                    .execute([nonce.0])?;
            }
            let sql = "delete from filed where no <= (select max(no) from filed) - ?1";
            tx.execute(sql, [policy::FILED_KEPT])?;
            Ok::<_, OutboxError>(())
        })?;
        Ok(Some(BundleFile {
            bytes: file::pack(district, &sealed),
            ballots,
            left: sendable.saturating_sub(records),
        }))
    }

    /// Takes a receipt from a file, whose signature was checked. Taken twice, or after the network's, it changes nothing.
    pub fn take_filed(&mut self, receipt: &Receipt) -> Result<Taken, OutboxError> {
        if !self.is_filed(receipt.nonce)? {
            return Ok(Taken::NotOurs);
        }
        let (generation, position) = self.db.read(|tx| {
            Ok::<_, OutboxError>(tx.query_row("select generation, position from district", [], |row| {
                Ok((row.get::<_, Option<[u8; 16]>>(0)?, row.get::<_, i64>(1)?))
            })?)
        })?;
        // The district has answered since, by the network or with a later file: what it says of itself is newer there.
        let old =
            generation == Some(receipt.generation.0) && i64::try_from(receipt.position).is_ok_and(|p| p < position);
        let settled = if old {
            self.settle_runs(receipt)?
        } else {
            self.settle(receipt)?
        };
        Ok(Taken::Settled(settled))
    }

    fn is_filed(&mut self, nonce: Nonce) -> Result<bool, OutboxError> {
        self.db.read(|tx| {
            let sql = "select 1 from filed where nonce = ?1";
            let found: Option<i64> = tx.query_row(sql, params![nonce.0], |row| row.get(0)).optional()?;
            Ok::<_, OutboxError>(found.is_some())
        })
    }
}
