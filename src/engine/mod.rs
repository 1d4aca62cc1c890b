//! Runs the queue and the sending off the screens' thread: a thread natively, a dedicated Worker on the web.
//!
//! `Command` in, `Event` out, the same enums on both. It holds no rule of its own: what counts is decided by
//! `outbox`, when to send by `sync`.

mod clock;
mod core;
pub mod message;
#[cfg(not(target_family = "wasm"))]
mod native;
mod operator;
pub mod preview;
mod run;
#[cfg(test)]
mod tests;
#[cfg(target_family = "wasm")]
mod web;

pub use message::{Command, Event};
#[cfg(not(target_family = "wasm"))]
pub use native::{Handle, forget_early_start, start, start_with};
pub use run::Config;
#[cfg(target_family = "wasm")]
pub use web::{Handle, forget_early_start, run_worker, start};
