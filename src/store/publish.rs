//! What is put out for everybody of a month that has ended: decided once for all units, as of one log position, and
//! never again.
//!
//! Ballots that are released later are late for it, and what is excluded later stays in it: a public figure that moved
//! could be told apart from its earlier self, by one citizen's answer (design §6). Months run by the calendar here,
//! whatever a unit's reports do: two kinds of months laid over each other could be told apart, too.

use super::{
    Result, StoreError, WriteTx, asof,
    figures::{self, Scope},
    log::{self, Kind},
    places, versions,
};
use crate::{
    domain::{
        hex::Hash,
        ids::NodeId,
        period::{MonthKind, Period},
        publish::{self, Outcome},
        stats::Tally,
        time::LocalDay,
    },
    wire::keys::sha256,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What was counted and decided. The numbers are of the district's own use; only a unit's sum is ever shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Answers 1 to 5 of each counter's released ballots, by the counter's number.
    pub counters: BTreeMap<i64, [u64; 5]>,
    /// Ballots of each counter that counted, but were not released yet.
    pub waiting: BTreeMap<i64, u64>,
    /// The units of the month's last day.
    pub units: Vec<Line>,
}

/// One unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which.
    pub node: NodeId,
    /// Numbers of its counters and of those below it.
    pub counters: BTreeSet<i64>,
    /// Whether it may be shown.
    pub outcome: Outcome,
}

impl Document {
    /// Answers of a unit.
    pub fn tally(&self, counters: &BTreeSet<i64>) -> Tally {
        let own = counters.iter().filter_map(|no| self.counters.get(no));
        own.fold(Tally::default(), |all, levels| all.plus(Tally::new(*levels)))
    }

    fn json(&self) -> String {
        json!(self).to_string()
    }
}

/// A month that was put out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Which month.
    pub period: Period,
    /// The log position that its figures are of.
    pub as_of: i64,
    /// What was counted.
    pub document: Document,
    /// Hour it was made, unix seconds.
    pub hour: i64,
}

/// Hash of a document.
pub(super) fn document_hash(document: &str) -> Hash {
    sha256(&[b"hailong/1/public\0", document.as_bytes()])
}

/// The calendar month that begins on this day.
pub(super) fn month_from(first: LocalDay) -> Period {
    MonthKind::Calendar.period(first.month())
}

/// The newest month that was put out. A month that has not begun was put out by a wrong clock that was believed: it stays
/// in the log, and is not shown nor in the way of others.
pub fn newest(conn: &Connection, today: LocalDay) -> Result<Option<Publication>> {
    let found = conn
        .prepare_cached(
            "select first_day, as_of, document, hour from publication where first_day <= ?1
             order by first_day desc limit 1",
        )?
        .query_row([today.0], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get(1)?,
                row.get::<_, String>(2)?,
                row.get(3)?,
            ))
        })
        .optional()?;
    let Some((first, as_of, document, hour)) = found else {
        return Ok(None);
    };
    Ok(Some(Publication {
        period: month_from(LocalDay(first)),
        as_of,
        document: serde_json::from_str(&document).map_err(|_| StoreError::Corrupt("publication"))?,
        hour,
    }))
}

fn is_out(conn: &Connection, period: Period, today: LocalDay) -> Result<bool> {
    Ok(conn
        .prepare_cached("select exists (select 1 from publication where first_day between ?1 and ?2)")?
        .query_row((period.first().0, today.0), |row| row.get(0))?)
}

/// Counts a month as it stands now.
fn count(conn: &Connection, period: Period) -> Result<Document> {
    let everything = Scope::of(conn, None)?;
    let answers = figures::answers(conn, &everything, period)?;
    let mut document = Document {
        counters: answers
            .tallies
            .iter()
            .map(|(no, tally)| (*no, tally.levels()))
            .collect(),
        waiting: figures::waiting_of(conn, &everything, period)?,
        units: Vec::new(),
    };
    let nodes = versions::nodes_on(conn, period.last_day())?;
    let counters = places::counters(conn)?;
    let lines: Vec<(NodeId, BTreeSet<i64>)> = nodes
        .iter()
        .map(|node| {
            let inside = versions::below(&nodes, node.id);
            let own = counters.iter().filter(|counter| inside.contains(&counter.node));
            (node.id, own.map(|counter| counter.no).collect())
        })
        .collect();
    let units: Vec<publish::Unit> = nodes
        .iter()
        .zip(&lines)
        .map(|(node, (_, counters))| publish::Unit {
            parent: node.parent.and_then(|id| nodes.iter().position(|other| other.id == id)),
            n: document.tally(counters).n(),
        })
        .collect();
    let outcomes = publish::decide(&units);
    let lines = lines.into_iter().zip(outcomes).map(|((node, counters), outcome)| Line {
        node,
        counters,
        outcome,
    });
    document.units = lines.collect();
    Ok(document)
}

/// Counts the same again from the records; `None` once retention has deleted some of them.
pub(super) fn again(conn: &Connection, period: Period, as_of: i64) -> Result<Option<Document>> {
    let everything = Scope::of(conn, None)?;
    let Some(counters) = asof::levels(conn, &everything, period, as_of)? else {
        return Ok(None);
    };
    Ok(Some(Document {
        counters,
        waiting: asof::waiting(conn, &everything, period, as_of)?,
        units: Vec::new(),
    }))
}

impl WriteTx<'_> {
    /// Puts out the newest calendar month that has ended, if it was not yet and there was a ballot by then. Answers
    /// whether it did.
    pub fn publish_due(&self, now: i64) -> Result<bool> {
        let today = LocalDay::of(now);
        let period = MonthKind::Calendar.period(MonthKind::Calendar.last_ended(today));
        if is_out(self.conn, period, today)? {
            return Ok(false);
        }
        if figures::first_day(self.conn)?.is_none_or(|first| first >= period.end()) {
            return Ok(false);
        }
        let as_of = log::head(self.conn)?.pos;
        let document = count(self.conn, period)?.json();
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from publication", [], |row| row.get(0))?;
        let days = (period.first().0, period.end().0);
        let body = json!({"what": "public", "publication": no, "first": days.0, "end": days.1, "as_of": as_of,
            "document": document_hash(&document)});
        let pos = self.log(Kind::Report, now, body)?;
        self.conn.execute(
            "insert into publication (no, first_day, end_day, as_of, document, hour, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![no, days.0, days.1, as_of, document, log::hour(now), pos],
        )?;
        Ok(true)
    }
}
