//! Levels and counts of ballots, by counter and half month: what rates and the line under them are made of.

use super::{
    Result,
    cuts::{Parts, Sums},
    figures::{Factors, Scope},
    meaning::{Meaning, Surveys, json_array, word_number},
    surveys,
};
use crate::domain::{
    period::Period,
    stats::Tally,
    survey::{QuestionKind, Survey, SurveyKind},
    time::LocalDay,
};
use rusqlite::{Connection, params};
use std::sync::Arc;

/// Hands out the tallies of the headline questions in these states, by counter and by the first day of their half month;
/// answers of the days at a period's edges stand under their day.
pub(super) fn each_tally(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    states: &'static str,
    mut each: impl FnMut(i64, LocalDay, Tally),
) -> Result<()> {
    let (parts, surveys) = (Parts::of(period), Surveys::load(conn)?);
    if parts.has_halves() {
        for (question, own) in surveys.headlines(conn)? {
            let mut rows = conn.prepare_cached(&format!(
                "select counter_no, from_day, survey_no, n1, n2, n3, n4, n5 from tally
                 where question = ?4 and counter_no in (select value from json_each(?1)) and from_day >= ?2
                   and from_day < ?3 and state in ({states})"
            ))?;
            let mut rows = rows.query(params![scope.numbers(), parts.halves.0, parts.halves.1, question])?;
            while let Some(row) = rows.next()? {
                if own.contains(&row.get(2)?) {
                    let levels = [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
                    each(row.get(0)?, LocalDay(row.get(1)?), Tally::new(levels));
                }
            }
        }
    }
    if parts.has_days() {
        let mut sums = Sums::default();
        sums.days(conn, scope, &parts, ("day", states))?;
        sums.each(conn, &mut |row| {
            if let Meaning::Level(level) = surveys.meaning(row.survey_no, &row.question, &row.answer) {
                let mut tally = Tally::default();
                tally.add(level, row.n);
                each(row.counter_no, LocalDay(row.by), tally);
            }
        })?;
    }
    Ok(())
}

/// Answers to the criteria of SIPAS, by factor: of whole half months, as reporting months and windows are.
pub(super) fn factors(conn: &Connection, scope: &Scope, period: Period) -> Result<Factors> {
    let surveys: Vec<(i64, Arc<Survey>)> = surveys::all(conn)?
        .into_iter()
        .filter_map(|known| Some((known.no, known.survey?)))
        .filter(|(_, survey)| survey.kind == SurveyKind::Sipas)
        .collect();
    let parts = Parts::of(period);
    let mut found = Factors::default();
    let mut rows = conn.prepare_cached(
        "select coalesce(sum(n), 0), coalesce(sum(n1), 0), coalesce(sum(n2), 0), coalesce(sum(n3), 0),
           coalesce(sum(n4), 0), coalesce(sum(n5), 0)
         from tally where question = ?4 and counter_no in (select value from json_each(?1)) and from_day >= ?2
           and from_day < ?3 and state = 1 and survey_no = ?5",
    )?;
    for (survey_no, survey) in surveys {
        let mut sum = |question: i64| -> Result<(u64, Tally)> {
            let bounds = params![scope.numbers(), parts.halves.0, parts.halves.1, question, survey_no];
            Ok(rows.query_row(bounds, |row| {
                let levels = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                Ok((row.get(0)?, Tally::new(levels)))
            })?)
        };
        found.ballots += sum(0)?.0;
        for asked in &survey.questions {
            let (Some(factor), QuestionKind::Scale { .. }) = (asked.factor, &asked.kind) else {
                continue;
            };
            if let Some(question) = word_number(conn, asked.id.as_str())? {
                let tally = found.tallies.entry(factor).or_default();
                *tally = tally.plus(sum(question)?.1);
            }
        }
    }
    Ok(found)
}

/// Released ballots of a period.
pub(super) fn released(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let parts = Parts::of(period);
    let halves: u64 = conn
        .prepare_cached(
            "select coalesce(sum(n), 0) from tally
             where question = 0 and counter_no in (select value from json_each(?1)) and from_day >= ?2 and from_day < ?3
               and state = 1",
        )?
        .query_row(params![scope.numbers(), parts.halves.0, parts.halves.1], |row| {
            row.get(0)
        })?;
    let days: u64 = conn
        .prepare_cached(
            "select coalesce(sum(n), 0) from rollup
             where day in (select value from json_each(?2)) and counter_no in (select value from json_each(?1))
               and state = 1 and release > 0 and question = 0",
        )?
        .query_row(params![scope.numbers(), parts.days], |row| row.get(0))?;
    Ok(halves + days)
}

/// Counted ballots of a period whose survey is of another kind than "counter", waiting ones included.
pub(super) fn of_other_kinds(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let others: Vec<i64> = surveys::all(conn)?
        .into_iter()
        .filter(|known| {
            known
                .survey
                .as_ref()
                .is_some_and(|survey| survey.kind != SurveyKind::Counter)
        })
        .map(|known| known.no)
        .collect();
    if others.is_empty() {
        return Ok(0);
    }
    let parts = Parts::of(period);
    let numbers = json_array(others);
    Ok(conn
        .prepare_cached(
            "select (select coalesce(sum(n), 0) from tally
                     where question = 0 and counter_no in (select value from json_each(?1)) and from_day >= ?3
                       and from_day < ?4 and state = 1 and survey_no in (select value from json_each(?2)))
               + (select coalesce(sum(n), 0) from rollup
                     where day in (select value from json_each(?5)) and counter_no in (select value from json_each(?1))
                       and state = 1 and release > 0 and question = 0
                       and survey_no in (select value from json_each(?2)))
               + (select coalesce(sum(n), 0) from rollup indexed by rollup_waiting
                     where counter_no in (select value from json_each(?1)) and day >= ?6 and day < ?7 and state = 1
                       and release = 0 and question = 0 and survey_no in (select value from json_each(?2)))",
        )?
        .query_row(
            params![
                scope.numbers(),
                numbers,
                parts.halves.0,
                parts.halves.1,
                parts.days,
                period.first().0,
                period.end().0
            ],
            |row| row.get(0),
        )?)
}
