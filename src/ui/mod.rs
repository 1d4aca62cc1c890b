//! The tablet's screens. Dioxus only: what happens when is decided in [`model`] and in `crate::session`, both plain;
//! the components turn it into markup and taps into [`model::Act`]s.
//!
//! `data-*` attributes on the markup are for the browser tests and fixed: `data-screen`, `data-face`, `data-tile`, `data-row`,
//! `data-question`, `data-progress`,
//! `data-action`, `data-block`, `data-practice`, `data-deaf` (taps are not heard just now),
//! `data-drafted` (every tap of this visit is on the disk), `data-language` (a language to choose), `data-idle` (nobody
//! is in the middle of anything: also read by `assets/tablet/update.js`), `data-check` and `data-fine` (the self-test).
//! `data-operator` (five taps on it ask for the PIN), `data-key` (of a pad), `data-result` (what an operator's last action
//! came to).

mod app;
pub mod lang;
mod languages;
pub mod model;
pub mod operator;
mod parts;
mod pictures;
mod preview;
mod screens;
mod speech;
#[cfg(test)]
#[cfg(feature = "server")]
mod survey_tests;
#[cfg(test)]
#[cfg(feature = "server")]
mod tests;

pub use app::{App, launch};
