//! The tablet app.
fn main() {}
