//! `cargo xtask test`: every test there is, the ones in a real browser included.
//!
//! All suites run even when one fails; the end says which ran, how they ended and how long it all took.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::Result;

use crate::cargo::{cargo, run};
use crate::step::{human, side_by_side, step};
use crate::{download, paths, prove, tablet, tools};

/// Turns on what the browser tests and benches need, and tells them where it is.
pub fn with_browser<'a>(command: &'a mut Command, browser: &Path) -> &'a mut Command {
    command
        .env("HAILONG_CHROME", browser)
        .env("HAILONG_TABLET_DIR", paths::tablet())
        .env(
            "HAILONG_AXE",
            paths::tools().join("npm/node_modules/axe-core/axe.min.js"),
        )
}

/// Runs the tests. With `args` only the package's tests run, and the test runner gets the args.
pub fn test(args: Vec<String>) -> Result<ExitCode> {
    let start = Instant::now();
    let browser = tools::for_browser()?;
    println!("  browser: {}", browser.display());
    tools::axe()?;
    tools::python()?;
    tools::for_tablet()?;

    // nextest where it is installed (a process per test, quicker to read); plain cargo everywhere else.
    let nextest = tools::on_path("cargo-nextest").is_some();
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let features = ["--features", "browser,ui,simulation"];
    if args.is_empty() {
        side_by_side(
            || tablet::build(false),
            || {
                step("compiling the tests", "4 to 6 min the first time", || {
                    run(cargo(runner).args(features).arg("--no-run"))
                })
            },
        )?;
    } else {
        // The args may name one test only: the runner compiles what it needs.
        tablet::build(false)?;
    }
    let mut suites = Vec::new();
    if args.is_empty() {
        let name = "weighing what a tablet downloads";
        suites.push((name, went_well(step(name, "", download::hold))));
    }
    let mut suite = |name: &'static str, command: &mut Command| {
        let done = step(name, "", || run(with_browser(command, &browser)));
        suites.push((name, went_well(done)));
    };
    suite(
        "testing the package, in the browser too",
        cargo(runner)
            .arg("--no-fail-fast")
            .args(features)
            .args(&args)
            .envs(prove::SHORT),
    );
    if args.is_empty() {
        if nextest {
            suite(
                "testing the examples in the documentation",
                cargo(["test", "--doc"]).args(features),
            );
        }
        suite(
            "testing the xtask",
            cargo(runner).args(["--no-fail-fast", "--package", "xtask"]),
        );
    }

    println!();
    for (name, passed) in &suites {
        println!("{} {name}", if *passed { '✓' } else { '✗' });
    }
    let passed = suites.iter().all(|(_, passed)| *passed);
    println!(
        "{} in {}",
        if passed { "all suites passed" } else { "a suite failed" },
        human(start.elapsed())
    );
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether it did; if not, says why, so that the others can go on.
fn went_well(done: Result<()>) -> bool {
    if let Err(why) = &done {
        eprintln!("✗ {why:#}");
    }
    done.is_ok()
}
