//! What tablets call.

pub mod body;
pub mod routes;
pub mod v1;
