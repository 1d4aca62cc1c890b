//! Packs that came with the setup, ready for the screens.

use super::{Texts, Wording, keys, vi};
use crate::domain::{
    hex::Hash,
    pack::{Clip, Pack},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// A language pack in use. Two are the same if their names are: a name is the hash of what is in it.
#[derive(Debug)]
pub struct Installed {
    id: Hash,
    pack: Pack,
    texts: Texts,
}

impl PartialEq for Installed {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Installed {}

/// The pack of this name. `None` for a document that is no pack: the tablet goes without it.
///
/// A pack lives as long as the page, so that texts may be borrowed everywhere as those built in are. It is at most 64 KB
/// and changes a few times a year; the page is loaded anew with every update of the app.
pub fn install(id: Hash, document: &str) -> Option<&'static Installed> {
    static KNOWN: Mutex<BTreeMap<Hash, &'static Installed>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pack) = known.get(&id) {
        return Some(pack);
    }
    let pack: &'static Pack = Box::leak(Box::new(Pack::parse(document.as_bytes()).ok()?));
    let mut texts = vi::TEXTS;
    for (key, entry) in &pack.texts {
        if let (Some(place), Some(text)) = (keys::place(&mut texts, key), &entry.text) {
            *place = text;
        }
    }
    let pack = pack.clone();
    let installed: &'static Installed = Box::leak(Box::new(Installed { id, pack, texts }));
    known.insert(id, installed);
    Some(installed)
}

/// What the district added to English. A language is a plain value that everything on the screen carries, so this stands
/// beside it.
static ENGLISH: Mutex<Option<&'static Installed>> = Mutex::new(None);

/// Takes over what the packs in use add to English.
pub fn add_to_english(packs: &[&'static Installed]) {
    let pack = packs.iter().find(|pack| pack.tag() == "en").copied();
    *ENGLISH.lock().unwrap_or_else(PoisonError::into_inner) = pack;
}

/// The district's own English wording of a key.
pub(super) fn english(key: &str) -> Option<&'static str> {
    let pack = *ENGLISH.lock().unwrap_or_else(PoisonError::into_inner);
    pack?.pack.texts.get(key)?.text.as_deref()
}

impl Installed {
    /// BCP-47 tag.
    pub fn tag(&self) -> &str {
        &self.pack.lang
    }

    /// The language's name in itself.
    pub fn name(&self) -> &str {
        &self.pack.name
    }

    /// Whether it is offered as a language of its own, and does not only add to one that is built in.
    pub fn is_language(&self) -> bool {
        !self.pack.is_built_in()
    }

    /// The app's own texts: Vietnamese where the pack has none.
    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The wording of a key, if the pack has one.
    pub(super) fn wording(&'static self, key: &str) -> Option<Wording<'static>> {
        let entry = self.pack.texts.get(key)?;
        let text = entry.text.as_deref()?;
        Some(Wording {
            text,
            spoken: entry.speech.as_deref().unwrap_or(text),
            tag: self.tag(),
        })
    }

    /// The recording of a key's text.
    pub fn clip(&self, key: &str) -> Option<Clip> {
        self.pack.texts.get(key)?.clip
    }

    /// All its recordings.
    pub fn clips(&self) -> Vec<Clip> {
        self.pack.clips()
    }
}
