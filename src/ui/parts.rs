//! What several screens have: the strip on top, place and tools, a row of faces.

use super::{
    lang::Texts,
    model::{Act, Model, Shown},
    operator::OperatorAct,
    pictures,
};
use crate::{
    domain::survey::{Question, Text},
    session::{Tap, operator::OperatorTap},
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
                // Five taps ask for the operator's PIN; to everybody else it is a name.
                p { class: "node", "data-operator": true,
                    onclick: move |_| act.call(Act::Operator(OperatorAct::Tap(OperatorTap::Name))),
                    {shown.ready.node.name.as_str()}
                }
                p { class: "counter",
                    {shown.ready.counter.name.as_str()}
                    {dot(model)}
                }
            }
            div { class: "tools",
                if model.can_speak() {
                    button { class: "tool", r#type: "button", "data-action": "listen",
                        onclick: move |_| act.call(Act::Tap(Tap::Listen)),
                        {pictures::speaker()}
                        span { {texts.listen} }
                    }
                }
                button { class: "tool", r#type: "button", "data-action": "large",
                    onclick: move |_| act.call(Act::Tap(Tap::TextSize)),
                    {pictures::letters()}
                    span { {size} }
                }
                button { class: "tool", r#type: "button", "data-action": "language", lang: model.language.other().tag(),
                    onclick: move |_| act.call(Act::Tap(Tap::Language)),
                    span { {texts.language} }
                }
            }
        }
    }
}

/// A grey mark for the person who looks after the tablet, told apart by its shape: a filled dot where all is well, a ring
/// where ballots wait, a bar where the district was not heard of for a day. It says nothing to anyone else, least of
/// all a number.
fn dot(model: &Model) -> Element {
    let status = match &model.status {
        status if status.silent => "offline",
        status if status.waiting > 0 => "waiting",
        _ => "clear",
    };
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
