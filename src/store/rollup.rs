//! Rollups: the counts that pages and reports read, written in the record's own transaction.
//!
//! Question 0 counts ballots: one for every record and conflict that has a state. The other rows count answers and
//! exist for counted and excluded ballots only. What a ballot adds is computed in one place, [`cells`], for ingest, for decisions
//! and for `verify`.

use super::{Result, places::moment_code, state::State};
use crate::domain::{ballot::Ballot, survey::Survey};
use rusqlite::Connection;

/// A row's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Effective local day.
    pub day: i64,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// How it counts.
    pub state: i64,
    /// Number of the release, 0 while waiting.
    pub release: i64,
    /// Word number of the question, 0 for the ballot itself.
    pub question: i64,
    /// Word number of the answer.
    pub answer: i64,
    /// The survey's number.
    pub survey_no: i64,
    /// 0 unknown, 1 reception, 2 returned, 3 result.
    pub moment: i64,
    /// Word number of the field.
    pub field: i64,
    /// The device's number.
    pub device_no: i64,
    /// Effective local hour.
    pub hour: i64,
}

/// What is known of a line without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) counter_no: i64,
    pub(super) state: State,
    pub(super) release: i64,
    pub(super) device_no: i64,
}

/// A ballot with the number of its survey, and the survey if it is known.
pub(super) type Asked<'a> = (&'a Ballot, i64, Option<&'a Survey>);

/// The rows a line is counted in, each once. Empty for what has no state. `word` numbers a text.
pub(super) fn cells(
    facts: Facts,
    ballot: Option<Asked<'_>>,
    word: &mut dyn FnMut(&str) -> Result<i64>,
) -> Result<Vec<Cell>> {
    if facts.state == State::None {
        return Ok(Vec::new());
    }
    let mut whole = Cell {
        day: facts.day,
        counter_no: facts.counter_no,
        state: facts.state.code(),
        release: facts.release,
        question: 0,
        answer: 0,
        survey_no: 0,
        moment: 0,
        field: 0,
        device_no: facts.device_no,
        hour: facts.hour,
    };
    let Some((ballot, survey_no, survey)) = ballot else {
        return Ok(vec![whole]);
    };
    whole.survey_no = survey_no;
    whole.moment = moment_code(ballot.moment);
    whole.field = ballot.field.as_deref().map_or(Ok(0), &mut *word)?;
    let mut cells = vec![whole.clone()];
    if let (State::Counted | State::Excluded, Some(survey)) = (facts.state, survey) {
        for (question, answer) in valid_answers(ballot, survey) {
            let (question, answer) = (word(&question)?, word(&answer)?);
            cells.push(Cell {
                question,
                answer,
                ..whole.clone()
            });
        }
    }
    Ok(cells)
}

/// The answers that the survey asks for: others leave both sides of a rate. A tile named twice counts once.
fn valid_answers(ballot: &Ballot, survey: &Survey) -> Vec<(String, String)> {
    let given = survey.given(&ballot.answers).into_iter();
    let pairs = given.flat_map(|(question, given)| {
        let id = &question.id;
        given.into_iter().map(move |given| (id.to_string(), given.to_string()))
    });
    pairs.collect()
}

/// Adds `n` (which may be negative) to each row; rows that reach 0 are removed.
pub(super) fn add(conn: &Connection, cells: &[Cell], n: i64) -> Result<()> {
    for c in cells {
        conn.prepare_cached(
            "insert into rollup (day, counter_no, state, release, question, answer, survey_no, moment, field,
               device_no, hour, n) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             on conflict do update set n = n + excluded.n",
        )?
        .execute((
            c.day,
            c.counter_no,
            c.state,
            c.release,
            c.question,
            c.answer,
            c.survey_no,
            c.moment,
            c.field,
            c.device_no,
            c.hour,
            n,
        ))?;
        if n < 0 {
            conn.prepare_cached(
                "delete from rollup where day = ?1 and counter_no = ?2 and state = ?3 and release = ?4 and question = ?5
                   and answer = ?6 and survey_no = ?7 and moment = ?8 and field = ?9 and device_no = ?10 and hour = ?11
                   and n = 0",
            )?
            .execute((
                c.day, c.counter_no, c.state, c.release, c.question, c.answer, c.survey_no, c.moment, c.field,
                c.device_no, c.hour,
            ))?;
        }
    }
    Ok(())
}
