//! The handlers of one question of a draft.

use super::{
    Which,
    draft::{Saved, keep},
    fields, made_id,
    marks::Work,
    question_view,
};
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
    store::StoreError,
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use std::sync::Arc;

/// `GET /admin/surveys/question`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let work = Work::load(&admin, &visitor, which.draft).await?;
    let page = page.of(&visitor, Nav::Manage);
    match question_view::document(&page, &work, which.n, None) {
        Some(document) => Ok(document.into_response()),
        None => Err(StoreError::NotFound("question").into()),
    }
}

/// `POST /admin/surveys/question`: everything that was typed, and what the buttons do to the answers.
pub(in super::super) async fn save(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let (id, n) = (
        form.get("draft").to_owned(),
        form.get("n").parse().map_err(|_| PageError::Bad)?,
    );
    let form = Arc::new(form);
    let typed = form.clone();
    let saved = keep(&admin, &form, Vec::new(), move |work| {
        let before = fields::list(&work.draft.document, "questions").get(n);
        let before = before.cloned().ok_or(StoreError::NotFound("question"))?;
        let mut question = fields::question(&before, &typed, |words| {
            made_id::id_for(words, |id| work.is_taken(id, Some(n)))
        });
        let (kind, button) = (typed.get("kind"), typed.get("do"));
        if let Some(answers) = edit::answers_of(kind).and_then(|name| edit::list(&mut question, name)) {
            match button {
                "add" if kind != "scale" => answers.push(edit::answer(kind)),
                button => fields::step(Some(answers), button),
            }
        }
        let questions = edit::list(&mut work.draft.document, "questions");
        if let Some(place) = questions.and_then(|questions| questions.get_mut(n)) {
            *place = question;
        }
        Ok(())
    })
    .await?;
    match saved {
        Saved::Yes => {
            let to = match form.get("do") {
                "back" => format!("/admin/surveys/draft?draft={id}"),
                "" | "save" => format!("/admin/surveys/question?draft={id}&n={n}"),
                _ => format!("/admin/surveys/question?draft={id}&n={n}#answers"),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Saved::Not(work, who) => {
            let page = page.of(&form.visitor, Nav::Manage);
            match question_view::document(&page, &work, n, Some(&who)) {
                Some(document) => Ok(document.into_response()),
                None => Err(StoreError::NotFound("question").into()),
            }
        }
    }
}
