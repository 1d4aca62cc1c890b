//! Whether the server is there, and whether it can work.

use crate::{server::state::AppState, store::log};
use axum::{extract::State, http::StatusCode};

/// `/healthz`: the process answers.
pub async fn live() -> &'static str {
    "ok\n"
}

/// `/readyz`: the database answers and the writer takes work.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.store.write_async(|tx| log::head(tx.conn())).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n"),
    }
}
