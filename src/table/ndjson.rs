//! One JSON object a line, members in the order of the columns. Text is as it is: JSON has no formulas.

use super::{Cell, Layout, TableError};
use std::io::Write;

pub(super) struct Ndjson<W: Write> {
    out: W,
    keys: Vec<&'static str>,
    line: Vec<u8>,
}

impl<W: Write> Ndjson<W> {
    pub(super) fn begin(layout: &Layout, out: W) -> Self {
        Self {
            out,
            keys: layout.columns.iter().map(|column| column.key).collect(),
            line: Vec::with_capacity(512),
        }
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), TableError> {
        self.line.clear();
        for (place, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            self.line.push(if place == 0 { b'{' } else { b',' });
            serde_json::to_writer(&mut self.line, key)?;
            self.line.push(b':');
            match cell {
                Cell::Empty => self.line.extend_from_slice(b"null"),
                Cell::Text(text) => serde_json::to_writer(&mut self.line, text)?,
                Cell::Integer(number) => serde_json::to_writer(&mut self.line, number)?,
                Cell::Day(day) => serde_json::to_writer(&mut self.line, &day.date().to_string())?,
                Cell::Share(part, whole) => {
                    serde_json::to_writer(&mut self.line, &(*part as f64 / (*whole).max(1) as f64))?;
                }
                Cell::Month(month) => {
                    serde_json::to_writer(&mut self.line, &format!("{:04}-{:02}", month.year, month.month))?;
                }
            }
        }
        self.line.extend_from_slice(b"}\n");
        self.out.write_all(&self.line)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), TableError> {
        Ok(self.out.flush()?)
    }
}
