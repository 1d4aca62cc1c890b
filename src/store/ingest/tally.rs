//! What one bundle adds to the rollups, summed up before it is written: fifty ballots of one morning are a handful of
//! rows.

use super::super::{
    Result, release, rollup,
    rollup::{Asked, Cell, Facts},
    state::State,
    words,
};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// Counts of one bundle.
pub(super) struct Tally {
    device_no: i64,
    /// The position the bundle's log entry will have.
    pos: i64,
    cells: BTreeMap<Cell, i64>,
    words: HashMap<String, i64>,
    releases: HashMap<(i64, i64), i64>,
}

/// When, where and how a line counts.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) counter_no: i64,
    pub(super) state: State,
}

impl Tally {
    pub(super) fn new(device_no: i64, pos: i64) -> Self {
        Self {
            device_no,
            pos,
            cells: BTreeMap::new(),
            words: HashMap::new(),
            releases: HashMap::new(),
        }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, conn: &Connection, line: Counted, asked: Option<Asked<'_>>) -> Result<()> {
        let facts = Facts {
            day: line.day,
            hour: line.hour,
            counter_no: line.counter_no,
            state: line.state,
            release: match line.state {
                State::Counted => self.release(conn, line.counter_no, line.day)?,
                _ => 0,
            },
            device_no: self.device_no,
        };
        let words = &mut self.words;
        let mut word = |text: &str| match words.get(text) {
            Some(no) => Ok(*no),
            None => {
                let no = words::number(conn, text)?;
                words.insert(text.to_owned(), no);
                Ok(no)
            }
        };
        for cell in rollup::cells(facts, asked, &mut word)? {
            *self.cells.entry(cell).or_default() += 1;
        }
        Ok(())
    }

    fn release(&mut self, conn: &Connection, counter_no: i64, day: i64) -> Result<i64> {
        if let Some(no) = self.releases.get(&(counter_no, day)) {
            return Ok(*no);
        }
        let no = release::covering(conn, counter_no, day, self.pos)?;
        self.releases.insert((counter_no, day), no);
        Ok(no)
    }

    /// Writes what was added.
    pub(super) fn write(&mut self, conn: &Connection) -> Result<()> {
        for (cell, n) in std::mem::take(&mut self.cells) {
            rollup::add(conn, &[cell], n)?;
        }
        Ok(())
    }
}
