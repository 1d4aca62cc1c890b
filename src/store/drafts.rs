//! Surveys that somebody is working on. A draft keeps what was typed, right or wrong; nothing of it counts and nothing of
//! it is logged until it is published.

mod words;

pub use words::{Texts, Words, add_words, clip, faults, is_everybodys};

use super::{
    Refusal, Result, StoreError, WriteTx, log, packs::Recording, places, publications::NewPublication, surveys,
};
use crate::domain::{
    hex::{Hash, Hex},
    ids::{DraftId, NodeId},
    policy::{MAX_DRAFT_BYTES, MAX_DRAFTS},
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A survey that somebody is working on.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Whose it is; `None`: of whoever looks after the whole district.
    pub node: Option<NodeId>,
    /// The survey it was made from.
    pub base: Hash,
    /// What was typed so far.
    pub document: Value,
    /// Words in other languages, to be published with it.
    pub texts: Texts,
    /// Languages that it adds: tag, and name in itself.
    pub languages: BTreeMap<String, String>,
    /// Who saved it last.
    pub who: String,
    /// Unix time of the hour in which that was.
    pub hour: i64,
    /// Counts the saves.
    pub revision: i64,
}

const DRAFTS: &str = "select d.id, n.id, d.base, d.document, d.texts, d.languages, d.who, d.hour,
  d.revision
  from survey_draft d left join node n on n.no = d.node_no";

fn draft_of(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let json = |column, text: String| {
        serde_json::from_str(&text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
        })
    };
    Ok(Draft {
        id: DraftId(Uuid::from_bytes(row.get(0)?)),
        node: row.get::<_, Option<_>>(1)?.map(Uuid::from_bytes).map(NodeId),
        base: Hex(row.get(2)?),
        document: json(3, row.get(3)?)?,
        texts: serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default(),
        languages: serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default(),
        who: row.get(6)?,
        hour: row.get(7)?,
        revision: row.get(8)?,
    })
}

/// The drafts of a unit with all below it (`None`: all), the one saved last first.
pub fn seen(conn: &Connection, top: Option<NodeId>) -> Result<Vec<Draft>> {
    let mut rows = conn.prepare_cached(&format!("{DRAFTS} order by d.hour desc, d.id"))?;
    let mut drafts = rows
        .query_map([], draft_of)?
        .collect::<std::result::Result<Vec<_>, _>>()?;
    if let Some(top) = top {
        let inside = super::scope::inside(conn, top)?;
        drafts.retain(|draft| draft.node.is_some_and(|node| inside.contains(&node)));
    }
    Ok(drafts)
}

/// One draft.
pub fn draft(conn: &Connection, id: DraftId) -> Result<Draft> {
    conn.prepare_cached(&format!("{DRAFTS} where d.id = ?1"))?
        .query_row([id.0.as_bytes()], draft_of)
        .optional()?
        .ok_or(StoreError::NotFound("draft"))
}

impl WriteTx<'_> {
    /// Makes a draft of a survey for a unit.
    pub fn make_draft(&self, base: Hash, node: Option<NodeId>, now: i64) -> Result<DraftId> {
        let document = surveys::text(self.conn, base)?.ok_or(StoreError::NotFound("survey"))?;
        let node_no = node
            .map(|id| places::node(self.conn, id))
            .transpose()?
            .map(|node| node.no);
        let held: i64 = self.conn.query_row(
            "select count(*) from survey_draft where node_no is ?1",
            [node_no],
            |row| row.get(0),
        )?;
        if held >= MAX_DRAFTS {
            return Err(Refusal::Drafts(MAX_DRAFTS).into());
        }
        let id = DraftId(Uuid::new_v4());
        self.conn.execute(
            "insert into survey_draft (id, node_no, base, document, texts, who, hour, revision)
             values (?1, ?2, ?3, ?4, '{}', ?5, ?6, 1)",
            (
                id.0.as_bytes(),
                node_no,
                base.0,
                document,
                self.by.unwrap_or_default(),
                log::hour(now),
            ),
        )?;
        Ok(id)
    }

    /// Saves a draft over the revision that somebody saw, with recordings that its words name; false if another save came
    /// between, and nothing was done.
    pub fn save_draft(&self, draft: &Draft, recordings: &[Recording], now: i64) -> Result<bool> {
        let (document, texts) = (draft.document.to_string(), serde_json::json!(draft.texts).to_string());
        let languages = serde_json::json!(draft.languages).to_string();
        if document.len() + texts.len() + languages.len() > MAX_DRAFT_BYTES {
            return Err(Refusal::LargeDraft.into());
        }
        let saved = self.conn.execute(
            "update survey_draft set document = ?3, texts = ?4, languages = ?5, who = ?6, hour = ?7, revision = revision + 1
             where id = ?1 and revision = ?2",
            (
                draft.id.0.as_bytes(),
                draft.revision,
                document,
                texts,
                languages,
                self.by.unwrap_or_default(),
                log::hour(now),
            ),
        )?;
        if saved == 1 {
            self.keep_recordings(draft, recordings)?;
        }
        Ok(saved == 1)
    }

    /// Throws a draft away.
    pub fn discard_draft(&self, id: DraftId) -> Result<()> {
        self.conn
            .execute("delete from survey_draft where id = ?1", [id.0.as_bytes()])?;
        Ok(())
    }

    /// Publishes a draft with its words in other languages; it is a draft no longer.
    pub fn publish_draft(&self, draft: &Draft, new: &NewPublication, now: i64) -> Result<Hash> {
        let id = self.publish(new, now)?;
        let survey = surveys::document(self.conn, id)?.ok_or(StoreError::NotFound("survey"))?;
        let recordings = words::recordings(self.conn, draft.id)?;
        for pack in words::packs(self.conn, draft, &survey)? {
            self.publish_pack(&pack, &recordings, self.by.unwrap_or("district"), now)?;
        }
        let gone = self.conn.execute(
            "delete from survey_draft where id = ?1 and revision = ?2",
            (draft.id.0.as_bytes(), draft.revision),
        )?;
        // What was checked is what is published.
        if gone == 1 {
            Ok(id)
        } else {
            Err(Refusal::DraftChanged.into())
        }
    }
}
