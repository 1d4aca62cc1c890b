//! Surveys that somebody is working on. A draft keeps what was typed, right or wrong; nothing of it counts and nothing of
//! it is logged until it is published.

use super::{Refusal, Result, StoreError, WriteTx, log, places, publications::NewPublication, surveys};
use crate::{
    domain::{
        hex::{Hash, Hex},
        ids::{DraftId, NodeId},
        pack::{self, Entry, Fault, Pack},
        policy::{MAX_DRAFT_BYTES, MAX_DRAFTS},
        survey::Survey,
    },
    wire::{self, setup},
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Words in other languages as they were typed: by language and key.
pub type Texts = BTreeMap<String, BTreeMap<String, Words>>;

/// A text and how it is spoken; empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Words {
    /// As shown.
    pub text: String,
    /// As spoken, where that differs.
    pub speech: String,
}

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
    /// Who saved it last.
    pub who: String,
    /// Unix time of the hour in which that was.
    pub hour: i64,
    /// Counts the saves.
    pub revision: i64,
}

const DRAFTS: &str = "select d.id, n.id, d.base, d.document, d.texts, d.who, d.hour, d.revision
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
        who: row.get(5)?,
        hour: row.get(6)?,
        revision: row.get(7)?,
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

    /// Saves a draft over the revision that somebody saw; false if another save came between, and nothing was done.
    pub fn save_draft(&self, draft: &Draft, now: i64) -> Result<bool> {
        let (document, texts) = (draft.document.to_string(), serde_json::json!(draft.texts).to_string());
        if document.len() + texts.len() > MAX_DRAFT_BYTES {
            return Err(Refusal::LargeDraft.into());
        }
        let saved = self.conn.execute(
            "update survey_draft set document = ?3, texts = ?4, who = ?5, hour = ?6, revision = revision + 1
             where id = ?1 and revision = ?2",
            (
                draft.id.0.as_bytes(),
                draft.revision,
                document,
                texts,
                self.by.unwrap_or_default(),
                log::hour(now),
            ),
        )?;
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
        for pack in packs(self.conn, &draft.texts, &survey)? {
            self.publish_pack(&pack, &[], self.by.unwrap_or("district"), now)?;
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

/// Adds a draft's words to the packs that a tablet would get: for a preview.
pub fn add_words(conn: &Connection, texts: &Texts, survey: &Survey, shown: &mut Vec<setup::Pack>) -> Result<()> {
    for pack in packs(conn, texts, survey)? {
        let document = pack.document();
        let id = wire::pack_id(&document);
        let lang = Some(pack.lang.as_str());
        shown.retain(|other| other.document.get("lang").and_then(Value::as_str) != lang);
        shown.push(setup::Pack { document, id });
    }
    Ok(())
}

/// What is wrong with the words that a survey would bring: language and fault.
pub fn faults(conn: &Connection, texts: &Texts, survey: &Survey) -> Result<Vec<(String, Fault)>> {
    let mut faults = Vec::new();
    for pack in packs(conn, texts, survey)? {
        let found = Pack::parse(pack.document().to_string().as_bytes()).err();
        let found = found.into_iter().flatten().map(|fault| (pack.lang.clone(), fault));
        faults.extend(found);
    }
    Ok(faults)
}

/// The packs in use with these words of a survey added. What a pack says already is not said anew here: it is every
/// unit's. Words of what the survey no longer asks stay behind.
fn packs(conn: &Connection, texts: &Texts, survey: &Survey) -> Result<Vec<Pack>> {
    let mut changed = Vec::new();
    let wanted = pack::wanted(std::slice::from_ref(survey));
    let asked = |key: &str| !key.starts_with('@') && wanted.iter().any(|wanted| wanted.key == key);
    let current = super::packs::current(conn)?;
    for (lang, words) in texts {
        let known = current.iter().find(|known| &known.lang == lang);
        let mut pack = match (known, lang.as_str()) {
            (Some(known), _) => {
                Pack::parse(known.document.as_bytes()).map_err(|_| StoreError::Corrupt("language pack"))?
            }
            (None, "en") => Pack {
                lang: lang.clone(),
                name: "English".into(),
                ..Pack::default()
            },
            // A language that nobody published.
            (None, _) => continue,
        };
        let before = pack.clone();
        let words = words
            .iter()
            .filter(|(key, words)| asked(key) && !words.text.trim().is_empty());
        for (key, words) in words {
            let entry: &mut Entry = pack.texts.entry(key.clone()).or_default();
            if entry.text.is_none() {
                entry.text = Some(words.text.clone());
                entry.speech = Some(words.speech.clone()).filter(|speech| !speech.trim().is_empty());
            }
        }
        if pack != before {
            changed.push(pack);
        }
    }
    Ok(changed)
}
