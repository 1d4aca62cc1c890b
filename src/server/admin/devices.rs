//! The tablets: where they stand, when they were heard of, new codes for counters, and revoking.

use super::{
    Admin,
    error::PageError,
    overview::{DeviceLine, Quiet, device_lines, device_state, when},
    page::{self, Nav, Page},
};
use crate::{
    domain::hex::DeviceId,
    server::auth::{Form, Visitor, permission::Right},
    store::{StoreError, figures::Scope},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;

/// Which device.
#[derive(Deserialize)]
pub(super) struct Which {
    device: DeviceId,
}

async fn lines(admin: &Admin, visitor: &Visitor) -> Result<(Scope, Vec<DeviceLine>), PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let read = move |store: crate::store::Store| {
        store.read(|conn| {
            let scope = Scope::seen(conn, top, None)?;
            let devices = device_lines(conn, &scope, now)?;
            Ok((scope, devices))
        })
    };
    admin.blocking(read).await
}

/// Tablets, and counters, on one page: more would be far beyond 150 KB.
const PAGE: usize = 100;

/// Which hundred.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Turned {
    page: String,
}

/// `GET /admin/devices`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(turned): Query<Turned>,
) -> Result<Response, PageError> {
    let (mut scope, mut devices) = lines(&admin, &visitor).await?;
    scope.counters.retain(|counter| counter.valid_to.is_none());
    let pages = devices.len().max(scope.counters.len()).div_ceil(PAGE).max(1);
    let at = turned.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    devices = devices.into_iter().skip((at - 1) * PAGE).take(PAGE).collect();
    scope.counters = scope.counters.into_iter().skip((at - 1) * PAGE).take(PAGE).collect();
    let page = page.of(&visitor, Nav::Devices);
    let body = rsx! {
        {markup(&page, &scope, &devices)}
        if pages > 1 {
            p { class: "orders screen-only",
                for no in 1..=pages {
                    a { href: "/admin/devices?page={no}", "aria-current": (no == at).then_some("page"), {page.say(format!("Trang {no}"), format!("Page {no}"))} }
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
    let (_, devices) = lines(&admin, &visitor).await?;
    let device = devices
        .into_iter()
        .find(|device| device.id == which.device)
        .ok_or(StoreError::NotFound("device"))?;
    let page = page.of(&visitor, Nav::Devices);
    Ok(page::document(&page, page.t.revoke_title, question(&page, &device)).into_response())
}

/// `POST /admin/devices/revoke`.
pub(super) async fn revoke(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let id = DeviceId::parse(form.get("device")).map_err(|_| PageError::Bad)?;
    admin.write_as(&form.visitor, move |tx, now| tx.revoke(id, now)).await?;
    Ok(Redirect::to("/admin/devices").into_response())
}

/// The first characters of a device's id: enough to tell the few of one place apart.
fn short(id: DeviceId) -> String {
    id.to_string().chars().take(8).collect()
}

fn question(page: &Page, device: &DeviceLine) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card narrow",
            h1 { {t.revoke_title} }
            p { strong { "{device.counter}, {device.unit}" } " · {t.device} " code { {short(device.id)} } }
            p { {t.revoke_lead} }
            p { {t.revoke_keeps} }
            form { class: "actions", method: "post", action: "/admin/devices/revoke",
                {page.csrf()}
                input { r#type: "hidden", name: "device", value: "{device.id}" }
                button { class: "serious", r#type: "submit", {t.revoke_yes} }
                a { class: "button quiet", href: "/admin/devices", {t.cancel} }
            }
        }
    }
}

pub(super) fn markup(page: &Page, scope: &Scope, devices: &[DeviceLine]) -> Element {
    let t = page.t;
    rsx! {
        div { class: "title",
            h1 { {t.devices_title} }
            if page.may(Right::Places) {
                p { class: "actions",
                    a { class: "button quiet", href: "/admin/start/counters", {t.add_counters} }
                    a { class: "button quiet", href: "/admin/start", {t.add_node} }
                }
            }
        }
        if page.may(Right::Operate) {
            p { class: "actions",
                a { class: "button quiet", href: "/admin/pin", {page.lang.operator().pin} }
                a { class: "button quiet", href: "/admin/ballot-file", {page.lang.operator().import} }
            }
        }
        section { class: "card",
            p { {t.devices_lead} }
            if devices.is_empty() {
                p { class: "muted", {t.device_none} }
            } else {
                {table(page, devices)}
            }
        }
        if page.may(Right::Codes) {
            {codes(page, scope)}
        }
    }
}

fn codes(page: &Page, scope: &Scope) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card",
            h2 { {t.codes_title} }
            p { {t.codes_lead} }
            table {
                thead {
                    tr {
                        th { scope: "col", {t.counter} }
                        th { scope: "col", {t.unit} }
                        th { scope: "col", {t.counter_moment} }
                        th {}
                    }
                }
                tbody {
                    for counter in &scope.counters {
                        tr {
                            th { scope: "row", "{counter.name}" }
                            td { {scope.nodes.iter().find(|node| node.id == counter.node).map(|node| node.name.clone()).unwrap_or_default()} }
                            td { {page.lang.moment(counter.moment)} }
                            td { class: "num",
                                form { method: "post", action: "/admin/start/sheets",
                                    {page.csrf()}
                                    input { r#type: "hidden", name: "counter", value: "{counter.id}" }
                                    button { class: "quiet", r#type: "submit", {t.make_code} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(page: &Page, devices: &[DeviceLine]) -> Element {
    let t = page.t;
    rsx! {
        div { class: "scroll",
            table {
                thead {
                    tr {
                        th { scope: "col", {t.counter} }
                        th { scope: "col", {t.unit} }
                        th { scope: "col", {t.device} }
                        th { scope: "col", {t.enrolled} }
                        th { scope: "col", {t.last_contact} }
                        th { scope: "col", class: "num", {t.held} }
                        th {}
                        th {}
                        th {}
                    }
                }
                tbody {
                    for device in devices {
                        tr {
                            th { scope: "row", "{device.counter}" }
                            td { "{device.unit}" }
                            td { code { {short(device.id)} } }
                            td { "{when(page, device.enrolled)}" }
                            td { "{when(page, device.last_contact)}" }
                            td { class: "num",
                                "{page.lang.number(device.ballots)}"
                                if device.missing > 0 {
                                    br {}
                                    small { "{t.missing} {page.lang.number(device.missing)}" }
                                }
                            }
                            td {
                                {device_state(page, device.state)}
                                if device.setup_unread {
                                    br {}
                                    small { {page.lang.operator().setup_unread} }
                                }
                            }
                            td { class: "num",
                                if page.may(Right::Operate) {
                                    a { href: "/admin/devices/operator?device={device.id}", {page.lang.operator().operator} }
                                }
                            }
                            td { class: "num",
                                if device.state != Quiet::Revoked && page.may(Right::Operate) {
                                    a { href: "/admin/devices/revoke?device={device.id}", {t.revoke} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
