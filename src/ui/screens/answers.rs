//! What can be tapped on a follow-up page: one look for each kind of question, the same whatever is chosen.

use crate::{
    domain::{
        ballot::Answer,
        survey::{Given, Question, QuestionKind, Style},
    },
    session::Tap,
    ui::{
        model::{Act, Model, Shown},
        parts, pictures,
    },
};
use dioxus::prelude::*;

/// The answers of a question.
pub(super) fn answers(model: &Model, shown: &Shown, question: &Question, act: Callback<Act>) -> Element {
    let answer = shown.session.answers().and_then(|answers| answers.get(&question.id));
    match &question.kind {
        QuestionKind::Tiles { .. } => tiles(model, shown, question, answer, act),
        QuestionKind::Scale {
            labels,
            style: Style::Faces,
        } => {
            let level = match answer {
                Some(Answer::Level(level)) => u8::try_from(*level).ok(),
                _ => None,
            };
            parts::faces(model, question, labels, level, act)
        }
        _ => rows(model, question, answer, act),
    }
}

/// What to do, in small type; the faces need no words.
pub(super) fn hint(model: &Model, question: &Question) -> Option<&'static str> {
    let texts = model.language.texts();
    match &question.kind {
        QuestionKind::Tiles { .. } => Some(texts.optional),
        QuestionKind::Scale {
            style: Style::Faces, ..
        } => None,
        _ => Some(texts.choose_one),
    }
}

fn tiles(model: &Model, shown: &Shown, question: &Question, answer: Option<&Answer>, act: Callback<Act>) -> Element {
    let tiles = shown.session.form().tiles(question).map(|tile| {
        let wording = model.language.tile(question, tile);
        let pressed = matches!(answer, Some(Answer::Tiles(chosen)) if chosen.contains(&tile.id));
        let tap = Tap::Tile {
            question: question.id.clone(),
            tile: tile.id.clone(),
        };
        rsx! {
            button {
                key: "{tile.id}",
                class: "tile",
                r#type: "button",
                "data-tile": tile.id.as_str(),
                "aria-pressed": if pressed { "true" } else { "false" },
                onclick: move |_| act.call(Act::Tap(tap.clone())),
                {pictures::tile(tile.picture.as_str())}
                span { class: "label", lang: wording.tag, {wording.text} }
                span { class: "box", "aria-hidden": "true",
                    if pressed {
                        {pictures::tick()}
                    }
                }
            }
        }
    });
    rsx! {
        div { class: "tiles", role: "group", "aria-labelledby": "ask", {tiles} }
    }
}

/// One of several, in words: a row each, or a column each on a wide screen.
fn rows(model: &Model, question: &Question, answer: Option<&Answer>, act: Callback<Act>) -> Element {
    let chosen = answer.map(|answer| question.given(answer)).unwrap_or_default();
    let choices = model.language.answers(question);
    let count = choices.len();
    let rows = choices.into_iter().map(|(given, wording)| {
        let pressed = chosen.contains(&given);
        let name = given.to_string();
        let tap = Tap::Pick {
            question: question.id.clone(),
            answer: match given {
                Given::Number(number) => Answer::Level(number),
                Given::Item(id) => Answer::Tiles(vec![id]),
            },
        };
        rsx! {
            button {
                key: "{name}",
                class: "row",
                r#type: "button",
                "data-row": "{name}",
                "aria-pressed": if pressed { "true" } else { "false" },
                onclick: move |_| act.call(Act::Tap(tap.clone())),
                span { class: "mark", "aria-hidden": "true" }
                span { class: "label", lang: wording.tag, {wording.text} }
            }
        }
    });
    rsx! {
        div { class: "rows", role: "group", "aria-labelledby": "ask", "data-rows": "{count}", {rows} }
    }
}
