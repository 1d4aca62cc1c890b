//! Our own crates compiled with `llvm-cov`'s counters in them, on stable: cargo calls this program in rustc's place.
//!
//! A shell script would not do: a shell loses the variables of cargo's that have a dash in their names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::args::Args;
use crate::paths;

/// The name of this program when it stands in for rustc.
const NAME: &str = "rustc-with-counters";

/// Something for `RUSTC_WORKSPACE_WRAPPER`: a copy of this program under a name that says what it is to do.
pub fn wrapper() -> Result<PathBuf> {
    let path = paths::target().join("coverage").join(NAME);
    let own = std::env::current_exe()?;
    if !fs::read(&path).is_ok_and(|old| fs::read(&own).is_ok_and(|new| old == new)) {
        let _ = fs::remove_file(&path);
        fs::copy(&own, &path)?;
    }
    Ok(path)
}

/// Calls rustc as cargo would have, with counters, if that is what this program was started for.
pub fn compile(first: &str, args: &mut Args) -> Option<Result<ExitCode>> {
    let own = std::env::current_exe().ok()?;
    if own.file_name()?.to_str()? != NAME || Path::new(first).file_stem()? != "rustc" {
        return None;
    }
    let mut rustc = Command::new(first);
    while let Some(word) = args.next() {
        rustc.arg(word);
    }
    let status = rustc.arg("-Cinstrument-coverage").status();
    let code = status.map(|status| {
        if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    });
    Some(code.map_err(Into::into))
}
