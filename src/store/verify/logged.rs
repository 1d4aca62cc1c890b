//! The log: its chain, and what each entry says against the tables.

use super::{Names, Report, Sum};
use crate::{
    domain::hex::{DeviceId, Hash, Hex, PublicKey, Signature},
    store::{Identity, Result, checkpoint, decisions, ingest, log},
    wire::{
        answer::{Answer, Receipt},
        bundle::{Checkpoint, Header, Run},
        chain,
        keys::{self, key_id},
        signed,
    },
};
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the bundle entries account for: every record and conflict must be one of these.
#[derive(Default)]
pub(super) struct Covered {
    pub(super) sum: Sum,
    pub(super) rows: u64,
}

/// A bundle entry's body.
#[derive(Deserialize)]
struct Entry {
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

struct Log<'a> {
    conn: &'a Connection,
    identity: &'a Identity,
    names: &'a Names,
    keys: HashMap<DeviceId, PublicKey>,
    covered: Covered,
}

pub(super) fn check(conn: &Connection, identity: &Identity, names: &Names, report: &mut Report) -> Result<Covered> {
    let mut log = Log {
        conn,
        identity,
        names,
        keys: HashMap::new(),
        covered: Covered::default(),
    };
    let (mut head, mut expected) = (Hex([0; 32]), 0i64);
    let mut rows = conn.prepare("select pos, kind, hour, body, leaf, head from log order by pos")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        expected += 1;
        let (pos, kind, hour, body): (i64, String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let place = format!("log/{pos}");
        if pos != expected {
            report.broken("log", format!("log/{expected}"), "this position is missing");
            expected = pos;
        }
        let leaf = log::leaf(body.as_bytes());
        if Hex(row.get(4)?) != leaf {
            report.broken("log", &place, "the entry is not the one that was logged");
        }
        head = log::link(&head, &leaf);
        if Hex(row.get(5)?) != head {
            report.broken("log", &place, "the chain does not lead here");
            // One broken link is said once.
            head = Hex(row.get(5)?);
        }
        let value: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        if value.get("kind").and_then(Value::as_str) != Some(&kind)
            || value.get("hour").and_then(Value::as_i64) != Some(hour)
        {
            report.broken("log", &place, "kind or hour differ from what the entry says");
        }
        log.entry(pos, &kind, &body, &value, report)?;
        report.entries = pos;
    }
    log.strangers(report)?;
    Ok(log.covered)
}

impl Log<'_> {
    fn entry(&mut self, pos: i64, kind: &str, body: &str, value: &Value, report: &mut Report) -> Result<()> {
        let place = format!("log/{pos}");
        match kind {
            "bundle" => match serde_json::from_str::<Entry>(body) {
                Ok(entry) => self.bundle(pos, &entry, report)?,
                Err(error) => report.broken("log", place, format!("unreadable bundle entry: {error}")),
            },
            "enrol" => {
                let field = |name| value.get(name).and_then(Value::as_str);
                let device = field("device").and_then(|text| DeviceId::parse(text).ok());
                let key = field("key").and_then(|text| PublicKey::parse(text).ok());
                match (device, key) {
                    (Some(device), Some(key)) if key_id(&key) == device => {
                        self.keys.insert(device, key);
                    }
                    _ => report.broken("log", place, "an enrolment whose key is not its device's"),
                }
            }
            "checkpoint" => match checkpoint::parse(body) {
                Some(made) if checkpoint::holds(&made, &self.identity.public_key()) => {
                    self.checkpoint(&made, &place, report)?;
                }
                _ => report.broken("checkpoint", place, "its signature does not hold"),
            },
            "decision" => self.decision(pos, value, report)?,
            "release" => {
                let found = self.conn.query_row(
                    "select no, counter_no, upto, ballots from release where pos = ?1",
                    [pos],
                    |row| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?]),
                );
                let said =
                    ["release", "counter", "upto", "ballots"].map(|name| value.get(name).and_then(Value::as_i64));
                if found.optional()?.map(|row| row.map(Some)) != Some(said) {
                    report.broken("release", place, "the release is not the one that was logged");
                }
            }
            "retention" => {
                let found =
                    self.conn
                        .query_row("select before_day, upto from retention where pos = ?1", [pos], |row| {
                            Ok([row.get::<_, i64>(0)?, row.get(1)?])
                        });
                let said = ["before_day", "upto"].map(|name| value.get(name).and_then(Value::as_i64));
                if found.optional()?.map(|row| row.map(Some)) != Some(said) {
                    report.broken("retention", &place, "the retention is not the one that was logged");
                }
                report.listed("retention", place, "bodies were deleted after the retention time");
            }
            "restore" => report.listed("restore", place, "the district was restored from a backup"),
            "revoke" => report.listed("revoke", place, "a device was revoked"),
            _ => {}
        }
        Ok(())
    }

    fn bundle(&mut self, pos: i64, entry: &Entry, report: &mut Report) -> Result<()> {
        let place = format!("log/{pos}");
        let signed_by = self.keys.get(&entry.device);
        let holds = signed_by.is_some_and(|key| keys::verify(key, signed::BUNDLE, entry.header.as_bytes(), &entry.sig));
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
            Some(Answer::Receipt(receipt)) => self.receipt(pos, &receipt, &header, report),
            _ => report.broken("receipt", &place, "the receipt's signature does not hold"),
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

    /// A checkpoint that somebody was given must be what the log still says.
    fn checkpoint(&self, made: &Checkpoint, place: &str, report: &mut Report) -> Result<()> {
        let size = i64::try_from(made.size).unwrap_or(i64::MAX);
        let head: Option<[u8; 32]> = self
            .conn
            .prepare_cached("select head from log where pos = ?1")?
            .query_row([size], |row| row.get(0))
            .optional()?;
        let restored = made.generation != self.identity.generation;
        let holds = head == Some(made.head.0) || (size == 0 && made.head == Hex([0; 32]));
        match (holds, restored) {
            (true, _) => {}
            (false, true) => report.listed(
                "restore",
                place,
                "a checkpoint of before a restore names entries that are lost",
            ),
            (false, false) => report.broken(
                "checkpoint",
                place,
                "the log is not the one this checkpoint was made of",
            ),
        }
        Ok(())
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

    fn decision(&self, pos: i64, value: &Value, report: &mut Report) -> Result<()> {
        let mut rows = self.conn.prepare_cached(
            "select epoch_no, seq, from_state, to_state, day, hour from decision where pos = ?1 order by no",
        )?;
        let rows = rows.query_map([pos], |row| {
            Ok([
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ])
        })?;
        let rows: Vec<[i64; 6]> = rows.collect::<std::result::Result<_, _>>()?;
        let said = value.get("rows").and_then(Value::as_str).map(str::to_owned);
        if said != Some(decisions::digest(&rows).to_string()) {
            report.broken(
                "decision",
                format!("log/{pos}"),
                "the decisions are not those that were logged",
            );
        }
        Ok(())
    }

    /// Rows that no entry of the log brought.
    fn strangers(&self, report: &mut Report) -> Result<()> {
        for (table, kind) in [
            ("release", "release"),
            ("decision", "decision"),
            ("retention", "retention"),
        ] {
            let sql =
                format!("select t.pos from {table} t left join log l on l.pos = t.pos where l.kind is not ?1 limit 1");
            let stray: Option<i64> = self.conn.query_row(&sql, [kind], |row| row.get(0)).optional()?;
            if let Some(pos) = stray {
                report.broken(
                    "log",
                    format!("log/{pos}"),
                    format!("a {table} names this entry, which is not one"),
                );
            }
        }
        let mut rows = self.conn.prepare("select id, public_key from device")?;
        for row in rows.query_map([], |row| Ok((Hex(row.get(0)?), Hex(row.get(1)?))))? {
            let (device, key): (DeviceId, PublicKey) = row?;
            if self.keys.get(&device) != Some(&key) {
                report.broken("device", device.to_string(), "no enrolment in the log made this device");
            }
        }
        Ok(())
    }
}

const RECORD: &str = "select leaf, kind, state, day, hour, counter_no, marks, pos from record
    where epoch_no = ?1 and seq = ?2 and ?3 is null";
const CONFLICT: &str = "select leaf, kind, state, day, hour, counter_no, marks, pos from conflict
    where epoch_no = ?1 and seq = ?2 and leaf = ?3";
