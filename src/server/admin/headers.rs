//! What every admin response carries, and the one style sheet.

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// No script at all, no style but our file, recordings only of here, forms only to here, no frame around.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; \
                   base-uri 'none'; frame-ancestors 'none'";
/// The same, of a page that holds the tablet's screens in frames.
const CSP_WITH_FRAMES: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; \
                               base-uri 'none'; frame-ancestors 'none'; frame-src 'self'";
const STYLE: &str = include_str!("../../../assets/admin/style.css");

/// Marks the answer of a page that holds frames of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frames;

/// Adds the headers of a page that holds figures: never cached, never framed, no script.
pub(super) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let frames = response.extensions().get::<Frames>().is_some();
    let csp = if frames { CSP_WITH_FRAMES } else { CSP };
    let headers = response.headers_mut();
    let values = [
        (header::CONTENT_SECURITY_POLICY, csp),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: with it browsers send `Origin: null` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// `/admin/style.css`.
pub(super) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, STYLE).into_response()
}
