//! A survey: a versioned question set. Its structure and official (Vietnamese) wording are hashed into its name
//! (see `wire::survey_id`); translations are language packs, documents of their own.
//!
//! Words: the *headline* is the question of the idle screen, whose answers make "Tỷ lệ hài lòng"; a *follow-up* is
//! any other question; a *condition* lets a follow-up be asked only after certain answers to an earlier question; a
//! *factor* is one of SIPAS's five.
//!
//! An id keeps its meaning for ever ([`Meaning`]): figures, language packs and conditions know answers by it.
//!
//! A document is read by [`Survey::parse`] (fails on the first error: tablets, records) or [`Survey::check_all`]
//! (says everything that is wrong, for whoever writes one).

mod check;
mod difference;
pub mod edit;
mod meaning;
mod problem;
mod question;
mod read;
mod shipped;
#[cfg(test)]
mod tests;
mod text;

pub use difference::{Change, Part, difference};
pub use meaning::Meaning;
pub use problem::{Problem, SurveyError};
pub use question::{Choice, Condition, Factor, Given, Question, QuestionKind, Style, TRIPS_VI, Tile, YES_NO_VI};
pub use shipped::{DEFAULT_SURVEY_JSON, SHIPPED, Shipped};
pub use text::Text;

use super::{
    ballot::{Answer, Answers},
    ids::Slug,
    policy,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A question set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Survey {
    /// The scale question whose answers make "Tỷ lệ hài lòng".
    pub headline: Slug,
    /// What kind of figures its answers make.
    #[serde(skip_serializing_if = "SurveyKind::is_counter")]
    pub kind: SurveyKind,
    /// What administrators call it.
    pub name: String,
    /// The questions in the order they are asked, after the headline.
    pub questions: Vec<Question>,
    /// "Mẫu tham khảo": its wording was not confirmed by the office that issued it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reference: bool,
    /// What took its place, if something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded: Option<String>,
    /// Version of this format: 1.
    pub v: u32,
    /// Last day on which the rule behind it was in force, if it no longer is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
}

/// What kind of figures a survey's answers make. Figures of different kinds are never summed (domain.md §0.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SurveyKind {
    /// Ballots at the counter: "Tỷ lệ hài lòng (phiếu tại quầy)".
    #[default]
    Counter,
    /// The criteria of SIPAS, answered at a counter.
    Sipas,
    /// The citizen's part of the nine indices of NĐ 61/2018.
    Nd61,
}

impl SurveyKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Counter, Self::Sipas, Self::Nd61];

    /// Its name in survey documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Sipas => "sipas",
            Self::Nd61 => "nd61",
        }
    }

    /// What people read.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Counter => "Phiếu tại quầy",
            Self::Sipas => "Theo tiêu chí SIPAS",
            Self::Nd61 => "Theo Nghị định 61/2018/NĐ-CP",
        }
    }

    /// The same for readers of English.
    pub fn english(self) -> &'static str {
        match self {
            Self::Counter => "Counter ballots",
            Self::Sipas => "By the SIPAS criteria",
            Self::Nd61 => "By Decree 61/2018/NĐ-CP",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
    fn is_counter(&self) -> bool {
        *self == Self::Counter
    }
}

impl Survey {
    /// Parses and checks a survey document; the first error counts. Members that this version does not know are passed
    /// over: a newer district may have written them.
    pub fn parse(json: &[u8]) -> Result<Self, SurveyError> {
        Self::of(&document(json)?)
    }

    /// Parses and checks a survey document that somebody is about to publish: every error, with its place;
    /// members that mean nothing are errors too.
    pub fn check_all(json: &[u8]) -> Result<Self, Vec<SurveyError>> {
        let document = document(json).map_err(|error| vec![error])?;
        let (survey, mut errors) = read::survey(&document);
        errors.extend(check::survey(&survey, &errors));
        if errors.is_empty() { Ok(survey) } else { Err(errors) }
    }

    /// What can be read of a document that is still being written, whatever is wrong with it: to look at, never to use.
    pub fn draft(json: &[u8]) -> Option<Self> {
        document(json).ok().map(|document| read::survey(&document).0)
    }

    fn of(document: &Value) -> Result<Self, SurveyError> {
        let (survey, mut errors) = read::survey(document);
        errors.retain(|error| error.problem != Problem::UnknownMember);
        errors.extend(check::survey(&survey, &errors));
        match errors.into_iter().next() {
            None => Ok(survey),
            Some(error) => Err(error),
        }
    }

    /// The question of that name.
    pub fn question(&self, id: &Slug) -> Option<&Question> {
        self.questions.iter().find(|question| &question.id == id)
    }

    /// The questions in the order they are asked: the headline, then the others as they stand.
    pub fn in_order(&self) -> impl Iterator<Item = &Question> {
        let follow_ups = self.questions.iter().filter(|question| question.id != self.headline);
        self.question(&self.headline).into_iter().chain(follow_ups)
    }

    /// Whether a question is asked after these answers.
    pub fn asks(&self, question: &Question, answers: &Answers) -> bool {
        question.shown_if.iter().all(|condition| {
            let asked = self.question(&condition.question);
            let answer = answers.get(&condition.question);
            asked.zip(answer).is_some_and(|(asked, answer)| {
                let given = asked.given(answer);
                given.iter().any(|given| condition.answers.contains(given))
            })
        })
    }

    /// What was answered, as far as this survey asks it: answers to questions it does not have, or would not have asked
    /// after the others, and answers that a question can't have, are left out.
    pub fn given(&self, answers: &Answers) -> Vec<(&Question, Vec<Given>)> {
        let (mut kept, mut out) = (Answers::new(), Vec::new());
        for question in self.in_order() {
            let Some(answer) = answers.get(&question.id) else {
                continue;
            };
            let given = question.given(answer);
            if !given.is_empty() && self.asks(question, &kept) {
                kept.insert(question.id.clone(), answer.clone());
                out.push((question, given));
            }
        }
        out
    }

    /// The reasons that these answers name: the tiles that were chosen, in the words the citizen read.
    pub fn reasons(&self, answers: &Answers) -> Vec<&str> {
        let mut all = Vec::new();
        for question in &self.questions {
            if let (QuestionKind::Tiles { tiles }, Some(Answer::Tiles(chosen))) =
                (&question.kind, answers.get(&question.id))
            {
                let chosen = tiles.iter().filter(|tile| chosen.contains(&tile.id));
                all.extend(chosen.map(|tile| tile.text.text.as_str()));
            }
        }
        all
    }

    /// The level 1 to 5 answered to the headline question, if it was answered validly.
    pub fn headline_level(&self, answers: &Answers) -> Option<u8> {
        match answers.get(&self.headline) {
            Some(Answer::Level(level @ 1..=5)) => u8::try_from(*level).ok(),
            _ => None,
        }
    }
}

fn document(json: &[u8]) -> Result<Value, SurveyError> {
    let error = |problem| SurveyError {
        at: "document".into(),
        problem,
    };
    let most = policy::MAX_SURVEY_BYTES;
    if json.len() > most {
        return Err(error(Problem::TooLarge { most }));
    }
    serde_json::from_slice(json).map_err(|wrong| error(Problem::NotJson(wrong.to_string())))
}

impl TryFrom<Value> for Survey {
    type Error = SurveyError;

    fn try_from(document: Value) -> Result<Self, SurveyError> {
        Self::of(&document)
    }
}
