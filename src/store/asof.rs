//! Figures as of a log position: what a report said when it was filed can be counted again for ever, from the records and
//! not from the rollups, which know only now.
//!
//! A ballot is in such a figure if the newest decision up to the position (or its arrival) counts it, a release up to
//! the position covers it, and no exclusion that stood at the position does. Bodies that retention has deleted since can't be counted again; they are told of.

use super::{
    Result, body,
    exclusions::{self, Exclusion, Fact},
    figures::Scope,
    state::{State, marks},
    surveys,
};
use crate::{
    domain::{ballot::Ballot, hex::Hash, hex::Hex, period::Period, stats::Tally, survey::SurveyKind, time::LocalDay},
    wire::record::Parsed,
};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// A ballot that counted at a position.
#[derive(Clone, Debug)]
pub struct Stood {
    /// Its leaf.
    pub leaf: Hash,
    /// The counter's number.
    pub counter_no: i64,
    /// Effective day.
    pub day: LocalDay,
    /// Effective local hour.
    pub hour: u8,
    /// Bits of [`super::state::marks`].
    pub marks: i64,
    /// What was answered; `None` once retention has deleted it.
    pub ballot: Option<Ballot>,
}

/// The state of records at position ?4, of days ?2 to before ?3, at counters ?1.
const THEN: &str = "from record r indexed by record_place
  left join decision d on d.no = (
    select max(x.no) from decision x where x.epoch_no = r.epoch_no and x.seq = r.seq and x.pos <= ?4)
  where r.kind = 1 and r.day >= ?2 and r.day < ?3 and r.pos <= ?4
    and r.counter_no in (select value from json_each(?1))";

/// Whether a release up to a position covers the record.
fn covered(position: &'static str) -> String {
    format!(
        "exists (select 1 from release x where x.counter_no = r.counter_no and x.pos <= {position}
           and x.upto >= coalesce(d.pos, r.pos) and x.from_day <= coalesce(d.day, r.day)
           and x.to_day > coalesce(d.day, r.day)) and coalesce(d.pos, r.pos) <= {position}"
    )
}

/// What an exclusion looks at, as columns 0 to 5, and the position of the release that covers the record.
const FACT: &str = "r.counter_no, (select e.device_no from epoch e where e.no = r.epoch_no), r.day, r.hour, r.marks,
  coalesce(d.pos, r.pos), (select x.pos from release x where x.counter_no = r.counter_no
    and x.upto >= coalesce(d.pos, r.pos) and x.from_day <= coalesce(d.day, r.day) and x.to_day > coalesce(d.day, r.day)
    order by x.upto limit 1)";

fn fact(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Fact, i64)> {
    let fact = Fact::read(row, 0)?;
    Ok((fact, row.get::<_, Option<i64>>(6)?.unwrap_or(i64::MAX)))
}

/// Exclusions that stood at a log position.
fn standing(conn: &Connection, pos: i64) -> Result<Vec<Exclusion>> {
    let mut then = exclusions::all(conn)?;
    then.retain(|x| x.pos <= pos && x.undone.as_ref().is_none_or(|undone| undone.pos > pos));
    Ok(then)
}

/// Hands out the ballots that counted, were released and not excluded at a position, by leaf.
pub fn each(conn: &Connection, scope: &Scope, period: Period, pos: i64, mut each: impl FnMut(Stood)) -> Result<()> {
    let covered = covered("?4");
    let standing = standing(conn, pos)?;
    let mut rows = conn.prepare_cached(&format!(
        "select {FACT}, r.leaf, (select b.bytes from body b where b.epoch_no = r.epoch_no and b.seq = r.seq)
         {THEN} and coalesce(d.to_state, r.state) = 1 and {covered} order by r.leaf"
    ))?;
    let mut rows = rows.query(params![scope.numbers(), period.first().0, period.end().0, pos])?;
    while let Some(row) = rows.next()? {
        let (fact, released_pos) = fact(row)?;
        if standing.iter().any(|exclusion| exclusion.covers(&fact, released_pos)) {
            continue;
        }
        let bytes: Option<Vec<u8>> = row.get(8)?;
        each(Stood {
            leaf: Hex(row.get(7)?),
            counter_no: fact.counter_no,
            day: LocalDay(fact.day),
            hour: u8::try_from(fact.hour).unwrap_or(0),
            marks: fact.marks,
            ballot: bytes.and_then(|bytes| match body::parsed(&bytes) {
                Parsed::Ballot(ballot) => Some(*ballot),
                _ => None,
            }),
        });
    }
    Ok(())
}

/// How many ballots standing exclusions kept out of a period at a position, and how many of them nobody sent.
fn excluded(conn: &Connection, scope: &Scope, period: Period, pos: i64) -> Result<(u64, u64)> {
    let standing = standing(conn, pos)?;
    if standing.is_empty() {
        return Ok((0, 0));
    }
    let covered = covered("?4");
    let mut rows = conn.prepare_cached(&format!(
        "select {FACT} {THEN} and coalesce(d.to_state, r.state) = 1 and {covered}"
    ))?;
    let mut rows = rows.query(params![scope.numbers(), period.first().0, period.end().0, pos])?;
    let (mut n, mut silent) = (0, 0);
    while let Some(row) = rows.next()? {
        let (fact, released_pos) = fact(row)?;
        if standing.iter().any(|exclusion| exclusion.covers(&fact, released_pos)) {
            n += 1;
            silent += u64::from(fact.marks & marks::SILENT != 0);
        }
    }
    Ok((n, silent))
}

/// Answers 1 to 5 to the headline question of surveys of kind "counter", by counter number; `None` once retention has
/// deleted a ballot that counted.
pub(super) fn levels(
    conn: &Connection,
    scope: &Scope,
    period: Period,
    pos: i64,
) -> Result<Option<BTreeMap<i64, [u64; 5]>>> {
    let known = surveys::all(conn)?.into_iter();
    let surveys: BTreeMap<Hash, _> = known
        .filter_map(|known| Some((known.id, known.survey?)))
        .filter(|(_, survey)| survey.kind == SurveyKind::Counter)
        .collect();
    let (mut tallies, mut gone): (BTreeMap<i64, Tally>, bool) = (BTreeMap::new(), false);
    each(conn, scope, period, pos, |stood| {
        let Some(ballot) = &stood.ballot else {
            gone = true;
            return;
        };
        let survey = surveys.get(&ballot.survey);
        if let Some(level) = survey.and_then(|survey| survey.headline_level(&ballot.answers)) {
            tallies.entry(stood.counter_no).or_default().add(level.into(), 1);
        }
    })?;
    let levels = tallies.into_iter().map(|(no, tally)| (no, tally.levels()));
    Ok((!gone).then(|| levels.collect()))
}

/// Ballots of a period that counted at a position and were not released, by counter number.
pub(super) fn waiting(conn: &Connection, scope: &Scope, period: Period, pos: i64) -> Result<BTreeMap<i64, u64>> {
    let covered = covered("?4");
    let mut rows = conn.prepare_cached(&format!(
        "select r.counter_no, count(*) {THEN} and coalesce(d.to_state, r.state) = 1 and not ({covered}) group by 1"
    ))?;
    let rows = rows.query_map(params![scope.numbers(), period.first().0, period.end().0, pos], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Ballots of a period that counted and were released at `pos`, but not yet at `before`: for a report that was filed then
/// they came too late.
pub fn late(conn: &Connection, scope: &Scope, period: Period, before: i64, pos: i64) -> Result<u64> {
    let (now, then) = (covered("?4"), covered("?5"));
    let n = conn
        .prepare_cached(&format!(
            "select count(*) {THEN} and coalesce(d.to_state, r.state) = 1 and {now} and not ({then})"
        ))?
        .query_row(
            params![scope.numbers(), period.first().0, period.end().0, pos, before],
            |row| row.get(0),
        )?;
    Ok(n)
}

/// Where the ballots of a period were at a position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Everything that had come and could be a rating.
    pub received: u64,
    /// Of them counted, waiting ones included, excluded ones not.
    pub counted: u64,
    /// Taken out by an exclusion that stood.
    pub excluded: u64,
    /// Counted, but not yet released.
    pub waiting: u64,
    /// Nobody tapped "Gửi"; excluded ones are among them.
    pub silent: u64,
    /// Of the excluded: nobody tapped "Gửi".
    pub silent_excluded: u64,
    /// More than 48 h on their way.
    pub late: u64,
    /// Their survey was not known.
    pub unread: u64,
    /// A person had to look at them; conflicting lines are among them.
    pub quarantined: u64,
    /// Cast while trying a tablet out.
    pub practice: u64,
    /// Their day was not known.
    pub undated: u64,
    /// Visits begun and ended without a face, as the tablets had told by then.
    pub started: u64,
    /// See `started`.
    pub abandoned: u64,
}

/// Where the ballots of a period were at a position.
pub fn whereabouts(conn: &Connection, scope: &Scope, period: Period, pos: i64) -> Result<Whereabouts> {
    let bounds = params![scope.numbers(), period.first().0, period.end().0, pos];
    let covered = covered("?4");
    let mut rows = conn.prepare_cached(&format!(
        "select coalesce(d.to_state, r.state), count(*), coalesce(sum({covered}), 0),
           coalesce(sum(r.marks & 16 > 0), 0), coalesce(sum(r.marks & 1), 0)
         {THEN} group by 1"
    ))?;
    let mut rows = rows.query(bounds)?;
    let mut found = Whereabouts::default();
    while let Some(row) = rows.next()? {
        let n: u64 = row.get(1)?;
        match State::from_code(row.get(0)?) {
            Some(State::None) => continue,
            Some(State::Counted) => {
                let released: u64 = row.get(2)?;
                found.counted = n;
                found.waiting = n.saturating_sub(released);
                (found.silent, found.late) = (row.get(3)?, row.get(4)?);
            }
            Some(State::Practice) => found.practice = n,
            Some(State::Undated) => found.undated = n,
            Some(State::UnreadSurvey) => found.unread = n,
            _ => found.quarantined += n,
        }
        found.received += n;
    }
    (found.excluded, found.silent_excluded) = excluded(conn, scope, period, pos)?;
    found.counted = found.counted.saturating_sub(found.excluded);
    let others: u64 = conn
        .prepare_cached(
            "select (select count(*) from conflict c where c.state > 0 and c.day >= ?2 and c.day < ?3 and c.pos <= ?4
                       and c.counter_no in (select value from json_each(?1)))
              + (select count(*) from record r indexed by record_odd
                     where r.kind <> 1 and r.state > 0 and r.day >= ?2 and r.day < ?3
                       and r.pos <= ?4 and r.counter_no in (select value from json_each(?1)))",
        )?
        .query_row(bounds, |row| row.get(0))?;
    found.quarantined += others;
    found.received += others;
    (found.started, found.abandoned) = conn
        .prepare_cached(
            "select coalesce(sum(v.started), 0), coalesce(sum(v.abandoned), 0)
             from visit_day v join record r on r.epoch_no = v.epoch_no and r.seq = v.seq and r.marks & 72 = 0
             where v.day >= ?2 and v.day < ?3 and r.pos <= ?4
               and v.counter_no in (select value from json_each(?1))",
        )?
        .query_row(bounds, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found)
}
