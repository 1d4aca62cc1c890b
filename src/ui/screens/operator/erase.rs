//! Erase the tablet: freely only when every ballot has a receipt, else by the district's code.

use crate::{
    engine::message::operator::{Erasable, EraseState},
    ui::{
        lang::operator::{OperatorTexts, fill},
        model::Act,
        operator::OperatorAct,
    },
};
use dioxus::prelude::*;

/// Texts compared by which they are: there are two.
#[derive(Clone, Copy)]
pub(super) struct ByAddress(pub(super) &'static OperatorTexts);

impl PartialEq for ByAddress {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

#[component]
pub(super) fn Erase(texts: ByAddress, erasable: Erasable, state: Option<EraseState>, act: Callback<Act>) -> Element {
    let texts = texts.0;
    let mut typed = use_signal(String::new);
    let telling = state == Some(EraseState::Telling);
    let free = erasable.is_free();
    rsx! {
        p { class: "operator-lead", {texts.erase_body} }
        div { class: "card operator-stake", "data-erasable": if free { "true" } else { "false" },
            if free {
                p { {texts.erase_free} }
            } else {
                if erasable.waiting > 0 {
                    p { {fill(texts.erase_stake, erasable.waiting)} }
                }
                if erasable.damaged > 0 {
                    p { {texts.erase_damaged} }
                }
                p { {texts.erase_code} }
            }
        }
        if !free && !telling {
            input {
                id: "erase-code",
                class: "code-field",
                r#type: "text",
                inputmode: "text",
                autocomplete: "off",
                autocapitalize: "characters",
                autocorrect: "off",
                spellcheck: "false",
                placeholder: texts.erase_field,
                "aria-label": texts.erase_field,
                oninput: move |event| typed.set(event.value()),
            }
        }
        p { class: "operator-result", role: "status", "data-result": match state { Some(EraseState::Telling) => Some("telling"), Some(EraseState::WrongCode) => Some("wrong"), Some(EraseState::NotReached) => Some("not-reached"), _ => None },
            if telling {
                {texts.erase_telling}
            } else if state == Some(EraseState::WrongCode) {
                {texts.erase_wrong}
            } else if state == Some(EraseState::NotReached) {
                {texts.erase_not_reached}
            }
        }
        div { class: "operator-actions",
            button { class: "primary", r#type: "button", "data-action": "operator-erase-yes",
                disabled: telling || (!free && typed.read().trim().is_empty()),
                onclick: move |_| {
                    let code = (!free).then(|| typed.peek().clone());
                    act.call(Act::Operator(OperatorAct::Erase(code)));
                },
                {texts.erase_yes}
            }
        }
    }
}
