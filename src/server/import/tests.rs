//! Files as people and attackers make them.

use super::*;
use crate::domain::policy;
use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let sheet = read(bytes).unwrap();
    std::iter::once(sheet.header)
        .chain(sheet.rows.into_iter().map(|(_, cells)| cells))
        .collect()
}

#[test]
fn csv_is_read_in_every_spelling_offices_use() {
    let expected = [["Tên", "Mã"], ["Xã Hiệp Hòa; cũ", "07840"], ["Phường \"A\"", ""]];
    let utf8 = "Tên;Mã\r\n\"Xã Hiệp Hòa; cũ\";07840\r\n\"Phường \"\"A\"\"\";\r\n";
    let comma = "Tên,Mã\n\"Xã Hiệp Hòa; cũ\",07840\n\"Phường \"\"A\"\"\",\n";
    let tab = "Tên\tMã\nXã Hiệp Hòa; cũ\t07840\n\"Phường \"\"A\"\"\"\t";
    // What Windows-1258 can hold is letters and combining tone marks.
    let loose = "Tên;Ma\u{303}\n\"Xa\u{303} Hiê\u{323}p Ho\u{300}a; cu\u{303}\";07840\n\"Phươ\u{300}ng \"\"A\"\"\";\n";
    let (legacy, _, lossy) = encoding_rs::WINDOWS_1258.encode(loose);
    assert!(!lossy);
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(utf8.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [
        utf8.as_bytes(),
        format!("\u{feff}{utf8}").as_bytes(),
        comma.as_bytes(),
        tab.as_bytes(),
        &legacy,
        &wide,
    ] {
        assert_eq!(rows(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let sheet = read("Tên;Liên hệ\n\n\"A\";\"một\nhai\"\n;\nB;x\n".as_bytes()).unwrap();
    let lines: Vec<_> = sheet.rows.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 6]);
}

#[test]
fn what_is_no_list_is_refused() {
    let many = "Tên\n".to_owned() + &"x\n".repeat(policy::IMPORT_ROWS + 1);
    let wide = format!("{}\nx\n", "a;".repeat(policy::IMPORT_COLUMNS + 2));
    for (bytes, error) in [
        (&b""[..], FileError::Empty),
        (b"T\xc3\xaan\n", FileError::Empty),
        (b"a;b\n\"x;1\ny;2\n", FileError::OpenQuote(2)),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", FileError::NotATable),
        (b"PK\x03\x04 nothing that is a zip", FileError::NotATable),
        (many.as_bytes(), FileError::TooLarge),
        (wide.as_bytes(), FileError::TooLarge),
        (&vec![b'a'; policy::IMPORT_BYTES + 1], FileError::TooLarge),
    ] {
        assert_eq!(read(bytes), Err(error));
    }
}

/// A zip with one deflated part of so many zero bytes, which says of itself that it is tiny.
fn bomb(name: &str, bytes: usize) -> Vec<u8> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..bytes >> 20 {
        packed.write_all(&zeros).unwrap();
    }
    let packed = packed.finish().unwrap();
    let (size, length) = ((packed.len() as u32).to_le_bytes(), (name.len() as u16).to_le_bytes());
    let mut zip = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    zip.extend([&size[..], &[9, 0, 0, 0], &length, &[0, 0], name.as_bytes(), &packed].concat());
    let directory = (zip.len() as u32).to_le_bytes();
    let mut entry = b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    entry.extend([&size[..], &[9, 0, 0, 0], &length, &[0; 16], name.as_bytes()].concat());
    let entry_size = (entry.len() as u32).to_le_bytes();
    zip.extend(entry);
    zip.extend([&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &entry_size, &directory, &[0, 0]].concat());
    zip
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let bytes = bomb("xl/worksheets/sheet1.xml", 1 << 30);
    assert!(
        bytes.len() < policy::IMPORT_BYTES,
        "a gigabyte in {} bytes",
        bytes.len()
    );
    assert_eq!(
        zip::bounded(&bytes, policy::IMPORT_UNPACKED_BYTES),
        Err(FileError::TooLarge)
    );
    assert_eq!(read(&bytes), Err(FileError::TooLarge));
    let small = bomb("a", 1 << 20);
    assert_eq!(zip::bounded(&small, policy::IMPORT_UNPACKED_BYTES), Ok(()));
    for cut in [small.len() - 1, small.len() / 2, 30] {
        assert_eq!(read(&small[..cut]), Err(FileError::NotATable), "{cut}");
    }
}

fn book(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

#[test]
fn a_book_is_read_with_its_dates_and_numbers_as_they_were_typed() {
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2025, 7, 1).unwrap();
    let format = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let bytes = book(|sheet| {
        sheet.write_row(0, 0, ["Tên", "Mã", "Từ ngày"]).unwrap();
        sheet.write(1, 0, "Xã Hiệp Hòa").unwrap();
        sheet.write(1, 1, 7840).unwrap();
        sheet.write_with_format(1, 2, &date, &format).unwrap();
    });
    assert_eq!(
        rows(&bytes),
        [["Tên", "Mã", "Từ ngày"], ["Xã Hiệp Hòa", "7840", "2025-07-01"]]
    );
}

#[test]
fn a_sheet_that_is_a_million_columns_wide_costs_nothing() {
    let bytes = book(|sheet| {
        sheet.write(0, 0, "Tên").unwrap();
        sheet.write(1_048_575, 16_383, "xa").unwrap();
    });
    assert_eq!(read(&bytes), Err(FileError::TooLarge));
}
