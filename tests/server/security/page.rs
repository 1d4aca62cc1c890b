//! `docs/security.md` and the pages beside it, read: rows of the table, and what they refer to.

use std::{collections::BTreeMap, fs, path::Path};

/// Ids of all requirements that are claimed, with their level.
pub const ASVS: &str = include_str!("asvs-5.0.txt");

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub id: String,
    pub verdict: String,
    /// What is between backticks in its last column.
    pub references: Vec<String>,
    /// Its last column leads to a section of the page.
    pub leads: bool,
}

/// Ids and levels, in their order.
pub fn requirements() -> Vec<(String, u8)> {
    let lines = ASVS.lines().filter(|line| !line.starts_with('#'));
    let ids = lines.flat_map(|line| {
        let (section, numbers) = line.split_once(' ').unwrap();
        numbers.split(' ').map(move |number| {
            let first = number.strip_suffix(":1");
            let level = if first.is_some() { 1 } else { 2 };
            (format!("{section}.{}", first.unwrap_or(number)), level)
        })
    });
    ids.collect()
}

/// Rows that begin with an id: `| V1.2.3 | … | verdict | evidence |`.
pub fn rows(text: &str) -> Vec<Row> {
    let cells = text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| V")?.strip_suffix(" |")?.split(" | ").collect();
        match cells.as_slice() {
            [id, _, verdict, evidence] => Some(Row {
                id: format!("V{id}"),
                verdict: (*verdict).to_owned(),
                references: quoted(evidence),
                leads: evidence.contains("](#"),
            }),
            other => panic!("not four cells: {other:?}"),
        }
    });
    cells.collect()
}

/// What stands between backticks and looks like a file, with or without the name of a test.
pub fn quoted(text: &str) -> Vec<String> {
    const ENDINGS: [&str; 9] = ["rs", "md", "toml", "js", "sql", "html", "css", "txt", "json"];
    let words = text.split('`').skip(1).step_by(2);
    let files = words.filter(|word| {
        let path = word.split("::").next().unwrap_or_default();
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        !path.contains(' ') && (ending.is_some_and(|ending| ENDINGS.contains(&ending)) || path == ".ci/run")
    });
    files.map(str::to_owned).collect()
}

/// What is wrong with a reference: the file is not there, or the function is not in it.
pub fn fault(root: &Path, reference: &str) -> Option<String> {
    let (path, name) = match reference.split_once("::") {
        Some((path, name)) => (path, Some(name.rsplit("::").next().unwrap_or(name))),
        None => (reference, None),
    };
    let Ok(text) = fs::read_to_string(root.join(path)) else {
        return Some(format!("`{reference}`: no such file"));
    };
    let name = name?;
    let there = text.lines().any(|line| {
        let function = line.split_once("fn ").map(|(_, rest)| rest.split(['(', '<']).next());
        function.flatten() == Some(name)
    });
    (!there).then(|| format!("`{reference}`: no such function in that file"))
}

/// Links that lead nowhere: to a section or a file beside the page that is not there.
pub fn dead_links(root: &Path, page: &str, text: &str) -> Vec<String> {
    let folder = Path::new(page).parent().unwrap();
    let targets = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    let dead = targets.filter(|target| {
        let (file, section) = target.split_once('#').unwrap_or((target, ""));
        if target.starts_with("http") {
            return false;
        }
        let path = if file.is_empty() {
            root.join(page)
        } else {
            root.join(folder).join(file)
        };
        let there = fs::read_to_string(path);
        !there.is_ok_and(|there| section.is_empty() || anchors(&there).contains_key(section))
    });
    dead.map(|target| format!("{page}: the link ({target}) leads nowhere"))
        .collect()
}

/// Names of sections, as GitHub makes them.
fn anchors(text: &str) -> BTreeMap<String, ()> {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    let names = headings.map(|line| {
        let line = line.trim_start_matches('#').trim().to_lowercase();
        let kept = line.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    });
    names.map(|name| (name, ())).collect()
}
