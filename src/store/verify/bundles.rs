//! Bundle entries of the log: the device's signature, the receipt, each run's chain over the stored leaves, and the rows
//! that the bundle added.

use super::{Report, logged::Log};
use crate::{
    domain::hex::{DeviceId, Hash, Hex, Signature},
    store::{Result, checkpoint, ingest},
    wire::{
        answer::{Answer, Receipt},
        bundle::{Header, Run},
        chain, keys, signed,
    },
};
use rusqlite::OptionalExtension;
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};

/// A bundle entry's body.
#[derive(Deserialize)]
pub(super) struct Entry {
    device: DeviceId,
    header: String,
    receipt: String,
    rows: Hash,
    runs: Vec<Logged>,
    sig: Signature,
}

#[derive(Deserialize)]
struct Logged {
    #[serde(flatten)]
    run: Run,
    #[serde(default)]
    other: BTreeMap<u64, Hash>,
}

/// A row of `record` or `conflict`, as far as digests go.
struct Row {
    leaf: Hash,
    numbers: [i64; 8],
    pos: i64,
}

impl Log<'_> {
    pub(super) fn bundle(&mut self, pos: i64, entry: &Entry, report: &mut Report) -> Result<()> {
        let place = format!("log/{pos}");
        let signed_by = self.kept.key(entry.device);
        let holds =
            signed_by.is_some_and(|key| keys::verify(&key, signed::BUNDLE, entry.header.as_bytes(), &entry.sig));
        let header: Option<Header> = serde_json::from_str(&entry.header).ok();
        let Some(header) = header.filter(|header| holds && header.device == entry.device) else {
            report.broken("bundle", place, "the device's signature does not hold");
            return Ok(());
        };
        let runs: Vec<Run> = entry.runs.iter().map(|logged| logged.run).collect();
        if runs != header.runs {
            report.broken("bundle", &place, "its runs are not those the device signed");
        }
        let answer = Answer::open(&self.identity.public_key(), header.nonce, entry.receipt.as_bytes());
        match answer {
            Some(Answer::Receipt(receipt)) => {
                self.generations.entry(receipt.generation).or_insert(pos);
                self.receipt(pos, &receipt, &header, report);
            }
            _ => report.broken("receipt", &place, "the receipt's signature does not hold"),
        }
        for tip in header.tip.iter().chain(&header.mark) {
            let claim = self.claims.entry((entry.device, tip.epoch)).or_insert((0, pos));
            if tip.ballots > claim.0 {
                *claim = (tip.ballots, pos);
            }
        }
        if let Some(seen) = &header.checkpoint {
            if checkpoint::holds(seen, &self.identity.public_key()) {
                self.checkpoint(seen, &format!("log/{}", seen.size), report)?;
            } else {
                report.listed(
                    "checkpoint",
                    &place,
                    "the device repeats a checkpoint that is not this district's",
                );
            }
        }
        let (mut digest, mut seen) = (Vec::new(), HashSet::new());
        for logged in &entry.runs {
            self.run(pos, entry.device, logged, &mut digest, &mut seen, report)?;
        }
        if keys::sha256(&[b"hailong/1/rows\0", &digest]) != entry.rows {
            report.broken("rows", place, "the rows this bundle added are not what they were");
        }
        Ok(())
    }

    fn receipt(&self, pos: i64, receipt: &Receipt, header: &Header, report: &mut Report) {
        let same =
            receipt.runs.len() == header.runs.len()
                && receipt.runs.iter().zip(&header.runs).all(|(stored, run)| {
                    stored.epoch == run.epoch && stored.first == run.first && stored.head == run.head
                });
        if !same || i64::try_from(receipt.position) != Ok(pos) {
            report.broken("receipt", format!("log/{pos}"), "the receipt is for something else");
        }
    }

    fn run(
        &mut self,
        pos: i64,
        device: DeviceId,
        logged: &Logged,
        digest: &mut Vec<u8>,
        seen: &mut HashSet<(i64, i64, Hash)>,
        report: &mut Report,
    ) -> Result<()> {
        let run = logged.run;
        let Some(epoch_no) = self.names.numbers.get(&(device, run.epoch)).copied() else {
            report.broken(
                "record",
                format!("{device}/{}/{}", run.epoch, run.first),
                "the epoch is missing",
            );
            return Ok(());
        };
        let mut from = run.from;
        for seq in run.first..run.first.saturating_add(run.count) {
            let key = i64::try_from(seq).unwrap_or(i64::MAX);
            let row = match logged.other.get(&seq) {
                None => self.row(RECORD, epoch_no, key, None)?,
                Some(leaf) => self.row(CONFLICT, epoch_no, key, Some(leaf))?,
            };
            let Some(row) = row else {
                report.broken(
                    "record",
                    self.names.place(epoch_no, key),
                    format!("missing; log/{pos} brought it"),
                );
                return Ok(());
            };
            from = Some(chain::advance(device, run.epoch, from, row.leaf));
            if row.pos == pos && seen.insert((epoch_no, key, row.leaf)) {
                digest.extend_from_slice(&ingest::row_bytes(&row.leaf, row.numbers));
                self.covered.rows += 1;
                self.covered
                    .sum
                    .add(&[epoch_no, key, pos, i64::from(logged.other.contains_key(&seq))], 1);
            }
        }
        if from != Some(run.head) {
            let place = self.names.place(epoch_no, i64::try_from(run.first).unwrap_or(0));
            let count = run.count;
            report.broken(
                "chain",
                place,
                format!("the {count} leaves from here do not lead to the head signed in log/{pos}"),
            );
        }
        Ok(())
    }

    fn row(&self, sql: &str, epoch_no: i64, seq: i64, leaf: Option<&Hash>) -> Result<Option<Row>> {
        Ok(self
            .conn
            .prepare_cached(sql)?
            .query_row((epoch_no, seq, leaf.map(|leaf| leaf.0)), |row| {
                Ok(Row {
                    leaf: Hex(row.get(0)?),
                    numbers: [
                        epoch_no,
                        seq,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                        row.get(6)?,
                    ],
                    pos: row.get(7)?,
                })
            })
            .optional()?)
    }
}

const RECORD: &str = "select leaf, kind, state, day, hour, counter_no, marks, pos from record
    where epoch_no = ?1 and seq = ?2 and ?3 is null";
const CONFLICT: &str = "select leaf, kind, state, day, hour, counter_no, marks, pos from conflict
    where epoch_no = ?1 and seq = ?2 and leaf = ?3";
