//! Tasks (việc cần xử lý): low ratings that a leader should know of the next morning (design §6, issue 5).
//!
//! `look` finds which ratings fire the rule of their reception point; a task then holds them, and no other ever will. `entry`
//! is what a leader did about it, `rules` the rule of each unit and since when. A task knows its reception point, how many
//! ratings, the reasons they named and the day it was opened: no counter, hour, device, officer or citizen, and never
//! fewer than two ratings.
//!
//! Tasks are exempt from the release (they open the next morning), exclusions do not hide a rating from them, and ratings
//! whose day is not known, that wait for a decision or were cast in practice open none.

mod entry;
mod look;
mod rules;

pub(super) use entry::words_ok;
pub use look::Found;
pub(super) use look::looked;
pub use rules::{Rules, preview};

use super::{Result, StoreError, settings};
use crate::domain::{ids::NodeId, period::Period, policy, tasks::Outcome, time::LocalDay, workdays::Workdays};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub no: i64,
    /// The reception point.
    pub node: NodeId,
    node_no: i64,
    /// The day on which it was opened.
    pub day: LocalDay,
    /// Highest level that was low.
    pub level: u8,
    /// How many low ratings, two or more.
    pub ballots: u64,
    /// Some of them were more than 48 h on their way.
    pub late: bool,
    /// How often each reason was named. Pages show numbers of five or more only.
    pub reasons: BTreeMap<String, u64>,
    /// Position of its log entry.
    pub pos: i64,
    /// What was done about it, oldest first.
    pub entries: Vec<Entry>,
}

/// Something that was done about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// What it came to; `None`: it was opened again.
    pub outcome: Option<Outcome>,
    /// In the leader's own words; may be empty.
    pub words: String,
    /// Who did it.
    pub who: String,
    /// When, an hour in unix seconds.
    pub hour: i64,
    /// Position of its log entry.
    pub pos: i64,
}

impl Task {
    /// The newest entry, if it closed the task.
    pub fn closed(&self) -> Option<&Entry> {
        self.entries.last().filter(|entry| entry.outcome.is_some())
    }

    /// The last day on which it is not yet overdue.
    pub fn due(&self, work: &Workdays) -> LocalDay {
        work.after(self.day, policy::TASK_OVERDUE_DAYS)
    }

    /// As it was at a log position; `None`: it was not open yet.
    #[must_use]
    pub fn as_of(mut self, pos: i64) -> Option<Self> {
        self.entries.retain(|entry| entry.pos <= pos);
        (self.pos <= pos).then_some(self)
    }

    /// As the log says that it was opened.
    pub(super) fn said(&self, ballots: &[(i64, i64)]) -> Value {
        json!({"what": "opened", "task": self.no, "no": self.node_no, "day": self.day, "level": self.level,
            "ballots": self.ballots, "late": self.late, "reasons": self.reasons, "rows": look::digest(ballots)})
    }
}

impl Entry {
    /// As the log says it.
    pub(super) fn said(&self, task: i64) -> Value {
        let what = if self.outcome.is_some() { "closed" } else { "reopened" };
        json!({"what": what, "task": task, "outcome": self.outcome, "words": self.words, "by": self.who})
    }
}

const TASKS: &str = "select t.no, n.id, t.node_no, t.day, t.level, t.ballots, t.late, t.reasons, t.pos
  from task t join node n on n.no = t.node_no";
fn task_of(row: &Row<'_>) -> rusqlite::Result<(Task, String)> {
    let task = Task {
        no: row.get(0)?,
        node: NodeId(Uuid::from_bytes(row.get(1)?)),
        node_no: row.get(2)?,
        day: LocalDay(row.get(3)?),
        level: row.get(4)?,
        ballots: row.get(5)?,
        late: row.get(6)?,
        reasons: BTreeMap::new(),
        pos: row.get(8)?,
        entries: Vec::new(),
    };
    Ok((task, row.get(7)?))
}

fn whole(conn: &Connection, (mut task, reasons): (Task, String)) -> Result<Task> {
    task.reasons = serde_json::from_str(&reasons).map_err(|_| StoreError::Corrupt("task"))?;
    let mut rows =
        conn.prepare_cached("select outcome, words, who, hour, pos from task_entry where task_no = ?1 order by no")?;
    let mut rows = rows.query([task.no])?;
    while let Some(row) = rows.next()? {
        let outcome: Option<String> = row.get(0)?;
        let outcome = outcome.map(|name| Outcome::parse(&name).ok_or(StoreError::Corrupt("task_entry")));
        task.entries.push(Entry {
            outcome: outcome.transpose()?,
            words: row.get(1)?,
            who: row.get(2)?,
            hour: row.get(3)?,
            pos: row.get(4)?,
        });
    }
    Ok(task)
}

fn select(conn: &Connection, rest: &str, bounds: impl rusqlite::Params) -> Result<Vec<Task>> {
    let mut rows = conn.prepare_cached(&format!("{TASKS} {rest}"))?;
    let rows: Vec<_> = rows
        .query_map(bounds, task_of)?
        .collect::<std::result::Result<_, _>>()?;
    rows.into_iter().map(|row| whole(conn, row)).collect()
}

/// Every task, in the order they were opened; for `verify`.
pub(super) fn all(conn: &Connection) -> Result<Vec<Task>> {
    select(conn, "order by t.no", [])
}

/// One task by its number.
pub fn by_no(conn: &Connection, no: i64) -> Result<Task> {
    select(conn, "where t.no = ?1", [no])?
        .pop()
        .ok_or(StoreError::NotFound("task"))
}

/// Ids as the database has them, as one JSON array of hex texts.
fn ids(nodes: &BTreeSet<NodeId>) -> String {
    json!(nodes.iter().map(|node| node.0.simple().to_string()).collect::<Vec<_>>()).to_string()
}

const AMONG: &str = "t.node_no in (select no from node where id in (select unhex(value) from json_each(?1)))";
const OPEN: &str = "t.no in (select task_no from task_open)";

/// Open tasks of these units, oldest first, at most so many.
pub fn open(conn: &Connection, nodes: &BTreeSet<NodeId>, limit: u32) -> Result<Vec<Task>> {
    select(
        conn,
        &format!("where {OPEN} and {AMONG} order by t.no limit ?2"),
        (ids(nodes), limit),
    )
}

/// Closed tasks of these units, newest first, at most so many.
pub fn closed(conn: &Connection, nodes: &BTreeSet<NodeId>, limit: u32) -> Result<Vec<Task>> {
    select(
        conn,
        &format!("where {AMONG} and not {OPEN} order by t.no desc limit ?2"),
        (ids(nodes), limit),
    )
}

/// Tasks of these units that were opened on days of a period, in that order.
pub fn opened(conn: &Connection, nodes: &BTreeSet<NodeId>, period: Period) -> Result<Vec<Task>> {
    select(
        conn,
        &format!("where {AMONG} and t.day >= ?2 and t.day < ?3 order by t.no"),
        (ids(nodes), period.first().0, period.end().0),
    )
}

/// Tasks of these units that a report of a period tells of, as of a log position: those opened in it, and those opened
/// before it that were closed in it or were still open.
pub fn of_period(conn: &Connection, nodes: &BTreeSet<NodeId>, period: Period, pos: i64) -> Result<Vec<Task>> {
    // What was open then is open still, or an entry has closed it since.
    let touched = "t.day >= ?4 or t.no in (select task_no from task_open)
      or exists (select 1 from task_entry e where e.task_no = t.no and e.hour >= ?5)";
    let then = select(
        conn,
        &format!("where {AMONG} and t.day < ?2 and t.pos <= ?3 and ({touched}) order by t.no"),
        (
            ids(nodes),
            period.end().0,
            pos,
            period.first().0,
            period.first().start(),
        ),
    )?;
    let told = then.into_iter().filter_map(|task| task.as_of(pos)).filter(|task| {
        let closed = task.closed().map(|entry| LocalDay::of(entry.hour));
        task.day >= period.first() || closed.is_none_or(|day| day >= period.first())
    });
    Ok(told.collect())
}

/// The ids of a unit with all below it, or of all units.
pub fn among(conn: &Connection, node: Option<NodeId>) -> Result<BTreeSet<NodeId>> {
    match node {
        Some(node) => super::scope::inside(conn, node),
        None => Ok(super::places::nodes(conn)?.into_iter().map(|node| node.id).collect()),
    }
}

/// How many tasks are open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Opened today.
    pub today: u64,
    /// Open, today's included.
    pub open: u64,
    /// Of them overdue.
    pub overdue: u64,
}

/// How many tasks of these units are open on a day.
pub fn count(conn: &Connection, nodes: &BTreeSet<NodeId>, today: LocalDay) -> Result<Count> {
    let mut rows = conn.prepare_cached(&format!(
        "select n.id, t.day, count(*) from task t join node n on n.no = t.node_no where {OPEN} and {AMONG} group by 1, 2"
    ))?;
    let mut rows = rows.query([ids(nodes)])?;
    let (mut count, mut work) = (Count::default(), Calendars::default());
    while let Some(row) = rows.next()? {
        let (node, day, n) = (
            NodeId(Uuid::from_bytes(row.get(0)?)),
            LocalDay(row.get(1)?),
            row.get::<_, u64>(2)?,
        );
        let overdue = work.of(conn, node)?.after(day, policy::TASK_OVERDUE_DAYS) < today;
        count.open += n;
        count.today += if day == today { n } else { 0 };
        count.overdue += if overdue { n } else { 0 };
    }
    Ok(count)
}

/// Working days of units, each read once.
#[derive(Debug, Default)]
pub struct Calendars(HashMap<NodeId, Workdays>);

impl Calendars {
    /// Those of a unit.
    pub fn of(&mut self, conn: &Connection, node: NodeId) -> Result<&Workdays> {
        use std::collections::hash_map::Entry::{Occupied, Vacant};
        Ok(match self.0.entry(node) {
            Occupied(known) => known.into_mut(),
            Vacant(new) => new.insert(Workdays::of(&settings::effective(conn, node)?)),
        })
    }
}

/// Nothing stored up to this log position opens a task by itself.
pub(super) fn start(conn: &Connection) -> Result<i64> {
    let pos: Option<i64> = conn
        .query_row("select pos from task_start", [], |row| row.get(0))
        .optional()?;
    pos.ok_or(StoreError::Corrupt("task_start"))
}
