//! Lists that people bring: units, counters, officers and procedures, from CSV or XLSX.
//!
//! A file is read ([`read`]) into a [`Sheet`] of texts with bounds on its size, unpacked too. A sheet is *tried*: every
//! row is carried out in a transaction that is rolled back, so that what is wrong is found by the very code that would
//! store it, with line and column. Confirming tries again and commits only if no row is wrong: nothing is half
//! imported.

mod csv;
mod lists;
mod xlsx;
mod zip;

pub use lists::{Kind, Outcome, RowError, Why, carry_out};

use crate::domain::policy;

/// A table of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Line in the file (from 1) and cells; empty rows are left out.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// Why a file is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// More bytes, rows, columns or unpacked bytes than a list has.
    #[error("too large")]
    TooLarge,
    /// Neither CSV text nor an XLSX book.
    #[error("not a CSV or XLSX file")]
    NotATable,
    /// A CSV with a quote that never ends, at this line.
    #[error("an open quote at line {0}")]
    OpenQuote(u32),
    /// No row below the header.
    #[error("empty")]
    Empty,
}

/// Reads a file, whatever it is called: XLSX by its first bytes, else CSV.
pub fn read(bytes: &[u8]) -> Result<Sheet, FileError> {
    if bytes.len() > policy::IMPORT_BYTES {
        return Err(FileError::TooLarge);
    }
    let cells = if bytes.starts_with(b"PK\x03\x04") {
        xlsx::cells(bytes)?
    } else {
        csv::cells(bytes)?
    };
    sheet(cells)
}

/// The first row that is not empty is the header.
fn sheet(cells: Vec<(u32, Vec<String>)>) -> Result<Sheet, FileError> {
    let mut rows = cells
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
    let (_, header) = rows.next().ok_or(FileError::Empty)?;
    let rows: Vec<_> = rows.collect();
    let wide = |cells: &[String]| cells.len() > policy::IMPORT_COLUMNS;
    if rows.len() > policy::IMPORT_ROWS || wide(&header) || rows.iter().any(|(_, cells)| wide(cells)) {
        return Err(FileError::TooLarge);
    }
    if rows.is_empty() {
        return Err(FileError::Empty);
    }
    Ok(Sheet { header, rows })
}

#[cfg(test)]
mod tests;
