//! `GET /api/v1/openapi.json`: addresses and shapes of the API as OpenAPI 3.1. Written by hand; `tests/server/openapi.rs` holds it
//! to the router and to what is really answered.

use crate::{server::conditional, wire::keys::sha256};
use axum::{
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The document.
pub const DOCUMENT: &str = include_str!("../../../../assets/openapi.json");

/// Answers it, or 304.
pub async fn get(headers: HeaderMap) -> Response {
    let etag = format!("\"{}\"", sha256(&[DOCUMENT.as_bytes()]));
    let known = conditional::known(&headers, &etag);
    let common = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}
