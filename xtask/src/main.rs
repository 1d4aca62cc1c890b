//! The project's own commands: `cargo xtask run`, `test`, `tablet`, `bench`, `prove`, `fuzz`, `coverage`, `deb`, `sbom`,
//! `lint`.
//!
//! Each command installs what it lacks, says what it is doing and how long it took, and stops with one clear line
//! where it cannot go on. Arguments are parsed by hand: five commands with three options need no parser to compile.

mod args;
mod bench;
mod cargo;
mod counters;
mod coverage;
mod deb;
mod demo;
mod download;
mod folder;
mod fuzz;
mod lint;
mod paths;
mod prove;
mod run;
mod sbom;
mod service_worker;
mod step;
mod tablet;
mod test;
mod tools;
#[cfg(test)]
mod versions;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::args::Args;

/// What `cargo xtask` without a command (or with `help`) prints.
const USAGE: &str = "\
cargo xtask run [--fresh] [--port N]   build everything, start the district with demo data on 127.0.0.1:8700
cargo xtask test [ARGS]                every test, in a real browser too; ARGS go to the test runner
cargo xtask tablet [--opt]             build only the tablet app into target/tablet/ (--opt: wasm-opt from npm)
cargo xtask bench [NAME]               print the benchmark tables: ingest, tablet, download (NAME: only that one)
cargo xtask prove [--long [MINUTES]]   power cuts, simulation, kills, herd, hostile input, month, soak (--long: hours)
cargo xtask prove --mutants [NAME …]   break each promise once and see its test fail
cargo xtask fuzz [MINUTES] [TARGET]    the decoders under libFuzzer, guided by what an input reaches (15 minutes)
cargo xtask coverage [--uncovered]     how much of outbox, sync and wire the tests reach (needs 95 % of the regions)
cargo xtask deb                        the district as a Debian package, into target/debian/
cargo xtask sbom                       what the programs are made of (CycloneDX), into target/sbom/
cargo xtask lint                       format, lints, licences and sources of what we depend on

Each installs what it lacks (apt-get as root, rustup, crates). CHROME=/path/to/browser picks the browser.";

fn main() -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(why) => {
            // One line: the whole chain of causes, joined.
            eprintln!("✗ {why:#}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<ExitCode> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let mut args = Args::new(words);
    if let Some(compiled) = counters::compile(&command, &mut args) {
        return compiled;
    }
    match command.as_str() {
        "run" => run::run(&mut args)?,
        "test" => return test::test(args.rest()),
        "tablet" => {
            let opt = args.flag("--opt");
            args.finish()?;
            tablet::build(opt)?;
        }
        "bench" => bench::bench(args)?,
        "prove" => return prove::prove(&mut args),
        "fuzz" => return fuzz::fuzz(&mut args),
        "coverage" => return coverage::coverage(&mut args),
        "deb" => {
            args.finish()?;
            deb::build()?;
        }
        "sbom" => {
            args.finish()?;
            sbom::write()?;
        }
        "lint" => {
            args.finish()?;
            return lint::lint();
        }
        "" | "help" | "--help" | "-h" => println!("{USAGE}"),
        other => bail!("unknown command `{other}`; `cargo xtask help` lists them"),
    }
    Ok(ExitCode::SUCCESS)
}
