//! Answers of the API: a JSON line and a signature line, whatever the status.

use super::state::AppState;
use crate::{
    domain::hex::Nonce,
    wire::{
        answer::{Answer, Code, Refusal},
        signed,
    },
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Seconds a tablet is asked to wait when the store is busy; it adds its own jitter.
pub const BUSY_SECS: u64 = 10;

/// A refusal that is not sealed yet.
#[derive(Debug)]
pub struct Refused {
    /// The request's nonce, if it could be read.
    pub nonce: Option<Nonce>,
    /// Why.
    pub code: Code,
    /// What exactly, for people who read logs.
    pub detail: String,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
}

impl Refused {
    /// A refusal.
    pub fn new(nonce: Option<Nonce>, code: Code, detail: impl Into<String>) -> Self {
        Self {
            nonce,
            code,
            detail: detail.into(),
            retry_after: matches!(code, Code::Busy | Code::TooManyTries).then_some(BUSY_SECS),
        }
    }

    /// Seals it.
    pub fn response(self, state: &AppState) -> Response {
        // What an honest tablet does not do; the codes say what happened, and nothing says who answered what.
        if matches!(
            self.code,
            Code::BadSignature | Code::BadChain | Code::Unauthorized | Code::WrongCode | Code::TooManyTries
        ) {
            tracing::warn!(code = ?self.code, "a tablet, or what says to be one, was refused");
        }
        // A full house must not cost a signature for each that knocks.
        let alike = (self.nonce.is_none() && self.code == Code::Busy).then(|| self.detail.clone());
        let refusal = Refusal::new(self.nonce, self.code, self.detail);
        let status = refusal.problem.status;
        let answer = Answer::Refusal(refusal);
        let seal = || state.store.identity().seal(signed::ANSWER, &answer);
        let text = match alike {
            Some(detail) => state.busy.get(detail, seal),
            None => seal(),
        };
        respond(status, text, self.retry_after)
    }
}

/// Sealed refusals by their detail. Details are our own words, so there are few.
#[derive(Debug, Default)]
pub struct Sealed(Mutex<HashMap<String, String>>);

impl Sealed {
    fn get(&self, detail: String, seal: impl FnOnce() -> String) -> String {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(detail).or_insert_with(seal).clone()
    }
}

/// Seals an answer.
pub fn seal(state: &AppState, status: u16, answer: &Answer, retry_after: Option<u64>) -> Response {
    respond(status, state.store.identity().seal(signed::ANSWER, answer), retry_after)
}

fn respond(status: u16, text: String, retry_after: Option<u64>) -> Response {
    let mut response = sealed(status, text);
    if let Some(secs) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(secs));
    }
    response
}

/// The response for a text that is sealed already.
pub fn sealed(status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}
