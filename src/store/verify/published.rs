//! What was put out for everybody: against the entries that tell of it, and against the records, counted again.

use super::{Report, filed};
use crate::{
    domain::time::LocalDay,
    store::{
        Result,
        publish::{self, Document, document_hash, month_from},
    },
};
use rusqlite::Connection;
use serde_json::{Value, json};

pub(super) fn check(conn: &Connection, report: &mut Report) -> Result<()> {
    let mut said = filed::said(conn, &["public"])?;
    let mut rows =
        conn.prepare("select pos, no, first_day, end_day, as_of, document from publication order by first_day")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (pos, first, as_of): (i64, i64, i64) = (row.get(0)?, row.get(2)?, row.get(4)?);
        let (no, end, text): (i64, i64, String) = (row.get(1)?, row.get(3)?, row.get(5)?);
        let place = format!("log/{pos}");
        let row = json!({"publication": no, "first": first, "end": end, "as_of": as_of,
            "document": document_hash(&text)});
        let entry = said.remove(&pos).unwrap_or(Value::Null);
        let same = row.as_object();
        if !same.is_some_and(|row| row.iter().all(|(name, value)| entry.get(name) == Some(value))) {
            report.broken("publication", &place, "what was put out is not what was logged");
            continue;
        }
        let found: Option<Document> = serde_json::from_str(&text).ok();
        match (found, publish::again(conn, month_from(LocalDay(first)), as_of)?) {
            (Some(found), Some(again)) if (&found.counters, &found.waiting) != (&again.counters, &again.waiting) => {
                report.broken("publication", place, "what was put out is not what the records give");
            }
            (None, _) => report.broken("publication", place, "what was put out can't be read"),
            // Without their bodies, ballots can't be counted again.
            _ => {}
        }
    }
    for pos in said.keys() {
        report.broken("publication", format!("log/{pos}"), "what was put out is missing");
    }
    Ok(())
}
