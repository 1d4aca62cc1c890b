//! Ingest: every line of a signed, consistent bundle is stored, judged and counted; the receipt covers it.
//!
//! Nothing here refuses a record. What can be refused (framing, signature, size, chain, an unknown device) was
//! refused before, in `wire` and in the API.

mod contacts;
mod doubt;
mod judge;
mod lines;
mod prepared;
mod tally;

pub(super) use lines::row_bytes;
pub use prepared::Prepared;

use super::{
    Result, Store, StoreError, WriteTx, alarms, checkpoint, contact, devices, log, log::Kind, setups, surveys,
};
use crate::{
    domain::hex::{EpochId, Hash},
    wire::{
        answer::{Answer, Receipt, Stored},
        bundle::{Bundle, Header, Run},
        signed,
    },
};
use contacts::Contacts;
use judge::Clocks;
use lines::Lines;
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use std::collections::BTreeMap;

impl Store {
    /// Stores a bundle and answers the sealed receipt, after the fsync. In a demo folder the header's clock is the
    /// time of arrival.
    pub async fn ingest(&self, bundle: impl Into<Prepared>, now: i64) -> Result<String> {
        let bundle = bundle.into();
        self.write_async(move |tx| tx.ingest(&bundle, now)).await
    }

    /// Like [`Store::ingest`], for callers that are not async.
    pub fn ingest_blocking(&self, bundle: impl Into<Prepared>, now: i64) -> Result<String> {
        let bundle = bundle.into();
        self.write(move |tx| tx.ingest(&bundle, now))
    }
}

/// How a bundle came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By<'a> {
    /// From the tablet itself.
    Network,
    /// In a file that this person took in.
    File(&'a str),
}

/// What a bundle came to.
#[derive(Debug)]
pub(super) struct Ingested {
    /// The sealed receipt.
    pub(super) answer: String,
    /// Ballots that were not held before.
    pub(super) new_ballots: u64,
}

impl WriteTx<'_> {
    fn ingest(&self, prepared: &Prepared, now: i64) -> Result<String> {
        Ok(self.ingest_by(prepared, By::Network, now)?.answer)
    }

    /// Stores a bundle and seals its receipt, which may leave after the commit.
    pub(super) fn ingest_by(&self, prepared: &Prepared, by: By<'_>, now: i64) -> Result<Ingested> {
        let (bundle, header) = (&prepared.bundle, &prepared.bundle.header);
        let device = devices::find(self.conn, header.device)?.ok_or(StoreError::NotFound("device"))?;
        // By the server's own clock, in a demo folder too.
        let heard = device.heard(now);
        let now = if self.identity.demo { header.clock } else { now };
        let hour = log::hour(now);
        self.apply_due_publications(now)?;
        let told = self.told(header, device.no, hour)?;
        let mut learnt = Vec::new();
        for (name, document) in &header.surveys {
            learnt.extend(self.learn_survey(name, document, now)?);
        }
        let mut contacts = Contacts::of(&device, header.step, now);
        if self.identity.demo {
            // A simulated time has nothing to do with that of the enrolment.
            contacts.earliest = i64::MIN;
        }
        let clocks = match by {
            By::Network => Clocks::by_network(header, contacts, now),
            By::File(_) => Clocks::by_file(header, contacts, now),
        };
        let head = log::head(self.conn)?;
        let mut lines = Lines::new(self, &device, clocks, head.pos + 1, hour)?;
        let mut runs = Vec::new();
        for (run, stored) in prepared.runs() {
            runs.push((run, lines.run(run, stored)?));
        }
        lines.finish()?;
        if let Some(tip) = &header.tip {
            let epoch_no = self.named(device.no, tip, hour)?;
            self.doubt_beginning(device.no, epoch_no, hour)?;
        }
        for tip in header.mark.iter().chain(&lines.named) {
            self.named(device.no, tip, hour)?;
        }
        for epoch_no in &lines.touched {
            if alarms::check_forks(self.conn, device.no, *epoch_no, hour)? {
                self.doubt(device.no)?;
            }
        }
        // A file tells how the device was when it was saved; one that is older than the last contact tells nothing new.
        let newest = by == By::Network || heard.is_none_or(|heard| clocks.arrival >= heard);
        if newest && !clocks.doubtful {
            // How far its clock is ahead, in minutes: what a file says of it is as old as the file.
            let ahead = (by == By::Network).then(|| header.clock.saturating_sub(now).div_euclid(60));
            let health = json!({"app": header.app, "health": header.health, "step": header.step, "ahead": ahead});
            self.conn
                .prepare_cached(
                    // Not the later contact of the two: that would keep what a clock said that has been put right since. Never
                    // fewer steps: the contact before the last of them would be forgotten.
                    "update device set last_contact = ?2, health = ?3,
                       step_contact = case when ?4 > step then ?5 else step_contact end, step = max(step, ?4)
                     where no = ?1",
                )?
                .execute((
                    device.no,
                    log::hour(clocks.arrival),
                    health.to_string(),
                    header.step,
                    contacts.before_step,
                ))?;
            contact::heard(self.conn, device.no, clocks.arrival)?;
        }
        let new = lines.new > 0 || told == Told::Otherwise { first: true };
        let checkpoint = checkpoint::newest(self.conn)?;
        let receipt = Receipt {
            district: self.identity.id,
            generation: self.identity.generation,
            held: match told {
                // We were put back behind everybody's back, and what is held now may be less than it was and yet as many:
                // others write under this name, too. With none, the tablet sends all again; and only once, because
                // it repeats the checkpoint of this receipt from now on.
                Told::Otherwise { .. } if checkpoint.is_some() && checkpoint != header.checkpoint => 0,
                _ if self.asks_for_all(device.no, header, checkpoint.as_ref())? => 0,
                _ => held(self.conn, device.no)?,
            },
            checkpoint,
            nonce: header.nonce,
            position: u64::try_from(head.pos + i64::from(new)).unwrap_or(0),
            received: hour,
            revoked: device.revoked,
            runs: header.runs.iter().map(stored).collect(),
            setup: setups::version(self.conn, device.no)?,
            v: crate::wire::VERSION,
            wanted: surveys::wanted(self.conn, device.no)?,
        };
        let answer = self.identity.seal(signed::ANSWER, &Answer::Receipt(receipt));
        if new {
            let mut body = entry(bundle, &runs, lines.digest(), &answer)?;
            if let (By::File(who), Some(members)) = (by, body.as_object_mut()) {
                members.insert("file_by".into(), json!(who));
            }
            self.log(Kind::Bundle, now, body)?;
        }
        for survey_no in learnt {
            self.count_unread(survey_no, now)?;
        }
        for note in std::mem::take(&mut lines.notes) {
            self.noted(header.device, &note, now)?;
        }
        Ok(Ingested {
            answer,
            new_ballots: lines.new_ballots,
        })
    }
}

/// What the tablet was told of our log, as far as it repeats it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    /// Nothing, or what the log still says.
    Same,
    /// A checkpoint that the log contradicts; whether for the first time in this epoch.
    Otherwise { first: bool },
}

impl WriteTx<'_> {
    /// Raises an alarm if the tablet repeats a checkpoint that our log contradicts. The first such bundle of an epoch is
    /// evidence, and logged, whatever else it brings.
    fn told(&self, header: &Header, device_no: i64, hour: i64) -> Result<Told> {
        let (Some(seen), Some(tip)) = (&header.checkpoint, &header.tip) else {
            return Ok(Told::Same);
        };
        if !self.contradicts(seen)? {
            return Ok(Told::Same);
        }
        let epoch_no = epoch_number(self.conn, device_no, tip.epoch)?;
        let detail = format!("it was told of {} entries with another head", seen.size);
        let first = alarms::raise(self.conn, "log", device_no, epoch_no, 0, &detail, hour)?;
        Ok(Told::Otherwise { first })
    }
}

/// The body of a bundle's log entry: enough to check the device's signature, each run's chain from the stored
/// leaves, the rows it added, and the receipt.
fn entry(
    bundle: &Bundle,
    runs: &[(&Run, BTreeMap<u64, Hash>)],
    rows: Hash,
    receipt: &str,
) -> Result<serde_json::Value> {
    let header = std::str::from_utf8(&bundle.header_line).map_err(|_| StoreError::Corrupt("header"))?;
    let runs: Vec<_> = runs
        .iter()
        .map(|(run, other)| {
            let mut value = json!({"count": run.count, "epoch": run.epoch, "first": run.first, "from": run.from,
                "head": run.head});
            if let (Some(members), false) = (value.as_object_mut(), other.is_empty()) {
                members.insert("other".into(), json!(other));
            }
            value
        })
        .collect();
    Ok(
        json!({"device": bundle.header.device, "header": header, "receipt": receipt, "rows": rows, "runs": runs,
        "sig": bundle.signature}),
    )
}

fn stored(run: &Run) -> Stored {
    Stored {
        epoch: run.epoch,
        first: run.first,
        head: run.head,
        last: run.first.saturating_add(run.count).saturating_sub(1),
    }
}

/// Distinct (key, leaf) held of a device, conflicts and holes included.
fn held(conn: &Connection, device_no: i64) -> Result<u64> {
    Ok(conn
        .prepare_cached("select coalesce(sum(records + conflicts), 0) from epoch where device_no = ?1")?
        .query_row([device_no], |row| row.get(0))?)
}

/// The number of an epoch; gives it one if it has none.
pub(super) fn epoch_number(conn: &Connection, device_no: i64, epoch: EpochId) -> Result<i64> {
    let known = conn
        .prepare_cached("select no from epoch where device_no = ?1 and id = ?2")?
        .query_row((device_no, epoch.0), |row| row.get(0))
        .optional()?;
    match known {
        Some(no) => Ok(no),
        None => {
            conn.prepare_cached("insert into epoch (device_no, id) values (?1, ?2)")?
                .execute((device_no, epoch.0))?;
            Ok(conn.last_insert_rowid())
        }
    }
}
