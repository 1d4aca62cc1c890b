//! The reasons, and whatever else a survey asks after the face. Looks the same whichever face was chosen.

use crate::{
    domain::{
        ballot::Answer,
        survey::{Question, QuestionKind},
    },
    session::Tap,
    ui::{
        model::{Act, Model, Shown},
        parts, pictures,
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, index: usize, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let session = &shown.session;
    let is_last = index >= session.form().last_page();
    let (action, label, tap) = if is_last {
        ("send", texts.send, Tap::Send)
    } else {
        ("next", texts.next, Tap::Next)
    };
    rsx! {
        {parts::strip(model, shown)}
        {parts::top(model, shown, act)}
        {chosen(model, shown, act)}
        if let Some(question) = session.form().follow_up(index) {
            {asked(model, shown, question, act)}
        }
        button {
            class: "primary send",
            r#type: "button",
            "data-action": action,
            "aria-busy": session.is_casting().then_some("true"),
            onclick: move |_| act.call(Act::Tap(tap.clone())),
            {label}
        }
    }
}

/// "Ông/Bà đã chọn: …", "Chọn lại".
fn chosen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let level = shown.session.level().map(usize::from);
    let chosen = shown
        .session
        .form()
        .headline()
        .zip(level)
        .and_then(|((question, labels), level)| {
            let label = labels.get(level.checked_sub(1)?)?;
            Some((level, model.language.label(question, level, label)))
        });
    rsx! {
        div { class: "chosen",
            p { class: "chosen-words",
                if let Some((level, wording)) = chosen {
                    {pictures::face(level)}
                    span {
                        {texts.chosen}
                        " "
                        strong { lang: wording.tag, {wording.text} }
                    }
                }
            }
            button { class: "secondary", r#type: "button", "data-action": "again",
                onclick: move |_| act.call(Act::Tap(Tap::Again)),
                {pictures::back()}
                span { {texts.again} }
            }
        }
    }
}

fn asked(model: &Model, shown: &Shown, question: &Question, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let wording = model.language.question(question);
    let answer = shown.session.answers().and_then(|answers| answers.get(&question.id));
    let (answers, is_tiles) = match &question.kind {
        QuestionKind::Tiles { .. } => (tiles(model, shown, question, answer, act), true),
        QuestionKind::Scale { labels } => {
            let level = match answer {
                Some(Answer::Level(level)) => u8::try_from(*level).ok(),
                _ => None,
            };
            (parts::faces(model, question, labels, level, act), false)
        }
    };
    rsx! {
        div { class: "asking",
            h1 { id: "ask", class: "ask", tabindex: "-1", "data-heading": true, lang: wording.tag, {wording.text} }
            if is_tiles {
                p { class: "hint", {texts.optional} }
            }
        }
        {answers}
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
