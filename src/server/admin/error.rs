//! What can go wrong on a page, and the page that says so.

use super::{
    Admin,
    page::{self, Page},
};
use crate::{
    server::{auth::SignInError, export::ExportError},
    store::StoreError,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Signing in.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// Taking ballots out.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// What was asked for makes no sense.
    #[error("not a request of our forms")]
    Bad,
    /// The server is shutting down.
    #[error("the server is closing")]
    Closing,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Store(StoreError::NotFound(_)) => message(&Page::bare(), StatusCode::NOT_FOUND),
            Self::Store(StoreError::Invalid(_)) | Self::Bad => message(&Page::bare(), StatusCode::BAD_REQUEST),
            error => {
                tracing::error!(%error, "an admin page failed");
                message(&Page::bare(), StatusCode::SERVICE_UNAVAILABLE)
            }
        }
    }
}

/// Any other address under `/admin/`.
pub(super) async fn not_found(State(_): State<Admin>, page: Page) -> Response {
    message(&page, StatusCode::NOT_FOUND)
}

fn message(page: &Page, status: StatusCode) -> Response {
    let t = page.t;
    let (title, lead) = match status {
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => (t.not_found, t.not_found_lead),
        _ => (t.failed, t.failed_lead),
    };
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { {lead} }
            p { a { class: "button", href: "/admin/", {t.nav_overview} } }
        }
    };
    (status, page::document(page, title, body)).into_response()
}
