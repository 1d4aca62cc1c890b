//! The log: its chain, and what each entry says against the tables.

use super::{Names, Report, bundles::Entry, kept::Kept};
use crate::{
    domain::hex::{DeviceId, EpochId, Generation, Hex, PublicKey},
    store::{
        Identity, Result, alarms, checkpoint, decisions, log,
        release::{self, Days},
        sum::Sum,
    },
    wire::{bundle::Checkpoint, keys::key_id},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use std::collections::HashMap;

/// What the bundle entries account for: every record and conflict must be one of these.
#[derive(Default)]
pub(super) struct Covered {
    pub(super) sum: Sum,
    pub(super) rows: u64,
    /// The rows of the rollups that retention left without their bodies.
    pub(super) retained: Sum,
}

pub(super) struct Log<'a> {
    pub(super) conn: &'a Connection,
    pub(super) identity: &'a Identity,
    pub(super) names: &'a Names,
    pub(super) kept: Kept,
    /// The furthest place of an epoch that a logged header named: number of ballots, and which entry.
    pub(super) claims: HashMap<(DeviceId, EpochId), (u64, i64)>,
    /// Generations that answers and checkpoints name, each with the first entry.
    pub(super) generations: HashMap<Generation, i64>,
    /// A restore was logged up to here.
    pub(super) restored: bool,
    pub(super) covered: Covered,
}

pub(super) fn check(conn: &Connection, identity: &Identity, names: &Names, report: &mut Report) -> Result<Covered> {
    let mut log = Log {
        conn,
        identity,
        names,
        kept: Kept::default(),
        claims: HashMap::new(),
        generations: HashMap::new(),
        restored: false,
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
    log.claimed(report)?;
    std::mem::take(&mut log.kept).check(conn, report)?;
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
                        self.kept.enrol(device, key, value);
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
                    "select no, counter_no, upto, ballots, from_day, to_day from release where pos = ?1",
                    [pos],
                    |row| {
                        let days = Days {
                            from: row.get(4)?,
                            to: row.get(5)?,
                        };
                        Ok(([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?, row.get(3)?], days))
                    },
                );
                let number = |name| value.get(name).and_then(Value::as_i64);
                let said = ["release", "counter", "upto", "ballots"].map(number);
                let days = match (number("from"), number("to")) {
                    (Some(from), Some(to)) => Days { from, to },
                    _ => release::EVERY_DAY,
                };
                if found.optional()?.map(|(row, days)| (row.map(Some), days)) != Some((said, days)) {
                    report.broken("release", place, "the release is not the one that was logged");
                }
            }
            // Comments are in no chain and no figure.
            "retention" if value.get("what").and_then(Value::as_str) == Some("comments") => {}
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
                let took = value.get("answers").and_then(Value::as_str).and_then(Sum::parse);
                self.covered.retained = self.covered.retained.plus(took.unwrap_or_default());
                report.listed("retention", place, "bodies were deleted after the retention time");
            }
            "restore" => {
                self.restored = true;
                report.listed("restore", place, "the district was restored from a backup");
            }
            _ => {
                if kind == "revoke" {
                    report.listed("revoke", place, "a device was revoked");
                }
                self.kept.entry(pos, kind, value);
            }
        }
        Ok(())
    }

    /// A checkpoint that somebody was given must be what the log still says.
    pub(super) fn checkpoint(&self, made: &Checkpoint, place: &str, report: &mut Report) -> Result<()> {
        let size = i64::try_from(made.size).unwrap_or(i64::MAX);
        let head: Option<[u8; 32]> = self
            .conn
            .prepare_cached("select head from log where pos = ?1")?
            .query_row([size], |row| row.get(0))
            .optional()?;
        let restored = made.generation != self.identity.generation && self.restored;
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
        let who: Option<String> = self
            .conn
            .prepare_cached("select who from decision where pos = ?1 and who is not ?2 limit 1")?
            .query_row((pos, value.get("who").and_then(Value::as_str)), |row| row.get(0))
            .optional()?;
        if said != Some(decisions::digest(&rows).to_string()) || who.is_some() {
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
        // One entry, one row: a second one would excuse what nobody logged.
        for table in ["release", "retention"] {
            let sql = format!("select pos from {table} group by pos having count(*) > 1 order by pos limit 1");
            let twice: Option<i64> = self.conn.query_row(&sql, [], |row| row.get(0)).optional()?;
            if let Some(pos) = twice {
                let detail = format!("more than one {table} names this entry");
                report.broken("log", format!("log/{pos}"), detail);
            }
        }
        let other = self
            .generations
            .iter()
            .filter(|(name, _)| **name != self.identity.generation);
        if let (Some(pos), false) = (other.map(|(_, pos)| pos).min(), self.restored) {
            let detail = "it names another generation than the district has, and no restore explains it";
            report.broken("generation", format!("log/{pos}"), detail);
        }
        Ok(())
    }

    /// "At least k missing" must not know less than the headers in the log do.
    fn claimed(&self, report: &mut Report) -> Result<()> {
        let mut row = self.conn.prepare("select ballots from claim where epoch_no = ?1")?;
        for ((device, epoch), (ballots, pos)) in &self.claims {
            let no = self.names.numbers.get(&(*device, *epoch));
            let kept: Option<u64> = row.query_row([no], |row| row.get(0)).optional()?;
            if kept < Some((*ballots).min(alarms::CLAIM_CAP)) {
                let detail = format!("fewer ballots are known of than log/{pos} told of");
                report.broken("claim", format!("{device}/{epoch}"), detail);
            }
        }
        Ok(())
    }
}
