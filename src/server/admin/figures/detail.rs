//! One unit or one counter: its figure, what it is made of, and why it is so.

use super::{
    Asked, Chosen,
    drag::{self, Part},
    units::pooled,
};
use crate::{
    domain::{
        collate,
        compare::{self, Shown, Totals, suppress},
        ids::{CounterId, NodeId},
        period::Period,
        stats::{Figure, Tally},
        survey::SurveyKind,
        time::{LocalDay, Month},
    },
    server::admin::overview::{reasons_of, trend},
    store::{
        Reader, Result, alarms, asof, cuts,
        cuts::Cut,
        figures::{self, Factors, Scope, Sources},
        log, places, surveys, visits,
    },
};
use std::collections::BTreeMap;

/// Ballots up to which reasons are counted against levels, and weekdays and hours are cut; more would make the page slow,
/// and a page of so many has parts to open.
pub(super) const CROSSED: u64 = 20_000;

/// A part is a unit or a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Node(NodeId),
    Counter(CounterId),
    /// Ballots of counters that nobody knows.
    Unknown,
}

/// The page.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    pub(super) name: String,
    /// The unit above, to go back to.
    pub(super) above: Option<(Option<NodeId>, String)>,
    pub(super) node: Option<NodeId>,
    pub(super) counter: Option<CounterId>,
    pub(super) chosen: Chosen,
    pub(super) figure: Figure,
    pub(super) sources: Sources,
    /// Tablets whose visits are known only approximately.
    pub(super) visits_inexact: u64,
    /// Ballots that may be missing at least, of the tablets here.
    pub(super) missing: u64,
    pub(super) before: Option<Figure>,
    pub(super) year_before: Option<Figure>,
    /// Units and counters it is made of; for a counter, it and the counters beside it.
    pub(super) parts: Vec<Part<Key>>,
    pub(super) trend: Vec<(Month, Figure)>,
    /// Reasons: text, here, and at the other counters of the unit.
    pub(super) reasons: Vec<ReasonLine>,
    /// Answers behind the reasons: here, and at the others.
    pub(super) answered: (u64, u64),
    /// Reasons against levels 1–3 and 4–5, if there are not too many ballots.
    pub(super) crossed: Option<(Vec<String>, Shown)>,
    /// The five factors, where ballots answered the criteria of SIPAS.
    pub(super) factors: Factors,
    /// Cuts of ended months: field, moment, weekday, hour.
    pub(super) cuts: Vec<(Cut, Vec<CutLine>)>,
}

/// A line of a cut: its name, its number in the database, its figure.
pub(super) type CutLine = (String, i64, Figure);

/// One reason.
#[derive(Clone, Debug)]
pub(super) struct ReasonLine {
    pub(super) text: String,
    pub(super) here: u64,
    pub(super) others: u64,
}

pub(super) fn load(conn: &Reader, asked: &Asked, top: Option<NodeId>, now: i64) -> Result<Detail> {
    let today = LocalDay::of(now);
    let counter = asked.counter().map(|id| places::counter(conn, id)).transpose()?;
    let node = counter.as_ref().map(|counter| counter.node).or(asked.node()).or(top);
    let around = Scope::seen(conn, top, node)?;
    let scope = match &counter {
        Some(counter) => Scope::of_counters(conn, &[counter.id])?,
        None => around.clone(),
    };
    let chosen = Chosen::of(conn, node, &asked.period, today)?;
    let period = chosen.period;
    let answers = figures::answers(conn, &around, period)?;
    let own: Vec<i64> = scope.counters.iter().map(|counter| counter.no).collect();
    let tally = match (&counter, node) {
        // All counters, the unknown one too.
        (None, None) => answers.pooled(),
        _ => pooled(&answers.tallies, &own),
    };
    let compared = |before: Option<Period>| -> Result<Option<Figure>> {
        let Some(before) = before else { return Ok(None) };
        let then = figures::tallies(conn, &scope, before)?;
        Ok(Some(Figure::of(figures::pooled(&then), before)))
    };
    let place = node.map(|id| places::node(conn, id)).transpose()?;
    let above = match (&counter, &place) {
        (Some(_), Some(place)) => Some((Some(place.id), place.name.clone())),
        // What lies above the visitor's own unit is not theirs to see.
        (None, Some(place)) if Some(place.id) != top => Some((
            place.parent,
            place
                .parent
                .map(|id| places::node(conn, id))
                .transpose()?
                .map(|node| node.name)
                .unwrap_or_default(),
        )),
        _ => None,
    };
    let here = match &counter {
        Some(_) => figures::reasons(conn, &scope, period)?,
        None => answers.reasons.clone(),
    };
    let name = match (&counter, &place) {
        (Some(counter), Some(place)) => format!("{}, {}", counter.name, place.name),
        (None, Some(place)) => place.name.clone(),
        _ => String::new(),
    };
    Ok(Detail {
        above,
        name,
        node,
        counter: counter.as_ref().map(|counter| counter.id),
        figure: Figure::of(tally, period),
        sources: figures::sources(conn, &scope, period)?,
        visits_inexact: visits::inexact(conn, &scope, period)?,
        missing: alarms::missing_in(conn, &scope)?,
        before: compared(period.month_before())?,
        year_before: compared(period.year_before())?,
        parts: drag::parts(tallies(&around, node, counter.is_some(), &answers), period),
        trend: trend(conn, &scope, today)?,
        answered: (tally.n(), answers.pooled().less(tally).n()),
        reasons: reasons_of(&answers.reasons)
            .into_iter()
            .map(|(text, all)| {
                let here = here.get(&text).copied().unwrap_or(0);
                ReasonLine {
                    here,
                    others: all.saturating_sub(here),
                    text,
                }
            })
            .collect(),
        crossed: match tally.n() {
            n if n <= CROSSED && chosen.ended => crossed(conn, &scope, period)?,
            _ => None,
        },
        factors: figures::factors(conn, &scope, period)?,
        cuts: match chosen.ended {
            true => all_cuts(conn, &scope, period, tally.n())?,
            false => Vec::new(),
        },
        chosen,
    })
}

/// What the page's figure is made of: units directly below and own counters, or the counters around a counter.
fn tallies(
    scope: &Scope,
    node: Option<NodeId>,
    counters_only: bool,
    answers: &figures::Answers,
) -> Vec<(Key, String, Tally)> {
    let mut parts = Vec::new();
    let parent = |id: NodeId| {
        scope
            .nodes
            .iter()
            .find(|node| node.id == id)
            .and_then(|node| node.parent)
    };
    // The part a counter belongs to: the ancestor directly below the page's unit.
    let part_of = |mut unit: NodeId| {
        let mut below = None;
        for _ in 0..16 {
            if Some(unit) == node {
                return below;
            }
            below = Some(unit);
            match parent(unit) {
                Some(above) => unit = above,
                None => return below,
            }
        }
        below
    };
    let mut units: BTreeMap<NodeId, Vec<i64>> = BTreeMap::new();
    for counter in &scope.counters {
        match part_of(counter.node).filter(|_| !counters_only) {
            Some(unit) => units.entry(unit).or_default().push(counter.no),
            None => {
                let tally = answers.tallies.get(&counter.no).copied().unwrap_or_default();
                parts.push((Key::Counter(counter.id), counter.name.clone(), tally));
            }
        }
    }
    for unit in &scope.nodes {
        if let Some(counters) = units.get(&unit.id) {
            parts.push((
                Key::Node(unit.id),
                unit.name.clone(),
                pooled(&answers.tallies, counters),
            ));
        }
    }
    if let Some(tally) = answers.tallies.get(&0).filter(|tally| tally.n() > 0) {
        parts.push((Key::Unknown, String::new(), *tally));
    }
    parts.sort_by_cached_key(|(_, name, _)| collate::key(name));
    parts
}

fn all_cuts(conn: &Reader, scope: &Scope, period: Period, n: u64) -> Result<Vec<(Cut, Vec<CutLine>)>> {
    let mut all = Vec::new();
    // Days and hours are in no sum of half months: of very many ballots they would be read for seconds.
    let clock = match n {
        n if n <= CROSSED => Some(cuts::by_clock(conn, scope, period)?),
        _ => None,
    };
    let places = cuts::by_place(conn, scope, period)?;
    for (cut, tallies) in places.into_iter().chain(clock.into_iter().flatten()) {
        let figures = compare::rows(&tallies.values().copied().collect::<Vec<_>>(), period);
        let mut lines = Vec::new();
        for (no, figure) in tallies.keys().zip(figures) {
            let name = if cut == Cut::Field {
                cuts::field_name(conn, *no)?
            } else {
                String::new()
            };
            lines.push((name, *no, figure));
        }
        lines.sort_by_cached_key(|(name, no, _)| (collate::key(name), *no));
        // One line alone is the figure itself.
        if lines.len() > 1 {
            all.push((cut, lines));
        }
    }
    Ok(all)
}

/// Reasons on ballots of levels 1 to 3 and of 4 and 5, as they stand now.
fn crossed(conn: &Reader, scope: &Scope, period: Period) -> Result<Option<(Vec<String>, Shown)>> {
    let known = surveys::all(conn)?.into_iter();
    let surveys: BTreeMap<_, _> = known
        .filter_map(|known| Some((known.id, known.survey?)))
        .filter(|(_, survey)| survey.kind == SurveyKind::Counter)
        .collect();
    let mut counts: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    asof::each(conn, scope, period, log::head(conn)?.pos, |stood| {
        let Some(ballot) = &stood.ballot else { return };
        let Some(survey) = surveys.get(&ballot.survey) else {
            return;
        };
        let Some(level) = survey.headline_level(&ballot.answers) else {
            return;
        };
        for reason in survey.reasons(&ballot.answers) {
            let counts = counts.entry(reason.to_owned()).or_insert_with(|| vec![0, 0]);
            if let Some(n) = counts.get_mut(usize::from(level > 3)) {
                *n += 1;
            }
        }
    })?;
    // In the order of the alphabet: an order by counts would tell something of those that are hidden.
    let mut lines: Vec<_> = counts.into_iter().collect();
    lines.sort_by_cached_key(|(name, _)| collate::key(name));
    let (names, counts): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
    Ok((!names.is_empty()).then(|| (names, suppress(&counts, Totals::Own))))
}
