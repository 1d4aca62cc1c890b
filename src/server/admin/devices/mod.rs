//! The tablets: where they stand, how they are, new codes for counters, and taking one out of use.

mod backup;
mod list;
mod signs;
mod texts;
mod view;

use super::{
    Admin,
    error::PageError,
    overview::{DeviceLine, device_lines},
    page::{self, Nav, Page},
    sheet,
};
use crate::{
    domain::{hex::DeviceId, ids::NodeId},
    server::auth::{Form, Visitor, permission::Right},
    store::{StoreError, figures::Scope, withdraw::Reason},
};
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
pub(super) use list::to_see;
use list::{List, Show, of_node};
use serde::Deserialize;

/// Which device.
#[derive(Deserialize)]
pub(super) struct Which {
    device: DeviceId,
}

/// The tablets of a unit that was asked for, or all that somebody sees.
async fn lines(admin: &Admin, visitor: &Visitor, node: Option<NodeId>) -> Result<(Scope, Vec<DeviceLine>), PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let read = move |conn: &crate::store::Reader| {
        let scope = Scope::seen(conn, top, node)?;
        let devices = device_lines(conn, &scope, now)?;
        Ok((scope, devices))
    };
    admin.read(read).await
}

/// The newest backup, for those who may know of it.
async fn newest_backup(admin: &Admin, visitor: &Visitor) -> Result<Option<backup::Newest>, PageError> {
    if !visitor.may(Right::Server) {
        return Ok(None);
    }
    let made = admin.blocking(|store| store.last_backup()).await?;
    let now = admin.clock.now();
    Ok(Some(backup::Newest { made, now }))
}

/// Tablets, and counters, on one page: more would be far beyond 150 KB.
const PAGE: usize = 100;

/// Which hundred, of which, and of which unit.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Turned {
    page: String,
    show: String,
    node: String,
}

/// `GET /admin/devices`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(turned): Query<Turned>,
) -> Result<Response, PageError> {
    let node = turned.node.parse().ok();
    let (mut scope, devices) = lines(&admin, &visitor, node).await?;
    let newest = newest_backup(&admin, &visitor).await?;
    let page = page.of(&visitor, Nav::Devices);
    scope.counters.retain(|counter| counter.valid_to.is_none());
    let show = Show::parse(&turned.show);
    let mut list = List::of(&page, devices, show, node);
    let pages = list.rows.len().max(scope.counters.len()).div_ceil(PAGE).max(1);
    let at = turned.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    list.rows = list.rows.into_iter().skip((at - 1) * PAGE).take(PAGE).collect();
    scope.counters = scope.counters.into_iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let body = rsx! {
        {view::markup(&page, &scope, &list, newest)}
        if pages > 1 {
            p { class: "orders screen-only",
                for no in 1..=pages {
                    a { href: "/admin/devices?page={no}&show={show.name()}{of_node(node)}", "aria-current": (no == at).then_some("page"),
                        {page.say("Trang ", "Page ")}
                        "{no}"
                    }
                }
            }
        }
    };
    Ok(page::document(&page, page.t.devices_title, body).into_response())
}

/// `GET /admin/devices/revoke`: asks first.
pub(super) async fn ask(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (_, devices) = lines(&admin, &visitor, None).await?;
    let device = devices
        .into_iter()
        .find(|device| device.id == which.device)
        .ok_or(StoreError::NotFound("device"))?;
    let page = page.of(&visitor, Nav::Devices);
    Ok(page::document(&page, page.t.revoke_title, view::question(&page, &device)).into_response())
}

/// What the form says: which device, why, and a note.
fn said(form: &Form) -> Result<(DeviceId, Reason, String), PageError> {
    let id = DeviceId::parse(form.get("device")).map_err(|_| PageError::Bad)?;
    let reason = Reason::parse(form.get("reason")).ok_or(PageError::Bad)?;
    Ok((id, reason, form.get("note").to_owned()))
}

/// `POST /admin/devices/revoke`.
pub(super) async fn revoke(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (id, reason, note) = said(&form)?;
    admin
        .write_as(&form.visitor, move |tx, now| tx.withdraw(id, Some(reason), &note, now))
        .await?;
    Ok(Redirect::to("/admin/devices").into_response())
}

/// `POST /admin/devices/replace`: takes it out of use and makes the sheet for the one that takes its place.
pub(super) async fn replace(
    State(admin): State<Admin>,
    page: Page,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    let id = DeviceId::parse(form.get("device")).map_err(|_| PageError::Bad)?;
    let (reason, note) = (Reason::parse(form.get("reason")), form.get("note").to_owned());
    let reason = reason
        .filter(|reason| *reason != Reason::Closed)
        .unwrap_or(Reason::Replaced);
    let device = admin
        .read(move |conn| crate::store::devices::find(conn, id))
        .await?
        .ok_or(StoreError::NotFound("device"))?;
    let out = Some((id, reason, note));
    sheet::sheets(&admin, page, &headers, &form.visitor, vec![device.counter], out).await
}

/// The first characters of a device's id: enough to tell the few of one place apart.
fn short(id: DeviceId) -> String {
    id.to_string().chars().take(8).collect()
}
