//! "Nạp tệp phiếu": a ballot file in, the receipt file out.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
};
use crate::{
    domain::hex::{Hex, Nonce},
    platform,
    server::auth::{Visitor, from_here},
    store::{
        StoreError,
        import::{ImportError, Imported},
    },
};
use axum::{
    extract::{Multipart, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// Receipt files kept for their download. They can be had again by taking the same file in again.
const KEPT: usize = 16;

/// Receipt files that wait for their download, each with a random name and the user it is for.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts(Arc<Mutex<VecDeque<(Nonce, String, String)>>>);

impl Receipts {
    fn keep(&self, name: Nonce, user: &str, file: String) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((name, user.to_owned(), file));
    }

    fn find(&self, name: Nonce, user: &str) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, of, _)| *known == name && of == user);
        found.map(|(_, _, file)| file.clone())
    }
}

/// `GET /admin/ballot-file`.
pub(super) async fn page(visitor: Visitor, page: Page) -> Response {
    let page = page.of(&visitor, Nav::Devices);
    let title = page.lang.operator().import;
    page::document(&page, title, form(&page, None)).into_response()
}

/// `POST /admin/ballot-file/take`: `multipart/form-data` with the session's token first, then the file.
pub(super) async fn take(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    headers: HeaderMap,
    mut fields: Multipart,
) -> Result<Response, PageError> {
    let (mut ours, mut file) = (false, None);
    // A body that is cut short or too large is a bad file, whatever came before.
    while let Ok(Some(field)) = fields.next_field().await {
        match field.name() {
            Some("csrf") => {
                let given = field.text().await.unwrap_or_default();
                ours = from_here(&headers) && visitor.token.csrf_matches(&given);
            }
            // Nothing large is read for anybody else.
            Some("file") if ours => file = Some(field.bytes().await),
            _ => {}
        }
    }
    if !ours {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let (now, by) = (admin.clock.now(), visitor.name.clone());
    let page = page.of(&visitor, Nav::Devices);
    let t = page.lang.operator();
    let imported = match file {
        Some(Ok(bytes)) => {
            let store = admin.store.clone();
            let work = tokio::task::spawn_blocking(move || store.import(&bytes, &by, now));
            work.await.map_err(|_| PageError::Closing)?
        }
        Some(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(ImportError::TooLarge),
        Some(Err(_)) => Err(ImportError::Damaged),
        None => Err(ImportError::Foreign),
    };
    let imported = match imported {
        Ok(imported) => imported,
        Err(error) => {
            let status = if error.is_permanent() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                tracing::error!(%error, "a ballot file could not be stored");
                StatusCode::SERVICE_UNAVAILABLE
            };
            let body = form(&page, Some(t.refused(&error)));
            return Ok((status, page::document(&page, t.import_failed, body)).into_response());
        }
    };
    let name: Nonce = Hex(platform::random().map_err(StoreError::from)?);
    admin.receipts.keep(name, &visitor.name, imported.receipts.clone());
    Ok(page::document(&page, t.import_done, done(&page, &imported, name)).into_response())
}

/// Which receipt file.
#[derive(Deserialize)]
pub(super) struct Which {
    of: Nonce,
}

/// `GET /admin/ballot-file/receipts`.
pub(super) async fn receipts(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Response {
    match admin.receipts.find(which.of, &visitor.name) {
        Some(file) => {
            let kind = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
            let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"bien-nhan.hlr\"");
            ([kind, name], file).into_response()
        }
        None => {
            let page = page.of(&visitor, Nav::Devices);
            let t = page.lang.operator();
            let body = form(&page, Some(t.import_gone));
            (StatusCode::NOT_FOUND, page::document(&page, t.import, body)).into_response()
        }
    }
}

fn form(page: &Page, trouble: Option<&'static str>) -> Element {
    let t = page.lang.operator();
    rsx! {
        section { class: "card narrow",
            h1 { {t.import} }
            p { {t.import_lead} }
            if let Some(trouble) = trouble {
                p { class: "notice", role: "alert", {trouble} }
            }
            form { class: "stack", method: "post", action: "/admin/ballot-file/take", enctype: "multipart/form-data",
                {page.csrf()}
                label { span { {t.import_file} }
                    input { id: "file", r#type: "file", name: "file", required: true, accept: ".hlb" }
                }
                p { class: "actions",
                    button { r#type: "submit", {t.import_go} }
                    a { class: "button quiet", href: "/admin/devices", {t.back} }
                }
            }
        }
    }
}

fn done(page: &Page, imported: &Imported, name: Nonce) -> Element {
    let t = page.lang.operator();
    let number = |n| page.lang.number(n);
    rsx! {
        section { class: "card narrow",
            h1 { {t.import_done} }
            ul {
                li { strong { "data-new": "{imported.new}", {number(imported.new)} } " {t.import_new}" }
                li { strong { "data-known": "{imported.known}", {number(imported.known)} } " {t.import_known}" }
            }
            p { {t.import_next} }
            p { class: "actions",
                a { class: "button", href: "/admin/ballot-file/receipts?of={name}", {t.import_receipts} }
                a { class: "button quiet", href: "/admin/devices", {t.back} }
            }
        }
    }
}
