//! A survey: a versioned question set. Its structure and official (Vietnamese) wording are hashed into its name
//! (see `wire::survey_id`); translations are language packs, documents of their own.

use super::{
    ballot::{Answer, Answers, Moment},
    ids::Slug,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Most questions, and most tiles of one question.
const MAX_ITEMS: usize = 40;
/// Longest `answers` of a ballot in bytes: the record's limit less what its other members take.
const MAX_ANSWER_BYTES: usize = super::policy::MAX_RECORD_BYTES - 1024;
/// Longest text in characters.
const MAX_TEXT: usize = 300;

/// A question set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The scale question whose answers make "Tỷ lệ hài lòng".
    pub headline: Slug,
    /// What administrators call it.
    pub name: String,
    /// The questions in the order they are asked. The first one is the idle screen.
    pub questions: Vec<Question>,
    /// Version of this format: 1.
    pub v: u32,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its name in ballots; keeps its meaning for ever.
    pub id: Slug,
    /// What can be answered.
    #[serde(flatten)]
    pub kind: QuestionKind,
    /// What the citizen reads.
    pub text: Text,
}

/// What can be answered to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum QuestionKind {
    /// Five levels, 1 (worst) to 5 (best), with their official labels in that order.
    Scale {
        /// Labels of 1 to 5.
        labels: Box<[Text; 5]>,
    },
    /// Any number of tiles, none included.
    Tiles {
        /// The tiles in their order on the screen.
        tiles: Vec<Tile>,
    },
}

/// One tile of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Its name in ballots.
    pub id: Slug,
    /// Moments at which it is offered; empty means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// Name of its pictogram.
    pub picture: Slug,
    /// What the citizen reads.
    pub text: Text,
}

/// A text as shown, and as spoken where that differs ("Ông/Bà" is spoken "ông bà").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// As spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speech: Option<String>,
    /// As shown.
    pub text: String,
}

impl Text {
    /// What a voice should say.
    pub fn spoken(&self) -> &str {
        self.speech.as_deref().unwrap_or(&self.text)
    }
}

/// Why a survey is refused; `at` names the place, such as `questions[1].tiles[3].id`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}")]
pub struct SurveyError {
    /// Where.
    pub at: String,
    /// What is wrong there.
    pub what: String,
}

impl Survey {
    /// Parses and checks a survey document.
    pub fn parse(json: &[u8]) -> Result<Self, SurveyError> {
        let survey: Self = serde_json::from_slice(json).map_err(|error| SurveyError {
            at: "document".into(),
            what: error.to_string(),
        })?;
        survey.check()?;
        Ok(survey)
    }

    fn check(&self) -> Result<(), SurveyError> {
        let fail = |at: String, what: &str| {
            Err(SurveyError {
                at,
                what: what.to_owned(),
            })
        };
        if self.v != 1 {
            return fail("v".into(), "this version is not known here");
        }
        if self.questions.is_empty() || self.questions.len() > MAX_ITEMS {
            return fail("questions".into(), "1 to 40 questions are needed");
        }
        if self.largest_answer() > MAX_ANSWER_BYTES {
            return fail("questions".into(), "a ballot with every tile chosen would be too long");
        }
        let mut seen = BTreeSet::new();
        for (q, question) in self.questions.iter().enumerate() {
            let at = format!("questions[{q}]");
            if !seen.insert(&question.id) {
                return fail(format!("{at}.id"), "used twice");
            }
            question.text.check(&at)?;
            match &question.kind {
                QuestionKind::Scale { labels } => {
                    labels
                        .iter()
                        .enumerate()
                        .try_for_each(|(l, text)| text.check(&format!("{at}.labels[{l}]")))?;
                }
                QuestionKind::Tiles { tiles } => check_tiles(&at, tiles)?,
            }
        }
        let headline = self.question(&self.headline);
        if !matches!(
            headline,
            Some(Question {
                kind: QuestionKind::Scale { .. },
                ..
            })
        ) {
            return fail("headline".into(), "must name a question of kind scale");
        }
        Ok(())
    }

    /// Bytes of the `answers` member when everything is chosen.
    fn largest_answer(&self) -> usize {
        let quoted = |id: &Slug| id.as_str().len() + 3;
        let answer = |question: &Question| match &question.kind {
            QuestionKind::Scale { .. } => 2,
            QuestionKind::Tiles { tiles } => 2 + tiles.iter().map(|tile| quoted(&tile.id)).sum::<usize>(),
        };
        self.questions
            .iter()
            .map(|question| quoted(&question.id) + 1 + answer(question))
            .sum()
    }

    /// The question of that name.
    pub fn question(&self, id: &Slug) -> Option<&Question> {
        self.questions.iter().find(|question| &question.id == id)
    }

    /// The level 1 to 5 answered to the headline question, if it was answered validly.
    pub fn headline_level(&self, answers: &Answers) -> Option<u8> {
        match answers.get(&self.headline) {
            Some(Answer::Level(level @ 1..=5)) => u8::try_from(*level).ok(),
            _ => None,
        }
    }
}

fn check_tiles(at: &str, tiles: &[Tile]) -> Result<(), SurveyError> {
    let mut seen = BTreeSet::new();
    if tiles.is_empty() || tiles.len() > MAX_ITEMS {
        return Err(SurveyError {
            at: format!("{at}.tiles"),
            what: "1 to 40 tiles are needed".into(),
        });
    }
    for (t, tile) in tiles.iter().enumerate() {
        if !seen.insert(&tile.id) {
            return Err(SurveyError {
                at: format!("{at}.tiles[{t}].id"),
                what: "used twice".into(),
            });
        }
        tile.text.check(&format!("{at}.tiles[{t}]"))?;
    }
    Ok(())
}

impl Text {
    fn check(&self, at: &str) -> Result<(), SurveyError> {
        let bad = |text: &str| text.trim().is_empty() || text.chars().count() > MAX_TEXT;
        if bad(&self.text) || self.speech.as_deref().is_some_and(bad) {
            return Err(SurveyError {
                at: format!("{at}.text"),
                what: "1 to 300 characters are needed".into(),
            });
        }
        Ok(())
    }
}

/// The survey that every new district starts with.
pub const DEFAULT_SURVEY_JSON: &str = include_str!("../../assets/surveys/mac-dinh.json");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_survey_is_valid_and_asks_what_the_design_says() {
        let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
        assert_eq!(
            survey.questions[0].text.text,
            "Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"
        );
        assert_eq!(
            survey.questions[0].text.spoken(),
            "Ông bà đánh giá như thế nào về sự phục vụ hôm nay?"
        );
        let QuestionKind::Tiles { tiles } = &survey.questions[1].kind else {
            panic!("second question has tiles")
        };
        for moment in [Moment::Reception, Moment::Returned, Moment::Result] {
            let shown = tiles
                .iter()
                .filter(|t| t.moments.is_empty() || t.moments.contains(&moment))
                .count();
            assert_eq!(shown, 6, "{moment:?}");
        }
    }

    #[test]
    fn a_survey_whose_ballots_could_outgrow_a_record_is_refused() {
        let mut survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
        let tiles = |n: usize| QuestionKind::Tiles {
            tiles: (0..40)
                .map(|t| Tile {
                    id: Slug::parse(&format!("{}-{n}-{t}", "x".repeat(28))).unwrap(),
                    moments: vec![],
                    picture: Slug::parse("p").unwrap(),
                    text: Text {
                        speech: None,
                        text: "t".into(),
                    },
                })
                .collect(),
        };
        for n in 0..2 {
            let id = Slug::parse(&format!("q{n}")).unwrap();
            let text = Text {
                speech: None,
                text: "?".into(),
            };
            survey.questions.push(Question {
                id,
                kind: tiles(n),
                text,
            });
        }
        assert!(survey.check().is_ok());
        survey.questions.push(Question {
            id: Slug::parse("q3").unwrap(),
            ..survey.questions[3].clone()
        });
        assert_eq!(survey.check().unwrap_err().at, "questions");
    }

    #[test]
    fn an_error_names_its_place() {
        let twice = DEFAULT_SURVEY_JSON.replace("\"huong_dan\"", "\"thai_do\"");
        assert_eq!(
            Survey::parse(twice.as_bytes()).unwrap_err().at,
            "questions[1].tiles[1].id"
        );
        let headline = DEFAULT_SURVEY_JSON.replace("\"headline\": \"hai_long\"", "\"headline\": \"ly_do\"");
        assert_eq!(Survey::parse(headline.as_bytes()).unwrap_err().at, "headline");
    }
}
