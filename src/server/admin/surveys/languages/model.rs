//! What a language says of a survey, and what it lacks.

use crate::{
    domain::{
        pack::{self, BUILT_IN, Clip, ENGLISH_JSON, Pack, Wanted},
        survey::Survey,
    },
    server::{
        admin::surveys::{Which, World, draft_for, marks::Work},
        auth::Visitor,
    },
    store::{
        Reader, StoreError,
        drafts::{self, Words},
        packs,
    },
};
use std::collections::BTreeMap;

/// A language that citizens may choose.
pub(super) struct Language {
    pub(super) tag: String,
    pub(super) name: String,
    /// What was published of it.
    pub(super) pack: Pack,
    /// Nobody published it: the draft adds it.
    pub(super) new: bool,
}

/// What the page is about.
pub(super) struct Model {
    pub(super) survey: Survey,
    pub(super) work: Option<Work>,
    pub(super) languages: Vec<Language>,
    /// The draft may add languages and say anew what a pack says: it is of those who look after all units.
    pub(super) over: bool,
}

impl Model {
    pub(super) fn of(conn: &Reader, visitor: &Visitor, which: &Which, now: i64) -> Result<Self, StoreError> {
        if which.draft.is_empty() {
            return Ok(Self {
                survey: World::of(conn, visitor.node, now)?.version(&which.id)?.survey.clone(),
                work: None,
                languages: published(conn)?,
                over: false,
            });
        }
        Self::of_work(conn, Work::on(conn, draft_for(conn, visitor, &which.draft)?)?)
    }

    pub(super) fn of_work(conn: &Reader, work: Work) -> Result<Self, StoreError> {
        let mut languages = published(conn)?;
        for (tag, name) in &work.draft.languages {
            if languages.iter().all(|language| language.tag != *tag) {
                languages.push(language(tag, name, true));
            }
        }
        Ok(Self {
            // Of a draft that is being written, what can be read.
            survey: Survey::draft(work.draft.document.to_string().as_bytes()).unwrap_or_else(|| work.base.clone()),
            over: drafts::is_everybodys(conn, work.draft.node)?,
            work: Some(work),
            languages,
        })
    }

    pub(super) fn language(&self, tag: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.tag == tag)
    }

    /// The texts of a visit: the survey's own, then the app's.
    pub(super) fn wanted(&self) -> Vec<Wanted> {
        let mut wanted = pack::wanted(std::slice::from_ref(&self.survey));
        wanted.sort_by_key(|wanted| wanted.key.starts_with('@'));
        wanted
    }

    /// What the draft says.
    pub(super) fn typed(&self, language: &Language, key: &str) -> Words {
        let texts = self.work.as_ref().and_then(|work| work.draft.texts.get(&language.tag));
        texts.and_then(|words| words.get(key)).cloned().unwrap_or_default()
    }

    /// Whether the draft may say a key.
    pub(super) fn takes_text(&self, language: &Language, key: &str) -> bool {
        let open = self.over || language.text(key).is_none();
        self.work.is_some() && open && language.pack.takes_text(key)
    }

    /// Whether the draft may bring a recording of it.
    pub(super) fn takes_clip(&self, language: &Language, wanted: &Wanted) -> bool {
        self.work.is_some() && wanted.heard.is_some() && (self.over || language.clip(&wanted.key).is_none())
    }

    /// The survey's keys that a language has no text for; those that the draft adds are not missing.
    pub(super) fn missing(&self, language: &Language) -> Vec<Wanted> {
        let mut wanted = self.wanted();
        wanted.retain(|wanted| {
            language.pack.takes_text(&wanted.key)
                && language.text(&wanted.key).is_none()
                && self.typed(language, &wanted.key).text.trim().is_empty()
        });
        wanted
    }

    /// What is read aloud and has no recording, published or in the draft.
    pub(super) fn silent(&self, language: &Language) -> Vec<Wanted> {
        let mut wanted = self.wanted();
        wanted.retain(|wanted| {
            let recorded = language.clip(&wanted.key).or(self.typed(language, &wanted.key).clip);
            wanted.heard.is_some() && recorded.is_none()
        });
        wanted
    }
}

impl Language {
    /// What it shows for a key now: of the pack, or built in.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        let own = self.pack.texts.get(key).and_then(|entry| entry.text.clone());
        own.or_else(|| if self.tag == "en" { english(key) } else { None })
    }

    /// How it is spoken, where that differs.
    pub(super) fn speech(&self, key: &str) -> String {
        let entry = self.pack.texts.get(key);
        entry.and_then(|entry| entry.speech.clone()).unwrap_or_default()
    }

    /// The recording that was published of a key.
    pub(super) fn clip(&self, key: &str) -> Option<Clip> {
        self.pack.texts.get(key).and_then(|entry| entry.clip)
    }
}

fn language(tag: &str, name: &str, new: bool) -> Language {
    Language {
        tag: tag.into(),
        name: name.into(),
        pack: Pack {
            lang: tag.into(),
            name: name.into(),
            ..Pack::default()
        },
        new,
    }
}

fn published(conn: &Reader) -> Result<Vec<Language>, StoreError> {
    let mut languages = Vec::from(BUILT_IN.map(|(tag, name)| language(tag, name, false)));
    for published in packs::current(conn)? {
        let pack = Pack::parse(published.document.as_bytes()).map_err(|_| StoreError::Corrupt("language pack"))?;
        match languages.iter_mut().find(|language| language.tag == pack.lang) {
            Some(language) => language.pack = pack,
            None => languages.push(Language {
                pack: pack.clone(),
                ..language(&pack.lang, &pack.name, false)
            }),
        }
    }
    Ok(languages)
}

fn english(key: &str) -> Option<String> {
    // The file is ours and read by a test of the screens.
    let texts: BTreeMap<String, String> = serde_json::from_str(ENGLISH_JSON).unwrap_or_default();
    texts.get(key).cloned()
}
