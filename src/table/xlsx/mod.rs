//! XLSX in constant memory: rows go into the zip as they come, and nothing is gathered on the disk.
//!
//! First the data sheets, each with a frozen heading and a filter, then "Định nghĩa" with what every column means and
//! what this table covers. All of that is the spreadsheet library's work ([`frame`]); the rows between are ours, because
//! writing them through the library took most of an export's time.

mod frame;
mod text;

use super::{Cell, Layout, TableError};
use crate::domain::time::LocalDay;
use frame::{Frame, Styles};
use std::io::Write;
use zip::{
    CompressionMethod, DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Rows of data on one sheet: Excel's 1,048,576 less the heading.
const SHEET_ROWS: u32 = 1_048_575;
/// Bytes of one sheet before they are compressed: beyond 4 GiB a part needs ZIP64, which not every reader knows.
const SHEET_BYTES: u64 = 4_000_000_000;
/// Longest text of one cell in Excel, in UTF-16 units.
const CELL_UNITS: usize = 32_767;
/// Bytes gathered before they are compressed.
const FULL: usize = 64 * 1024;
/// How hard to compress, 1 to 9: rows of a table repeat so much that more than 2 makes the file little smaller (the
/// benchmarks say how much) and takes longer than reading them does.
const LEVEL: i64 = 2;
/// Excel's number of 1970-01-01.
const EPOCH: i64 = 25_569;
/// The days that Excel can say as a date and means the same day by as everybody: 1900-03-01 to 9999-12-31.
const DAYS: std::ops::RangeInclusive<i64> = 61..=2_958_465;

pub(super) struct Xlsx<W: Write + Send> {
    zip: ZipWriter<StreamWriter<W>>,
    layout: Layout,
    /// "A", "B", … as many as there are columns.
    letters: Vec<String>,
    styles: Styles,
    /// Rows of data on each sheet that has ended.
    ended: Vec<u32>,
    /// Rows and bytes of data on the sheet that is being written.
    row: u32,
    bytes: u64,
    rows_per_sheet: u32,
    /// What is to be compressed next.
    xml: Vec<u8>,
}

impl<W: Write + Send> Xlsx<W> {
    pub(super) fn begin(layout: Layout, out: W) -> Result<Self, TableError> {
        Self::with_sheet_rows(layout, out, SHEET_ROWS)
    }

    pub(super) fn with_sheet_rows(layout: Layout, out: W, rows_per_sheet: u32) -> Result<Self, TableError> {
        let mut xlsx = Self {
            zip: ZipWriter::new_stream(out),
            letters: (0..layout.columns.len()).map(letters).collect(),
            layout,
            styles: Styles::default(),
            ended: Vec::new(),
            row: 0,
            bytes: 0,
            rows_per_sheet,
            xml: Vec::with_capacity(FULL * 2),
        };
        xlsx.begin_sheet()?;
        Ok(xlsx)
    }

    /// The number of the sheet that is being written, from 1.
    fn sheet(&self) -> u32 {
        u32::try_from(self.ended.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn begin_sheet(&mut self) -> Result<(), TableError> {
        let sheet = self.sheet();
        let rows: Vec<u32> = self.ended.iter().copied().chain([0]).collect();
        let frame = Frame::of(&self.layout, &rows, 0)?;
        let (before, styles) = frame.before(sheet)?;
        (self.styles, self.row, self.bytes) = (styles, 0, 0);
        self.zip.start_file(Frame::part(sheet), options())?;
        self.zip.write_all(before.as_bytes())?;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), TableError> {
        self.pour()?;
        let sheet = self.sheet();
        self.ended.push(self.row);
        // The filter's range is known only now.
        let frame = Frame::of(&self.layout, &self.ended, 0)?;
        self.zip.write_all(frame.after(sheet)?.as_bytes())?;
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        if self.row == self.rows_per_sheet || self.bytes >= SHEET_BYTES {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        self.row += 1;
        // The heading is row 1.
        let row = self.row + 1;
        let before = self.xml.len();
        write!(self.xml, "<row r=\"{row}\">")?;
        for (letters, cell) in self.letters.iter().zip(cells) {
            write_cell(&mut self.xml, (letters, row), cell, self.styles)?;
        }
        self.xml.extend_from_slice(b"</row>");
        self.bytes += u64::try_from(self.xml.len() - before).unwrap_or(0);
        if self.xml.len() >= FULL { self.pour() } else { Ok(()) }
    }

    fn pour(&mut self) -> Result<(), TableError> {
        self.zip.write_all(&self.xml)?;
        self.xml.clear();
        Ok(())
    }

    pub(super) fn finish(mut self, rows: u64) -> Result<(), TableError> {
        self.end_sheet()?;
        let frame = Frame::of(&self.layout, &self.ended, rows)?;
        let sheets = u32::try_from(self.ended.len()).unwrap_or(u32::MAX);
        for (name, bytes) in frame.others(sheets) {
            self.zip.start_file(name, options())?;
            self.zip.write_all(&bytes)?;
        }
        let mut out = self.zip.finish()?.into_inner();
        Ok(out.flush()?)
    }
}

/// Always the same time: a file made twice is the same file.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .last_modified_time(DateTime::default())
}

fn write_cell(xml: &mut Vec<u8>, (letters, row): (&str, u32), cell: &Cell<'_>, styles: Styles) -> std::io::Result<()> {
    match cell {
        Cell::Empty => Ok(()),
        // As a string: a spreadsheet never runs it, whatever it begins with.
        Cell::Text(text) => {
            let keep = if text::has_outer_space(text) {
                " xml:space=\"preserve\""
            } else {
                ""
            };
            write!(xml, "<c r=\"{letters}{row}\" t=\"inlineStr\"><is><t{keep}>")?;
            text::escape(xml, fitting(text));
            xml.extend_from_slice(b"</t></is></c>");
            Ok(())
        }
        Cell::Integer(number) => write!(xml, "<c r=\"{letters}{row}\"><v>{number}</v></c>"),
        Cell::Day(day) => write_day(xml, (letters, row), *day, styles.day),
        Cell::Month(month) => write_day(xml, (letters, row), month.first(), styles.month),
        Cell::Share(part, whole) => {
            let (share, style) = (*part as f64 / (*whole).max(1) as f64, styles.share);
            write!(xml, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{share}</v></c>")
        }
    }
}

/// A real date; in words where a clock was so wrong that Excel has no such day.
fn write_day(xml: &mut Vec<u8>, (letters, row): (&str, u32), day: LocalDay, style: u32) -> std::io::Result<()> {
    let number = day.0.saturating_add(EPOCH);
    if DAYS.contains(&number) {
        return write!(xml, "<c r=\"{letters}{row}\" s=\"{style}\"><v>{number}</v></c>");
    }
    let date = day.date();
    write!(
        xml,
        "<c r=\"{letters}{row}\" t=\"inlineStr\"><is><t>{date}</t></is></c>"
    )
}

/// The name of a column, from 0: A to Z, then AA.
pub(super) fn letters(column: usize) -> String {
    let letter = |n: usize| char::from(b'A'.saturating_add(u8::try_from(n % 26).unwrap_or(0)));
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letters(column / 26 - 1), letter(column)),
    }
}

/// The text as far as a cell can hold it.
fn fitting(text: &str) -> &str {
    // No text has more units than bytes.
    if text.len() <= CELL_UNITS {
        return text;
    }
    let mut units = 0;
    for (place, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}
