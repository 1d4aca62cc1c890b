//! What units were, from day to day: names, official codes and the unit above. "As was" is read here; `places` has what
//! holds now.

use super::{
    Result, StoreError,
    figures::Scope,
    places::{self, Node},
};
use crate::domain::{ids::NodeId, period::Period, time::LocalDay};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a unit was from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// First day.
    pub from: LocalDay,
    /// Its name.
    pub name: String,
    /// Its official code: a note, never a key, for codes are used again for other units.
    pub code: Option<String>,
    /// The unit above.
    pub parent: Option<NodeId>,
}

/// Versions of every unit by number, oldest first; of those that begin on the same day only the newest.
pub fn all(conn: &Connection) -> Result<BTreeMap<i64, Vec<Version>>> {
    known(conn, i64::MAX)
}

/// The same as known at a log position; units that were entered later are not among them.
pub(super) fn known(conn: &Connection, pos: i64) -> Result<BTreeMap<i64, Vec<Version>>> {
    let mut rows = conn.prepare_cached(
        "select v.node_no, v.from_day, v.name, v.code, p.id
         from node_version v left join node p on p.no = v.parent_no
         where v.pos <= ?1 order by v.node_no, v.from_day, v.pos",
    )?;
    let mut rows = rows.query([pos])?;
    let mut all: BTreeMap<i64, Vec<Version>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let parent: Option<[u8; 16]> = row.get(4)?;
        let version = Version {
            from: LocalDay(row.get(1)?),
            name: row.get(2)?,
            code: row.get(3)?,
            parent: parent.map(|id| NodeId(Uuid::from_bytes(id))),
        };
        let of = all.entry(row.get(0)?).or_default();
        if of.last().is_some_and(|last| last.from == version.from) {
            of.pop();
        }
        of.push(version);
    }
    Ok(all)
}

/// Versions of one unit, oldest first.
pub fn of(conn: &Connection, id: NodeId) -> Result<Vec<Version>> {
    let node = places::node(conn, id)?;
    all(conn)?.remove(&node.no).ok_or(StoreError::Corrupt("node_version"))
}

/// The version that holds on a day. Before its first one a unit is taken as the first one says: it was entered late.
pub fn on(versions: &[Version], day: LocalDay) -> Option<&Version> {
    versions
        .iter()
        .rev()
        .find(|version| version.from <= day)
        .or(versions.first())
}

/// All units as they were on a day, in the order they were added.
pub fn nodes_on(conn: &Connection, day: LocalDay) -> Result<Vec<Node>> {
    let versions = all(conn)?;
    let mut nodes = places::nodes(conn)?;
    for node in &mut nodes {
        if let Some(was) = versions.get(&node.no).and_then(|versions| on(versions, day)) {
            (node.name, node.parent) = (was.name.clone(), was.parent);
        }
    }
    Ok(nodes)
}

/// First day on which units did not exist any more, by number, as known at a log position.
pub(super) fn closed(conn: &Connection, pos: i64) -> Result<BTreeMap<i64, LocalDay>> {
    let mut rows = conn.prepare_cached(
        "select json_extract(body, '$.no'), json_extract(body, '$.day') from log
         where kind = 'node' and pos <= ?1 and json_extract(body, '$.what') = 'node_closed' order by pos",
    )?;
    let mut rows = rows.query([pos])?;
    let mut closed = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (no, day): (i64, Option<i64>) = (row.get(0)?, row.get(1)?);
        match day {
            Some(day) => closed.insert(no, LocalDay(day)),
            // Opened again.
            None => closed.remove(&no),
        };
    }
    Ok(closed)
}

/// Ids of the unit and of all units that were below it, by these parents.
pub(super) fn below(nodes: &[Node], top: NodeId) -> BTreeSet<NodeId> {
    let mut inside = BTreeSet::from([top]);
    loop {
        let before = inside.len();
        let children = nodes
            .iter()
            .filter(|node| node.parent.is_some_and(|parent| inside.contains(&parent)));
        let children: Vec<_> = children.map(|node| node.id).collect();
        inside.extend(children);
        if inside.len() == before {
            return inside;
        }
    }
}

/// A period cut where the tree around a unit changed, with the counters that belonged to the unit in each part: the
/// sum over the parts is the unit's figure "as was". One part for most periods.
pub fn as_was(conn: &Connection, node: NodeId, period: Period) -> Result<Vec<(Period, Scope)>> {
    let mut cuts: BTreeSet<LocalDay> = all(conn)?
        .values()
        .flatten()
        .map(|version| version.from)
        .filter(|day| period.first() < *day && *day < period.end())
        .collect();
    cuts.insert(period.first());
    let ends: Vec<_> = cuts.iter().skip(1).copied().chain([period.end()]).collect();
    let mut parts: Vec<(Period, Scope)> = Vec::new();
    for (first, end) in cuts.into_iter().zip(ends) {
        let scope = Scope::on(conn, node, first)?;
        let last = LocalDay(end.0.saturating_sub(1));
        // A change elsewhere in the tree cuts nothing here.
        let same = parts
            .last()
            .filter(|(_, before)| before.same_counters(&scope))
            .map(|(part, _)| part.first());
        let begins = same.unwrap_or(first);
        let part = Period::days(begins, last).map_err(|_| StoreError::Invalid("the period is empty".into()))?;
        if same.is_some() {
            parts.pop();
        }
        parts.push((part, scope));
    }
    if let [(only, _)] = parts.as_mut_slice() {
        // The whole period keeps the name it was asked by.
        *only = period;
    }
    Ok(parts)
}
