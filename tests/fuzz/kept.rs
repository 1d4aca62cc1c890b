//! Reads the kept inputs: `tests/corpus/<target>/`. Good ones to begin from, and those that once found something.

use std::path::{Path, PathBuf};

/// The folder of all of them. Two packages read it, each from its own place in the repository.
pub fn folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = own
        .ancestors()
        .map(|dir| dir.join("tests/corpus"))
        .find(|dir| dir.is_dir());
    found.expect("a repository has tests/corpus")
}

/// Names and bytes of a target's inputs.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder().join(target))
        .unwrap_or_else(|error| panic!("tests/corpus/{target}: {error}"))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files
        .iter()
        .map(|path| (name(path), std::fs::read(path).unwrap()))
        .collect()
}

/// Whether an input is one to begin from; the others are there to be refused.
pub fn is_good(name: &str) -> bool {
    !name.starts_with("bad_") && name != "bomb"
}
