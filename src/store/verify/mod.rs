//! `verify`: recomputes everything from the leaves up, and trusts no number that can be recomputed.
//!
//! It reads a snapshot and changes nothing. *Broken* is what can't have come about by honest working: a changed leaf,
//! body, state or log entry, a missing record, a rollup that is not the sum of its rows, a log that differs from what
//! a tablet was told. *Listed* is what a person should know and the rules allow for: forks, holes, conflicts,
//! roll-backs, retention, restores. Exit 0: nothing broken; 1: broken; 2 (an error here): it could not run.

mod beside;
mod bundles;
mod codes;
mod excluded;
mod filed;
mod halves;
mod kept;
mod logged;
mod packs;
mod people;
mod publications;
mod published;
mod roster;
mod rows;
mod tasks;

use super::{FILE, Result, StoreError, meta};
use crate::{
    domain::hex::{DeviceId, EpochId, Hex},
    sqlite::{Db, SqliteError},
};
use rusqlite::Connection;
use serde::Serialize;
use std::{collections::HashMap, path::Path};

/// Findings kept of each sort; the first ones say what happened.
const KEPT: usize = 100;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What: "leaf", "chain", "fork" …
    pub kind: &'static str,
    /// Where: `<device>/<epoch>/<seq>`, `log/<position>`, `rollup/<day>/<counter>`.
    pub place: String,
    /// For people.
    pub detail: String,
}

/// What verification came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Entries of the log.
    pub entries: i64,
    /// Records checked.
    pub records: u64,
    /// Ballots among them.
    pub ballots: u64,
    /// What can't have come about by honest working; the first one first. Empty if all holds.
    pub broken: Vec<Finding>,
    /// What is explained, but somebody should know.
    pub listed: Vec<Finding>,
    /// Findings beyond those kept.
    pub more: u64,
}

impl Report {
    /// 0 if nothing is broken, else 1.
    pub fn exit_code(&self) -> u8 {
        u8::from(!self.broken.is_empty())
    }

    fn broken(&mut self, kind: &'static str, place: impl Into<String>, detail: impl Into<String>) {
        let (place, detail) = (place.into(), detail.into());
        let finding = Finding { kind, place, detail };
        Self::keep(&mut self.broken, &mut self.more, finding);
    }

    fn listed(&mut self, kind: &'static str, place: impl Into<String>, detail: impl Into<String>) {
        let (place, detail) = (place.into(), detail.into());
        let finding = Finding { kind, place, detail };
        Self::keep(&mut self.listed, &mut self.more, finding);
    }

    fn keep(list: &mut Vec<Finding>, more: &mut u64, finding: Finding) {
        if list.len() < KEPT {
            list.push(finding);
        } else {
            *more += 1;
        }
    }
}

/// Verifies the district in a folder. An error means that it could not run.
pub fn verify(dir: &Path) -> Result<Report> {
    let file = super::folder::database(dir)?;
    let verified = Db::open_read_only(&file)
        .map_err(StoreError::from)
        .and_then(|mut db| db.read(|tx| run(tx)));
    match verified {
        Err(StoreError::Sqlite(error)) if unreadable(&error) => {
            let mut report = Report::default();
            report.broken("database", FILE, error.to_string());
            Ok(report)
        }
        Err(StoreError::Sqlite(error)) if error.is_half_done() => Err(StoreError::HalfDone(dir.display().to_string())),
        result => result,
    }
}

/// Whether the file itself says something that it can't honestly say.
fn unreadable(error: &SqliteError) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    error.is_corrupt()
        || matches!(
            error,
            SqliteError::Sqlite(FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
        )
}

fn run(conn: &Connection) -> Result<Report> {
    let identity = meta::load(conn)?;
    let mut report = Report::default();
    let check: String = conn.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if check != "ok" {
        report.broken("database", super::FILE, check);
    }
    let names = Names::load(conn)?;
    let covered = logged::check(conn, &identity, &names, &mut report)?;
    rows::check(conn, &names, &covered, &mut report)?;
    halves::check(conn, &mut report)?;
    filed::check(conn, &mut report)?;
    published::check(conn, &mut report)?;
    list(conn, &names, &mut report)?;
    Ok(report)
}

/// What the rules allow for.
fn list(conn: &Connection, names: &Names, report: &mut Report) -> Result<()> {
    // From the rows themselves: an alarm that somebody deleted must not be missed here.
    let mut rows = conn.prepare(
        "select case r.kind when 6 then 'hole' else 'malformed' end, r.epoch_no, r.seq, a.detail
         from record r left join alarm a on a.epoch_no = r.epoch_no and a.seq = r.seq and a.kind in ('hole', 'malformed')
         where r.kind in (5, 6)
         union all
         select 'conflict', c.epoch_no, c.seq, 'another line came with leaf ' || lower(hex(c.leaf)) from conflict c
         order by 2, 3",
    )?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let kind = match row.get::<_, String>(0)?.as_str() {
            "hole" => "hole",
            "conflict" => "conflict",
            _ => "malformed",
        };
        let detail: Option<String> = row.get(3)?;
        let detail = detail.unwrap_or_else(|| "nobody was told of it: its alarm is gone".to_owned());
        report.listed(kind, names.place(row.get(1)?, row.get(2)?), detail);
    }
    for (epoch_no, detail) in super::alarms::all_forks(conn)? {
        report.listed("fork", names.place(epoch_no, 0), detail);
    }
    let mut rows =
        conn.prepare("select epoch_no, why from opening where why in ('rolled_back', 'damaged') order by epoch_no")?;
    for row in rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))? {
        let (epoch_no, why) = row?;
        let kind = if why == "damaged" { "damaged" } else { "rolled_back" };
        report.listed(
            kind,
            names.place(epoch_no, 0),
            "the tablet says so at the start of this epoch",
        );
    }
    for missing in super::alarms::missing(conn)? {
        let place = format!("{}/{}", missing.device, missing.epoch);
        report.listed("missing", place, format!("at least {} ballots", missing.ballots));
    }
    Ok(())
}

/// Names of the small numbers.
struct Names {
    epochs: HashMap<i64, (DeviceId, EpochId, i64)>,
    numbers: HashMap<(DeviceId, EpochId), i64>,
}

impl Names {
    fn load(conn: &Connection) -> Result<Self> {
        let mut rows =
            conn.prepare("select e.no, d.id, e.id, d.no from epoch e join device d on d.no = e.device_no")?;
        let rows = rows.query_map([], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                Hex(row.get(1)?),
                Hex(row.get(2)?),
                row.get::<_, i64>(3)?,
            ))
        })?;
        let (mut epochs, mut numbers) = (HashMap::new(), HashMap::new());
        for row in rows {
            let (no, device, epoch, device_no) = row?;
            epochs.insert(no, (device, epoch, device_no));
            numbers.insert((device, epoch), no);
        }
        Ok(Self { epochs, numbers })
    }

    fn place(&self, epoch_no: i64, seq: i64) -> String {
        match self.epochs.get(&epoch_no) {
            Some((device, epoch, _)) => format!("{device}/{epoch}/{seq}"),
            None => format!("?/{epoch_no}/{seq}"),
        }
    }

    fn device_no(&self, epoch_no: i64) -> i64 {
        self.epochs.get(&epoch_no).map_or(0, |(_, _, no)| *no)
    }
}
