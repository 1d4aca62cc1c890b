//! `cargo xtask tablet`: the web app in `target/tablet/`, ready to be served or embedded.
//!
//! The bin `hailong` compiled to wasm, its JavaScript by wasm-bindgen, everything in `assets/tablet/` as it is, and
//! the service worker that names it all.

use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::cargo::{cargo_wasm, read, run};
use crate::folder::{self, Files};
use crate::step::step;
use crate::{paths, service_worker, tools};

/// What selects the tablet app in cargo.
pub const CARGO: [&str; 9] = [
    "--profile",
    "wasm",
    "--target",
    tools::WASM,
    "--no-default-features",
    "--features",
    "web",
    "--bin",
    "hailong",
];

/// Builds the app; `opt` runs npm's wasm-opt over it (16 s for 1 % of the download, so not by default).
pub fn build(opt: bool) -> Result<()> {
    tools::for_tablet()?;
    step("building the tablet app", "2 to 5 min the first time", || {
        run(cargo_wasm(["build"]).args(CARGO))
    })?;
    step("packing it into target/tablet/", "", || {
        let mut files = bindings()?;
        if opt {
            optimise(&mut files)?;
        }
        add_assets(&mut files)?;
        service_worker::fill(&mut files)?;
        let changed = folder::replace(&paths::tablet(), &files)?;
        let bytes: usize = files.values().map(Vec::len).sum();
        let news = if changed { "" } else { ", unchanged" };
        println!("  {} files, {} KB{news}", files.len(), bytes / 1000);
        Ok(())
    })
}

/// The wasm module and its JavaScript: what the `wasm-bindgen` program would write for the web.
fn bindings() -> Result<Files> {
    let module = paths::target().join(tools::WASM).join("wasm").join("hailong.wasm");
    let out = paths::target().join("tablet-bindings");
    folder::clear(&out)?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).web(true)?.typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    // So that `init()` needs no argument; the library, unlike the program, leaves the module's address out.
    bindgen.omit_default_module_path(false);
    bindgen
        .generate(&out)
        .with_context(|| format!("wasm-bindgen failed on {}", module.display()))?;
    let files = folder::read(&out)?;
    // A C function nobody defines becomes an import of a module that does not exist: the app would not start.
    if let Some(js) = files.get("hailong.js")
        && String::from_utf8_lossy(js).contains("from \"env\"")
    {
        bail!(
            "the module asks for C functions that are nowhere: see the imports of \"env\" in {}",
            out.display()
        );
    }
    Ok(files)
}

/// Adds `assets/tablet/**`. A file of the same name as a built one would hide it: refused.
fn add_assets(files: &mut Files) -> Result<()> {
    let assets = folder::read(&paths::root().join("assets").join("tablet"))?;
    if assets.is_empty() {
        bail!("assets/tablet/ is missing or empty");
    }
    for (path, bytes) in assets {
        if files.contains_key(&path) {
            bail!("assets/tablet/{path} has the name of a built file");
        }
        files.insert(path, bytes);
    }
    Ok(())
}

/// Runs wasm-opt from npm's `binaryen` over the module.
fn optimise(files: &mut Files) -> Result<()> {
    const MODULE: &str = "hailong_bg.wasm";
    let Some(module) = files.get(MODULE) else {
        bail!("wasm-bindgen wrote no {MODULE}")
    };
    let (input, output) = (
        paths::target().join("opt-in.wasm"),
        paths::target().join("opt-out.wasm"),
    );
    std::fs::write(&input, module)?;
    run(wasm_opt()?
        .args(["-Oz", "--all-features"])
        .arg(&input)
        .arg("-o")
        .arg(&output))?;
    files.insert(MODULE.to_owned(), std::fs::read(&output)?);
    Ok(())
}

/// wasm-opt from PATH, or through npm in our own folder.
fn wasm_opt() -> Result<std::process::Command> {
    use std::process::Command;
    if let Some(program) = tools::on_path("wasm-opt") {
        return Ok(Command::new(program));
    }
    let home = paths::tools().join("npm");
    let program = home.join("node_modules").join(".bin").join("wasm-opt");
    if !Path::new(&program).exists() {
        if tools::on_path("npm").is_none() {
            bail!("--opt needs wasm-opt, or npm to install it");
        }
        std::fs::create_dir_all(&home)?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .arg(&home)
            .arg("binaryen");
        read(&mut npm)?;
    }
    Ok(Command::new(program))
}
