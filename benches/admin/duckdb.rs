//! The same figure by DuckDB, an engine made for such questions, over the same rows in its own file.

use crate::common::{Spread, row, rule};
use hailong::domain::period::Period;
use hailong::store::{Store, figures, figures::Scope};
use rusqlite::Connection;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Reads counter, day and level of every ballot from a CSV file into a table, then answers each line on stdin ("first day,
/// day after the last") with microseconds and the sum of the counts.
const PROGRAM: &str = r#"
import duckdb, sys, time
db = duckdb.connect(sys.argv[2])
db.execute("set threads to 2")
db.execute("create or replace table flat as select * from read_csv(?, header=false, columns={'counter_no': 'integer', 'day': 'integer', 'level': 'tinyint'})", [sys.argv[1]])
print(duckdb.__version__, flush=True)
for line in sys.stdin:
    first, end = map(int, line.split(","))
    start = time.perf_counter()
    rows = db.execute("select counter_no, level, count(*) from flat where day >= ? and day < ? group by 1, 2", [first, end]).fetchall()
    took = time.perf_counter() - start
    print(int(took * 1e6), sum(row[2] for row in rows), flush=True)
"#;

/// A Python that has it: one in `target/tools/duckdb`, or the machine's.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools/duckdb/bin/python");
    [own, "python3".into()].into_iter().find(|python| {
        let mut command = Command::new(python);
        command.args(["-c", "import duckdb"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

/// Prints the table; `flat` holds counter, day and level of every ballot.
pub fn bench(store: &Store, flat: &Connection, dir: &Path, periods: &[(&str, Period)], rounds: usize) {
    let Some(python) = python() else {
        println!("\nno DuckDB here (python3 -m venv target/tools/duckdb; target/tools/duckdb/bin/pip install duckdb)");
        return;
    };
    let csv = dir.join("flat.csv");
    write_csv(flat, &csv);
    let mut child = Command::new(python)
        .args(["-c", PROGRAM])
        .args([&csv, &dir.join("flat.duckdb")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ask = child.stdin.take().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let version = lines.next().unwrap().unwrap();
    println!("\nThe same figure by DuckDB {version}, 2 threads, its own table of counter, day and level:\n");
    let widths = [12, 12, 22, 12, 22, 22];
    row(
        &widths,
        &[
            "",
            "ours, ms",
            "min to max",
            "DuckDB, ms",
            "min to max",
            "ours is (goal 10x)",
        ],
    );
    rule(&widths);
    for (name, period) in periods {
        let (mut own, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..=rounds * 10 {
            let start = Instant::now();
            let read = |conn: &hailong::store::Reader| figures::tallies(conn, &Scope::of(conn, None)?, *period);
            let tallies = store.read(read).unwrap();
            let took = start.elapsed().as_secs_f64() * 1000.0;
            let count: u64 = tallies
                .into_values()
                .map(|tally| tally.levels().iter().sum::<u64>())
                .sum();
            writeln!(ask, "{},{}", period.first().0, period.end().0).unwrap();
            let line = lines.next().unwrap().unwrap();
            let (micros, found) = line.split_once(' ').unwrap();
            assert_eq!(found, count.to_string(), "{name}: the figures differ");
            // The first of each is to warm up.
            if round > 0 {
                own.push(took);
                theirs.push(micros.parse::<f64>().unwrap() / 1000.0);
            }
        }
        let ratio = Spread::of(theirs.iter().zip(&own).map(|(theirs, own)| theirs / own));
        let [own, theirs] = [own, theirs].map(Spread::of);
        let bounds = |of: &Spread| format!("{:.2} to {:.2}", of.min, of.max);
        let (ours, duck) = (format!("{:.2}", own.median), format!("{:.2}", theirs.median));
        let times = format!("{:.1}x", ratio.median);
        row(&widths, &[name, &ours, &bounds(&own), &duck, &bounds(&theirs), &times]);
    }
    drop(ask);
    assert!(child.wait().unwrap().success());
}

fn write_csv(flat: &Connection, to: &Path) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(to).unwrap());
    let mut statement = flat.prepare("select counter_no, day, level from flat").unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let [counter, day, level] = [0, 1, 2].map(|column| row.get::<_, i64>(column).unwrap());
        writeln!(file, "{counter},{day},{level}").unwrap();
    }
    file.flush().unwrap();
}
