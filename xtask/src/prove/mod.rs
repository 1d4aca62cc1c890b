//! `cargo xtask prove [--long [MINUTES]]`: the proofs of `docs/proof.md`, in minutes or in hours.
//! `cargo xtask prove --mutants [NAME …]`: breaks each promise once, in a copy of the tree, and sees its test fail.
//!
//! A test that can't fail proves nothing. A mutant is a small edit that breaks one promise; the test meant for it must
//! pass without the edit and fail with it. A mutant that does not compile or that no test notices is an error.

mod mutants;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::args::Args;
use crate::cargo::{cargo, read, run};
use crate::paths;
use crate::step::step;
use mutants::Mutant;

/// The proofs, each a test program: its name, and what makes its long form.
const PROOFS: [(&str, &[(&str, &str)]); 7] = [
    ("power_cut", &[("HAILONG_SEEDS", "3000")]),
    ("simulation", &[]),
    ("kills", &[("HAILONG_KILLS", "10000")]),
    ("herd", &[("HAILONG_HERD", "16000")]),
    ("fuzz", &[("HAILONG_MUTATIONS", "1000000")]),
    ("month", &[("HAILONG_TABLETS", "1000")]),
    (
        "soak",
        &[
            ("HAILONG_DAYS", "30"),
            ("HAILONG_TABLETS", "40"),
            ("HAILONG_BEFORE", "100"),
        ],
    ),
];

/// How much of a proof the short form runs, where a bare `cargo test` runs less.
pub const SHORT: [(&str, &str); 2] = [("HAILONG_KILLS", "200"), ("HAILONG_MUTATIONS", "6000")];

/// Runs what was asked for.
pub fn prove(args: &mut Args) -> Result<ExitCode> {
    if !args.flag("--mutants") {
        let long = args.flag("--long");
        let minutes = if long { args.next() } else { None };
        args.finish()?;
        return proofs(long, minutes.as_deref().unwrap_or("60"));
    }
    let chosen = chosen(args)?;
    let tree = Tree::copy()?;
    // The tests must pass first, or their failing says nothing.
    for test in tests_of(&chosen) {
        let what = format!("{} without a mutant", test.join(" "));
        step(&what, "", || match tree.test(test)? {
            Outcome::Passed => Ok(()),
            other => bail!("it must pass, but {}", other.words()),
        })?;
    }
    let mut survivors = Vec::new();
    for mutant in &chosen {
        let outcome = step(&format!("{}: {}", mutant.name, mutant.breaks), "", || tree.with(mutant))?;
        println!("  {}", outcome.words());
        if outcome != Outcome::Failed {
            survivors.push(mutant.name);
        }
    }
    println!(
        "\n{} of {} mutants were caught",
        chosen.len() - survivors.len(),
        chosen.len()
    );
    if survivors.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("not caught: {}", survivors.join(", "));
    Ok(ExitCode::FAILURE)
}

/// Runs every proof, all of them even when one fails. `minutes` are those of the long simulation.
fn proofs(long: bool, minutes: &str) -> Result<ExitCode> {
    let mut failed = Vec::new();
    for (name, longer) in PROOFS {
        let mut command = cargo(["test", "--features", "simulation", "--test", name]);
        if long {
            command.args(["--profile", "proof"]).envs(longer.iter().copied());
            command.env("HAILONG_MINUTES", minutes);
        } else {
            command.envs(SHORT);
        }
        command.args(["--", "--nocapture"]);
        if let Err(why) = step(&format!("proof: {name}"), "", || run(&mut command)) {
            eprintln!("✗ {why:#}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        println!("every proof held");
        return Ok(ExitCode::SUCCESS);
    }
    println!("did not hold: {}", failed.join(", "));
    Ok(ExitCode::FAILURE)
}

/// The mutants of these names, or all.
fn chosen(args: &mut Args) -> Result<Vec<&'static Mutant>> {
    let mut chosen = Vec::new();
    while let Some(name) = args.next() {
        let Some(mutant) = mutants::all().find(|mutant| mutant.name == name) else {
            let names: Vec<&str> = mutants::all().map(|mutant| mutant.name).collect();
            bail!("no mutant `{name}`; there are: {}", names.join(", "));
        };
        chosen.push(mutant);
    }
    if chosen.is_empty() {
        chosen.extend(mutants::all());
    }
    Ok(chosen)
}

/// Each test once, in the order of the mutants.
fn tests_of(chosen: &[&Mutant]) -> Vec<&'static [&'static str]> {
    let mut tests: Vec<&[&str]> = Vec::new();
    for mutant in chosen {
        if !tests.contains(&mutant.test) {
            tests.push(mutant.test);
        }
    }
    tests
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    NotCompiled,
    NoTest,
}

impl Outcome {
    fn words(self) -> &'static str {
        match self {
            Self::Passed => "its test passed",
            Self::Failed => "its test failed",
            Self::NotCompiled => "it did not compile",
            Self::NoTest => "no test has its name",
        }
    }
}

/// A copy of the tree, so that nobody's work is touched. Its target folder is its own: cargo tells two copies of one
/// package apart by their files' times only, and a mutant must never be taken for the program.
struct Tree(PathBuf);

impl Tree {
    fn copy() -> Result<Self> {
        let tree = paths::target().join("mutants");
        let mut list = Command::new("git");
        list.current_dir(paths::root())
            .args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let mut copied = BTreeSet::new();
        for name in read(&mut list)?.lines() {
            let from = paths::root().join(name);
            // Listed, but deleted and not yet committed.
            if from.is_file() {
                write_if_changed(&tree.join(name), &fs::read(&from)?)?;
                copied.insert(tree.join(name));
            }
        }
        for folder in ["src", "tests", "benches"] {
            remove_others(&tree.join(folder), &copied)?;
        }
        Ok(Self(tree))
    }

    /// Breaks the promise, runs its test, mends it.
    fn with(&self, mutant: &Mutant) -> Result<Outcome> {
        let file = self.0.join(mutant.file);
        let sound = fs::read_to_string(&file).with_context(|| format!("cannot read {}", mutant.file))?;
        let broken = mutant.apply(&sound)?;
        fs::write(&file, broken)?;
        let outcome = self.test(mutant.test);
        fs::write(&file, sound)?;
        outcome
    }

    fn test(&self, test: &[&str]) -> Result<Outcome> {
        let tried = |more: &[&str]| {
            let mut command = cargo(["test"]);
            command.current_dir(&self.0).args(test).args(more);
            command.env("CARGO_TARGET_DIR", self.0.join("target"));
            command.stderr(Stdio::null()).output().context("cargo did not start")
        };
        if !tried(&["--no-run"])?.status.success() {
            return Ok(Outcome::NotCompiled);
        }
        let done = tried(&[])?;
        let said = String::from_utf8_lossy(&done.stdout);
        Ok(match done.status.success() {
            // A name that fits nothing would pass for ever.
            true if !said.lines().any(ran_some) => Outcome::NoTest,
            true => Outcome::Passed,
            false => Outcome::Failed,
        })
    }
}

impl Mutant {
    /// The file with the edit. The text to replace must be there exactly once: a mutant that misses proves nothing.
    fn apply(&self, sound: &str) -> Result<String> {
        match sound.matches(self.from).count() {
            1 => Ok(sound.replacen(self.from, self.to, 1)),
            n => bail!("mutant {}: `{}` is {n} times in {}", self.name, self.from, self.file),
        }
    }
}

/// Equal files keep their time, so that cargo compiles again only what changed.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Whether a line of `cargo test` says that tests are run.
fn ran_some(line: &str) -> bool {
    line.starts_with("running ") && !line.starts_with("running 0 ")
}

/// Removes what an earlier copy left and the tree no longer has: cargo would compile it.
fn remove_others(folder: &Path, keep: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, keep)?;
        } else if !keep.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mutant_finds_its_place_and_has_a_name_of_its_own() {
        let mut seen = BTreeSet::new();
        for mutant in mutants::all() {
            assert!(seen.insert(mutant.name), "{} is there twice", mutant.name);
            let sound = fs::read_to_string(paths::root().join(mutant.file)).unwrap();
            let broken = mutant.apply(&sound).unwrap();
            assert_ne!(broken, sound, "{}", mutant.name);
        }
    }

    #[test]
    fn every_proof_has_a_mutant_that_it_must_catch() {
        for (name, _) in PROOFS {
            assert!(mutants::all().any(|mutant| mutant.test.contains(&name)), "{name}");
        }
    }

    #[test]
    fn some_are_chosen_by_their_names_and_a_name_that_none_has_is_an_error() {
        let chosen = |line: &str| {
            let found = chosen(&mut Args::new(line.split_whitespace().map(str::to_owned)));
            found.map(|found| found.iter().map(|mutant| mutant.name).collect::<Vec<_>>())
        };
        assert_eq!(chosen("drop-oldest epoch-kept").unwrap(), ["drop-oldest", "epoch-kept"]);
        assert_eq!(chosen("").unwrap().len(), mutants::all().count());
        assert!(chosen("drop-oldest drop-newest").is_err());
    }
}
