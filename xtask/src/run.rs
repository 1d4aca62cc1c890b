//! `cargo xtask run`: everything built, a district with demo data serving it, and the addresses to open.
//!
//! The district takes this process's place at the end (`exec`), so Ctrl+C and SIGTERM reach it directly and it ends
//! cleanly; nothing is left behind that could outlive the terminal. Codes are made before it starts: `code` writes
//! to the data folder and needs no running server.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::args::Args;
use crate::cargo::{cargo, run as run_command};
use crate::step::{side_by_side, step};
use crate::{demo, paths, tablet, tools};

/// The port unless `--port` names another.
const PORT: u16 = 8700;

/// Builds, prepares and serves; returns only when that failed.
pub fn run(args: &mut Args) -> Result<()> {
    let fresh = args.flag("--fresh");
    let port = args.port(PORT)?;
    args.finish()?;
    let listen = format!("127.0.0.1:{port}");
    // Asked first: nobody should wait minutes for a build to read this, and --fresh must not touch a live folder.
    TcpListener::bind(&listen)
        .with_context(|| format!("{listen} is busy (another `cargo xtask run`?); stop it or give --port"))?;

    tools::for_tablet()?;
    // A debug build compiles in half the time of a release build, and its hot crates are optimised anyway. It reads
    // the tablet app from its folder, so that the two can be built side by side.
    side_by_side(
        || tablet::build(false),
        || {
            step("building the district", "4 to 6 min the first time", || {
                run_command(&mut cargo(["build", "--bin", "hailong-district"]))
            })
        },
    )?;
    let district = paths::target()
        .join("debug")
        .join(format!("hailong-district{}", std::env::consts::EXE_SUFFIX));
    let admin = demo::prepare(&district, fresh)?;
    let base = format!("http://{listen}");
    let link = demo::link(&district, &base)?;
    println!(
        "
  Tablet    {base}/tablet/
  Enrol it  {link}
  Admin     {base}/admin/
  User      {}
  Password  {}

  Demo data is in data/demo/; `cargo xtask run --fresh` starts over. Ctrl+C stops the district.
",
        admin.user, admin.password
    );
    serve(&district, &listen)
}

fn serve(district: &Path, listen: &str) -> Result<()> {
    let mut command = Command::new(district);
    command
        .arg("serve")
        .arg("--data")
        .arg(paths::demo())
        .args(["--listen", listen])
        .env("HAILONG_TABLET_DIR", paths::tablet());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        Err(command.exec()).context("the district did not start")
    }
    #[cfg(not(unix))]
    run_command(&mut command)
}
