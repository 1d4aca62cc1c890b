//! Tables are read back by programs that are not ours: calamine for spreadsheets, serde_json for lines.

use super::*;
use calamine::{Data, Reader, Xlsx as Open, open_workbook_from_rs};
use chrono::NaiveDate;
use std::io::Cursor;

const COLUMNS: &[Column] = &[
    Column {
        title: "Tháng",
        key: "month",
        width: 10,
        meaning: "Tháng của phiếu.",
    },
    Column {
        title: "Ngày",
        key: "day",
        width: 12,
        meaning: "Ngày của phiếu.",
    },
    Column {
        title: "Quầy",
        key: "counter",
        width: 20,
        meaning: "Tên quầy.",
    },
    Column {
        title: "Mức (1–5)",
        key: "level",
        width: 8,
        meaning: "1 là thấp nhất.",
    },
];

fn layout() -> Layout {
    Layout {
        name: "Phiếu",
        columns: COLUMNS,
        about: vec![("Ghi chú".into(), "SỐ LIỆU MINH HỌA".into())],
    }
}

fn row(counter: &str, level: Option<i64>) -> Vec<Cell<'_>> {
    let date = NaiveDate::from_ymd_opt(2026, 2, 5).unwrap();
    let day = LocalDay::from_date(date);
    vec![day.month().into(), day.into(), Cell::text(counter), level.into()]
}

fn written(format: Format, rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::begin(format, layout(), &mut out).unwrap();
    rows.iter().for_each(|row| writer.row(row).unwrap());
    assert_eq!(writer.finish().unwrap(), rows.len() as u64);
    out
}

#[test]
fn csv_opens_in_vietnamese_excel() {
    let rows = [row("Quầy 1", Some(5)), row("Quầy \"A\"; B", None), row("", Some(1))];
    let golden = "\u{feff}Tháng;Ngày;Quầy;Mức (1–5)\r\n\
                  02/2026;2026-02-05;Quầy 1;5\r\n\
                  02/2026;2026-02-05;\"Quầy \"\"A\"\"; B\";\r\n\
                  02/2026;2026-02-05;;1\r\n";
    assert_eq!(
        String::from_utf8(written(Format::Csv(Separator::Semicolon), &rows)).unwrap(),
        golden
    );
    let comma = String::from_utf8(written(Format::Csv(Separator::Comma), &rows)).unwrap();
    assert!(comma.starts_with("\u{feff}Tháng,Ngày,Quầy,Mức (1–5)\r\n"));
}

#[test]
fn a_formula_in_a_name_stays_text_and_comes_back_exactly() {
    let evil = [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "'đã có dấu nháy",
        "''=1",
    ];
    for text in evil {
        assert!(protect(text).starts_with('\''), "{text}");
        assert_eq!(recover(&protect(text)), text);
        let csv = String::from_utf8(written(Format::Csv(Separator::Semicolon), &[row(text, None)])).unwrap();
        let cell = csv.split_once("2026-02-05;").unwrap().1.trim_start_matches('"');
        assert!(cell.starts_with('\''), "{cell}");
    }
    for text in ["Quầy 1", "1 - 2", "a=b", ""] {
        assert_eq!(protect(text), text);
        assert_eq!(recover(text), text);
    }
}

#[test]
fn a_spreadsheet_has_dates_numbers_and_definitions() {
    let bytes = written(Format::Xlsx, &[row("=1+1", Some(4)), row("Quầy 2", None)]);
    let mut book: Open<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Phiếu", "Định nghĩa"]);
    let sheet = book.worksheet_range("Phiếu").unwrap();
    let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 3), Data::String("Mức (1–5)".into()));
    let Data::DateTime(month) = cell(1, 0) else {
        panic!("month is a date")
    };
    assert_eq!((month.is_datetime(), month.as_f64()), (true, 46_054.0));
    let Data::DateTime(day) = cell(1, 1) else {
        panic!("day is a date")
    };
    assert_eq!((day.is_datetime(), day.as_f64()), (true, 46_058.0));
    assert_eq!(cell(1, 2), Data::String("=1+1".into()));
    assert_eq!(cell(1, 3), Data::Float(4.0));
    assert_eq!(cell(2, 3), Data::Empty);
    assert!(
        book.worksheet_formula("Phiếu")
            .unwrap()
            .cells()
            .all(|(_, _, formula)| formula.is_empty())
    );
    let definitions = book.worksheet_range("Định nghĩa").unwrap();
    let words: Vec<_> = definitions.cells().map(|(_, _, value)| value.to_string()).collect();
    for expected in ["SỐ LIỆU MINH HỌA", "1 là thấp nhất.", "Cột “Quầy”"] {
        assert!(words.iter().any(|word| word == expected), "{expected}");
    }
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    let mut out = Vec::new();
    let mut xlsx = xlsx::Xlsx::with_sheet_rows(layout(), &mut out, 2).unwrap();
    (1..=5).for_each(|level| xlsx.row(&row("Quầy 1", Some(level))).unwrap());
    xlsx.finish(5).unwrap();
    let mut book: Open<_> = open_workbook_from_rs(Cursor::new(out)).unwrap();
    assert_eq!(book.sheet_names(), ["Phiếu", "Phiếu (2)", "Phiếu (3)", "Định nghĩa"]);
    let last = book.worksheet_range("Phiếu (3)").unwrap();
    assert_eq!(last.get_value((0, 2)), Some(&Data::String("Quầy".into())));
    assert_eq!(last.get_value((1, 3)), Some(&Data::Float(5.0)));
}

#[test]
fn a_day_that_excel_does_not_know_is_words() {
    let far = |year| LocalDay::from_date(NaiveDate::from_ymd_opt(year, 3, 1).unwrap());
    let rows: Vec<_> = [12_026, 1900, 1899]
        .into_iter()
        .map(|year| vec![Cell::Empty, far(year).into(), Cell::Empty, Cell::Empty])
        .collect();
    let mut book: Open<_> = open_workbook_from_rs(Cursor::new(written(Format::Xlsx, &rows))).unwrap();
    let sheet = book.worksheet_range("Phiếu").unwrap();
    let said = |row| sheet.get_value((row, 1)).cloned().unwrap();
    assert_eq!(said(1), Data::String("+12026-03-01".into()));
    assert!(matches!(said(2), Data::DateTime(day) if day.as_f64() == 61.0));
    assert_eq!(said(3), Data::String("1899-03-01".into()));
}

#[test]
fn columns_are_named_as_in_a_spreadsheet() {
    let named: Vec<String> = [0, 25, 26, 51, 52, 701, 702].into_iter().map(xlsx::letters).collect();
    assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

#[test]
fn ndjson_keeps_text_as_it_is() {
    let lines = String::from_utf8(written(Format::Ndjson, &[row("=1", Some(3)), row("", None)])).unwrap();
    assert_eq!(
        lines,
        "{\"month\":\"2026-02\",\"day\":\"2026-02-05\",\"counter\":\"=1\",\"level\":3}\n\
         {\"month\":\"2026-02\",\"day\":\"2026-02-05\",\"counter\":null,\"level\":null}\n"
    );
}

#[test]
fn a_row_of_the_wrong_width_is_refused() {
    let mut writer = Writer::begin(Format::Ndjson, layout(), Vec::new()).unwrap();
    assert!(matches!(
        writer.row(&[Cell::Empty]),
        Err(TableError::Width { expected: 4, found: 1 })
    ));
}
