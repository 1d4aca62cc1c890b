//! CSV that Vietnamese Excel opens by a double click: UTF-8 with BOM, `;`, CRLF, RFC 4180 quotes, no formulas.

use super::{Cell, Layout, TableError};
use std::{borrow::Cow, io::Write};

/// Excel reads UTF-8 only with this mark; without it "Hài lòng" is garbled (design §7.10).
const BOM: &[u8] = b"\xef\xbb\xbf";

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
            line: Vec::with_capacity(512),
        };
        csv.line(layout.columns.iter().map(|column| Cow::Borrowed(column.title)))?;
        Ok(csv)
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), TableError> {
        self.line(cells.iter().map(said))
    }

    fn line<'a>(&mut self, values: impl Iterator<Item = Cow<'a, str>>) -> Result<(), TableError> {
        self.line.clear();
        for (place, value) in values.enumerate() {
            if place > 0 {
                self.line.push(self.separator);
            }
            // Both separators and the tab make quotes: a file opened with the wrong separator keeps its columns.
            if value.contains(['"', ';', ',', '\t', '\r', '\n']) || value.starts_with(' ') || value.ends_with(' ') {
                self.line.push(b'"');
                self.line.extend_from_slice(value.replace('"', "\"\"").as_bytes());
                self.line.push(b'"');
            } else {
                self.line.extend_from_slice(value.as_bytes());
            }
        }
        self.line.extend_from_slice(b"\r\n");
        self.out.write_all(&self.line)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), TableError> {
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

/// Days are ISO 8601: Excel reads `2026-02-05` as a date in every locale, `05/02/2026` as the 2nd of May in some.
fn said(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Text(text) => protect(text),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Day(day) => Cow::Owned(day.date().to_string()),
        Cell::Month(month) => Cow::Owned(month.to_string()),
        Cell::Share(part, whole) => Cow::Owned(permille(*part, *whole)),
    }
}
