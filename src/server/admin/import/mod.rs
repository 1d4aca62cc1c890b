//! "Nhập danh sách": a file is tried and shown; only when somebody confirms is it stored, whole or not at all. Between
//! the two it waits in memory, for half an hour, for the same user.

mod view;

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
    upload,
};
use crate::{
    domain::{hex::Hex, ids::NodeId, policy},
    platform,
    server::{
        auth::{Form, Gate, Visitor},
        import::{FileError, Kind, Outcome, Sheet, carry_out, read},
    },
    store::{Store, StoreError},
};
use axum::{
    extract::{FromRef, Multipart, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Largest upload: a list with the wrapping of its form.
pub(super) const UPLOAD_BYTES: usize = policy::IMPORT_BYTES + 64 * 1024;
/// Lists that wait for their confirmation. A restart forgets them, and nothing of them was stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting(Arc<Mutex<BTreeMap<String, Staged>>>);

#[derive(Clone, Debug)]
struct Staged {
    user: String,
    kind: Kind,
    sheet: Arc<Sheet>,
    at: i64,
}

impl Waiting {
    /// Keeps a list; the oldest one goes where there are too many.
    fn keep(&self, staged: Staged) -> Result<String, StoreError> {
        // Not 16 bytes: the gate would take the key for the id of something.
        let key = Hex(platform::random::<20>()?).to_string();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = staged.at;
        waiting.retain(|_, other| now - other.at < policy::IMPORT_WAIT_SECS);
        while waiting.len() >= policy::IMPORTS_WAITING {
            let oldest = waiting
                .iter()
                .min_by_key(|(_, other)| other.at)
                .map(|(key, _)| key.clone());
            match oldest {
                Some(key) => drop(waiting.remove(&key)),
                None => break,
            }
        }
        waiting.insert(key.clone(), staged);
        Ok(key)
    }

    /// The list of this key, if it is this user's and still waits.
    fn take(&self, key: &str, user: &str, now: i64) -> Option<Staged> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |staged: &&Staged| staged.user == user && now - staged.at < policy::IMPORT_WAIT_SECS;
        waiting.get(key).filter(fits)?;
        waiting.remove(key)
    }
}

/// Which list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    kind: String,
}

/// `GET /admin/import`.
pub(super) async fn page(State(_): State<Admin>, visitor: Visitor, page: Page, Query(asked): Query<Asked>) -> Response {
    let page = page.of(&visitor, Nav::Manage);
    let kind = Kind::parse(&asked.kind).unwrap_or(Kind::Nodes);
    page::document(&page, view::title(&page), view::markup(&page, kind)).into_response()
}

/// `POST /admin/import/try`: reads the file and says what storing it would come to. Nothing is stored.
pub(super) async fn attempt(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, PageError> {
    let page = page.of(&visitor, Nav::Manage);
    let too_large = view::file_words(&page, &FileError::TooLarge);
    let sender = (visitor, &headers, &Gate::from_ref(&admin));
    let upload = match upload::read(parts, sender, &page, 8, &too_large).await {
        Ok(upload) => upload,
        Err(response) => return Ok(response),
    };
    let kind = Kind::parse(upload.form.get("kind")).ok_or(PageError::Bad)?;
    // Procedures are one list for everybody.
    if kind == Kind::Procedures && upload.form.visitor.node.is_some() {
        return Err(StoreError::from(crate::store::Refusal::NotYours).into());
    }
    let bytes = upload
        .files
        .into_iter()
        .next()
        .map(|file| file.bytes)
        .unwrap_or_default();
    let sheet = tokio::task::spawn_blocking(move || read(&bytes)).await;
    let sheet = match sheet.map_err(|_| PageError::Closing)? {
        Ok(sheet) => Arc::new(sheet),
        Err(error) => {
            let said = view::file_words(&page, &error);
            return Ok(super::error::notice(&page, StatusCode::UNPROCESSABLE_ENTITY, &said));
        }
    };
    let (user, now) = (upload.form.visitor.name.clone(), admin.clock.now());
    let outcome = run(&admin.store, &upload.form.visitor, kind, sheet.clone(), now, false).await?;
    let key = match outcome.errors.is_empty() {
        false => None,
        true => Some(admin.waiting.keep(Staged {
            user,
            kind,
            sheet: sheet.clone(),
            at: now,
        })?),
    };
    let body = view::preview(&page, kind, &sheet, &outcome, key.as_deref());
    Ok(page::document(&page, view::title(&page), body).into_response())
}

/// `POST /admin/import/store`: tries again, for the world may have changed, and stores all of it or nothing.
pub(super) async fn confirm(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let page = page.of(&form.visitor, Nav::Manage);
    let now = admin.clock.now();
    let Some(staged) = admin.waiting.take(form.get("key"), &form.visitor.name, now) else {
        let said = page.say(
            "Danh sách này không còn chờ xác nhận. Xin chọn lại tệp.",
            "This list waits no longer. Please choose the file again.",
        );
        return Ok(super::error::notice(&page, StatusCode::GONE, said));
    };
    let outcome = run(
        &admin.store,
        &form.visitor,
        staged.kind,
        staged.sheet.clone(),
        now,
        true,
    )
    .await?;
    let body = if outcome.errors.is_empty() {
        view::done(&page, staged.kind, outcome.good)
    } else {
        view::preview(&page, staged.kind, &staged.sheet, &outcome, None)
    };
    Ok(page::document(&page, view::title(&page), body).into_response())
}

/// Carries the list out and keeps it only where that was asked for and no row is wrong.
async fn run(
    store: &Store,
    visitor: &Visitor,
    kind: Kind,
    sheet: Arc<Sheet>,
    now: i64,
    keep: bool,
) -> Result<Outcome, PageError> {
    let (told, top, who): (Arc<Mutex<Outcome>>, Option<NodeId>, String) =
        (Arc::default(), visitor.node, visitor.name.clone());
    let tell = told.clone();
    let written = store
        .write_async(move |tx| {
            let outcome = carry_out(&tx.by(&who), kind, &sheet, top, now)?;
            let good = outcome.errors.is_empty();
            *tell.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
            // An error takes everything back.
            if keep && good {
                Ok(())
            } else {
                Err(StoreError::NotFound("confirmation"))
            }
        })
        .await;
    let outcome = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match written {
        Ok(()) => Ok(outcome),
        Err(StoreError::NotFound("confirmation")) => Ok(outcome),
        Err(error) => Err(error.into()),
    }
}
