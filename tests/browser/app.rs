//! Copies of the tablet app with something changed, sealed as the build seals it: a new version, or one whose Worker
//! has a line in front.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// A copy of the app whose worker runs a line first.
pub fn altered(script: &str) -> tempfile::TempDir {
    let app = tempfile::tempdir().unwrap();
    copy_tree(&crate::chromium::tablet_dir(), app.path());
    let worker = app.path().join("worker.js");
    let text = std::fs::read_to_string(&worker).unwrap();
    // Imports are hoisted; the line stands in a module of its own that is imported first.
    std::fs::write(app.path().join("altered.js"), script).unwrap();
    std::fs::write(&worker, format!("import './altered.js';\n{text}")).unwrap();
    seal(app.path());
    app
}

/// Changes a file of a served app and makes a new version of it.
pub fn publish(app: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = app.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, change(text)).unwrap();
    seal(app);
}

/// Writes the service worker's list anew, as `xtask/src/service_worker.rs` does.
fn seal(app: &Path) {
    let mut files = BTreeMap::new();
    list(app, "", &mut files);
    files.remove("sw.js");
    let all = serde_json::to_string(&files).unwrap();
    let name = &hex(&Sha256::digest(all.as_bytes()))[..16];
    let text = std::fs::read_to_string(app.join("sw.js")).unwrap();
    let lines = text.lines().map(|line| {
        if line.starts_with("const CACHE = ") {
            format!("const CACHE = \"hailong-{name}\";")
        } else if line.starts_with("const FILES = ") {
            format!("const FILES = {all};")
        } else {
            line.to_owned()
        }
    });
    let text: Vec<_> = lines.collect();
    std::fs::write(app.join("sw.js"), text.join("\n")).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn list(dir: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            list(&entry.path(), &format!("{name}/"), files);
        } else if !name.ends_with(".br") {
            files.insert(name, hex(&Sha256::digest(std::fs::read(entry.path()).unwrap())));
        }
    }
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
