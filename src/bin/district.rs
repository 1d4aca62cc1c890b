//! The district.
fn main() {}
