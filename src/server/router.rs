//! Which address does what, and what every response carries.

use super::{
    admin::{self, Admin},
    answer::Refused,
    api, clips,
    public::{self, Public},
    state::AppState,
    tablet,
};
use crate::wire::answer::Code;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::{any, get},
};

/// No script but our own files, no form or frame elsewhere.
const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; \
     style-src 'self'; img-src 'self' data:; media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'self'";

/// The whole server.
pub fn router(state: AppState, pages: Admin) -> Router {
    let open = Public {
        store: state.store.clone(),
        clock: state.clock.clone(),
        tls: pages.tls(),
    };
    let router = api::routes::router()
        .route("/api/{*rest}", any(no_such_api))
        .route("/tablet", get(tablet::redirect))
        .route("/tablet/", get(tablet::index))
        .route("/tablet/clips/{name}", get(clips::get))
        .route("/tablet/{*path}", get(tablet::file));
    router
        .with_state(state)
        .merge(public::router(open))
        .merge(admin::router(pages))
        .layer(from_fn(harden))
        .layer(from_fn(record))
}

async fn no_such_api(State(state): State<AppState>) -> Response {
    Refused::new(None, Code::NotFound, "").response(&state)
}

/// Security headers on every response; a page that needs a stricter one sets it itself.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let values = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        ),
    ];
    for (name, value) in values {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// One log line per request: method, path, status, time. Never the query (it may hold a code), never a body.
async fn record(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = std::time::Instant::now();
    let response = next.run(request).await;
    tracing::info!(%method, path, status = response.status().as_u16(), ms = started.elapsed().as_millis() as u64);
    response
}
