//! The reasons, and whatever else a survey asks after the face, one question a page. Looks the same whichever face was
//! chosen.

use super::answers;
use crate::{
    domain::survey::Question,
    session::Tap,
    ui::{
        lang::Texts,
        model::{Act, Model, Shown},
        parts, pictures,
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, shown: &Shown, index: usize, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let (page, pages) = shown.session.progress().unwrap_or((index + 1, index + 1));
    rsx! {
        {parts::strip(shown, texts)}
        {parts::top(model, shown, act)}
        // The choice is named where it can be changed, and carried over no further page.
        if index == 0 {
            {chosen(model, shown, act)}
        }
        if pages > 1 {
            {progress(texts, shown, page, pages)}
        }
        if let Some(question) = shown.session.asked() {
            {asked(model, shown, question, act)}
        }
        if pages > 1 {
            div { class: "ways",
                if page > 1 {
                    {way(("back", texts.back), Tap::Back, act)}
                }
                if page < pages {
                    {way(("finish", texts.finish), Tap::Send, act)}
                }
                {onward(texts, shown, page == pages, act)}
            }
        } else {
            {onward(texts, shown, true, act)}
        }
    }
}

/// "Câu 3 trên 22".
fn progress(texts: &'static Texts, shown: &Shown, page: usize, pages: usize) -> Element {
    let [question, of] = texts.progress;
    rsx! {
        p { class: "progress", "data-progress": "{page}/{pages}",
            "{question} {page} {of} {pages}"
            if shown.session.form().survey().reference {
                span { class: "reference", {texts.reference} }
            }
        }
    }
}

/// "Tiếp", or "Gửi" on the last page.
fn onward(texts: &'static Texts, shown: &Shown, is_last: bool, act: Callback<Act>) -> Element {
    let (action, label, tap) = if is_last {
        ("send", texts.send, Tap::Send)
    } else {
        ("next", texts.next, Tap::Next)
    };
    rsx! {
        button {
            class: "primary send",
            r#type: "button",
            "data-action": action,
            "aria-busy": shown.session.is_casting().then_some("true"),
            onclick: move |_| act.call(Act::Tap(tap.clone())),
            {label}
        }
    }
}

/// "Quay lại", "Gửi luôn".
fn way((action, label): (&'static str, &'static str), tap: Tap, act: Callback<Act>) -> Element {
    rsx! {
        button { class: "secondary", r#type: "button", "data-action": action,
            onclick: move |_| act.call(Act::Tap(tap.clone())),
            {label}
        }
    }
}

/// "Ông/Bà đã chọn: …", "Chọn lại".
fn chosen(model: &Model, shown: &Shown, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let level = shown.session.level().map(usize::from);
    let chosen = shown
        .session
        .form()
        .headline()
        .zip(level)
        .and_then(|((question, labels), level)| {
            let label = labels.get(level.checked_sub(1)?)?;
            Some((level, model.language.label(question, level, label)))
        });
    rsx! {
        div { class: "chosen",
            p { class: "chosen-words",
                if let Some((level, wording)) = chosen {
                    {pictures::face(level)}
                    span {
                        {texts.chosen}
                        " "
                        strong { lang: wording.tag, {wording.text} }
                    }
                }
            }
            button { class: "secondary", r#type: "button", "data-action": "again",
                onclick: move |_| act.call(Act::Tap(Tap::Again)),
                {pictures::back()}
                span { {texts.again} }
            }
        }
    }
}

fn asked(model: &Model, shown: &Shown, question: &Question, act: Callback<Act>) -> Element {
    let wording = model.language.question(question);
    rsx! {
        div { class: "asking", "data-question": question.id.as_str(),
            h1 { id: "ask", class: "ask", tabindex: "-1", "data-heading": true, lang: wording.tag, {wording.text} }
            if let Some(hint) = answers::hint(model, question) {
                p { class: "hint", {hint} }
            }
        }
        {answers::answers(model, shown, question, act)}
    }
}
