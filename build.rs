//! Writes down which files of the tablet app go into the district's program (`src/server/tablet.rs` includes the list).
//!
//! A release build embeds the folder that `cargo xtask tablet` fills: `$HAILONG_TABLET_DIR`, else `target/tablet`. A
//! debug build only names it and reads it from the disk, so that a new tablet app needs no new district. Without the
//! folder there is nothing to embed, and that is fine.

use std::{
    env, fs,
    io::{Result, Write},
    path::{Path, PathBuf},
};

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_SERVER").is_none() {
        return Ok(());
    }
    let usual = var("CARGO_MANIFEST_DIR").join("target").join("tablet");
    let mut out = fs::File::create(var("OUT_DIR").join("tablet.rs"))?;
    if env::var_os("PROFILE").is_none_or(|profile| profile != "release") {
        writeln!(out, "const FOLDER: Option<&str> = Some({usual:?});")?;
        return writeln!(out, "static FILES: &[(&str, &[u8])] = &[];");
    }
    println!("cargo::rerun-if-env-changed=HAILONG_TABLET_DIR");
    let folder = env::var_os("HAILONG_TABLET_DIR").map_or(usual, PathBuf::from);
    // cargo takes a path that does not exist for one that has just changed, and would build everything every time.
    let _ = fs::create_dir_all(&folder);
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    collect(&folder, "", &mut files)?;
    files.sort();
    writeln!(out, "const FOLDER: Option<&str> = None;")?;
    writeln!(out, "static FILES: &[(&str, &[u8])] = &[")?;
    for (name, path) in files {
        writeln!(out, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    writeln!(out, "];")
}

/// A path that cargo tells build scripts.
fn var(name: &str) -> PathBuf {
    env::var_os(name).unwrap_or_default().into()
}

/// The files below a folder, with their names relative to it.
fn collect(dir: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.push((name, fs::canonicalize(entry.path())?));
        }
    }
    Ok(())
}
