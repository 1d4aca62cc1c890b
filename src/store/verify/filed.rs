//! Filed reports and transactions against the entries that tell of them.

use super::Report;
use crate::store::{
    Result,
    reports::{document_hash, facts_hash},
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Entries about reports that tell of one of these, by position. Those that this version does not know have no row.
pub(super) fn said(conn: &Connection, whats: &[&str]) -> Result<BTreeMap<i64, Value>> {
    let mut said = BTreeMap::new();
    let mut rows = conn.prepare("select pos, body from log where kind = 'report' order by pos")?;
    let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    for row in rows {
        let (pos, body) = row?;
        let entry: Value = serde_json::from_str(&body).unwrap_or(Value::Null);
        let what = entry.get("what").and_then(Value::as_str);
        if what.is_some_and(|what| whats.contains(&what)) {
            said.insert(pos, entry);
        }
    }
    Ok(said)
}

pub(super) fn check(conn: &Connection, report: &mut Report) -> Result<()> {
    let said = said(conn, &["filed", "volume"])?;
    let mut found = Vec::new();
    let mut rows =
        conn.prepare("select pos, no, node_no, first_day, end_day, as_of, facts, document, who from report")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (facts, document): (String, Vec<u8>) = (row.get(6)?, row.get(7)?);
        let number = |place: usize| row.get::<_, i64>(place);
        let row = json!({"what": "filed", "report": number(1)?, "no": number(2)?, "first": number(3)?,
            "end": number(4)?, "as_of": number(5)?, "facts": facts_hash(&facts), "document": document_hash(&document),
            "by": row.get::<_, String>(8)?});
        found.push((number(0)?, row));
    }
    let mut rows = conn.prepare("select pos, node_no, first_day, end_day, document, who from volume")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let document: String = row.get(4)?;
        let volume: Value = serde_json::from_str(&document).unwrap_or(Value::Null);
        let number = |place: usize| row.get::<_, i64>(place);
        let row = json!({"what": "volume", "no": number(1)?, "first": number(2)?, "end": number(3)?,
            "volume": volume, "by": row.get::<_, String>(5)?});
        found.push((number(0)?, row));
    }
    let mut told: BTreeMap<i64, bool> = said.keys().map(|pos| (*pos, false)).collect();
    for (pos, row) in found {
        let entry = said.get(&pos).unwrap_or(&Value::Null);
        let same = row.as_object();
        if same.is_some_and(|row| row.iter().all(|(name, value)| entry.get(name) == Some(value))) {
            told.insert(pos, true);
        } else {
            report.broken("report", format!("log/{pos}"), "what was filed is not what was logged");
        }
    }
    for (pos, _) in told.into_iter().filter(|(_, found)| !found) {
        report.broken("report", format!("log/{pos}"), "what was filed is missing");
    }
    Ok(())
}
