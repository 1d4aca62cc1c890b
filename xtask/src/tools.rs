//! What the commands need beside a Rust toolchain, and how it is fetched.
//!
//! Nothing is skipped in silence: a tool that is missing and cannot be installed ends the command with one line that
//! says what to do.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{cargo, quietly, read, run};
use crate::paths;
use crate::step::step;

/// The tablet app's target.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Names a Chromium goes by, in order of preference.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The cargo-deny that `lint` compiles where none is installed.
const CARGO_DENY: &str = "0.20.2";
/// The cargo-deb that `deb` compiles where none is installed.
const CARGO_DEB: &str = "3.8.0";

/// Makes sure the tablet app can be built: the wasm target, and clang and llvm-ar for SQLite.
pub fn for_tablet() -> Result<()> {
    wasm_target()?;
    packages(&wasm_packages())?;
    wasm_packages_are_there()
}

/// Makes sure the tablet app can be built and shown in a browser; returns the browser.
pub fn for_browser() -> Result<PathBuf> {
    wasm_target()?;
    let mut missing = wasm_packages();
    if browser()?.is_none() {
        missing.extend(["chromium", "fonts-dejavu-core"]);
    }
    packages(&missing)?;
    wasm_packages_are_there()?;
    match browser()? {
        Some(path) => Ok(path),
        None => bail!("no browser found after installing chromium; name one with CHROME=/path/to/browser"),
    }
}

/// Makes sure the second verifier's language is there.
pub fn python() -> Result<()> {
    if on_path("python3").is_none() {
        packages(&["python3"])?;
    }
    match on_path("python3") {
        Some(_) => Ok(()),
        None => bail!("python3 is missing after installing it; tests/second_verifier.py needs it"),
    }
}

/// Makes sure there is a C++ compiler: libFuzzer is compiled here.
pub fn cxx() -> Result<()> {
    if std::env::var_os("CXX").is_none() && on_path("c++").is_none() {
        packages(&["g++"])?;
        if on_path("c++").is_none() {
            bail!("there is no c++ after installing g++; name a C++ compiler with CXX=/path/to/it");
        }
    }
    Ok(())
}

/// The machine's own target.
pub fn host() -> Result<String> {
    let said = read(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Makes sure cargo-deny is there; returns the program.
pub fn cargo_deny() -> Result<PathBuf> {
    cargo_tool("cargo-deny", CARGO_DENY)
}

/// Makes sure cargo-deb is there; returns the program.
pub fn cargo_deb() -> Result<PathBuf> {
    cargo_tool("cargo-deb", CARGO_DEB)
}

/// The program on the path, or the version named compiled into our own folder.
fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    if let Some(installed) = on_path(name) {
        return Ok(installed);
    }
    let tools = paths::tools();
    let own = tools.join("bin").join(name);
    let stamp = tools.join(format!("{name}-{version}"));
    if !(own.is_file() && stamp.is_file()) {
        step(&format!("compiling {name}"), "1 to 2 min, once", || {
            let mut command = cargo(["install", name, "--locked", "--version", version, "--root"]);
            // Unoptimised: it runs for seconds, and compiling it as a release takes several times longer.
            command
                .arg(&tools)
                .args(["--debug", "--config", "profile.dev.debug=false"]);
            run(&mut command)?;
            Ok(std::fs::write(&stamp, "")?)
        })?;
    }
    Ok(own)
}

/// What judges the accessibility of the tablet's screens.
const AXE: (&str, &str) = ("axe-core", "4.14.1");

/// Makes sure axe-core is there; returns its script.
pub fn axe() -> Result<PathBuf> {
    let (name, version) = AXE;
    Ok(npm(name, version)?.join("axe.min.js"))
}

/// An npm package in our own folder, in exactly this version; installs npm where that can be done.
fn npm(name: &str, version: &str) -> Result<PathBuf> {
    let home = paths::tools().join("npm");
    let package = home.join("node_modules").join(name);
    let stamp = home.join(format!("{name}-{version}"));
    if package.is_dir() && stamp.is_file() {
        return Ok(package);
    }
    if on_path("npm").is_none() {
        packages(&["nodejs", "npm"])?;
    }
    step(&format!("installing {name} {version} from npm"), "", || {
        std::fs::create_dir_all(&home)?;
        let mut command = Command::new("npm");
        command
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
            ])
            .arg(&home)
            .arg(format!("{name}@{version}"));
        read(&mut command)?;
        Ok(std::fs::write(&stamp, "")?)
    })?;
    Ok(package)
}

/// Debian packages the wasm build lacks.
fn wasm_packages() -> Vec<&'static str> {
    [("clang", "clang"), ("llvm-ar", "llvm")]
        .into_iter()
        .filter(|(program, _)| on_path(program).is_none())
        .map(|(_, package)| package)
        .collect()
}

/// Catches an installation that succeeded and brought nothing.
fn wasm_packages_are_there() -> Result<()> {
    match wasm_packages().as_slice() {
        [] => Ok(()),
        missing => bail!("still missing after installing: {}", missing.join(", ")),
    }
}

/// The browser: what `CHROME` names, or the first Chromium found. A `CHROME` that is no program is an error.
fn browser() -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("CHROME").filter(|value| !value.is_empty()) {
        let named = PathBuf::from(named);
        let found = if named.components().count() == 1 {
            on_path(&named)
        } else {
            Some(named.clone())
        };
        return match found.filter(|path| is_program(path)) {
            Some(path) => Ok(Some(path)),
            None => bail!("CHROME={} is not a program", named.display()),
        };
    }
    Ok(BROWSERS.iter().find_map(on_path))
}

/// Adds the wasm target to the toolchain in use.
fn wasm_target() -> Result<()> {
    let has_target = || -> Result<bool> {
        let dir = read(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
        Ok(Path::new(dir.trim()).is_dir())
    };
    if has_target()? {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "this Rust toolchain has no {WASM} target and there is no rustup to add it: install rustup, or the target"
        );
    }
    step("adding the wasm target to the Rust toolchain", "", || {
        run(Command::new("rustup").args(["target", "add", WASM]))?;
        if !has_target()? {
            bail!("rustup added {WASM}, but not to the toolchain that `rustc` is")
        }
        Ok(())
    })
}

/// Installs Debian packages, if any are asked for.
fn packages(names: &[&str]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let list = names.join(" ");
    if on_path("apt-get").is_none() {
        bail!("missing: {list} (Debian's names); there is no apt-get here, please install them another way");
    }
    if read(Command::new("id").arg("-u"))?.trim() != "0" {
        bail!("missing: {list}; please run: sudo apt-get install {list}");
    }
    step(&format!("installing {list}"), "about 1 min", || {
        quietly(apt().arg("update"))?;
        quietly(apt().args(["install", "--yes", "--no-install-recommends"]).args(names))
    })
}

/// apt-get that asks nothing.
fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(std::process::Stdio::null());
    command
}

/// Finds a program as a shell would.
pub fn on_path(program: impl AsRef<Path>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(&program))
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
