//! "Ca trực": who is at which counter when, and figures per officer of a month that is closed.

mod view;

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        collate,
        ids::OfficerId,
        period::Period,
        stats::Figure,
        time::{LocalDay, Month},
    },
    server::auth::{Form, Visitor},
    store::{
        Reader, Refusal, StoreError, explain,
        figures::Scope,
        roster::{self, Attribution, Duty, Officer, Shift},
        views::Viewed,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;
use serde::Deserialize;
use serde_json::json;

/// Which month.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    month: String,
}

struct Model {
    scope: Scope,
    officers: Vec<Officer>,
    duties: Vec<Duty>,
    month: Month,
    today: LocalDay,
}

fn load(conn: &Reader, visitor: &Visitor, month: Month, today: LocalDay) -> Result<Model, StoreError> {
    let mut scope = Scope::seen(conn, visitor.node, None)?;
    scope
        .counters
        .retain(|counter| scope.nodes.iter().any(|node| node.id == counter.node));
    let mut officers = roster::officers(conn)?;
    officers.retain(|officer| scope.nodes.iter().any(|node| node.id == officer.node));
    officers.sort_by_cached_key(|officer| collate::person(&officer.name));
    let mut duties = roster::duties(conn, Period::month(month))?;
    duties.retain(|duty| scope.counters.iter().any(|counter| counter.no == duty.counter_no));
    Ok(Model {
        scope,
        officers,
        duties,
        month,
        today,
    })
}

/// `GET /admin/roster`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let month = parse_month(&asked.month).unwrap_or(today.month());
    let seer = visitor.clone();
    let model = admin.read(move |conn| load(conn, &seer, month, today)).await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Ca trực", "Duties");
    // In a demo folder duties stay open, as figures are there at once.
    let closed = roster::closes(month) <= today && !admin.store.identity().demo;
    Ok(page::document(&page, title, view::markup(&page, title, &model, closed)).into_response())
}

/// "07:30" in quarters of an hour; "24:00" is the end of the day.
fn quarter(text: &str) -> Option<u8> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let quarter = hour.checked_mul(4)?.checked_add(minute / 15)?;
    (minute % 15 == 0 && minute < 60 && quarter <= roster::QUARTERS).then_some(quarter)
}

fn shift(form: &Form) -> Result<Shift, PageError> {
    let day: NaiveDate = form.get("day").parse().map_err(|_| PageError::Bad)?;
    let at = |name| quarter(form.get(name)).ok_or(StoreError::from(Refusal::Duty));
    Ok(Shift {
        day: LocalDay::from_date(day),
        from: at("from")?,
        to: at("to")?,
    })
}

fn officer(form: &Form) -> Result<Option<OfficerId>, PageError> {
    let text = Some(form.get("officer")).filter(|id| !id.is_empty());
    text.map(str::parse).transpose().map_err(|_| PageError::Bad)
}

/// `POST /admin/roster/officer`.
pub(super) async fn add_officer(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let (name, code) = (form.get("name").to_owned(), form.get("code").to_owned());
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.add_officer(node, &name, Some(&code), now)
        })
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `POST /admin/roster/add`.
pub(super) async fn add(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (officer, shift) = (officer(&form)?.ok_or(PageError::Bad)?, shift(&form)?);
    let counter = form.get("counter").parse().map_err(|_| PageError::Bad)?;
    admin
        .write_as(&form.visitor, move |tx, now| tx.add_duty(officer, counter, shift, now))
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `POST /admin/roster/correct`: another officer or time, or nobody.
pub(super) async fn correct(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let no: i64 = form.get("no").parse().map_err(|_| PageError::Bad)?;
    let (officer, shift, visitor) = (officer(&form)?, shift(&form)?, form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, now| {
            let day = roster::day_of(tx.conn(), no)?;
            let seen = load(tx.conn(), &visitor, day.month(), day)?;
            // Another unit's duty looks like none; one that was replaced says so.
            let counter_no = roster::counter_of(tx.conn(), no)?;
            if !seen.scope.counters.iter().any(|counter| counter.no == counter_no) {
                return Err(StoreError::NotFound("duty"));
            }
            tx.correct_duty(no, officer, shift, now)
        })
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `GET /admin/officers`: figures per officer, of a month that is closed; looking is logged.
pub(super) async fn figures(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let month = parse_month(&asked.month).unwrap_or(roster::newest_closed(today));
    roster::visible(month, today)?;
    let scope = json!({"node": visitor.node, "month": month.to_string()});
    admin
        .write_as(&visitor, move |tx, now| {
            tx.viewed(Viewed::OfficerFigures, scope.clone(), now)
        })
        .await?;
    let seer = visitor.clone();
    let (model, tallies, explained) = admin
        .read(move |conn| {
            let model = load(conn, &seer, month, today)?;
            let counters: Vec<_> = model.scope.counters.iter().map(|counter| counter.no).collect();
            let tallies = roster::tallies(conn, &counters, month, today)?;
            let explained = explain::of_month(conn, month)?;
            Ok((model, tallies, explained))
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Số liệu theo cán bộ", "Figures per officer");
    let period = Period::month(month);
    let mut lines: Vec<view::Line> = Vec::new();
    // In the order of their names: nothing here is a ranking.
    for officer in &model.officers {
        let tally = tallies
            .get(&Attribution::Officer(officer.no))
            .copied()
            .unwrap_or_default();
        let own = explained.iter().filter(|explained| explained.officer_no == officer.no);
        lines.push(view::Line {
            name: officer.name.clone(),
            figure: Figure::of(tally, period),
            explained: own.map(|explained| (explained.task, explained.words.clone())).collect(),
        });
    }
    // Officers of other units may have stood here; theirs is not this page's to name.
    let own = |whose: &Attribution| match whose {
        Attribution::Officer(no) => model.officers.iter().any(|officer| officer.no == *no),
        Attribution::Unknown => false,
    };
    let others = tallies
        .iter()
        .filter(|(whose, _)| !own(whose))
        .map(|(_, tally)| tally.n())
        .sum();
    Ok(page::document(&page, title, view::figures_markup(&page, title, &model, &lines, others)).into_response())
}

/// `GET /admin/roster/duty`: one duty, to correct it.
pub(super) async fn duty_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<WhichDuty>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let (seer, no) = (visitor.clone(), which.no);
    let (model, duty) = admin
        .read(move |conn| {
            let day = roster::day_of(conn, no)?;
            let model = load(conn, &seer, day.month(), today)?;
            let duty = model.duties.iter().find(|duty| duty.no == no).cloned();
            Ok((model, duty.ok_or(StoreError::NotFound("duty"))?))
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Sửa ca trực", "Correct a duty");
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { {view::counter(&model, duty.counter_no)} }
            form { class: "stack", method: "post", action: "/admin/roster/correct",
                {page.csrf()}
                input { r#type: "hidden", name: "no", value: "{duty.no}" }
                {view::fields(&page, &model, Some(&duty))}
                p { class: "small", {page.say("Dòng cũ vẫn giữ trong nhật ký; dòng mới thay cho nó.", "The old line stays in the log; the new one replaces it.")} }
                button { r#type: "submit", {page.say("Lưu", "Save")} }
            }
        }
    };
    Ok(page::document(&page, title, body).into_response())
}

/// Which duty.
#[derive(Debug, Deserialize)]
pub(super) struct WhichDuty {
    no: i64,
}
