//! `cargo xtask sbom`: what the two programs are made of, as CycloneDX 1.6 in `target/sbom/hailong.cdx.json`.
//!
//! From `cargo metadata`, once for the district and once for the tablet app, each with the features it ships with; tests,
//! benches and the xtask are not in it. What only builds the others (`cc`, proc-macros' helpers) is marked `excluded`.
//! SQLite, which no registry names because it is C inside a crate, is read from its own header. No time stands in the
//! file: the same lock file gives the same bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::cargo::{cargo, read};
use crate::step::step;
use crate::{paths, tools};

/// The district with its default features, and the tablet app.
const PROGRAMS: [&[&str]; 2] = [
    &[],
    &[
        "--no-default-features",
        "--features",
        "web",
        "--filter-platform",
        tools::WASM,
    ],
];

/// Writes the file.
pub fn write() -> Result<PathBuf> {
    let file = paths::target().join("sbom").join("hailong.cdx.json");
    step("listing what the programs are made of", "", || {
        let host = tools::host()?;
        let mut graph = Graph::default();
        for features in PROGRAMS {
            let mut command = cargo(["metadata", "--format-version", "1", "--locked"]);
            command.args(features);
            if features.is_empty() {
                command.args(["--filter-platform", &host]);
            }
            graph.add(&serde_json::from_str(&read(&mut command)?)?)?;
        }
        let lock = std::fs::read_to_string(paths::root().join("Cargo.lock"))?;
        let document = graph.document(&checksums(&lock))?;
        std::fs::create_dir_all(file.parent().context("no folder")?)?;
        std::fs::write(&file, serde_json::to_string_pretty(&document)? + "\n")?;
        println!("  {}", file.display());
        Ok(())
    })?;
    Ok(file)
}

/// Checksums of the lock file, by name and version.
fn checksums(lock: &str) -> HashMap<(&str, &str), &str> {
    let packages = lock.split("[[package]]").skip(1);
    let known = packages.filter_map(|package| {
        let value = |name: &str| {
            let line = package
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""));
            line.and_then(|rest| rest.strip_suffix('"'))
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    });
    known.collect()
}

/// A package of either program.
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    manifest: PathBuf,
    /// Part of a program, not only of its building.
    ships: bool,
    /// What it needs, by cargo's ids.
    needs: BTreeSet<String>,
}

#[derive(Default)]
struct Graph {
    packages: BTreeMap<String, Package>,
    root: String,
}

impl Graph {
    /// Adds what one program is made of.
    fn add(&mut self, metadata: &Value) -> Result<()> {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let resolve = metadata.get("resolve").context("cargo metadata resolved nothing")?;
        self.root = resolve
            .get("root")
            .and_then(Value::as_str)
            .context("no root package")?
            .to_owned();
        // Edges: whether the program itself needs it, or only its building.
        let mut edges: HashMap<String, Vec<(String, bool)>> = HashMap::new();
        for node in list(resolve.get("nodes").unwrap_or(&Value::Null)) {
            let needed = list(node.get("deps").unwrap_or(&Value::Null))
                .into_iter()
                .filter_map(|dep| {
                    let kinds = list(dep.get("dep_kinds")?);
                    let kinds: Vec<_> = kinds
                        .iter()
                        .map(|kind| kind.get("kind").and_then(Value::as_str))
                        .collect();
                    let built = kinds.iter().any(|kind| kind.is_none() || *kind == Some("build"));
                    built.then_some((text(&dep, "pkg")?, kinds.contains(&None)))
                });
            edges.insert(text(&node, "id").context("a node without id")?, needed.collect());
        }
        let all = reached(&self.root, &edges, false);
        let shipped = reached(&self.root, &edges, true);
        for package in list(metadata.get("packages").unwrap_or(&Value::Null)) {
            let id = text(&package, "id").context("a package without id")?;
            if !all.contains(&id) {
                continue;
            }
            let known = self.packages.entry(id.clone()).or_insert(Package {
                name: text(&package, "name").unwrap_or_default(),
                version: text(&package, "version").unwrap_or_default(),
                license: text(&package, "license"),
                repository: text(&package, "repository"),
                manifest: text(&package, "manifest_path").unwrap_or_default().into(),
                ships: false,
                needs: BTreeSet::new(),
            });
            known.ships |= shipped.contains(&id);
            let needs = edges.get(&id).into_iter().flatten().map(|(to, _)| to.clone());
            known.needs.extend(needs);
        }
        Ok(())
    }

    fn document(&self, checksums: &HashMap<(&str, &str), &str>) -> Result<Value> {
        let root = self
            .packages
            .get(&self.root)
            .context("the root package is not in its own graph")?;
        let (mut components, mut dependencies) = (Vec::new(), Vec::new());
        for (id, package) in &self.packages {
            let mut needs: Vec<_> = package
                .needs
                .iter()
                .filter_map(|id| self.packages.get(id))
                .map(purl)
                .collect();
            if let Some(version) = sqlite(package) {
                let made = json!({"type": "library", "bom-ref": sqlite_ref(&version), "name": "sqlite", "version": version,
                    "scope": "required", "cpe": format!("cpe:2.3:a:sqlite:sqlite:{version}:*:*:*:*:*:*:*"),
                    "licenses": [{"license": {"name": "Public Domain"}}]});
                dependencies.push(json!({"ref": sqlite_ref(&version), "dependsOn": []}));
                needs.push(sqlite_ref(&version));
                components.push(made);
            }
            dependencies.push(json!({"ref": purl(package), "dependsOn": needs}));
            if *id != self.root {
                components.push(component(package, checksums));
            }
        }
        // The two programs may bring the same SQLite.
        components.dedup_by(|a, b| a.get("bom-ref") == b.get("bom-ref"));
        Ok(json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "component": {"type": "application", "bom-ref": purl(root), "name": root.name, "version": root.version,
                    "licenses": licenses(root)},
                "tools": {"components": [{"type": "application", "name": "cargo xtask sbom"}]},
            },
            "components": components,
            "dependencies": dependencies,
        }))
    }
}

/// What can be reached from here, over what ships only or over all.
fn reached(root: &str, edges: &HashMap<String, Vec<(String, bool)>>, ships: bool) -> BTreeSet<String> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![root.to_owned()]);
    while let Some(id) = next.pop() {
        let needed = edges.get(&id).into_iter().flatten();
        next.extend(
            needed
                .filter(|(to, normal)| (*normal || !ships) && !seen.contains(to))
                .map(|(to, _)| to.clone()),
        );
        seen.insert(id);
    }
    seen
}

fn component(package: &Package, checksums: &HashMap<(&str, &str), &str>) -> Value {
    let mut made = json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "purl": purl(package),
        "scope": if package.ships { "required" } else { "excluded" },
        "licenses": licenses(package),
    });
    let Some(members) = made.as_object_mut() else {
        return made;
    };
    if let Some(sum) = checksums.get(&(package.name.as_str(), package.version.as_str())) {
        members.insert("hashes".into(), json!([{"alg": "SHA-256", "content": sum}]));
    }
    if let Some(url) = &package.repository {
        members.insert("externalReferences".into(), json!([{"type": "vcs", "url": url}]));
    }
    made
}

fn licenses(package: &Package) -> Value {
    // Old crates write "MIT/Apache-2.0".
    match &package.license {
        Some(license) => json!([{"expression": license.replace('/', " OR ")}]),
        None => json!([]),
    }
}

fn purl(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn sqlite_ref(version: &str) -> String {
    format!("sqlite@{version}")
}

/// The version of the SQLite inside a package, if there is one.
fn sqlite(package: &Package) -> Option<String> {
    let folder = package.manifest.parent().unwrap_or(Path::new("."));
    let header = ["sqlite3/sqlite3.h", "sqlite3.h"].map(|name| folder.join(name));
    let text = header.iter().find_map(|file| std::fs::read_to_string(file).ok())?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("#define SQLITE_VERSION "))?;
    Some(line.trim().trim_matches('"').to_owned())
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_what_ships_with_its_sums_and_leaves_out_what_only_tests_need() {
        let document: Value = serde_json::from_str(&std::fs::read_to_string(write().unwrap()).unwrap()).unwrap();
        let components = document["components"].as_array().unwrap();
        let find = |name: &str| components.iter().find(|component| component["name"] == name);
        for name in [
            "rusqlite",
            "axum",
            "ed25519-dalek",
            "dioxus-web",
            "sqlite-wasm-rs",
            "sqlite",
        ] {
            assert_eq!(
                find(name).unwrap_or_else(|| panic!("{name}"))["scope"],
                "required",
                "{name}"
            );
        }
        assert_eq!(find("cc").unwrap()["scope"], "excluded");
        for name in [
            "insta",
            "proptest",
            "chromiumoxide",
            "xtask",
            "wasm-bindgen-cli-support",
        ] {
            assert!(find(name).is_none(), "{name}");
        }
        let mut refs = BTreeSet::from([document["metadata"]["component"]["bom-ref"].as_str().unwrap()]);
        for component in components {
            let name = &component["bom-ref"];
            assert!(refs.insert(name.as_str().unwrap()), "{name} twice");
            let known = component["name"] == "sqlite"
                || component["hashes"][0]["content"]
                    .as_str()
                    .is_some_and(|sum| sum.len() == 64);
            assert!(
                known && !component["licenses"].as_array().unwrap().is_empty(),
                "{component}"
            );
        }
        for entry in document["dependencies"].as_array().unwrap() {
            for needed in entry["dependsOn"].as_array().unwrap() {
                assert!(refs.contains(needed.as_str().unwrap()), "{needed} is not in the list");
            }
        }
    }
}
