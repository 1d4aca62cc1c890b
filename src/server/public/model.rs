//! What the public pages show. No markup, no SQL.

use crate::{
    domain::{
        collate,
        hex::PublicKey,
        ids::NodeId,
        period::{MonthKind, Period},
        publish::Outcome,
        stats::{Figure, Rate},
        time::LocalDay,
    },
    store::{
        Reader, Result, StoreError, alarms, checkpoint,
        figures::Scope,
        places::{self, Node},
        publish::{self, Publication},
        settings,
    },
    wire::bundle::Checkpoint,
};

/// Units on the list; a page stays far below 150 KB.
const LISTED: usize = 500;
/// Units above one another at most; the tree is shallow.
const DEEP: usize = 16;

/// What is shown of a unit's month.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    /// No month was put out yet.
    Nothing,
    /// Too few answers; so many.
    TooFew(u64),
    /// It would tell what few others answered.
    HeldBack,
    /// The rate.
    Rate(Rate),
}

/// What every page says of the month and the log.
#[derive(Clone, Debug)]
pub(super) struct Common {
    /// The month that was put out, and the hour it was.
    pub(super) month: Option<(Period, i64)>,
    /// The month that should be.
    pub(super) expected: Period,
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) key: PublicKey,
    pub(super) now: i64,
}

impl Common {
    /// The month shown is not the newest that has ended.
    pub(super) fn stale(&self) -> bool {
        self.month
            .is_none_or(|(shown, _)| shown.first() < self.expected.first())
    }
}

/// The list.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) common: Common,
    /// Id, name, name of the unit above, and what is shown of it.
    pub(super) units: Vec<(NodeId, String, Option<String>, Shown)>,
}

/// One unit.
#[derive(Clone, Debug)]
pub(super) struct Board {
    pub(super) common: Common,
    pub(super) id: NodeId,
    pub(super) name: String,
    pub(super) above: Option<String>,
    /// Lines of whom a citizen may turn to: the unit's own, else those of the nearest unit above that has some.
    pub(super) contact: Vec<String>,
    pub(super) shown: Shown,
    /// Ballots of the month that were not released when it was put out.
    pub(super) waiting: u64,
    /// Ballots that may be missing at least, of the unit's tablets; now.
    pub(super) missing: u64,
}

/// Everything on the list.
pub(super) fn list(conn: &Reader, key: PublicKey, now: i64) -> Result<List> {
    let (common, publication) = common(conn, key, now)?;
    let nodes = places::nodes(conn)?;
    let mut units = Vec::new();
    for node in nodes.iter().filter(|node| node.valid_to.is_none()) {
        if is_public(conn, node.id)? {
            let above = parent(&nodes, node).map(|above| above.name.clone());
            let (shown, _) = figure(publication.as_ref(), node.id);
            units.push((node.id, node.name.clone(), above, shown));
        }
    }
    units.sort_by_cached_key(|(_, name, ..)| collate::key(name));
    units.truncate(LISTED);
    Ok(List { common, units })
}

/// One unit; "not found" also for a unit that did not switch it on.
pub(super) fn board(conn: &Reader, id: NodeId, key: PublicKey, now: i64) -> Result<Board> {
    let nodes = places::nodes(conn)?;
    let node = nodes
        .iter()
        .find(|node| node.id == id && node.valid_to.is_none())
        .ok_or(StoreError::NotFound("node"))?;
    if !is_public(conn, id)? {
        return Err(StoreError::NotFound("node"));
    }
    let (common, publication) = common(conn, key, now)?;
    let (shown, waiting) = figure(publication.as_ref(), id);
    Ok(Board {
        common,
        id,
        name: node.name.clone(),
        above: parent(&nodes, node).map(|above| above.name.clone()),
        contact: contact(&nodes, node),
        shown,
        waiting,
        missing: alarms::missing_in(conn, &Scope::of(conn, Some(id))?)?,
    })
}

fn is_public(conn: &Reader, id: NodeId) -> Result<bool> {
    Ok(settings::effective(conn, id)?.public == Some(true))
}

fn common(conn: &Reader, key: PublicKey, now: i64) -> Result<(Common, Option<Publication>)> {
    let today = LocalDay::of(now);
    let publication = publish::newest(conn, today)?;
    let common = Common {
        month: publication.as_ref().map(|out| (out.period, out.hour)),
        expected: MonthKind::Calendar.period(MonthKind::Calendar.last_ended(today)),
        checkpoint: checkpoint::newest(conn)?,
        key,
        now,
    };
    Ok((common, publication))
}

fn figure(publication: Option<&Publication>, id: NodeId) -> (Shown, u64) {
    let Some(out) = publication else {
        return (Shown::Nothing, 0);
    };
    // A unit that came later had nothing then.
    let Some(line) = out.document.units.iter().find(|line| line.node == id) else {
        return (Shown::TooFew(0), 0);
    };
    let tally = out.document.tally(&line.counters);
    let waiting = line.counters.iter().filter_map(|no| out.document.waiting.get(no));
    let shown = match (line.outcome, Figure::of(tally, out.period)) {
        (Outcome::Shown, Figure::Ranked(rate)) => Shown::Rate(rate),
        (Outcome::HeldBack, _) => Shown::HeldBack,
        _ => Shown::TooFew(tally.n()),
    };
    (shown, waiting.sum())
}

fn parent<'a>(nodes: &'a [Node], node: &Node) -> Option<&'a Node> {
    nodes.iter().find(|other| Some(other.id) == node.parent)
}

fn contact(nodes: &[Node], node: &Node) -> Vec<String> {
    let mut next = Some(node);
    for _ in 0..DEEP {
        let Some(at) = next else { break };
        if let Some(contact) = &at.contact {
            return contact.lines().map(str::to_owned).collect();
        }
        next = parent(nodes, at);
    }
    Vec::new()
}
