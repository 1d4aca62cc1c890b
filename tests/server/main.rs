//! The district over HTTP: what tablets, administrators, officers and the public send and see. One program for all of
//! it, because each test program is compiled and linked on its own.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod api;
mod by_hand;
mod comments;
mod compare;
mod counted;
mod devices;
mod dossier;
mod error_pages;
mod exclusions;
mod explain;
mod figures;
mod file_in_hand;
mod flood;
mod formulas;
mod gallery;
mod hiding;
mod hostile;
mod import;
mod libreoffice;
mod one_answer;
mod openapi;
mod packed;
mod packs;
mod pages;
mod permission;
mod places;
mod public;
mod quarters;
mod recount;
mod report;
mod roster;
mod second_verifier;
mod security;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod surveys;
mod tasks;
mod verify;
