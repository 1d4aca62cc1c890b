//! What is different between two versions of a survey, question by question.

use super::{
    Survey,
    question::{Question, QuestionKind, Tile},
    text::Text,
};

/// One difference. Texts are those that citizens read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Something about the whole survey: a member's name in documents, before and after.
    Whole(&'static str, String, String),
    /// A question is asked that was not.
    Added(Question),
    /// A question is no longer asked.
    Removed(Question),
    /// The questions that both have stand in another order: ids, before and after.
    Order(Vec<String>, Vec<String>),
    /// Something of a question that both have: its id, and what.
    Of(String, Part),
}

/// A difference inside one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The question itself, or an answer by its id, reads differently: before and after.
    Wording(Option<String>, String, String),
    /// It is spoken differently.
    Speech(Option<String>, String, String),
    /// An answer was added: id and words.
    Added(String, String),
    /// An answer was removed: id and words.
    Removed(String, String),
    /// The answers stand in another order: ids, before and after.
    Order(Vec<String>, Vec<String>),
    /// A condition, factor, picture, moments, style or kind: which, of which answer, before and after as in documents.
    Other(&'static str, Option<String>, String, String),
}

impl Change {
    /// Whether an id that goes on is worded differently: whoever publishes says that it still means the same.
    pub fn is_rewording(&self) -> bool {
        matches!(self, Self::Of(_, Part::Wording(..)))
    }
}

/// Everything that changed, in the order of the new version.
pub fn difference(old: &Survey, new: &Survey) -> Vec<Change> {
    let mut changes = Vec::new();
    let whole = |survey: &Survey| {
        [
            ("name", survey.name.clone()),
            ("kind", survey.kind.vietnamese().to_owned()),
            ("headline", survey.headline.to_string()),
            ("reference", (if survey.reference { "✓" } else { "–" }).to_owned()),
            ("superseded", survey.superseded.clone().unwrap_or_default()),
            (
                "valid_to",
                survey.valid_to.map(|date| date.to_string()).unwrap_or_default(),
            ),
        ]
    };
    for ((name, before), (_, after)) in whole(old).into_iter().zip(whole(new)) {
        if before != after {
            changes.push(Change::Whole(name, before, after));
        }
    }
    for question in &new.questions {
        match old.question(&question.id) {
            None => changes.push(Change::Added(question.clone())),
            Some(before) => {
                let parts = parts(before, question).into_iter();
                changes.extend(parts.map(|part| Change::Of(question.id.to_string(), part)));
            }
        }
    }
    let gone = old
        .questions
        .iter()
        .filter(|question| new.question(&question.id).is_none());
    changes.extend(gone.cloned().map(Change::Removed));
    let kept = |survey: &Survey, other: &Survey| -> Vec<String> {
        let both = survey
            .questions
            .iter()
            .filter(|question| other.question(&question.id).is_some());
        both.map(|question| question.id.to_string()).collect()
    };
    let (before, after) = (kept(old, new), kept(new, old));
    if before != after {
        changes.push(Change::Order(before, after));
    }
    changes
}

/// An answer with all that a document says of it.
struct Item<'a> {
    id: String,
    text: &'a Text,
    others: Vec<(&'static str, String)>,
}

fn items(question: &Question) -> Vec<Item<'_>> {
    let factor = |factor: Option<super::Factor>| ("factor", factor.map(|f| f.code().to_owned()).unwrap_or_default());
    let tile = |tile: &Tile| {
        let moments: Vec<String> = tile.moments.iter().map(|moment| format!("{moment:?}")).collect();
        vec![
            factor(tile.factor),
            ("picture", tile.picture.to_string()),
            ("moments", moments.join(", ")),
        ]
    };
    match &question.kind {
        QuestionKind::Scale { labels, .. } => {
            let labels = (1u8..).zip(labels.iter());
            let mut items = Vec::new();
            for (level, text) in labels {
                items.push(Item {
                    id: level.to_string(),
                    text,
                    others: Vec::new(),
                });
            }
            items
        }
        QuestionKind::Choice { options } => {
            let mut items = Vec::new();
            for option in options {
                items.push(Item {
                    id: option.id.to_string(),
                    text: &option.text,
                    others: vec![factor(option.factor)],
                });
            }
            items
        }
        QuestionKind::Tiles { tiles } => {
            let mut items = Vec::new();
            for one in tiles {
                items.push(Item {
                    id: one.id.to_string(),
                    text: &one.text,
                    others: tile(one),
                });
            }
            items
        }
        QuestionKind::YesNo | QuestionKind::Trips | QuestionKind::Text => Vec::new(),
    }
}

fn wording(of: Option<&str>, old: &Text, new: &Text, into: &mut Vec<Part>) {
    let of = of.map(str::to_owned);
    if old.text != new.text {
        into.push(Part::Wording(of.clone(), old.text.clone(), new.text.clone()));
    }
    let (before, after) = (old.speech.as_deref(), new.speech.as_deref());
    if before != after {
        let said = |speech: Option<&str>| speech.unwrap_or_default().to_owned();
        into.push(Part::Speech(of, said(before), said(after)));
    }
}

/// A question's condition, factor, kind and style as documents have them.
fn rules(question: &Question) -> [(&'static str, String); 4] {
    let conditions = question.shown_if.iter().map(|condition| {
        let answers: Vec<String> = condition.answers.iter().map(ToString::to_string).collect();
        format!("{} = {}", condition.question, answers.join(" / "))
    });
    let style = match &question.kind {
        QuestionKind::Scale { style, .. } => format!("{style:?}").to_lowercase(),
        _ => String::new(),
    };
    [
        ("kind", question.kind.name().to_owned()),
        ("style", style),
        ("shown_if", conditions.collect::<Vec<_>>().join("; ")),
        (
            "factor",
            question.factor.map(|f| f.code().to_owned()).unwrap_or_default(),
        ),
    ]
}

fn parts(old: &Question, new: &Question) -> Vec<Part> {
    let mut parts = Vec::new();
    wording(None, &old.text, &new.text, &mut parts);
    for ((name, before), (_, after)) in rules(old).into_iter().zip(rules(new)) {
        if before != after {
            parts.push(Part::Other(name, None, before, after));
        }
    }
    let (before, after) = (items(old), items(new));
    for item in &after {
        let Some(was) = before.iter().find(|was| was.id == item.id) else {
            parts.push(Part::Added(item.id.clone(), item.text.text.clone()));
            continue;
        };
        wording(Some(&item.id), was.text, item.text, &mut parts);
        for ((name, old), (_, new)) in was.others.iter().zip(&item.others) {
            if old != new {
                parts.push(Part::Other(name, Some(item.id.clone()), old.clone(), new.clone()));
            }
        }
    }
    for gone in before.iter().filter(|was| after.iter().all(|item| item.id != was.id)) {
        parts.push(Part::Removed(gone.id.clone(), gone.text.text.clone()));
    }
    let order = |items: &[Item<'_>], others: &[Item<'_>]| -> Vec<String> {
        let both = items
            .iter()
            .filter(|item| others.iter().any(|other| other.id == item.id));
        both.map(|item| item.id.clone()).collect()
    };
    let (first, second) = (order(&before, &after), order(&after, &before));
    if first != second {
        parts.push(Part::Order(first, second));
    }
    parts
}
