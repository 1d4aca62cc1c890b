//! The promises, each with the edit that breaks it and the test that must notice.

mod district;
mod proofs;
mod tablet;

/// One broken promise.
pub struct Mutant {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it breaks.
    pub breaks: &'static str,
    /// Where, from the repository's top folder.
    pub file: &'static str,
    /// What stands there, exactly once.
    pub from: &'static str,
    /// What it becomes.
    pub to: &'static str,
    /// The test meant for it, as arguments of `cargo test`.
    pub test: &'static [&'static str],
}

const STORE: &[&str] = &["--test", "store"];
const TURNED_BACK: &[&str] = &["--test", "path", "turned_back"];
const CAST_AGAIN: &[&str] = &["--test", "path", "cast_again"];

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Mutant> {
    tablet::MUTANTS.iter().chain(district::MUTANTS).chain(proofs::MUTANTS)
}
