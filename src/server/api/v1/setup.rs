//! `GET /api/v1/setup`: the newest setup of the device whose bearer token this is. The document is signed by itself,
//! in its own context; its version is the ETag. Tablets keep it themselves; nobody on the way does.

use crate::{
    server::{answer::Refused, state::AppState},
    wire::answer::Code,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The bearer token of a request.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

/// Answers the setup, or 304 if the device has it.
pub async fn get(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let Some(token) = bearer(&headers) else {
        return Refused::new(None, Code::Unauthorized, "").response(&state);
    };
    let store = state.store.clone();
    let found = tokio::task::spawn_blocking(move || store.setup_by_token(&token)).await;
    let made = match found {
        Ok(Ok(Some(made))) => made,
        Ok(Ok(None)) => return Refused::new(None, Code::Unauthorized, "").response(&state),
        _ => return Refused::new(None, Code::Busy, "the store can't be read now").response(&state),
    };
    let etag = format!("\"{}\"", made.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == etag.as_bytes());
    let common = [(header::ETAG, etag), (header::CACHE_CONTROL, "no-store".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "application/x-ndjson")];
    (common, kind, made.document).into_response()
}
