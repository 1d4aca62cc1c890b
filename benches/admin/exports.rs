//! Exports by the program that people run, each with its largest memory, beside what one would do without it.

use crate::common::{row, rule};
use crate::plain;
use hailong::store::FILE;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WIDTHS: [usize; 5] = [52, 9, 9, 10, 12];
/// The months whose rows the spreadsheets hold: Python would take an hour for all.
const MONTHS: (&str, &str) = ("2026-08-01", "2026-10-31");

/// Seconds, and the largest resident memory in MB where it could be read.
fn run(mut command: Command) -> (f64, f64) {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let mut most = 0.0f64;
    loop {
        most = most.max(resident(&child));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{command:?}");
            return (start.elapsed().as_secs_f64(), most);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Linux keeps the high-water mark itself.
fn resident(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1000.0
}

fn export(dir: &Path, format: &str, out: &Path, months: Option<(&str, &str)>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
    command
        .args(["export", "--data"])
        .arg(dir)
        .args(["--format", format, "--out"])
        .arg(out);
    if let Some((from, to)) = months {
        command.args(["--from", from, "--to", to]);
    }
    command.stdout(Stdio::null());
    command
}

fn there(program: &str, args: &[&str]) -> bool {
    let status = Command::new(program)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

pub fn bench(dir: &Path, ballots: usize) {
    let out = dir.join("out.csv");
    println!("\nExports, commune form");
    row(&WIDTHS, &["", "rows", "seconds", "MB memory", "ours is"]);
    rule(&WIDTHS);
    let (ours, memory) = run(export(dir, "csv", &out, None));
    let rows = lines(&out);
    told("CSV, all", rows, ours, memory, None);
    assert!(rows <= ballots);
    if there("sqlite3", &["-version"]) {
        let other = dir.join("other.csv");
        let mut command = Command::new("sqlite3");
        let attach = format!("attach '{}' as plain", plain::copy(dir).display());
        command
            .args(["-csv", "-header", "-cmd", &attach])
            .arg(dir.join(FILE))
            .arg(SAME);
        command.stdout(std::fs::File::create(&other).unwrap());
        let (theirs, memory) = run(command);
        told(
            "sqlite3 -csv, the same columns from a copy of the ballots, not packed",
            lines(&other),
            theirs,
            memory,
            Some(theirs / ours),
        );
        std::fs::remove_file(other).unwrap();
    } else {
        println!("sqlite3 is not here");
    }
    let book = dir.join("out.xlsx");
    let (ours, memory) = run(export(dir, "xlsx", &book, Some(MONTHS)));
    run(export(dir, "csv", &out, Some(MONTHS)));
    let rows = lines(&out);
    told("XLSX, three months", rows, ours, memory, None);
    if there("python3", &["-c", "import xlsxwriter"]) {
        let mut command = Command::new("python3");
        command.args(["-c", PYTHON]).arg(&out).arg(dir.join("other.xlsx"));
        let (theirs, memory) = run(command);
        told(
            "Python xlsxwriter, constant memory, rows given",
            rows,
            theirs,
            memory,
            Some(theirs / ours),
        );
    } else {
        println!("Python's xlsxwriter is not here");
    }
    for name in ["out.csv", "out.xlsx", "other.xlsx"] {
        let _ = std::fs::remove_file(dir.join(name));
    }
}

fn told(name: &str, rows: usize, seconds: f64, memory: f64, ratio: Option<f64>) {
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.1}x"));
    let cells = [rows.to_string(), format!("{seconds:.1}"), format!("{memory:.0}"), ratio];
    row(&WIDTHS, &[name, &cells[0], &cells[1], &cells[2], &cells[3]]);
}

/// Rows below the heading.
fn lines(path: &Path) -> usize {
    use std::io::{BufRead, BufReader};
    let file = BufReader::with_capacity(1 << 20, std::fs::File::open(path).unwrap());
    file.split(b'\n').count() - 1
}

/// The same rows in the same order, as far as SQL says them easily: words of levels and reasons are looked up, days with
/// fewer than five ballots are not hidden, nothing guards against formulas.
const SAME: &str =
    "select strftime('%m/%Y', r.day * 86400, 'unixepoch'), n.name, '', c.name, json_extract(t.j, '$.moment'),
    json_extract(t.j, '$.field'), json_extract(t.j, '$.answers.hai_long'),
    case json_extract(t.j, '$.answers.hai_long') when 1 then 'Rất không hài lòng' when 2 then 'Không hài lòng'
      when 3 then 'Bình thường' when 4 then 'Hài lòng' else 'Rất hài lòng' end,
    (select group_concat(value, ' | ') from json_each(t.j, '$.answers.ly_do')),
    iif(json_extract(t.j, '$.ended') = 'sent', 'có', 'không'), iif(r.marks & 1, 'có', 'không'), 'không',
    substr(json_extract(t.j, '$.survey'), 1, 12), lower(substr(hex(r.leaf), 1, 12)),
    date(r.day * 86400, 'unixepoch'), 'Phiếu tại quầy', ''
  from record r join counter c on c.no = r.counter_no join node n on n.no = c.node_no
  join (select epoch_no, seq, cast(bytes as text) as j from plain.body) t on t.epoch_no = r.epoch_no and t.seq = r.seq
  where r.kind = 1 and r.state = 1 order by strftime('%Y%m', r.day * 86400, 'unixepoch'), r.counter_no, r.leaf";

/// Reads rows that are there already and only writes them.
const PYTHON: &str = "
import csv, sys, xlsxwriter
book = xlsxwriter.Workbook(sys.argv[2], {'constant_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False})
sheet = book.add_worksheet('Phieu')
with open(sys.argv[1], encoding='utf-8-sig', newline='') as rows:
    for place, cells in enumerate(csv.reader(rows, delimiter=';')):
        for column, text in enumerate(cells):
            if column == 6 and text.isdigit():
                sheet.write_number(place, column, int(text))
            elif text:
                sheet.write_string(place, column, text)
book.close()
";
