//! Where things are.

use std::path::{Path, PathBuf};

/// The repository's top folder.
pub fn root() -> PathBuf {
    // cargo sets the variable for what it runs; the compiled-in value serves an xtask started by hand.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let own = PathBuf::from(own);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// cargo's target folder; `CARGO_TARGET_DIR` may have moved it.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        // A relative one counts from where cargo was started, which is also our current folder.
        Some(dir) if !dir.is_empty() => std::path::absolute(&dir).unwrap_or_else(|_| dir.into()),
        _ => root().join("target"),
    }
}

/// The finished tablet app, which the district embeds.
pub fn tablet() -> PathBuf {
    target().join("tablet")
}

/// The demo district's data, kept between runs and never in git.
pub fn demo() -> PathBuf {
    root().join("data").join("demo")
}

/// Programs we compile for ourselves (cargo-deny).
pub fn tools() -> PathBuf {
    target().join("tools")
}
