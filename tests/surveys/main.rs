//! The survey editor as a browser without JavaScript uses it: drafts that are wrong in many ways, ids that keep their
//! meaning, publishing to counters from a day on, going back, history, and whose draft is whose.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod draft;
mod hand;
mod pages;
mod publish;
#[path = "../support/mod.rs"]
mod support;
