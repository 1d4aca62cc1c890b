//! Visits: the draft, the cast, and the day's counts.

use super::{
    Outbox, OutboxError,
    append::{Appender, New},
    language,
};
use crate::domain::{
    ballot::{Answers, Ballot, Ended, Pace, Took},
    hex::{Hash, Hex, Salt},
    time::{Bucket, LocalDay},
};
use crate::wire::{
    canon,
    record::{self, Day, What},
};
use rusqlite::{OptionalExtension, Transaction, params};

/// What the day's counts count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// First touch of any control.
    Began,
    /// Ended without a face.
    Abandoned,
}

/// A tap as the screens report it: the answers so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// What was answered.
    pub answers: Answers,
    /// Names the visit.
    pub salt: Salt,
    /// Seconds since the cast before; `None` for the first since the app was opened.
    pub since_cast: Option<i64>,
    /// The survey that was shown.
    pub survey: Hash,
    /// Seconds from the first touch to this tap.
    pub took: i64,
}

impl Outbox {
    /// Makes the ballot of a tap: place, practice and time are those of the tap, however late it is cast.
    pub fn ballot(&self, tap: Tap, now: i64) -> Result<Ballot, OutboxError> {
        let counter = &self.identity.enrolment().ok_or(OutboxError::NotEnrolled)?.setup.counter;
        Ok(Ballot {
            answers: tap.answers,
            app: env!("CARGO_PKG_VERSION").into(),
            at: Bucket::of(now),
            counter: counter.id,
            // Overwritten by the cast; this is what a draft found at a start becomes.
            ended: Ended::Silent,
            field: counter.field.clone(),
            moment: counter.moment,
            pace: Pace::of_secs(tap.since_cast),
            practice: self.identity.practice(),
            salt: tap.salt,
            step: self.identity.step(),
            survey: tap.survey,
            ticketed: false,
            took: Took::of_secs(tap.took),
        })
    }

    /// Commits the answers so far. The tap on a face counts: from here on the visit ends in a ballot.
    ///
    /// A draft of another visit that is still there is cast first; no rating is ever replaced by the next citizen's.
    pub fn draft(&mut self, ballot: &Ballot, now: i64) -> Result<(), OutboxError> {
        let (salt, line) = (ballot.salt, canon::line_of(ballot));
        self.write(|tx, appender| {
            if stored_draft(tx)?.is_some_and(|(other, _)| other != salt) {
                cast_draft(tx, appender, Ended::Silent, now)?;
            }
            if is_cast(tx, salt)? {
                return Ok(());
            }
            let sql = "insert into draft (id, salt, ballot) values (1, ?1, ?2) \
                       on conflict (id) do update set salt = excluded.salt, ballot = excluded.ballot";
            tx.prepare_cached(sql)?.execute(params![salt.0, line])?;
            Ok(())
        })
    }

    /// Keeps a survey that ballots in this file may answer, in case the district asks for it.
    pub fn keep_survey(&mut self, hash: Hash, document: &serde_json::Value) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            let sql = "insert or ignore into survey (hash, document) values (?1, ?2)";
            tx.execute(sql, params![hash.0, canon::to_line(document)])?;
            Ok(())
        })
    }

    /// Turns the draft into a ballot. When this returns, the ballot is on the disk. A repeated Cast of the same visit
    /// answers as the first did.
    pub fn cast(&mut self, salt: Salt, ended: Ended, now: i64) -> Result<(), OutboxError> {
        self.cast_in(salt, ended, None, now)
    }

    /// Casts, and counts the language of the screen (a BCP-47 tag) apart from the ballot.
    pub fn cast_in(&mut self, salt: Salt, ended: Ended, language: Option<&str>, now: i64) -> Result<(), OutboxError> {
        self.write(|tx, appender| {
            if is_cast(tx, salt)? {
                return Ok(());
            }
            match stored_draft(tx)? {
                Some((found, _)) if found == salt => {
                    if let Some(tag) = language {
                        language::count(tx, tag, now)?;
                    }
                    cast_draft(tx, appender, ended, now)
                }
                _ => Err(OutboxError::NoDraft(salt)),
            }
        })
    }

    /// Casts a draft that a crash left behind.
    pub(super) fn cast_leftover(&mut self, now: i64) -> Result<(), OutboxError> {
        let waiting = self.db.read(|tx| Ok::<_, OutboxError>(stored_draft(tx)?.is_some()))?;
        if waiting {
            self.write(|tx, appender| {
                // Half of a commit, on a disk that lied: the ballot is there, and so is its draft.
                tx.execute("delete from draft where salt in (select salt from record)", [])?;
                appender.found_draft = true;
                cast_draft(tx, appender, Ended::Silent, now)
            })?;
            self.mark(now)?;
        }
        Ok(())
    }

    /// Counts a visit that began or was abandoned.
    pub fn count_visit(&mut self, visit: Visit, now: i64) -> Result<(), OutboxError> {
        let (started, abandoned) = (visit == Visit::Began, visit == Visit::Abandoned);
        self.db.write(|tx| count(tx, now, started, abandoned, false))
    }

    /// Writes a `day` record for every day that is over.
    pub fn close_days(&mut self, now: i64) -> Result<(), OutboxError> {
        self.close_before(LocalDay::of(now).0, now)
    }

    /// Writes a `day` record for today too; the day may have another one later.
    pub(super) fn close_today(&mut self, now: i64) -> Result<(), OutboxError> {
        self.close_before(LocalDay::of(now).0.saturating_add(1), now)
    }

    fn close_before(&mut self, today: i64, now: i64) -> Result<(), OutboxError> {
        let step = self.identity.step();
        let due = self.db.read(|tx| {
            let sql = "select day, started, abandoned, cast_, comments from visits where day < ?1 order by day";
            let mut statement = tx.prepare_cached(sql)?;
            let days = statement.query_map([today], |row| {
                let (day, started, abandoned, cast) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(Day {
                    abandoned,
                    cast,
                    comments: row.get(4)?,
                    day,
                    started,
                    step,
                })
            })?;
            Ok::<_, OutboxError>(days.collect::<Result<Vec<_>, _>>()?)
        })?;
        for day in due {
            let at = Bucket::of(now);
            let line = canon::line_of(&day);
            self.write(|tx, appender| {
                tx.execute("delete from visits where day = ?1", [day.day])?;
                appender.append(
                    tx,
                    &New {
                        line: &line,
                        at,
                        salt: None,
                    },
                    false,
                )
            })?;
        }
        Ok(())
    }

    /// "Bắt đầu tính phiếu": ballots count from here.
    pub fn start_counting(&mut self, now: i64) -> Result<(), OutboxError> {
        let since = self.identity.enrolment().and_then(|e| e.setup.practice_since);
        if let Some(since) = since.filter(|_| self.identity.practice()) {
            self.note(What::CountingBegan, now)?;
            self.identity.set_counting(since)?;
        }
        Ok(())
    }
}

/// The draft's visit and its line.
fn stored_draft(tx: &Transaction<'_>) -> Result<Option<(Salt, String)>, OutboxError> {
    let row = tx
        .prepare_cached("select salt, ballot from draft")?
        .query_row([], |row| Ok((Hex(row.get(0)?), row.get(1)?)));
    Ok(row.optional()?)
}

fn is_cast(tx: &Transaction<'_>, salt: Salt) -> Result<bool, OutboxError> {
    Ok(tx
        .prepare_cached("select 1 from record where salt = ?1")?
        .exists([salt.0])?)
}

fn cast_draft(tx: &Transaction<'_>, appender: &mut Appender, ended: Ended, now: i64) -> Result<(), OutboxError> {
    let Some((salt, line)) = stored_draft(tx)? else {
        return Ok(());
    };
    // A draft that no longer reads still goes into the chain, as it is: the district keeps it for a person to judge.
    let (line, at) = match serde_json::from_str::<Ballot>(&line) {
        Ok(ballot) => (
            canon::line_of(&Ballot {
                ended,
                ..ballot.clone()
            }),
            ballot.at,
        ),
        Err(_) => (line.replace('\n', " "), Bucket::of(now)),
    };
    let is_ballot = record::is_ballot(line.as_bytes());
    appender.append(
        tx,
        &New {
            line: &line,
            at,
            salt: Some(salt),
        },
        is_ballot,
    )?;
    tx.prepare_cached("delete from draft")?.execute([])?;
    count(tx, now, false, false, true)
}

fn count(tx: &Transaction<'_>, now: i64, started: bool, abandoned: bool, cast: bool) -> Result<(), OutboxError> {
    let sql = "insert into visits (day, started, abandoned, cast_) values (?1, ?2, ?3, ?4) on conflict (day) do \
               update set started = started + excluded.started, abandoned = abandoned + excluded.abandoned, \
               cast_ = cast_ + excluded.cast_";
    tx.prepare_cached(sql)?
        .execute(params![LocalDay::of(now).0, started, abandoned, cast])?;
    Ok(())
}
