//! What several screens have: the strip on top, place and tools, a row of faces.

use super::{
    languages,
    model::{Act, Model, Shown, Sight},
    operator::OperatorAct,
    pictures,
};
use crate::{
    domain::survey::{Question, Text},
    session::{Tap, operator::OperatorTap},
};
use dioxus::prelude::*;

/// "DÙNG THỬ" or "SỐ LIỆU MINH HỌA", and "Không phải chế độ quầy", as far as they are so.
pub(super) fn strip(model: &Model, shown: &Shown) -> Element {
    let texts = model.language.texts();
    let first = match (shown.ready.practice, shown.ready.demo) {
        (true, _) => Some(texts.practice),
        (false, true) => Some(texts.demo),
        (false, false) => None,
    };
    let second = (!model.kiosk).then_some(texts.not_kiosk);
    let said: Vec<&str> = [first, second].into_iter().flatten().collect();
    if said.is_empty() {
        return rsx! {};
    }
    rsx! {
        p { class: "strip", "data-kiosk": if model.kiosk { "true" } else { "false" },
            {said.join(" · ")}
        }
    }
}

/// Where the tablet stands, and "Nghe", "Chữ to", "English".
pub(super) fn top(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let (size, sign) = match model.sight.next() {
        Sight::Normal => (texts.text_normal, pictures::letters()),
        Sight::Large => (texts.text_large, pictures::letters()),
        Sight::Contrast => (texts.text_contrast, pictures::contrast()),
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
                    {dot(model)}
                    {shown.ready.counter.name.as_str()}
                }
            }
            div { class: "tools",
                {listen(model, act)}
                button { class: "tool", r#type: "button", "data-action": "large",
                    onclick: move |_| act.call(Act::Tap(Tap::TextSize)),
                    {sign}
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
