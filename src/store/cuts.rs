//! Released answers of any period and any cut: from the half months where a period holds whole ones, from the days at its
//! edges where it does not. Rates are made of tallies, one row for each counter and half month or quarter; reasons and cuts
//! of half months; weekdays and hours of days.

use super::{
    Result,
    figures::Scope,
    meaning::{Meaning, Surveys, json_array},
    parts::Parts,
    tallies::each_tally,
};
use crate::domain::{period::Period, stats::Tally, time::LocalDay};
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};

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

/// How often each tile was chosen, by what the citizen read.
pub(super) fn reasons(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    states: &'static str,
) -> Result<BTreeMap<String, u64>> {
    let (parts, surveys) = (Parts::of(period), Surveys::load(conn)?);
    let mut sums = Sums::default();
    if parts.has_halves() {
        let (halves, inside) = parts.named();
        let mut rows = conn.prepare_cached(&format!(
            "select 0, 0, survey_no, question, answer, n from half
             where counter_no in (select value from json_each(?1)) and {inside}
               and state in ({states}) and question in (select value from json_each(?4))"
        ))?;
        let tiles = surveys.tiles(conn)?;
        sums.add(rows.query(params![scope.numbers(), parts.halves.0, parts.halves.1, tiles, halves])?)?;
    }
    if parts.has_days() {
        sums.days(conn, scope, &parts, ("0", states))?;
    }
    let mut reasons = BTreeMap::new();
    sums.each(conn, &mut |row| {
        if let Meaning::Reason(text) = surveys.meaning(row.survey_no, &row.question, &row.answer) {
            *reasons.entry(text.to_owned()).or_default() += row.n;
        }
    })?;
    Ok(reasons)
}

/// Hands out the released answers of a period, all counters together, told apart by a column: answers to these questions,
/// and of the days at the period's edges to all.
fn each_answer(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    (by, questions): (&'static str, &str),
    mut each: impl FnMut(Answered),
) -> Result<()> {
    let parts = Parts::of(period);
    let mut sums = Sums::default();
    if parts.has_halves() {
        let (halves, inside) = parts.named();
        let mut rows = conn.prepare_cached(&format!(
            "select 0, {by}, survey_no, question, answer, n from half
             where counter_no in (select value from json_each(?1)) and {inside}
               and state = 1 and question in (select value from json_each(?4))"
        ))?;
        sums.add(rows.query(params![
            scope.numbers(),
            parts.halves.0,
            parts.halves.1,
            questions,
            halves
        ])?)?;
    }
    if parts.has_days() {
        sums.days(conn, scope, &parts, (by, "1"))?;
    }
    sums.each(conn, &mut each)
}

/// Rows of answers, summed here: a `group by` would sort what is only to be added up.
#[derive(Default)]
pub(super) struct Sums(HashMap<[i64; 5], i64>);

impl Sums {
    /// Adds the released answers of the days at a period's edges.
    pub(super) fn days(
        &mut self,
        conn: &Connection,
        scope: &Scope,
        parts: &Parts,
        (by, states): (&'static str, &'static str),
    ) -> Result<()> {
        let mut rows = conn.prepare_cached(&format!(
            "select counter_no, {by}, survey_no, question, answer, n from rollup
             where day in (select value from json_each(?2)) and counter_no in (select value from json_each(?1))
               and state in ({states}) and release > 0 and question > 0"
        ))?;
        self.add(rows.query(params![scope.numbers(), parts.days])?)
    }

    fn add(&mut self, mut rows: rusqlite::Rows<'_>) -> Result<()> {
        while let Some(row) = rows.next()? {
            let key = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
            let n: i64 = row.get(5)?;
            *self.0.entry(key).or_default() += n;
        }
        Ok(())
    }

    pub(super) fn each(self, conn: &Connection, each: &mut impl FnMut(Answered)) -> Result<()> {
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

/// Headline answers of all counters together, by half month (its first day): what pictures of many months are made of.
pub fn by_half(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<LocalDay, Tally>> {
    let mut tallies: BTreeMap<LocalDay, Tally> = BTreeMap::new();
    each_tally(conn, scope, &Parts::of(period), "1", |_, from, tally| {
        let own = tallies.entry(from.half_start()).or_default();
        *own = own.plus(tally);
    })?;
    Ok(tallies)
}

/// How a period is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Lĩnh vực, by word number; see [`field_name`].
    Field,
    /// Reception, returned, result: 1 to 3 (0 is unknown).
    Moment,
    /// Monday (0) to Sunday (6).
    Weekday,
    /// Local hour, 0 to 23.
    Hour,
}

/// A cut, and the headline answers of all counters together by its numbers.
pub type Told = (Cut, BTreeMap<i64, Tally>);

/// A period by field and by moment, both from one pass over the half months.
pub fn by_place(conn: &Connection, scope: &Scope, period: Period) -> Result<[Told; 2]> {
    let (mut both, headlines) = Both::of(conn, 4)?;
    each_answer(conn, scope, period, ("field * 4 + moment", &headlines), |row| {
        both.add(&row)
    })?;
    let [fields, moments] = both.tallies;
    Ok([(Cut::Field, fields), (Cut::Moment, moments)])
}

/// A period by weekday and by hour, both from one pass over its days: they are in no half month.
pub fn by_clock(conn: &Connection, scope: &Scope, period: Period) -> Result<[Told; 2]> {
    let (mut both, headlines) = Both::of(conn, 24)?;
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
    // 1970-01-01 was a Thursday.
    let mut rows = conn.prepare_cached(&format!(
        "select 0, (day + 3) % 7 * 24 + hour, survey_no, question, answer, n from rollup
         where {inside} and ?2 <> '' and ?3 <= ?4 and counter_no in (select value from json_each(?1))
           and state = 1 and release > 0 and question in (select value from json_each(?5))"
    ))?;
    let mut sums = Sums::default();
    sums.add(rows.query(params![scope.numbers(), format!("[{days}]"), first, end, headlines])?)?;
    sums.each(conn, &mut |row| both.add(&row))?;
    let [weekdays, hours] = both.tallies;
    Ok([(Cut::Weekday, weekdays), (Cut::Hour, hours)])
}

/// Rows told apart by two numbers in one: first times so many, plus second.
struct Both {
    surveys: Surveys,
    many: i64,
    tallies: [BTreeMap<i64, Tally>; 2],
}

impl Both {
    /// With the headline questions to ask for, as a JSON array.
    fn of(conn: &Connection, many: i64) -> Result<(Self, String)> {
        let surveys = Surveys::load(conn)?;
        let headlines = json_array(surveys.headlines(conn)?.into_keys());
        let both = Self {
            surveys,
            many,
            tallies: Default::default(),
        };
        Ok((both, headlines))
    }

    fn add(&mut self, row: &Answered) {
        if let Meaning::Level(level) = self.surveys.meaning(row.survey_no, &row.question, &row.answer) {
            let by = [row.by.div_euclid(self.many), row.by.rem_euclid(self.many)];
            for (tallies, by) in self.tallies.iter_mut().zip(by) {
                tallies.entry(by).or_default().add(level, row.n);
            }
        }
    }
}

/// The text of a field's number.
pub fn field_name(conn: &Connection, no: i64) -> Result<String> {
    Ok(conn
        .prepare_cached("select text from word where no = ?1")?
        .query_row([no], |row| row.get(0))?)
}
