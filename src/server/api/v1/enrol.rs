//! `POST /api/v1/enrol`: a code, or the certificate of an earlier enrolment, for a place in the district.

use super::{super::body, bundles::store_refusal};
use crate::{
    server::{
        answer::{Refused, seal},
        caller::Caller,
        state::AppState,
    },
    wire::{
        answer::{Answer, Code},
        enrol::{MAX_REQUEST_BYTES, Request},
        keys::key_id,
        signed::SignedError,
    },
};
use axum::{body::Body, extract::State, response::Response};
use std::net::IpAddr;

/// Answers an enrolment.
pub async fn post(State(state): State<AppState>, caller: Caller, body: Body) -> Response {
    match enrol(&state, caller.address, body).await {
        Ok(answer) => seal(&state, 200, &answer, None),
        Err(refused) => refused.response(&state),
    }
}

async fn enrol(state: &AppState, address: IpAddr, body: Body) -> Result<Answer, Refused> {
    let bytes = body::read(body, MAX_REQUEST_BYTES, state.limits.body_time)
        .await
        .map_err(|unread| Refused::new(None, unread.code, unread.detail))?;
    let request = Request::open(&bytes).map_err(|error| {
        let code = match error {
            SignedError::Framing => Code::BadFraming,
            SignedError::Signature => Code::BadSignature,
            SignedError::Shape(_) => Code::BadHeader,
        };
        Refused::new(None, code, error.to_string())
    })?;
    let (now, nonce) = (state.clock.now(), request.nonce);
    if let Some(secs) = state.tries.wait(address, now).filter(|_| request.code.is_some()) {
        let mut refused = Refused::new(Some(nonce), Code::TooManyTries, "");
        refused.retry_after = Some(secs);
        return Err(refused);
    }
    let stored = state.store.enrol(request.clone(), now).await;
    match stored.map_err(|error| store_refusal(nonce, error))?.answer(&request) {
        Answer::Refusal(refusal) => {
            let code = refusal.problem.code;
            if code == Code::WrongCode {
                state.tries.wrong(address, now);
            }
            Err(Refused::new(Some(nonce), code, ""))
        }
        answer => {
            state.known.proved(key_id(&request.key), address);
            Ok(answer)
        }
    }
}
