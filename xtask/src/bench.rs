//! `cargo xtask bench [NAME]`: the benchmark tables, and the weight of the tablet's download.

use anyhow::Result;

use crate::args::Args;
use crate::cargo::{cargo, run};
use crate::step::step;
use crate::{download, tablet, test, tools};

/// Runs one bench, `download`, or everything.
pub fn bench(args: Args) -> Result<()> {
    let names = args.rest();
    if names.iter().any(|name| name != "download") || names.is_empty() {
        let browser = tools::for_browser()?;
        tablet::build(false)?;
        let mut command = cargo(["bench", "--features", "browser"]);
        match names.first() {
            // The words after the name are the bench's own.
            Some(name) => {
                command.args(["--bench", name]);
                if let Some(rest) = names.get(1..).filter(|rest| !rest.is_empty()) {
                    command.arg("--").args(rest);
                }
            }
            None => {
                command.args(["--benches"]);
            }
        }
        step("running the benches", "", || {
            run(test::with_browser(&mut command, &browser))
        })?;
    } else {
        tools::for_tablet()?;
        tablet::build(false)?;
    }
    if names.is_empty() || names.iter().any(|name| name == "download") {
        download::weigh()?;
    }
    Ok(())
}
