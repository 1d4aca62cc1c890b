//! What several screens have: the strip on top, place and tools, a row of faces.

use super::{
    lang::Texts,
    languages,
    model::{Act, Model, Shown},
    pictures,
};
use crate::{
    domain::survey::{Question, Text},
    session::Tap,
};
use dioxus::prelude::*;

/// "DÙNG THỬ" or "SỐ LIỆU MINH HỌA", if either is so.
pub(super) fn strip(shown: &Shown, texts: &'static Texts) -> Element {
    let text = match (shown.ready.practice, shown.ready.demo) {
        (true, _) => texts.practice,
        (false, true) => texts.demo,
        (false, false) => return rsx! {},
    };
    rsx! {
        p { class: "strip", {text} }
    }
}

/// Where the tablet stands, and "Nghe", "Chữ to", "English".
pub(super) fn top(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let size = if model.large {
        texts.text_normal
    } else {
        texts.text_large
    };
    rsx! {
        header { class: "top",
            div { class: "place", lang: "vi",
                p { class: "node", {shown.ready.node.name.as_str()} }
                p { class: "counter",
                    {shown.ready.counter.name.as_str()}
                    {dot(model)}
                }
            }
            div { class: "tools",
                {listen(model, act)}
                button { class: "tool", r#type: "button", "data-action": "large",
                    onclick: move |_| act.call(Act::Tap(Tap::TextSize)),
                    {pictures::letters()}
                    span { {size} }
                }
                {languages::button(model, act)}
            }
        }
    }
}

/// "Nghe", if the screen can be heard. A touch of it is no touch of the screen: "Cảm ơn" stays.
pub(super) fn listen(model: &Model, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    rsx! {
        if model.can_speak() {
            button { class: "tool", r#type: "button", "data-action": "listen",
                onpointerdown: move |event| event.stop_propagation(),
                onclick: move |event| {
                    event.stop_propagation();
                    act.call(Act::Tap(Tap::Listen));
                },
                {pictures::speaker()}
                span { {texts.listen} }
            }
        }
    }
}

/// A dot for the person who looks after the tablet: a ring when the last try did not reach the district, else filled.
/// It says nothing to anyone else, least of all a number.
fn dot(model: &Model) -> Element {
    let status = if model.status.offline { "offline" } else { "clear" };
    rsx! {
        span { class: "status status-{status}", "aria-hidden": "true", "data-status": status }
    }
}

/// Five faces with their words.
pub(super) fn faces(
    model: &Model,
    question: &Question,
    labels: &[Text; 5],
    chosen: Option<u8>,
    act: Callback<Act>,
) -> Element {
    let language = model.language;
    let faces = (1u8..).zip(labels).map(|(level, label)| {
        let wording = language.label(question, level.into(), label);
        let tap = Tap::Face {
            question: question.id.clone(),
            level,
        };
        let pressed = chosen == Some(level);
        rsx! {
            button {
                key: "{level}",
                class: "face",
                r#type: "button",
                "data-face": "{level}",
                "aria-pressed": if pressed { "true" } else { "false" },
                onclick: move |_| act.call(Act::Tap(tap.clone())),
                {pictures::face(level.into())}
                span { class: "label", lang: wording.tag, {wording.text} }
            }
        }
    });
    rsx! {
        div { class: "faces", role: "group", "aria-labelledby": "ask", {faces} }
    }
}
