//! After enrolment: start counting now, or practise first.

use crate::ui::{
    lang::Texts,
    model::{Act, Shown},
    parts,
};
use dioxus::prelude::*;

pub(super) fn screen(texts: &'static Texts, shown: &Shown, act: Callback<Act>) -> Element {
    rsx! {
        {parts::strip(shown, texts)}
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
        }
    }
}
