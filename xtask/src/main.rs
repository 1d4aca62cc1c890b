//! The project's own commands: `cargo xtask run`, `test`, `tablet`, `bench`, `prove`.
fn main() {}
