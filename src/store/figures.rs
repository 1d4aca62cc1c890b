//! What pages and reports read out of the rollups. Counts of ballots are live; everything about answers is of released
//! ballots only (design §6).

use super::{
    Result, cuts,
    meaning::json_array,
    parts::Parts,
    places::{self, Counter, Node},
    state::State,
    tallies,
};
use crate::domain::{
    ids::{CounterId, NodeId},
    period::Period,
    stats::Tally,
    survey::Factor,
    time::LocalDay,
};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The counters a page is about.
#[derive(Clone, Debug)]
pub struct Scope {
    /// All units, in the order they were added.
    pub nodes: Vec<Node>,
    /// Counters in it, in the order they were added.
    pub counters: Vec<Counter>,
    /// The unit; `None`: everything, ballots of unknown counters included.
    pub node: Option<NodeId>,
    /// Their numbers as a JSON array, for `json_each`.
    numbers: String,
    breadth: Breadth,
}

/// How much of the district a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Breadth {
    /// Whatever there is.
    Everything,
    /// A quarter of the counters or more: reading the others' quarters too costs less than looking for each half month.
    Wide,
    /// Few of them.
    Narrow,
}

impl Scope {
    /// The unit with all units below it, or everything.
    pub fn of(conn: &Connection, node: Option<NodeId>) -> Result<Self> {
        let (nodes, counters) = places::all(conn)?;
        if let Some(top) = node {
            places::node(conn, top)?;
            let inside = super::scope::inside(conn, top)?;
            let some = |counter: &Counter| inside.contains(&counter.node);
            return Ok(Self::some(nodes, node, counters, some));
        }
        Ok(Self {
            nodes,
            node,
            numbers: json_array(std::iter::once(0).chain(counters.iter().map(|counter| counter.no))),
            breadth: Breadth::Everything,
            counters,
        })
    }

    /// Exactly these counters; those that are not known are left out.
    pub fn of_counters(conn: &Connection, ids: &[CounterId]) -> Result<Self> {
        let some = |counter: &Counter| ids.contains(&counter.id);
        let (nodes, counters) = places::all(conn)?;
        Ok(Self::some(nodes, None, counters, some))
    }

    /// The same for somebody who sees only the unit `top` with all below it: no other unit is named.
    pub fn seen(conn: &Connection, top: Option<NodeId>, node: Option<NodeId>) -> Result<Self> {
        let mut scope = Self::of(conn, node.or(top))?;
        if let Some(top) = top {
            let inside = super::scope::inside(conn, top)?;
            scope.nodes.retain(|node| inside.contains(&node.id));
        }
        Ok(scope)
    }

    /// The unit with all units that were below it on that day, called as they were called then.
    pub fn on(conn: &Connection, node: NodeId, day: LocalDay) -> Result<Self> {
        places::node(conn, node)?;
        let nodes = super::versions::nodes_on(conn, day)?;
        let inside = super::versions::below(&nodes, node);
        let some = |counter: &Counter| inside.contains(&counter.node);
        Ok(Self::some(nodes, Some(node), places::counters(conn)?, some))
    }

    fn some(
        nodes: Vec<Node>,
        node: Option<NodeId>,
        mut counters: Vec<Counter>,
        some: impl Fn(&Counter) -> bool,
    ) -> Self {
        let all = counters.len();
        counters.retain(some);
        Self {
            nodes,
            node,
            numbers: json_array(counters.iter().map(|counter| counter.no)),
            breadth: match counters.len().saturating_mul(4) >= all {
                true => Breadth::Wide,
                false => Breadth::Narrow,
            },
            counters,
        }
    }

    /// Whether both hold the same counters.
    pub(super) fn same_counters(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }

    /// Numbers of the counters as a JSON array.
    pub(super) fn numbers(&self) -> &str {
        &self.numbers
    }

    /// The same for [`tallies`], which reads all there is if none is to be left out.
    pub(super) fn wanted(&self) -> Option<&str> {
        (self.breadth != Breadth::Everything).then_some(&self.numbers)
    }

    /// A period as sums over the whole of it are read here: with its quarters, which are kept for reading all counters'
    /// rows one after the other, unless those wanted are few.
    pub(super) fn parts(&self, period: Period) -> Parts {
        match self.breadth {
            Breadth::Narrow => Parts::of(period),
            Breadth::Wide | Breadth::Everything => Parts::with_quarters(period),
        }
    }
}

/// Counted ballots of one counter, waiting ones included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Of today.
    pub today: u64,
    /// Of this month.
    pub month: u64,
    /// Since the beginning.
    pub all: u64,
    /// Not yet released.
    pub waiting: u64,
}

impl Live {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            today: self.today + other.today,
            month: self.month + other.month,
            all: self.all + other.all,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// Live counts per counter number. What is released comes from the sums that are kept of it, what waits from its own index,
/// so that it costs the same however many ballots there are.
pub fn live(conn: &Connection, scope: &Scope, today: LocalDay) -> Result<BTreeMap<i64, Live>> {
    let month = Period::month(today.month());
    let released = tallies::by_counter(conn, scope, month)?.into_iter();
    let mut all: BTreeMap<i64, Live> = released
        .map(|(counter_no, (all, month))| {
            let live = Live {
                all,
                month,
                ..Live::default()
            };
            (counter_no, live)
        })
        .collect();
    let mut rows = conn.prepare_cached(
        "select counter_no, sum(n) from rollup
         where day = ?2 and counter_no in (select value from json_each(?1)) and state = 1 and release > 0 and question = 0
         group by counter_no",
    )?;
    let mut rows = rows.query((&scope.numbers, today.0))?;
    while let Some(row) = rows.next()? {
        all.entry(row.get(0)?).or_default().today = row.get(1)?;
    }
    let mut rows = conn.prepare_cached(
        "select counter_no, sum(n), coalesce(sum(n) filter (where day >= ?2 and day < ?3), 0),
           coalesce(sum(n) filter (where day = ?4), 0)
         from rollup indexed by rollup_waiting
         where counter_no in (select value from json_each(?1)) and state = 1 and release = 0 and question = 0
         group by counter_no",
    )?;
    let mut rows = rows.query((&scope.numbers, month.first().0, month.end().0, today.0))?;
    while let Some(row) = rows.next()? {
        let live = all.entry(row.get(0)?).or_default();
        let [waiting, month, today]: [u64; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
        *live = live.plus(Live {
            today,
            month,
            all: waiting,
            waiting,
        });
    }
    Ok(all)
}

/// Answers of released ballots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Answers to the headline question of each ballot's survey, per counter number.
    pub tallies: BTreeMap<i64, Tally>,
    /// How often each tile was chosen, by what the citizen read.
    pub reasons: BTreeMap<String, u64>,
}

impl Answers {
    /// All counters pooled.
    pub fn pooled(&self) -> Tally {
        pooled(&self.tallies)
    }
}

/// Answers of released ballots in a period, without what is excluded, to surveys of kind "counter": the other kinds'
/// figures are never summed with theirs (design §6).
pub fn answers(conn: &Connection, scope: &Scope, period: Period) -> Result<Answers> {
    Ok(Answers {
        tallies: tallies(conn, scope, period)?,
        reasons: reasons(conn, scope, period)?,
    })
}

/// Only the answers to the headline questions, per counter number: what a rate is made of.
pub fn tallies(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<i64, Tally>> {
    tallies_in(conn, scope, period, "1")
}

/// The same with what is excluded: what the figure would be if nobody had decided anything.
pub fn tallies_with_excluded(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<i64, Tally>> {
    tallies_in(conn, scope, period, "1, 11")
}

fn tallies_in(conn: &Connection, scope: &Scope, period: Period, states: &'static str) -> Result<BTreeMap<i64, Tally>> {
    let mut tallies = ByCounter::default();
    tallies::each_tally(conn, scope, &scope.parts(period), states, |counter_no, _, tally| {
        let own = tallies.own(counter_no);
        *own = own.plus(tally);
    })?;
    // Rows may be left at 0 where a decision took everything out.
    let found = tallies.sorted.into_iter().filter(|(_, tally)| tally.n() > 0);
    Ok(found.collect())
}

/// Tallies while they are added up, by counter number.
#[derive(Default)]
struct ByCounter {
    sorted: Vec<(i64, Tally)>,
    /// Where the next row's is, most likely: rows of a quarter come by counter, so none has to be looked for.
    next: usize,
}

impl ByCounter {
    fn own(&mut self, counter_no: i64) -> &mut Tally {
        let is_next = |(own, _): &(i64, Tally)| *own == counter_no;
        let place = if self.sorted.get(self.next).is_some_and(is_next) {
            self.next
        } else {
            let place = self.sorted.partition_point(|(own, _)| *own < counter_no);
            if !self.sorted.get(place).is_some_and(is_next) {
                self.sorted.insert(place, (counter_no, Tally::default()));
            }
            place
        };
        self.next = place.saturating_add(1);
        #[expect(clippy::indexing_slicing, reason = "it was found or put there above")]
        let (_, tally) = &mut self.sorted[place];
        tally
    }
}

/// Only the reasons: how often each tile was chosen.
pub fn reasons(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<String, u64>> {
    cuts::reasons(conn, scope, period, "1")
}

/// All counters pooled.
pub fn pooled(tallies: &BTreeMap<i64, Tally>) -> Tally {
    tallies.values().fold(Tally::default(), |all, tally| all.plus(*tally))
}

/// Answers to the criteria of SIPAS, by factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// Released ballots that answer such a survey.
    pub ballots: u64,
    /// Answers to the criteria of each factor, pooled, in the official order.
    pub tallies: BTreeMap<Factor, Tally>,
}

/// The five factors of a period: a kind of figure of its own, never summed with ballots of kind "counter".
pub fn factors(conn: &Connection, scope: &Scope, period: Period) -> Result<Factors> {
    tallies::factors(conn, scope, period)
}

/// Where the ballots of a period went: the line under every figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Everything that came and could be a rating.
    pub received: u64,
    /// In the figures, or waiting for their release.
    pub counted: u64,
    /// Of the counted: not yet released.
    pub waiting: u64,
    /// Of the counted: nobody tapped "Gửi".
    pub silent: u64,
    /// Of the counted: they answer a survey of another kind than "counter", and are in no satisfaction rate here.
    pub other_kind: u64,
    /// Their survey is not known here yet.
    pub unread: u64,
    /// A person has to look at them.
    pub quarantined: u64,
    /// Released, then taken out of the figures with the whole days of a scope.
    pub excluded: u64,
    /// Cast while trying the tablet out.
    pub practice: u64,
    /// Their day is not known; here by the day they arrived.
    pub undated: u64,
    /// Visits begun, as the tablets counted them; told of when the day is over.
    pub started: u64,
    /// Of those: ended without a face.
    pub abandoned: u64,
}

/// Where the ballots of a period went.
pub fn sources(conn: &Connection, scope: &Scope, period: Period) -> Result<Sources> {
    let mut sources = Sources::default();
    let bounds = (&scope.numbers, period.first().0, period.end().0);
    let mut rows = conn.prepare_cached(
        "select state, sum(n) from rollup indexed by rollup_uncounted
         where counter_no in (select value from json_each(?1)) and day >= ?2 and day < ?3 and state <> 1 and question = 0
         group by state",
    )?;
    let mut rows = rows.query(bounds)?;
    while let Some(row) = rows.next()? {
        let n: u64 = row.get(1)?;
        match State::from_code(row.get(0)?) {
            Some(State::Excluded) => sources.excluded = n,
            Some(State::Practice) => sources.practice = n,
            Some(State::Undated) => sources.undated = n,
            Some(State::UnreadSurvey) => sources.unread = n,
            _ => sources.quarantined += n,
        }
        sources.received += n;
    }
    sources.waiting = conn
        .prepare_cached(
            "select coalesce(sum(n), 0) from rollup indexed by rollup_waiting
             where counter_no in (select value from json_each(?1)) and day >= ?2 and day < ?3
               and state = 1 and release = 0 and question = 0",
        )?
        .query_row(bounds, |row| row.get(0))?;
    sources.counted = sources.waiting + tallies::released(conn, scope, period)?;
    sources.other_kind = tallies::of_other_kinds(conn, scope, period)?;
    sources.received += sources.counted;
    sources.silent = super::silent::counted(conn, scope, period, sources.excluded > 0)?;
    (sources.started, sources.abandoned) = super::visits::counted(conn, scope, period)?;
    Ok(sources)
}

/// Counted ballots of a period that wait for their release, by counter number.
pub(super) fn waiting_of(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<i64, u64>> {
    let mut rows = conn.prepare_cached(
        "select counter_no, sum(n) from rollup indexed by rollup_waiting
         where counter_no in (select value from json_each(?1)) and day >= ?2 and day < ?3
           and state = 1 and release = 0 and question = 0
         group by counter_no having sum(n) > 0",
    )?;
    let rows = rows.query_map((&scope.numbers, period.first().0, period.end().0), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Counted ballots of one day, waiting ones included.
pub fn on_day(conn: &Connection, scope: &Scope, day: LocalDay) -> Result<u64> {
    Ok(conn
        .prepare_cached(
            "select coalesce(sum(n), 0) from rollup
             where day = ?2 and counter_no in (select value from json_each(?1)) and state = 1 and question = 0",
        )?
        .query_row((&scope.numbers, day.0), |row| row.get(0))?)
}

/// The first day that has a ballot, if there is one.
pub fn first_day(conn: &Connection) -> Result<Option<LocalDay>> {
    let day: Option<i64> = conn
        .prepare_cached("select min(day) from rollup")?
        .query_row([], |row| row.get(0))?;
    Ok(day.map(LocalDay))
}
