//! `cargo xtask coverage [--uncovered]`: how much of the layers that carry a ballot the tests reach.
//!
//! Regions (a region is a stretch of code that runs as a whole), on the stable toolchain. A region counts as reached when
//! any of the test programs reached it: the same code is compiled into each of them, and `llvm-cov report` would take the
//! best program for each function instead. Unit tests inside a file are not counted.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::args::Args;
use crate::cargo::{cargo, quietly, read, run};
use crate::counters;
use crate::paths;
use crate::step::step;

/// What a ballot travels through on the tablet, and the wire.
const LAYERS: [&str; 3] = ["outbox", "sync", "wire"];

/// Percent of the regions of each layer that must be reached.
const GOAL: f64 = 95.0;

/// The test programs that touch these layers, the unit tests first.
const TESTS: [&str; 8] = [
    "--lib",
    "--test=fuzz",
    "--test=path",
    "--test=power_cut",
    "--test=protocol",
    "--test=server",
    "--test=simulation",
    "--test=store",
];

/// Enough of the proofs to reach what they reach: instrumented code is slow.
const SHORT: [(&str, &str); 3] = [
    ("HAILONG_SEEDS", "12"),
    ("HAILONG_KILLS", "10"),
    ("HAILONG_MUTATIONS", "2000"),
];

/// A region: lines and columns of its begin and its end.
type Place = (u64, u64, u64, u64);

/// The regions of each file and whether any program reached them.
type Regions = BTreeMap<PathBuf, BTreeMap<Place, bool>>;

/// Runs the tests and prints the table; fails where a layer is below the goal.
pub fn coverage(args: &mut Args) -> Result<ExitCode> {
    let uncovered = args.flag("--uncovered");
    args.finish()?;
    let (profdata, cov) = tools()?;
    let own = paths::target().join("coverage");
    let raw = own.join("raw");
    let _ = fs::remove_dir_all(&raw);
    fs::create_dir_all(&raw)?;
    let wrapper = counters::wrapper()?;
    step("compiling the tests with counters", "2 to 5 min the first time", || {
        run(&mut tests(&wrapper, &raw, &["--no-run"]))
    })?;
    let list = read(&mut tests(
        &wrapper,
        &raw,
        &["--no-run", "--message-format=json", "--quiet"],
    ))?;
    // A failure is told, and what was reached all the same.
    let ran = step("running them", "2 to 4 min", || {
        run(tests(&wrapper, &raw, &["--no-fail-fast", "--quiet"]).envs(SHORT))
    });
    let merged = own.join("all.profdata");
    let files = fs::read_dir(&raw)?.map(|entry| Ok(entry?.path()));
    let files = files.collect::<Result<Vec<_>>>()?;
    // A program that a test killed leaves a file that does not read.
    quietly(
        Command::new(profdata)
            .args(["merge", "-sparse", "--failure-mode=all", "-o"])
            .arg(&merged)
            .args(files),
    )?;
    let mut export = Command::new(cov);
    export
        .args(["export", "--format=text"])
        .arg(format!("--instr-profile={}", merged.display()));
    for (at, program) in programs(&list).into_iter().enumerate() {
        if at > 0 {
            export.arg("--object");
        }
        export.arg(program);
    }
    // The last words are the sources to look at.
    export.args(LAYERS.map(|layer| paths::root().join("src").join(layer)));
    let regions = regions(&serde_json::from_str(&read(&mut export)?)?)?;
    let reached = report(&regions, uncovered);
    ran.map(|()| reached)
}

/// The tests, compiled with counters in our own crates only: the dependencies are those of every other build.
fn tests(wrapper: &Path, raw: &Path, more: &[&str]) -> Command {
    let mut command = cargo(["test", "--features", "simulation"]);
    command.args(TESTS).args(more);
    command
        .env("RUSTC_WORKSPACE_WRAPPER", wrapper)
        .env("CARGO_INCREMENTAL", "0");
    // A process for each file, so that programs started by tests do not overwrite one another's.
    command.env("LLVM_PROFILE_FILE", raw.join("%p-%m.profraw"));
    command
}

/// `llvm-profdata` and `llvm-cov` of the toolchain, which rustup brings.
fn tools() -> Result<(PathBuf, PathBuf)> {
    let libs = read(Command::new("rustc").args(["--print", "target-libdir"]))?;
    let bin = Path::new(libs.trim())
        .parent()
        .map(|dir| dir.join("bin"))
        .unwrap_or_default();
    let tools = (bin.join("llvm-profdata"), bin.join("llvm-cov"));
    if !tools.0.exists() {
        step("adding llvm-tools to the toolchain", "", || {
            quietly(Command::new("rustup").args(["component", "add", "llvm-tools"]))
        })?;
    }
    Ok(tools)
}

/// The programs that cargo names, tests and what they start.
fn programs(list: &str) -> Vec<String> {
    list.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message.get("executable")?.as_str().map(str::to_owned))
        .collect()
}

fn regions(export: &Value) -> Result<Regions> {
    let mut all = Regions::new();
    let functions = export
        .pointer("/data/0/functions")
        .and_then(Value::as_array)
        .context("llvm-cov named no functions")?;
    for function in functions {
        let file = |id: &Value| -> Option<PathBuf> {
            let names = function.get("filenames")?.as_array()?;
            Some(names.get(usize::try_from(id.as_u64()?).ok()?)?.as_str()?.into())
        };
        for region in function.get("regions").and_then(Value::as_array).into_iter().flatten() {
            let numbers: Vec<u64> = region
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64)
                .collect();
            // Lines and columns, count, file, the file it expands to, kind: 0 is code.
            let [a, b, c, d, count, _, _, 0] = numbers[..] else {
                continue;
            };
            // Generic code of others is compiled into ours.
            let Some(file) = region
                .get(5)
                .and_then(file)
                .filter(|file| file.starts_with(paths::root()))
            else {
                continue;
            };
            *all.entry(file).or_default().entry((a, b, c, d)).or_default() |= count > 0;
        }
    }
    for (file, places) in &mut all {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let tests = tests_from(&text);
        places.retain(|place, _| place.0 < tests);
    }
    Ok(all)
}

/// The line from which a file holds its unit tests, which come last.
fn tests_from(text: &str) -> u64 {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines
        .windows(2)
        .position(|two| matches!(two, ["#[cfg(test)]", module] if module.starts_with("mod ") && module.ends_with('{')));
    found.map_or(u64::MAX, |at| at as u64 + 1)
}

fn report(regions: &Regions, uncovered: bool) -> ExitCode {
    let mut held = true;
    println!("\n| layer | regions | reached | |\n|---|---|---|---|");
    for layer in LAYERS {
        let dir = paths::root().join("src").join(layer);
        let own = regions
            .iter()
            .filter(|(file, _)| file.starts_with(&dir) && !is_test(file));
        let (mut count, mut reached) = (0u32, 0u32);
        for (file, places) in own {
            count += u32::try_from(places.len()).unwrap_or(0);
            reached += u32::try_from(places.values().filter(|reached| **reached).count()).unwrap_or(0);
            for (place, _) in places.iter().filter(|(_, reached)| uncovered && !**reached) {
                eprintln!("{}:{}:{} to {}:{}", file.display(), place.0, place.1, place.2, place.3);
            }
        }
        let percent = f64::from(reached) * 100.0 / f64::from(count.max(1));
        held &= percent >= GOAL;
        println!("| `{layer}` | {count} | {reached} | {percent:.1} % |");
    }
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Files that hold nothing but tests.
fn is_test(file: &Path) -> bool {
    file.components()
        .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_region_is_reached_if_any_program_reached_it() {
        let file = file!();
        let path = paths::root().join(file);
        let function = |counts: [u64; 2]| {
            json!({"filenames": [path], "regions": [[1, 1, 2, 2, counts[0], 0, 0, 0], [3, 1, 4, 2, counts[1], 0, 0, 0],
                [9, 1, 9, 2, 7, 0, 0, 2]]})
        };
        let export = json!({"data": [{"functions": [function([1, 0]), function([0, 0])]}]});
        let found = regions(&export).unwrap();
        assert_eq!(
            found[&path],
            BTreeMap::from([((1, 1, 2, 2), true), ((3, 1, 4, 2), false)])
        );
    }

    #[test]
    fn unit_tests_are_not_counted() {
        assert_eq!(tests_from("fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n"), 3);
        assert_eq!(tests_from("#[cfg(test)]\nmod tests;\nfn a() {}\n"), u64::MAX);
    }
}
