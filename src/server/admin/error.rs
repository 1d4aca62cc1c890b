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
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

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
    plain(page, status, title, lead)
}

fn plain(page: &Page, status: StatusCode, title: &str, lead: &str) -> Response {
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { role: "alert", {lead} }
            p { a { class: "button", href: "/admin/", {page.t.nav_overview} } }
        }
    };
    (status, page::document(page, title, body)).into_response()
}

/// Gives every refusal that came without a page (a form that is too large, another method, a bug) one that says what to
/// do, in the language of the request.
pub(super) async fn dress(request: Request, next: Next) -> Response {
    // A bug in one page must be a page that says so, not a connection that breaks off.
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let response = answered.unwrap_or_else(|_| {
        tracing::error!("an admin page panicked");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    });
    let status = response.status();
    let html = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
    let dressed = response.headers().get(header::CONTENT_TYPE).is_some_and(html);
    if dressed || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let page = Page::bare();
    let said = match status {
        StatusCode::FORBIDDEN => page.say(
            "Biểu mẫu này không thuộc lần đăng nhập hiện tại, có thể vì đã mở từ trước. Xin mở lại trang rồi làm lại; chưa có \
             gì được lưu.",
            "This form is not of the present session; it may have been open for long. Please open the page anew; nothing was \
             stored.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => page.say(
            "Nội dung gửi lên lớn hơn mức máy chủ nhận. Xin chia nhỏ tệp hoặc bớt chữ rồi gửi lại; chưa có gì được lưu.",
            "What was sent is larger than this server takes. Please split the file or shorten the text; nothing was stored.",
        ),
        StatusCode::TOO_MANY_REQUESTS => page.say(
            "Có quá nhiều yêu cầu trong thời gian ngắn. Xin chờ một phút rồi thử lại.",
            "There were too many requests in a short time. Please wait a minute and try again.",
        ),
        status if status.is_client_error() => page.say(
            "Máy chủ không hiểu yêu cầu này. Xin mở lại trang từ thanh chọn ở trên rồi làm lại; chưa có gì được lưu.",
            "The server did not understand this request. Please open the page anew; nothing was stored.",
        ),
        status => return message(&page, status),
    };
    let mut response_page = plain(&page, status, page.say("Chưa làm được", "Not done"), said);
    if let Some(after) = response.headers().get(header::RETRY_AFTER) {
        response_page.headers_mut().insert(header::RETRY_AFTER, after.clone());
    }
    response_page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::admin::language;
    use axum::{Router, middleware::from_fn, routing::get};

    #[tokio::test]
    async fn a_bug_is_a_page_in_the_language_of_whoever_met_it() {
        async fn bug() -> StatusCode {
            let nothing: Vec<u8> = Vec::new();
            StatusCode::from_u16(u16::from(nothing[0])).unwrap()
        }
        let pages = Router::new()
            .route("/admin/bug", get(bug))
            .layer(from_fn(dress))
            .layer(from_fn(language::choose));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, pages).await });
        // As the server does at its start.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for (cookie, words) in [
            ("", "Máy chủ chưa làm được việc này"),
            ("hailong_lang=en", "The server could not do this"),
        ] {
            let asked = client
                .get(format!("http://{address}/admin/bug"))
                .header("cookie", cookie);
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.status(), 500);
            assert!(answer.text().await.unwrap().contains(words), "{cookie}");
        }
        server.abort();
    }
}
