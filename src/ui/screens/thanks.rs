//! "Trân trọng cảm ơn Ông/Bà!": shown only when the ballot is on the disk. Looks the same whatever was chosen.

use crate::ui::{
    model::{Act, Model, Shown},
    parts, pictures,
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    rsx! {
        {parts::strip(shown, texts)}
        div { class: "middle", role: "status",
            {pictures::lotus()}
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.thanks_title} }
            p { class: "body", {texts.thanks_body} }
            {parts::listen(model, act)}
        }
        footer { class: "notes contact",
            p { class: "node", lang: "vi", {shown.ready.node.name.as_str()} }
            if let Some(contact) = &shown.ready.node.contact {
                p {
                    {texts.thanks_contact}
                    " "
                    span { lang: "vi", {contact.as_str()} }
                }
            }
        }
    }
}
