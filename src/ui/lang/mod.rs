//! What the screens say, in Vietnamese and English.
//!
//! The app's own texts are [`Texts`], one constant per language, so that the compiler finds a missing one. The wording
//! of a survey is Vietnamese in the survey itself and English in a language pack (`assets/lang/en.json`, keyed by
//! `question`, `question.level`, `question.tile` and `question.option`); what a pack lacks is shown in Vietnamese. The words
//! of yes/no and of trips belong to the app. More languages come as packs
//! with the setup ([`Installed`]).

mod en;
mod installed;
mod keys;
pub mod operator;
mod pack;
mod vi;

pub use installed::{Installed, add_to_english, install};

use crate::{
    domain::survey::{Given, Question, QuestionKind, Text, Tile},
    engine::message::{Block, EnrolFailure},
};

/// A language of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese: what every visit starts with.
    #[default]
    Vietnamese,
    /// English.
    English,
    /// One that the district published.
    Pack(&'static Installed),
}

/// A wording in the language it is in, which may not be the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording<'a> {
    /// What is shown.
    pub text: &'a str,
    /// What a voice says.
    pub spoken: &'a str,
    /// BCP-47 tag of the text.
    pub tag: &'static str,
}

impl Language {
    /// The BCP-47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
            Self::Pack(pack) => pack.tag(),
        }
    }

    /// Its name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vietnamese => "Tiếng Việt",
            Self::English => "English",
            Self::Pack(pack) => pack.name(),
        }
    }

    /// The other one of the two that are built in.
    pub fn other(self) -> Self {
        match self {
            Self::Vietnamese => Self::English,
            _ => Self::Vietnamese,
        }
    }

    /// One of the app's own texts by its key in packs, such as `@send`.
    pub fn app(self, key: &str) -> Wording<'static> {
        if let Self::Pack(pack) = self
            && let Some(wording) = pack.wording(key)
        {
            return wording;
        }
        let own = match self {
            Self::English => Self::English,
            _ => Self::Vietnamese,
        };
        let text = keys::text(own.texts(), key).unwrap_or_default();
        let spoken = match key {
            "@touch_a_face" => own.texts().touch_a_face_spoken,
            _ => text,
        };
        let tag = own.tag();
        Wording { text, spoken, tag }
    }

    /// The app's own texts.
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::Vietnamese => &vi::TEXTS,
            Self::English => &en::TEXTS,
            Self::Pack(pack) => pack.texts(),
        }
    }

    /// A question's wording.
    pub fn question(self, question: &Question) -> Wording<'_> {
        self.wording(&question.text, || question.id.as_str().to_owned())
    }

    /// The wording of a level, 1 to 5.
    pub fn label<'a>(self, question: &Question, level: usize, label: &'a Text) -> Wording<'a> {
        self.wording(label, || format!("{}.{level}", question.id))
    }

    /// A tile's wording.
    pub fn tile<'a>(self, question: &Question, tile: &'a Tile) -> Wording<'a> {
        self.wording(&tile.text, || format!("{}.{}", question.id, tile.id))
    }

    /// The wordings of all that can be answered to a question in one tap, in the order of the screen; none for tiles.
    pub fn answers(self, question: &Question) -> Vec<(Given, Wording<'_>)> {
        let own = |words: &'static [&'static str]| {
            let wording = |text: &'static str| Wording {
                text,
                spoken: text,
                tag: self.tag(),
            };
            let numbered = (0..).zip(words.iter());
            numbered.map(|(n, text)| (Given::Number(n), wording(text))).collect()
        };
        match &question.kind {
            QuestionKind::Scale { labels, .. } => (1..)
                .zip(labels.iter())
                .map(|(level, label)| (Given::Number(level as i64), self.label(question, level, label)))
                .collect(),
            QuestionKind::Choice { options } => options
                .iter()
                .map(|option| {
                    let wording = self.wording(&option.text, || format!("{}.{}", question.id, option.id));
                    (Given::Item(option.id.clone()), wording)
                })
                .collect(),
            // "Có" stands first, as people say it.
            QuestionKind::YesNo => {
                let mut answers: Vec<_> = own(&self.texts().no_yes);
                answers.reverse();
                answers
            }
            QuestionKind::Trips => own(&self.texts().trips),
            QuestionKind::Tiles { .. } | QuestionKind::Text => Vec::new(),
        }
    }

    fn wording(self, official: &Text, key: impl Fn() -> String) -> Wording<'_> {
        let translated = match self {
            Self::Vietnamese => None,
            Self::English => {
                let key = key();
                pack::english(&key).or_else(|| installed::english(&key))
            }
            Self::Pack(pack) => match pack.wording(&key()) {
                Some(wording) => return wording,
                None => None,
            },
        };
        match translated {
            Some(text) => Wording {
                text,
                spoken: text,
                tag: self.tag(),
            },
            None => Wording {
                text: &official.text,
                spoken: official.spoken(),
                tag: Self::Vietnamese.tag(),
            },
        }
    }
}

/// A title and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// In large type.
    pub title: &'static str,
    /// Below it.
    pub body: &'static str,
}

/// A line of the self-test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, as the header's `health` has it.
    pub name: &'static str,
    /// What is tested.
    pub what: &'static str,
    /// What to do where it is not in order.
    pub advice: &'static str,
}

/// The app's own texts in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after the place where it is shown")]
pub struct Texts {
    pub add_steps: [&'static str; 4],
    pub add_steps_note: &'static str,
    pub add_title: &'static str,
    pub again: &'static str,
    pub android_steps: [&'static str; 3],
    pub asking_unit: &'static str,
    pub asking_unit_end: &'static str,
    pub back: &'static str,
    pub blocked_no_opfs: Notice,
    pub blocked_plain_http: Notice,
    pub blocked_revoked: Notice,
    pub blocked_second_window: Notice,
    pub blocked_storage: Notice,
    pub choose_one: &'static str,
    pub chosen: &'static str,
    pub code_label: &'static str,
    pub code_short: &'static str,
    pub comment_consent: &'static str,
    pub comment_hint: &'static str,
    pub comment_label: &'static str,
    pub comment_send: &'static str,
    pub comment_skip: &'static str,
    pub comment_title: &'static str,
    pub demo: &'static str,
    pub enrol: &'static str,
    pub enrol_body: &'static str,
    pub enrol_busy: &'static str,
    pub enrol_title: &'static str,
    pub expired: &'static str,
    pub finish: &'static str,
    pub language: &'static str,
    pub languages: &'static str,
    pub listen: &'static str,
    pub more: &'static str,
    pub more_home: &'static str,
    pub more_sent: &'static str,
    pub more_title: &'static str,
    pub next: &'static str,
    pub not_kiosk: &'static str,
    pub no_yes: [&'static str; 2],
    pub not_reached: &'static str,
    pub offer_body: &'static str,
    pub offer_start: &'static str,
    pub offer_stay: &'static str,
    pub offer_title: &'static str,
    pub optional: &'static str,
    pub practice: &'static str,
    pub rest_body: &'static str,
    pub rest_title: &'static str,
    pub rest_wake: &'static str,
    /// Before the number of the question, and before the number of all.
    pub progress: [&'static str; 2],
    pub reference: &'static str,
    pub retry: &'static str,
    pub self_test: &'static str,
    pub self_test_done: &'static str,
    pub self_test_note: &'static str,
    pub self_test_checks: [Check; 8],
    pub send: &'static str,
    pub starting: &'static str,
    pub text_contrast: &'static str,
    pub text_large: &'static str,
    pub text_normal: &'static str,
    pub thanks_body: &'static str,
    pub thanks_contact: &'static str,
    pub thanks_title: &'static str,
    pub too_many: &'static str,
    pub touch_a_face: &'static str,
    pub touch_a_face_spoken: &'static str,
    pub trips: [&'static str; 3],
    pub used: &'static str,
    pub voluntary: &'static str,
    pub wrong: &'static str,
}

impl Texts {
    /// Why the tablet takes no ratings.
    pub fn block(&self, block: Block) -> Notice {
        match block {
            Block::PlainHttp => self.blocked_plain_http,
            Block::NoOpfs => self.blocked_no_opfs,
            Block::SecondWindow => self.blocked_second_window,
            Block::Storage => self.blocked_storage,
            Block::Revoked => self.blocked_revoked,
        }
    }

    /// Why a code was not redeemed, and what to do.
    pub fn enrol_failure(&self, failure: EnrolFailure) -> &'static str {
        match failure {
            EnrolFailure::Wrong => self.wrong,
            EnrolFailure::Used => self.used,
            EnrolFailure::Expired => self.expired,
            EnrolFailure::TooMany => self.too_many,
            EnrolFailure::NotReached => self.not_reached,
        }
    }
}
