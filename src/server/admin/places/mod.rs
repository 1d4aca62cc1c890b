//! "Đơn vị": the tree of units with their counters, and one page for each unit: what it is called and where it belongs
//! from which day on, whom a citizen may turn to, when it is open, its counters, and what it was before.

mod change;
mod counters;
mod languages;
mod unit;
mod view;

pub(super) use change::{add, close, contact, hours, public, rename};
pub(super) use counters::{add as add_counter, change as change_counter, close as close_counter};
pub(super) use languages::change as change_languages;

use super::{
    Admin,
    error::PageError,
    page::{Nav, Page},
};
use crate::{
    domain::{ids::NodeId, settings::NodeSettings, time::LocalDay},
    server::auth::{Form, Visitor},
    store::{
        Reader, StoreError,
        places::{self, Counter, Node},
        settings,
        versions::{self, Version},
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;

/// Which unit.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    node: NodeId,
}

/// The tree that somebody sees.
pub(super) struct Tree {
    /// With how deep each lies, in the order of the tree.
    units: Vec<(usize, Node)>,
    counters: Vec<Counter>,
    today: LocalDay,
}

/// One unit.
pub(super) struct Unit {
    node: Node,
    /// The unit above, if the visitor sees it.
    parent: Option<Node>,
    /// Units that may be above it: open, seen by the visitor, not below it.
    parents: Vec<Node>,
    /// Open and closed counters of its own.
    counters: Vec<Counter>,
    versions: Vec<Version>,
    /// Names of all units it ever belonged to.
    names: Vec<(NodeId, String)>,
    /// Other units that use the same official code.
    same_code: Vec<String>,
    /// Languages that were published, tag and name.
    languages: Vec<(String, String)>,
    own: NodeSettings,
    effective: NodeSettings,
    /// The visitor's own unit: somebody above decides where it belongs.
    top: bool,
    today: LocalDay,
}

/// `GET /admin/places`.
pub(super) async fn page(State(admin): State<Admin>, visitor: Visitor, page: Page) -> Result<Response, PageError> {
    let (top, now) = (visitor.node, admin.clock.now());
    let tree = admin.read(move |conn| tree(conn, top, now)).await?;
    Ok(view::tree(&page.of(&visitor, Nav::Manage), &tree).into_response())
}

/// `GET /admin/places/unit`.
pub(super) async fn unit_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (top, now) = (visitor.node, admin.clock.now());
    let unit = admin.read(move |conn| unit(conn, top, which.node, now)).await?;
    Ok(unit::document(&page.of(&visitor, Nav::Manage), &unit).into_response())
}

fn tree(conn: &Reader, top: Option<NodeId>, now: i64) -> Result<Tree, StoreError> {
    let nodes = places::seen(conn, top)?;
    let mut counters = places::counters(conn)?;
    counters.retain(|counter| nodes.iter().any(|node| node.id == counter.node));
    let mut units = Vec::new();
    let root = |node: &&Node| {
        node.parent
            .is_none_or(|parent| !nodes.iter().any(|other| other.id == parent))
    };
    for node in nodes.iter().filter(root) {
        descend(&nodes, node, 0, &mut units);
    }
    Ok(Tree {
        units,
        counters,
        today: LocalDay::of(now),
    })
}

fn descend(nodes: &[Node], node: &Node, depth: usize, into: &mut Vec<(usize, Node)>) {
    into.push((depth, node.clone()));
    // A damaged tree must not hang the server.
    if depth < 16 {
        for child in nodes.iter().filter(|child| child.parent == Some(node.id)) {
            descend(nodes, child, depth + 1, into);
        }
    }
}

fn unit(conn: &Reader, top: Option<NodeId>, id: NodeId, now: i64) -> Result<Unit, StoreError> {
    let node = places::node(conn, id)?;
    let all = places::nodes(conn)?;
    let seen = places::seen(conn, top)?;
    let below = crate::store::scope::inside(conn, id)?;
    let mut counters = places::counters(conn)?;
    counters.retain(|counter| counter.node == id);
    let versions = versions::of(conn, id)?;
    let named = |id: &NodeId| {
        all.iter()
            .find(|node| node.id == *id)
            .map(|node| (node.id, node.name.clone()))
    };
    let code = node.code.clone();
    Ok(Unit {
        parent: seen.iter().find(|other| Some(other.id) == node.parent).cloned(),
        parents: seen
            .into_iter()
            .filter(|other| other.valid_to.is_none() && !below.contains(&other.id))
            .collect(),
        counters,
        names: versions.iter().filter_map(|version| named(&version.parent?)).collect(),
        same_code: all
            .iter()
            .filter(|other| other.id != id && code.is_some() && other.code == code)
            .map(|other| other.name.clone())
            .collect(),
        versions,
        languages: languages::published(conn)?,
        own: settings::own(conn, id)?,
        effective: settings::effective(conn, id)?,
        top: top == Some(id),
        today: LocalDay::of(now),
        node,
    })
}

/// The unit that a form is about.
fn node_of(form: &Form) -> Result<NodeId, PageError> {
    form.get("node").parse().map_err(|_| PageError::Bad)
}

/// The day that a field holds, as date fields send it.
fn day_of(form: &Form, name: &str) -> Result<LocalDay, PageError> {
    let date: NaiveDate = form.get(name).parse().map_err(|_| PageError::Bad)?;
    Ok(LocalDay::from_date(date))
}

/// Back to the unit's page.
fn back(node: NodeId) -> Response {
    axum::response::Redirect::to(&format!("/admin/places/unit?node={node}")).into_response()
}
