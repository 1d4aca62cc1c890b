//! The tablet app at `/tablet/`: the files built in (or those of a folder), with the right types and an ETag.
//!
//! `manifest.webmanifest?c=CODE` is answered with that code in its `start_url`, because the app on an iPad's Home
//! Screen has other storage than the browser that opened the link. Queries are never logged.

use super::state::AppState;
use crate::{domain::hex::Hash, wire::code::Code, wire::keys::sha256};
use axum::{
    extract::{Path as Below, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

// The app that `cargo xtask tablet` built, as `build.rs` found it: `FILES` built in, sorted by name (release), or the
// `FOLDER` to read (debug).
include!(concat!(env!("OUT_DIR"), "/tablet.rs"));

/// The tablet app's files.
#[derive(Debug)]
pub struct TabletApp {
    dir: Option<PathBuf>,
}

/// A code in the manifest's address.
#[derive(Deserialize)]
pub struct ManifestQuery {
    c: Option<String>,
}

impl TabletApp {
    /// The files of a folder, or those built in.
    pub fn new(dir: Option<PathBuf>) -> Self {
        Self { dir }
    }

    /// Whether there is an app at all.
    pub fn is_present(&self) -> bool {
        self.file("index.html").is_some()
    }

    /// A file, by its path below `/tablet/`.
    fn file(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        let plain = path
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']));
        if !plain {
            return None;
        }
        match self.dir.as_deref().or(FOLDER.map(Path::new)) {
            Some(dir) => std::fs::read(dir.join(path)).ok().map(Cow::Owned),
            None => FILES
                .iter()
                .find(|(name, _)| *name == path)
                .map(|(_, bytes)| Cow::Borrowed(*bytes)),
        }
    }
}

/// `/tablet` without its slash.
pub async fn redirect() -> Redirect {
    Redirect::permanent("/tablet/")
}

/// `/tablet/`.
pub async fn index(State(state): State<AppState>, headers: HeaderMap) -> Response {
    serve(&state, "index.html", &headers, None).await
}

/// `/tablet/…`.
pub async fn file(
    State(state): State<AppState>,
    Below(path): Below<String>,
    Query(query): Query<ManifestQuery>,
    headers: HeaderMap,
) -> Response {
    let code = query.c.filter(|_| path == "manifest.webmanifest");
    let code = code.and_then(|code| Code::parse(&code).ok());
    serve(&state, &path, &headers, code).await
}

async fn serve(state: &AppState, path: &str, headers: &HeaderMap, code: Option<Code>) -> Response {
    let (app, owned) = (state.tablet.clone(), path.to_owned());
    let packed = code.is_none() && accepts_brotli(headers);
    let found = tokio::task::spawn_blocking(move || {
        let brotli = if packed { app.file(&format!("{owned}.br")) } else { None };
        match brotli {
            Some(bytes) => Some((bytes, true)),
            None => app.file(&owned).map(|bytes| (bytes, false)),
        }
    });
    let Some((bytes, brotli)) = found.await.ok().flatten() else {
        let hint = if path == "index.html" {
            "Máy chủ này được dựng không kèm ứng dụng máy tính bảng.\nThis server was built without the tablet app."
        } else {
            "not found"
        };
        return (StatusCode::NOT_FOUND, hint).into_response();
    };
    let bytes = match code {
        Some(code) => with_start_url(&bytes, &code),
        None => bytes,
    };
    let etag = etag(&sha256(&[&bytes]));
    let mut response = if headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|tag| tag.as_bytes() == etag.as_bytes())
    {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, mime(path))], bytes.into_owned()).into_response()
    };
    let out = response.headers_mut();
    let values = [
        (header::CACHE_CONTROL, Some("no-cache".to_owned())),
        (header::ETAG, Some(etag)),
        (header::VARY, Some("accept-encoding".to_owned())),
        (header::CONTENT_ENCODING, brotli.then(|| "br".to_owned())),
    ];
    for (name, value) in values {
        if let Some(value) = value.and_then(|value| value.parse().ok()) {
            out.insert(name, value);
        }
    }
    response
}

fn etag(hash: &Hash) -> String {
    format!("\"{hash}\"")
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|value| value.split(',').any(|coding| coding.trim() == "br"))
}

/// The manifest with the code in its `start_url`; the code was parsed, so it holds letters, digits and dashes only.
fn with_start_url(manifest: &[u8], code: &Code) -> Cow<'static, [u8]> {
    let parsed: Result<serde_json::Value, _> = serde_json::from_slice(manifest);
    match parsed {
        Ok(mut value) => {
            if let Some(members) = value.as_object_mut() {
                members.insert("start_url".into(), format!("./?c={}", code.grouped()).into());
            }
            Cow::Owned(value.to_string().into_bytes())
        }
        Err(_) => Cow::Owned(manifest.to_vec()),
    }
}

/// The type of a file, by its ending. The browser is told never to guess.
fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" | "opus" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
