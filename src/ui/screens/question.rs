//! Idle: the question and the five faces.

use crate::ui::{
    model::{Act, Model, Shown},
    parts, pictures,
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let Some((question, labels)) = shown.session.form().headline() else {
        return rsx! {};
    };
    let wording = model.language.question(question);
    rsx! {
        {parts::strip(model, shown)}
        {parts::top(model, shown, act)}
        div { class: "asking",
            h1 { id: "ask", class: "ask", tabindex: "-1", "data-heading": true, lang: wording.tag, {wording.text} }
            p { class: "hint",
                {pictures::hand()}
                {texts.touch_a_face}
            }
        }
        {parts::faces(model, question, labels, shown.session.level(), act)}
        footer { class: "notes",
            p { {texts.voluntary} }
            p {
                {texts.asking_unit}
                span { lang: "vi", {shown.ready.node.name.as_str()} }
                {texts.asking_unit_end}
            }
        }
    }
}
