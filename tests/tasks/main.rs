//! Low ratings that become tasks: which do and which don't, the rule and its changes, closing, and what no page shows.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod hand;
mod pages;
mod rule;
#[path = "../support/mod.rs"]
mod support;
