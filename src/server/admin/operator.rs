//! Operator mode from here: one-time codes of a device, and the PIN of a unit.

use super::{
    Admin,
    error::PageError,
    overview::when,
    page::{self, Nav, Page},
};
use crate::{
    domain::{hex::DeviceId, ids::NodeId},
    platform,
    server::auth::{Form, Visitor},
    store::{StoreError, figures::Scope, operator, places, settings},
    wire::{code::Purpose, pin},
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

/// `GET /admin/devices/operator`: what the codes do and what an erase may lose.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let id = which.device;
    let stake = admin.read(move |conn| operator::at_stake(conn, id)).await?;
    let page = page.of(&visitor, Nav::Devices);
    let title = page.lang.operator().title;
    Ok(page::document(&page, title, codes(&page, id, &stake)).into_response())
}

/// `POST /admin/devices/unlock`.
pub(super) async fn unlock(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    show(admin, page, form, Purpose::Unlock).await
}

/// `POST /admin/devices/erase-code`.
pub(super) async fn erase(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    show(admin, page, form, Purpose::Erase).await
}

async fn show(admin: Admin, page: Page, form: Form, purpose: Purpose) -> Result<Response, PageError> {
    let id = DeviceId::parse(form.get("device")).map_err(|_| PageError::Bad)?;
    let (now, by) = (admin.clock.now(), form.visitor.name.clone());
    let made = admin
        .store
        .write_async(move |tx| tx.operator_code(id, purpose, &by, now));
    let code = made.await?.grouped();
    let page = page.of(&form.visitor, Nav::Devices);
    let t = page.lang.operator();
    let title = match purpose {
        Purpose::Unlock => t.code_unlock,
        Purpose::Erase => t.code_erase,
    };
    let body = rsx! {
        section { class: "card narrow",
            h1 { "{title} " code { {short(id)} } }
            p { class: "big-code", code { "data-code": true, "{code}" } }
            p { {t.code_lead} }
            p { class: "actions", a { class: "button", href: "/admin/devices", {t.back} } }
        }
    };
    Ok(page::document(&page, title, body).into_response())
}

fn short(id: DeviceId) -> String {
    id.to_string().chars().take(8).collect()
}

fn codes(page: &Page, id: DeviceId, stake: &operator::AtStake) -> Element {
    let t = page.lang.operator();
    let number = |n| page.lang.number(n);
    rsx! {
        div { class: "title",
            h1 { "{t.title} · " code { {short(id)} } }
            p { class: "actions", a { class: "button quiet", href: "/admin/devices", {t.back} } }
        }
        p { {t.lead} " " a { href: "/admin/pin", {t.pin} } }
        div { class: "grid halves",
            section { class: "card",
                h2 { {t.unlock} }
                p { {t.unlock_lead} }
                form { class: "actions", method: "post", action: "/admin/devices/unlock",
                    {page.csrf()}
                    input { r#type: "hidden", name: "device", value: "{id}" }
                    button { r#type: "submit", {t.unlock_make} }
                }
            }
            section { class: "card",
                h2 { {t.erase} }
                p { {t.erase_lead} }
                p { {t.erase_stake} }
                ul {
                    li { "{number(stake.queued)} {t.queued}" }
                    li { "{number(stake.missing)} {t.missing}" }
                }
                p { "{t.last_contact} {when(page, stake.last_contact)}. {t.none_known}" }
                form { class: "actions", method: "post", action: "/admin/devices/erase-code",
                    {page.csrf()}
                    input { r#type: "hidden", name: "device", value: "{id}" }
                    button { class: "serious", r#type: "submit", {t.erase_make} }
                }
            }
        }
    }
}

/// How a unit stands with its PIN.
struct Unit {
    id: NodeId,
    name: String,
    own: bool,
    any: bool,
}

/// What the PIN page is asked.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    bad: bool,
}

/// `GET /admin/pin`.
pub(super) async fn pin_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let top = visitor.node;
    let units = admin.read(move |conn| {
        let unit = |node: places::Node| {
            Ok::<_, StoreError>(Unit {
                own: settings::own(conn, node.id)?.pin.is_some(),
                any: settings::effective(conn, node.id)?.pin.is_some(),
                id: node.id,
                name: node.name,
            })
        };
        Scope::seen(conn, top, None)?
            .nodes
            .into_iter()
            .map(unit)
            .collect::<Result<Vec<_>, _>>()
    });
    let units = units.await?;
    let page = page.of(&visitor, Nav::Devices);
    let title = page.lang.operator().pin;
    Ok(page::document(&page, title, pins(&page, &units, asked.bad)).into_response())
}

/// `POST /admin/pin`: sets a unit's PIN, or drops it when the field `drop` is there.
pub(super) async fn set_pin(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let hash = if form.get("drop").is_empty() {
        let typed = form.get("pin").to_owned();
        if !pin::is_pin(&typed) {
            return Ok(Redirect::to("/admin/pin?bad=true").into_response());
        }
        let salt = platform::random().map_err(StoreError::from)?;
        let hashed = tokio::task::spawn_blocking(move || pin::hash(&typed, &salt)).await;
        Some(hashed.ok().flatten().ok_or(PageError::Closing)?)
    } else {
        None
    };
    let (now, by) = (admin.clock.now(), form.visitor.name.clone());
    let set = admin
        .store
        .write_async(move |tx| tx.change_settings(node, &by, now, |own| own.pin.clone_from(&hash)));
    set.await?;
    Ok(Redirect::to("/admin/pin").into_response())
}

fn pins(page: &Page, units: &[Unit], bad: bool) -> Element {
    let t = page.lang.operator();
    rsx! {
        h1 { {t.pin} }
        section { class: "card",
            p { {t.pin_lead} }
            if bad {
                p { class: "notice", role: "alert", {t.pin_bad} }
            }
            div { class: "scroll",
                table {
                    thead {
                        tr {
                            th { scope: "col", {t.pin_unit} }
                            th { scope: "col", {t.pin_state} }
                            td {}
                            td {}
                        }
                    }
                    tbody {
                        for unit in units {
                            tr {
                                th { scope: "row", "{unit.name}" }
                                td {
                                    {match (unit.own, unit.any) { (true, _) => t.pin_own, (false, true) => t.pin_above, (false, false) => t.pin_none }}
                                }
                                td {
                                    form { class: "actions pin", method: "post", action: "/admin/pin",
                                        {page.csrf()}
                                        input { r#type: "hidden", name: "node", value: "{unit.id}" }
                                        input { r#type: "text", name: "pin", required: true, inputmode: "numeric", pattern: "[0-9]{{6}}", maxlength: "6",
                                            size: "8", autocomplete: "off", "aria-label": "{t.pin_new}: {unit.name}", placeholder: t.pin_new,
                                        }
                                        button { r#type: "submit", {t.pin_set} }
                                    }
                                }
                                td {
                                    if unit.own {
                                        form { class: "actions pin", method: "post", action: "/admin/pin",
                                            {page.csrf()}
                                            input { r#type: "hidden", name: "node", value: "{unit.id}" }
                                            input { r#type: "hidden", name: "drop", value: "true" }
                                            button { class: "quiet", r#type: "submit", {t.pin_drop} }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p { class: "actions", a { class: "button quiet", href: "/admin/devices", {t.back} } }
        }
    }
}
