//! Ballots one by one, for exports: the commune form (released, counted, sorted by row id) and the exact form.
//!
//! Rows are handed to a callback, so that memory stays flat however many there are.

use super::{
    Result, StoreError, WriteTx,
    exclusions::{self, Fact},
    figures::Scope,
    log::Kind,
    state::State,
};
use crate::domain::{
    ballot::Ballot,
    hex::{DeviceId, EpochId, Hash, Hex},
    policy,
    time::LocalDay,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// A ballot in the commune form.
#[derive(Clone, Debug)]
pub struct Released {
    /// Its leaf.
    pub leaf: Hash,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// Effective day.
    pub day: LocalDay,
    /// The counter has at least [`policy::MIN_CELL`] released ballots on that day.
    pub day_shown: bool,
    /// A standing exclusion covers it.
    pub excluded: bool,
    /// Bits of [`super::state::marks`].
    pub marks: i64,
    /// Number of its survey, and the ballot; `None` once retention has deleted the body.
    pub ballot: Option<Ballot>,
}

/// A line in the exact form.
#[derive(Clone, Debug)]
pub struct Exact {
    /// Whose.
    pub device: DeviceId,
    /// Which life of its database.
    pub epoch: EpochId,
    /// Place in the chain.
    pub seq: u64,
    /// Its leaf.
    pub leaf: Hash,
    /// How it counts now; `None` for a number this version does not know.
    pub state: Option<State>,
    /// Effective day.
    pub day: LocalDay,
    /// Effective hour.
    pub hour: u8,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// Bits of [`super::state::marks`].
    pub marks: i64,
    /// Position of the log entry that brought it.
    pub pos: i64,
    /// In the figures already.
    pub released: bool,
    /// The bytes that the leaf is of; `None` for a hole, and once retention has deleted them.
    pub bytes: Option<Vec<u8>>,
    /// The ballot; `None` if it can't be read, or once retention has deleted the body.
    pub ballot: Option<Ballot>,
}

/// The state of a record now: its newest decision, else what was judged at arrival.
const NOW: &str = "record r left join decision d on d.no = (
  select max(x.no) from decision x where x.epoch_no = r.epoch_no and x.seq = r.seq)";

fn read(bytes: Option<Vec<u8>>) -> Option<Ballot> {
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

/// Pages of the database, and of what is being sorted, that an export may hold, in KiB: it reads each once.
const LEAN_KIB: i64 = 4_096;

/// A connection whose cache is small, until this is dropped: an export of millions of rows stays below 32 MB, and other
/// readers keep theirs.
struct Lean<'a> {
    conn: &'a Connection,
    before: i64,
}

impl<'a> Lean<'a> {
    fn on(conn: &'a Connection) -> Result<Self> {
        let before = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        conn.pragma_update(None, "cache_size", -LEAN_KIB)?;
        Ok(Self { conn, before })
    }
}

impl Drop for Lean<'_> {
    fn drop(&mut self) {
        // At worst the connection stays slow.
        let _ = self.conn.pragma_update(None, "cache_size", self.before);
    }
}

fn day_bounds(first: Option<LocalDay>, last: Option<LocalDay>) -> (i64, i64) {
    (first.map_or(i64::MIN, |day| day.0), last.map_or(i64::MAX, |day| day.0))
}

/// Hands out released, counted ballots of a scope and time, sorted by leaf. Ballots of a day that must not be named
/// are among them only where the whole month was asked for: else two exports would name the day.
pub fn released(
    conn: &Connection,
    scope: &Scope,
    (first, last): (Option<LocalDay>, Option<LocalDay>),
    mut each: impl FnMut(Released) -> std::ops::ControlFlow<()>,
) -> Result<()> {
    let (first, last) = day_bounds(first, last);
    let _lean = Lean::on(conn)?;
    let standing = exclusions::standing(conn)?;
    let shown = ShownDays::of(conn, scope, (first, last))?;
    // Only keys are sorted; bodies are fetched one by one.
    let mut rows = conn.prepare(&format!(
        "select r.epoch_no, r.seq, r.leaf, r.counter_no, coalesce(d.day, r.day) as day, r.marks,
           coalesce(d.hour, r.hour), coalesce(d.pos, r.pos), (select e.device_no from epoch e where e.no = r.epoch_no)
         from {NOW}
         where r.kind = 1 and coalesce(d.to_state, r.state) = 1 and coalesce(d.day, r.day) between ?2 and ?3
           and r.counter_no in (select value from json_each(?1))
           and coalesce(d.pos, r.pos) <= (select max(x.upto) from release x where x.counter_no = r.counter_no)
         order by r.leaf"
    ))?;
    let mut rows = rows.query(params![scope.numbers(), first, last])?;
    while let Some(row) = rows.next()? {
        let key: (i64, i64) = (row.get(0)?, row.get(1)?);
        let (counter_no, day) = (row.get(3)?, row.get(4)?);
        let (day, day_shown) = (LocalDay(day), shown.contains(counter_no, day));
        let month = day.month();
        if !day_shown && (month.first().0 < first || month.end().0.saturating_sub(1) > last) {
            continue;
        }
        let fact = Fact {
            counter_no,
            device_no: row.get(8)?,
            day: day.0,
            hour: row.get(6)?,
            marks: row.get(5)?,
            pos: row.get(7)?,
        };
        let row = Released {
            excluded: !standing.is_empty() && exclusions::placed(conn, &standing, &fact)?.0 == State::Excluded,
            leaf: Hex(row.get(2)?),
            counter_no,
            day,
            day_shown,
            marks: row.get(5)?,
            ballot: read(body(conn, key)?),
        };
        if each(row).is_break() {
            break;
        }
    }
    Ok(())
}

/// The days on which a counter has enough released ballots to be named; a bit for each, so that a province's years take
/// little memory.
#[derive(Default)]
struct ShownDays(HashMap<(i64, i64), u64>);

impl ShownDays {
    fn of(conn: &Connection, scope: &Scope, (first, last): (i64, i64)) -> Result<Self> {
        let mut rows = conn.prepare_cached(
            "select day, counter_no, sum(n) from rollup
             where day between ?2 and ?3 and state in (1, 11) and release > 0 and question = 0
               and counter_no in (select value from json_each(?1))
             group by day, counter_no having sum(n) >= ?4",
        )?;
        let mut rows = rows.query(params![scope.numbers(), first, last, policy::MIN_CELL])?;
        let mut shown = Self::default();
        while let Some(row) = rows.next()? {
            let (word, bit) = Self::place(row.get(1)?, row.get(0)?);
            *shown.0.entry(word).or_default() |= bit;
        }
        Ok(shown)
    }

    fn contains(&self, counter_no: i64, day: i64) -> bool {
        let (word, bit) = Self::place(counter_no, day);
        self.0.get(&word).is_some_and(|bits| bits & bit != 0)
    }

    fn place(counter_no: i64, day: i64) -> ((i64, i64), u64) {
        ((counter_no, day.div_euclid(64)), 1 << day.rem_euclid(64))
    }
}

fn body(conn: &Connection, key: (i64, i64)) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached("select bytes from body where epoch_no = ?1 and seq = ?2")?
        .query_row(key, |row| row.get(0))
        .optional()?)
}

/// How many released ballots of the period each counter has per moment (0 to 3) and per field (by its text).
#[derive(Clone, Debug, Default)]
pub struct Crowds {
    moments: BTreeMap<(i64, i64), u64>,
    fields: BTreeMap<(i64, String), u64>,
}

impl Crowds {
    /// Counts them.
    pub fn count(conn: &Connection, scope: &Scope, time: (Option<LocalDay>, Option<LocalDay>)) -> Result<Self> {
        let (first, last) = day_bounds(time.0, time.1);
        let mut rows = conn.prepare_cached(
            "select r.counter_no, r.moment, w.text, sum(r.n) from rollup r join word w on w.no = r.field
             where r.day between ?2 and ?3 and r.state in (1, 11) and r.release > 0 and r.question = 0
               and r.counter_no in (select value from json_each(?1))
             group by 1, 2, 3",
        )?;
        let mut rows = rows.query((scope.numbers(), first, last))?;
        let mut crowds = Self::default();
        while let Some(row) = rows.next()? {
            let (counter, n): (i64, u64) = (row.get(0)?, row.get(3)?);
            *crowds.moments.entry((counter, row.get(1)?)).or_default() += n;
            *crowds.fields.entry((counter, row.get(2)?)).or_default() += n;
        }
        Ok(crowds)
    }

    /// Whether the moment may be named: enough ballots of the counter share it.
    pub fn moment_shown(&self, counter_no: i64, moment: crate::domain::ballot::Moment) -> bool {
        let key = (counter_no, super::places::moment_code(moment));
        self.moments.get(&key).is_some_and(|n| *n >= policy::MIN_CELL)
    }

    /// Whether the field may be named: enough ballots of the counter share it.
    pub fn field_shown(&self, counter_no: i64, field: &str) -> bool {
        let key = (counter_no, field.to_owned());
        self.fields.get(&key).is_some_and(|n| *n >= policy::MIN_CELL)
    }
}

/// Hands out every line that is or could be a ballot, whatever its state, conflicts included, by device, epoch and
/// place in the chain.
pub fn exact(
    conn: &Connection,
    scope: &Scope,
    (first, last): (Option<LocalDay>, Option<LocalDay>),
    mut each: impl FnMut(Exact) -> std::ops::ControlFlow<()>,
) -> Result<()> {
    let (first, last) = day_bounds(first, last);
    let mut rows = conn.prepare(&format!(
        "select v.id, e.id, l.seq, l.leaf, l.state, l.day, l.hour, l.counter_no, l.marks, l.pos, l.counted_pos,
           l.bytes, l.epoch_no,
           coalesce(l.counted_pos <= (select max(x.upto) from release x where x.counter_no = l.counter_no), 0), l.conflict
         from (
           select r.epoch_no, r.seq, r.leaf, coalesce(d.to_state, r.state) as state, coalesce(d.day, r.day) as day,
             coalesce(d.hour, r.hour) as hour, r.counter_no, r.marks, r.pos, coalesce(d.pos, r.pos) as counted_pos,
             null as bytes, 0 as conflict
           from {NOW} where r.state > 0
           union all
           select epoch_no, seq, leaf, state, day, hour, counter_no, marks, pos, pos, bytes, 1
           from conflict where state > 0
         ) l join epoch e on e.no = l.epoch_no join device v on v.no = e.device_no
         where l.day between ?2 and ?3 and l.counter_no in (select value from json_each(?1))
         order by l.epoch_no, l.seq, l.pos"
    ))?;
    let mut rows = rows.query(params![scope.numbers(), first, last])?;
    while let Some(row) = rows.next()? {
        let state = State::from_code(row.get(4)?);
        let key: (i64, i64) = (row.get(12)?, row.get(2)?);
        let bytes: Option<Vec<u8>> = row.get(11)?;
        let bytes = match row.get(14)? {
            true => bytes,
            false => body(conn, key)?,
        };
        let line = Exact {
            device: Hex(row.get(0)?),
            epoch: Hex(row.get(1)?),
            seq: row.get(2)?,
            leaf: Hex(row.get(3)?),
            state,
            day: LocalDay(row.get(5)?),
            hour: row.get(6)?,
            counter_no: row.get(7)?,
            marks: row.get(8)?,
            pos: row.get(9)?,
            released: state == Some(State::Counted) && row.get(13)?,
            ballot: read(bytes.clone()),
            bytes,
        };
        if each(line).is_break() {
            break;
        }
    }
    Ok(())
}

impl WriteTx<'_> {
    /// Notes that somebody takes ballots out: who, in which form, what for, which scope. Answers the log position.
    pub fn log_export(
        &self,
        who: &str,
        form: &str,
        purpose: Option<&str>,
        scope: serde_json::Value,
        now: i64,
    ) -> Result<i64> {
        if purpose.is_some_and(|purpose| purpose.trim().chars().count() < 5 || purpose.chars().count() > 500) {
            return Err(StoreError::Invalid(
                "say what the export is for, in 5 to 500 characters".into(),
            ));
        }
        self.log(
            Kind::Export,
            now,
            json!({"who": who, "form": form, "purpose": purpose, "scope": scope}),
        )
    }
}
