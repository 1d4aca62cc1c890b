//! Version 1 of the API; `docs/protocol.md` is its specification.

pub mod bundles;
pub mod comments;
pub mod enrol;
pub mod health;
pub mod openapi;
pub mod setup;
