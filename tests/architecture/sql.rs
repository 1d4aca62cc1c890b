//! SQL is text of ours: what comes from outside is bound to a parameter and never becomes part of a statement.

use super::source::{quoted, words};

/// What SQL that is put together may hold besides constants, each with its reason. Who adds a line here has looked where the
/// text comes from.
const HOLES: &[(&str, &str, &str)] = &[
    ("store/alarms.rs", "which", "a `&'static str`"),
    (
        "store/asof.rs",
        "position",
        "a `&'static str`: the number of a parameter",
    ),
    ("store/asof.rs", "covered", "made of the text above"),
    ("store/asof.rs", "now", "made of the text above"),
    ("store/asof.rs", "then", "made of the text above"),
    ("store/cuts.rs", "by", "a `&'static str`"),
    ("store/cuts.rs", "inside", "one of two texts of the function"),
    ("store/cuts.rs", "states", "a `&'static str`"),
    ("store/decisions.rs", "column", "one of two columns, by a `match`"),
    ("store/flags.rs", "named", "one of two texts of the function"),
    ("store/release.rs", "counted", "the number of a state"),
    ("store/rows/released.rs", "counted", "a text of the function"),
    (
        "store/tallies.rs",
        "rows_of",
        "one of two texts of a function of that name",
    ),
    ("store/tallies.rs", "states", "a `&'static str`"),
    (
        "store/tasks/mod.rs",
        "rest",
        "of the functions below, which this rule looks at too",
    ),
    ("store/tasks/mod.rs", "touched", "a text of the function"),
    ("store/verify/halves.rs", "parts", "made of a constant list"),
    ("store/verify/halves.rs", "own", "made of a constant list"),
    ("store/verify/halves.rs", "source", "a `&'static str`"),
    ("store/verify/halves.rs", "sums", "made of the texts above"),
    ("store/verify/halves.rs", "table", "a `&'static str`"),
    ("store/verify/halves.rs", "kept", "made of the texts above"),
    ("store/verify/logged.rs", "table", "of a list in the function"),
    ("store/visits.rs", "among", "a `&'static str`"),
];

/// Words that a statement, or a part of one, has.
const SQL: [&str; 7] = [
    "select ",
    "insert ",
    "update ",
    "delete ",
    "where ",
    "order by ",
    "pragma ",
];

/// What takes a statement.
const TAKERS: [&str; 6] = [
    "prepare",
    "prepare_cached",
    "execute",
    "execute_batch",
    "query_row",
    "query_one",
];

/// Where `format!` puts into SQL what is neither a constant (`{NAME}`) nor in the table: the place, and the hole. `code` is
/// the text with its comments, texts and tests blanked.
pub fn holes(path: &str, code: &str, text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in words(code, "format").filter(|at| code[*at..].starts_with("format!(")) {
        let after = at + "format!(".len();
        let Some(begin) = text[after..].find('"').map(|quote| after + quote) else {
            continue;
        };
        let literal = &text[begin..begin + quoted(&text[begin..], '"')];
        let given = code[..at].trim_end().strip_suffix("(&").unwrap_or_default();
        let is_given = TAKERS.iter().any(|taker| given.ends_with(&format!(".{taker}")));
        if !is_given && !SQL.iter().any(|word| literal.contains(word)) {
            continue;
        }
        for hole in literal.replace("{{", "").split('{').skip(1) {
            let name = hole.split(['}', ':']).next().unwrap_or_default();
            let constant = name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(char::is_lowercase);
            if !constant && !HOLES.iter().any(|(file, hole, _)| *file == path && *hole == name) {
                found.push((at, name.to_owned()));
            }
        }
    }
    found
}

#[test]
fn what_is_put_into_sql_is_found() {
    let names = |text: &str| -> Vec<String> {
        let code = super::without_tests(&super::without_text(text));
        holes("store/a.rs", &code, text)
            .into_iter()
            .map(|(_, name)| name)
            .collect()
    };
    assert_eq!(
        names("conn.prepare(&format!(\"{NODES} where n.name = '{name}'\"))"),
        ["name"]
    );
    assert_eq!(
        names("let sql = format!(\n    \"select {} from a order by {by:?}\",\n    x\n);"),
        ["", "by"]
    );
    assert_eq!(names("conn.prepare_cached(&format!(\"{TASKS} {rest}\"))"), ["rest"]);
    assert_eq!(
        names("format!(\"{NODES} where n.id = ?1\"); format!(\"log/{pos}\")"),
        [""; 0]
    );
    assert_eq!(
        names("// format!(\"select {x}\")\n#[cfg(test)]\nmod tests { fn f() { format!(\"select {x}\"); } }"),
        [""; 0]
    );
}
