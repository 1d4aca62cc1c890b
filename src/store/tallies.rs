//! Levels and counts of ballots, by counter and half month or quarter: what rates and the line under them are made of.

use super::{
    Result,
    cuts::Sums,
    figures::{Factors, Scope},
    meaning::{Meaning, Surveys, json_array, word_number},
    parts::{Parts, Table},
    surveys,
};
use crate::{
    domain::{
        period::Period,
        stats::Tally,
        survey::{QuestionKind, Survey, SurveyKind},
        time::LocalDay,
    },
    sqlite::at_once,
};
use rusqlite::{Connection, params};
use std::{collections::BTreeMap, sync::Arc};

/// The rows of a question in one of the tables that [`Parts::pieces`] names: ?1 the counters ([`Scope::wanted`]), ?2 and ?3
/// the bounds, ?4 the question. Counters are looked for one by one in `tally`, unless none is to be left out: then rows are
/// read as they follow one another, as those of `quarter` always are.
fn rows_of(scope: &Scope, table: Table) -> &'static str {
    match (table, scope.wanted()) {
        (Table::Tally, Some(_)) => {
            "tally where question = ?4 and counter_no in (select value from json_each(?1))
               and from_day >= ?2 and from_day < ?3"
        }
        (Table::Tally, None) => {
            "tally indexed by tally_day where question = ?4 and ?1 is null and from_day >= ?2 and from_day < ?3"
        }
        (Table::Quarter, _) => {
            "quarter where question = ?4 and from_day >= ?2 and from_day < ?3
               and (?1 is null or counter_no in (select value from json_each(?1)))"
        }
    }
}

/// Hands out the tallies of the headline questions in these states, by counter and by the first day of their half month or
/// quarter; answers of the days at a period's edges stand under their day.
pub(super) fn each_tally(
    conn: &Connection,
    scope: &Scope,
    parts: &Parts,
    states: &'static str,
    mut each: impl FnMut(i64, LocalDay, Tally),
) -> Result<()> {
    let surveys = Surveys::load(conn)?;
    let headlines = surveys.headlines(conn)?;
    for (table, (from, to)) in parts.pieces() {
        let rows_of = rows_of(scope, table);
        let mut rows = conn.prepare_cached(&format!(
            "select at_once(counter_no, from_day, survey_no, n1, n2, n3, n4, n5) from {rows_of} and state in ({states})"
        ))?;
        for (question, own) in &headlines {
            let mut rows = rows.query(params![scope.wanted(), from, to, question])?;
            while let Some(row) = rows.next()? {
                for [counter_no, from_day, survey_no, levels @ ..] in at_once::rows::<8>(row)? {
                    if own.contains(&survey_no) {
                        each(counter_no, LocalDay(from_day), tally_of(levels)?);
                    }
                }
            }
        }
    }
    if parts.has_days() {
        let mut sums = Sums::default();
        sums.days(conn, scope, parts, ("day", states))?;
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

/// Counts as they are stored. None is below zero, unless the file is damaged.
fn tally_of(levels: [i64; 5]) -> Result<Tally> {
    let mut tally = Tally::default();
    for (level, n) in (1..).zip(levels) {
        let n = u64::try_from(n).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, n))?;
        tally.add(level, n);
    }
    Ok(tally)
}

/// Answers to the criteria of SIPAS, by factor: of whole half months, as reporting months and windows are.
pub(super) fn factors(conn: &Connection, scope: &Scope, period: Period) -> Result<Factors> {
    let surveys: Vec<(i64, Arc<Survey>)> = surveys::all(conn)?
        .into_iter()
        .filter_map(|known| Some((known.no, known.survey?)))
        .filter(|(_, survey)| survey.kind == SurveyKind::Sipas)
        .collect();
    let parts = scope.parts(period);
    let mut found = Factors::default();
    for (survey_no, survey) in surveys {
        let sum = |question: i64| -> Result<(u64, Tally)> {
            let mut all = (0, Tally::default());
            for (table, (from, to)) in parts.pieces() {
                let rows_of = rows_of(scope, table);
                let mut rows = conn.prepare_cached(&format!(
                    "select coalesce(sum(n), 0), coalesce(sum(n1), 0), coalesce(sum(n2), 0), coalesce(sum(n3), 0),
                       coalesce(sum(n4), 0), coalesce(sum(n5), 0)
                     from {rows_of} and state = 1 and survey_no = ?5"
                ))?;
                let bounds = params![scope.wanted(), from, to, question, survey_no];
                let (n, tally) = rows.query_row(bounds, |row| {
                    let levels = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
                    Ok((row.get::<_, u64>(0)?, Tally::new(levels)))
                })?;
                all = (all.0 + n, all.1.plus(tally));
            }
            Ok(all)
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

/// Released ballots of the whole half months; of these surveys, a JSON array, if they are given.
fn ballots(conn: &Connection, scope: &Scope, parts: &Parts, surveys: Option<&str>) -> Result<u64> {
    let mut all = 0;
    for (table, (from, to)) in parts.pieces() {
        let rows_of = rows_of(scope, table);
        let mut rows = conn.prepare_cached(&format!(
            "select coalesce(sum(n), 0) from {rows_of} and state = 1
               and (?5 is null or survey_no in (select value from json_each(?5)))"
        ))?;
        all += rows.query_row(params![scope.wanted(), from, to, 0, surveys], |row| {
            row.get::<_, u64>(0)
        })?;
    }
    Ok(all)
}

/// Released ballots of whole half months by counter number: of every one, and of those that begin in a month.
pub(super) fn by_counter(conn: &Connection, scope: &Scope, month: Period) -> Result<BTreeMap<i64, (u64, u64)>> {
    let mut all: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let whole = match scope.parts(Period::all()).has_quarters() {
        true => Table::Quarter,
        false => Table::Tally,
    };
    let month = (Table::Tally, (month.first().0, month.end().0));
    for (of_month, (table, (from, to))) in [(false, (whole, (i64::MIN, i64::MAX))), (true, month)] {
        let rows_of = rows_of(scope, table);
        let mut rows = conn.prepare_cached(&format!("select counter_no, n from {rows_of} and state = 1"))?;
        let mut rows = rows.query(params![scope.wanted(), from, to, 0])?;
        while let Some(row) = rows.next()? {
            let own = all.entry(row.get(0)?).or_default();
            let n: u64 = row.get(1)?;
            match of_month {
                true => own.1 += n,
                false => own.0 += n,
            }
        }
    }
    Ok(all)
}

/// Released ballots of a period.
pub(super) fn released(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let parts = scope.parts(period);
    let halves = ballots(conn, scope, &parts, None)?;
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
    let parts = scope.parts(period);
    let numbers = json_array(others);
    let halves = ballots(conn, scope, &parts, Some(&numbers))?;
    let rest: u64 = conn
        .prepare_cached(
            "select (select coalesce(sum(n), 0) from rollup
                     where day in (select value from json_each(?3)) and counter_no in (select value from json_each(?1))
                       and state = 1 and release > 0 and question = 0
                       and survey_no in (select value from json_each(?2)))
               + (select coalesce(sum(n), 0) from rollup indexed by rollup_waiting
                     where counter_no in (select value from json_each(?1)) and day >= ?4 and day < ?5 and state = 1
                       and release = 0 and question = 0 and survey_no in (select value from json_each(?2)))",
        )?
        .query_row(
            params![scope.numbers(), numbers, parts.days, period.first().0, period.end().0],
            |row| row.get(0),
        )?;
    Ok(halves + rest)
}
