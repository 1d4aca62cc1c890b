//! `POST /api/v1/comments`: one sealed comment, from a device with its bearer token. The token lets it in and is not kept
//! with it.

use super::{
    super::body::{self, Room},
    bundles::store_refusal,
    setup::bearer,
};
use crate::{
    domain::policy::MAX_COMMENT_BYTES,
    server::{
        answer::{Refused, seal},
        state::AppState,
    },
    store::comments::Outcome,
    wire::{
        answer::{Answer, Code, Taken},
        comment::Request,
    },
};
use axum::{body::Body, extract::State, http::HeaderMap, response::Response};

/// Answers a comment.
pub async fn post(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Response {
    match take(&state, &headers, body).await {
        Ok(taken) => seal(&state, 200, &Answer::Taken(taken), None),
        Err(refused) => refused.response(&state),
    }
}

async fn take(state: &AppState, headers: &HeaderMap, body: Body) -> Result<Taken, Refused> {
    let token = bearer(headers).ok_or_else(|| Refused::new(None, Code::Unauthorized, ""))?;
    let busy = || Refused::new(None, Code::Busy, "too many requests");
    let _room = Room::begin(&state.bodies).ok_or_else(busy)?;
    let bytes = body::read(body, MAX_COMMENT_BYTES, state.limits.body_time)
        .await
        .map_err(|unread| Refused::new(None, unread.code, unread.detail))?;
    let request: Request =
        serde_json::from_slice(&bytes).map_err(|_| Refused::new(None, Code::BadHeader, "not a comment"))?;
    let (id, nonce) = (request.id, request.nonce);
    let refused = |code, detail| Err(Refused::new(Some(nonce), code, detail));
    let Some(comment) = request.comment() else {
        return refused(Code::BadHeader, "not of a length that comments have");
    };
    let now = state.clock.now();
    let outcome = state
        .store
        .write_async(move |tx| tx.take_comment(&token, &comment, now))
        .await
        .map_err(|error| store_refusal(nonce, error))?;
    match outcome {
        Outcome::Taken => Ok(Taken {
            id,
            nonce,
            v: crate::wire::VERSION,
        }),
        Outcome::Expired => refused(Code::ExpiredComment, ""),
        Outcome::Unauthorized => refused(Code::Unauthorized, ""),
        Outcome::OtherUnit => refused(Code::BadHeader, "not a unit of this device"),
        Outcome::TooMany => refused(Code::Busy, "too many comments of this unit and month"),
    }
}
