//! What a readable survey must keep besides: the rules between its parts.

use super::{
    Survey,
    problem::{Problem, SurveyError},
    question::{Condition, Question, QuestionKind, Style, Tile},
    text::{self, Text},
};
use crate::domain::{ids::Slug, policy};

/// Most questions, tiles of one question, conditions of one question, answers of one condition.
const MAX_ITEMS: usize = 40;
/// Options of a choice: two at least, and as many as fit on one screen.
const OPTIONS: (usize, usize) = (2, 10);
/// Longest `answers` of a ballot in bytes: the record's limit less what its other members take.
const MAX_ANSWER_BYTES: usize = policy::MAX_RECORD_BYTES - 1024;

/// Everything that is wrong with a survey besides what the reader has said already: that is not said again.
pub(super) fn survey(survey: &Survey, said: &[SurveyError]) -> Vec<SurveyError> {
    let mut checker = Checker {
        survey,
        said,
        errors: Vec::new(),
    };
    checker.whole();
    for (q, question) in survey.questions.iter().enumerate() {
        checker.question(q, question);
    }
    checker.errors
}

struct Checker<'a> {
    survey: &'a Survey,
    said: &'a [SurveyError],
    errors: Vec<SurveyError>,
}

impl<'a> Checker<'a> {
    fn fail(&mut self, at: String, problem: Problem) {
        let is_at = |error: &SurveyError| {
            let rest = at.strip_prefix(error.at.as_str());
            error.at == "document" || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        if !self.said.iter().any(is_at) {
            self.errors.push(SurveyError { at, problem });
        }
    }

    fn count(&mut self, at: String, n: usize, (least, most): (usize, usize)) {
        if !(least..=most).contains(&n) {
            self.fail(at, Problem::Count { least, most });
        }
    }

    fn words(&mut self, at: String, words: &str) {
        if let Some(problem) = text::problem(words) {
            self.fail(at, problem);
        }
    }

    fn text(&mut self, at: String, text: &Text) {
        if let Some(speech) = &text.speech {
            self.words(format!("{at}.speech"), speech);
        }
        self.words(at, &text.text);
    }

    fn ids<'b>(&mut self, at: &str, ids: impl Iterator<Item = &'b Slug>) {
        let mut seen: Vec<&Slug> = Vec::new();
        for (i, id) in ids.enumerate() {
            if seen.contains(&id) && *id != Slug::nothing() {
                self.fail(format!("{at}[{i}].id"), Problem::Duplicate);
            }
            seen.push(id);
        }
    }

    fn whole(&mut self) {
        let survey = self.survey;
        if survey.v != 1 {
            self.fail("v".into(), Problem::UnknownVersion);
        }
        self.words("name".into(), &survey.name);
        if let Some(by) = &survey.superseded {
            self.words("superseded".into(), by);
        }
        self.count("questions".into(), survey.questions.len(), (1, MAX_ITEMS));
        self.ids("questions", survey.questions.iter().map(|question| &question.id));
        if largest_answer(survey) > MAX_ANSWER_BYTES {
            self.fail("questions".into(), Problem::LongBallot);
        }
        let is_text = |(_, question): &(usize, &Question)| question.kind == QuestionKind::Text;
        let texts = survey.questions.iter().enumerate().filter(is_text);
        let mut texts = texts.map(|(q, _)| q).filter(|q| !self.is_unreadable(*q));
        if let Some(q) = texts.nth(1) {
            self.fail(format!("questions[{q}].kind"), Problem::SecondText);
        }
        self.headline();
    }

    fn headline(&mut self) {
        let survey = self.survey;
        let Some(q) = survey
            .questions
            .iter()
            .position(|question| question.id == survey.headline)
        else {
            return self.fail("headline".into(), Problem::HeadlineNotFaces);
        };
        let has_faces = |question: &Question| {
            matches!(
                question.kind,
                QuestionKind::Scale {
                    style: Style::Faces,
                    ..
                }
            )
        };
        let question = survey.questions.get(q);
        if !question.is_some_and(has_faces) && !self.is_unreadable(q) {
            self.fail("headline".into(), Problem::HeadlineNotFaces);
        }
        if question.is_some_and(|question| !question.shown_if.is_empty()) {
            self.fail(format!("questions[{q}].shown_if"), Problem::HeadlineConditional);
        }
    }

    /// The reader could make nothing of this question's kind.
    fn is_unreadable(&self, q: usize) -> bool {
        let (whole, kind) = (format!("questions[{q}]"), format!("questions[{q}].kind"));
        self.said.iter().any(|error| error.at == whole || error.at == kind)
    }

    fn question(&mut self, q: usize, question: &Question) {
        let at = format!("questions[{q}]");
        self.text(format!("{at}.text"), &question.text);
        match &question.kind {
            QuestionKind::Scale { labels, .. } => {
                for (l, label) in labels.iter().enumerate() {
                    self.text(format!("{at}.labels[{l}]"), label);
                }
            }
            QuestionKind::Choice { options } => {
                let at = format!("{at}.options");
                self.count(at.clone(), options.len(), OPTIONS);
                self.ids(&at, options.iter().map(|option| &option.id));
                for (o, option) in options.iter().enumerate() {
                    self.text(format!("{at}[{o}].text"), &option.text);
                }
            }
            QuestionKind::Tiles { tiles } => self.tiles(format!("{at}.tiles"), tiles),
            QuestionKind::YesNo | QuestionKind::Trips | QuestionKind::Text => {}
        }
        let at = format!("{at}.shown_if");
        self.count(at.clone(), question.shown_if.len(), (0, MAX_ITEMS));
        for (c, condition) in question.shown_if.iter().enumerate() {
            self.condition(format!("{at}[{c}]"), q, condition);
        }
    }

    fn tiles(&mut self, at: String, tiles: &[Tile]) {
        self.count(at.clone(), tiles.len(), (1, MAX_ITEMS));
        self.ids(&at, tiles.iter().map(|tile| &tile.id));
        for (t, tile) in tiles.iter().enumerate() {
            self.text(format!("{at}[{t}].text"), &tile.text);
        }
    }

    fn condition(&mut self, at: String, q: usize, condition: &Condition) {
        let survey = self.survey;
        self.count(format!("{at}.answers"), condition.answers.len(), (1, MAX_ITEMS));
        let named = survey.questions.iter().position(|other| other.id == condition.question);
        let Some((n, other)) = named.and_then(|n| Some((n, survey.questions.get(n)?))) else {
            return self.fail(format!("{at}.question"), Problem::UnknownQuestion);
        };
        if n >= q && other.id != survey.headline {
            let problem = self.way_back(n, q).map_or(Problem::LaterQuestion, Problem::Loop);
            self.fail(format!("{at}.question"), problem);
        }
        if self.is_unreadable(n) {
            return;
        }
        if other.kind == QuestionKind::Text {
            return self.fail(format!("{at}.question"), Problem::ConditionOnText);
        }
        for (a, given) in condition.answers.iter().enumerate() {
            if !other.kind.has(given) {
                self.fail(format!("{at}.answers[{a}]"), Problem::ImpossibleAnswer);
            }
        }
    }

    /// The way from the condition of question `to` over question `from` and its conditions back to `to`, if there is
    /// one: "a → b → a".
    fn way_back(&self, from: usize, to: usize) -> Option<String> {
        let questions = &self.survey.questions;
        let start = questions.get(to)?;
        let mut ways = vec![vec![from]];
        let mut seen = vec![from];
        while let Some(way) = ways.pop() {
            let last = *way.last()?;
            if last == to {
                let ids = way.iter().filter_map(|q| questions.get(*q)).map(|q| q.id.as_str());
                return Some(
                    std::iter::once(start.id.as_str())
                        .chain(ids)
                        .collect::<Vec<_>>()
                        .join(" → "),
                );
            }
            for condition in &questions.get(last)?.shown_if {
                let next = questions.iter().position(|other| other.id == condition.question);
                // The start may be come back to; every other question is passed once.
                if let Some(next) = next.filter(|next| !seen.contains(next)) {
                    seen.push(next);
                    ways.push([way.as_slice(), &[next]].concat());
                }
            }
        }
        None
    }
}

/// Bytes of the `answers` member when everything is chosen.
fn largest_answer(survey: &Survey) -> usize {
    let quoted = |id: &Slug| id.as_str().len() + 3;
    let answer = |question: &Question| match &question.kind {
        QuestionKind::Scale { .. } | QuestionKind::YesNo | QuestionKind::Trips => 2,
        QuestionKind::Choice { options } => {
            2 + options
                .iter()
                .map(|option| quoted(&option.id))
                .max()
                .unwrap_or_default()
        }
        QuestionKind::Tiles { tiles } => 2 + tiles.iter().map(|tile| quoted(&tile.id)).sum::<usize>(),
        QuestionKind::Text => 0,
    };
    let questions = survey.questions.iter();
    let questions = questions.filter(|question| question.kind != QuestionKind::Text);
    questions
        .map(|question| quoted(&question.id) + 1 + answer(question))
        .sum()
}
