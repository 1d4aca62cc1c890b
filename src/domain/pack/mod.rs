//! A language pack: what the screens say in one more language, how it is spoken, and recorded clips of it.
//!
//! A document of its own, published by a district; ballots know nothing of it. Vietnamese, the official wording, is
//! built in, English too: a pack of theirs only adds clips, speech or what is missing. Text is text: no markup, nothing
//! that can't be seen.
//!
//! Words: a *key* names a text. `@send` is one of the app's own (those of a visit, [`app_keys`]); `hai_long`,
//! `hai_long.1`, `ly_do.thai_do` are a survey's: question, level of a scale, anything else that has an id. A *clip* is
//! a recording, named by its hash. It reads and checks; publishing is the store's.

mod clip;
mod gaps;
mod script;
mod tag;

pub use clip::{Clip, ClipKind};
pub use gaps::{Gaps, Heard, SAID, Wanted, spoken, wanted};
pub use script::script;
pub use tag::is_language_tag;

use super::policy::{MAX_PACK_BYTES, MAX_PACK_TEXT};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// Most keys of a pack, and most faults that are told.
const MAX_TEXTS: usize = 500;
const MAX_FAULTS: usize = 50;
/// Longest name of a language in characters.
const MAX_NAME: usize = 40;
/// The languages that are built in, tag and name; their packs need no texts.
pub const BUILT_IN: [(&str, &str); 2] = [("vi", "Tiếng Việt"), ("en", "English")];

/// The official wording of the app's own texts of a visit, as a pack: what translators start from.
pub const VIETNAMESE_JSON: &str = include_str!("../../../assets/lang/vi.json");

/// The English wording of the surveys that come with the program, by key: built in, as the app's own texts are.
pub const ENGLISH_JSON: &str = include_str!("../../../assets/lang/en.json");

/// A language pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// BCP-47 tag.
    pub lang: String,
    /// Its name in itself: "Tiếng Tày".
    pub name: String,
    /// The texts by key.
    pub texts: BTreeMap<String, Entry>,
}

/// One text of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// As shown; absent only where the built-in wording is shown.
    pub text: Option<String>,
    /// As spoken by a voice, where that differs.
    pub speech: Option<String>,
    /// A recording of it.
    pub clip: Option<Clip>,
}

/// Something wrong in a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `texts["ly_do.thai_do"].text`.
    pub at: String,
    /// What.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// The keys of the app's own texts, each with its official wording.
pub fn app_keys() -> Pack {
    // The file is ours and a test reads it; an empty one would only make every key "unknown".
    Pack::parse(VIETNAMESE_JSON.as_bytes()).unwrap_or_default()
}

impl Pack {
    /// Reads a pack and checks everything that can be checked without knowing the surveys. All faults are told, each
    /// with its place.
    pub fn parse(json: &[u8]) -> Result<Self, Vec<Fault>> {
        let one = |at: &str, what: String| vec![Fault { at: at.into(), what }];
        if json.len() > MAX_PACK_BYTES {
            return Err(one("document", format!("larger than {MAX_PACK_BYTES} bytes")));
        }
        match serde_json::from_slice(json) {
            Ok(Value::Object(members)) => Self::read(&members),
            Ok(_) => Err(one("document", "an object is needed".into())),
            Err(error) => Err(one("document", error.to_string())),
        }
    }

    fn read(members: &Map<String, Value>) -> Result<Self, Vec<Fault>> {
        let mut reader = Reader::default();
        for name in members
            .keys()
            .filter(|name| !["lang", "name", "texts", "v"].contains(&name.as_str()))
        {
            reader.fault(shown(name), "unknown member");
        }
        if members.get("v").and_then(Value::as_u64) != Some(1) {
            reader.fault("v", "must be 1");
        }
        let lang = members.get("lang").and_then(Value::as_str).unwrap_or_default();
        if !is_language_tag(lang) {
            reader.fault("lang", "must be a language tag like \"tyz\" or \"hmn-Latn\" (BCP 47)");
        }
        let name = reader.text("name", members.get("name"), MAX_NAME).unwrap_or_default();
        let mut texts = BTreeMap::new();
        match members.get("texts") {
            Some(Value::Object(entries)) if entries.len() <= MAX_TEXTS => {
                for (key, entry) in entries {
                    let at = format!("texts[\"{}\"]", shown(key));
                    if !is_key(key) {
                        reader.fault(&at, "not a key");
                    }
                    texts.insert(key.clone(), reader.entry(&at, entry));
                }
            }
            Some(Value::Object(_)) => reader.fault("texts", &format!("more than {MAX_TEXTS}")),
            _ => reader.fault("texts", "an object is needed"),
        }
        if reader.faults.is_empty() {
            let lang = lang.to_owned();
            Ok(Self { lang, name, texts })
        } else {
            Err(reader.faults)
        }
    }

    /// The pack as a document, before it is made canonical.
    pub fn document(&self) -> Value {
        let texts = self.texts.iter().map(|(key, entry)| {
            let clip = entry.clip.as_ref().map(Clip::to_string);
            let members = [
                ("text", entry.text.clone()),
                ("speech", entry.speech.clone()),
                ("clip", clip),
            ];
            let members = members
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
            (key.clone(), Value::Object(members.collect()))
        });
        let texts: Map<String, Value> = texts.collect();
        serde_json::json!({"lang": self.lang, "name": self.name, "texts": texts, "v": 1})
    }

    /// The clips it names, each once.
    pub fn clips(&self) -> Vec<Clip> {
        let mut clips: Vec<_> = self.texts.values().filter_map(|entry| entry.clip).collect();
        clips.sort();
        clips.dedup();
        clips
    }

    /// Whether the language is one of those the app brings along.
    pub fn is_built_in(&self) -> bool {
        is_built_in(&self.lang)
    }

    /// Whether its language has words of its own for a key: Vietnamese is the official wording, and the app's own texts
    /// are built in in English, too.
    pub fn takes_text(&self, key: &str) -> bool {
        self.lang != "vi" && !(self.is_built_in() && key.starts_with('@'))
    }
}

/// Whether the app brings a language along.
pub fn is_built_in(lang: &str) -> bool {
    BUILT_IN.iter().any(|(tag, _)| *tag == lang)
}

/// `@` and letters, or ids joined by dots.
fn is_key(key: &str) -> bool {
    let word = |part: &str| {
        (1..=40).contains(&part.len())
            && part
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
    };
    match key.strip_prefix('@') {
        Some(name) => word(name),
        None => key.split('.').count() <= 3 && key.split('.').all(word),
    }
}

/// A member's name as far as it can be told: it may be anything.
fn shown(name: &str) -> String {
    name.chars()
        .take(60)
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}

#[derive(Default)]
struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, at: impl AsRef<str>, what: &str) {
        if self.faults.len() < MAX_FAULTS {
            let (at, what) = (at.as_ref().to_owned(), what.to_owned());
            self.faults.push(Fault { at, what });
        }
    }

    fn text(&mut self, at: &str, value: Option<&Value>, longest: usize) -> Option<String> {
        let Some(text) = value.and_then(Value::as_str) else {
            self.fault(at, "a text is needed");
            return None;
        };
        let length = text.chars().count();
        if text.trim().is_empty() || length > longest {
            self.fault(at, &format!("1 to {longest} characters are needed, not {length}"));
        }
        if let Some((place, c)) = text.chars().enumerate().find(|(_, c)| !is_plain(*c)) {
            let what = format!(
                "character {} is {}: text only, no markup",
                place + 1,
                c.escape_unicode()
            );
            self.fault(at, &what);
        }
        Some(text.to_owned())
    }

    fn entry(&mut self, at: &str, value: &Value) -> Entry {
        let Value::Object(members) = value else {
            self.fault(at, "an object with \"text\" is needed");
            return Entry::default();
        };
        let mut entry = Entry::default();
        for (name, value) in members {
            let place = format!("{at}.{}", shown(name));
            match name.as_str() {
                "text" => entry.text = self.text(&place, Some(value), MAX_PACK_TEXT),
                "speech" => entry.speech = self.text(&place, Some(value), MAX_PACK_TEXT),
                "clip" => {
                    entry.clip = value.as_str().and_then(Clip::parse);
                    if entry.clip.is_none() {
                        self.fault(
                            &place,
                            "must be the hash of a clip and its ending: <64 hex digits>.m4a, .mp3 or .ogg",
                        );
                    }
                }
                _ => self.fault(&place, "unknown member"),
            }
        }
        entry
    }
}

/// Whether a character is text: no markup, no control character, nothing that turns the direction of what follows.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    !c.is_control() && !turns && !matches!(c, '<' | '>')
}

#[cfg(test)]
mod tests;
