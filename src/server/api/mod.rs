//! What tablets call.

pub mod body;
pub mod v1;
