//! Officers' own accounts and their words (giải trình): an officer who signs in sees figures of their own, of months that
//! have ended, and may explain a month or a task. What was explained stays; another word is another row.

use super::{
    Refusal, Result, StoreError, WriteTx,
    log::{self, Kind},
    roster::{self, Officer},
    tasks, users,
};
use crate::domain::{
    ids::{NodeId, OfficerId},
    period::Period,
    role::Role,
    time::{LocalDay, Month},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};

/// What an officer explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its number.
    pub no: i64,
    /// Which officer, by number.
    pub officer_no: i64,
    /// Of which month.
    pub month: Month,
    /// About which task of that month; `None`: about the month.
    pub task: Option<i64>,
    /// Their words.
    pub words: String,
    /// When, an hour in unix seconds.
    pub hour: i64,
    /// Position of its log entry.
    pub pos: i64,
}

impl Explanation {
    /// As the log says it.
    pub(super) fn said(&self) -> Value {
        json!({"what": "explained", "officer": self.officer_no, "month": self.month, "task": self.task,
            "words": self.words})
    }
}

const ALL: &str = "select no, officer_no, year, month, task_no, words, hour, pos from explanation";

fn explanation(row: &Row<'_>) -> rusqlite::Result<Explanation> {
    Ok(Explanation {
        no: row.get(0)?,
        officer_no: row.get(1)?,
        month: Month {
            year: row.get(2)?,
            month: row.get(3)?,
        },
        task: row.get(4)?,
        words: row.get(5)?,
        hour: row.get(6)?,
        pos: row.get(7)?,
    })
}

/// All of them, in the order they were written; for `verify`.
pub(super) fn all(conn: &Connection) -> Result<Vec<Explanation>> {
    let mut rows = conn.prepare_cached(&format!("{ALL} order by no"))?;
    Ok(rows
        .query_map([], explanation)?
        .collect::<std::result::Result<_, _>>()?)
}

/// Those of a month, in the order they were written.
pub fn of_month(conn: &Connection, month: Month) -> Result<Vec<Explanation>> {
    let mut rows = conn.prepare_cached(&format!("{ALL} where year = ?1 and month = ?2 order by no"))?;
    let rows = rows.query_map((month.year, month.month), explanation)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Those about a task, in the order they were written.
pub fn of_task(conn: &Connection, task: i64) -> Result<Vec<Explanation>> {
    let mut rows = conn.prepare_cached(&format!("{ALL} where task_no = ?1 order by no"))?;
    Ok(rows
        .query_map([task], explanation)?
        .collect::<std::result::Result<_, _>>()?)
}

/// The officer that a user is, if they are one.
pub fn officer_of(conn: &Connection, user: &str) -> Result<Option<Officer>> {
    let no: Option<i64> = conn
        .prepare_cached(
            "select a.officer_no from officer_account a join user u on u.no = a.user_no
             where u.name = ?1 and u.role = 'officer' order by a.pos desc limit 1",
        )?
        .query_row([user], |row| row.get(0))
        .optional()?;
    let officers = roster::officers(conn)?;
    Ok(no.and_then(|no| officers.into_iter().find(|officer| officer.no == no)))
}

/// Who each account belongs to, as (user, officer number), the newest word of each; for `verify`.
pub(super) fn accounts(conn: &Connection) -> Result<Vec<(String, i64, i64)>> {
    let mut rows = conn.prepare_cached(
        "select u.name, a.officer_no, a.pos from officer_account a left join user u on u.no = a.user_no order by a.pos",
    )?;
    let rows = rows.query_map([], |row| {
        Ok((
            row.get::<_, Option<String>>(0)?.unwrap_or_default(),
            row.get(1)?,
            row.get(2)?,
        ))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Tasks that an officer of a unit may explain: of their unit or below, opened in a month that has ended.
pub fn explainable(conn: &Connection, node: NodeId, month: Month, today: LocalDay) -> Result<Vec<tasks::Task>> {
    if month.end() > today {
        return Err(Refusal::OpenMonth.into());
    }
    tasks::opened(conn, &tasks::among(conn, Some(node))?, Period::month(month))
}

impl WriteTx<'_> {
    /// Says which officer a user is. The user must have the role, the officer be of the user's unit or below.
    pub fn link_officer(&self, user: &str, officer: OfficerId, now: i64) -> Result<()> {
        let user = users::user(self.conn, user)?.ok_or(StoreError::NotFound("user"))?;
        let officer = roster::officer(self.conn, officer)?;
        let node = user.access.node.filter(|_| user.access.role == Role::Officer);
        let inside = node.map(|node| super::scope::inside(self.conn, node)).transpose()?;
        if !inside.is_some_and(|inside| inside.contains(&officer.node)) {
            return Err(Refusal::OfficerAccount.into());
        }
        if officer_of(self.conn, &user.name)?.is_some_and(|linked| linked.no == officer.no) {
            return Ok(());
        }
        let body = json!({"what": "officer", "user": user.name, "officer": officer.no});
        let pos = self.log(Kind::User, now, body)?;
        self.conn.execute(
            "insert into officer_account (user_no, officer_no, pos) values (?1, ?2, ?3)",
            (user.no, officer.no, pos),
        )?;
        Ok(())
    }

    /// Keeps what an officer (the user whose doing this is) explains of a month that has ended, or of a task of it.
    pub fn explain(&self, month: Month, task: Option<i64>, words: &str, now: i64) -> Result<i64> {
        let who = self.by.unwrap_or_default();
        let officer = officer_of(self.conn, who)?.ok_or(Refusal::OfficerAccount)?;
        let may = explainable(self.conn, officer.node, month, LocalDay::of(now))?;
        if task.is_some_and(|no| !may.iter().any(|task| task.no == no)) {
            return Err(StoreError::NotFound("task"));
        }
        let mut new = Explanation {
            no: 0,
            officer_no: officer.no,
            month,
            task,
            words: tasks::words_ok(words, true)?,
            hour: log::hour(now),
            pos: 0,
        };
        new.pos = self.log(Kind::Task, now, new.said())?;
        self.conn.execute(
            "insert into explanation (officer_no, year, month, task_no, words, hour, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                new.officer_no,
                month.year,
                month.month,
                new.task,
                new.words,
                new.hour,
                new.pos
            ],
        )?;
        Ok(new.pos)
    }
}
