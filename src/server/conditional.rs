//! Answers that whoever has them already need not get again.

use axum::http::{HeaderMap, header};

/// Whether one of the request's `if-none-match` tags is this one, however strong.
pub(super) fn known(headers: &HeaderMap, etag: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
        let tags = tags.to_str().unwrap_or_default();
        tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
    })
}
