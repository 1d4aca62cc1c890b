//! Which address does what, and what every response carries.

use super::{
    admin::{self, Admin},
    answer::Refused,
    api,
    auth::secure_cookies,
    caller::{self, Caller},
    clips,
    public::{self, Public},
    state::AppState,
    tablet,
};
use crate::wire::answer::Code;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get},
};

/// The tablet app: no script but our own files.
macro_rules! tablet {
    ($framed_by:literal) => {
        concat!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; \
             img-src 'self' data:; media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors ",
            $framed_by
        )
    };
}
/// Its page stands in a frame of ours where a survey is previewed, its files in none.
const TABLET_PAGE: &str = tablet!("'self'");
const TABLET_FILE: &str = tablet!("'none'");

/// Everything else, as for the admin pages: no script at all, no style but our file, forms only to here, no frame.
const PAGES: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'";
/// https only from now on, for two years.
const HSTS: &str = "max-age=63072000; includeSubDomains";

/// The whole server.
pub fn router(state: AppState, pages: Admin) -> Router {
    let ways = state.ways;
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
        .layer(from_fn_with_state(ways, caller::find))
}

async fn no_such_api(State(state): State<AppState>) -> Response {
    Refused::new(None, Code::NotFound, "").response(&state)
}

/// Security headers on every response, unless it has its own.
async fn harden(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let policy = match path {
        "/tablet/" => TABLET_PAGE,
        _ if path.starts_with("/tablet") => TABLET_FILE,
        _ => PAGES,
    };
    // Never for this machine's own name: a browser would then ask every program on it for https.
    let https = request.extensions().get::<Caller>().is_some_and(|caller| caller.https);
    let strict = https && secure_cookies(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let values = [
        (header::CONTENT_SECURITY_POLICY, policy),
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
        // What may be kept says so itself.
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in values {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if strict {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
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
