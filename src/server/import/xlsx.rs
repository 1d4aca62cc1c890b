//! The first sheet of an XLSX book, cell by cell: a sheet that says it is a million columns wide costs nothing.

use super::{FileError, zip};
use crate::domain::policy;
use calamine::{DataRef, Reader, Xlsx};
use std::{collections::BTreeMap, io::Cursor};
use unicode_normalization::UnicodeNormalization;

/// Lines (from 1) and their cells.
pub(super) fn cells(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    zip::bounded(bytes, policy::IMPORT_UNPACKED_BYTES)?;
    let broken = |_| FileError::NotATable;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let first = book.sheet_names().into_iter().next().ok_or(FileError::Empty)?;
    let mut reader = book.worksheet_cells_reader(&first).map_err(broken)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (line, column) = cell.get_position();
        let text = text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).map_err(|_| FileError::TooLarge)?;
        if column >= policy::IMPORT_COLUMNS || rows.len() > policy::IMPORT_ROWS + 16 {
            return Err(FileError::TooLarge);
        }
        let row = rows.entry(line.saturating_add(1)).or_default();
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(place) = row.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows.into_iter().collect())
}

/// A cell as a person would have typed it; a date as year-month-day.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // 7681.0 was typed as 7681.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().nfc().collect(),
        DataRef::SharedString(text) => text.trim().nfc().collect(),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}
