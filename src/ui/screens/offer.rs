//! After enrolment: start counting now, or practise first.

use super::add_to_home::steps;
use crate::ui::{
    model::{Act, Model, Shown},
    parts, pictures,
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    rsx! {
        {parts::strip(model, shown)}
        div { class: "middle",
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.offer_title} }
            div { class: "place card", lang: "vi",
                p { class: "node", {shown.ready.node.name.as_str()} }
                p { class: "counter", {shown.ready.counter.name.as_str()} }
                p { {shown.ready.counter.moment.vietnamese()} }
            }
            p { class: "body", {texts.offer_body} }
            div { class: "choices",
                button { class: "primary", r#type: "button", "data-action": "start-counting",
                    onclick: move |_| act.call(Act::StartCounting),
                    {texts.offer_start}
                }
                button { class: "secondary", r#type: "button", "data-action": "stay",
                    onclick: move |_| act.call(Act::Stay),
                    {texts.offer_stay}
                }
            }
            if !model.kiosk {
                {
                    let pictures = [pictures::dots(), pictures::add_to_home(), pictures::home_screen()];
                    steps(texts.android_steps, pictures)
                }
            }
        }
    }
}
