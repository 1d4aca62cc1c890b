//! Surveys: published here, or learnt from a tablet's header after the ballots that name them.

use super::{Result, StoreError, WriteTx, log::Kind, meta};
use crate::{
    domain::{
        hex::{Hash, Hex},
        survey::Survey,
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

/// Name of the survey that tablets get now.
pub fn current_id(conn: &Connection) -> Result<Hash> {
    let id = meta::get(conn, "survey")?.and_then(|id| Hash::from_slice(&id));
    id.ok_or(StoreError::Corrupt("current survey"))
}

/// The survey that tablets get now: name and document.
pub fn current(conn: &Connection) -> Result<(Hash, Value)> {
    let id = current_id(conn)?;
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
    /// Publishes a survey: tablets get it with their next setup and show it from their next visit on. Answers its name.
    /// What is wrong with it is said all at once; [`Survey::check_all`] says it place by place.
    pub fn publish_survey(&self, document: &str, now: i64) -> Result<Hash> {
        Survey::check_all(document.as_bytes()).map_err(|errors| {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            StoreError::Invalid(errors.join("; "))
        })?;
        let value: Value = serde_json::from_str(document).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let id = wire::survey_id(&value);
        let known = intern(self.conn, id)?;
        let pos = self.log(Kind::Survey, now, json!({"what": "published", "survey": id}))?;
        self.store_document(known.no, &value, pos)?;
        meta::put(self.conn, "survey", &id.0)?;
        self.refresh_setups(now)?;
        self.count_unread(known.no, now)?;
        Ok(id)
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

    fn store_document(&self, no: i64, document: &Value, pos: i64) -> Result<()> {
        self.conn
            .prepare_cached("update survey set doc = ?2, pos = ?3 where no = ?1 and doc is null")?
            .execute((no, canon::to_line(document), pos))?;
        Ok(())
    }
}
