//! What ids mean: a question's id its kind and its answers, a tile's or an option's id what was chosen. Once published,
//! an id means that for ever, in every unit: figures of different versions are summed by it.

use super::{
    Survey,
    problem::{Problem, SurveyError},
    question::{Question, QuestionKind},
    text::Text,
};
use crate::domain::ids::Slug;

/// Every survey that was published or ships with the program: what ids mean already.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    /// Them.
    pub published: &'a [Survey],
    /// The one that the new survey was made from. An id that stands in it goes on meaning what it did; one that does
    /// not must be new. `None` (a file from elsewhere): every published id goes on.
    pub base: Option<&'a Survey>,
}

/// An answer by its id ("3" for a level), with its words.
type Item<'a> = (String, &'a Text);

impl Meaning<'_> {
    /// Where a survey gives a published id another meaning.
    pub fn broken_by(&self, survey: &Survey) -> Vec<SurveyError> {
        let mut errors = Vec::new();
        for (q, question) in survey.questions.iter().enumerate() {
            let at = format!("questions[{q}]");
            let mut fail = |at: String, problem| errors.push(SurveyError { at, problem });
            let known: Vec<&Question> = self
                .published
                .iter()
                .filter_map(|known| known.question(&question.id))
                .collect();
            if known.is_empty() {
                continue;
            }
            if self.base.is_some_and(|base| base.question(&question.id).is_none()) {
                fail(format!("{at}.id"), Problem::Reused);
                continue;
            }
            if let Some(other) = known.iter().find(|known| known.kind.name() != question.kind.name()) {
                let was = other.kind.name();
                fail(format!("{at}.kind"), Problem::KindChanged { was });
                continue;
            }
            for (i, (id, text)) in items(question).iter().enumerate() {
                let place = places(question, &at, i);
                if self.is_reused(question, &known, id) {
                    fail(format!("{place}.id"), Problem::Reused);
                } else if let Some(was) = swapped(&known, id, text) {
                    let words = if is_level(question) { "" } else { ".text" };
                    fail(format!("{place}{words}"), Problem::Swapped(was));
                }
            }
        }
        errors
    }

    /// Whether this question or answer was ever published: its id is no longer free to be chosen.
    pub fn has(&self, question: &Slug, item: Option<&str>) -> bool {
        let mut known = self.published.iter().filter_map(|known| known.question(question));
        known.any(|known| item.is_none_or(|item| items(known).iter().any(|(id, _)| id == item)))
    }

    /// A tile or option that is new here, but not new.
    fn is_reused(&self, question: &Question, known: &[&Question], id: &str) -> bool {
        let Some(base) = self.base.and_then(|base| base.question(&question.id)) else {
            return false;
        };
        let has = |question: &Question| items(question).iter().any(|(known, _)| known == id);
        !has(base) && known.iter().any(|known| has(known))
    }
}

/// The answer that said this before, if this answer never did.
fn swapped(known: &[&Question], id: &str, text: &Text) -> Option<String> {
    let said = known.iter().flat_map(|known| items(known));
    let mut said = said.filter(|(_, other)| other.text.trim() == text.text.trim());
    let mut was = None;
    said.all(|(other, _)| {
        let same = other == id;
        was = if same { None } else { Some(other) };
        !same
    });
    was
}

fn is_level(question: &Question) -> bool {
    matches!(question.kind, QuestionKind::Scale { .. })
}

fn places(question: &Question, at: &str, i: usize) -> String {
    let list = match question.kind {
        QuestionKind::Scale { .. } => "labels",
        QuestionKind::Choice { .. } => "options",
        _ => "tiles",
    };
    format!("{at}.{list}[{i}]")
}

/// The answers that a survey itself names. Those of yes/no and trips are the app's own.
fn items(question: &Question) -> Vec<Item<'_>> {
    match &question.kind {
        QuestionKind::Scale { labels, .. } => {
            let labels = (1u8..).zip(labels.iter());
            labels.map(|(level, label)| (level.to_string(), label)).collect()
        }
        QuestionKind::Choice { options } => {
            let options = options.iter();
            options.map(|option| (option.id.to_string(), &option.text)).collect()
        }
        QuestionKind::Tiles { tiles } => tiles.iter().map(|tile| (tile.id.to_string(), &tile.text)).collect(),
        QuestionKind::YesNo | QuestionKind::Trips | QuestionKind::Text => Vec::new(),
    }
}
