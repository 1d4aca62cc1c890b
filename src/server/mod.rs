//! The server.

pub mod admin;
pub mod auth;
pub mod export;
