//! What an outsider needs to check an evidence export without this program (`docs/protocol.md` §15): the log, every
//! line of the chains of the devices it is about, and the decisions about them.
//!
//! A log body is handed out where it is about these ballots; of other entries, which may name people and other units,
//! only the leaf, which is all the log's chain needs.

use super::{Result, figures::Scope};
use crate::domain::hex::{DeviceId, EpochId, Hash, Hex};
use rusqlite::{Connection, params};
use serde_json::Value;
use std::collections::BTreeSet;

/// The devices that an export is about, by number.
pub struct Devices(BTreeSet<i64>);

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its position.
    pub pos: i64,
    /// Its leaf.
    pub leaf: Hash,
    /// The head after it.
    pub head: Hash,
    /// What it says, where it is about these ballots.
    pub body: Option<String>,
}

/// A line of a chain, as it was judged when it arrived. The numbers are those of the bundle entry's `rows`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose.
    pub device: DeviceId,
    /// Which epoch, and its number.
    pub epoch: (EpochId, i64),
    /// Its place there.
    pub seq: i64,
    /// Its leaf.
    pub leaf: Hash,
    /// Another line came first with the same key.
    pub conflict: bool,
    /// Kind, state, day, hour, counter number, marks.
    pub judged: [i64; 6],
    /// The log entry that brought it.
    pub pos: i64,
}

/// The devices that brought a ballot of the scope, or stand in it.
pub fn devices(conn: &Connection, scope: &Scope) -> Result<Devices> {
    let sql = match scope.node {
        None => "select no from device where ?1 <> ''",
        Some(_) => {
            "select no from device where counter_no in (select value from json_each(?1))
             union select e.device_no from record r join epoch e on e.no = r.epoch_no
               where r.counter_no in (select value from json_each(?1))
             union select e.device_no from conflict c join epoch e on e.no = c.epoch_no
               where c.counter_no in (select value from json_each(?1))"
        }
    };
    let mut rows = conn.prepare(sql)?;
    let rows = rows.query_map([scope.numbers()], |row| row.get(0))?;
    Ok(Devices(rows.collect::<std::result::Result<_, _>>()?))
}

impl Devices {
    fn json(&self) -> String {
        let numbers: Vec<String> = self.0.iter().map(i64::to_string).collect();
        format!("[{}]", numbers.join(","))
    }
}

/// Hands out the whole log, in order.
pub fn entries(conn: &Connection, devices: &Devices, mut each: impl FnMut(Entry) -> bool) -> Result<()> {
    let mut own = conn.prepare("select lower(hex(id)) from device where no in (select value from json_each(?1))")?;
    let own: BTreeSet<String> = own
        .query_map([devices.json()], |row| row.get(0))?
        .collect::<std::result::Result<_, _>>()?;
    let mut decided = conn.prepare(
        "select 1 from decision d join epoch e on e.no = d.epoch_no
         where d.pos = ?1 and e.device_no in (select value from json_each(?2)) limit 1",
    )?;
    let mut rows = conn.prepare("select pos, kind, body, leaf, head from log order by pos")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (pos, kind): (i64, String) = (row.get(0)?, row.get(1)?);
        let body: String = row.get(2)?;
        let shown = match kind.as_str() {
            "checkpoint" | "restore" | "retention" => true,
            "bundle" | "enrol" => device_of(&body).is_some_and(|id| own.contains(&id)),
            "decision" => decided.exists(params![pos, devices.json()])?,
            _ => false,
        };
        let entry = Entry {
            pos,
            leaf: Hex(row.get(3)?),
            head: Hex(row.get(4)?),
            body: shown.then_some(body),
        };
        if !each(entry) {
            break;
        }
    }
    Ok(())
}

fn device_of(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    Some(body.get("device")?.as_str()?.to_owned())
}

/// Hands out every line of the devices' chains, epoch by epoch; conflicting lines after the one that came first.
pub fn lines(conn: &Connection, devices: &Devices, mut each: impl FnMut(Line) -> bool) -> Result<()> {
    let mut rows = conn.prepare(
        "select v.id, e.id, e.no, l.seq, l.leaf, l.conflict, l.kind, l.state, l.day, l.hour, l.counter_no, l.marks, l.pos
         from (
           select epoch_no, seq, leaf, 0 as conflict, kind, state, day, hour, counter_no, marks, pos from record
           union all
           select epoch_no, seq, leaf, 1, kind, state, day, hour, counter_no, marks, pos from conflict
         ) l join epoch e on e.no = l.epoch_no join device v on v.no = e.device_no
         where v.no in (select value from json_each(?1))
         order by l.epoch_no, l.seq, l.conflict, l.pos",
    )?;
    let mut rows = rows.query([devices.json()])?;
    while let Some(row) = rows.next()? {
        let line = Line {
            device: Hex(row.get(0)?),
            epoch: (Hex(row.get(1)?), row.get(2)?),
            seq: row.get(3)?,
            leaf: Hex(row.get(4)?),
            conflict: row.get(5)?,
            judged: [
                row.get(6)?,
                row.get(7)?,
                row.get(8)?,
                row.get(9)?,
                row.get(10)?,
                row.get(11)?,
            ],
            pos: row.get(12)?,
        };
        if !each(line) {
            break;
        }
    }
    Ok(())
}

/// Hands out the decisions about the devices' lines, in the order of their entries: the entry's position and its rows
/// (epoch number, seq, state before and after, day, hour). A decision's rows are handed out whole: its digest is over
/// all of them.
pub fn decisions(conn: &Connection, devices: &Devices, mut each: impl FnMut(i64, Vec<[i64; 6]>) -> bool) -> Result<()> {
    let mut rows = conn.prepare(
        "select pos, epoch_no, seq, from_state, to_state, day, hour from decision
         where pos in (select d.pos from decision d join epoch e on e.no = d.epoch_no
                       where e.device_no in (select value from json_each(?1)))
         order by pos, no",
    )?;
    let mut rows = rows.query([devices.json()])?;
    let mut gathered: Option<(i64, Vec<[i64; 6]>)> = None;
    while let Some(row) = rows.next()? {
        let pos: i64 = row.get(0)?;
        let numbers = [
            row.get(1)?,
            row.get(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
        ];
        match &mut gathered {
            Some((at, rows)) if *at == pos => rows.push(numbers),
            _ => {
                if let Some((at, rows)) = gathered.replace((pos, vec![numbers]))
                    && !each(at, rows)
                {
                    return Ok(());
                }
            }
        }
    }
    if let Some((at, rows)) = gathered {
        each(at, rows);
    }
    Ok(())
}

/// The documents of all surveys that are known, as they came, by their names.
pub fn surveys(conn: &Connection) -> Result<Vec<(Hash, String)>> {
    let mut rows = conn.prepare("select id, doc from survey where doc is not null order by no")?;
    let rows = rows.query_map([], |row| Ok((Hex(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
