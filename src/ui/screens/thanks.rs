//! "Trân trọng cảm ơn Ông/Bà!": shown only when the ballot is on the disk. Looks the same whatever was chosen.

use crate::ui::{lang::Texts, model::Shown, parts, pictures};
use dioxus::prelude::*;

pub(super) fn screen(texts: &'static Texts, shown: &Shown) -> Element {
    rsx! {
        {parts::strip(shown, texts)}
        div { class: "middle", role: "status",
            {pictures::lotus()}
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.thanks_title} }
            p { class: "body", {texts.thanks_body} }
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
