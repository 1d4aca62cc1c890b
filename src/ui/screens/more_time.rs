//! "Ông/Bà có cần thêm thời gian không?" Any touch beside the button says yes too.

use crate::{
    session::Tap,
    ui::{
        model::{Act, Model},
        parts,
    },
};
use dioxus::prelude::*;

pub(super) fn dialog(model: &Model, has_face: bool, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let then = if has_face { texts.more_sent } else { texts.more_home };
    rsx! {
        div { class: "veil", onclick: move |_| act.call(Act::Tap(Tap::MoreTime)),
            div { class: "dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": "more", "aria-describedby": "then",
                h1 { id: "more", class: "ask", {texts.more_title} }
                p { id: "then", class: "body", {then} }
                button {
                    class: "primary",
                    r#type: "button",
                    "data-action": "more",
                    onclick: move |event| {
                        event.stop_propagation();
                        act.call(Act::Tap(Tap::MoreTime));
                    },
                    {texts.more}
                }
                {parts::listen(model, act)}
            }
        }
    }
}
