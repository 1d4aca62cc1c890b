//! The whole path, real parts only: client code, wire, server, files. The network is broken on purpose.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod by_hand;
mod cast_again;
mod chaos;
mod clocks;
mod comments;
mod full;
mod kill;
mod misfortune;
mod operator;
mod plain_folder;
mod restored;
#[path = "../rig/mod.rs"]
mod rig;
mod surveys;
mod tasks;
mod turned_back;
mod upgrade;
