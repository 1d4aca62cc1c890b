//! The places: a tree of units with validity periods, and the counters in them. The key is our own id; an official
//! code or a name may change or be used again.

use super::{Refusal, Result, StoreError, WriteTx, log::Kind, release, tree};
use crate::domain::{
    ballot::Moment,
    ids::{CounterId, NodeId},
    time::LocalDay,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// Tỉnh, thành phố.
    Province,
    /// Xã, phường, đặc khu.
    Commune,
    /// Điểm tiếp nhận of a commune.
    ReceptionPoint,
}

impl NodeKind {
    /// Its name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Commune => "commune",
            Self::ReceptionPoint => "reception_point",
        }
    }

    /// The kind of that name; dashes are taken for underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('-', "_");
        [Self::Province, Self::Commune, Self::ReceptionPoint]
            .into_iter()
            .find(|kind| kind.name() == text)
    }
}

/// Most units above one another. The tree is shallow; a damaged one must not hang the server.
pub const MAX_DEPTH: usize = 16;

/// A moment's number in the database.
pub fn moment_code(moment: Moment) -> i64 {
    match moment {
        Moment::Reception => 1,
        Moment::Returned => 2,
        Moment::Result => 3,
    }
}

/// A moment's name in the database and on the command line.
pub fn moment_name(moment: Moment) -> &'static str {
    match moment {
        Moment::Reception => "reception",
        Moment::Returned => "returned",
        Moment::Result => "result",
    }
}

/// The moment of that name.
pub fn parse_moment(text: &str) -> Option<Moment> {
    [Moment::Reception, Moment::Returned, Moment::Result]
        .into_iter()
        .find(|moment| moment_name(*moment) == text)
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its small number, the key inside the store.
    #[serde(skip)]
    pub no: i64,
    /// Its id.
    pub id: NodeId,
    /// "Xã Mẫu".
    pub name: String,
    /// What it is.
    pub kind: NodeKind,
    /// The unit above.
    pub parent: Option<NodeId>,
    /// Whom a citizen may turn to.
    pub contact: Option<String>,
    /// Official code, a note: codes are used again for other units.
    pub code: Option<String>,
    /// Unix seconds; from then on it exists.
    pub valid_from: i64,
    /// Unix seconds; from then on it does not.
    pub valid_to: Option<i64>,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// Its small number, the key of `record` and `rollup`.
    #[serde(skip)]
    pub no: i64,
    /// Its id.
    pub id: CounterId,
    /// The unit it belongs to.
    pub node: NodeId,
    /// "Quầy 1".
    pub name: String,
    /// When in the handling of the papers people rate here.
    pub moment: Moment,
    /// Lĩnh vực, if it has only one.
    pub field: Option<String>,
    /// Unix seconds.
    pub valid_from: i64,
    /// Unix seconds.
    pub valid_to: Option<i64>,
}

/// A new unit.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// Its name.
    pub name: String,
    /// The unit above.
    pub parent: Option<NodeId>,
    /// What it is; `None`: a commune at the top or under a province, a reception point under a commune.
    pub kind: Option<NodeKind>,
    /// Whom a citizen may turn to.
    pub contact: Option<String>,
}

/// A new counter.
#[derive(Clone, Debug)]
pub struct NewCounter {
    /// Its name.
    pub name: String,
    /// The unit it belongs to.
    pub node: NodeId,
    /// When in the handling of the papers people rate there.
    pub moment: Moment,
    /// Lĩnh vực.
    pub field: Option<String>,
}

const NODES: &str = "select n.no, n.id, n.name, n.kind, p.id, n.contact, n.valid_from, n.valid_to, n.code
  from node n left join node p on p.no = n.parent_no";
const COUNTERS: &str = "select c.no, c.id, n.id, c.name, c.moment, c.field, c.valid_from, c.valid_to
  from counter c join node n on n.no = c.node_no";

/// The same for all of them. The units above, and those of counters, are looked for among those read: joined, each of a
/// thousand rows would be a search of its own.
const ALL_NODES: &str =
    "select no, id, name, kind, parent_no, contact, valid_from, valid_to, code from node order by no";
const ALL_COUNTERS: &str = "select no, id, node_no, name, moment, field, valid_from, valid_to from counter order by no";

fn node_of(row: &Row<'_>) -> rusqlite::Result<Node> {
    let parent = row.get::<_, Option<[u8; 16]>>(4)?;
    node_below(row, parent.map(|id| NodeId(Uuid::from_bytes(id))))
}

fn node_below(row: &Row<'_>, parent: Option<NodeId>) -> rusqlite::Result<Node> {
    Ok(Node {
        no: row.get(0)?,
        id: NodeId(Uuid::from_bytes(row.get(1)?)),
        name: row.get(2)?,
        kind: NodeKind::parse(row.get_ref(3)?.as_str()?).unwrap_or(NodeKind::Commune),
        parent,
        contact: row.get(5)?,
        valid_from: row.get(6)?,
        valid_to: row.get(7)?,
        code: row.get(8)?,
    })
}

fn counter_of(row: &Row<'_>) -> rusqlite::Result<Counter> {
    counter_in(row, NodeId(Uuid::from_bytes(row.get(2)?)))
}

fn counter_in(row: &Row<'_>, node: NodeId) -> rusqlite::Result<Counter> {
    Ok(Counter {
        no: row.get(0)?,
        id: CounterId(Uuid::from_bytes(row.get(1)?)),
        node,
        name: row.get(3)?,
        moment: parse_moment(row.get_ref(4)?.as_str()?).unwrap_or(Moment::Reception),
        field: row.get(5)?,
        valid_from: row.get(6)?,
        valid_to: row.get(7)?,
    })
}

/// All units, in the order they were added.
pub fn nodes(conn: &Connection) -> Result<Vec<Node>> {
    let mut rows = conn.prepare_cached(ALL_NODES)?;
    let mut rows = rows.query([])?;
    let (mut nodes, mut above) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        nodes.push(node_below(row, None)?);
        above.push(row.get::<_, Option<i64>>(4)?);
    }
    let ids: Vec<(i64, NodeId)> = nodes.iter().map(|node| (node.no, node.id)).collect();
    for (node, above) in nodes.iter_mut().zip(above) {
        node.parent = above.and_then(|no| id_of(&ids, no));
    }
    Ok(nodes)
}

/// The id of a number, of these by number.
fn id_of(ids: &[(i64, NodeId)], no: i64) -> Option<NodeId> {
    let place = ids.binary_search_by_key(&no, |(no, _)| *no).ok()?;
    ids.get(place).map(|(_, id)| *id)
}

/// The units that somebody sees: `top` with all below it, or all; in the order they were added.
pub fn seen(conn: &Connection, top: Option<NodeId>) -> Result<Vec<Node>> {
    let mut nodes = nodes(conn)?;
    if let Some(top) = top {
        let inside = super::scope::inside(conn, top)?;
        nodes.retain(|node| inside.contains(&node.id));
    }
    Ok(nodes)
}

/// All counters, in the order they were added.
pub fn counters(conn: &Connection) -> Result<Vec<Counter>> {
    let mut rows = conn.prepare_cached("select no, id from node order by no")?;
    let ids = rows.query_map([], |row| Ok((row.get(0)?, NodeId(Uuid::from_bytes(row.get(1)?)))))?;
    counters_of(conn, &ids.collect::<std::result::Result<Vec<_>, _>>()?)
}

/// All units and all counters.
pub(super) fn all(conn: &Connection) -> Result<(Vec<Node>, Vec<Counter>)> {
    let nodes = nodes(conn)?;
    let ids: Vec<_> = nodes.iter().map(|node| (node.no, node.id)).collect();
    let counters = counters_of(conn, &ids)?;
    Ok((nodes, counters))
}

fn counters_of(conn: &Connection, ids: &[(i64, NodeId)]) -> Result<Vec<Counter>> {
    let mut rows = conn.prepare_cached(ALL_COUNTERS)?;
    let mut rows = rows.query([])?;
    let mut counters = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(node) = id_of(ids, row.get(2)?) {
            counters.push(counter_in(row, node)?);
        }
    }
    Ok(counters)
}

/// One unit.
pub fn node(conn: &Connection, id: NodeId) -> Result<Node> {
    conn.prepare_cached(&format!("{NODES} where n.id = ?1"))?
        .query_row([id.0.as_bytes()], node_of)
        .optional()?
        .ok_or(StoreError::NotFound("node"))
}

/// One counter.
pub fn counter(conn: &Connection, id: CounterId) -> Result<Counter> {
    conn.prepare_cached(&format!("{COUNTERS} where c.id = ?1"))?
        .query_row([id.0.as_bytes()], counter_of)
        .optional()?
        .ok_or(StoreError::NotFound("counter"))
}

/// One counter by its small number.
pub fn counter_by_no(conn: &Connection, no: i64) -> Result<Counter> {
    conn.prepare_cached(&format!("{COUNTERS} where c.no = ?1"))?
        .query_row([no], counter_of)
        .optional()?
        .ok_or(StoreError::NotFound("counter"))
}

pub(super) fn name_ok(name: &str) -> Result<String> {
    let name: String = name.trim().nfc().collect();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(Refusal::Name.into());
    }
    Ok(name)
}

/// A new random key (UUID v4).
fn fresh_id() -> Result<Uuid> {
    Ok(uuid::Builder::from_random_bytes(crate::platform::random()?).into_uuid())
}

impl WriteTx<'_> {
    /// Adds a unit; it exists from `now`.
    pub fn add_node(&self, new: &NewNode, now: i64) -> Result<NodeId> {
        let parent = new.parent.map(|id| node(self.conn, id)).transpose()?;
        let new = NewNode {
            name: name_ok(&new.name)?,
            ..new.clone()
        };
        self.insert_node(&new, parent.as_ref(), None, LocalDay::of(now), now)
    }

    /// Adds a unit whose parts were checked.
    pub(super) fn insert_node(
        &self,
        new: &NewNode,
        parent: Option<&Node>,
        code: Option<String>,
        since: LocalDay,
        now: i64,
    ) -> Result<NodeId> {
        let kind = new.kind.unwrap_or(tree::kind_below(parent));
        let (id, parent_no) = (NodeId(fresh_id()?), parent.map(|parent| parent.no));
        // On the day it is added the time is kept, as it was before units had days.
        let from = if since == LocalDay::of(now) { now } else { since.start() };
        self.conn.execute(
            "insert into node (id, name, kind, parent_no, contact, valid_from, code) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (id.0.as_bytes(), &new.name, kind.name(), parent_no, &new.contact, from, &code),
        )?;
        let no = self.conn.last_insert_rowid();
        let body = json!({"what": "node_added", "no": no, "id": id, "name": new.name, "node_kind": kind,
            "parent": new.parent, "contact": new.contact, "code": code, "from_day": since.0});
        let pos = self.log(Kind::Node, now, body)?;
        self.conn.execute(
            "insert into node_version (node_no, pos, from_day, name, code, parent_no) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (no, pos, since.0, &new.name, &code, parent_no),
        )?;
        Ok(id)
    }

    /// Adds a counter to a unit; it exists from `now`.
    pub fn add_counter(&self, new: &NewCounter, now: i64) -> Result<CounterId> {
        let name = name_ok(&new.name)?;
        let field = new.field.as_deref().map(name_ok).transpose()?;
        let node = node(self.conn, new.node)?;
        let id = CounterId(fresh_id()?);
        self.insert_counter(id, node.no, &name, new.moment, field.as_deref(), now)?;
        Ok(id)
    }

    /// Adds a counter that has an id already (from a certificate, after a restore).
    pub(super) fn insert_counter(
        &self,
        id: CounterId,
        node_no: i64,
        name: &str,
        moment: Moment,
        field: Option<&str>,
        now: i64,
    ) -> Result<i64> {
        self.conn.execute(
            "insert into counter (id, node_no, name, moment, field, valid_from) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (id.0.as_bytes(), node_no, name, moment_name(moment), field, now),
        )?;
        let no = self.conn.last_insert_rowid();
        let body = json!({"what": "counter_added", "no": no, "id": id, "name": name, "moment": moment,
            "field": field, "node": node_no});
        self.log(Kind::Node, now, body)?;
        if self.identity.demo {
            release::standing(self, no, now)?;
        }
        Ok(no)
    }
}

/// Numbers of the counters whose ballots a device at this counter may bring: those of its unit (reception points
/// included) and those where it ever stood.
pub(super) fn allowed(conn: &Connection, device_no: i64, counter_no: i64) -> Result<Vec<i64>> {
    let mut rows = conn.prepare_cached(
        "with recursive
           up (no, kind, parent_no) as (
             select n.no, n.kind, n.parent_no from counter c join node n on n.no = c.node_no where c.no = ?2
             union
             select p.no, p.kind, p.parent_no from up join node p on p.no = up.parent_no
             where up.kind = 'reception_point'
           ),
           unit (no) as (
             select no from up
             union
             select n.no from unit join node n on n.parent_no = unit.no where n.kind = 'reception_point'
           )
         select c.no from counter c join unit on unit.no = c.node_no
         union
         select counter_no from device_counter where device_no = ?1",
    )?;
    let numbers = rows.query_map((device_no, counter_no), |row| row.get(0))?;
    Ok(numbers.collect::<std::result::Result<_, _>>()?)
}
