//! The handlers of drafts: made from a version, saved, thrown away.

use super::{Which, World, draft_for, draft_view, fields, made_id, marks::Work, seen_in};
use crate::{
    domain::survey::edit,
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{Nav, Page},
        },
        auth::{Form, Visitor},
    },
    store::{StoreError, drafts, packs::Recording},
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};

/// `POST /admin/surveys/draft`: makes a draft of a version.
pub(in super::super) async fn make(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (id, top) = (form.get("id").to_owned(), form.visitor.node);
    let made = admin
        .write_as(&form.visitor, move |tx, now| {
            let base = World::of(tx.conn(), top, now)?.version(&id)?.id;
            tx.make_draft(base, top, now)
        })
        .await?;
    Ok(Redirect::to(&format!("/admin/surveys/draft?draft={made}")).into_response())
}

/// `GET /admin/surveys/draft`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let work = Work::load(&admin, &visitor, which.draft).await?;
    Ok(draft_view::document(&page.of(&visitor, Nav::Manage), &work, None).into_response())
}

/// What a save came to.
pub(super) enum Saved {
    /// It is stored.
    Yes,
    /// Somebody else saved meanwhile: who. What was typed is here, unsaved, over the newest revision.
    Not(Box<Work>, String),
}

/// Saves what a form made of a draft, with the recordings that came along, or says who was faster.
pub(super) async fn keep(
    admin: &Admin,
    form: &Form,
    recordings: Vec<Recording>,
    change: impl Fn(&mut Work) -> Result<(), StoreError> + Send + 'static,
) -> Result<Saved, PageError> {
    let ((id, revision), visitor) = (seen_in(form)?, form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, now| {
            let mut work = Work::on(tx.conn(), draft_for(tx.conn(), &visitor, &id)?)?;
            let who = work.draft.who.clone();
            change(&mut work)?;
            let mut seen = work.draft.clone();
            seen.revision = revision;
            if tx.save_draft(&seen, &recordings, now)? {
                return Ok(Saved::Yes);
            }
            let typed = Work::on(tx.conn(), work.draft)?;
            Ok(Saved::Not(Box::new(typed), who))
        })
        .await
}

/// `POST /admin/surveys/draft/save`: the whole survey, and what its buttons do to the list of questions.
pub(in super::super) async fn save(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let id = form.get("draft").to_owned();
    let form = std::sync::Arc::new(form);
    let typed = form.clone();
    let saved = keep(&admin, &form, Vec::new(), move |work| {
        fields::whole(&mut work.draft.document, &typed);
        let button = typed.get("do");
        let made = made_id::id_for(typed.get("new_text"), |id| work.is_taken(id, None));
        let questions = edit::list(&mut work.draft.document, "questions");
        match (button, questions) {
            ("add", Some(questions)) => {
                questions.push(edit::question(typed.get("new_kind"), &made, typed.get("new_text")))
            }
            (button, questions) => fields::step(questions, button),
        }
        Ok(())
    })
    .await?;
    match saved {
        Saved::Yes if form.get("do") == "add" => {
            let (who, draft) = (form.visitor.clone(), id.clone());
            let last = admin
                .blocking(move |store| {
                    let draft = store.read(|conn| draft_for(conn, &who, &draft))?;
                    Ok(fields::list(&draft.document, "questions").len().saturating_sub(1))
                })
                .await?;
            Ok(Redirect::to(&format!("/admin/surveys/question?draft={id}&n={last}")).into_response())
        }
        Saved::Yes => Ok(Redirect::to(&format!("/admin/surveys/draft?draft={id}")).into_response()),
        Saved::Not(work, who) => {
            let page = page.of(&form.visitor, Nav::Manage);
            Ok(draft_view::document(&page, &work, Some(&who)).into_response())
        }
    }
}

/// `POST /admin/surveys/draft/discard`.
pub(in super::super) async fn discard(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (id, visitor) = (form.get("draft").to_owned(), form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, _| {
            let draft: drafts::Draft = draft_for(tx.conn(), &visitor, &id)?;
            tx.discard_draft(draft.id)
        })
        .await?;
    Ok(Redirect::to("/admin/surveys").into_response())
}
