//! XLSX in constant memory: rows go to an unnamed temporary file of the writer library and from there into the zip.
//!
//! First the data sheets, each with a frozen heading and a filter, then "Định nghĩa" with what every column means and
//! what this table covers.

use super::{Cell, Column, Layout, TableError};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use std::io::Write;

/// Rows of data on one sheet: Excel's 1,048,576 less the heading.
const SHEET_ROWS: u32 = 1_048_575;
/// Longest text of one cell in Excel, in UTF-16 units.
const CELL_UNITS: usize = 32_767;

pub(super) struct Xlsx<W: Write + Send> {
    out: W,
    book: Workbook,
    layout: Layout,
    /// Rows of data on the sheet that is being written.
    row: u32,
    sheets: u32,
    rows_per_sheet: u32,
    day: Format,
    month: Format,
    share: Format,
}

impl<W: Write + Send> Xlsx<W> {
    pub(super) fn begin(layout: Layout, out: W) -> Result<Self, TableError> {
        Self::with_sheet_rows(layout, out, SHEET_ROWS)
    }

    pub(super) fn with_sheet_rows(layout: Layout, out: W, rows_per_sheet: u32) -> Result<Self, TableError> {
        let mut xlsx = Self {
            out,
            book: Workbook::new(),
            layout,
            row: 0,
            sheets: 0,
            rows_per_sheet,
            day: Format::new()
                .set_num_format("dd/mm/yyyy")
                .set_align(FormatAlign::Center),
            month: Format::new().set_num_format("mm/yyyy").set_align(FormatAlign::Center),
            share: Format::new().set_num_format("0.0%"),
        };
        xlsx.next_sheet()?;
        Ok(xlsx)
    }

    fn next_sheet(&mut self) -> Result<(), TableError> {
        self.end_sheet()?;
        self.sheets += 1;
        self.row = 0;
        let name = match self.sheets {
            1 => self.layout.name.to_owned(),
            more => format!("{} ({more})", self.layout.name),
        };
        let columns = self.layout.columns;
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        heading(sheet, columns)?;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), TableError> {
        let last_column = u16::try_from(self.layout.columns.len().saturating_sub(1)).unwrap_or(0);
        if let Some(place) = (self.sheets as usize).checked_sub(1) {
            let sheet = self.book.worksheet_from_index(place)?;
            sheet.autofilter(0, 0, self.row, last_column)?;
        }
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), TableError> {
        if self.row == self.rows_per_sheet {
            self.next_sheet()?;
        }
        self.row += 1;
        let sheet = self.book.worksheet_from_index(self.sheets.saturating_sub(1) as usize)?;
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                // Written as a string: a spreadsheet never runs it, whatever it begins with.
                Cell::Text(text) => drop(sheet.write_string(self.row, column, fitting(text))?),
                // Every integer here is far below 2^53.
                Cell::Integer(number) => drop(sheet.write_number(self.row, column, *number as f64)?),
                Cell::Day(day) => {
                    let date = date(day.date())?;
                    sheet.write_datetime_with_format(self.row, column, &date, &self.day)?;
                }
                Cell::Share(part, whole) => {
                    let share = *part as f64 / (*whole).max(1) as f64;
                    sheet.write_number_with_format(self.row, column, share, &self.share)?;
                }
                Cell::Month(month) => {
                    let date = date(month.first().date())?;
                    sheet.write_datetime_with_format(self.row, column, &date, &self.month)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self, rows: u64) -> Result<(), TableError> {
        self.end_sheet()?;
        let title = Format::new().set_bold().set_font_size(14);
        let bold = Format::new().set_bold().set_align(FormatAlign::Top);
        let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let sheet = self.book.add_worksheet();
        sheet.set_name("Định nghĩa")?;
        sheet.set_column_width(0, 30)?;
        sheet.set_column_width(1, 100)?;
        sheet.write_string_with_format(0, 0, "Bảng này là gì, từng cột nghĩa là gì", &title)?;
        let count = ("Số dòng dữ liệu".to_owned(), rows.to_string());
        let columns = self.layout.columns.iter();
        let meanings = columns.map(|column| (format!("Cột “{}”", column.title), column.meaning.to_owned()));
        let lines = self.layout.about.iter().cloned().chain([count]).chain(meanings);
        for (row, (label, value)) in (2u32..).zip(lines) {
            sheet.write_string_with_format(row, 0, fitting(&label), &bold)?;
            sheet.write_string_with_format(row, 1, fitting(&value), &wrap)?;
        }
        self.book.save_to_writer(&mut self.out)?;
        Ok(self.out.flush()?)
    }
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

fn date(date: chrono::NaiveDate) -> Result<ExcelDateTime, TableError> {
    use chrono::Datelike;
    let year = u16::try_from(date.year()).unwrap_or(1900);
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    Ok(ExcelDateTime::from_ymd(year, part(date.month()), part(date.day()))?)
}

/// The text as far as a cell can hold it.
fn fitting(text: &str) -> &str {
    let mut units = 0;
    for (place, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}
