//! CSV that Vietnamese Excel opens by a double click: UTF-8 with BOM, `;`, CRLF, RFC 4180 quotes, no formulas.

use super::{Cell, Layout, TableError};
use std::{borrow::Cow, io::Write};

/// Excel reads UTF-8 only with this mark; without it "Hài lòng" is garbled (design §7.10).
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes gathered before they go on.
const FULL: usize = 32 * 1024;

/// What stands between two values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Separator {
    /// `;`: what Excel expects where the comma is the decimal mark, as in Việt Nam.
    #[default]
    Semicolon,
    /// `,`: what most other programs expect.
    Comma,
}

impl Separator {
    fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
        }
    }
}

/// Makes text that a spreadsheet would run as a formula inert: an apostrophe goes before it. Text that begins with an
/// apostrophe gets one too, so that [`recover`] gives back exactly what went in. The full-width signs are there because
/// Excel in East Asian locales takes them for the plain ones.
pub fn protect(text: &str) -> Cow<'_, str> {
    // Most of what is written: no letter or digit begins a formula.
    if text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return Cow::Borrowed(text);
    }
    let risky = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];
    if text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_unseen).starts_with(risky) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What nobody sees at the beginning of a cell, and what some programs drop before they look for a formula.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Undoes [`protect`].
pub fn recover(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

pub(super) struct Csv<W: Write> {
    out: W,
    separator: u8,
    line: Vec<u8>,
}

impl<W: Write> Csv<W> {
    pub(super) fn begin(separator: Separator, layout: &Layout, mut out: W) -> Result<Self, TableError> {
        out.write_all(BOM)?;
        let mut csv = Self {
            out,
            separator: separator.byte(),
            line: Vec::with_capacity(FULL * 2),
        };
        let titles: Vec<_> = layout.columns.iter().map(|column| Cell::text(column.title)).collect();
        csv.row(&titles)?;
        Ok(csv)
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.line.push(self.separator);
            }
            self.cell(cell)?;
        }
        self.line.extend_from_slice(b"\r\n");
        if self.line.len() >= FULL { self.pour() } else { Ok(()) }
    }

    /// Days are ISO 8601: Excel reads `2026-02-05` as a date in every locale, `05/02/2026` as the 2nd of May in some.
    fn cell(&mut self, cell: &Cell<'_>) -> std::io::Result<()> {
        match cell {
            Cell::Empty => Ok(()),
            Cell::Text(text) => {
                self.value(&protect(text));
                Ok(())
            }
            Cell::Integer(number) => write!(self.line, "{number}"),
            Cell::Day(day) => write!(self.line, "{}", day.date()),
            Cell::Month(month) => write!(self.line, "{month}"),
            // It holds a comma, which one of the two separators is.
            Cell::Share(part, whole) => {
                self.value(&permille(*part, *whole));
                Ok(())
            }
        }
    }

    fn value(&mut self, value: &str) {
        // Both separators and the tab make quotes: a file opened with the wrong separator keeps its columns.
        let breaks = |byte: &u8| matches!(byte, b'"' | b';' | b',' | b'\t' | b'\r' | b'\n');
        let bytes = value.as_bytes();
        if bytes.iter().any(breaks) || bytes.starts_with(b" ") || bytes.ends_with(b" ") {
            self.line.push(b'"');
            self.line.extend_from_slice(value.replace('"', "\"\"").as_bytes());
            self.line.push(b'"');
        } else {
            self.line.extend_from_slice(bytes);
        }
    }

    fn pour(&mut self) -> Result<(), TableError> {
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), TableError> {
        self.pour()?;
        Ok(self.out.flush()?)
    }
}

/// "98,9%", rounded half up; only all of them are "100,0%". Excel reads it as a number where the comma is the decimal mark.
fn permille(part: u64, whole: u64) -> String {
    let (part, whole) = (u128::from(part), u128::from(whole.max(1)));
    let rounded = (part * 2_000 + whole) / (whole * 2);
    let told = if part < whole { rounded.min(999) } else { rounded };
    format!("{},{}%", told / 10, told % 10)
}
