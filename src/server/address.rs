//! The address of this server as a browser used it.

use super::auth::secure_cookies;
use axum::http::{HeaderMap, header};

/// The address that this browser used, for links on paper. Only what an address can hold.
pub(super) fn base_url(tls: bool, headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let plain = host
        .bytes()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b':' | b'[' | b']'));
    // Away from this machine only https is of use: a tablet keeps nothing without it.
    let secure = tls || secure_cookies(headers);
    let scheme = if secure { "https" } else { "http" };
    (plain && !host.is_empty()).then(|| format!("{scheme}://{host}"))
}
