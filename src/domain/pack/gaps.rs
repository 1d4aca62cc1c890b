//! What a pack lacks, and what it has that nobody asks for.

use super::{Pack, app_keys};
use crate::domain::survey::{Question, QuestionKind, Survey, Text};
use std::collections::BTreeMap;

/// A text that a pack should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its key.
    pub key: String,
    /// The official wording, as shown.
    pub text: String,
    /// The official wording, as spoken.
    pub spoken: String,
    /// On which screen "Nghe" says it; `None` for what is only shown.
    pub heard: Option<Heard>,
}

/// The screens of a visit that are read aloud, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Heard {
    /// The faces.
    Question,
    /// A question after the face.
    FollowUp,
    /// The comment.
    Comment,
    /// "Ông/Bà có cần thêm thời gian không?"
    MoreTime,
    /// "Trân trọng cảm ơn".
    Thanks,
}

/// The app's own texts that are said, in the order in which their screen says them.
pub const SAID: [(&str, Heard); 16] = [
    ("@touch_a_face", Heard::Question),
    ("@voluntary", Heard::Question),
    ("@optional", Heard::FollowUp),
    ("@choose_one", Heard::FollowUp),
    ("@yes", Heard::FollowUp),
    ("@no", Heard::FollowUp),
    ("@trips_0", Heard::FollowUp),
    ("@trips_1", Heard::FollowUp),
    ("@trips_2", Heard::FollowUp),
    ("@comment_title", Heard::Comment),
    ("@comment_hint", Heard::Comment),
    ("@more_title", Heard::MoreTime),
    ("@more_sent", Heard::MoreTime),
    ("@more_home", Heard::MoreTime),
    ("@thanks_title", Heard::Thanks),
    ("@thanks_body", Heard::Thanks),
];

/// What a pack lacks, in the order of [`wanted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Keys without a text: shown in Vietnamese.
    pub texts: Vec<String>,
    /// Keys that are said and have no clip: read by a voice of the device, if it has one.
    pub clips: Vec<String>,
    /// Keys that no screen and none of the surveys asks for.
    pub unknown: Vec<String>,
}

/// The texts of a visit with these surveys: the app's own, then each survey's in its order.
pub fn wanted(surveys: &[Survey]) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for (key, entry) in app_keys().texts {
        let text = entry.text.unwrap_or_default();
        let spoken = spoken(entry.speech.as_deref().unwrap_or(&text));
        let heard = SAID.iter().find(|(said, _)| *said == key).map(|(_, heard)| *heard);
        all.push(Wanted {
            key,
            text,
            spoken,
            heard,
        });
    }
    for survey in surveys {
        for question in &survey.questions {
            let heard = Some(match &question.kind {
                QuestionKind::Text => Heard::Comment,
                _ if question.id == survey.headline => Heard::Question,
                _ => Heard::FollowUp,
            });
            for (key, text) in texts_of(question) {
                // A key keeps its meaning for ever; two surveys may both ask it.
                if !all.iter().any(|known| known.key == key) {
                    let spoken = spoken(text.spoken());
                    let text = text.text.clone();
                    all.push(Wanted {
                        key,
                        text,
                        spoken,
                        heard,
                    });
                }
            }
        }
    }
    all
}

/// "Ông/Bà" is said "ông bà".
pub fn spoken(text: &str) -> String {
    let said = text.replace("Ông/Bà", "ông bà");
    match said.strip_prefix("ông bà").filter(|_| text.starts_with('Ô')) {
        Some(rest) => format!("Ông bà{rest}"),
        None => said,
    }
}

/// The texts of a question by key.
fn texts_of(question: &Question) -> Vec<(String, &Text)> {
    let mut texts = vec![(question.id.to_string(), &question.text)];
    match &question.kind {
        QuestionKind::Scale { labels, .. } => {
            let labels = (1..).zip(labels.iter());
            texts.extend(labels.map(|(level, label): (usize, _)| (format!("{}.{level}", question.id), label)));
        }
        QuestionKind::Tiles { tiles } => {
            texts.extend(
                tiles
                    .iter()
                    .map(|tile| (format!("{}.{}", question.id, tile.id), &tile.text)),
            );
        }
        QuestionKind::Choice { options } => {
            let options = options.iter();
            texts.extend(options.map(|option| (format!("{}.{}", question.id, option.id), &option.text)));
        }
        // Their answers are the app's own words.
        QuestionKind::YesNo | QuestionKind::Trips | QuestionKind::Text => {}
    }
    texts
}

impl Pack {
    /// What is missing of what is wanted, and what is there for nothing.
    pub fn gaps(&self, wanted: &[Wanted]) -> Gaps {
        let keys: BTreeMap<&str, &Wanted> = wanted.iter().map(|wanted| (wanted.key.as_str(), wanted)).collect();
        let entry = |wanted: &Wanted| self.texts.get(&wanted.key);
        let has_text = |wanted: &Wanted| entry(wanted).is_some_and(|entry| entry.text.is_some());
        let has_clip = |wanted: &Wanted| entry(wanted).is_some_and(|entry| entry.clip.is_some());
        let shown = wanted.iter().filter(|wanted| !self.is_built_in() && !has_text(wanted));
        let said = wanted
            .iter()
            .filter(|wanted| wanted.heard.is_some() && !has_clip(wanted));
        Gaps {
            // What is built in lacks no text.
            texts: shown.map(|wanted| wanted.key.clone()).collect(),
            clips: said.map(|wanted| wanted.key.clone()).collect(),
            unknown: self
                .texts
                .keys()
                .filter(|key| !keys.contains_key(key.as_str()))
                .cloned()
                .collect(),
        }
    }
}
