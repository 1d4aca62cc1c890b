//! The queue in words, what to look at, and the way to the other pages.

use super::{outcome, tap};
use crate::{
    engine::message::operator::Report,
    session::operator::{OperatorTap, Page},
    ui::{
        lang::operator::{OperatorTexts, fill, moment},
        model::{Act, Model},
        operator::{OperatorAct, Result},
    },
};
use dioxus::prelude::*;

pub(super) fn screen(model: &Model, report: &Report, act: Callback<Act>) -> Element {
    let texts = model.language.operator();
    let sending = model.operator.result == Some(Result::Sending);
    let place = model
        .shown()
        .map(|shown| format!("{} · {}", shown.ready.node.name, shown.ready.counter.name));
    rsx! {
        if let Some(place) = place {
            p { class: "node", lang: "vi", {place} }
        }
        {queue(model, report)}
        {attention(texts, report)}
        if sending {
            {outcome(Some("sending"), texts.sending)}
        }
        div { class: "operator-actions",
            {action(act, "operator-send", texts.send_now, OperatorAct::SendNow)}
            {action(act, "operator-files", texts.files, OperatorAct::Tap(OperatorTap::Go(Page::Files)))}
            {action(act, "operator-counter", texts.counter, OperatorAct::Tap(OperatorTap::Go(Page::Counter)))}
            {action(act, "operator-tests", texts.tests, OperatorAct::Tap(OperatorTap::Go(Page::Tests)))}
            if report.practice {
                {action(act, "operator-start", texts.start_counting, OperatorAct::StartCounting)}
            }
            button { class: "secondary", r#type: "button", "data-action": "operator-erase",
                onclick: move |_| tap(act, OperatorTap::Go(Page::Erase)),
                {texts.erase}
            }
        }
        {versions(texts, report)}
    }
}

fn action(act: Callback<Act>, name: &'static str, label: &'static str, what: OperatorAct) -> Element {
    rsx! {
        button { class: "secondary", r#type: "button", "data-action": name,
            onclick: move |_| act.call(Act::Operator(what.clone())),
            {label}
        }
    }
}

fn queue(model: &Model, report: &Report) -> Element {
    let texts = model.language.operator();
    let status = &report.status;
    let sendable = match (status.waiting, status.sendable_at) {
        (0, None) => texts.sendable_none.to_owned(),
        (_, Some(at)) => fill(texts.sendable_from, moment(at)),
        (_, None) => texts.sendable_now.to_owned(),
    };
    // Receipts carry the hour only.
    let contact = status.last_contact.map(|at| fill(texts.around, moment(at)));
    let lines = [
        ("waiting", texts.waiting, fill(texts.ballots, status.waiting)),
        ("sendable", texts.sendable, sendable),
        ("sent", texts.sent, fill(texts.ballots, status.sent)),
        (
            "contact",
            texts.last_contact,
            contact.unwrap_or_else(|| texts.never.to_owned()),
        ),
    ];
    rsx! {
        dl { class: "operator-queue card",
            for (name , label , value) in lines {
                div { key: "{name}", dt { {label} } dd { "data-queue": name, {value} } }
            }
        }
    }
}

fn attention(texts: &'static OperatorTexts, report: &Report) -> Element {
    let mut lines: Vec<String> = report
        .attention
        .iter()
        .map(|found| texts.attention_of(*found))
        .collect();
    lines.extend(report.status.offline.then(|| texts.offline.to_owned()));
    lines.extend((!report.has_pin).then(|| texts.set_pin.to_owned()));
    let count = lines.len();
    let lines = lines.into_iter().map(|line| {
        rsx! {
            li { key: "{line}", {line.clone()} }
        }
    });
    rsx! {
        section { class: "operator-attention card",
            h2 { {texts.attention} }
            if count == 0 {
                p { "data-attention": "0", {texts.nothing} }
            } else {
                ul { "data-attention": "{count}", {lines} }
            }
        }
    }
}

fn versions(texts: &'static OperatorTexts, report: &Report) -> Element {
    let storage = match report.persisted {
        Some(true) => texts.persisted,
        Some(false) => texts.unpersisted,
        None => texts.unknown,
    };
    let parts = [
        fill(texts.device, &report.device),
        fill(texts.app, &report.app),
        fill(texts.survey, &report.survey),
        fill(texts.setup, moment(report.setup)),
    ];
    let parts = parts.join(" · ");
    rsx! {
        p { class: "notes", "data-versions": true, "{texts.versions}: {parts}. {texts.storage}: {storage}." }
    }
}
