//! The rule of a unit: tried first, with what it would have done, then saved; and its days off.

use super::{
    texts::{self, Texts},
    view::level,
};
use crate::{
    domain::{ids::NodeId, number::date, policy, settings::NodeSettings, tasks::Rule, time::LocalDay},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Form, Visitor},
    },
    store::{
        Reader, Refusal, StoreError,
        figures::Scope,
        places, settings,
        tasks::{Rules, preview},
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;
use serde::Deserialize;

/// Most days off that a unit may list: those of ten years.
const MOST_DAYS: usize = 200;

/// A rule to try.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Tried {
    node: String,
    level: String,
    count: String,
    days: String,
}

impl Tried {
    /// `None`: nothing is tried.
    fn rule(&self) -> Result<Option<Rule>, StoreError> {
        if self.count.is_empty() {
            return Ok(None);
        }
        Ok(Some(rule_of(&self.level, &self.count, &self.days)?))
    }
}

fn rule_of(level: &str, count: &str, days: &str) -> Result<Rule, Refusal> {
    let parsed = level
        .trim()
        .parse()
        .ok()
        .zip(count.trim().parse().ok())
        .zip(days.trim().parse().ok());
    let ((level, count), days) = parsed.ok_or(Refusal::TaskRule)?;
    Rule::new(level, count, days).map_err(|_| Refusal::TaskRule)
}

struct Model {
    nodes: Vec<(NodeId, String)>,
    node: NodeId,
    own: NodeSettings,
    effective: NodeSettings,
    now: Rule,
    /// What the rule in use, and the one that is tried, would have done.
    fired: u64,
    tried: Option<(Rule, u64)>,
}

fn load(conn: &Reader, top: Option<NodeId>, tried: &Tried, today: LocalDay) -> Result<Option<Model>, StoreError> {
    let rule = tried.rule()?;
    let seen = places::seen(conn, top)?;
    let asked = tried.node.parse().ok().or(top);
    let Some(node) = asked.or(seen.first().map(|node| node.id)) else {
        return Ok(None);
    };
    let scope = Scope::of(conn, Some(node))?;
    let now = Rules::load(conn)?.now(node);
    Ok(Some(Model {
        nodes: super::super::figures::sorted(seen.into_iter().map(|node| (node.id, node.name)).collect()),
        node,
        own: settings::own(conn, node)?,
        effective: settings::effective(conn, node)?,
        now,
        fired: preview(conn, &scope, now, today)?,
        tried: match rule {
            Some(rule) => Some((rule, preview(conn, &scope, rule, today)?)),
            None => None,
        },
    }))
}

/// `GET /admin/tasks/rule`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(tried): Query<Tried>,
) -> Result<Response, PageError> {
    let (today, top) = (LocalDay::of(admin.clock.now()), visitor.node);
    let model = admin.read(move |conn| load(conn, top, &tried, today)).await?;
    let Some(model) = model else {
        return Ok(Redirect::to("/admin/start").into_response());
    };
    let page = page.of(&visitor, Nav::Overview);
    let t = texts::of(&page);
    Ok(page::document(&page, t.rule_title, markup(&page, t, &model)).into_response())
}

/// `POST /admin/tasks/rule`: the unit's own rule, or that of the unit above.
pub(in super::super) async fn set(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let rule = match form.get("whose") {
        "above" => None,
        _ => {
            let rule = rule_of(form.get("level"), form.get("count"), form.get("days"));
            Some(rule.map_err(StoreError::from)?)
        }
    };
    change(&admin, &form, node, move |own| own.tasks = rule).await
}

/// `POST /admin/tasks/closed-days`.
pub(in super::super) async fn set_closed_days(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let days = closed_days(form.get("closed")).map_err(StoreError::from)?;
    change(&admin, &form, node, move |own| own.closed_days.clone_from(&days)).await
}

async fn change(
    admin: &Admin,
    form: &Form,
    node: NodeId,
    change: impl Fn(&mut NodeSettings) + Send + 'static,
) -> Result<Response, PageError> {
    let who = form.visitor.name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.change_settings(node, &who, now, &change)
        })
        .await?;
    Ok(Redirect::to(&format!("/admin/tasks/rule?node={node}")).into_response())
}

/// Days one a line, in order and each once; `None`: none is written.
fn closed_days(text: &str) -> Result<Option<Vec<LocalDay>>, Refusal> {
    let mut days = Vec::new();
    for line in text
        .split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let date = NaiveDate::parse_from_str(line, "%d/%m/%Y").map_err(|_| {
            let shown: String = line.chars().take(40).collect();
            Refusal::Day(shown)
        })?;
        days.push(LocalDay::from_date(date));
    }
    days.sort_unstable();
    days.dedup();
    if days.len() > MOST_DAYS {
        return Err(Refusal::Day(format!("{} ngày", days.len())));
    }
    Ok((!days.is_empty()).then_some(days))
}

fn words(page: &Page, rule: Rule) -> String {
    let english = format!(
        "{} ratings {} within {} working days",
        rule.count(),
        level(page, rule.level()),
        rule.days()
    );
    page.say(rule.vietnamese(), english)
}

fn markup(page: &Page, t: &Texts, model: &Model) -> Element {
    let shown = model.tried.map_or(model.now, |(rule, _)| rule);
    rsx! {
        div { class: "title",
            h1 { {t.rule_title} }
            form { class: "choose screen-only", method: "get", action: "/admin/tasks/rule",
                label { span { {t.unit} }
                    select { name: "node",
                        for (id , name) in &model.nodes {
                            option { value: "{id}", selected: model.node == *id, "{name}" }
                        }
                    }
                }
                button { r#type: "submit", {t.show} }
            }
            p { class: "actions", a { class: "button quiet", href: "/admin/tasks?node={model.node}", {t.back} } }
        }
        div { class: "grid halves",
            section { class: "card",
                h2 { {t.rule_now} }
                p { strong { {words(page, model.now)} } }
                p { class: "small", if model.own.tasks.is_some() { {t.rule_own} } else { {t.rule_default} } }
                {would(page, t, model.fired)}
                if model.own.tasks.is_some() {
                    form { method: "post", action: "/admin/tasks/rule",
                        {page.csrf()}
                        input { r#type: "hidden", name: "node", value: "{model.node}" }
                        button { class: "quiet", r#type: "submit", name: "whose", value: "above", {t.follow} }
                    }
                }
                p { class: "small", {t.would_note} }
            }
            section { class: "card",
                h2 { {t.rule_other} }
                form { class: "stack", method: "get", action: "/admin/tasks/rule",
                    input { r#type: "hidden", name: "node", value: "{model.node}" }
                    {fields(page, t, shown)}
                    button { class: "quiet", r#type: "submit", {t.try_it} }
                }
                if let Some((rule , fired)) = model.tried {
                    {tried(page, t, model.node, rule, fired)}
                }
                p { class: "small", {t.one} }
            }
        }
        {days_off(page, t, model)}
    }
}

fn would(page: &Page, t: &Texts, fired: u64) -> Element {
    rsx! { p { "{t.would} " strong { {page.lang.number(fired)} } " {t.would_tasks}." } }
}

fn fields(page: &Page, t: &Texts, rule: Rule) -> Element {
    let (count, days) = (policy::TASK_COUNT_RANGE, policy::TASK_MAX_DAYS);
    rsx! {
        label { span { {t.level} }
            select { name: "level",
                for low in 1..=policy::TASK_MAX_LEVEL {
                    option { value: "{low}", selected: rule.level() == low, {level(page, low)} }
                }
            }
        }
        label { span { {t.count} }
            input { r#type: "number", name: "count", required: true, min: "{count.start()}", max: "{count.end()}", value: "{rule.count()}" }
        }
        label { span { {t.days} }
            input { r#type: "number", name: "days", required: true, min: "1", max: "{days}", value: "{rule.days()}" }
        }
    }
}

/// What it would have done, and the button that saves exactly this one.
fn tried(page: &Page, t: &Texts, node: NodeId, rule: Rule, fired: u64) -> Element {
    let hidden = [
        ("node", node.to_string()),
        ("level", rule.level().to_string()),
        ("count", rule.count().to_string()),
        ("days", rule.days().to_string()),
    ];
    rsx! {
        div { class: "tried", role: "status",
            p { strong { {words(page, rule)} } }
            {would(page, t, fired)}
            form { method: "post", action: "/admin/tasks/rule",
                {page.csrf()}
                for (name , value) in hidden {
                    input { r#type: "hidden", name, value }
                }
                button { r#type: "submit", {t.save} }
            }
            p { class: "small", {t.forward} }
        }
    }
}

fn days_off(page: &Page, t: &Texts, model: &Model) -> Element {
    let own = model.own.closed_days.as_deref();
    let days = own.or(model.effective.closed_days.as_deref()).unwrap_or_default();
    let lines: Vec<_> = days.iter().map(|day| date(*day)).collect();
    rsx! {
        section { class: "card",
            h2 { {t.off_title} }
            p { {t.off_lead} }
            form { class: "stack short", method: "post", action: "/admin/tasks/closed-days",
                {page.csrf()}
                input { r#type: "hidden", name: "node", value: "{model.node}" }
                label { span { class: "hidden", {t.off_title} }
                    textarea { name: "closed", rows: "6", maxlength: "4000", {lines.join("\n")} }
                    small { {t.off_above} }
                }
                button { r#type: "submit", {t.off_save} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_off_are_read_line_by_line_and_what_is_none_is_named() {
        let days = closed_days("18/02/2026\r\n16/02/2026\n\n 17/02/2026 ; 16/02/2026")
            .unwrap()
            .unwrap();
        let said: Vec<_> = days.into_iter().map(date).collect();
        assert_eq!(said, ["16/02/2026", "17/02/2026", "18/02/2026"]);
        assert_eq!(closed_days(" \n ").unwrap(), None);
        for wrong in ["31/02/2026", "2026-02-16", "Tết"] {
            assert_eq!(closed_days(wrong), Err(Refusal::Day(wrong.into())));
        }
    }
}
