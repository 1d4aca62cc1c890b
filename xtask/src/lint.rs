//! `cargo xtask lint`: format, lints for each program as it ships, licences and sources of what we depend on.
//!
//! All checks run even when one fails, so that one round shows everything.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::cargo::{cargo, cargo_wasm, run};
use crate::step::step;
use crate::{paths, tablet, tools};

/// Runs all checks.
pub fn lint() -> Result<ExitCode> {
    tools::for_tablet()?;
    let mut failed = Vec::new();
    let mut check = |name: &'static str, command: &mut Command| {
        if let Err(why) = step(name, "", || run(command)) {
            eprintln!("✗ {why:#}");
            failed.push(name);
        }
    };
    const STRICT: [&str; 3] = ["--", "-D", "warnings"];
    check("format", &mut cargo(["fmt", "--all", "--check"]));
    check(
        "lints: client and server",
        cargo(["clippy", "--all-targets", "--features", "browser simulation"]).args(STRICT),
    );
    check(
        "lints: the district alone",
        cargo(["clippy", "--no-default-features", "--features", "server"]).args(STRICT),
    );
    // In the wasm profile: SQLite is then compiled once for the lints and the build.
    check(
        "lints: the tablet app",
        cargo_wasm(["clippy"]).args(tablet::CARGO).args(STRICT),
    );
    check(
        "lints: the xtask, the shims of tests",
        cargo([
            "clippy",
            "--package",
            "xtask",
            "--package",
            "test-shims",
            "--all-targets",
        ])
        .args(STRICT),
    );
    check(
        "lints: the decoders under libFuzzer",
        cargo(["clippy", "--package", "guided", "--all-targets"]).args(STRICT),
    );
    let deny = tools::cargo_deny()?;
    let mut command = Command::new(deny);
    // Not `advisories`: their database comes from a git host, and a test must not depend on the day it runs.
    // Crates in two versions are allowed (deny.toml warns of them): 400 lines that nobody reads here.
    command
        .current_dir(paths::root())
        .args(["--workspace", "check", "--allow", "duplicate"]);
    command.args(["bans", "licenses", "sources"]);
    check("licences and sources", &mut command);
    if failed.is_empty() {
        println!("all checks passed");
        return Ok(ExitCode::SUCCESS);
    }
    println!("failed: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}
