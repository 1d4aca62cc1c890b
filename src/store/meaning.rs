//! What a counted answer means: a level of the headline question, a reason, or nothing that a rate is made of.

use super::{Result, surveys};
use crate::domain::{
    ids::Slug,
    survey::{Given, Question, QuestionKind, Survey, SurveyKind},
};
use rusqlite::{Connection, OptionalExtension};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    sync::Arc,
};

/// The surveys of kind "counter", which say what an answer means, by their number. Figures of the other kinds are never
/// summed with theirs (design §6).
pub(super) struct Surveys(HashMap<i64, Arc<Survey>>);

/// What an answer means.
pub(super) enum Meaning<'a> {
    /// Level 1 to 5 of the headline question.
    Level(i64),
    /// A reason, by what the citizen read.
    Reason(&'a str),
    /// Something else.
    Nothing,
}

impl Surveys {
    pub(super) fn load(conn: &Connection) -> Result<Self> {
        let known = surveys::all(conn)?.into_iter();
        let known = known.filter_map(|known| Some((known.no, known.survey?)));
        Ok(Self(
            known.filter(|(_, survey)| survey.kind == SurveyKind::Counter).collect(),
        ))
    }

    /// The headline questions by word number, each with the surveys whose headline it is.
    pub(super) fn headlines(&self, conn: &Connection) -> Result<BTreeMap<i64, BTreeSet<i64>>> {
        let mut all: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (survey_no, survey) in &self.0 {
            if let Some(question) = word_number(conn, survey.headline.as_str())? {
                all.entry(question).or_default().insert(*survey_no);
            }
        }
        Ok(all)
    }

    /// The questions that are answered with tiles, by word number, as a JSON array.
    pub(super) fn tiles(&self, conn: &Connection) -> Result<String> {
        let questions = self.0.values().flat_map(|survey| &survey.questions);
        let tiles = questions.filter(|asked| matches!(asked.kind, QuestionKind::Tiles { .. }));
        let mut numbers = BTreeSet::new();
        for question in tiles {
            numbers.extend(word_number(conn, question.id.as_str())?);
        }
        Ok(json_array(numbers))
    }

    pub(super) fn meaning(&self, survey_no: i64, question: &str, answer: &str) -> Meaning<'_> {
        let Some(survey) = self.0.get(&survey_no) else {
            return Meaning::Nothing;
        };
        if survey.headline.as_str() == question {
            return answer.parse().map_or(Meaning::Nothing, Meaning::Level);
        }
        // Reasons are tiles; answers of other kinds have no line here.
        let tiles =
            |asked: &&Question| asked.id.as_str() == question && matches!(asked.kind, QuestionKind::Tiles { .. });
        let words = survey.questions.iter().find(tiles).and_then(|asked| {
            let tile = Slug::parse(answer).ok().map(Given::Item)?;
            asked.words(&tile)
        });
        words.map_or(Meaning::Nothing, Meaning::Reason)
    }
}

/// The number of a text, if it has one.
pub(super) fn word_number(conn: &Connection, text: &str) -> Result<Option<i64>> {
    Ok(conn
        .prepare_cached("select no from word where text = ?1")?
        .query_row([text], |row| row.get(0))
        .optional()?)
}

/// Numbers for `json_each`.
pub(super) fn json_array(numbers: impl IntoIterator<Item = i64>) -> String {
    // One text that grows: a figure of a province names five hundred counters.
    let mut text = String::from("[");
    for (place, no) in numbers.into_iter().enumerate() {
        let comma = if place > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{no}");
    }
    text.push(']');
    text
}
