//! Exclusions against the log. What they cover is recomputed with the rollups, in `rows`.

use super::Report;
use crate::store::{
    Result,
    exclusions::{self, Exclusion},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the log says was excluded and included again, by position.
#[derive(Default)]
pub(super) struct Excluded {
    said: BTreeMap<i64, Value>,
}

impl Excluded {
    /// An entry of kind `exclusion`.
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        self.said.insert(pos, entry.clone());
    }

    /// Compares the tables with it.
    pub(super) fn check(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        for row in exclusions::all(conn)? {
            let place = format!("exclusion/{}", row.no);
            if !self.is(row.pos, &exclusions::said(&row)) {
                report.broken("exclusion", &place, "it is not as the log says");
            }
            report.listed("exclusion", &place, words(&row));
            if let Some(undone) = &row.undone {
                let said = json!({"what": "included", "exclusion": row.no, "reason": undone.reason});
                if !self.is(undone.pos, &said) {
                    report.broken("exclusion", &place, "the log does not say that it was undone so");
                }
            }
        }
        for pos in self.said.keys() {
            report.broken("exclusion", format!("log/{pos}"), "what this entry decided is missing");
        }
        Ok(())
    }

    fn is(&mut self, pos: i64, row: &Value) -> bool {
        let said = self.said.remove(&pos).unwrap_or(Value::Null);
        row.as_object()
            .is_some_and(|row| row.iter().all(|(name, value)| said.get(name) == Some(value)))
    }
}

fn words(row: &Exclusion) -> String {
    let (first, last) = (row.first.date(), row.last.date());
    let undone = if row.undone.is_some() { ", undone later" } else { "" };
    format!(
        "{} ballots of {first} to {last} were taken out of the figures{undone}",
        row.ballots
    )
}
