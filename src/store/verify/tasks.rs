//! Tasks against the log, and the ballots they hold against the records: a task can't be made, changed, closed or lost
//! behind the log's back.

use super::Report;
use crate::store::{
    Result, explain,
    tasks::{self, Task},
};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the log says of tasks, by position.
#[derive(Default)]
pub(super) struct Tasks {
    said: BTreeMap<i64, Value>,
}

impl Tasks {
    /// An entry of kind `task`.
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        self.said.insert(pos, entry.clone());
    }

    /// Compares the tables with it.
    pub(super) fn check(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        self.began(conn, report)?;
        let listed: BTreeSet<i64> = conn
            .prepare("select task_no from task_open")?
            .query_map([], |row| row.get(0))?
            .collect::<std::result::Result<_, _>>()?;
        let mut open = BTreeSet::new();
        let mut held = held(conn)?;
        for task in tasks::all(conn)? {
            let place = format!("task/{}", task.no);
            let ballots = held.remove(&task.no).unwrap_or_default();
            if !self.is(task.pos, &task.said(&ballots)) || ballots.len() as u64 != task.ballots {
                report.broken(
                    "task",
                    &place,
                    "it, or the ballots that it holds, are not as the log says",
                );
            }
            self.entries(&task, &place, report);
            open.extend(task.closed().is_none().then_some(task.no));
        }
        if listed != open {
            report.broken(
                "task",
                "task_open",
                "the list of open tasks is not what was done about them",
            );
        }
        for explanation in explain::all(conn)? {
            if !self.is(explanation.pos, &explanation.said()) {
                let place = format!("explanation/{}", explanation.no);
                report.broken("task", place, "what an officer explained is not as the log says");
            }
        }
        for no in held.keys() {
            report.broken(
                "task",
                format!("task/{no}"),
                "ballots are held by a task that does not exist",
            );
        }
        for pos in self.said.keys() {
            report.broken(
                "task",
                format!("log/{pos}"),
                "what this entry says of a task is missing",
            );
        }
        let stray: i64 = conn.query_row(
            "select count(*) from task_ballot t
             left join record r on r.epoch_no = t.epoch_no and r.seq = t.seq and r.kind = 1 where r.seq is null",
            [],
            |row| row.get(0),
        )?;
        if stray > 0 {
            report.broken(
                "task",
                "task_ballot",
                format!("{stray} of the ballots that tasks hold are no ballots"),
            );
        }
        let lost: i64 = conn.query_row(
            "select count(*) from task_entry e left join task t on t.no = e.task_no where t.no is null",
            [],
            |row| row.get(0),
        )?;
        if lost > 0 {
            report.broken(
                "task",
                "task_entry",
                format!("{lost} entries are of tasks that do not exist"),
            );
        }
        Ok(())
    }

    /// From where on ratings open tasks is said once, at the first look, unless it is the log's beginning: else somebody
    /// could keep ratings from ever becoming one.
    fn began(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let began = |entry: &Value| entry.get("what").and_then(Value::as_str) == Some("began");
        let said: Vec<i64> = self
            .said
            .iter()
            .filter(|(_, entry)| began(entry))
            .map(|(pos, _)| *pos)
            .collect();
        let after: Vec<_> = said
            .iter()
            .filter_map(|pos| self.said.remove(pos)?.get("after")?.as_i64())
            .collect();
        let start = tasks::start(conn)?;
        let expected = if start == 0 || tasks::looked(conn)?.is_none() {
            vec![]
        } else {
            vec![start]
        };
        if after != expected {
            report.broken(
                "task",
                "task_start",
                "ratings become tasks from another position on than the log says",
            );
        }
        Ok(())
    }

    fn entries(&mut self, task: &Task, place: &str, report: &mut Report) {
        for entry in &task.entries {
            if !self.is(entry.pos, &entry.said(task.no)) {
                report.broken("task", place, "what was done about it is not as the log says");
            }
        }
    }

    fn is(&mut self, pos: i64, row: &Value) -> bool {
        let said = self.said.remove(&pos).unwrap_or(Value::Null);
        row.as_object()
            .is_some_and(|row| row.iter().all(|(name, value)| said.get(name) == Some(value)))
    }
}

/// The ballots that each task holds, in order.
fn held(conn: &Connection) -> Result<BTreeMap<i64, Vec<(i64, i64)>>> {
    let mut rows = conn.prepare("select task_no, epoch_no, seq from task_ballot order by 1, 2, 3")?;
    let mut rows = rows.query([])?;
    let mut held: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        held.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(held)
}
