//! Officers and their duties (ca trực). Append-only: a correction is another duty that replaces one.
//!
//! No officer is in a ballot. A ballot is attributed by its counter and quarter of an hour; where two duties share the
//! quarter, or none is known, it is "không xác định được ca trực". Figures of an officer are of months that are closed:
//! from then on nobody moves a duty of theirs ([`closes`]).

mod closed;

pub use closed::{closes, newest_closed, tallies, visible};

use super::{
    Refusal, Result, StoreError, WriteTx,
    log::Kind,
    places::{self, name_ok},
};
use crate::domain::{
    ids::{CounterId, NodeId, OfficerId},
    period::Period,
    time::LocalDay,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Quarters of an hour in a day.
pub const QUARTERS: u8 = 96;

/// Somebody behind a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    /// The small number, the key inside the store.
    pub no: i64,
    /// Their id.
    pub id: OfficerId,
    /// As figures show them.
    pub name: String,
    /// The number the office knows them by.
    pub code: Option<String>,
    /// Their unit.
    pub node: NodeId,
}

/// A part of a day at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Which day.
    pub day: LocalDay,
    /// First quarter of an hour, 0 to 95.
    pub from: u8,
    /// First quarter after it, up to 96.
    pub to: u8,
}

/// A duty as it stands: none has replaced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Its number.
    pub no: i64,
    /// Who; none: it was taken back.
    pub officer: Option<i64>,
    /// At which counter, by its number.
    pub counter_no: i64,
    /// When.
    pub shift: Shift,
    /// The duty that it corrects.
    pub replaces: Option<i64>,
    /// Position of its log entry.
    pub pos: i64,
}

/// Whose a ballot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribution {
    /// Of this officer, by number.
    Officer(i64),
    /// Không xác định được ca trực: no duty, two duties, or a time that is not known well enough.
    Unknown,
}

/// All officers, in the order they were added.
pub fn officers(conn: &Connection) -> Result<Vec<Officer>> {
    let mut rows = conn.prepare_cached(
        "select o.no, o.id, o.name, o.code, n.id from officer o join node n on n.no = o.node_no order by o.no",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Officer {
            no: row.get(0)?,
            id: OfficerId(Uuid::from_bytes(row.get(1)?)),
            name: row.get(2)?,
            code: row.get(3)?,
            node: NodeId(Uuid::from_bytes(row.get(4)?)),
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// One officer.
pub fn officer(conn: &Connection, id: OfficerId) -> Result<Officer> {
    let found = officers(conn)?.into_iter().find(|officer| officer.id == id);
    found.ok_or(StoreError::NotFound("officer"))
}

const STANDING: &str = "select d.no, d.officer_no, d.counter_no, d.day, d.from_quarter, d.to_quarter, d.replaces, d.pos
  from duty d where not exists (select 1 from duty r where r.replaces = d.no)";

fn duty_of(row: &Row<'_>) -> rusqlite::Result<Duty> {
    Ok(Duty {
        no: row.get(0)?,
        officer: row.get(1)?,
        counter_no: row.get(2)?,
        shift: Shift {
            day: LocalDay(row.get(3)?),
            from: row.get(4)?,
            to: row.get(5)?,
        },
        replaces: row.get(6)?,
        pos: row.get(7)?,
    })
}

/// Duties that stand, of a period, by day and counter; taken back ones are not among them.
pub fn duties(conn: &Connection, period: Period) -> Result<Vec<Duty>> {
    let mut rows = conn.prepare_cached(&format!(
        "{STANDING} and d.officer_no is not null and d.day >= ?1 and d.day < ?2
         order by d.day, d.counter_no, d.from_quarter, d.no"
    ))?;
    let rows = rows.query_map((period.first().0, period.end().0), duty_of)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// The day of a duty, replaced ones included.
pub fn day_of(conn: &Connection, no: i64) -> Result<LocalDay> {
    Ok(duty(conn, no)?.shift.day)
}

/// The counter of a duty, replaced ones included, by number.
pub fn counter_of(conn: &Connection, no: i64) -> Result<i64> {
    Ok(duty(conn, no)?.counter_no)
}

fn duty(conn: &Connection, no: i64) -> Result<Duty> {
    conn.prepare_cached(
        "select no, officer_no, counter_no, day, from_quarter, to_quarter, replaces, pos from duty where no = ?1",
    )?
    .query_row([no], duty_of)
    .optional()?
    .ok_or(StoreError::NotFound("duty"))
}

/// Duties that stand at a counter on a day.
fn at(conn: &Connection, counter_no: i64, day: LocalDay) -> Result<Vec<Duty>> {
    let mut rows = conn.prepare_cached(&format!(
        "{STANDING} and d.officer_no is not null and d.counter_no = ?1 and d.day = ?2"
    ))?;
    let rows = rows.query_map((counter_no, day.0), duty_of)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Who was at a counter during all these quarters of an hour: one officer, or nobody can say.
fn attribute(duties: &[Duty], quarters: std::ops::Range<u8>) -> Attribution {
    let mut found = BTreeSet::new();
    for quarter in quarters {
        let there = duties
            .iter()
            .filter(|duty| (duty.shift.from..duty.shift.to).contains(&quarter));
        let there: Vec<_> = there.filter_map(|duty| duty.officer).collect();
        match there.as_slice() {
            [only] => drop(found.insert(*only)),
            _ => return Attribution::Unknown,
        }
    }
    match (found.pop_first(), found.is_empty()) {
        (Some(only), true) => Attribution::Officer(only),
        _ => Attribution::Unknown,
    }
}

/// Whose a ballot of this counter, day and quarter of an hour is; without a quarter the whole hour must be one
/// officer's.
pub fn officer_of(
    conn: &Connection,
    counter_no: i64,
    day: LocalDay,
    hour: u8,
    quarter: Option<u8>,
) -> Result<Attribution> {
    Ok(attribute(&at(conn, counter_no, day)?, quarters(hour, quarter)))
}

fn quarters(hour: u8, quarter: Option<u8>) -> std::ops::Range<u8> {
    let first = hour.min(23) * 4;
    match quarter {
        Some(quarter) => quarter..quarter.saturating_add(1),
        None => first..first + 4,
    }
}

impl WriteTx<'_> {
    /// Adds an officer of a unit.
    pub fn add_officer(&self, node: NodeId, name: &str, code: Option<&str>, now: i64) -> Result<OfficerId> {
        let (node, name) = (places::node(self.conn, node)?, name_ok(name)?);
        let code = code.map(str::trim).filter(|code| !code.is_empty());
        if code.is_some_and(|code| code.chars().count() > 40 || code.chars().any(char::is_control)) {
            return Err(Refusal::Code.into());
        }
        let twin = officers(self.conn)?.into_iter().any(|officer| {
            officer.node == node.id
                && match (code, officer.code.as_deref()) {
                    (Some(code), Some(other)) => code == other,
                    _ => super::tree::folded(&officer.name) == super::tree::folded(&name),
                }
        });
        if twin {
            return Err(Refusal::Twin {
                name,
                parent: node.name,
            }
            .into());
        }
        let id = OfficerId(Uuid::new_v4());
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from officer", [], |row| row.get(0))?;
        let body = json!({"what": "officer_added", "no": no, "id": id, "name": name, "code": code, "node": node.no});
        let pos = self.log(Kind::Roster, now, body)?;
        self.conn.execute(
            "insert into officer (no, id, name, code, node_no, pos) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (no, id.0.as_bytes(), &name, code, node.no, pos),
        )?;
        Ok(id)
    }

    /// Enters a duty.
    pub fn add_duty(&self, officer: OfficerId, counter: CounterId, shift: Shift, now: i64) -> Result<i64> {
        let officer = self::officer(self.conn, officer)?;
        let counter = places::counter(self.conn, counter)?;
        self.insert_duty(Some(officer.no), counter.no, shift, None, now)
    }

    /// Corrects a duty: somebody else or another time, or, without an officer, takes it back. The old one stays.
    pub fn correct_duty(&self, no: i64, officer: Option<OfficerId>, shift: Shift, now: i64) -> Result<i64> {
        let old = duty(self.conn, no)?;
        self.not_closed(old.shift.day, now)?;
        let replaced: bool =
            self.conn
                .query_row("select exists (select 1 from duty where replaces = ?1)", [no], |row| {
                    row.get(0)
                })?;
        if replaced {
            return Err(Refusal::Corrected.into());
        }
        let officer = officer.map(|id| self::officer(self.conn, id)).transpose()?;
        self.insert_duty(officer.map(|officer| officer.no), old.counter_no, shift, Some(no), now)
    }

    /// Whoever saw an officer's figure before and after a duty was moved by a quarter of an hour would know what the
    /// citizen of that quarter chose. A demo folder has no citizens.
    fn not_closed(&self, day: LocalDay, now: i64) -> Result<()> {
        let month = day.month();
        let since = closes(month);
        match since <= LocalDay::of(now) && !self.identity.demo {
            true => Err(Refusal::DutiesClosed { month, since }.into()),
            false => Ok(()),
        }
    }

    fn insert_duty(
        &self,
        officer: Option<i64>,
        counter_no: i64,
        shift: Shift,
        replaces: Option<i64>,
        now: i64,
    ) -> Result<i64> {
        if shift.from >= shift.to || shift.to > QUARTERS {
            return Err(Refusal::Duty.into());
        }
        self.not_closed(shift.day, now)?;
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from duty", [], |row| row.get(0))?;
        let body = json!({"what": "duty", "no": no, "officer": officer, "counter": counter_no, "day": shift.day.0,
            "from": shift.from, "to": shift.to, "replaces": replaces});
        let pos = self.log(Kind::Roster, now, body)?;
        self.conn.execute(
            "insert into duty (no, officer_no, counter_no, day, from_quarter, to_quarter, replaces, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                no,
                officer,
                counter_no,
                shift.day.0,
                shift.from,
                shift.to,
                replaces,
                pos,
            ),
        )?;
        Ok(no)
    }
}
