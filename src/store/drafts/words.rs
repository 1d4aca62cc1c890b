//! What a draft says in other languages, typed and recorded, and the packs that become of it.
//!
//! A pack is every unit's. Whoever looks after the whole district may add languages and say things anew; the draft of any
//! other unit fills in what a pack lacks.

use super::Draft;
use crate::{
    domain::{
        hex::Hex,
        ids::{DraftId, NodeId},
        pack::{self, BUILT_IN, Clip, ClipKind, Entry, Fault, Pack},
        policy::MAX_PACK_CLIP_BYTES,
        survey::Survey,
    },
    store::{Refusal, Result, StoreError, WriteTx, packs as published, packs::Recording},
    wire::{self, setup},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Words in other languages as they were typed: by language and key.
pub type Texts = BTreeMap<String, BTreeMap<String, Words>>;

/// A text, how it is spoken, and a recording of it; empty is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Words {
    /// As shown.
    pub text: String,
    /// As spoken, where that differs.
    pub speech: String,
    /// A recording, kept with the draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<Clip>,
}

/// Whether a draft is of those who look after the whole district: of no unit, or of the one above all others.
pub fn is_everybodys(conn: &Connection, node: Option<NodeId>) -> Result<bool> {
    let Some(node) = node else { return Ok(true) };
    let others = "select exists (select 1 from node where parent_no is null and id <> ?1)";
    let top = crate::store::places::node(conn, node)?.parent.is_none();
    Ok(top && !conn.query_row(others, [node.0.as_bytes()], |row| row.get::<_, bool>(0))?)
}

/// The bytes of a recording that waits in any draft. Named by its hash, so only who has the file can ask for it.
pub fn clip(conn: &Connection, clip: Clip) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached("select bytes from draft_clip where hash = ?1 and kind = ?2 limit 1")?
        .query_row((clip.hash.0, clip.kind.ending()), |row| row.get(0))
        .optional()?)
}

/// The recordings of a draft.
pub(super) fn recordings(conn: &Connection, draft: DraftId) -> Result<Vec<Recording>> {
    let mut found = Vec::new();
    for named in clips(conn, draft)? {
        let bytes = clip(conn, named)?.ok_or(StoreError::Corrupt("draft_clip"))?;
        found.push(Recording { clip: named, bytes });
    }
    Ok(found)
}

/// Their names.
fn clips(conn: &Connection, draft: DraftId) -> Result<Vec<Clip>> {
    let mut rows = conn.prepare_cached("select hash, kind from draft_clip where draft = ?1")?;
    let mut rows = rows.query([draft.0.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (hash, ending): (_, String) = (Hex(row.get(0)?), row.get(1)?);
        let kind = ClipKind::ALL.into_iter().find(|kind| kind.ending() == ending);
        let kind = kind.ok_or(StoreError::Corrupt("draft_clip"))?;
        found.push(Clip { hash, kind });
    }
    Ok(found)
}

impl WriteTx<'_> {
    /// Keeps the recordings that a draft names; any other of its own is gone.
    pub(super) fn keep_recordings(&self, draft: &Draft, fresh: &[Recording]) -> Result<()> {
        let id = draft.id.0.as_bytes();
        let words = draft.texts.values().flat_map(BTreeMap::values);
        let named: BTreeSet<Clip> = words.filter_map(|words| words.clip).collect();
        for Recording { clip, bytes } in fresh.iter().filter(|fresh| named.contains(&fresh.clip)) {
            self.conn.execute(
                "insert into draft_clip (draft, hash, kind, bytes) values (?1, ?2, ?3, ?4) on conflict do nothing",
                (id, clip.hash.0, clip.kind.ending(), bytes),
            )?;
        }
        for clip in clips(self.conn, draft.id)?.iter().filter(|clip| !named.contains(clip)) {
            let gone = "delete from draft_clip where draft = ?1 and hash = ?2 and kind = ?3";
            self.conn.execute(gone, (id, clip.hash.0, clip.kind.ending()))?;
        }
        // Their sizes, not their bytes: this is done at each save of anything in the draft.
        let sizes = "select coalesce(sum(length(bytes)), 0) from draft_clip where draft = ?1";
        let total: usize = self.conn.query_row(sizes, [id], |row| row.get(0))?;
        if total > MAX_PACK_CLIP_BYTES {
            return Err(Refusal::Recordings(MAX_PACK_CLIP_BYTES).into());
        }
        Ok(())
    }
}

/// Adds a draft's words to the packs that a tablet would get: for a preview.
pub fn add_words(conn: &Connection, draft: &Draft, survey: &Survey, shown: &mut Vec<setup::Pack>) -> Result<()> {
    for pack in packs(conn, draft, survey)? {
        let document = pack.document();
        let id = wire::pack_id(&document);
        let lang = Some(pack.lang.as_str());
        shown.retain(|other| other.document.get("lang").and_then(Value::as_str) != lang);
        shown.push(setup::Pack { document, id });
    }
    Ok(())
}

/// What is wrong with the words that a survey would bring: language and fault.
pub fn faults(conn: &Connection, draft: &Draft, survey: &Survey) -> Result<Vec<(String, Fault)>> {
    let mut faults = Vec::new();
    for pack in packs(conn, draft, survey)? {
        let found = Pack::parse(pack.document().to_string().as_bytes()).err();
        let found = found.into_iter().flatten().map(|fault| (pack.lang.clone(), fault));
        faults.extend(found);
    }
    Ok(faults)
}

/// The packs in use with a draft's words for this survey. Words of what it no longer asks stay behind.
pub(super) fn packs(conn: &Connection, draft: &Draft, survey: &Survey) -> Result<Vec<Pack>> {
    let over = is_everybodys(conn, draft.node)?;
    let wanted = pack::wanted(std::slice::from_ref(survey));
    let current = published::current(conn)?;
    let mut changed = Vec::new();
    for (lang, words) in &draft.texts {
        let known = current.iter().find(|known| &known.lang == lang);
        let mut pack = match (known, draft.languages.get(lang).filter(|_| over)) {
            (Some(known), _) => {
                Pack::parse(known.document.as_bytes()).map_err(|_| StoreError::Corrupt("language pack"))?
            }
            (None, Some(name)) => named(lang, name),
            (None, None) => match BUILT_IN.iter().find(|(tag, _)| tag == lang) {
                Some((_, name)) => named(lang, name),
                // A language that nobody published.
                None => continue,
            },
        };
        let before = pack.clone();
        for (key, words) in words {
            if wanted.iter().any(|wanted| &wanted.key == key) {
                say(&mut pack, key, words, over);
            }
        }
        if pack != before {
            changed.push(pack);
        }
    }
    Ok(changed)
}

fn named(lang: &str, name: &str) -> Pack {
    Pack {
        lang: lang.to_owned(),
        name: name.to_owned(),
        ..Pack::default()
    }
}

/// Says a key in a pack: what is not said yet, or all of it anew.
fn say(pack: &mut Pack, key: &str, words: &Words, over: bool) {
    let filled = |text: &String| !text.trim().is_empty();
    let entry = pack.texts.get(key);
    let text = Some(&words.text).filter(|text| filled(text) && pack.takes_text(key));
    let text = text.filter(|_| over || entry.is_none_or(|entry| entry.text.is_none()));
    let clip = words
        .clip
        .filter(|_| over || entry.is_none_or(|entry| entry.clip.is_none()));
    if text.is_none() && clip.is_none() {
        return;
    }
    let entry: &mut Entry = pack.texts.entry(key.to_owned()).or_default();
    if let Some(text) = text {
        // What was recorded are other words.
        entry.clip = entry
            .clip
            .filter(|_| entry.text.as_ref().is_none_or(|said| said == text));
        entry.text = Some(text.clone());
        entry.speech = Some(words.speech.clone()).filter(filled);
    }
    entry.clip = clip.or(entry.clip);
}
