//! The language button: the other one of two, or the list of all, each by its own name. No flags: a language is no country.

use super::{
    model::{Act, Model},
    pictures,
};
use crate::session::Tap;
use dioxus::prelude::*;

/// The button among the tools.
pub(super) fn button(model: &Model, act: Callback<Act>) -> Element {
    let several = model.languages().len() > 2;
    let other = model.language.other();
    let (tag, label) = match several {
        true => (model.language.tag(), model.language.texts().languages),
        false => (other.tag(), other.name()),
    };
    rsx! {
        button { class: "tool", r#type: "button", "data-action": "language", lang: tag,
            "aria-haspopup": several.then_some("dialog"),
            onclick: move |_| act.call(Act::Tap(Tap::Language)),
            if several {
                {pictures::tongues()}
            }
            span { {label} }
        }
    }
}

/// The list. A touch beside it leaves the language as it is.
pub(super) fn dialog(model: &Model, act: Callback<Act>) -> Element {
    let current = model.language;
    let languages = model.languages().into_iter().map(|language| {
        rsx! {
            button {
                key: "{language.tag()}",
                class: "secondary",
                r#type: "button",
                lang: language.tag(),
                "data-language": language.tag(),
                "aria-pressed": if language == current { "true" } else { "false" },
                onclick: move |event: Event<MouseData>| {
                    event.stop_propagation();
                    act.call(Act::Language(language));
                },
                {language.name()}
            }
        }
    });
    rsx! {
        div { class: "veil", onclick: move |_| act.call(Act::Language(current)),
            div { class: "dialog languages", role: "dialog", "aria-modal": "true", "aria-labelledby": "languages",
                h1 { id: "languages", class: "ask", {current.texts().languages} }
                div { class: "choices", {languages} }
            }
        }
    }
}
