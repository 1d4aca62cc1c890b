//! Answers to the criteria of SIPAS, by factor, for a report.

use super::facts::Facts;
use crate::domain::{
    ballot::Ballot,
    stats::Tally,
    survey::{Given, QuestionKind, Survey, SurveyKind},
};

/// Adds a ballot's; nothing of surveys of another kind, or in a report of before they were counted.
pub(super) fn add(facts: &mut Facts, survey: &Survey, ballot: &Ballot) {
    if facts.v < 2 || survey.kind != SurveyKind::Sipas {
        return;
    }
    facts.sipas += 1;
    for (question, given) in survey.given(&ballot.answers) {
        let (Some(factor), QuestionKind::Scale { .. }, [Given::Number(level)]) =
            (question.factor, &question.kind, given.as_slice())
        else {
            continue;
        };
        let own = facts.by_factor.entry(factor.code().to_owned()).or_default();
        let mut tally = Tally::new(*own);
        tally.add(*level, 1);
        *own = tally.levels();
    }
}
