//! Decisions: a later state of records. The record stays; the decision, its log entry and the moved rollups are one
//! transaction.

use super::{
    Refusal, Result, StoreError, WriteTx, body,
    exclusions::{self, Fact},
    log::Kind,
    release,
    rollup::{self, Cell, Facts},
    state::{State, marks},
    surveys, words,
};
use crate::{
    domain::{
        ballot::Ballot,
        hex::{DeviceId, EpochId, Hash},
    },
    wire::{keys::sha256, record::Parsed},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use std::collections::{HashMap, hash_map::Entry};

/// A record's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose.
    pub device: DeviceId,
    /// Which epoch.
    pub epoch: EpochId,
    /// Which record of it.
    pub seq: u64,
}

/// A record as it stands now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current {
    epoch_no: i64,
    seq: i64,
    pub(super) device_no: i64,
    pub(super) state: State,
    /// Its state at arrival.
    arrival: State,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) counter_no: i64,
    pub(super) marks: i64,
    /// Position of what made it so: its arrival or its newest decision.
    pub(super) pos: i64,
}

impl Current {
    fn facts(&self, state: State, release: i64) -> Facts {
        Facts {
            day: self.day,
            hour: self.hour,
            counter_no: self.counter_no,
            state,
            release,
            device_no: self.device_no,
        }
    }
}

pub(super) fn current(conn: &Connection, epoch_no: i64, seq: i64) -> Result<Current> {
    let row = conn
        .prepare_cached(
            "select e.device_no, coalesce(d.to_state, r.state), coalesce(d.day, r.day), coalesce(d.hour, r.hour),
               r.counter_no, r.marks, coalesce(d.pos, r.pos), r.state
             from record r join epoch e on e.no = r.epoch_no
             left join decision d on d.no = (select max(no) from decision where epoch_no = ?1 and seq = ?2)
             where r.epoch_no = ?1 and r.seq = ?2",
        )?
        .query_row((epoch_no, seq), |row| {
            Ok((
                Current {
                    epoch_no,
                    seq,
                    device_no: row.get(0)?,
                    state: State::None,
                    arrival: State::None,
                    day: row.get(2)?,
                    hour: row.get(3)?,
                    counter_no: row.get(4)?,
                    marks: row.get(5)?,
                    pos: row.get(6)?,
                },
                row.get::<_, i64>(1)?,
                row.get::<_, i64>(7)?,
            ))
        })
        .optional()?;
    let (current, state, arrival) = row.ok_or(StoreError::NotFound("record"))?;
    let state = State::from_code(state).ok_or(StoreError::Corrupt("state"))?;
    let arrival = State::from_code(arrival).ok_or(StoreError::Corrupt("state"))?;
    Ok(Current {
        state,
        arrival,
        ..current
    })
}

/// A record's state now: that of its newest decision, or of its arrival.
pub fn state_now(conn: &Connection, key: Key) -> Result<State> {
    let (epoch_no, seq) = numbers(conn, key)?;
    Ok(current(conn, epoch_no, seq)?.state)
}

fn numbers(conn: &Connection, key: Key) -> Result<(i64, i64)> {
    let epoch_no = conn
        .prepare_cached("select e.no from epoch e join device d on d.no = e.device_no where d.id = ?1 and e.id = ?2")?
        .query_row((key.device.0, key.epoch.0), |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound("record"))?;
    let seq = i64::try_from(key.seq).map_err(|_| StoreError::NotFound("record"))?;
    Ok((epoch_no, seq))
}

/// The bytes that the log entry's digest covers: keys and states, as big-endian 64-bit integers.
pub(super) fn digest(rows: &[[i64; 6]]) -> Hash {
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|n| n.to_be_bytes()).collect();
    sha256(&[b"hailong/1/decisions\0", &bytes])
}

impl WriteTx<'_> {
    /// Counts quarantined ballots, or puts ballots so counted back: a person's decision, with its reason. Answers its
    /// log position.
    ///
    /// A ballot that was counted when it arrived can't be taken out one by one (that would let somebody drop bad
    /// ratings); exclusions name whole days. What can't be decided is left alone.
    pub fn decide(&self, keys: &[Key], count: bool, who: &str, reason: &str, now: i64) -> Result<i64> {
        let mut changes = Vec::new();
        for key in keys {
            let (epoch_no, seq) = numbers(self.conn, *key)?;
            let record = current(self.conn, epoch_no, seq)?;
            if !matches!(record.arrival, State::QuarantinedRevoked | State::QuarantinedCounter) {
                continue;
            }
            let to = self.verdict(&record, count)?;
            if record.state != to {
                changes.push((record, to));
            }
        }
        self.change(&changes, who, json!({"reason": reason}), now)
    }

    /// What a person's decision makes of a ballot that could not count by itself. Once it is in a figure it stays there:
    /// taken out, the difference would tell what it says, and so would the next release that brought it back beside one
    /// other. Exclusions take out what was released.
    pub(super) fn verdict(&self, record: &Current, count: bool) -> Result<State> {
        Ok(match (count, record.marks & marks::NO_TIME == 0) {
            (false, _) if self.is_told(record)? => record.state,
            (false, _) => record.arrival,
            (true, _) if self.awaits_survey(record)? => State::UnreadSurvey,
            (true, true) => State::Counted,
            (true, false) => State::Undated,
        })
    }

    /// Whether a ballot is in the figures.
    fn is_told(&self, record: &Current) -> Result<bool> {
        let counts = record.state == State::Counted;
        Ok(counts && release::released(self.conn, record.counter_no, record.day, record.pos)?.is_some())
    }

    /// Counts the ballots that waited for a survey that is known now.
    pub(super) fn count_unread(&self, survey_no: i64, now: i64) -> Result<()> {
        let keys: Vec<(i64, i64)> = self
            .conn
            .prepare_cached("select epoch_no, seq from unread where survey_no = ?1 order by epoch_no, seq")?
            .query_map([survey_no], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<std::result::Result<_, _>>()?;
        if keys.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::new();
        for (epoch_no, seq) in keys {
            let record = current(self.conn, epoch_no, seq)?;
            let dated = record.marks & marks::NO_TIME == 0;
            changes.push((record, if dated { State::Counted } else { State::Undated }));
        }
        let id = surveys::by_no(self.conn, survey_no)?.id;
        self.change(
            &changes,
            "district",
            json!({"reason": "survey_known", "survey": id}),
            now,
        )?;
        Ok(())
    }

    /// Whether a ballot's survey is not known here; it is then put on the work list.
    pub(super) fn awaits_survey(&self, record: &Current) -> Result<bool> {
        let Some(ballot) = self.ballot(record)? else {
            return Ok(false);
        };
        let survey = surveys::intern(self.conn, ballot.survey)?;
        if survey.survey.is_none() {
            self.conn.execute(
                "insert or ignore into unread (device_no, survey_no, epoch_no, seq) values (?1, ?2, ?3, ?4)",
                (record.device_no, survey.no, record.epoch_no, record.seq),
            )?;
        }
        Ok(survey.survey.is_none())
    }

    /// Whether its signed bytes say that it was cast while trying the tablet out.
    pub(super) fn is_practice(&self, record: &Current) -> Result<bool> {
        Ok(self.ballot(record)?.is_some_and(|ballot| ballot.practice))
    }

    fn ballot(&self, record: &Current) -> Result<Option<Box<Ballot>>> {
        let bytes: Option<Vec<u8>> = self
            .conn
            .prepare_cached("select bytes from body where epoch_no = ?1 and seq = ?2")?
            .query_row((record.epoch_no, record.seq), |row| row.get(0))
            .optional()?;
        let Some(bytes) = bytes else {
            return Ok(None);
        };
        Ok(match Parsed::of(&body::unpack(&bytes)?) {
            Parsed::Ballot(ballot) => Some(ballot),
            _ => None,
        })
    }

    pub(super) fn change(
        &self,
        changes: &[(Current, State)],
        who: &str,
        mut why: serde_json::Value,
        now: i64,
    ) -> Result<i64> {
        let rows: Vec<_> = changes
            .iter()
            .map(|(r, to)| [r.epoch_no, r.seq, r.state.code(), to.code(), r.day, r.hour])
            .collect();
        if let Some(members) = why.as_object_mut() {
            members.insert("who".into(), who.into());
            members.insert("records".into(), rows.len().into());
            members.insert("rows".into(), digest(&rows).to_string().into());
        }
        let pos = self.log(Kind::Decision, now, why)?;
        for (record, to) in changes {
            self.conn
                .prepare_cached(
                    "insert into decision (epoch_no, seq, from_state, to_state, day, hour, who, pos)
                     values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute((
                    record.epoch_no,
                    record.seq,
                    record.state.code(),
                    to.code(),
                    record.day,
                    record.hour,
                    who,
                    pos,
                ))?;
            if record.state == *to {
                continue;
            }
            if record.state == State::UnreadSurvey {
                self.conn.execute(
                    "delete from unread where device_no = ?1 and epoch_no = ?2 and seq = ?3",
                    (record.device_no, record.epoch_no, record.seq),
                )?;
            }
            self.recount(record, record.state, record.pos, -1)?;
            self.recount(record, *to, pos, 1)?;
        }
        Ok(pos)
    }

    fn recount(&self, record: &Current, state: State, pos: i64, n: i64) -> Result<()> {
        // Retention took the body: which rows it is in is not known any more.
        let ballot = self.ballot(record)?.ok_or(Refusal::Retained)?;
        let fact = Fact { pos, ..record.fact() };
        let (state, release) = match state {
            State::Counted => exclusions::placed(self.conn, &exclusions::standing(self.conn)?, &fact)?,
            state => (state, 0),
        };
        let cells = self.cells_of(&ballot, record.facts(state, release), &mut HashMap::new())?;
        rollup::add(self.conn, &cells, n)
    }

    /// The ballots that count now, waiting ones included, of a counter on the days from one up to, without, another.
    pub(super) fn counted(&self, counter_no: i64, from: i64, to: i64) -> Result<Vec<Current>> {
        let mut rows = self.conn.prepare_cached(
            "select r.epoch_no, r.seq from record r
             left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
             where r.kind = 1 and r.counter_no = ?1 and coalesce(d.to_state, r.state) = 1
               and coalesce(d.day, r.day) >= ?2 and coalesce(d.day, r.day) < ?3
             order by r.epoch_no, r.seq",
        )?;
        let mut rows = rows.query((counter_no, from, to))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(current(self.conn, row.get(0)?, row.get(1)?)?);
        }
        Ok(found)
    }

    /// Moves a counted ballot's rows between the counted and the excluded ones.
    pub(super) fn shift(&self, record: &Current, from: State, to: State) -> Result<()> {
        let ballot = self.ballot(record)?.ok_or(Refusal::Retained)?;
        let release = release::covering(self.conn, record.counter_no, record.day, record.pos)?;
        for (state, n) in [(from, -1), (to, 1)] {
            let cells = self.cells_of(&ballot, record.facts(state, release), &mut HashMap::new())?;
            rollup::add(self.conn, &cells, n)?;
        }
        Ok(())
    }

    /// The rows of the rollups that a ballot is in.
    pub(super) fn cells_of(
        &self,
        ballot: &Ballot,
        facts: Facts,
        surveys: &mut HashMap<Hash, surveys::Known>,
    ) -> Result<Vec<Cell>> {
        let survey = match surveys.entry(ballot.survey) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(surveys::intern(self.conn, ballot.survey)?),
        };
        let asked = (ballot, survey.no, survey.survey.as_deref());
        rollup::cells(facts, Some(asked), &mut |text| words::number(self.conn, text))
    }

    /// The rows, as far as a ballot's body says them, that a record is in now: without its release. Empty for what is
    /// not a ballot.
    pub(super) fn cells_now(
        &self,
        epoch_no: i64,
        seq: i64,
        surveys: &mut HashMap<Hash, surveys::Known>,
    ) -> Result<Vec<Cell>> {
        let record = current(self.conn, epoch_no, seq)?;
        let Some(ballot) = self.ballot(&record)? else {
            return Ok(Vec::new());
        };
        let state = match record.state {
            State::Counted => exclusions::placed(self.conn, &exclusions::standing(self.conn)?, &record.fact())?.0,
            state => state,
        };
        self.cells_of(&ballot, record.facts(state, 0), surveys)
    }
}
