//! "Việc cần xử lý": what low ratings became, closing it and opening it again, the rule of each unit with a look at what it
//! would have done, and the morning's message.

mod digest;
mod rule;
mod texts;
mod view;

pub(super) use digest::page as digest_page;
pub(super) use rule::{page as rule_page, set as set_rule, set_closed_days};

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::{ids::NodeId, tasks::Outcome, time::LocalDay},
    server::auth::{Form, Visitor},
    store::{
        Reader, Refusal, StoreError, explain, places, scope,
        tasks::{self, Calendars, Task},
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Open tasks on the page, each with its form: as many as fit 150 KB.
const OPEN: u32 = 50;
/// Closed tasks on the page.
const CLOSED: u32 = 40;

/// Which unit's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    node: String,
}

/// What the page shows.
struct Model {
    nodes: Vec<(NodeId, String)>,
    node: Option<NodeId>,
    /// Oldest first, each with the last day on which it is not overdue.
    open: Vec<(Task, LocalDay)>,
    /// There are more open ones.
    more: bool,
    closed: Vec<Task>,
    names: BTreeMap<NodeId, String>,
    /// What officers explained of these tasks, by the task's number: their words, not their names.
    explained: BTreeMap<i64, Vec<String>>,
    today: LocalDay,
}

impl Model {
    fn name(&self, node: NodeId) -> String {
        self.names.get(&node).cloned().unwrap_or_default()
    }
}

fn load(conn: &Reader, top: Option<NodeId>, node: Option<NodeId>, today: LocalDay) -> Result<Model, StoreError> {
    let seen = places::seen(conn, top)?;
    let among = tasks::among(conn, node.or(top))?;
    let names: BTreeMap<NodeId, String> = seen.iter().map(|node| (node.id, node.name.clone())).collect();
    let mut all = tasks::open(conn, &among, OPEN.saturating_add(1))?;
    let more = all.len() > OPEN as usize;
    all.truncate(OPEN as usize);
    let (mut work, mut open) = (Calendars::default(), Vec::new());
    for task in all {
        let due = task.due(work.of(conn, task.node)?);
        open.push((task, due));
    }
    let closed = tasks::closed(conn, &among, CLOSED)?;
    let mut explained: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for no in open
        .iter()
        .map(|(task, _)| task.no)
        .chain(closed.iter().map(|task| task.no))
    {
        let words = explain::of_task(conn, no)?.into_iter().map(|explained| explained.words);
        explained.entry(no).or_default().extend(words);
    }
    Ok(Model {
        explained,
        nodes: super::figures::sorted(seen.into_iter().map(|node| (node.id, node.name)).collect()),
        node,
        open,
        more,
        closed,
        names,
        today,
    })
}

/// `GET /admin/tasks`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (today, top, node) = (LocalDay::of(admin.clock.now()), visitor.node, asked.node.parse().ok());
    let model = admin.read(move |conn| load(conn, top, node, today)).await?;
    let page = page.of(&visitor, Nav::Overview);
    let t = texts::of(&page);
    Ok(page::document(&page, t.title, view::markup(&page, t, &model)).into_response())
}

/// The task that a form is about, if its reception point is the visitor's or below. The gate knows ids, not these numbers.
fn theirs(conn: &Reader, top: Option<NodeId>, no: i64) -> Result<Task, StoreError> {
    let task = tasks::by_no(conn, no)?;
    match top {
        Some(top) if !scope::inside(conn, top)?.contains(&task.node) => Err(StoreError::NotFound("task")),
        _ => Ok(task),
    }
}

fn number(form: &Form) -> Result<i64, PageError> {
    form.get("task").parse().map_err(|_| PageError::Bad)
}

/// `POST /admin/tasks/close`.
pub(super) async fn close(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (no, words, top) = (number(&form)?, form.get("words").to_owned(), form.visitor.node);
    let outcome = Outcome::parse(form.get("outcome"));
    admin
        .write_as(&form.visitor, move |tx, now| {
            theirs(tx.conn(), top, no)?;
            let outcome = outcome.ok_or(Refusal::TaskOutcome)?;
            tx.close_task(no, outcome, &words, now)
        })
        .await?;
    Ok(Redirect::to("/admin/tasks").into_response())
}

/// `POST /admin/tasks/reopen`.
pub(super) async fn reopen(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (no, words, top) = (number(&form)?, form.get("words").to_owned(), form.visitor.node);
    admin
        .write_as(&form.visitor, move |tx, now| {
            theirs(tx.conn(), top, no)?;
            tx.reopen_task(no, &words, now)
        })
        .await?;
    Ok(Redirect::to("/admin/tasks").into_response())
}
