//! Publishing: a draft or an earlier version, to chosen counters or all of a unit, from a day on.

use super::{Which, World, draft_for, marks::Work, publish_view, seen_in};
use crate::{
    domain::{hex::Hash, survey::Survey, time::LocalDay},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{Nav, Page},
        },
        auth::{Form, Visitor},
    },
    store::{
        Reader, Refusal, StoreError,
        publications::{self, NewPublication, Place},
        surveys,
    },
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use std::sync::Arc;

/// What is to be published.
pub(super) enum Subject {
    Draft(Box<Work>),
    Version(Hash, Box<Survey>),
}

/// What was typed into the form, to be shown again.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) places: Vec<String>,
    pub(super) from: String,
    pub(super) same: bool,
}

fn subject(conn: &Reader, visitor: &Visitor, world: &World, draft: &str, id: &str) -> Result<Subject, StoreError> {
    if draft.is_empty() {
        let version = world.version(id)?;
        return Ok(Subject::Version(version.id, Box::new(version.survey.clone())));
    }
    Ok(Subject::Draft(Box::new(Work::on(
        conn,
        draft_for(conn, visitor, draft)?,
    )?)))
}

/// `GET /admin/surveys/publish`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (who, now) = (visitor.clone(), admin.clock.now());
    let (world, subject, only) = admin
        .read(move |conn| {
            let world = World::of(conn, who.node, now)?;
            let subject = subject(conn, &who, &world, &which.draft, &which.id)?;
            Ok((world, subject, which.node))
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    Ok(publish_view::document(&page, &world, &subject, &only, &Typed::default(), None).into_response())
}

/// The places that were ticked: `district`, `node:…`, `counter:…` as fields of their own, so that the gate sees each id.
fn places(form: &Form) -> Result<Vec<Place>, PageError> {
    let mut places = Vec::new();
    if form.get("district") == "on" {
        if form.visitor.node.is_some() {
            return Err(PageError::Bad);
        }
        places.push(Place::District);
    }
    for id in form.all("node") {
        places.push(Place::Node(id.parse().map_err(|_| PageError::Bad)?));
    }
    for id in form.all("counter") {
        places.push(Place::Counter(id.parse().map_err(|_| PageError::Bad)?));
    }
    places.sort();
    places.dedup();
    Ok(places)
}

/// `POST /admin/surveys/publish`.
pub(in super::super) async fn confirm(
    State(admin): State<Admin>,
    page: Page,
    form: Form,
) -> Result<Response, PageError> {
    let (places, form) = (places(&form)?, Arc::new(form));
    let from: Option<NaiveDate> = form.get("from").parse().ok();
    let typed = form.clone();
    let done = admin
        .write_as(&form.visitor, move |tx, now| {
            let Some(from) = from else {
                return Err(Refusal::Days.into());
            };
            let world = World::of(tx.conn(), typed.visitor.node, now)?;
            let subject = subject(tx.conn(), &typed.visitor, &world, typed.get("draft"), typed.get("id"))?;
            let (document, base) = match &subject {
                Subject::Draft(work) => (work.draft.document.to_string(), Some(work.draft.base)),
                Subject::Version(id, _) => (
                    surveys::text(tx.conn(), *id)?.ok_or(StoreError::NotFound("survey"))?,
                    None,
                ),
            };
            let new = NewPublication {
                document,
                base,
                places: places.clone(),
                from: LocalDay::from_date(from),
                same_meaning: typed.get("same") == "on",
            };
            match &subject {
                Subject::Draft(work) => {
                    if work.survey.is_none() || seen_in(&typed).map(|seen| seen.1).ok() != Some(work.draft.revision) {
                        return Err(Refusal::DraftChanged.into());
                    }
                    tx.publish_draft(&work.draft, &new, now)?
                }
                Subject::Version(..) => tx.publish(&new, now)?,
            };
            let newest = publications::all(tx.conn())?;
            Ok(newest.first().map_or(0, |publication| publication.no))
        })
        .await;
    match done {
        Ok(no) => Ok(Redirect::to(&format!("/admin/surveys/history?done={no}")).into_response()),
        Err(PageError::Store(StoreError::Refused(refusal))) => again(&admin, page, &form, refusal).await,
        Err(error) => Err(error),
    }
}

/// The form once more with what was typed, and why it was refused.
async fn again(admin: &Admin, page: Page, form: &Arc<Form>, refusal: Refusal) -> Result<Response, PageError> {
    let (typed, now) = (form.clone(), admin.clock.now());
    let (world, subject) = admin
        .read(move |conn| {
            let world = World::of(conn, typed.visitor.node, now)?;
            let subject = subject(conn, &typed.visitor, &world, typed.get("draft"), typed.get("id"))?;
            Ok((world, subject))
        })
        .await?;
    let page = page.of(&form.visitor, Nav::Manage);
    let ticked = ["district", "node", "counter"].iter().flat_map(|name| form.all(name));
    let typed = Typed {
        places: ticked.map(str::to_owned).collect(),
        from: form.get("from").to_owned(),
        same: form.get("same") == "on",
    };
    let shown = publish_view::document(&page, &world, &subject, form.get("only"), &typed, Some(&refusal));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
}
