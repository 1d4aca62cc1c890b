//! CSV as offices write it: UTF-8 with or without a byte order mark, UTF-16 as Excel's "Unicode text", or
//! Windows-1258; `;`, `,` or tab; quotes.

use super::FileError;
use crate::domain::policy;
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1258};
use unicode_normalization::UnicodeNormalization;

/// Lines (from 1) and their cells.
pub(super) fn cells(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let text = decode(bytes)?;
    let separator = separator(&text);
    split(&text, separator)
}

/// Windows-1258 writes most Vietnamese letters as a letter and a mark; NFC makes one of them.
fn decode(bytes: &[u8]) -> Result<String, FileError> {
    let encoding = match bytes {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ if UTF_8
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some() =>
        {
            UTF_8
        }
        _ => WINDOWS_1258,
    };
    let (text, _, broken) = encoding.decode(bytes);
    // Bytes that no text has: a picture, a program, another sort of office file.
    let binary = text
        .chars()
        .take(4096)
        .any(|c| c == '\0' || (c.is_control() && !matches!(c, '\t' | '\r' | '\n')));
    if broken || binary {
        return Err(FileError::NotATable);
    }
    Ok(text.nfc().collect())
}

/// The one of the three that the first line has most of, outside quotes.
fn separator(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(';', 0), (',', 0), ('\t', 0)];
    for c in text.trim_start().chars().take_while(|c| *c != '\n') {
        quoted ^= c == '"';
        for (separator, n) in counts.iter_mut().filter(|_| !quoted) {
            *n += usize::from(c == *separator);
        }
    }
    // The first one wins a draw: what Vietnamese Excel writes.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, n)| *n)
        .map_or(';', |(separator, _)| *separator)
}

fn split(text: &str, separator: char) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut began, mut quote) = (1u32, 1u32, None);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += u32::from(c == '\n');
        match (c, quote) {
            ('"', Some(_)) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', Some(_)) => quote = None,
            (c, Some(_)) => cell.push(c),
            ('"', None) if cell.trim().is_empty() => {
                cell.clear();
                quote = Some(line);
            }
            ('\r', None) => {}
            ('\n', None) => {
                row.push(std::mem::take(&mut cell));
                rows.push((began, std::mem::take(&mut row)));
                began = line;
            }
            (c, None) if c == separator => row.push(std::mem::take(&mut cell)),
            (c, None) => cell.push(c),
        }
        if rows.len() > policy::IMPORT_ROWS + 16 || row.len() > policy::IMPORT_COLUMNS {
            return Err(FileError::TooLarge);
        }
    }
    if let Some(line) = quote {
        return Err(FileError::OpenQuote(line));
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((began, row));
    }
    Ok(rows)
}
