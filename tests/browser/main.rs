//! The tablet in a real Chromium, against a real district. `cargo xtask test` builds the app and brings the browser.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod admin;
mod app;
mod chromium;
mod clock;
mod counter;
mod day;
mod editor;
mod gallery;
mod kills;
mod looks;
mod operator;
mod privacy;
mod refusals;
#[path = "../rig/mod.rs"]
mod rig;
mod stage;
mod story;
#[path = "../support/mod.rs"]
mod support;
mod survey;
mod talk;
mod visit;
mod ways;
