//! Outside the opening hours: dim, and one touch away from the question. The screen stays on, so that the next
//! morning needs no hand.

use crate::ui::{
    lang::Texts,
    model::{Act, Shown},
    pictures,
};
use dioxus::prelude::*;

pub(super) fn screen(texts: &'static Texts, shown: &Shown, act: Callback<Act>) -> Element {
    rsx! {
        // Any touch wakes; the button is for those who use no finger. A click, not a press: a press would wake the
        // screen before the finger lifts, and the finger would lift on a face.
        div { class: "middle rest", onclick: move |_| act.call(Act::Wake),
            {pictures::moon()}
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.rest_title} }
            div { class: "place", lang: "vi",
                p { class: "node", {shown.ready.node.name.as_str()} }
                p { class: "counter", {shown.ready.counter.name.as_str()} }
            }
            p { class: "body", {texts.rest_body} }
            button { class: "secondary", r#type: "button", "data-action": "wake", {texts.rest_wake} }
        }
    }
}
