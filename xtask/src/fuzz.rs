//! `cargo xtask fuzz [MINUTES] [TARGET]`: the decoders of `tests/fuzz` under libFuzzer, which sees what an input reaches.
//!
//! On stable: rustc hands LLVM the same flags that `cargo fuzz` would, so each edge counts and each comparison is told.
//! Everything in Rust is compiled so, the crates we parse with too, in a target folder of its own. What a run found out
//! stays in `target/fuzz/<target>/`, and the next one goes on from there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::cargo::{cargo, run};
use crate::step::step;
use crate::{paths, tools};

/// What makes of rustc a compiler for libFuzzer.
const FLAGS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Minutes of all targets together, if nobody says.
const MINUTES: f64 = 15.0;

/// Longest input (the largest kept one has 6 KB), and the seconds after which one is a hang: by the clock on the wall, and a
/// disk that others kept busy once took 44 for one small file.
const LIMITS: [&str; 2] = ["-max_len=16384", "-timeout=300"];

/// What became of a target.
struct Outcome {
    name: String,
    executions: u64,
    /// Edges that the kept inputs reach, and those that were reached in the end.
    edges: (u64, u64),
    new_inputs: u64,
    held: bool,
}

/// Runs the targets one after the other, all of them even when one fails, and prints the table.
pub fn fuzz(args: &mut Args) -> Result<ExitCode> {
    let minutes = match args.next() {
        None => MINUTES,
        Some(word) => match word.parse::<f64>() {
            Ok(minutes) if minutes > 0.0 && minutes.is_finite() => minutes,
            _ => bail!("`{word}` is not a number of minutes"),
        },
    };
    let only = args.next();
    args.finish()?;
    let mut targets = names()?;
    if let Some(only) = only {
        if !targets.contains(&only) {
            bail!("no such target; there are: {}", targets.join(", "));
        }
        targets = vec![only];
    }
    tools::cxx()?;
    let program = step(
        "compiling the decoders with counters",
        "6 to 12 min the first time",
        compile,
    )?;
    let seconds = (minutes * 60.0 / targets.len() as f64).max(1.0) as u64;
    let outcomes = targets.into_iter().map(|name| guided(&program, name, seconds));
    let outcomes = outcomes.collect::<Result<Vec<_>>>()?;
    Ok(report(&outcomes))
}

/// The targets: each has a folder of kept inputs.
fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(corpus())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn corpus() -> PathBuf {
    paths::root().join("tests/corpus")
}

fn compile() -> Result<PathBuf> {
    let host = tools::host()?;
    let folder = paths::target().join("guided");
    // With a target named, the flags are not for build scripts and macros, which could not run with them.
    let mut command = cargo([
        "build",
        "--package",
        "guided",
        "--features",
        "run",
        "--profile",
        "proof",
    ]);
    command
        .args(["--target", &host])
        .env("CARGO_TARGET_DIR", &folder)
        .env("RUSTFLAGS", FLAGS.join(" "))
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut command)?;
    Ok(folder.join(host).join("proof").join("guided"))
}

/// Runs one target, first with the kept inputs alone.
fn guided(program: &Path, name: String, seconds: u64) -> Result<Outcome> {
    let (home, failed) = (paths::target().join("fuzz"), paths::target().join("tmp").join("fuzz"));
    let (kept, grown) = (corpus().join(&name), home.join(&name));
    fs::create_dir_all(&grown)?;
    fs::create_dir_all(&failed)?;
    let log = home.join(format!("{name}.log"));
    let fuzzer = |length: String, inputs: &[&Path]| -> Result<String> {
        let mut command = Command::new(program);
        command
            .env("HAILONG_TARGET", &name)
            .args(LIMITS)
            .args(["-print_final_stats=1", "-reload=0", &length])
            .arg(format!("-artifact_prefix={}/{name}-", failed.display()))
            .args(inputs)
            .stderr(fs::File::create(&log)?);
        let status = command.status().context("the fuzzer did not start")?;
        let said = heard(&log)?;
        if !status.success() {
            bail!("{}; all of it is in {}", told(&said).join("; "), log.display());
        }
        Ok(said)
    };
    let mut before = 0;
    let ran = step(&format!("guided: {name}"), &format!("{seconds} s"), || {
        before = edges(&fuzzer("-runs=0".into(), &[&kept])?);
        fuzzer(format!("-max_total_time={seconds}"), &[&grown, &kept])
    });
    if let Err(why) = &ran {
        eprintln!("✗ {why:#}");
    }
    let said = heard(&log)?;
    Ok(Outcome {
        executions: stated(&said, "number_of_executed_units"),
        edges: (before, edges(&said)),
        new_inputs: stated(&said, "new_units_added"),
        held: ran.is_ok(),
        name,
    })
}

/// What libFuzzer wrote; now and then it shows bytes that are no text.
fn heard(log: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(log)?).into_owned())
}

/// The number of edges in the last line that names one.
fn edges(said: &str) -> u64 {
    let mut numbers = said.lines().filter_map(|line| {
        let (_, rest) = line.split_once(" cov: ")?;
        rest.split(' ').next()?.parse().ok()
    });
    numbers.next_back().unwrap_or(0)
}

/// One of libFuzzer's final figures.
fn stated(said: &str, stat: &str) -> u64 {
    let start = format!("stat::{stat}:");
    let number = said.lines().find_map(|line| line.strip_prefix(&start));
    number.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

/// The lines that say what failed and where the input is; a panic's message follows its place.
fn told(said: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut panic = false;
    for line in said.lines() {
        let tells = ["panicked at", "ERROR: libFuzzer", "Test unit written to"];
        if panic || tells.iter().any(|words| line.contains(words)) {
            lines.push(line);
        }
        panic = line.contains("panicked at");
    }
    lines
}

fn report(outcomes: &[Outcome]) -> ExitCode {
    println!(
        "\n| target | executions | edges of the kept inputs | edges at the end | new inputs |\n|---|---|---|---|---|"
    );
    for Outcome {
        name,
        executions,
        edges,
        new_inputs,
        held,
    } in outcomes
    {
        let failed = if *held { "" } else { " (failed)" };
        println!(
            "| {name}{failed} | {executions} | {} | {} | {new_inputs} |",
            edges.0, edges.1
        );
    }
    let failed = outcomes.iter().filter(|outcome| !outcome.held);
    let names: Vec<&str> = failed.map(|outcome| outcome.name.as_str()).collect();
    if names.is_empty() {
        println!("\nnothing was found");
        return ExitCode::SUCCESS;
    }
    println!(
        "\nfailed: {}. The inputs are in target/tmp/fuzz/: mend what they found, and put each into tests/corpus/<target>/ as \
         bad_<what it found>",
        names.join(", ")
    );
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
INFO: Seed: 1
#5	INITED cov: 1200 ft: 1300 corp: 4/3Kb exec/s: 0 rss: 40Mb
#9	NEW    cov: 1207 ft: 1310 corp: 5/3Kb lim: 4096 exec/s: 0 rss: 40Mb L: 9/9 MS: 1 Custom-
thread '<unnamed>' panicked at src/wire/code.rs:1:1:
a refusal says why
==7== ERROR: libFuzzer: deadly signal
    #0 0x55 in __sanitizer_print_stack_trace
artifact_prefix='/x/code-'; Test unit written to /x/code-crash-00
stat::number_of_executed_units: 9
stat::new_units_added:          1
";

    #[test]
    fn what_libfuzzer_says_is_understood() {
        assert_eq!((edges(SAID), edges("nothing")), (1207, 0));
        assert_eq!(stated(SAID, "number_of_executed_units"), 9);
        assert_eq!(stated(SAID, "new_units_added"), 1);
        assert_eq!(told(SAID).len(), 4, "{:?}", told(SAID));
    }
}
