//! Sending: what to do next, and what an answer means.
//!
//! [`Planner`] decides when (pure). [`Sender`] prepares a [`Call`] from the outbox and takes back its [`Reply`]; the
//! network is a [`Transport`] somewhere else, so that a ballot can be cast while a call is under way.
//!
//! Only an answer with the district's signature and our nonce is an answer. Anything else (any status, a login page,
//! a proxy) means "not reached": keep, back off, try again.

mod comments;
mod http;
mod planner;
mod sender;
mod step;
#[cfg(test)]
mod tests;

pub use http::Http;
pub use planner::{Planner, Wait};
pub use sender::Sender;
pub use step::{Expected, Outcome, Step};

use std::{future::Future, time::Duration};

/// A request to the district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `POST /api/v1/bundles`, gzip.
    Bundle(Vec<u8>),
    /// `POST /api/v1/enrol`.
    Enrol(String),
    /// `POST /api/v1/comments`: one comment, by itself.
    Comment {
        /// Access.
        token: String,
        /// The request's line.
        body: String,
    },
    /// `GET /api/v1/setup`.
    Setup {
        /// Access.
        token: String,
        /// Version already here.
        have: i64,
    },
}

/// What came back, from whomever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status. Nothing is decided by it.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// `Retry-After`, if it was given in seconds.
    pub retry_after: Option<Duration>,
}

/// A way to the district.
pub trait Transport {
    /// Makes a call. `None`: nothing came back.
    fn call(&self, call: Call) -> impl Future<Output = Option<Reply>>;
}
