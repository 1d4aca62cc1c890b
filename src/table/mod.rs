//! Rows and columns to CSV, XLSX and NDJSON bytes, one row at a time: memory stays flat however long the table is.
//!
//! Words: a [`Layout`] says what the columns are and mean, a [`Cell`] holds one value, a [`Writer`] takes rows and
//! turns them into bytes of one [`Format`]. It knows nothing of ballots or of where the bytes go.

mod csv;
mod ndjson;
mod xlsx;

use crate::domain::time::{LocalDay, Month};
use std::{borrow::Cow, io::Write};

pub use csv::{Separator, protect, recover};

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The bytes could not go where they should.
    #[error("writing the table: {0}")]
    Io(#[from] std::io::Error),
    /// The spreadsheet could not be made.
    #[error("making the spreadsheet: {0}")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// Nor put together.
    #[error("putting the spreadsheet together: {0}")]
    Zip(zip::result::ZipError),
    /// What the spreadsheet library writes is not what this program knows.
    #[error("the spreadsheet library writes sheets otherwise than it did: no {0}")]
    Frame(&'static str),
    /// A row could not be said in JSON.
    #[error("making a line of JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The row has not as many cells as the layout has columns.
    #[error("a row has {found} cells, the table {expected} columns")]
    Width {
        /// Columns of the layout.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
}

impl From<zip::result::ZipError> for TableError {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) => Self::Io(error),
            other => Self::Zip(other),
        }
    }
}

impl TableError {
    /// Whether trying again can't help.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Io(_))
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Not known, not answered or not to be shown.
    Empty,
    /// Words.
    Text(Cow<'a, str>),
    /// A number.
    Integer(i64),
    /// A calendar day.
    Day(LocalDay),
    /// A calendar month.
    Month(Month),
    /// A part of a whole; a real number, told in percent.
    Share(u64, u64),
}

impl<'a> Cell<'a> {
    /// Words; none is an empty cell.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl From<LocalDay> for Cell<'_> {
    fn from(day: LocalDay) -> Self {
        Self::Day(day)
    }
}

impl From<Month> for Cell<'_> {
    fn from(month: Month) -> Self {
        Self::Month(month)
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Its name in NDJSON.
    pub key: &'static str,
    /// Width in the spreadsheet, in characters.
    pub width: u16,
    /// What it means: for the sheet of definitions.
    pub meaning: &'static str,
}

/// What a table is.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Name of the sheet.
    pub name: &'static str,
    /// Columns, in their fixed order.
    pub columns: &'static [Column],
    /// Facts about this table, for the sheet of definitions: label and value.
    pub about: Vec<(String, String)>,
}

/// What the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with separators, for Excel and everything else.
    Csv(Separator),
    /// A spreadsheet with real dates and numbers and a sheet of definitions.
    Xlsx,
    /// One JSON object a line, for programs.
    Ndjson,
}

impl Format {
    /// End of a file's name, without the point.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
        }
    }

    /// Content type for HTTP.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv(_) => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ndjson => "application/x-ndjson",
        }
    }
}

/// Takes rows, makes bytes.
pub struct Writer<W: Write + Send> {
    columns: usize,
    rows: u64,
    body: Body<W>,
}

enum Body<W: Write + Send> {
    Csv(csv::Csv<W>),
    Xlsx(Box<xlsx::Xlsx<W>>),
    Ndjson(ndjson::Ndjson<W>),
}

impl<W: Write + Send> Writer<W> {
    /// Begins a table: headings are written at once.
    pub fn begin(format: Format, layout: Layout, out: W) -> Result<Self, TableError> {
        Ok(Self {
            columns: layout.columns.len(),
            rows: 0,
            body: match format {
                Format::Csv(separator) => Body::Csv(csv::Csv::begin(separator, &layout, out)?),
                Format::Xlsx => Body::Xlsx(Box::new(xlsx::Xlsx::begin(layout, out)?)),
                Format::Ndjson => Body::Ndjson(ndjson::Ndjson::begin(&layout, out)),
            },
        })
    }

    /// Writes one row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        if cells.len() != self.columns {
            return Err(TableError::Width {
                expected: self.columns,
                found: cells.len(),
            });
        }
        self.rows = self.rows.saturating_add(1);
        match &mut self.body {
            Body::Csv(csv) => csv.row(cells),
            Body::Xlsx(xlsx) => xlsx.row(cells),
            Body::Ndjson(ndjson) => ndjson.row(cells),
        }
    }

    /// Ends the table and says how many rows it has. Without this call a spreadsheet is no spreadsheet.
    pub fn finish(self) -> Result<u64, TableError> {
        let rows = self.rows;
        match self.body {
            Body::Csv(csv) => csv.finish()?,
            Body::Xlsx(xlsx) => xlsx.finish(rows)?,
            Body::Ndjson(ndjson) => ndjson.finish()?,
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
