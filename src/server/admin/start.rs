//! The first sign-in: the unit, its counters, the sheets that activate their tablets. Later the same pages add more.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        ballot::Moment,
        ids::{CounterId, NodeId},
    },
    server::auth::{Form, Visitor},
    store::places::{self, Counter, NewCounter, NewNode, Node, NodeKind},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;

/// Lines of the form for counters.
const LINES: usize = 6;

/// Which unit the counters belong to; none: the newest.
#[derive(Deserialize)]
pub(super) struct Chosen {
    node: Option<NodeId>,
}

type Answer = Result<Response, PageError>;

/// The open units and counters that somebody sees.
async fn tree(admin: &Admin, visitor: &Visitor) -> Result<(Vec<Node>, Vec<Counter>), PageError> {
    let top = visitor.node;
    admin
        .read(move |conn| {
            let mut nodes = places::seen(conn, top)?;
            nodes.retain(|node| node.valid_to.is_none());
            let mut counters = places::counters(conn)?;
            counters.retain(|counter| counter.valid_to.is_none() && nodes.iter().any(|node| node.id == counter.node));
            Ok((nodes, counters))
        })
        .await
}

/// `GET /admin/start`.
pub(super) async fn node_page(State(admin): State<Admin>, visitor: Visitor, page: Page) -> Answer {
    let (nodes, _) = tree(&admin, &visitor).await?;
    Ok(step_node(&page.of(&visitor, Nav::Devices), &nodes, false).into_response())
}

/// `POST /admin/start`.
pub(super) async fn add_node(State(admin): State<Admin>, page: Page, form: Form) -> Answer {
    if form.get("name").is_empty() {
        let (nodes, _) = tree(&admin, &form.visitor).await?;
        return Ok(step_node(&page.of(&form.visitor, Nav::Devices), &nodes, true).into_response());
    }
    let parent = Some(form.get("parent"))
        .filter(|id| !id.is_empty())
        .map(str::parse)
        .transpose();
    // Whoever has a unit adds below it.
    let parent = form.visitor.scope(parent.map_err(|_| PageError::Bad)?);
    let new = NewNode {
        name: form.get("name").to_owned(),
        parent,
        kind: NodeKind::parse(form.get("kind")),
        contact: Some(form.get("contact").to_owned()).filter(|contact| !contact.is_empty()),
    };
    let id = admin
        .write_as(&form.visitor, move |tx, now| tx.add_node(&new, now))
        .await?;
    Ok(Redirect::to(&format!("/admin/start/counters?node={id}")).into_response())
}

/// `GET /admin/start/counters`.
pub(super) async fn counters_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(chosen): Query<Chosen>,
) -> Answer {
    let (nodes, _) = tree(&admin, &visitor).await?;
    let node = chosen.node.or(nodes.last().map(|node| node.id));
    match node {
        None => Ok(Redirect::to("/admin/start").into_response()),
        Some(node) => Ok(step_counters(&page.of(&visitor, Nav::Devices), &nodes, node, false).into_response()),
    }
}

/// `POST /admin/start/counters`.
pub(super) async fn add_counters(State(admin): State<Admin>, page: Page, form: Form) -> Answer {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let lines = form
        .all("name")
        .into_iter()
        .zip(form.all("moment"))
        .zip(form.all("field"));
    let new: Vec<_> = lines
        .filter(|((name, _), _)| !name.is_empty())
        .map(|((name, moment), field)| NewCounter {
            name: name.to_owned(),
            node,
            moment: places::parse_moment(moment).unwrap_or(Moment::Reception),
            field: Some(field.to_owned()).filter(|field| !field.is_empty()),
        })
        .collect();
    if new.is_empty() {
        let (nodes, _) = tree(&admin, &form.visitor).await?;
        return Ok(step_counters(&page.of(&form.visitor, Nav::Devices), &nodes, node, true).into_response());
    }
    admin
        .write_as(&form.visitor, move |tx, now| {
            new.iter()
                .try_for_each(|counter| tx.add_counter(counter, now).map(drop))
        })
        .await?;
    Ok(Redirect::to(&format!("/admin/start/sheets?node={node}")).into_response())
}

/// `GET /admin/start/sheets`.
pub(super) async fn sheets_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(chosen): Query<Chosen>,
) -> Answer {
    let (nodes, counters) = tree(&admin, &visitor).await?;
    let page = page.of(&visitor, Nav::Devices);
    let ticked = |counter: &Counter| chosen.node == Some(counter.node);
    Ok(step_sheets(&page, &nodes, &counters, ticked, None).into_response())
}

/// The same page once more with what was ticked, and why no sheets were made.
pub(super) async fn sheets_again(
    admin: &Admin,
    page: &Page,
    visitor: &Visitor,
    chosen: &[CounterId],
    said: &str,
) -> Answer {
    let (nodes, counters) = tree(admin, visitor).await?;
    let ticked = |counter: &Counter| chosen.contains(&counter.id);
    let shown = step_sheets(page, &nodes, &counters, ticked, Some(said));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}

fn steps(page: &Page, now: usize) -> Element {
    let t = page.t;
    let names = [t.step_node, t.step_counters, t.step_sheets];
    rsx! {
        h1 { {t.start_title} }
        p { class: "lead", {t.start_lead} }
        ol { class: "steps",
            for (place , name) in names.into_iter().enumerate() {
                li { "aria-current": (place == now).then_some("step"), class: if place < now { "done" }, {name} }
            }
        }
    }
}

fn step_node(page: &Page, nodes: &[Node], empty: bool) -> Html<String> {
    let t = page.t;
    let kinds = [
        (NodeKind::Commune, t.commune),
        (NodeKind::Province, t.province),
        (NodeKind::ReceptionPoint, t.reception_point),
    ];
    let body = rsx! {
        section { class: "card medium",
            {steps(page, 0)}
            if empty {
                p { class: "notice", role: "alert", {t.nothing_named} }
            }
            form { class: "stack", method: "post", action: "/admin/start",
                {page.csrf()}
                label { span { {t.node_name} }
                    input { name: "name", required: true, maxlength: "200", autofocus: true }
                    small { {t.node_name_hint} }
                }
                label { span { {t.node_kind} }
                    select { name: "kind",
                        for (kind , label) in kinds {
                            option { value: kind.name(), {label} }
                        }
                    }
                }
                if !nodes.is_empty() {
                    label { span { {t.node_parent} }
                        select { name: "parent",
                            if page.visitor.as_ref().is_some_and(|visitor| visitor.node.is_none()) {
                                option { value: "", {t.node_parent_none} }
                            }
                            for node in nodes {
                                option { value: "{node.id}", "{node.name}" }
                            }
                        }
                    }
                }
                label { span { {t.contact} " " small { "({t.optional})" } }
                    input { name: "contact", maxlength: "200" }
                    small { {t.contact_hint} }
                }
                button { r#type: "submit", {t.next_counters} }
            }
        }
    };
    page::document(page, t.start_title, body)
}

fn step_counters(page: &Page, nodes: &[Node], chosen: NodeId, empty: bool) -> Html<String> {
    let t = page.t;
    let moments = [Moment::Reception, Moment::Returned, Moment::Result];
    let body = rsx! {
        section { class: "card wide",
            {steps(page, 1)}
            if empty {
                p { class: "notice", role: "alert", {t.nothing_named} }
            }
            form { class: "stack", method: "post", action: "/admin/start/counters",
                {page.csrf()}
                label { span { {t.unit} }
                    select { name: "node",
                        for node in nodes {
                            option { value: "{node.id}", selected: node.id == chosen, "{node.name}" }
                        }
                    }
                }
                p { {t.counters_lead} }
                table { class: "form",
                    thead {
                        tr {
                            th { scope: "col", {t.counter_name} }
                            th { scope: "col", {t.counter_moment} }
                            th { scope: "col", {t.counter_field} " " small { "({t.optional})" } }
                        }
                    }
                    tbody {
                        for line in 1..=LINES {
                            tr {
                                td { input { name: "name", maxlength: "200", "aria-label": "{t.counter_name} {line}", placeholder: "Quầy {line}" } }
                                td {
                                    select { name: "moment", "aria-label": "{t.counter_moment} {line}",
                                        for moment in moments {
                                            option { value: places::moment_name(moment), {page.lang.moment(moment)} }
                                        }
                                    }
                                }
                                td { input { name: "field", maxlength: "200", "aria-label": "{t.counter_field} {line}" } }
                            }
                        }
                    }
                }
                p { class: "small", {t.counters_hint} }
                button { r#type: "submit", {t.next_sheets} }
            }
        }
    };
    page::document(page, t.step_counters, body)
}

fn step_sheets(
    page: &Page,
    nodes: &[Node],
    counters: &[Counter],
    ticked: impl Fn(&Counter) -> bool,
    refused: Option<&str>,
) -> Html<String> {
    let t = page.t;
    let name = |counter: &Counter| {
        nodes
            .iter()
            .find(|node| node.id == counter.node)
            .map(|node| node.name.clone())
    };
    let body = rsx! {
        section { class: "card medium",
            {steps(page, 2)}
            if let Some(said) = refused {
                p { class: "notice", role: "alert", {said} }
            }
            if counters.is_empty() {
                p { {t.sheets_none} }
                p { a { class: "button", href: "/admin/start/counters", {t.add_counters} } }
            } else {
                form { class: "stack", method: "post", action: "/admin/start/sheets",
                    {page.csrf()}
                    p { {t.sheets_lead} }
                    ul { class: "checks",
                        for counter in counters {
                            li {
                                label {
                                    input { r#type: "checkbox", name: "counter", value: "{counter.id}", checked: ticked(counter) }
                                    span {
                                        strong { "{counter.name}" }
                                        small { " {name(counter).unwrap_or_default()} · {page.lang.moment(counter.moment)}" }
                                    }
                                }
                            }
                        }
                    }
                    p { class: "small", {t.sheet_once} }
                    button { r#type: "submit", {t.make_sheets} }
                }
            }
            p { a { href: "/admin/", {t.later} } }
        }
    };
    page::document(page, t.step_sheets, body)
}
