//! "Ý kiến": which units ask for comments, what came, and reading it. Every reading and every mark is in the log with the
//! reader's name. What citizens wrote is text on these pages, never markup.

mod texts;
mod view;

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
};
use crate::{
    domain::{hex::Hex, ids::NodeId, time::Month},
    server::auth::{Form, Visitor},
    store::{
        Store, StoreError,
        comments::{self, Heap, Mark},
        places::{self, Node},
        settings,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// A unit and whether its tablets ask for comments: by its own word, and in effect.
struct Unit {
    node: Node,
    own: Option<bool>,
    asks: bool,
}

/// Which comments.
#[derive(Deserialize)]
pub(super) struct Which {
    node: NodeId,
    month: String,
}

/// Of the unit `top` with all below it, or of all.
fn load(store: &Store, top: Option<NodeId>, now: i64) -> Result<(Vec<Unit>, Vec<Heap>), StoreError> {
    let demo = store.identity().demo;
    store.read(|conn| {
        let mut units = Vec::new();
        for node in places::seen(conn, top)? {
            let (own, effective) = (settings::own(conn, node.id)?, settings::effective(conn, node.id)?);
            units.push(Unit {
                node,
                own: own.comments,
                asks: effective.comments == Some(true),
            });
        }
        let mut heaps = comments::heaps(conn, demo, now)?;
        heaps.retain(|heap| units.iter().any(|unit| unit.node.id == heap.node));
        Ok((units, heaps))
    })
}

/// `GET /admin/comments`.
pub(super) async fn page(State(admin): State<Admin>, visitor: Visitor, page: Page) -> Result<Response, PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let (units, heaps) = admin.blocking(move |store| load(&store, top, now)).await?;
    let page = page.of(&visitor, Nav::Comments);
    let t = texts::of(page.lang);
    Ok(page::document(&page, t.title, view::overview(&page, &units, &heaps)).into_response())
}

/// `GET /admin/comments/read`: opens them and notes who did.
pub(super) async fn read(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let month = parse_month(&which.month).ok_or(PageError::Bad)?;
    let (now, by, node) = (admin.clock.now(), visitor.name.clone(), which.node);
    let load = move |store: Store| {
        let place = store.read(|conn| places::node(conn, node))?;
        Ok((place, store.read_comments(node, month, &by, now)?))
    };
    let (place, found) = admin.blocking(load).await?;
    let page = page.of(&visitor, Nav::Comments);
    let t = texts::of(page.lang);
    Ok(page::document(&page, t.title, view::reading(&page, &place, month, &found)).into_response())
}

/// `POST /admin/comments/mark`.
pub(super) async fn mark(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let id = Hex::parse(form.get("comment")).map_err(|_| PageError::Bad)?;
    let mark = Mark::parse(form.get("mark")).ok_or(PageError::Bad)?;
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let month = parse_month(form.get("month")).ok_or(PageError::Bad)?;
    let (now, by) = (admin.clock.now(), form.visitor.name.clone());
    admin
        .store
        .write_async(move |tx| tx.mark_comment(id, mark, &by, now))
        .await?;
    Ok(Redirect::to(&address(node, month)).into_response())
}

/// `POST /admin/comments/switch`: on, off, or as the unit above.
pub(super) async fn switch(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let asks = match form.get("comments") {
        "on" => Some(true),
        "off" => Some(false),
        "above" => None,
        _ => return Err(PageError::Bad),
    };
    let (now, by) = (admin.clock.now(), form.visitor.name.clone());
    let set = move |store: Store| store.ask_comments(node, asks, &by, now);
    admin.blocking(set).await?;
    Ok(Redirect::to("/admin/comments").into_response())
}

fn address(node: NodeId, month: Month) -> String {
    format!(
        "/admin/comments/read?node={node}&month={:04}-{:02}",
        month.year, month.month
    )
}
