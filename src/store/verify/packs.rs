//! Language packs and clips: what tablets say to citizens must be what was published.

use super::Report;
use crate::{
    domain::{hex::Hex, pack::ClipKind},
    store::Result,
    wire::keys::sha256,
};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the log says was published.
#[derive(Default)]
pub(super) struct Packs {
    /// Newest position by name.
    packs: BTreeMap<String, (i64, Value)>,
    /// Position by name.
    clips: BTreeMap<String, i64>,
}

impl Packs {
    pub(super) fn entry(&mut self, pos: i64, entry: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let lang = entry.get("lang").cloned().unwrap_or(Value::Null);
        let pack = entry.get("pack").and_then(text);
        self.packs.extend(pack.map(|pack| (pack, (pos, lang))));
        let clips = entry.get("clips").and_then(Value::as_array);
        let clips = clips.into_iter().flatten().filter_map(text);
        self.clips.extend(clips.map(|clip| (clip, pos)));
    }

    pub(super) fn check(mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare("select id, lang, document, pos from pack")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (id, lang, document): (Hex<32>, String, String) = (Hex(row.get(0)?), row.get(1)?, row.get(2)?);
            let same = sha256(&[b"hailong/1/pack\0", document.as_bytes()]) == id;
            let said = self.packs.remove(&id.to_string());
            if !same || said != Some((row.get(3)?, lang.into())) {
                report.broken(
                    "pack",
                    format!("pack/{id}"),
                    "the language pack is not one that was published",
                );
            }
        }
        for id in self.packs.keys() {
            report.broken(
                "pack",
                format!("pack/{id}"),
                "missing; the log says that it was published",
            );
        }
        let mut rows = conn.prepare("select hash, kind, bytes, pos from clip")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (hash, kind, bytes): (Hex<32>, String, Vec<u8>) = (Hex(row.get(0)?), row.get(1)?, row.get(2)?);
            let same = sha256(&[&bytes]) == hash && ClipKind::of(&bytes).is_some_and(|found| found.ending() == kind);
            if !same || self.clips.remove(&format!("{hash}.{kind}")) != Some(row.get(3)?) {
                report.broken(
                    "clip",
                    format!("clip/{hash}"),
                    "the recording is not one that was published",
                );
            }
        }
        for name in self.clips.keys() {
            report.broken(
                "clip",
                format!("clip/{name}"),
                "missing; the log says that it was published",
            );
        }
        Ok(())
    }
}
