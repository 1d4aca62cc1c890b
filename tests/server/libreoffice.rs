//! LibreOffice opens what this program writes: spreadsheets and CSV with equal cells, reports with every diacritic, and
//! no hostile string as a formula. `tests/libreoffice.sh` runs it; without LibreOffice it fails there, and is told of as
//! ignored everywhere else.
//!
//! With `HAILONG_OFFICE` set the files, LibreOffice's versions and the pictures of the report's pages stay in that folder.

use crate::support::{District, MORNING, site};
use hailong::{
    domain::time::Month,
    server::{
        export::{self, EVIDENCE_COLUMNS, Only, Request, Scale, What},
        report,
    },
    store::{places, reports},
    table::{Column, Format, Separator},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// LibreOffice's filter for CSV: separator, quote, UTF-8, first row, then the numbers of columns whose text must not be
/// read as a number or a date (2 is text).
fn csv_filter(separator: u8, text: &[usize]) -> String {
    let columns: Vec<String> = text.iter().map(|column| format!("{}/2", column + 1)).collect();
    format!("{separator},34,76,1,{}", columns.join("/"))
}

struct Desk {
    dir: PathBuf,
    _kept: Option<tempfile::TempDir>,
}

impl Desk {
    fn new(name: &str) -> Self {
        let (dir, kept) = match std::env::var_os("HAILONG_OFFICE") {
            Some(folder) => (PathBuf::from(folder).join(name), None),
            None => {
                let dir = tempfile::tempdir().unwrap();
                (dir.path().to_owned(), Some(dir))
            }
        };
        std::fs::create_dir_all(&dir).unwrap();
        Self { dir, _kept: kept }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Lets LibreOffice write the file in another form into a folder beside it; answers the path.
    fn convert(&self, file: &Path, to: &str, filter: Option<&str>) -> PathBuf {
        let out = self.dir.join("libreoffice");
        let mut command = Command::new("soffice");
        command
            .arg(format!("-env:UserInstallation=file://{}/profile", self.dir.display()))
            .args(["--headless", "--norestore", "--convert-to", to])
            .env("LC_ALL", "C.UTF-8");
        if let Some(filter) = filter {
            command.arg(format!("--infilter={filter}"));
        }
        let done = command
            .arg("--outdir")
            .arg(&out)
            .arg(file)
            .output()
            .expect("soffice is there");
        assert!(done.status.success(), "{done:?}");
        let extension = to.split(':').next().unwrap();
        let made = out.join(file.file_name().unwrap()).with_extension(extension);
        assert!(made.exists(), "{done:?}");
        made
    }

    /// What LibreOffice reads in the cells of the first sheet, as it shows them.
    fn cells(&self, file: &Path, filter: Option<&str>) -> Vec<Vec<String>> {
        let to = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false";
        let made = self.convert(file, to, filter);
        rows(std::fs::read_to_string(made).unwrap().trim_start_matches('\u{feff}'))
    }
}

/// RFC 4180, written for this test.
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, csv.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    rows
}

fn exported(district: &District, format: Format, what: What, evidence: bool) -> Vec<u8> {
    let request = Request {
        node: None,
        from: None,
        to: None,
        format,
        evidence: evidence.then(|| "đối chiếu với LibreOffice".to_owned()),
        what,
        only: Only::default(),
    };
    let mut bytes = Vec::new();
    export::write(&district.store, &request, "test", MORNING, &mut bytes).unwrap();
    bytes
}

/// Where a column stands.
fn place(columns: &[Column], key: &str) -> usize {
    columns.iter().position(|column| column.key == key).unwrap()
}

/// How a cell of a CSV of ours looks where LibreOffice, speaking English, opens the spreadsheet: real dates and shares.
fn shown(cell: &str) -> String {
    let day = chrono::NaiveDate::parse_from_str(cell, "%Y-%m-%d");
    match cell.strip_suffix('%') {
        Some(share) => format!("{}%", share.replace(',', ".")),
        None => day.map_or_else(|_| cell.to_owned(), |day| day.format("%d/%m/%Y").to_string()),
    }
}

#[test]
#[ignore = "needs LibreOffice: tests/libreoffice.sh"]
fn tables_have_the_same_cells_in_libreoffice() {
    let district = site::commune();
    let desk = Desk::new("tables");
    let commune = export::COMMUNE_COLUMNS;
    let texts = |columns: &[Column], keys: &[&str]| keys.iter().map(|key| place(columns, key)).collect::<Vec<_>>();
    let five = What::Figures(Scale::Five);
    for (name, what, evidence, text) in [
        (
            "phieu",
            What::Ballots,
            false,
            texts(commune, &["month", "survey", "id", "day"]),
        ),
        (
            "so-lieu",
            five,
            false,
            texts(export::FIGURE_COLUMNS, &["month", "rate", "low", "high"]),
        ),
        (
            "bang-chung",
            What::Ballots,
            true,
            texts(
                EVIDENCE_COLUMNS,
                &["device", "epoch", "leaf", "salt", "day", "at", "survey", "app"],
            ),
        ),
    ] {
        let ours = exported(&district, Format::Csv(Separator::Semicolon), what, evidence);
        let said = rows(std::str::from_utf8(&ours).unwrap().trim_start_matches('\u{feff}'));
        assert!(said.len() > 20, "{name}");
        for (format, separator) in [(Separator::Semicolon, 59), (Separator::Comma, 44)] {
            let csv = exported(&district, Format::Csv(format), what, evidence);
            let csv = desk.put(&format!("{name}-{separator}.csv"), &csv);
            let filter = format!("CSV:{}", csv_filter(separator, &text));
            assert_eq!(desk.cells(&csv, Some(&filter)), said, "{name}, CSV");
        }
        let book = exported(&district, Format::Xlsx, what, evidence);
        let found = desk.cells(&desk.put(&format!("{name}.xlsx"), &book), None);
        let said: Vec<Vec<String>> = said
            .iter()
            .map(|row| row.iter().map(|cell| shown(cell)).collect())
            .collect();
        assert_eq!(found.len(), said.len(), "{name}");
        for (found, said) in found.iter().zip(&said) {
            assert_eq!(found, said, "{name}, XLSX");
        }
    }
}

#[test]
#[ignore = "needs LibreOffice: tests/libreoffice.sh"]
fn no_hostile_string_is_a_formula_in_libreoffice() {
    let folder = std::env::var_os("HAILONG_HOSTILE").expect("the files of tests/server/formulas.rs");
    let desk = Desk::new("hostile");
    for (name, filter) in [
        ("hostile-main.csv", Some("CSV:59,34,76,1")),
        ("hostile-comma.csv", Some("CSV:44,34,76,1")),
        ("hostile-main.xlsx", None),
    ] {
        let file = Path::new(&folder).join(name);
        let flat = std::fs::read_to_string(desk.convert(&file, "fods", filter)).unwrap();
        assert!(flat.contains("office:value-type=\"string\""), "{name} was read");
        let formulas: Vec<_> = flat.split("table:formula=").skip(1).map(|rest| &rest[..80]).collect();
        assert!(
            formulas.is_empty(),
            "{name}: {} formulas: {:?}",
            formulas.len(),
            &formulas[0]
        );
    }
}

#[test]
#[ignore = "needs LibreOffice: tests/libreoffice.sh"]
fn a_report_has_every_word_in_libreoffice() {
    let district = site::commune();
    let desk = Desk::new("report");
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let month = Month { year: 2026, month: 10 };
    report::file(&district.store, node, month, "quantri", MORNING).unwrap();
    let document = district.store.read(|conn| reports::document(conn, 1)).unwrap();
    let file = desk.put("bao-cao.docx", &document);
    let text = std::fs::read_to_string(desk.convert(&file, "txt:Text (encoded):UTF8", None)).unwrap();
    let ours = words(&document);
    assert!(ours.len() > 300, "{}", ours.len());
    let mut rest = text.as_str();
    for word in &ours {
        let found = rest
            .find(word.as_str())
            .unwrap_or_else(|| panic!("{word} is not where it stood"));
        rest = &rest[found + word.len()..];
    }
    // The pages as pictures, to be looked at, and their text as a reader of the PDF finds it.
    let pdf = desk.convert(&file, "pdf", None);
    let read = Command::new("pdftotext")
        .args(["-layout"])
        .arg(&pdf)
        .arg("-")
        .output()
        .expect("pdftotext is there");
    let read = String::from_utf8(read.stdout).unwrap();
    for said in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Tỷ lệ hài lòng",
    ] {
        assert!(read.contains(said), "{said}");
    }
    let pictures = pdf.with_extension("");
    let made = Command::new("pdftoppm")
        .args(["-r", "70", "-png"])
        .arg(&pdf)
        .arg(&pictures)
        .status();
    assert!(made.expect("pdftoppm is there").success());
}

/// The words of the body of a .docx, in their order.
fn words(document: &[u8]) -> Vec<String> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(document)).unwrap();
    let mut xml = String::new();
    zip.by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let texts = xml.split("<w:t").skip(1).filter_map(|rest| {
        let (start, rest) = rest.split_once('>')?;
        (start.is_empty() || start.starts_with(' ')).then(|| rest.split("</w:t>").next().unwrap_or_default())
    });
    let plain = |text: &str| {
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
    };
    texts
        .flat_map(|text| plain(text).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}
