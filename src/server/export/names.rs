//! Numbers as words: places and answers as people read them.

use crate::{
    domain::{
        ballot::Ballot,
        hex::Hash,
        ids::NodeId,
        survey::{Given, QuestionKind, Survey, SurveyKind},
    },
    store::{
        self,
        figures::Scope,
        places::{Counter, NodeKind},
        surveys,
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// Names of places and surveys, by number.
pub(crate) struct Names {
    places: BTreeMap<i64, Place>,
    surveys: BTreeMap<Hash, Arc<Survey>>,
}

/// Where a counter is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) unit: String,
    pub(crate) point: String,
    pub(crate) counter: String,
}

impl Names {
    pub(super) fn new(scope: &Scope, surveys: Vec<surveys::Known>) -> Self {
        let surveys = surveys.into_iter().filter_map(|known| Some((known.id, known.survey?)));
        Self {
            places: scope
                .counters
                .iter()
                .map(|counter| (counter.no, place(scope, counter)))
                .collect(),
            surveys: surveys.collect(),
        }
    }

    /// Where a counter is; of an unknown one, nothing is said.
    pub(crate) fn place(&self, counter_no: i64) -> &Place {
        static NOWHERE: Place = Place {
            unit: String::new(),
            point: String::new(),
            counter: String::new(),
        };
        self.places.get(&counter_no).unwrap_or(&NOWHERE)
    }

    /// What a ballot says, of a ballot whose survey is known.
    pub(crate) fn answers(&self, ballot: &Ballot) -> Said<'_> {
        match self.surveys.get(&ballot.survey) {
            Some(survey) => said(survey, ballot),
            None => Said::default(),
        }
    }
}

/// What a ballot says, in words.
#[derive(Debug, Default)]
pub(crate) struct Said<'a> {
    /// Level 1 to 5 of the headline question with its words; only of surveys of kind "counter": a column whose numbers
    /// people average must not mix kinds.
    pub(crate) level: Option<(i64, &'a str)>,
    /// The tiles chosen.
    pub(crate) reasons: Vec<&'a str>,
    /// Kind of the survey.
    pub(crate) kind: &'static str,
    /// Every other answer: "question: answer".
    pub(crate) others: Vec<String>,
}

fn said<'a>(survey: &'a Survey, ballot: &Ballot) -> Said<'a> {
    let mut said = Said {
        kind: survey.kind.vietnamese(),
        ..Said::default()
    };
    for (question, given) in survey.given(&ballot.answers) {
        let mut words = given.iter().filter_map(|given| question.words(given));
        let is_headline = question.id == survey.headline && survey.kind == SurveyKind::Counter;
        match (&question.kind, given.as_slice()) {
            (QuestionKind::Scale { .. }, [Given::Number(level)]) if is_headline => {
                said.level = Some((*level, words.next().unwrap_or_default()));
            }
            (QuestionKind::Tiles { .. }, _) => said.reasons.extend(words),
            _ => {
                let words: String = words.collect();
                said.others.push(format!("{}: {words}", question.text.text));
            }
        }
    }
    said
}

fn place(scope: &Scope, counter: &Counter) -> Place {
    let find = |id: NodeId| scope.nodes.iter().find(|node| node.id == id);
    let node = find(counter.node);
    let name = |node: Option<&store::places::Node>| node.map(|node| node.name.clone()).unwrap_or_default();
    match node {
        Some(point) if point.kind == NodeKind::ReceptionPoint => Place {
            unit: name(point.parent.and_then(find)),
            point: point.name.clone(),
            counter: counter.name.clone(),
        },
        node => Place {
            unit: name(node),
            point: String::new(),
            counter: counter.name.clone(),
        },
    }
}
