//! The same rows through the `sqlite3` program: what SQLite alone takes for them, with our pragmas, tables and triggers.
//!
//! The rows are those that our run left in its folder, table by table, against the folder it began from. What changes
//! again and again while ballots come in (rollups, epochs, contacts) is written only once, as it ended: the peer has less
//! to do. `half` and `tally` are the triggers' work, in ours as in the peer's.

use crate::load::BALLOTS;
use hailong::store::FILE;
use rusqlite::{Connection, types::ValueRef};
use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kept by triggers.
const BY_TRIGGERS: [&str; 2] = ["half", "tally"];

/// As `sqlite::Db` opens the district's file.
const PRAGMAS: &str = "pragma journal_mode = wal; pragma cache_size = -65536; pragma wal_autocheckpoint = 8192;
pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on; pragma temp_store = memory;
pragma trusted_schema = off;\n";

/// Whether the program is there.
pub fn is_there() -> bool {
    Command::new("sqlite3")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Writes the statements that lead from one folder to the other, with a commit for each 50 ballots, or one for all.
pub fn script(before: &Path, after: &Path, to: &Path, one_commit: bool) {
    let conn = Connection::open(after.join(FILE)).unwrap();
    conn.execute("attach ?1 as old", [before.join(FILE).to_str().unwrap()])
        .unwrap();
    let sql = "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'";
    let mut tables = conn.prepare(sql).unwrap();
    let tables: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let rows: Vec<Vec<String>> = tables
        .iter()
        .filter(|table| !BY_TRIGGERS.contains(&table.as_str()))
        .map(|table| inserts(&conn, table))
        .collect();
    let ballots: usize = conn
        .query_row("select count(*) from main.record where kind = 1", [], |row| row.get(0))
        .unwrap();
    let commits = if one_commit { 1 } else { ballots / BALLOTS };
    // A record refers to its epoch and its entry of the log: checked at the commit.
    let mut text = PRAGMAS.to_owned();
    for commit in 0..commits {
        text.push_str("begin immediate;\npragma defer_foreign_keys = on;\n");
        for own in &rows {
            // Every table's rows evenly over the commits, the first ones first.
            let part = |commit: usize| (own.len() * commit).div_ceil(commits);
            own[part(commit)..part(commit + 1)]
                .iter()
                .for_each(|row| text.push_str(row));
        }
        text.push_str("commit;\n");
    }
    std::fs::write(to, text).unwrap();
}

/// The rows that are new or other than before, as statements.
fn inserts(conn: &Connection, table: &str) -> Vec<String> {
    let sql = format!("select * from main.{table} except select * from old.{table}");
    let mut statement = conn.prepare(&sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let mut line = format!("insert or replace into {table} values (");
        for column in 0..columns {
            let comma = if column > 0 { "," } else { "" };
            match row.get_ref(column).unwrap() {
                ValueRef::Null => write!(line, "{comma}null"),
                ValueRef::Integer(n) => write!(line, "{comma}{n}"),
                ValueRef::Real(x) => write!(line, "{comma}{x}"),
                ValueRef::Text(text) => {
                    write!(
                        line,
                        "{comma}'{}'",
                        std::str::from_utf8(text).unwrap().replace('\'', "''")
                    )
                }
                ValueRef::Blob(bytes) => {
                    write!(line, "{comma}x'").unwrap();
                    bytes.iter().for_each(|byte| write!(line, "{byte:02x}").unwrap());
                    write!(line, "'")
                }
            }
            .unwrap();
        }
        line.push_str(");\n");
        all.push(line);
    }
    all
}

/// Runs the statements against a folder.
pub fn run(dir: &Path, script: &Path) -> Duration {
    let start = Instant::now();
    let status = Command::new("sqlite3")
        .arg("-bail")
        .arg(dir.join(FILE))
        .stdin(File::open(script).unwrap())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "sqlite3 took not all of it");
    start.elapsed()
}
