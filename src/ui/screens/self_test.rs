//! What works on this tablet and what does not, and what to do about it. For the person who sets it up
//! (`/tablet/#self-test`); the district hears of it in the next header.

use crate::ui::{
    model::{Act, Model},
    pictures,
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, act: Callback<Act>) -> Element {
    let texts = model.language.texts();
    let checks = texts.self_test_checks.iter().map(|check| {
        let fine = model
            .self_test
            .as_ref()
            .and_then(|test| test.is_fine(check.name, model.view_below()));
        let state = match fine {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        };
        rsx! {
            li { key: "{check.name}", class: "check", "data-check": check.name, "data-fine": state,
                match fine {
                    Some(true) => pictures::tick(),
                    Some(false) => pictures::cross(),
                    None => pictures::dash(),
                }
                div {
                    p { class: "check-what", {check.what} }
                    if fine == Some(false) {
                        p { class: "check-advice", {check.advice} }
                    }
                }
            }
        }
    });
    rsx! {
        h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.self_test} }
        ul { class: "checks", {checks} }
        p { class: "body", {texts.self_test_note} }
        button { class: "primary", r#type: "button", "data-action": "done",
            onclick: move |_| act.call(Act::Done),
            {texts.self_test_done}
        }
    }
}
