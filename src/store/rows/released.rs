//! The commune form: released, counted ballots.

use super::{BATCH, Bodies, Lean, NOW, Result, day_bounds, read};
use crate::{
    domain::{ballot::Ballot, hex::Hex, policy, time::LocalDay},
    store::{
        exclusions::{self, Exclusion, Fact},
        figures::Scope,
        release,
        state::State,
    },
};
use rusqlite::{Connection, params};
use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
};

/// A ballot in the commune form.
#[derive(Clone, Debug)]
pub struct Released {
    /// What it is called in tables: the first 6 bytes of its leaf.
    pub id: Hex<6>,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// Effective day.
    pub day: LocalDay,
    /// At least [`policy::MIN_CELL`] ballots of that day were released together with this one.
    pub day_shown: bool,
    /// A standing exclusion covers it.
    pub excluded: bool,
    /// Bits of [`super::state::marks`].
    pub marks: i64,
    /// Its body as it is stored; `None` once retention has deleted it.
    stored: Option<Vec<u8>>,
}

impl Released {
    fn of(found: &Found) -> Self {
        let [a, b, c, d, e, f, ..] = found.leaf.to_be_bytes();
        Self {
            id: Hex([a, b, c, d, e, f]),
            counter_no: found.counter_no.into(),
            day: LocalDay(found.day),
            day_shown: found.day_shown,
            excluded: false,
            marks: found.marks.into(),
            stored: None,
        }
    }

    /// The ballot; `None` once retention has deleted the body.
    pub fn ballot(&self) -> Option<Ballot> {
        read(self.stored.as_deref())
    }
}

/// Rows of one counter and month held at once, to be sorted: 7 MB. Where there are more, the leaves, which are spread
/// evenly, are gone through in as many parts as that takes.
const HELD: u64 = 150_000;

/// A row whose bytes were not fetched yet.
#[derive(Clone, Copy)]
struct Found {
    /// The first 8 bytes of its leaf.
    leaf: u64,
    seq: i64,
    day: i64,
    pos: i64,
    epoch_no: u32,
    counter_no: u32,
    marks: u32,
    hour: u8,
    day_shown: bool,
}

/// Hands out released, counted ballots of a scope and time: month by month, counter by counter, and there by leaf, which
/// tells nothing of who came first. Not all by leaf: what a counter sent lies together in the file. Ballots of a day that
/// must not be named are among them only where the whole month was asked for: else two exports would name the day.
pub fn released(
    conn: &Connection,
    scope: &Scope,
    (first, last): (Option<LocalDay>, Option<LocalDay>),
    mut each: impl FnMut(Vec<Released>) -> ControlFlow<()>,
) -> Result<()> {
    let (first, last) = day_bounds(first, last);
    let _lean = Lean::on(conn)?;
    let shown = ShownDays::of(conn, scope, (first, last))?;
    let releases = Releases::of(conn, scope, (first, last))?;
    let mut fetch = Fetch::of(conn)?;
    let mut counted = conn.prepare(&counted())?;
    let mut held: Vec<Found> = Vec::new();
    for ((month, counter_no), n) in counters_by_month(conn, scope, (first, last))? {
        let month = LocalDay(month).month();
        let (month_first, month_last) = (month.first().0, month.end().0.saturating_sub(1));
        let is_whole = month_first >= first && month_last <= last;
        let (from_day, to_day) = (month_first.max(first), month_last.min(last));
        let parts = n.div_ceil(HELD).clamp(1, 1 << 16);
        for part in 0..parts {
            let (from, to) = (bound(part, parts), bound(part + 1, parts));
            let mut rows = counted.query(params![counter_no, from_day, to_day, from, to])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let (day, pos): (i64, i64) = (row.get(3)?, row.get(6)?);
                let Some(release) = releases.covering(counter_no.into(), day, pos) else {
                    continue;
                };
                let day_shown = shown.contains(release, day);
                if !day_shown && !is_whole {
                    continue;
                }
                let leaf: [u8; 32] = row.get(2)?;
                found.push(Found {
                    leaf: leaf.iter().take(8).fold(0, |leaf, byte| leaf << 8 | u64::from(*byte)),
                    seq: row.get(1)?,
                    day,
                    pos,
                    epoch_no: row.get(0)?,
                    counter_no,
                    marks: row.get(4)?,
                    hour: row.get(5)?,
                    day_shown,
                });
            }
            found.sort_unstable_by_key(|found| (found.leaf, found.epoch_no, found.seq));
            held.append(&mut found);
            if held.len() >= BATCH {
                if fetch.hand_out(&held, &mut each)?.is_break() {
                    return Ok(());
                }
                held.clear();
            }
        }
    }
    // Whoever wants no more is not asked again.
    let _ = fetch.hand_out(&held, &mut each)?;
    Ok(())
}

/// Where a part of the leaves begins, as their first bytes; after the last part, behind all of them.
fn bound(part: u64, parts: u64) -> Vec<u8> {
    match u32::try_from((part << 32) / parts.max(1)) {
        Ok(first) => first.to_be_bytes().to_vec(),
        Err(_) => vec![0xff; 33],
    }
}

/// Which counters have ballots in which months (their first days), and how many at most.
fn counters_by_month(conn: &Connection, scope: &Scope, (first, last): (i64, i64)) -> Result<BTreeMap<(i64, u32), u64>> {
    let from = if first == i64::MIN {
        first
    } else {
        LocalDay(first).half_start().0
    };
    let mut rows = conn.prepare_cached(
        "select from_day, counter_no, sum(n) from tally
         where question = 0 and state in (1, 11) and from_day between ?2 and ?3
           and counter_no in (select value from json_each(?1))
         group by 1, 2 having sum(n) > 0",
    )?;
    let mut rows = rows.query(params![scope.numbers(), from, last])?;
    let mut counters = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let month = LocalDay(row.get(0)?).month().first().0;
        *counters.entry((month, row.get(1)?)).or_default() += row.get::<_, u64>(2)?;
    }
    Ok(counters)
}

/// Those of one counter and some days that count now: what arrived for these days, and what a decision moved there from
/// others.
fn counted() -> String {
    let counted = "r.counter_no = ?1 and r.kind = 1 and r.leaf >= ?4 and r.leaf < ?5";
    format!(
        "select r.epoch_no, r.seq, r.leaf, coalesce(d.day, r.day), r.marks, coalesce(d.hour, r.hour), coalesce(d.pos, r.pos)
         from record r indexed by record_place {NOW} where r.day between ?2 and ?3 and {counted}
           and coalesce(d.to_state, r.state) = 1 and coalesce(d.day, r.day) between ?2 and ?3
         union all
         select r.epoch_no, r.seq, r.leaf, d.day, r.marks, d.hour, d.pos
         from decision d indexed by decision_day cross join record r on r.epoch_no = d.epoch_no and r.seq = d.seq
         where d.day between ?2 and ?3 and r.day not between ?2 and ?3 and {counted} and d.to_state = 1
           and d.no = (select max(x.no) from decision x where x.epoch_no = d.epoch_no and x.seq = d.seq)"
    )
}

/// Which release covers what, by counter and the day from which on: up to which log position, in their order.
struct Releases(HashMap<(i64, i64), Vec<(i64, u32)>>);

impl Releases {
    fn of(conn: &Connection, scope: &Scope, (first, last): (i64, i64)) -> Result<Self> {
        let mut rows = conn.prepare_cached(
            "select counter_no, from_day, upto, no from release
             where counter_no in (select value from json_each(?1)) and to_day > ?2 and from_day <= ?3
             order by counter_no, upto",
        )?;
        let mut rows = rows.query(params![scope.numbers(), first, last])?;
        let mut releases: HashMap<_, Vec<_>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let of = (row.get(0)?, row.get(1)?);
            releases.entry(of).or_default().push((row.get(2)?, row.get(3)?));
        }
        Ok(Self(releases))
    }

    fn covering(&self, counter_no: i64, day: i64, pos: i64) -> Option<u32> {
        [release::Days::half(day).from, release::EVERY_DAY.from]
            .into_iter()
            .filter_map(|from| {
                let releases = self.0.get(&(counter_no, from))?;
                releases.get(releases.partition_point(|(upto, _)| *upto < pos)).copied()
            })
            .min()
            .map(|(_, no)| no)
    }
}

/// Makes rows of what was found.
struct Fetch<'a> {
    conn: &'a Connection,
    bodies: Bodies<'a>,
    standing: Vec<Exclusion>,
}

impl<'a> Fetch<'a> {
    fn of(conn: &'a Connection) -> Result<Self> {
        Ok(Self {
            conn,
            bodies: Bodies::of(conn)?,
            standing: exclusions::standing(conn)?,
        })
    }

    /// Hands out rows of what was found, in batches.
    fn hand_out(
        &mut self,
        found: &[Found],
        each: &mut impl FnMut(Vec<Released>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>> {
        for batch in found.chunks(BATCH) {
            if each(self.rows(batch)?).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Bytes are read in the order in which they lie: neighbours in the file are read once.
    fn rows(&mut self, batch: &[Found]) -> Result<Vec<Released>> {
        let mut rows: Vec<Released> = batch.iter().map(Released::of).collect();
        let mut places: Vec<_> = batch.iter().zip(&mut rows).collect();
        places.sort_unstable_by_key(|(found, _)| (found.epoch_no, found.seq));
        for (found, row) in places {
            row.stored = self.bodies.get((found.epoch_no.into(), found.seq))?;
            row.excluded = !self.standing.is_empty() && self.is_excluded(found)?;
        }
        Ok(rows)
    }

    fn is_excluded(&self, found: &Found) -> Result<bool> {
        let device_no = self
            .conn
            .prepare_cached("select device_no from epoch where no = ?1")?
            .query_row([found.epoch_no], |row| row.get(0))?;
        let fact = Fact {
            counter_no: found.counter_no.into(),
            device_no,
            day: found.day,
            hour: found.hour.into(),
            marks: found.marks.into(),
            pos: found.pos,
        };
        Ok(exclusions::placed(self.conn, &self.standing, &fact)?.0 == State::Excluded)
    }
}

/// The days of which a release holds enough ballots for the day to be named, so that one ballot that comes late to a
/// day that was told before does not say which it is; a bit for each, so that a province's years take little memory.
#[derive(Default)]
struct ShownDays(HashMap<(u32, i32), u32>);

impl ShownDays {
    fn of(conn: &Connection, scope: &Scope, (first, last): (i64, i64)) -> Result<Self> {
        // In the order of the key, a day's counter after the other: a `group by` would sort them all again, in a file that
        // SQLite maps into memory.
        let mut rows = conn.prepare_cached(
            "select day, counter_no, release, n from rollup
             where day between ?2 and ?3 and state in (1, 11) and release > 0 and question = 0
               and counter_no in (select value from json_each(?1)) order by day, counter_no",
        )?;
        let mut rows = rows.query(params![scope.numbers(), first, last])?;
        let mut shown = Self::default();
        let mut of: ((i64, i64), BTreeMap<u32, u64>) = Default::default();
        while let Some(row) = rows.next()? {
            let place = (row.get(0)?, row.get(1)?);
            if place != of.0 {
                shown.add(&of);
                of = (place, BTreeMap::new());
            }
            *of.1.entry(row.get(2)?).or_default() += row.get::<_, u64>(3)?;
        }
        shown.add(&of);
        Ok(shown)
    }

    /// Adds the releases of one day and counter that hold enough of its ballots.
    fn add(&mut self, ((day, _), releases): &((i64, i64), BTreeMap<u32, u64>)) {
        for (release, _) in releases.iter().filter(|(_, n)| **n >= policy::MIN_CELL) {
            let (word, bit) = Self::place(*release, *day);
            *self.0.entry(word).or_default() |= bit;
        }
    }

    fn contains(&self, release: u32, day: i64) -> bool {
        let (word, bit) = Self::place(release, day);
        self.0.get(&word).is_some_and(|bits| bits & bit != 0)
    }

    fn place(release: u32, day: i64) -> ((u32, i32), u32) {
        let word = i32::try_from(day.div_euclid(32)).unwrap_or(i32::MAX);
        ((release, word), 1 << day.rem_euclid(32))
    }
}
