//! Officers and duties against the log: both are append-only, and each row is what its entry says.

use super::Report;
use crate::{domain::ids::OfficerId, store::Result};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the log says, by position.
#[derive(Default)]
pub(super) struct Roster {
    said: BTreeMap<i64, Value>,
}

impl Roster {
    /// An entry of kind `roster`.
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        if matches!(
            entry.get("what").and_then(Value::as_str),
            Some("officer_added" | "duty")
        ) {
            self.said.insert(pos, entry.clone());
        }
    }

    /// Compares the tables with it.
    pub(super) fn check(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare("select pos, no, id, name, code, node_no from officer")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (no, name, code): (i64, String, Option<String>) = (row.get(1)?, row.get(3)?, row.get(4)?);
            let (id, node): (OfficerId, i64) = (OfficerId(Uuid::from_bytes(row.get(2)?)), row.get(5)?);
            let found = json!({"what": "officer_added", "no": no, "id": id, "name": name, "code": code, "node": node});
            self.compare(row.get(0)?, &found, format!("officer/{no}"), report);
        }
        let mut rows =
            conn.prepare("select pos, no, officer_no, counter_no, day, from_quarter, to_quarter, replaces from duty")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (no, officer, counter): (i64, Option<i64>, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let (day, from, to): (i64, i64, i64) = (row.get(4)?, row.get(5)?, row.get(6)?);
            let replaces: Option<i64> = row.get(7)?;
            let found = json!({"what": "duty", "no": no, "officer": officer, "counter": counter, "day": day,
                "from": from, "to": to, "replaces": replaces});
            self.compare(row.get(0)?, &found, format!("duty/{no}"), report);
        }
        for pos in self.said.keys() {
            report.broken("roster", format!("log/{pos}"), "what this entry added is missing");
        }
        Ok(())
    }

    fn compare(&mut self, pos: i64, row: &Value, place: String, report: &mut Report) {
        let said = self.said.remove(&pos).unwrap_or(Value::Null);
        let same = row
            .as_object()
            .is_some_and(|row| row.iter().all(|(name, value)| said.get(name) == Some(value)));
        if !same {
            report.broken("roster", place, "it is not as the log says");
        }
    }
}
