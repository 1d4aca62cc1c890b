//! Released answers of any period and any cut: from the half months where a period holds whole ones, from the days at its
//! edges where it does not.

use super::{Result, figures::Scope, surveys};
use crate::domain::{
    ids::Slug,
    period::Period,
    stats::Tally,
    survey::{Given, Question, QuestionKind, Survey, SurveyKind},
    time::LocalDay,
};
use rusqlite::{Connection, params};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// The surveys of kind "counter", which say what an answer means, by their number. Figures of the other kinds are never
/// summed with theirs (design §6).
pub(super) struct Surveys(HashMap<i64, Arc<Survey>>);

/// What an answer means.
pub(super) enum Meaning<'a> {
    /// Level 1 to 5 of the headline question.
    Level(i64),
    /// A reason, by what the citizen read.
    Reason(&'a str),
    /// Something else.
    Nothing,
}

impl Surveys {
    pub(super) fn load(conn: &Connection) -> Result<Self> {
        let known = surveys::all(conn)?.into_iter();
        let known = known.filter_map(|known| Some((known.no, known.survey?)));
        Ok(Self(
            known.filter(|(_, survey)| survey.kind == SurveyKind::Counter).collect(),
        ))
    }

    pub(super) fn meaning(&self, survey_no: i64, question: &str, answer: &str) -> Meaning<'_> {
        let Some(survey) = self.0.get(&survey_no) else {
            return Meaning::Nothing;
        };
        if survey.headline.as_str() == question {
            return answer.parse().map_or(Meaning::Nothing, Meaning::Level);
        }
        // Reasons are tiles; answers of other kinds have no line here.
        let tiles =
            |asked: &&Question| asked.id.as_str() == question && matches!(asked.kind, QuestionKind::Tiles { .. });
        let words = survey.questions.iter().find(tiles).and_then(|asked| {
            let tile = Slug::parse(answer).ok().map(Given::Item)?;
            asked.words(&tile)
        });
        words.map_or(Meaning::Nothing, Meaning::Reason)
    }
}

/// How often an answer was given.
pub(super) struct Answered {
    pub(super) counter_no: i64,
    /// What the rows were asked to be told apart by.
    pub(super) by: i64,
    pub(super) survey_no: i64,
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) n: u64,
}

/// A period as whole half months and the days around them.
struct Parts {
    /// First day of the first half, first day after the last; equal if there are none.
    halves: (i64, i64),
    /// The other days, as a JSON array.
    days: String,
}

impl Parts {
    fn of(period: Period) -> Self {
        let (first, end) = (period.first(), period.end());
        let from = if first.half_start() == first {
            first
        } else {
            first.next_half()
        };
        let to = end.half_start();
        let (from, to) = if from < to { (from, to) } else { (first, first) };
        let days: Vec<String> = (first.0..from.0)
            .chain(to.0.max(first.0)..end.0)
            .map(|day| day.to_string())
            .collect();
        Self {
            halves: (from.0, to.0),
            days: format!("[{}]", days.join(",")),
        }
    }
}

/// Hands out the released answers of a period in these states, told apart by a column (or 0).
pub(super) fn each_answer(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    (by, states): (&'static str, &'static str),
    mut each: impl FnMut(Answered),
) -> Result<()> {
    let parts = Parts::of(period);
    let mut sums = Sums::default();
    if parts.halves.0 < parts.halves.1 {
        let mut rows = conn.prepare_cached(&format!(
            "select counter_no, {by}, survey_no, question, answer, n from half
             where counter_no in (select value from json_each(?1)) and from_day >= ?2 and from_day < ?3
               and state in ({states}) and question > 0"
        ))?;
        sums.add(rows.query(params![scope.numbers(), parts.halves.0, parts.halves.1])?)?;
    }
    if parts.days != "[]" {
        let mut rows = conn.prepare_cached(&format!(
            "select counter_no, {by}, survey_no, question, answer, n from rollup
             where day in (select value from json_each(?2)) and counter_no in (select value from json_each(?1))
               and state in ({states}) and release > 0 and question > 0"
        ))?;
        sums.add(rows.query(params![scope.numbers(), parts.days])?)?;
    }
    sums.each(conn, &mut each)
}

/// Rows of answers, summed here: a `group by` would sort what is only to be added up.
#[derive(Default)]
struct Sums(HashMap<[i64; 5], i64>);

impl Sums {
    fn add(&mut self, mut rows: rusqlite::Rows<'_>) -> Result<()> {
        while let Some(row) = rows.next()? {
            let key = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            let n: i64 = row.get(5)?;
            *self.0.entry(key).or_default() += n;
        }
        Ok(())
    }

    fn each(self, conn: &Connection, each: &mut impl FnMut(Answered)) -> Result<()> {
        let mut words: HashMap<i64, String> = HashMap::new();
        let mut word = |no: i64| -> Result<String> {
            if let Some(text) = words.get(&no) {
                return Ok(text.clone());
            }
            let text = field_name(conn, no)?;
            words.insert(no, text.clone());
            Ok(text)
        };
        for ([counter_no, by, survey_no, question, answer], n) in self.0 {
            // Rows may be left at 0 where a decision took everything out.
            if let Some(n) = u64::try_from(n).ok().filter(|n| *n > 0) {
                each(Answered {
                    counter_no,
                    by,
                    survey_no,
                    question: word(question)?,
                    answer: word(answer)?,
                    n,
                });
            }
        }
        Ok(())
    }
}

/// Released ballots of a period.
pub(super) fn released(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let parts = Parts::of(period);
    let halves: u64 = conn
        .prepare_cached(
            "select coalesce(sum(n), 0) from half
             where counter_no in (select value from json_each(?1)) and from_day >= ?2 and from_day < ?3
               and state = 1 and question = 0",
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
    let others: Vec<String> = surveys::all(conn)?
        .into_iter()
        .filter(|known| {
            known
                .survey
                .as_ref()
                .is_some_and(|survey| survey.kind != SurveyKind::Counter)
        })
        .map(|known| known.no.to_string())
        .collect();
    if others.is_empty() {
        return Ok(0);
    }
    let parts = Parts::of(period);
    let numbers = format!("[{}]", others.join(","));
    Ok(conn
        .prepare_cached(
            "select (select coalesce(sum(n), 0) from half
                     where counter_no in (select value from json_each(?1)) and from_day >= ?3 and from_day < ?4
                       and state = 1 and question = 0 and survey_no in (select value from json_each(?2)))
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

/// Headline answers of all counters together, by half month (its first day): what pictures of many months are made of.
pub fn by_half(conn: &Connection, scope: &Scope, first: LocalDay, end: LocalDay) -> Result<BTreeMap<LocalDay, Tally>> {
    let surveys = Surveys::load(conn)?;
    let mut rows = conn.prepare_cached(
        "select 0, from_day, survey_no, question, answer, n from half
         where counter_no in (select value from json_each(?1)) and from_day >= ?2 and from_day < ?3
           and state = 1 and question > 0",
    )?;
    let mut sums = Sums::default();
    sums.add(rows.query(params![scope.numbers(), first.0, end.0])?)?;
    let mut tallies: BTreeMap<LocalDay, Tally> = BTreeMap::new();
    sums.each(conn, &mut |row| {
        if let Meaning::Level(level) = surveys.meaning(row.survey_no, &row.question, &row.answer) {
            tallies.entry(LocalDay(row.by)).or_default().add(level, row.n);
        }
    })?;
    Ok(tallies)
}

/// How a period is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Reception, returned, result: 1 to 3 (0 is unknown).
    Moment,
    /// Lĩnh vực, by word number; see [`field_name`].
    Field,
    /// Monday (0) to Sunday (6).
    Weekday,
    /// Local hour, 0 to 23.
    Hour,
}

/// Headline answers of a period, all counters together, told apart by the cut.
pub fn cut(conn: &Connection, scope: &Scope, period: Period, cut: Cut) -> Result<BTreeMap<i64, Tally>> {
    let surveys = Surveys::load(conn)?;
    let mut tallies: BTreeMap<i64, Tally> = BTreeMap::new();
    let mut take = |row: Answered| {
        if let Meaning::Level(level) = surveys.meaning(row.survey_no, &row.question, &row.answer) {
            tallies.entry(row.by).or_default().add(level, row.n);
        }
    };
    match cut {
        Cut::Moment => each_answer(conn, scope, period, ("moment", "1"), take)?,
        Cut::Field => each_answer(conn, scope, period, ("field", "1"), take)?,
        // Days and hours are not in the half months.
        Cut::Weekday | Cut::Hour => {
            // 1970-01-01 was a Thursday.
            let by = if cut == Cut::Hour { "hour" } else { "(day + 3) % 7" };
            let (first, end) = (period.first().0, period.end().0);
            // Day by day uses the key's second column too; a list of thousands of days would be no help.
            let days = match end.saturating_sub(first) {
                few if few <= 400 => (first..end).map(|day| day.to_string()).collect::<Vec<_>>().join(","),
                _ => String::new(),
            };
            let inside = if days.is_empty() {
                "day >= ?3 and day < ?4"
            } else {
                "day in (select value from json_each(?2))"
            };
            let mut rows = conn.prepare_cached(&format!(
                "select 0, {by}, survey_no, question, answer, n from rollup
                 where {inside} and ?2 <> '' and ?3 <= ?4 and counter_no in (select value from json_each(?1))
                   and state = 1 and release > 0 and question > 0"
            ))?;
            let mut sums = Sums::default();
            sums.add(rows.query(params![scope.numbers(), format!("[{days}]"), first, end])?)?;
            sums.each(conn, &mut take)?;
        }
    }
    Ok(tallies)
}

/// The text of a field's number.
pub fn field_name(conn: &Connection, no: i64) -> Result<String> {
    Ok(conn
        .prepare_cached("select text from word where no = ?1")?
        .query_row([no], |row| row.get(0))?)
}
