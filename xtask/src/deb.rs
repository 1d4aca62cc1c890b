//! `cargo xtask deb`: the district with the tablet app inside, as a Debian package in `target/debian/`.

use std::process::Command;

use anyhow::Result;

use crate::cargo::{cargo, run};
use crate::step::step;
use crate::{paths, sbom, tablet, tools};

/// Builds the tablet app, the district, and the package around them.
pub fn build() -> Result<()> {
    tablet::build(false)?;
    step("building the district", "3 to 5 min the first time", || {
        let mut build = cargo(["build", "--release", "--bin", "hailong-district"]);
        run(build.env("HAILONG_TABLET_DIR", paths::tablet()))
    })?;
    sbom::write()?;
    let deb = tools::cargo_deb()?;
    step("packing", "", || {
        let mut pack = Command::new(deb);
        pack.current_dir(paths::root())
            .args(["--package", "hailong", "--no-build"])
            // cargo-deb looks for a plain `cargo`'s target folder.
            .env("CARGO_TARGET_DIR", paths::target());
        run(&mut pack)
    })
}
