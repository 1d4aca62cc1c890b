//! Tests of sound, screen and storage.

use super::outcome;
use crate::{
    session::operator::{OperatorTap, Page, SCREEN_TESTS},
    ui::{
        lang::operator::fill,
        model::{Act, Model},
        operator::{GRID, OperatorAct, Result},
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    let whole = model.language.texts().self_test;
    let (kind, text) = match &model.operator.result {
        Some(Result::Sound) => (Some("sound"), texts.sound_played),
        Some(Result::Storage(true)) => (Some("storage-good"), texts.storage_good),
        Some(Result::Storage(false)) => (Some("storage-bad"), texts.storage_bad),
        _ => (None, ""),
    };
    let tests = [
        ("operator-sound", texts.test_sound, OperatorAct::Sound),
        (
            "operator-screen",
            texts.test_screen,
            OperatorAct::Tap(OperatorTap::Go(Page::ScreenTest(0))),
        ),
        ("operator-storage", texts.test_storage, OperatorAct::Storage),
        ("operator-self-test", whole, OperatorAct::SelfTest),
    ];
    rsx! {
        p { class: "operator-lead", {texts.tests_body} }
        div { class: "operator-actions",
            for (name , label , what) in tests {
                button { key: "{name}", class: "secondary", r#type: "button", "data-action": name,
                    onclick: move |_| act.call(Act::Operator(what.clone())),
                    {label}
                }
            }
        }
        {outcome(kind, text)}
    }
}

/// A colour over the whole screen (a dead pixel shows), then a grid to touch (a dead spot shows).
pub(super) fn full_screen(model: &Model, number: u8, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    if number + 1 < SCREEN_TESTS {
        return rsx! {
            button { class: "operator-colour operator-colour-{number}", r#type: "button", "data-action": "operator-colour",
                onclick: move |_| act.call(Act::Operator(OperatorAct::NextColour)),
                span { {texts.screen_next} }
            }
        };
    }
    let touched = &model.operator.fields;
    let left = usize::from(GRID).saturating_sub(touched.len());
    let fields = (0..GRID).map(|field| {
        let pressed = touched.contains(&field);
        rsx! {
            button { key: "{field}", class: "operator-field", r#type: "button", "data-field": "{field}",
                "aria-label": "{field + 1}",
                "aria-pressed": if pressed { "true" } else { "false" },
                onclick: move |_| act.call(Act::Operator(OperatorAct::Field(field))),
            }
        }
    });
    rsx! {
        p { class: "operator-lead", role: "status", {fill(texts.grid_body, left)} }
        div { class: "operator-grid", {fields} }
        button { class: "secondary", r#type: "button", "data-action": "operator-back",
            onclick: move |_| super::tap(act, OperatorTap::Go(Page::Tests)),
            {texts.back}
        }
    }
}
