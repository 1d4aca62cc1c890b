//! A plain tab on an iPad: the Home Screen app has other storage, so nothing is used up here.

use super::enrol::groups;
use crate::ui::{lang::Texts, pictures};
use dioxus::prelude::*;

pub(super) fn screen(texts: &'static Texts, code: Option<&str>) -> Element {
    let pictures = [
        pictures::share(),
        pictures::add_to_home(),
        pictures::home_screen(),
        pictures::guided(),
    ];
    rsx! {
        div { class: "middle",
            h1 { class: "ask", tabindex: "-1", "data-heading": true, {texts.add_title} }
            {steps(texts.add_steps, pictures)}
            if let Some(code) = code {
                div { class: "card code-card",
                    p { {texts.code_label} }
                    p { class: "code", "data-code": true,
                        for group in groups(code) {
                            span { key: "{group}", {group.clone()} }
                        }
                    }
                }
            }
            p { class: "body", {texts.add_steps_note} }
        }
    }
}

/// Numbered steps with their pictures.
pub(super) fn steps<const N: usize>(texts: [&'static str; N], pictures: [Element; N]) -> Element {
    let steps = (1..).zip(texts).zip(pictures).map(|((number, text), picture)| {
        rsx! {
            li { key: "{number}", class: "step",
                {picture}
                span { class: "step-text",
                    span { class: "step-number", "{number}." }
                    " {text}"
                }
            }
        }
    });
    rsx! {
        ol { class: "steps", {steps} }
    }
}
