//! What can go wrong on a page, and the page that says so.

use super::{
    Admin,
    page::{self, Page},
    refusals,
};
use crate::{
    server::{
        auth::{SignInError, Stop, password::PasswordError},
        export::ExportError,
    },
    store::StoreError,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
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
    /// Making a password.
    #[error(transparent)]
    Password(#[from] PasswordError),
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
            Self::Store(StoreError::NotFound(_)) => stopped(&Stop::Missing),
            Self::Store(StoreError::Refused(refusal)) => {
                let page = Page::bare();
                let said = refusals::said(&page, &refusal);
                notice(&page, StatusCode::UNPROCESSABLE_ENTITY, &said)
            }
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

/// The page for those whom the gate stops.
pub(super) fn stopped(stop: &Stop) -> Response {
    let page = Page::bare();
    match stop {
        Stop::SignIn => Redirect::to("/admin/sign-in").into_response(),
        Stop::ChoosePassword => Redirect::to("/admin/account").into_response(),
        Stop::Missing => message(&page, StatusCode::NOT_FOUND),
        Stop::Failed => message(&page, StatusCode::SERVICE_UNAVAILABLE),
        Stop::Forbidden => {
            let said = page.say(
                "Tài khoản này không được làm việc ấy. Nếu cần, xin hỏi người quản trị.",
                "This account may not do that. If it should, please ask the administrator.",
            );
            notice(&page, StatusCode::FORBIDDEN, said)
        }
    }
}

/// A page with one sentence: what can't be done, and why.
pub(super) fn notice(page: &Page, status: StatusCode, said: &str) -> Response {
    let title = page.say("Chưa làm được", "Not done");
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { class: "notice", role: "alert", {said} }
            p { class: "small",
                {page.say("Nhấn nút Quay lại của trình duyệt để sửa; chưa có gì được lưu.", "Use the browser's Back button to correct it; nothing was stored.")}
            }
            p { a { class: "button", href: "/admin/", {page.t.nav_overview} } }
        }
    };
    (status, page::document(page, title, body)).into_response()
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
