//! The store's conformance suite: stories told to its own methods, with real SQLite files. A second engine must tell
//! the same ones.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod arrival;
mod clocks;
mod enrolment;
mod hand;
mod judgement;
#[path = "../support/mod.rs"]
mod support;
mod visits;
mod writer;
