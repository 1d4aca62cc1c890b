//! The PIN, or the district's one-time code, on a pad of our own: big keys, and no keyboard that changes letters.

use super::tap;
use crate::{
    domain::policy,
    session::operator::{Entry, OperatorTap},
    ui::{
        lang::operator::{OperatorTexts, fill},
        model::{Act, Model},
        pictures,
        screens::enrol::groups,
    },
};
use dioxus::prelude::*;

/// In the order of a telephone.
const DIGITS: &str = "1234567890";
/// Crockford's 32.
const LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

pub(super) fn screen(model: &Model, entry: &Entry, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    let (title, body, other) = if entry.by_code {
        (texts.code_title, texts.code_body, texts.use_pin)
    } else {
        (texts.pin_title, texts.pin_body, texts.use_code)
    };
    rsx! {
        div { class: if entry.by_code { "operator-pad operator-pad-code" } else { "operator-pad" },
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {title} }
            p { class: "operator-lead", {body} }
            {typed(texts, entry)}
            p { class: "operator-help", role: "status", "data-refused": entry.refused.map(|_| "true"),
                if entry.is_busy() {
                    {texts.looking}
                } else if let Some(refused) = entry.refused {
                    {texts.refused(refused)}
                }
            }
            {keys(texts, entry, act)}
            div { class: "operator-choices",
                button { class: "secondary", r#type: "button", "data-action": "operator-leave",
                    onclick: move |_| tap(act, OperatorTap::Leave),
                    {texts.leave}
                }
                button { class: "secondary", r#type: "button", "data-action": "operator-other",
                    onclick: move |_| tap(act, OperatorTap::OtherWay),
                    {other}
                }
                if entry.by_code {
                    button { class: "primary", r#type: "button", "data-action": "operator-open", disabled: entry.typed.is_empty() || entry.is_busy(),
                        onclick: move |_| tap(act, OperatorTap::Enter),
                        {texts.open}
                    }
                }
            }
        }
    }
}

/// A PIN shows as dots, a code as it is: it opens once.
fn typed(texts: &'static OperatorTexts, entry: &Entry) -> Element {
    if entry.by_code {
        return rsx! {
            p { class: "operator-code", "data-typed": "{entry.typed.len()}", {groups(&entry.typed).join("-")} }
        };
    }
    let count = entry.typed.len();
    rsx! {
        p { class: "operator-dots", role: "img", "aria-label": fill(texts.pin_typed, count), "data-typed": "{count}",
            for n in 0..policy::PIN_DIGITS {
                span { key: "{n}", class: if n < count { "pin-dot pin-full" } else { "pin-dot" } }
            }
        }
    }
}

fn keys(texts: &'static OperatorTexts, entry: &Entry, act: Callback<Act>) -> Element {
    let keys = if entry.by_code { LETTERS } else { DIGITS };
    let keys = keys.chars().map(|key| {
        rsx! {
            button { key: "{key}", class: "key", r#type: "button", "data-key": "{key}",
                onclick: move |_| tap(act, OperatorTap::Key(key)),
                "{key}"
            }
        }
    });
    rsx! {
        div { class: if entry.by_code { "keypad" } else { "pin-keys" },
            {keys}
            button { class: "key key-erase", r#type: "button", "data-key": "erase", "aria-label": texts.erase_key,
                onclick: move |_| tap(act, OperatorTap::Backspace),
                {pictures::erase()}
            }
        }
    }
}
