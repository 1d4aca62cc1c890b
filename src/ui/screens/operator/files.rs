//! Ballots out into a sealed file, receipts in.

use super::outcome;
use crate::{
    domain::policy,
    platform::page,
    ui::{
        lang::operator::{OperatorTexts, fill, moment},
        model::{Act, Model},
        operator::{OperatorAct, Result},
    },
};
use dioxus::prelude::*;

/// The input's id.
const INPUT: &str = "receipts";

pub(super) fn screen(model: &Model, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    let (kind, text) = said(texts, model.operator.result.as_ref());
    rsx! {
        p { class: "operator-lead", {texts.files_body} }
        div { class: "operator-actions",
            button { class: "primary", r#type: "button", "data-action": "operator-save",
                onclick: move |_| act.call(Act::Operator(OperatorAct::Save)),
                {texts.save}
            }
            label { class: "primary file", r#for: INPUT,
                {texts.take}
                input { id: INPUT, r#type: "file", accept: ".hlr,text/plain",
                    onchange: move |_| {
                        spawn(async move {
                            let text = page::read_file(INPUT, policy::MAX_FILE_BYTES).await;
                            act.call(Act::Operator(OperatorAct::Take(text)));
                        });
                    },
                }
            }
        }
        {outcome(kind, &text)}
    }
}

fn said(texts: &'static OperatorTexts, result: Option<&Result>) -> (Option<&'static str>, String) {
    let (kind, text) = match result {
        Some(Result::Saved { ballots, left: 0 }) => ("saved", fill(texts.saved, ballots)),
        Some(Result::Saved { ballots, left }) => {
            let more = fill(texts.saved_left, left);
            ("saved", format!("{} {more}", fill(texts.saved, ballots)))
        }
        Some(Result::NothingToSave(None)) => ("nothing", texts.nothing_to_save.to_owned()),
        Some(Result::NothingToSave(Some(at))) => ("held", fill(texts.nothing_to_save_until, moment(*at))),
        Some(Result::NoFileKey) => ("no-key", texts.no_file_key.to_owned()),
        Some(Result::Taken(taken)) => ("taken", texts.taken_of(*taken)),
        Some(Result::Unreadable) => ("unreadable", texts.unreadable.to_owned()),
        _ => return (None, String::new()),
    };
    (Some(kind), text)
}
