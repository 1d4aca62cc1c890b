//! Everything of a spreadsheet but its rows of data, as the spreadsheet library writes it: a small book with the same
//! sheets, whose parts are taken apart. The rows go between what stands before and after them in a sheet's part.

use super::super::{Column, Layout, TableError};
use super::fitting;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Where the styles are shown, to learn their numbers: the row after the heading.
const SAMPLE: &str = "<row r=\"2\"";
const ROWS_END: &str = "</sheetData>";

/// Numbers of the styles of cells that are no plain text or number.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Styles {
    pub(super) day: u32,
    pub(super) month: u32,
    pub(super) share: u32,
}

/// A part of the file: its name and its bytes.
pub(super) type Part = (String, Vec<u8>);

/// The book without its rows.
pub(super) struct Frame {
    parts: Vec<Part>,
}

impl Frame {
    /// `rows`: how many each sheet of data has; `count`: how many there are in all. What is not known yet does no harm:
    /// the parts that tell of it are taken from a later frame.
    pub(super) fn of(layout: &Layout, rows: &[u32], count: u64) -> Result<Self, TableError> {
        let mut book = Workbook::new();
        for (sheet, rows) in (1..).zip(rows) {
            data(book.add_worksheet(), layout, sheet, *rows)?;
        }
        definitions(book.add_worksheet(), layout, count)?;
        let mut archive = ZipArchive::new(Cursor::new(book.save_to_buffer()?))?;
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut part = archive.by_index(place)?;
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes)?;
            parts.push((part.name()?.into_owned(), bytes));
        }
        Ok(Self { parts })
    }

    /// The name of the part of a sheet, from 1.
    pub(super) fn part(sheet: u32) -> String {
        format!("xl/worksheets/sheet{sheet}.xml")
    }

    /// What stands before the first row of data of a sheet, and the styles. Not how far the sheet reaches: nobody knows
    /// that yet, and the format lets one leave it out.
    pub(super) fn before(&self, sheet: u32) -> Result<(String, Styles), TableError> {
        let split = self.text(sheet)?.split_once(SAMPLE);
        let (head, rest) = split.ok_or(TableError::Frame(SAMPLE))?;
        let sample = rest.split(ROWS_END).next().unwrap_or_default();
        let styles = sample.split(" s=\"").skip(1);
        let mut styles = styles.filter_map(|text| text.split('"').next()?.parse().ok());
        let (Some(day), Some(month), Some(share)) = (styles.next(), styles.next(), styles.next()) else {
            return Err(TableError::Frame("styles of its cells"));
        };
        let (start, rest) = head.split_once("<dimension ").ok_or(TableError::Frame("<dimension"))?;
        let (_, rest) = rest.split_once("/>").ok_or(TableError::Frame("<dimension"))?;
        Ok((format!("{start}{rest}"), Styles { day, month, share }))
    }

    /// What stands after the last one.
    pub(super) fn after(&self, sheet: u32) -> Result<&str, TableError> {
        let text = self.text(sheet)?;
        let end = text.find(ROWS_END).and_then(|end| text.get(end..));
        end.ok_or(TableError::Frame(ROWS_END))
    }

    /// Everything but the sheets of data.
    pub(super) fn others(self, sheets: u32) -> impl Iterator<Item = Part> {
        let data: Vec<String> = (1..=sheets).map(Self::part).collect();
        self.parts.into_iter().filter(move |(name, _)| !data.contains(name))
    }

    fn text(&self, sheet: u32) -> Result<&str, TableError> {
        let name = Self::part(sheet);
        let part = self.parts.iter().find(|(known, _)| *known == name);
        let text = part.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok());
        text.ok_or(TableError::Frame("part of a sheet"))
    }
}

/// A sheet of data: heading, filter, how it is printed, and a row of empty cells with the styles.
fn data(sheet: &mut Worksheet, layout: &Layout, number: u32, rows: u32) -> Result<(), TableError> {
    sheet.set_name(match number {
        1 => layout.name.to_owned(),
        more => format!("{} ({more})", layout.name),
    })?;
    heading(sheet, layout.columns)?;
    let last = u16::try_from(layout.columns.len().saturating_sub(1)).unwrap_or(0);
    sheet.autofilter(0, 0, rows, last)?;
    let date = |format| Format::new().set_num_format(format).set_align(FormatAlign::Center);
    sheet.write_blank(1, 0, &date("dd/mm/yyyy"))?;
    sheet.write_blank(1, 1, &date("mm/yyyy"))?;
    sheet.write_blank(1, 2, &Format::new().set_num_format("0.0%"))?;
    Ok(())
}

fn heading(sheet: &mut Worksheet, columns: &[Column]) -> Result<(), TableError> {
    let style = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(0x1f_3a_5f))
        .set_border_bottom(FormatBorder::Thin);
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_row_height(0, 32)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    for (place, column) in (0u16..).zip(columns) {
        sheet.set_column_width(place, f64::from(column.width))?;
        sheet.write_string_with_format(0, place, column.title, &style)?;
    }
    Ok(())
}

/// What this table is, and what each column means.
fn definitions(sheet: &mut Worksheet, layout: &Layout, rows: u64) -> Result<(), TableError> {
    let title = Format::new().set_bold().set_font_size(14);
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_name("Định nghĩa")?;
    sheet.set_column_width(0, 30)?;
    sheet.set_column_width(1, 100)?;
    sheet.write_string_with_format(0, 0, "Bảng này là gì, từng cột nghĩa là gì", &title)?;
    let count = ("Số dòng dữ liệu".to_owned(), rows.to_string());
    let columns = layout.columns.iter();
    let meanings = columns.map(|column| (format!("Cột “{}”", column.title), column.meaning.to_owned()));
    let lines = layout.about.iter().cloned().chain([count]).chain(meanings);
    for (row, (label, value)) in (2u32..).zip(lines) {
        sheet.write_string_with_format(row, 0, fitting(&label), &bold)?;
        sheet.write_string_with_format(row, 1, fitting(&value), &wrap)?;
    }
    Ok(())
}
