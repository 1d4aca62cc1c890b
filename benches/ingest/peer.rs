//! The same rows through the `sqlite3` program: what SQLite alone takes for them, with our pragmas, tables and triggers.
//!
//! The rows are those that our run left in its folder, table by table, against the folder it began from. What changes
//! again and again while ballots come in (rollups, epochs, contacts) is written only once, as it ended: the peer has less
//! to do. `half`, `tally` and `quarter` are the triggers' work, in ours as in the peer's. `.import` takes text only, so it is given the
//! same rows as CSV into tables of the same columns, bytes in hex, without keys, indexes and triggers.

use crate::disk;
use crate::load::BALLOTS;
use hailong::store::FILE;
use rusqlite::{Connection, types::ValueRef};
use std::fmt::Write;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kept by triggers.
const BY_TRIGGERS: [&str; 3] = ["half", "tally", "quarter"];

/// As `sqlite::Db` opens the district's file.
const PRAGMAS: &str = "pragma journal_mode = wal; pragma cache_size = -65536; pragma wal_autocheckpoint = 8192;
pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on; pragma temp_store = memory;
pragma trusted_schema = off;\n";

/// How the rows are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// As statements, with a commit for each 50 ballots.
    Commits,
    /// As statements, with one commit for all.
    OneCommit,
    /// As CSV, a file for each table, by `.import`: one commit a table.
    Import,
}

impl Peer {
    pub const ALL: [Self; 3] = [Self::Commits, Self::OneCommit, Self::Import];

    pub fn name(self) -> &'static str {
        match self {
            Self::Commits => "a commit for each 50 ballots (goal 1.0x)",
            Self::OneCommit => "one commit for all",
            Self::Import => ".import of CSV into bare tables",
        }
    }

    /// Writes what [`run`] needs to get from one folder to the other.
    pub fn prepare(self, before: &Path, after: &Path, to: &Path) {
        match self {
            Self::Commits => script(before, after, to, false),
            Self::OneCommit => script(before, after, to, true),
            Self::Import => import(before, after, to),
        }
    }

    /// Ballots that are in a folder then.
    pub fn ballots(self, dir: &Path) -> usize {
        match self {
            Self::Import => {
                let conn = Connection::open(dir.join(FILE)).unwrap();
                let sql = "select count(*) from csv_record where kind = 1 and state = 1";
                conn.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            _ => disk::ballots(dir),
        }
    }
}

/// Whether the program is there.
pub fn is_there() -> bool {
    Command::new("sqlite3")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Writes the statements that lead from one folder to the other, with a commit for each 50 ballots, or one for all.
fn script(before: &Path, after: &Path, to: &Path, one_commit: bool) {
    let (conn, tables) = both(before, after);
    let rows: Vec<Vec<String>> = tables.iter().map(|table| inserts(&conn, table)).collect();
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

/// Writes a CSV file for each table, and the commands that make tables for them and import them.
fn import(before: &Path, after: &Path, to: &Path) {
    let (conn, tables) = both(before, after);
    let mut text = format!("{PRAGMAS}.mode csv\n");
    for table in &tables {
        let csv = to.with_extension(format!("{table}.csv"));
        let rows = changed(&conn, table, |row| {
            row.map(csv_cell).collect::<Vec<_>>().join(",") + "\n"
        });
        std::fs::write(&csv, rows.concat()).unwrap();
        writeln!(text, "create table csv_{table} as select * from {table} where 0;").unwrap();
        writeln!(text, ".import \"{}\" csv_{table}", csv.display()).unwrap();
    }
    std::fs::write(to, text).unwrap();
}

/// The folder after, with the one before attached as `old`, and the tables whose rows are given.
fn both(before: &Path, after: &Path) -> (Connection, Vec<String>) {
    let conn = Connection::open(after.join(FILE)).unwrap();
    conn.execute("attach ?1 as old", [before.join(FILE).to_str().unwrap()])
        .unwrap();
    let sql = "select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'";
    let tables: Vec<String> = {
        let mut names = conn.prepare(sql).unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let given = tables
        .into_iter()
        .filter(|table| !BY_TRIGGERS.contains(&table.as_str()));
    (conn, given.collect())
}

/// The rows that are new or other than before, each as a line.
fn changed(
    conn: &Connection,
    table: &str,
    line: impl Fn(&mut dyn Iterator<Item = ValueRef<'_>>) -> String,
) -> Vec<String> {
    let sql = format!("select * from main.{table} except select * from old.{table}");
    let mut statement = conn.prepare(&sql).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        all.push(line(&mut (0..columns).map(|column| row.get_ref(column).unwrap())));
    }
    all
}

fn inserts(conn: &Connection, table: &str) -> Vec<String> {
    changed(conn, table, |row| {
        let cells: Vec<String> = row.map(sql_cell).collect();
        format!("insert or replace into {table} values ({});\n", cells.join(","))
    })
}

fn sql_cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".into(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(text) => format!("'{}'", std::str::from_utf8(text).unwrap().replace('\'', "''")),
        ValueRef::Blob(bytes) => format!("x'{}'", hex(bytes)),
    }
}

fn csv_cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(text) => format!("\"{}\"", std::str::from_utf8(text).unwrap().replace('"', "\"\"")),
        ValueRef::Blob(bytes) => hex(bytes),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
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
