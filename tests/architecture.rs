//! The house rules that a reader can't hold in their head are held here: who may import whom, where `cfg(target_*)` and
//! rusqlite may stand, what SQL is made of, how long a file may be, which buttons the printed guides may name. Each rule is
//! also tried on made-up source that breaks it.
//!
//! To see a rule fail, break it: put `use crate::store;` into a file of `src/ui` and run this test.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

// A file beside this one would be taken for a test of its own.
#[path = "architecture/guides.rs"]
mod guides;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/sql.rs"]
mod sql;

use source::{imports, target_cfgs, without_tests, without_text, words};
use std::{fmt, fs, path::Path};

/// What each module of the library may import besides itself; the layer table of the design.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("wire", &["domain"]),
    ("table", &["domain"]),
    ("sqlite", &[]),
    ("platform", &[]),
    ("outbox", &["domain", "wire", "sqlite", "platform"]),
    ("sync", &["outbox", "wire", "domain", "platform"]),
    ("engine", &["outbox", "sync", "domain", "platform"]),
    ("session", &["domain"]),
    ("ui", &["session", "engine", "domain", "platform"]),
    ("store", &["domain", "wire", "sqlite"]),
    ("server", &["store", "wire", "table", "domain", "platform"]),
    ("swarm", &["sync", "outbox", "wire", "domain", "platform"]),
];

/// Imports beyond the table, each with its reason.
const ALSO: &[(&str, &str, &str)] = &[
    (
        "engine",
        "wire",
        "its messages carry the setup's counter and node, and it reads the code a person typed",
    ),
    ("store", "platform", "randomness for keys, generations and codes"),
];

/// What each program may take from the library: its file, or the folder of that name beside it. Programs wire things
/// up; the sides stay apart even there.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("main", &["ui", "session", "engine", "platform", "domain"]),
    (
        "bin/district",
        &["server", "store", "swarm", "wire", "table", "domain", "platform"],
    ),
    ("bin/swarm", &["swarm", "sync", "outbox", "wire", "domain", "platform"]),
];

/// Files outside `platform` that may ask for the target, each with its reason.
const TARGET_CFG: &[(&str, &str)] = &[
    ("main.rs", "the same `main` is the page, the Worker and the desktop app"),
    (
        "engine/mod.rs",
        "chooses between the thread and the Worker, nothing else",
    ),
    (
        "sync/http.rs",
        "reqwest natively, the browser's own `fetch` (in `platform`) elsewhere",
    ),
];

/// The only modules that know which database it is.
const RUSQLITE: &[&str] = &["sqlite", "outbox", "store"];

/// Longest file without a reason, in lines.
const MAX_LINES: usize = 400;

/// Longer files, each with its reason.
const LONG: &[(&str, &str)] = &[];

#[test]
fn the_sources_keep_the_rules() {
    let src = root().join("src");
    let mut files = Vec::new();
    collect(&src, "", &mut files);
    assert!(files.len() > 20, "found only {} files in src/", files.len());
    let broken: Vec<_> = files.iter().flat_map(|(path, text)| check(path, text)).collect();
    let lines: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "{} broken rules:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn the_table_names_no_ring() {
    // A module may only use modules whose own imports end somewhere: going down must come to the bottom.
    fn depth(module: &str, path: &[&str]) -> usize {
        assert!(!path.contains(&module), "a ring: {path:?} -> {module}");
        let path = [path, &[module]].concat();
        allowed(module).iter().map(|to| depth(to, &path) + 1).max().unwrap_or(0)
    }
    for (module, _) in LAYERS {
        depth(module, &[]);
    }
    let not = |from, to| assert!(!allowed(from).contains(&to), "{from} must never use {to}");
    not("ui", "server");
    not("server", "ui");
    not("outbox", "store");
    not("store", "outbox");
}

#[test]
fn forbidden_imports_are_found_in_every_spelling() {
    let rules = |path: &str, text: &str| check(path, text).iter().map(|b| (b.line, b.rule)).collect::<Vec<_>>();
    const LAYER: &str = "layer";
    assert_eq!(rules("ui/app.rs", "use crate::store;"), [(1, LAYER)]);
    assert_eq!(
        rules(
            "ui/app.rs",
            "\n\nuse crate::{domain::time, store::{Store, log}, server};"
        ),
        [(3, LAYER), (3, LAYER)]
    );
    assert_eq!(
        rules("outbox/a.rs", "fn f() -> crate::store::Store { todo() }"),
        [(1, LAYER)]
    );
    assert_eq!(
        rules("domain/a.rs", "use crate::{\n    wire,\n    domain::hex,\n};"),
        [(2, LAYER)]
    );
    assert_eq!(rules("store/log.rs", "use super::super::outbox::Outbox;"), [(1, LAYER)]);
    assert_eq!(rules("store/mod.rs", "//! x\nuse super::ui;"), [(2, LAYER)]);
    assert_eq!(rules("store/ingest/lines.rs", "use super::super::state::State;"), []);
    assert_eq!(rules("store/log.rs", "pub(in crate::store) fn f() {}"), []);
    assert_eq!(rules("sync/a.rs", "use crate::outbox::Outbox;"), []);
    assert_eq!(rules("main.rs", "use hailong::server::run;"), [(1, LAYER)]);
    assert_eq!(rules("main.rs", "fn main() { hailong::ui::launch() }"), []);
    assert_eq!(rules("bin/district/serve.rs", "use hailong::ui::App;"), [(1, LAYER)]);
    assert_eq!(
        rules("bin/district.rs", "#[path = \"district/serve.rs\"]\nmod serve;"),
        []
    );
    assert_eq!(
        rules("newcomer/mod.rs", "//! x"),
        [(1, "table")],
        "a module nobody placed"
    );
    assert_eq!(
        rules("ui/a.rs", "#[path = \"../store/mod.rs\"]\nmod store;"),
        [(1, "path")]
    );
}

#[test]
fn comments_texts_and_tests_are_not_imports() {
    let text = "\
//! Like `crate::store`, but not.
/* use crate::store; /* nested */ use crate::store; */
const A: &str = \"use crate::store;\";
const B: &str = r#\"use crate::\"store\";\"#;
const C: char = '\"'; // use crate::store;
fn f<'a>(x: &'a str) -> &'a str { x }
#[cfg(test)]
mod tests {
    use crate::store::Store;
    fn g() { let _ = '}'; }
}
";
    assert_eq!(check("ui/a.rs", text), []);
    assert_eq!(check("ui/tests.rs", "use crate::store;"), []);
    let after = format!("{text}use crate::store;");
    assert_eq!(
        check("ui/a.rs", &after).len(),
        1,
        "what follows a test module is code again"
    );
    let not_a_test = "#[cfg(not(test))]\nmod a {\n    use crate::store;\n}";
    assert_eq!(check("ui/a.rs", not_a_test).len(), 1);
}

#[test]
fn the_other_rules_fail_when_broken() {
    let rules = |path: &str, text: &str| check(path, text).iter().map(|b| b.rule).collect::<Vec<_>>();
    let wasm = "#[cfg(not(target_family = \"wasm\"))]\nfn f() {}";
    assert_eq!(rules("ui/a.rs", wasm), ["target"]);
    assert_eq!(
        rules("ui/a.rs", "#[cfg(\n    any(target_os = \"ios\", test),\n)]\nfn f() {}"),
        ["target"]
    );
    assert_eq!(
        rules("ui/a.rs", "fn f() { if cfg!(target_arch = \"wasm32\") {} }"),
        ["target"]
    );
    assert_eq!(rules("platform/a.rs", wasm), [""; 0]);
    assert_eq!(rules("ui/a.rs", "fn f(target_day: u8) {}"), [""; 0]);
    assert_eq!(rules("server/a.rs", "use rusqlite::params;"), ["rusqlite"]);
    assert_eq!(rules("store/a.rs", "use rusqlite::params;"), [""; 0]);
    assert_eq!(rules("ui/mod.rs", "mod a;"), ["words"]);
    assert_eq!(rules("ui/a.rs", &"\n".repeat(MAX_LINES + 1)), ["length"]);
}

/// A rule that a line breaks.
#[derive(Debug, PartialEq, Eq)]
struct Broken {
    path: String,
    line: usize,
    rule: &'static str,
    why: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "src/{}:{}: {}: {}", self.path, self.line, self.rule, self.why)
    }
}

/// Checks one file, `path` relative to `src/`.
fn check(path: &str, text: &str) -> Vec<Broken> {
    let mut found = Vec::new();
    let mut report = |line, rule, why: String| {
        found.push(Broken {
            path: path.to_owned(),
            line,
            rule,
            why,
        });
    };
    let parts: Vec<&str> = path.trim_end_matches(".rs").split('/').collect();
    let in_tests = parts.iter().any(|part| *part == "tests" || part.ends_with("_tests"));
    let program = PROGRAMS.iter().find(|(program, _)| {
        let rest = path.strip_prefix(program);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    });
    let is_program = program.is_some();
    let module = parts[0];
    if path != "lib.rs" && !is_program && !LAYERS.iter().any(|(name, _)| *name == module) {
        let why = format!("`{module}` has no place in the layer table of tests/architecture.rs");
        report(1, "table", why);
        return found;
    }
    if path.ends_with("mod.rs") && !text.starts_with("//!") {
        let why = "mod.rs opens with `//!`: what it is, its words, what it does not do";
        report(1, "words", why.into());
    }
    let lines = text.lines().count();
    if lines > MAX_LINES && !in_tests && !LONG.iter().any(|(long, _)| *long == path) {
        let why = format!("{lines} lines; over {MAX_LINES} needs a reason in tests/architecture.rs");
        report(1, "length", why);
    }
    if in_tests {
        return found;
    }
    let code = without_tests(&without_text(text));
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;

    for (at, to) in imports(&code, &parts, is_program) {
        let allowed = program.map_or_else(|| allowed(module), |(_, to)| to.to_vec());
        if path != "lib.rs" && to != module && !allowed.contains(&to.as_str()) {
            let from = if is_program { path } else { module };
            report(
                line_of(at),
                "layer",
                format!("`{from}` may use {allowed:?}, not `{to}`"),
            );
        }
    }
    if module != "platform" && !TARGET_CFG.iter().any(|(file, _)| *file == path) {
        for at in target_cfgs(&code) {
            let why = "only `platform` asks for the target (cfg(target_*))";
            report(line_of(at), "target", why.into());
        }
    }
    if !RUSQLITE.contains(&module) {
        for at in words(&code, "rusqlite") {
            let why = format!("only {RUSQLITE:?} know which database it is");
            report(line_of(at), "rusqlite", why);
        }
    }
    if RUSQLITE.contains(&module) {
        for (at, hole) in sql::holes(path, &code, text) {
            let why =
                format!("`{{{hole}}}` in SQL is no constant: bind it, or give the reason in tests/architecture/sql.rs");
            report(line_of(at), "sql", why);
        }
    }
    // Not for programs: cargo would take a `bin/commands.rs` for a program of its own.
    for (at, _) in code.match_indices("#[path").filter(|_| !is_program) {
        let why = "a file is part of the module whose folder it is in";
        report(line_of(at), "path", why.into());
    }
    found.sort_by_key(|broken| broken.line);
    found
}

/// What a module may import: the table and what goes beyond it.
fn allowed(module: &str) -> Vec<&'static str> {
    let table = LAYERS
        .iter()
        .filter(|(name, _)| *name == module)
        .flat_map(|(_, to)| *to);
    let also = ALSO.iter().filter(|(from, ..)| *from == module).map(|(_, to, _)| to);
    table.chain(also).copied().collect()
}

fn root() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into())
        .into()
}

fn collect(dir: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if path.ends_with(".rs") {
            files.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    files.sort();
}
