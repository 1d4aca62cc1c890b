//! The markup of the tasks.

use super::{Model, texts::Texts};
use crate::{
    domain::{
        number::date,
        stats::shown_cell,
        tasks::{Outcome, level_vi},
        time::LocalDay,
    },
    server::{admin::page::Page, auth::permission::Right},
    store::tasks::{Entry, Task},
};
use dioxus::prelude::*;

pub(super) fn markup(page: &Page, t: &Texts, model: &Model) -> Element {
    let may = page.may(Right::CloseTasks);
    let node = model.node.map(|node| format!("?node={node}")).unwrap_or_default();
    rsx! {
        div { class: "title",
            h1 { {t.title} }
            if model.nodes.len() > 1 {
                form { class: "choose screen-only", method: "get", action: "/admin/tasks",
                    label { span { {t.unit} }
                        select { name: "node",
                            option { value: "", {t.all_units} }
                            for (id , name) in &model.nodes {
                                option { value: "{id}", selected: model.node == Some(*id), "{name}" }
                            }
                        }
                    }
                    button { r#type: "submit", {t.show} }
                }
            }
            p { class: "actions",
                a { class: "button quiet", href: "/admin/tasks/digest{node}", {t.digest} }
                if page.may(Right::Places) {
                    a { class: "button quiet", href: "/admin/tasks/rule{node}", {t.rule} }
                }
            }
        }
        section { class: "card",
            p { {t.lead} }
            p { class: "small", {t.not_counted} if page.demo { " " {t.demo} } }
            h2 { {t.open_title} " (" {page.lang.number(model.open.len() as u64)} if model.more { "+" } ")" }
            if model.open.is_empty() {
                p { class: "muted", {t.open_none} }
            }
            for (task , due) in &model.open {
                {open(page, t, model, task, *due, may)}
            }
            if model.more {
                p { class: "small", {t.more_open} }
            }
        }
        {closed(page, t, model, may)}
    }
}

/// The level in the page's language.
pub(super) fn level(page: &Page, level: u8) -> String {
    page.say(level_vi(level), format!("of level {level} or less (of 5)"))
}

fn open(page: &Page, t: &Texts, model: &Model, task: &Task, due: LocalDay, may: bool) -> Element {
    let chip = match (due < model.today, task.day == model.today) {
        (true, _) => Some(("state warn", t.overdue)),
        (false, true) => Some(("state", t.new)),
        _ => None,
    };
    rsx! {
        article { class: "task",
            h3 {
                "{t.number} {task.no} · {model.name(task.node)} "
                if let Some((class , said)) = chip { span { class, {said} } }
            }
            p {
                strong { "{page.lang.number(task.ballots)} {t.ratings} {level(page, task.level)}" }
                " · {t.opened} {date(task.day)} · {t.due} {date(due)}"
            }
            {reasons(page, t, task)}
            if task.late {
                p { class: "small", {t.late} }
            }
            {explained(t, model, task)}
            {history(page, t, &task.entries)}
            if may {
                form { class: "task-form", method: "post", action: "/admin/tasks/close",
                    {page.csrf()}
                    input { r#type: "hidden", name: "task", value: "{task.no}" }
                    fieldset {
                        legend { {t.outcome} }
                        for outcome in Outcome::ALL {
                            label { class: "line",
                                input { r#type: "radio", name: "outcome", value: outcome.name(), required: true }
                                span { {name(page, outcome)} }
                            }
                        }
                    }
                    label { span { {t.words} }
                        input { r#type: "text", name: "words", maxlength: "500" }
                        small { {t.words_hint} }
                    }
                    button { r#type: "submit", {t.close} }
                }
            }
        }
    }
}

pub(super) fn name(page: &Page, outcome: Outcome) -> &'static str {
    page.say(outcome.vietnamese(), outcome.english())
}

/// Names, and numbers of five or more: which of two citizens named what is nobody's to know.
fn reasons(page: &Page, t: &Texts, task: &Task) -> Element {
    if task.reasons.is_empty() {
        return rsx! { p { class: "muted", {t.reasons_none} } };
    }
    let said = task.reasons.iter().map(|(reason, n)| {
        let n = shown_cell(*n).map_or_else(|| t.below_five.to_owned(), |n| page.lang.number(n));
        format!("{reason} ({n})")
    });
    let said: Vec<_> = said.collect();
    rsx! { p { "{t.reasons}: " {said.join(", ")} } }
}

/// What officers explained of it: their words, not their names.
fn explained(t: &Texts, model: &Model, task: &Task) -> Element {
    let words = model.explained.get(&task.no).map(Vec::as_slice).unwrap_or_default();
    rsx! {
        for words in words {
            p { class: "small", strong { "{t.explained}: " } "{words}" }
        }
    }
}

fn history(page: &Page, t: &Texts, entries: &[Entry]) -> Element {
    if entries.is_empty() {
        return rsx! {};
    }
    rsx! {
        ul { class: "small",
            for entry in entries {
                li {
                    {date(LocalDay::of(entry.hour))} ", {entry.who}: "
                    strong { {entry.outcome.map_or(t.reopened, |outcome| name(page, outcome))} }
                    if !entry.words.is_empty() { " – {entry.words}" }
                }
            }
        }
    }
}

fn closed(page: &Page, t: &Texts, model: &Model, may: bool) -> Element {
    rsx! {
        section { class: "card",
            h2 { {t.closed_title} }
            if model.closed.is_empty() {
                p { class: "muted", {t.closed_none} }
            } else {
                div { class: "scroll",
                    table {
                        thead {
                            tr {
                                th { scope: "col", class: "num", {t.number} }
                                th { scope: "col", {t.point} }
                                th { scope: "col", {t.opened} }
                                th { scope: "col", class: "num", {t.low_ratings} }
                                th { scope: "col", {t.outcome} }
                                th { scope: "col", {t.closed_on} }
                                th { scope: "col", {t.by} }
                                th { scope: "col", {t.words} }
                                if may { td {} }
                            }
                        }
                        tbody {
                            for task in &model.closed {
                                {closed_row(page, t, model, task, may)}
                            }
                        }
                    }
                }
                p { class: "small", {t.closed_more} }
            }
        }
    }
}

fn closed_row(page: &Page, t: &Texts, model: &Model, task: &Task, may: bool) -> Element {
    let Some(last) = task.closed() else { return rsx! {} };
    let outcome = last.outcome.map(|outcome| name(page, outcome)).unwrap_or_default();
    rsx! {
        tr {
            td { class: "num", "{task.no}" }
            th { scope: "row", {model.name(task.node)} }
            td { class: "nowrap", {date(task.day)} }
            td { class: "num", {page.lang.number(task.ballots)} }
            td { {outcome} }
            td { class: "nowrap", {date(LocalDay::of(last.hour))} }
            td { "{last.who}" }
            td { "{last.words}" {explained(t, model, task)} }
            if may {
                td {
                    details { class: "reopen",
                        summary { {t.reopen} }
                        form { method: "post", action: "/admin/tasks/reopen",
                            {page.csrf()}
                            input { r#type: "hidden", name: "task", value: "{task.no}" }
                            input { r#type: "text", name: "words", required: true, minlength: "5", maxlength: "500", "aria-label": t.reopen_why, placeholder: t.reopen_why }
                            button { class: "quiet", r#type: "submit", {t.reopen} }
                        }
                    }
                }
            }
        }
    }
}
