//! `cargo xtask bench [NAME]`: the benchmark tables, and the weight of the tablet's download.

use std::process::Command;

use anyhow::Result;

use crate::args::Args;
use crate::cargo::{cargo, run};
use crate::step::step;
use crate::{download, tablet, test, tools};

/// Runs one bench, `download`, or everything. The words after a name are the bench's own.
pub fn bench(args: Args) -> Result<()> {
    let words = args.rest();
    match words.split_first() {
        None => {
            in_browser(&["--benches"], &[])?;
            download::weigh()
        }
        Some((name, _)) if name == "download" => {
            tools::for_tablet()?;
            tablet::build(false)?;
            download::weigh()
        }
        // No browser and no tablet app.
        Some((name, rest)) if ["ingest", "flood", "admin"].contains(&name.as_str()) => {
            step("running the bench", "", || run(&mut command(&["--bench", name], rest)))
        }
        Some((name, rest)) => in_browser(&["--bench", name], rest),
    }
}

fn in_browser(which: &[&str], rest: &[String]) -> Result<()> {
    let browser = tools::for_browser()?;
    tablet::build(false)?;
    step("running the benches", "", || {
        run(test::with_browser(&mut command(which, rest), &browser))
    })
}

/// The same features for every bench, so that none compiles the package anew.
fn command(which: &[&str], rest: &[String]) -> Command {
    let mut command = cargo(["bench", "--features", "browser"]);
    command.args(which);
    if !rest.is_empty() {
        command.arg("--").args(rest);
    }
    command
}
