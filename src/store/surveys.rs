//! Surveys: published here, or learnt from a tablet's header after the ballots that name them.

use super::{
    Result, StoreError, WriteTx,
    log::Kind,
    publications::{self, NewPublication, Place},
};
use crate::{
    domain::{
        hex::{Hash, Hex},
        survey::{SHIPPED, Survey},
        time::LocalDay,
    },
    wire::{self, canon},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};
use std::sync::Arc;

/// A survey by its number in the store.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its number; the key of `rollup`.
    pub no: i64,
    /// Its name.
    pub id: Hash,
    /// Its document; `None` while it is only known by name.
    pub survey: Option<Arc<Survey>>,
}

/// Number and document of a survey; `None` if no ballot named it yet.
pub(super) fn find(conn: &Connection, id: Hash) -> Result<Option<(i64, Option<String>)>> {
    Ok(conn
        .prepare_cached("select no, doc from survey where id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Number and document of a survey; gives it a number if it has none.
pub(super) fn intern(conn: &Connection, id: Hash) -> Result<Known> {
    let (no, doc) = match find(conn, id)? {
        Some(found) => found,
        None => {
            conn.prepare_cached("insert into survey (id) values (?1)")?
                .execute([id.0])?;
            (conn.last_insert_rowid(), None)
        }
    };
    let survey = doc.and_then(|doc| Survey::parse(doc.as_bytes()).ok()).map(Arc::new);
    Ok(Known { no, id, survey })
}

/// Every survey whose document is known, oldest first.
pub fn all(conn: &Connection) -> Result<Vec<Known>> {
    let mut rows = conn.prepare_cached("select id from survey where doc is not null order by no")?;
    let ids: Vec<[u8; 32]> = rows
        .query_map([], |row| row.get(0))?
        .collect::<std::result::Result<_, _>>()?;
    ids.into_iter().map(|id| intern_read(conn, Hex(id))).collect()
}

/// One survey by its number.
pub fn by_no(conn: &Connection, no: i64) -> Result<Known> {
    let id: [u8; 32] = conn
        .prepare_cached("select id from survey where no = ?1")?
        .query_row([no], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound("survey"))?;
    intern_read(conn, Hex(id))
}

fn intern_read(conn: &Connection, id: Hash) -> Result<Known> {
    let (no, doc) = find(conn, id)?.ok_or(StoreError::NotFound("survey"))?;
    let survey = doc.and_then(|doc| Survey::parse(doc.as_bytes()).ok()).map(Arc::new);
    Ok(Known { no, id, survey })
}

/// The text of a survey that is known here or ships with the program.
pub fn text(conn: &Connection, id: Hash) -> Result<Option<String>> {
    if let Some(doc) = find(conn, id)?.and_then(|(_, doc)| doc) {
        return Ok(Some(doc));
    }
    let shipped = SHIPPED.iter().map(|shipped| shipped.json);
    let mut shipped = shipped.filter(|json| {
        let value = serde_json::from_str(json);
        value.is_ok_and(|value: Value| wire::survey_id(&value) == id)
    });
    Ok(shipped.next().map(str::to_owned))
}

/// A survey that is known here or ships with the program.
pub fn document(conn: &Connection, id: Hash) -> Result<Option<Survey>> {
    Ok(text(conn, id)?.and_then(|text| Survey::parse(text.as_bytes()).ok()))
}

/// The survey that a counter asks on a day: name and document.
pub(super) fn at_counter(conn: &Connection, counter_no: i64, day: LocalDay) -> Result<(Hash, Value)> {
    let id = publications::at_counter(conn, counter_no, day)?;
    let doc = find(conn, id)?.and_then(|(_, doc)| doc);
    let doc = doc.and_then(|doc| serde_json::from_str(&doc).ok());
    Ok((id, doc.ok_or(StoreError::Corrupt("current survey"))?))
}

/// Surveys that ballots of this device wait for, at most as many as a header can carry at once.
pub(super) fn wanted(conn: &Connection, device_no: i64) -> Result<Vec<Hash>> {
    let mut rows = conn.prepare_cached(
        "select s.id from survey s
         where s.no in (select distinct survey_no from unread where device_no = ?1) and s.doc is null
         order by s.no limit 8",
    )?;
    let ids = rows.query_map([device_no], |row| Ok(Hex(row.get(0)?)))?;
    Ok(ids.collect::<std::result::Result<_, _>>()?)
}

impl WriteTx<'_> {
    /// Publishes a survey to the whole district from today on. Answers its name. What is wrong with it is said all at
    /// once; [`Survey::check_all`] says it place by place.
    pub fn publish_survey(&self, document: &str, now: i64) -> Result<Hash> {
        let new = NewPublication {
            document: document.to_owned(),
            base: None,
            places: vec![Place::District],
            from: LocalDay::of(now),
            same_meaning: true,
        };
        self.publish(&new, now)
    }

    /// Takes a document that a tablet sent because we asked. Answers the survey's number, or `None` if it is not
    /// what was asked for: wrong hash, not wanted, not a survey.
    pub(super) fn learn_survey(&self, name: &str, document: &Value, now: i64) -> Result<Option<i64>> {
        let Ok(id) = Hash::parse(name) else { return Ok(None) };
        let Some((no, None)) = find(self.conn, id)? else {
            return Ok(None);
        };
        let text = canon::to_line(document);
        if wire::survey_id(document) != id || Survey::parse(text.as_bytes()).is_err() {
            return Ok(None);
        }
        let pos = self.log(Kind::Survey, now, json!({"what": "learnt", "survey": id}))?;
        self.store_document(no, document, pos)?;
        Ok(Some(no))
    }

    pub(super) fn store_document(&self, no: i64, document: &Value, pos: i64) -> Result<()> {
        self.conn
            .prepare_cached("update survey set doc = ?2, pos = ?3 where no = ?1 and doc is null")?
            .execute((no, canon::to_line(document), pos))?;
        Ok(())
    }
}
