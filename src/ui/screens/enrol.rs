//! Enter a code. With a keypad of our own: a Vietnamese keyboard would turn AA into Â, and the code's alphabet has
//! no I, L, O and U.

use crate::{
    engine::message::EnrolFailure,
    ui::{lang::Texts, model::Act, pictures},
};
use dioxus::prelude::*;

/// Crockford's 32.
const KEYS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The longest code.
const LONGEST: usize = 16;

/// Texts compared by which they are: there are two.
#[derive(Clone, Copy)]
pub(super) struct ByAddress(pub(super) &'static Texts);

impl PartialEq for ByAddress {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// What was typed, cleaned: letters and digits only, capital, not longer than a code.
fn clean(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(LONGEST);
    letters.map(|c| c.to_ascii_uppercase()).collect()
}

/// A code in groups of four.
pub(super) fn groups(code: &str) -> Vec<String> {
    let clean: Vec<char> = clean(code).chars().collect();
    clean.chunks(4).map(|group| group.iter().collect()).collect()
}

#[component]
pub(super) fn Enrol(
    code: Option<String>,
    busy: bool,
    failure: Option<EnrolFailure>,
    texts: ByAddress,
    act: Callback<Act>,
) -> Element {
    let texts = texts.0;
    let mut typed = use_signal(|| clean(code.as_deref().unwrap_or_default()));
    let shown = groups(&typed.read()).join("-");
    let ready = matches!(typed.read().len(), 8 | LONGEST);
    let keys = KEYS.chars().map(|key| {
        rsx! {
            button { key: "{key}", class: "key", r#type: "button", "data-key": "{key}", tabindex: "-1",
                onclick: move |_| {
                    let longer = format!("{}{key}", typed.peek());
                    typed.set(clean(&longer));
                },
                "{key}"
            }
        }
    });
    rsx! {
        form {
            class: "enrol",
            onsubmit: move |event| {
                event.prevent_default();
                act.call(Act::Enrol(typed.peek().clone()));
            },
            h1 { class: "ask", tabindex: "-1", {texts.enrol_title} }
            label { r#for: "code", class: "body", {texts.enrol_body} }
            input {
                id: "code",
                class: "code-field",
                r#type: "text",
                inputmode: "none",
                autocomplete: "off",
                autocapitalize: "characters",
                autocorrect: "off",
                spellcheck: "false",
                "aria-describedby": "code-help",
                value: shown,
                oninput: move |event| typed.set(clean(&event.value())),
            }
            p { id: "code-help", class: if failure.is_some() { "help failed" } else { "help" }, role: "status", "data-failure": failure.map(failure_name),
                if busy {
                    {texts.enrol_busy}
                } else if let Some(failure) = failure {
                    {texts.enrol_failure(failure)}
                } else {
                    {texts.code_short}
                }
            }
            div { class: "keypad",
                {keys}
                button { class: "key key-erase", r#type: "button", "data-action": "erase", "aria-label": "⌫", tabindex: "-1",
                    onclick: move |_| {
                        typed.with_mut(|typed| typed.pop());
                    },
                    {pictures::erase()}
                }
            }
            button { class: "primary", r#type: "submit", "data-action": "enrol", disabled: busy || !ready,
                {texts.enrol}
            }
        }
    }
}

fn failure_name(failure: EnrolFailure) -> &'static str {
    match failure {
        EnrolFailure::Wrong => "wrong",
        EnrolFailure::Used => "used",
        EnrolFailure::Expired => "expired",
        EnrolFailure::TooMany => "too-many",
        EnrolFailure::NotReached => "not-reached",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_in_groups_of_four() {
        assert_eq!(groups("abcd-efgh 2345jkmn"), ["ABCD", "EFGH", "2345", "JKMN"]);
        assert_eq!(groups("abcde"), ["ABCD", "E"]);
        assert_eq!(clean("mã 12!").as_str(), "M12");
    }
}
