//! The server.

pub mod admin;
pub mod auth;
pub mod config;
pub mod export;
