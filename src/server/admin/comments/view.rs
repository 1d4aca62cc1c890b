//! The markup.

use super::{Unit, address, texts};
use crate::{
    domain::{ids::NodeId, time::Month},
    server::{admin::page::Page, auth::permission::Right},
    store::{
        comments::{Comment, Heap, Mark},
        places::Node,
    },
};
use dioxus::prelude::*;

pub(super) fn overview(page: &Page, units: &[Unit], heaps: &[Heap]) -> Element {
    let t = texts::of(page.lang);
    rsx! {
        div { class: "title", h1 { {t.title} } }
        section { class: "card",
            p { {t.lead} }
            h2 { {t.heaps_title} }
            if heaps.is_empty() {
                p { class: "muted", {t.none} }
            } else {
                {received(page, heaps)}
            }
        }
        section { class: "card",
            h2 { {t.units_title} }
            p { {t.units_lead} }
            {switches(page, units)}
        }
    }
}

fn received(page: &Page, heaps: &[Heap]) -> Element {
    let t = texts::of(page.lang);
    rsx! {
        div { class: "scroll",
            table {
                thead {
                    tr {
                        th { scope: "col", {t.unit} }
                        th { scope: "col", {t.month} }
                        th { scope: "col", class: "num", {t.held} }
                        th { scope: "col", class: "num", {t.new} }
                        th { scope: "col", class: "num", {t.counted} }
                        td {}
                    }
                }
                tbody {
                    for heap in heaps {
                        tr {
                            th { scope: "row", "{heap.name}" }
                            td { "{heap.month}" }
                            td { class: "num", {page.lang.number(heap.held)} }
                            td { class: "num", {page.lang.number(heap.new)} }
                            td { class: "num", {page.lang.number(heap.counted)} }
                            td { class: "num",
                                if heap.open {
                                    a { href: address(heap.node, heap.month), {t.read} }
                                } else {
                                    small { class: "muted", {t.wait} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn switches(page: &Page, units: &[Unit]) -> Element {
    let (t, may) = (texts::of(page.lang), page.may(Right::Places));
    rsx! {
        table {
            thead {
                tr {
                    th { scope: "col", {t.unit} }
                    th { scope: "col", {t.state} }
                    td {}
                }
            }
            tbody {
                for unit in units {
                    tr {
                        th { scope: "row", "{unit.node.name}" }
                        td {
                            if unit.asks { {t.asks} } else { {t.not} }
                            small { class: "muted", " · " {said(page, unit.own)} }
                        }
                        td { class: "num",
                            if may {
                                if unit.asks {
                                    {switch(page, unit.node.id, "off", t.turn_off)}
                                } else {
                                    {switch(page, unit.node.id, "on", t.turn_on)}
                                }
                                if unit.own.is_some() && unit.node.parent.is_some() {
                                    " "
                                    {switch(page, unit.node.id, "above", t.follow)}
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn said(page: &Page, own: Option<bool>) -> &'static str {
    let t = texts::of(page.lang);
    match own {
        Some(true) => t.own_on,
        Some(false) => t.own_off,
        None => t.as_above,
    }
}

fn switch(page: &Page, node: NodeId, to: &'static str, label: &'static str) -> Element {
    rsx! {
        form { class: "inline", method: "post", action: "/admin/comments/switch",
            {page.csrf()}
            input { r#type: "hidden", name: "node", value: "{node}" }
            input { r#type: "hidden", name: "comments", value: to }
            button { class: "quiet", r#type: "submit", {label} }
        }
    }
}

pub(super) fn reading(page: &Page, node: &Node, month: Month, found: &[Comment]) -> Element {
    let t = texts::of(page.lang);
    let of = |hidden: bool| {
        found
            .iter()
            .filter(move |comment| (comment.mark == Mark::Hidden) == hidden)
    };
    rsx! {
        div { class: "title",
            h1 { "{t.read_title} {month}" }
            p { class: "actions", a { class: "button quiet", href: "/admin/comments", {t.back} } }
        }
        section { class: "card",
            p { strong { "{node.name}" } }
            p { {t.read_lead} }
            p { {t.rule} }
            if found.is_empty() {
                p { class: "muted", {t.none} }
            }
            for comment in of(false) {
                {one(page, node.id, month, comment)}
            }
        }
        if of(true).next().is_some() {
            details { class: "card",
                summary { {t.hidden_title} }
                for comment in of(true) {
                    {one(page, node.id, month, comment)}
                }
            }
        }
    }
}

fn one(page: &Page, node: NodeId, month: Month, comment: &Comment) -> Element {
    let t = texts::of(page.lang);
    let (state, to) = match comment.mark {
        Mark::New => (
            t.mark_new,
            [(Mark::Reviewed, t.to_reviewed), (Mark::Hidden, t.to_hidden)],
        ),
        Mark::Reviewed => (t.mark_reviewed, [(Mark::New, t.to_new), (Mark::Hidden, t.to_hidden)]),
        Mark::Hidden => (t.mark_hidden, [(Mark::New, t.to_new), (Mark::Reviewed, t.to_reviewed)]),
    };
    rsx! {
        div { class: "comment",
            match &comment.text {
                Some(text) => rsx! { blockquote { "{text}" } },
                None => rsx! { p { class: "muted", {t.unreadable} } },
            }
            form { class: "actions", method: "post", action: "/admin/comments/mark",
                {page.csrf()}
                input { r#type: "hidden", name: "comment", value: "{comment.id}" }
                input { r#type: "hidden", name: "node", value: "{node}" }
                input { r#type: "hidden", name: "month", value: "{month}" }
                small { class: "muted", {state} }
                for (mark , label) in to {
                    button { class: "quiet", r#type: "submit", name: "mark", value: mark.name(), {label} }
                }
            }
        }
    }
}
