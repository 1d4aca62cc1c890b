//! Figures to compare: one table over all units below, and the page of one unit or counter that says what drags its
//! figure down and why.
//!
//! Both read months that have ended, unless somebody asks for the running one: a figure that moves a little every night
//! could tell, by its difference, what one citizen answered (design §6). Cuts by field, moment, weekday and hour are of
//! ended months only.

mod charts;
mod chosen;
mod cuts_view;
mod detail;
mod detail_view;
mod drag;
mod texts;
mod units;
mod units_view;

use chosen::Chosen;
pub(super) use units::sorted;

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::ids::{CounterId, NodeId},
    server::auth::Visitor,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// What the pages are asked for. Empty fields of a form are none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    node: String,
    counter: String,
    period: String,
    sort: String,
    page: String,
}

impl Asked {
    fn node(&self) -> Option<NodeId> {
        self.node.parse().ok()
    }

    fn counter(&self) -> Option<CounterId> {
        self.counter.parse().ok()
    }
}

/// `GET /admin/units`.
pub(super) async fn units(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let model = admin.read(move |conn| units::load(conn, &asked, top, now)).await?;
    let page = page.of(&visitor, Nav::Units);
    let title = texts::of(&page).units;
    Ok(page::document(&page, title, units_view::markup(&page, &model)).into_response())
}

/// `GET /admin/detail`.
pub(super) async fn detail(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let model = admin.read(move |conn| detail::load(conn, &asked, top, now)).await?;
    let page = page.of(&visitor, Nav::Units);
    Ok(page::document(&page, &model.name.clone(), detail_view::markup(&page, &model)).into_response())
}
