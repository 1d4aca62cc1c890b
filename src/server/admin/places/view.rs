//! The tree, as a table.

use super::Tree;
use crate::{
    server::{
        admin::page::{self, Page},
        auth::permission::Right,
    },
    store::places::{Node, NodeKind},
};
use axum::response::Html;
use dioxus::prelude::*;

pub(super) fn kind(page: &Page, kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Province => page.t.province,
        NodeKind::Commune => page.t.commune,
        NodeKind::ReceptionPoint => page.t.reception_point,
    }
}

pub(super) fn closed(page: &Page, valid_to: Option<i64>) -> Element {
    match valid_to {
        None => rsx! {},
        Some(to) => {
            let day = crate::domain::number::date(crate::domain::time::LocalDay::of(to));
            rsx! { span { class: "state off", {page.say("Đóng từ ", "Closed from ")} "{day}" } }
        }
    }
}

pub(super) fn tree(page: &Page, tree: &Tree) -> Html<String> {
    let title = page.say("Đơn vị và quầy", "Units and counters");
    let body = rsx! {
        div { class: "title", h1 { {title} } }
        section { class: "card",
            div { class: "scroll",
                table {
                    thead {
                        tr {
                            th { scope: "col", {page.t.unit} }
                            th { scope: "col", {page.t.node_kind} }
                            th { scope: "col", {page.say("Mã", "Code")} }
                            th { scope: "col", {page.say("Quầy", "Counters")} }
                            th { scope: "col", {page.say("Tình trạng", "State")} }
                        }
                    }
                    tbody {
                        for (depth , node) in &tree.units {
                            tr {
                                th { scope: "row", class: "deep-{depth}",
                                    a { href: "/admin/places/unit?node={node.id}", "{node.name}" }
                                }
                                td { {kind(page, node.kind)} }
                                td { {node.code.clone().unwrap_or_default()} }
                                td { {counters(tree, node)} }
                                td { {closed(page, node.valid_to)} }
                            }
                        }
                    }
                }
            }
            if tree.units.is_empty() {
                p { class: "muted", {page.say("Chưa có đơn vị nào.", "There are no units yet.")} }
            }
        }
        if page.may(Right::Places) {
            {add(page, tree)}
        }
    };
    page::document(page, title, body)
}

/// Names of the open counters, as far as they fit.
fn counters(tree: &Tree, node: &Node) -> String {
    let own = tree
        .counters
        .iter()
        .filter(|counter| counter.node == node.id && counter.valid_to.is_none());
    let names: Vec<_> = own.map(|counter| counter.name.as_str()).collect();
    match names.get(..4) {
        Some(first) if names.len() > 4 => format!("{} … ({})", first.join(", "), names.len()),
        _ => names.join(", "),
    }
}

fn add(page: &Page, tree: &Tree) -> Element {
    let kinds = [NodeKind::Commune, NodeKind::ReceptionPoint, NodeKind::Province];
    let everything = page.visitor.as_ref().is_some_and(|visitor| visitor.node.is_none());
    let open = tree.units.iter().filter(|(_, node)| node.valid_to.is_none());
    rsx! {
        section { class: "card",
            h2 { {page.t.add_node} }
            form { class: "stack short", method: "post", action: "/admin/places/add",
                {page.csrf()}
                label { span { {page.t.node_name} }
                    input { name: "name", required: true, maxlength: "200" }
                }
                label { span { {page.t.node_kind} }
                    select { name: "kind",
                        for other in kinds {
                            option { value: other.name(), {kind(page, other)} }
                        }
                    }
                }
                label { span { {page.t.node_parent} }
                    select { name: "parent",
                        if everything {
                            option { value: "", {page.t.node_parent_none} }
                        }
                        for (depth , node) in open {
                            option { value: "{node.id}", {format!("{}{}", "– ".repeat(*depth), node.name)} }
                        }
                    }
                }
                label { span { {page.say("Mã đơn vị hành chính", "Official code")} " " small { "({page.t.optional})" } }
                    input { name: "code", maxlength: "40" }
                }
                label { span { {page.say("Có từ ngày", "Exists from")} }
                    input { name: "from", r#type: "date", required: true, value: "{tree.today.date()}", max: "{tree.today.date()}" }
                }
                label { span { {page.t.contact} " " small { "({page.t.optional})" } }
                    textarea { name: "contact", rows: "3", maxlength: "500" }
                    small { {page.t.contact_hint} }
                }
                button { r#type: "submit", {page.t.add_node} }
            }
        }
    }
}
