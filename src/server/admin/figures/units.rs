//! One table over all units below: put together from three reads, whatever the number of units.

use super::{Asked, Chosen};
use crate::{
    domain::{
        collate,
        compare::{self, apart},
        ids::NodeId,
        number,
        stats::{Figure, Tally},
        time::LocalDay,
        volume::Volume,
    },
    store::{
        Reader, Result,
        figures::{self, Scope},
        log,
        places::{Node, NodeKind},
        volumes,
    },
};
use std::{cmp::Ordering, collections::BTreeMap};

/// Units on one page; a page stays far below 150 KB.
pub(super) const PAGE: usize = 100;

/// The order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Name,
    N,
    /// Worst first: a leader looks for what needs help.
    Rate,
    /// Best first.
    Best,
    /// What fell most first.
    Change,
}

impl Sort {
    pub(super) const ALL: [(Self, &'static str); 5] = [
        (Self::Name, "name"),
        (Self::N, "n"),
        (Self::Rate, "rate"),
        (Self::Best, "best"),
        (Self::Change, "change"),
    ];

    fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|(_, name)| *name == text)
            .map_or(Self::Name, |(sort, _)| sort)
    }

    pub(super) fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(sort, _)| *sort == self)
            .map_or("name", |(_, name)| name)
    }
}

/// The page.
#[derive(Clone, Debug)]
pub(super) struct Units {
    pub(super) node: Option<NodeId>,
    pub(super) name: Option<String>,
    pub(super) nodes: Vec<(NodeId, String)>,
    pub(super) chosen: Chosen,
    pub(super) whole: Figure,
    pub(super) lines: Vec<UnitLine>,
    pub(super) sort: Sort,
    /// From 0.
    pub(super) page: usize,
    pub(super) pages: usize,
    /// Any band at all.
    pub(super) banded: bool,
}

/// One unit.
#[derive(Clone, Debug)]
pub(super) struct UnitLine {
    pub(super) id: NodeId,
    pub(super) name: String,
    /// Names of the units between, "Tỉnh Mẫu".
    pub(super) above: String,
    pub(super) figure: Figure,
    pub(super) band: Option<u32>,
    pub(super) year_before: Option<Figure>,
    pub(super) change: Option<Ordering>,
    pub(super) waiting: u64,
    pub(super) volume: Option<Volume>,
    /// Counted ballots of the period, for the response rate.
    pub(super) ballots: u64,
}

pub(super) fn load(conn: &Reader, asked: &Asked, top: Option<NodeId>, now: i64) -> Result<Units> {
    let today = LocalDay::of(now);
    let node = asked.node().or(top);
    let scope = Scope::seen(conn, top, node)?;
    let chosen = Chosen::of(conn, node, &asked.period, today)?;
    let below = below(&scope, node);
    let now_tallies = figures::tallies(conn, &scope, chosen.period)?;
    let before = chosen.period.year_before();
    let then = before
        .map(|period| figures::tallies(conn, &scope, period))
        .transpose()?;
    let live = figures::live(conn, &scope, today)?;
    let tallies: Vec<Tally> = below.iter().map(|unit| pooled(&now_tallies, &unit.counters)).collect();
    let figures = compare::rows(&tallies, chosen.period);
    let bands = compare::bands(&figures);
    let reporting = chosen.period.reporting_month();
    let sums = reporting.map(|_| volumes::Sums::of(conn, chosen.period, log::head(conn)?.pos));
    let sums = sums.transpose()?;
    let mut lines = Vec::new();
    for ((unit, figure), band) in below.into_iter().zip(figures).zip(&bands) {
        let year_before = then
            .as_ref()
            .zip(before)
            .map(|(tallies, period)| Figure::of(pooled(tallies, &unit.counters), period));
        let volume = sums.as_ref().map(|sums| sums.volume(conn, unit.node.id)).transpose()?;
        lines.push(UnitLine {
            change: year_before.as_ref().and_then(|then| apart(&figure, then)),
            waiting: unit
                .counters
                .iter()
                .filter_map(|no| live.get(no))
                .map(|live| live.waiting)
                .sum(),
            ballots: figure.n(),
            volume: volume.flatten(),
            id: unit.node.id,
            name: unit.node.name.clone(),
            above: unit.above,
            figure,
            band: *band,
            year_before,
        });
    }
    let sort = Sort::parse(&asked.sort);
    arrange(&mut lines, sort);
    let pages = lines.len().div_ceil(PAGE).max(1);
    let page = asked
        .page
        .parse::<usize>()
        .unwrap_or(1)
        .saturating_sub(1)
        .min(pages - 1);
    Ok(Units {
        node,
        name: node
            .and_then(|id| scope.nodes.iter().find(|node| node.id == id))
            .map(|node| node.name.clone()),
        nodes: sorted(scope.nodes.iter().map(|node| (node.id, node.name.clone())).collect()),
        whole: Figure::of(figures::pooled(&now_tallies), chosen.period),
        chosen,
        lines: lines.into_iter().skip(page * PAGE).take(PAGE).collect(),
        sort,
        page,
        pages,
        banded: bands.iter().any(Option::is_some),
    })
}

/// In Vietnamese order.
pub(in super::super) fn sorted(mut nodes: Vec<(NodeId, String)>) -> Vec<(NodeId, String)> {
    nodes.sort_by_cached_key(|(_, name)| collate::key(name));
    nodes
}

struct Below<'a> {
    node: &'a Node,
    above: String,
    counters: Vec<i64>,
}

/// Units below, reception points of communes left to the communes' own pages, unless there is nothing else.
fn below<'a>(scope: &'a Scope, top: Option<NodeId>) -> Vec<Below<'a>> {
    let by_id: BTreeMap<NodeId, &Node> = scope.nodes.iter().map(|node| (node.id, node)).collect();
    let path = |mut node: &'a Node| {
        let mut path = vec![node];
        // The tree is shallow; a damaged one must not hang the server.
        while let Some(parent) = node.parent.and_then(|id| by_id.get(&id)).filter(|_| path.len() < 16) {
            node = parent;
            path.push(node);
        }
        path
    };
    let inside = |node: &'a Node| match top {
        Some(top) => node.id != top && path(node).iter().any(|above| above.id == top),
        None => true,
    };
    let all: Vec<&Node> = scope.nodes.iter().filter(|node| inside(node)).collect();
    let units = all.iter().any(|node| node.kind != NodeKind::ReceptionPoint);
    let mut counters: BTreeMap<NodeId, Vec<i64>> = BTreeMap::new();
    for counter in &scope.counters {
        for above in by_id.get(&counter.node).map(|own| path(own)).unwrap_or_default() {
            counters.entry(above.id).or_default().push(counter.no);
        }
    }
    let chosen = all
        .into_iter()
        .filter(|node| !units || node.kind != NodeKind::ReceptionPoint);
    chosen
        .map(|node| Below {
            above: path(node)
                .into_iter()
                .skip(1)
                .take_while(|above| Some(above.id) != top)
                .map(|above| above.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            counters: counters.remove(&node.id).unwrap_or_default(),
            node,
        })
        .collect()
}

/// The answers at these counters.
pub(super) fn pooled(tallies: &BTreeMap<i64, Tally>, counters: &[i64]) -> Tally {
    let own = counters.iter().filter_map(|no| tallies.get(no));
    own.fold(Tally::default(), |all, tally| all.plus(*tally))
}

fn arrange(lines: &mut [UnitLine], sort: Sort) {
    // Every order ends with the alphabet.
    lines.sort_by_cached_key(|line| collate::key(&line.name));
    let share = |figure: &Figure| {
        let tally = figure.rate().map(|rate| rate.tally());
        tally.map(|tally| tally.satisfied() as f64 / tally.n() as f64)
    };
    // Units without a rate go last, whichever way the others run.
    let worst = |figure: &Figure| share(figure).unwrap_or(2.0);
    let fall = |line: &UnitLine| {
        let then = line.year_before.as_ref().and_then(share);
        share(&line.figure).zip(then).map_or(2.0, |(now, then)| now - then)
    };
    match sort {
        Sort::Name => {}
        Sort::N => lines.sort_by_key(|line| std::cmp::Reverse(line.figure.n())),
        Sort::Rate => lines.sort_by(|a, b| worst(&a.figure).total_cmp(&worst(&b.figure))),
        Sort::Best => lines.sort_by(|a, b| {
            let best = |line: &UnitLine| share(&line.figure).map_or(1.0, |share| -share);
            best(a).total_cmp(&best(b))
        }),
        Sort::Change => lines.sort_by(|a, b| fall(a).total_cmp(&fall(b))),
    }
}

/// "98,5% (971/986)" of the line's transactions.
pub(super) fn response(line: &UnitLine) -> Option<String> {
    let volume = line.volume?;
    Some(match volume.response(line.ballots) {
        Some(share) => share.vietnamese(),
        None => number::integer(line.ballots),
    })
}
