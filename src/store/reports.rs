//! Filed reports: kept as they were handed out, with what was counted, under hashes that the log holds.

use super::{Result, StoreError, WriteTx, log::Kind, places};
use crate::{
    domain::{hex::Hash, ids::NodeId, period::Period, time::LocalDay},
    wire::keys::sha256,
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use uuid::Uuid;

/// A report to file.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// Whose.
    pub node: NodeId,
    /// Of which days.
    pub period: Period,
    /// The log position that its figures are of.
    pub as_of: i64,
    /// What was counted, as JSON.
    pub facts: String,
    /// The .docx.
    pub document: Vec<u8>,
    /// Its file name.
    pub name: String,
}

/// A filed report, without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Its number.
    pub no: i64,
    /// Whose.
    pub node: NodeId,
    /// First day, and first day after.
    pub days: (LocalDay, LocalDay),
    /// The log position that its figures are of.
    pub as_of: i64,
    /// What was counted, as JSON.
    pub facts: String,
    /// Hash of the .docx.
    pub document: Hash,
    /// File name of the .docx.
    pub name: String,
    /// Who filed it.
    pub who: String,
    /// When, an hour in unix seconds.
    pub hour: i64,
    /// Its log entry.
    pub pos: i64,
}

/// Hash of what was counted.
pub fn facts_hash(facts: &str) -> Hash {
    sha256(&[b"hailong/1/facts\0", facts.as_bytes()])
}

/// Hash of a document.
pub fn document_hash(document: &[u8]) -> Hash {
    sha256(&[document])
}

const FILED: &str =
    "select r.no, n.id, r.first_day, r.end_day, r.as_of, r.facts, r.document, r.name, r.who, r.hour, r.pos
  from report r join node n on n.no = r.node_no";

fn filed(row: &rusqlite::Row<'_>) -> rusqlite::Result<Filed> {
    let document: Vec<u8> = row.get(6)?;
    Ok(Filed {
        no: row.get(0)?,
        node: NodeId(Uuid::from_bytes(row.get(1)?)),
        days: (LocalDay(row.get(2)?), LocalDay(row.get(3)?)),
        as_of: row.get(4)?,
        facts: row.get(5)?,
        document: document_hash(&document),
        name: row.get(7)?,
        who: row.get(8)?,
        hour: row.get(9)?,
        pos: row.get(10)?,
    })
}

/// The reports of a unit, newest first.
pub fn of_node(conn: &Connection, node: NodeId) -> Result<Vec<Filed>> {
    let mut rows = conn.prepare_cached(&format!("{FILED} where n.id = ?1 order by r.no desc limit 60"))?;
    let rows = rows.query_map([node.0.as_bytes()], filed)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// All reports of a unit, oldest first.
pub fn filed_by(conn: &Connection, node: NodeId) -> Result<Vec<Filed>> {
    let mut rows = conn.prepare_cached(&format!("{FILED} where n.id = ?1 order by r.no"))?;
    let rows = rows.query_map([node.0.as_bytes()], filed)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// One report by its number.
pub fn by_no(conn: &Connection, no: i64) -> Result<Filed> {
    conn.prepare_cached(&format!("{FILED} where r.no = ?1"))?
        .query_row([no], filed)
        .optional()?
        .ok_or(StoreError::NotFound("report"))
}

/// A report's document.
pub fn document(conn: &Connection, no: i64) -> Result<Vec<u8>> {
    conn.prepare_cached("select document from report where no = ?1")?
        .query_row([no], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound("report"))
}

/// The newest report of a unit whose days end where this period begins, filed up to a log position.
pub fn before(conn: &Connection, node: NodeId, period: Period, pos: i64) -> Result<Option<Filed>> {
    Ok(conn
        .prepare_cached(&format!(
            "{FILED} where n.id = ?1 and r.end_day = ?2 and r.pos <= ?3 order by r.no desc limit 1"
        ))?
        .query_row(params![node.0.as_bytes(), period.first().0, pos], filed)
        .optional()?)
}

impl WriteTx<'_> {
    /// Files a report. Answers its number.
    pub fn file_report(&self, new: &NewReport, who: &str, now: i64) -> Result<i64> {
        let place = places::node(self.conn, new.node)?;
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from report", [], |row| row.get(0))?;
        let days = (new.period.first().0, new.period.end().0);
        let body = json!({"what": "filed", "report": no, "node": new.node, "no": place.no, "first": days.0,
            "end": days.1, "as_of": new.as_of, "facts": facts_hash(&new.facts),
            "document": document_hash(&new.document), "by": who});
        let pos = self.log(Kind::Report, now, body)?;
        self.conn.execute(
            "insert into report (no, node_no, first_day, end_day, as_of, facts, document, name, who, hour, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                no,
                place.no,
                days.0,
                days.1,
                new.as_of,
                new.facts,
                new.document,
                new.name,
                who,
                super::log::hour(now),
                pos
            ],
        )?;
        Ok(no)
    }
}
