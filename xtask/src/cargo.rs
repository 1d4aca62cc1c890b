//! Starting other programs, cargo first of all.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths;

/// Variables cargo gives to the program it runs. Build scripts watch some of them, so a nested cargo that inherits
/// them would rebuild what a cargo started by hand had built, and the other way round.
const OURS_ALONE: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_"];

/// A cargo command in the repository's top folder, with the environment a person's shell would give it.
pub fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root()).args(args);
    // Fixed here, because the command does not run where we were started.
    command.env("CARGO_TARGET_DIR", paths::target());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if OURS_ALONE.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}

/// What the tablet's SQLite goes without: 90 KB of its download. The tablet runs plain tables, indexes, `strict`,
/// `without rowid` and pragmas, on one connection with a rollback journal. What uses one of these on the tablet fails
/// in the browser tests only, since every other SQLite here has them.
///
/// No SQLITE_OMIT that the parser knows (views, triggers, window functions, …): those need SQLite's own sources.
const SQLITE_WITHOUT: [&str; 16] = [
    // Full-text search, boxes, changesets and the hook they need: no table uses them. 68 KB with those down to the
    // unlock notice; all are optional extras that sqlite-wasm-rs turns on.
    "-USQLITE_ENABLE_FTS5",
    "-USQLITE_ENABLE_RTREE",
    "-USQLITE_ENABLE_SESSION",
    "-USQLITE_ENABLE_PREUPDATE_HOOK",
    // Tables that show SQLite's own insides.
    "-USQLITE_ENABLE_BYTECODE_VTAB",
    "-USQLITE_ENABLE_DBPAGE_VTAB",
    "-USQLITE_ENABLE_DBSTAT_VTAB",
    "-USQLITE_ENABLE_STMTVTAB",
    // sin(), sqlite_offset(), and explaining functions that do not exist.
    "-USQLITE_ENABLE_MATH_FUNCTIONS",
    "-USQLITE_ENABLE_OFFSET_SQL_FUNC",
    "-USQLITE_ENABLE_UNKNOWN_SQL_FUNCTION",
    // Which table a result's column comes from; rusqlite asks only with its feature `column_metadata`.
    "-USQLITE_ENABLE_COLUMN_METADATA",
    // A notice between connections with a shared cache, which is off.
    "-USQLITE_ENABLE_UNLOCK_NOTIFY",
    // JSON is read and written in Rust; it is text to the database. 12 KB.
    "-DSQLITE_OMIT_JSON",
    // OPFS's handle pool has no shared memory, so no write-ahead log. 6 KB.
    "-DSQLITE_OMIT_WAL",
    // Databases as byte strings.
    "-DSQLITE_OMIT_DESERIALIZE",
];

/// cargo for the wasm target: SQLite is C, and only clang and llvm-ar make wasm of it.
pub fn cargo_wasm<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = cargo(args);
    for (name, value) in [
        ("CC_wasm32_unknown_unknown", "clang"),
        ("AR_wasm32_unknown_unknown", "llvm-ar"),
        ("SQLITE_WASM_RS_FLAGS", &SQLITE_WITHOUT.join(" ")),
    ] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command
}

/// Runs a command to its end; its output goes to ours. Fails with the command line when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let line = spoken(command);
    let status = command.status().with_context(|| format!("`{line}` did not start"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs a command whose output matters only when it fails: then all of it is shown.
pub fn quietly(command: &mut Command) -> Result<()> {
    let line = spoken(command);
    let output = command.output().with_context(|| format!("`{line}` did not start"))?;
    if !output.status.success() {
        eprint!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        bail!("`{line}` failed ({})", output.status);
    }
    Ok(())
}

/// Runs a command and returns what it wrote to stdout; its stderr goes to ours.
pub fn read(command: &mut Command) -> Result<String> {
    let line = spoken(command);
    command.stderr(std::process::Stdio::inherit());
    let output = command.output().with_context(|| format!("`{line}` did not start"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` did not write UTF-8"))
}

/// The command as a person would type it: the program's name without its folder.
fn spoken(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name).chain(args).collect::<Vec<_>>().join(" ")
}
