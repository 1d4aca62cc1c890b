//! Recorded clips of language packs, and of drafts for their preview, at `/tablet/clips/<hash>.<ending>`. Named by what is
//! in them, so kept for ever.

use super::state::AppState;
use crate::{
    domain::pack::Clip,
    store::{Reader, StoreError, drafts, packs},
};
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// Answers a clip.
pub async fn get(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let Some(clip) = Clip::parse(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let store = state.store.clone();
    let found = tokio::task::spawn_blocking(move || store.read(|conn| find(conn, clip))).await;
    match found {
        Ok(Ok(Some(bytes))) => {
            let headers = [
                (header::CONTENT_TYPE, clip.kind.mime()),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, bytes).into_response()
        }
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn find(conn: &Reader, clip: Clip) -> Result<Option<Vec<u8>>, StoreError> {
    match packs::clip(conn, clip)? {
        None => drafts::clip(conn, clip),
        found => Ok(found),
    }
}
