//! Operator mode: one file per page.

mod check;
mod counter;
mod erase;
mod files;
mod home;
mod pad;

use crate::{
    session::operator::{OperatorTap, Page, Place},
    ui::{
        lang::operator::OperatorTexts,
        model::{Act, Model},
        operator::OperatorAct,
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    let page = match model.operator.session.place() {
        Place::Away => return rsx! {},
        Place::Asking(entry) => return pad::screen(model, entry, act),
        Place::In(page) => *page,
    };
    let Some(report) = &model.operator.report else {
        return rsx! {};
    };
    let body = match page {
        Page::Home => home::screen(model, report, act),
        Page::Files => files::screen(model, act),
        Page::Counter => counter::screen(texts, report, act),
        Page::Tests => check::screen(model, act),
        Page::ScreenTest(number) => return check::full_screen(model, number, act),
        Page::Erase => rsx! {
            erase::Erase { texts: erase::ByAddress(texts), erasable: report.erasable, state: model.operator.erase, act }
        },
    };
    let title = match page {
        Page::Files => texts.files,
        Page::Counter => texts.counter,
        Page::Tests => texts.tests,
        Page::Erase => texts.erase,
        Page::Home | Page::ScreenTest(_) => texts.title,
    };
    rsx! {
        {head(texts, title, page != Page::Home, act)}
        div { class: "operator-body", {body} }
    }
}

/// Where one is, and the way out.
fn head(texts: &'static OperatorTexts, title: &'static str, inside: bool, act: Callback<Act>) -> Element {
    rsx! {
        header { class: "top",
            h1 { class: "operator-title", tabindex: "-1", "data-heading": true, {title} }
            div { class: "tools",
                if inside {
                    button { class: "tool", r#type: "button", "data-action": "operator-back",
                        onclick: move |_| tap(act, OperatorTap::Go(Page::Home)),
                        {texts.back}
                    }
                } else {
                    button { class: "tool", r#type: "button", "data-action": "operator-language",
                        onclick: move |_| act.call(Act::Operator(OperatorAct::Language)),
                        {texts.language}
                    }
                }
                button { class: "tool", r#type: "button", "data-action": "operator-leave",
                    onclick: move |_| tap(act, OperatorTap::Leave),
                    {texts.leave}
                }
            }
        }
    }
}

/// What the last action came to, read out too.
fn outcome(kind: Option<&'static str>, text: &str) -> Element {
    rsx! {
        p { class: "operator-result", role: "status", "data-result": kind, {text} }
    }
}

fn tap(act: Callback<Act>, tap: OperatorTap) {
    act.call(Act::Operator(OperatorAct::Tap(tap)));
}
