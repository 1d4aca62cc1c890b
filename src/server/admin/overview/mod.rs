//! The overview: how many ballots, what they say, which of them, and what needs a look.

pub(super) mod charts;
mod model;
mod provenance;
mod view;

pub(super) use model::{AlarmLine, DeviceLine, Overview, Quiet, device_lines, load, reasons_of, trend};
pub(super) use provenance::{device_state, last_heard, visits_inexact, when};
pub(super) use view::markup;

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::{ids::NodeId, time::Month},
    server::auth::{Visitor, permission::Right},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// What the page is asked for. Empty fields of the form are none.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    node: String,
    #[serde(default)]
    month: String,
}

impl Asked {
    pub(super) fn node(&self) -> Option<NodeId> {
        self.node.parse().ok()
    }

    pub(super) fn month(&self) -> Option<Month> {
        parse_month(&self.month)
    }
}

/// Years that somebody may mean.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;

/// Reads "2026-11", as a month field sends it, or "11/2026", as people type it where the field is plain text.
pub(super) fn parse_month(text: &str) -> Option<Month> {
    let (year, month) = match text.trim().split_once('/') {
        Some((month, year)) => (year, month),
        None => text.trim().split_once('-')?,
    };
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Month { year, month })
}

/// `GET /admin/`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let now = admin.clock.now();
    let (node, month, top) = (visitor.scope(asked.node()), asked.month(), visitor.node);
    let overview = admin.read(move |conn| load(conn, (top, node), month, now)).await?;
    if overview.nodes.is_empty() && visitor.may(Right::Places) {
        return Ok(Redirect::to("/admin/start").into_response());
    }
    let page = page.of(&visitor, Nav::Overview);
    Ok(page::document(&page, page.t.overview, markup(&page, &overview)).into_response())
}
