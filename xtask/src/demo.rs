//! The demo district's folder, `data/demo/`: made once, kept between runs, with the first admin's password beside it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::cargo::read;
use crate::step::step;
use crate::{folder, paths};

/// Who may sign in to the demo.
pub struct Admin {
    /// The user name.
    pub user: String,
    /// The password, made at `init` and kept only in our own file.
    pub password: String,
}

/// Makes the demo folder if it is missing (or anew), and returns its admin.
pub fn prepare(district: &Path, fresh: bool) -> Result<Admin> {
    let dir = paths::demo();
    if fresh {
        folder::clear(&dir)?;
    }
    if !dir.exists() {
        step(
            "making demo data in data/demo/",
            "fictional ballots, through the real protocol",
            || make(district, &dir),
        )?;
    }
    let file = admin_file(&dir);
    let text = fs::read_to_string(&file).context(
        "data/demo/ has no admin.json (not made by `cargo xtask run`?); `cargo xtask run --fresh` starts over",
    )?;
    admin(&text)
}

/// `hailong-district init` beside the place, then moved there: an `init` that was stopped leaves no half demo.
fn make(district: &Path, dir: &Path) -> Result<()> {
    let new = dir.with_extension("new");
    folder::clear(&new)?;
    if let Some(parent) = dir.parent() {
        fs::create_dir_all(parent)?;
    }
    let answer = read(
        Command::new(district)
            .arg("init")
            .arg("--data")
            .arg(&new)
            .args(["--demo", "--json"]),
    )?;
    let line = last_object(&answer)?;
    admin(&line)?;
    write_private(&admin_file(&new), &line)?;
    fs::rename(&new, dir).context("cannot move the demo data to data/demo/")
}

/// An enrolment link for the demo's first counter.
pub fn link(district: &Path, base: &str) -> Result<String> {
    let dir = paths::demo();
    let counters = read(
        Command::new(district)
            .args(["show", "counters", "--data"])
            .arg(&dir)
            .arg("--json"),
    )?;
    let Some(first) = counters.lines().find(|line| line.starts_with('{')) else {
        bail!("the demo has no counter; `cargo xtask run --fresh` starts over")
    };
    let id = text(first, "id")?;
    let mut code = Command::new(district);
    code.args(["code", "--data"])
        .arg(&dir)
        .args(["--counter", &id, "--url", base, "--json"]);
    text(&last_object(&read(&mut code)?)?, "link")
}

fn admin_file(dir: &Path) -> PathBuf {
    dir.join("admin.json")
}

fn admin(line: &str) -> Result<Admin> {
    Ok(Admin {
        user: text(line, "user")?,
        password: text(line, "password")?,
    })
}

/// The last JSON object a program wrote, one a line.
fn last_object(output: &str) -> Result<String> {
    match output.lines().rev().find(|line| line.starts_with('{')) {
        Some(line) => Ok(line.to_owned()),
        None => bail!("hailong-district answered without a JSON line"),
    }
}

/// A text member of a JSON object. Numbers are taken as their digits: an id may be either.
fn text(line: &str, member: &str) -> Result<String> {
    let value: Value = serde_json::from_str(line).context("hailong-district answered with broken JSON")?;
    match value.get(member) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => bail!("hailong-district answered without `{member}`"),
    }
}

/// Writes a file only its owner may read.
fn write_private(file: &Path, text: &str) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{text}").with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_districts_answers_are_read_line_by_line() {
        let line = last_object("making…\n{\"user\":\"admin\",\"password\":\"x\"}\n").unwrap();
        let admin = admin(&line).unwrap();
        assert_eq!((admin.user.as_str(), admin.password.as_str()), ("admin", "x"));
        assert!(last_object("nothing").is_err());
        assert_eq!(text("{\"id\":7}", "id").unwrap(), "7");
        assert!(text("{}", "id").is_err());
    }
}
