//! What a leader did about a task: closing it, opening it again. Each is an entry; none takes another back.

use super::{Entry, by_no};
use crate::{
    domain::{redact::redact, tasks::Outcome},
    store::{
        Refusal, Result, WriteTx,
        log::{self, Kind},
    },
};
use rusqlite::params;
use unicode_normalization::UnicodeNormalization;

/// Longest words of an entry, in characters: they stand in a line of the report.
const LONGEST: usize = 500;
/// Shortest words where there must be some.
const SHORTEST: usize = 5;

/// The words as they are kept: in one line, NFC, without long numbers (a phone, an identity card).
pub(in crate::store) fn words_ok(words: &str, needed: bool) -> Result<String> {
    let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    let words = redact(&words);
    let length = words.chars().count();
    let good = length <= LONGEST && !words.chars().any(char::is_control) && (length >= SHORTEST || !needed);
    if good { Ok(words) } else { Err(Refusal::Reason.into()) }
}

impl WriteTx<'_> {
    /// Closes a task. What could not be verified needs words.
    pub fn close_task(&self, no: i64, outcome: Outcome, words: &str, now: i64) -> Result<i64> {
        let task = by_no(self.conn, no)?;
        if task.closed().is_some() {
            return Err(Refusal::TaskClosed.into());
        }
        let words = words_ok(words, outcome == Outcome::Unverified)?;
        self.task_entry(no, Some(outcome), words, now)
    }

    /// Opens a closed task again, with a reason.
    pub fn reopen_task(&self, no: i64, words: &str, now: i64) -> Result<i64> {
        let task = by_no(self.conn, no)?;
        if task.closed().is_none() {
            return Err(Refusal::TaskOpen.into());
        }
        let words = words_ok(words, true)?;
        self.task_entry(no, None, words, now)
    }

    /// Answers the log position.
    fn task_entry(&self, task: i64, outcome: Option<Outcome>, words: String, now: i64) -> Result<i64> {
        let mut entry = Entry {
            outcome,
            words,
            who: self.by.unwrap_or("district").to_owned(),
            hour: log::hour(now),
            pos: 0,
        };
        entry.pos = self.log(Kind::Task, now, entry.said(task))?;
        self.conn.execute(
            "insert into task_entry (task_no, outcome, words, who, hour, pos) values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                task,
                entry.outcome.map(Outcome::name),
                entry.words,
                entry.who,
                entry.hour,
                entry.pos
            ],
        )?;
        let open = match outcome {
            Some(_) => "delete from task_open where task_no = ?1",
            None => "insert into task_open (task_no) values (?1)",
        };
        self.conn.execute(open, [task])?;
        Ok(entry.pos)
    }
}
