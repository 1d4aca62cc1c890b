//! "Ông/Bà có muốn viết thêm ý kiến không?": after the ballot was cast and apart from it. What is typed is in this
//! component only, goes to the engine with "Gửi ý kiến", and is gone with the screen.

use crate::{
    domain::policy::COMMENT_MAX_CHARS,
    session::Tap,
    ui::{
        lang::Language,
        model::{Act, Model, Shown},
        parts, pictures,
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let language = model.language;
    let own = shown.session.form().comment_question();
    let asked = own.map(|question| language.question(question));
    rsx! {
        {parts::strip(shown, texts)}
        {parts::top(model, shown, act)}
        div { class: "asking",
            h1 { id: "ask", class: "ask", tabindex: "-1", "data-heading": true, lang: asked.map(|asked| asked.tag),
                {asked.map_or(texts.comment_title, |asked| asked.text)}
            }
            p { id: "comment-hint", class: "hint", {texts.comment_hint} }
        }
        Writing { language, act }
    }
}

/// The text area, the consent (unticked) and the two buttons.
#[component]
fn Writing(language: Language, act: Callback<Act>) -> Element {
    let texts = language.texts();
    let mut written = use_signal(String::new);
    let mut agreed = use_signal(|| false);
    let ready = *agreed.read() && !written.read().trim().is_empty();
    rsx! {
        textarea {
            id: "comment",
            class: "writing",
            maxlength: "{COMMENT_MAX_CHARS}",
            rows: "4",
            "aria-label": texts.comment_label,
            "aria-describedby": "comment-hint",
            // Nothing of it is to be learnt, corrected elsewhere, or offered to the next citizen.
            autocomplete: "off",
            autocapitalize: "sentences",
            "autocorrect": "off",
            spellcheck: "false",
            placeholder: texts.comment_label,
            oninput: move |event| {
                written.set(event.value());
                act.call(Act::Touch);
            },
        }
        button {
            class: "consent",
            r#type: "button",
            role: "checkbox",
            "data-action": "consent",
            "aria-checked": if *agreed.read() { "true" } else { "false" },
            onclick: move |_| {
                let now = !*agreed.peek();
                agreed.set(now);
            },
            span { class: "box", "aria-hidden": "true",
                if *agreed.read() {
                    {pictures::tick()}
                }
            }
            span { {texts.comment_consent} }
        }
        div { class: "comment-ways",
            button { class: "secondary", r#type: "button", "data-action": "skip",
                onclick: move |_| act.call(Act::Tap(Tap::Skip)),
                {texts.comment_skip}
            }
            button { class: "primary", r#type: "button", "data-action": "comment", disabled: !ready,
                onclick: move |_| {
                    let text = std::mem::take(&mut *written.write());
                    act.call(Act::Comment(text));
                },
                {texts.comment_send}
            }
        }
    }
}
