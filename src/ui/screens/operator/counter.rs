//! Ask for another counter of the unit.

use crate::{
    engine::message::operator::Report,
    ui::{lang::operator::OperatorTexts, model::Act, operator::OperatorAct},
};
use dioxus::prelude::*;

pub(super) fn screen(texts: &'static OperatorTexts, report: &Report, act: Callback<Act>) -> Element {
    let counters = report.counters.iter().map(|counter| {
        let (id, here, asked) = (
            counter.id,
            counter.id == report.counter,
            report.counter_wanted == Some(counter.id),
        );
        let note = match (here, asked) {
            (_, true) => Some(texts.counter_asked),
            (true, false) => Some(texts.counter_here),
            (false, false) => None,
        };
        rsx! {
            button { key: "{id}", class: "secondary operator-place", r#type: "button", "data-counter": "{id}", disabled: here || asked,
                onclick: move |_| act.call(Act::Operator(OperatorAct::Counter(id))),
                span { lang: "vi", {counter.name.as_str()} }
                if let Some(note) = note {
                    span { class: "operator-note", {note} }
                }
            }
        }
    });
    rsx! {
        p { class: "operator-lead", {texts.counter_body} }
        div { class: "operator-actions operator-places", {counters} }
        if report.counters.len() < 2 {
            p { class: "operator-lead", {texts.counter_only} }
        }
    }
}
