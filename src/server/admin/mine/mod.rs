//! "Số liệu của tôi": what an officer sees, of closed months only, with the guards of small numbers, and where they explain
//! (giải trình) a month that has ended. Each look is in the log, as it is when a leader looks.

mod texts;

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        number::date,
        period::Period,
        stats::Figure,
        time::{LocalDay, Month},
    },
    server::auth::{Form, Visitor},
    store::{
        Reader, Refusal, StoreError,
        explain::{self, Explanation},
        figures::Scope,
        roster::{self, Attribution, Officer},
        tasks::Task,
        views::Viewed,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;
use serde_json::json;
use texts::Texts;

/// Months that can be chosen.
const MONTHS: u32 = 12;

/// Which month.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    month: String,
}

struct Model {
    month: Month,
    months: Vec<Month>,
    /// Who they are, and what there is; `None`: the account is linked to no officer.
    own: Option<Own>,
}

struct Own {
    officer: Officer,
    /// `None`: the month is not closed yet.
    figure: Option<Figure>,
    tasks: Vec<Task>,
    explained: Vec<Explanation>,
}

fn load(conn: &Reader, visitor: &Visitor, month: Month, today: LocalDay) -> Result<Model, StoreError> {
    let last = today.month().minus(1);
    let own = match explain::officer_of(conn, &visitor.name)? {
        None => None,
        Some(officer) => {
            let counters = Scope::seen(conn, visitor.node, None)?.counters;
            let counters: Vec<_> = counters.iter().map(|counter| counter.no).collect();
            let figure = match roster::visible(month, today) {
                Ok(()) => {
                    let tallies = roster::tallies(conn, &counters, month, today)?;
                    let tally = tallies.get(&Attribution::Officer(officer.no)).copied();
                    Some(Figure::of(tally.unwrap_or_default(), Period::month(month)))
                }
                Err(_) => None,
            };
            let mut explained = explain::of_month(conn, month)?;
            explained.retain(|explanation| explanation.officer_no == officer.no);
            Some(Own {
                figure,
                tasks: explain::explainable(conn, officer.node, month, today)?,
                explained,
                officer,
            })
        }
    };
    Ok(Model {
        month,
        months: (0..MONTHS).map(|back| last.minus(back)).collect(),
        own,
    })
}

/// `GET /admin/mine`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let month = parse_month(&asked.month).unwrap_or(today.month().minus(1));
    if month.end() > today {
        return Err(StoreError::from(Refusal::OpenMonth).into());
    }
    let scope = json!({"own": true, "month": month.to_string()});
    admin
        .write_as(&visitor, move |tx, now| {
            tx.viewed(Viewed::OfficerFigures, scope.clone(), now)
        })
        .await?;
    let seer = visitor.clone();
    let model = admin.read(move |conn| load(conn, &seer, month, today)).await?;
    let page = page.of(&visitor, Nav::Overview);
    let t = texts::of(&page);
    Ok(page::document(&page, t.title, markup(&page, t, &model)).into_response())
}

/// `POST /admin/mine/explain`.
pub(super) async fn explain(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let month = parse_month(form.get("month")).ok_or(PageError::Bad)?;
    let task = match form.get("task") {
        "" => None,
        no => Some(no.parse().map_err(|_| PageError::Bad)?),
    };
    let words = form.get("words").to_owned();
    admin
        .write_as(&form.visitor, move |tx, now| tx.explain(month, task, &words, now))
        .await?;
    let month = format!("{}-{:02}", month.year, month.month);
    Ok(Redirect::to(&format!("/admin/mine?month={month}")).into_response())
}

fn said(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}

fn markup(page: &Page, t: &Texts, model: &Model) -> Element {
    rsx! {
        div { class: "title",
            h1 { "{t.title}: {model.month}" }
            form { class: "choose screen-only", method: "get", action: "/admin/mine",
                label { span { {page.t.month} }
                    select { name: "month",
                        for month in &model.months {
                            option { value: said(*month), selected: *month == model.month, "{month}" }
                        }
                    }
                }
                button { r#type: "submit", {page.t.show} }
            }
        }
        match &model.own {
            None => rsx! { section { class: "card narrow", p { class: "notice", {t.unlinked} } } },
            Some(own) => rsx! {
                {figure(page, t, model.month, own)}
                div { class: "grid halves",
                    {form(page, t, model.month, own)}
                    {explained(t, own)}
                }
            },
        }
    }
}

fn figure(page: &Page, t: &Texts, month: Month, own: &Own) -> Element {
    rsx! {
        section { class: "card headline",
            h2 { "{own.officer.name}" }
            match &own.figure {
                None => rsx! { p { class: "too-few", "{t.later} {date(roster::closes(month))}." } },
                Some(figure) => of_closed(page, t, figure),
            }
            p { class: "small", {t.lead} }
        }
    }
}

fn of_closed(page: &Page, t: &Texts, figure: &Figure) -> Element {
    match figure.rate() {
        None => rsx! { p { class: "too-few", "{page.t.too_few_long} (n = {page.lang.number(figure.n())})" } },
        Some(rate) => {
            let words = page.lang.rate(rate);
            rsx! {
                p { class: "big", "{words.percent}" }
                p { class: "reads", "{page.t.estimated} " strong { "{words.interval}" } ", {words.period}, n = {words.n}" }
                if !matches!(figure, Figure::Ranked(_)) {
                    p { class: "small", {t.few} }
                }
            }
        }
    }
}

fn form(page: &Page, t: &Texts, month: Month, own: &Own) -> Element {
    rsx! {
        section { class: "card",
            h2 { {t.explain} }
            form { class: "stack", method: "post", action: "/admin/mine/explain",
                {page.csrf()}
                input { r#type: "hidden", name: "month", value: said(month) }
                label { span { {t.about} }
                    select { name: "task",
                        option { value: "", {t.about_month} }
                        for task in &own.tasks {
                            option { value: "{task.no}", "{t.task} {task.no} ({date(task.day)})" }
                        }
                    }
                }
                label { span { {t.words} }
                    textarea { name: "words", rows: "5", required: true, minlength: "5", maxlength: "500" }
                    small { {t.words_hint} }
                }
                button { r#type: "submit", {t.send} }
            }
        }
    }
}

fn explained(t: &Texts, own: &Own) -> Element {
    rsx! {
        section { class: "card",
            h2 { {t.explained} }
            if own.explained.is_empty() {
                p { class: "muted", {t.none} }
            }
            for explanation in &own.explained {
                div { class: "comment",
                    p { class: "small",
                        {date(LocalDay::of(explanation.hour))}
                        if let Some(task) = explanation.task { " · {t.task} {task}" }
                    }
                    blockquote { "{explanation.words}" }
                }
            }
        }
    }
}
