//! Language packs and their clips: published into the database, given to tablets with their setup.

use super::{Refusal, Result, StoreError, WriteTx, log::Kind};
use crate::{
    domain::{
        hex::{Hash, Hex},
        pack::{Clip, ClipKind, Pack, is_built_in},
        policy::{MAX_CLIP_BYTES, MAX_PACK_CLIP_BYTES, MAX_PACKS},
    },
    wire::{self, canon, keys::sha256, setup},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

/// A pack that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub id: Hash,
    /// BCP-47 tag.
    pub lang: String,
    /// Canonical JSON.
    pub document: String,
}

/// The bytes of a recorded clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Its name.
    pub clip: Clip,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Recording {
    /// Takes a file; `Invalid` says why it is no clip.
    pub fn of(bytes: Vec<u8>) -> Result<Self> {
        if bytes.len() > MAX_CLIP_BYTES {
            let why = format!("{} bytes; a clip has at most {MAX_CLIP_BYTES}", bytes.len());
            return Err(StoreError::Invalid(why));
        }
        let kind =
            ClipKind::of(&bytes).ok_or_else(|| StoreError::Invalid("not a sound file (M4A, MP3 or OGG)".into()))?;
        let hash = sha256(&[&bytes]);
        Ok(Self {
            clip: Clip { hash, kind },
            bytes,
        })
    }
}

/// The packs in use, the newest of each language.
pub fn current(conn: &Connection) -> Result<Vec<Published>> {
    let mut rows = conn.prepare_cached(
        "select id, lang, document from pack p
         where pos = (select max(pos) from pack other where other.lang = p.lang) order by lang",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Published {
            id: Hex(row.get(0)?),
            lang: row.get(1)?,
            document: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// What a tablet gets: of the packs in use those its unit offers, and those that only add to a built-in language.
pub fn for_setup(conn: &Connection, offered: Option<&[String]>) -> Result<Vec<setup::Pack>> {
    let packs = current(conn)?.into_iter();
    let packs = packs.filter(|pack| is_built_in(&pack.lang) || offered.is_none_or(|tags| tags.contains(&pack.lang)));
    packs
        .take(MAX_PACKS)
        .map(|pack| {
            let document = serde_json::from_str(&pack.document).map_err(|_| StoreError::Corrupt("language pack"))?;
            Ok(setup::Pack { document, id: pack.id })
        })
        .collect()
}

/// The bytes of a clip.
pub fn clip(conn: &Connection, clip: Clip) -> Result<Option<Vec<u8>>> {
    Ok(conn
        .prepare_cached("select bytes from clip where hash = ?1 and kind = ?2")?
        .query_row((clip.hash.0, clip.kind.ending()), |row| row.get(0))
        .optional()?)
}

impl WriteTx<'_> {
    /// Publishes a pack with its clips: tablets get it with their next setup. `Invalid` if it names a clip that is not
    /// among these and was not published before. Answers its name.
    pub fn publish_pack(&self, pack: &Pack, recordings: &[Recording], by: &str, now: i64) -> Result<Hash> {
        let document = canon::to_line(&pack.document());
        let id = wire::pack_id(&pack.document());
        Pack::parse(document.as_bytes()).map_err(|faults| {
            let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
            StoreError::Invalid(faults.join("; "))
        })?;
        let (mut fresh, mut bytes) = (Vec::new(), 0usize);
        for named in pack.clips() {
            let given = recordings.iter().find(|recording| recording.clip == named);
            let held = clip(self.conn, named)?;
            bytes += held.as_ref().or(given.map(|given| &given.bytes)).map_or(0, Vec::len);
            match (held, given) {
                (Some(_), _) => {}
                (None, Some(given)) => fresh.push(given),
                (None, None) => return Err(StoreError::Invalid(format!("the clip {named} is not here"))),
            }
        }
        if bytes > MAX_PACK_CLIP_BYTES {
            return Err(Refusal::Recordings(MAX_PACK_CLIP_BYTES).into());
        }
        let languages = current(self.conn)?;
        if languages.len() >= MAX_PACKS && !languages.iter().any(|known| known.lang == pack.lang) {
            return Err(Refusal::Languages(MAX_PACKS).into());
        }
        let clips: Vec<String> = fresh.iter().map(|recording| recording.clip.to_string()).collect();
        let body = json!({"what": "pack_published", "pack": id, "lang": pack.lang, "clips": clips, "by": by});
        let pos = self.log(Kind::Survey, now, body)?;
        self.conn.execute(
            "insert into pack (id, lang, document, pos) values (?1, ?2, ?3, ?4) on conflict (id) do update set pos = ?4",
            (id.0, &pack.lang, &document, pos),
        )?;
        for Recording { clip, bytes } in fresh {
            self.conn.execute(
                "insert into clip (hash, kind, bytes, pos) values (?1, ?2, ?3, ?4)",
                (clip.hash.0, clip.kind.ending(), bytes, pos),
            )?;
        }
        self.refresh_setups(now)?;
        Ok(id)
    }
}
