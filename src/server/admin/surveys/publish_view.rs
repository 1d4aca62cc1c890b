//! The page that asks where and from when.

use super::{
    World,
    compare::changes,
    draft_view::{hidden, mistakes, tabs},
    publish::{Subject, Typed},
    short,
};
use crate::{
    domain::survey::{Change, Part},
    server::admin::{
        page::{self, Page},
        refusals,
    },
    store::{Refusal, publications},
};
use axum::response::Html;
use dioxus::prelude::*;

/// More counters than this are chosen unit by unit.
const COUNTERS: usize = 200;

pub(super) fn document(
    page: &Page,
    world: &World,
    subject: &Subject,
    only: &str,
    typed: &Typed,
    refusal: Option<&Refusal>,
) -> Html<String> {
    let (name, work) = match subject {
        Subject::Draft(work) => (
            work.draft
                .document
                .get("name")
                .and_then(|name| name.as_str())
                .unwrap_or("")
                .to_owned(),
            Some(work),
        ),
        Subject::Version(id, survey) => (format!("{} ({})", survey.name, short(*id)), None),
    };
    let title = format!("{}: {name}", page.say("Công bố", "Publish"));
    let ready = work.is_none_or(|work| work.survey.is_some());
    let refusal = refusal.map(|refusal| refusals::said(page, refusal));
    let from = if typed.from.is_empty() {
        world.today.date().to_string()
    } else {
        typed.from.clone()
    };
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } }
        div { class: "title", h1 { {title.clone()} } }
        if let Some(work) = work {
            {tabs(page, work, "publish")}
        }
        if let Some(said) = refusal {
            p { class: "notice", role: "alert", "data-refused": true, {said} }
        }
        if !ready {
            if let Some(work) = work { {mistakes(page, work)} }
        } else {
            form { method: "post", action: "/admin/surveys/publish",
                match subject {
                    Subject::Draft(work) => hidden(page, work),
                    Subject::Version(id, _) => rsx! {
                        {page.csrf()}
                        input { r#type: "hidden", name: "id", value: "{id}" }
                    },
                }
                input { r#type: "hidden", name: "only", value: only }
                div { class: "grid survey",
                    {places(page, world, subject, only, typed)}
                    section { class: "card stack",
                        h2 { {page.say("Từ ngày", "From")} }
                        label { span { class: "hidden", {page.say("Từ ngày", "From")} }
                            input { name: "from", r#type: "date", required: true, min: "{world.today.date()}", value: from }
                            small { {page.say("Hôm nay: máy tính bảng đổi ở lần liên lạc tới, giữa hai lượt người dân. Ngày sau: đổi từ đầu ngày đó.", "Today: tablets change at their next contact, between two visits. A later day: from the morning of that day.")} }
                        }
                        if let Some(work) = work { {reworded(page, work, typed)} }
                        p { class: "actions", button { r#type: "submit", {page.say("Công bố", "Publish")} } }
                        p { class: "small", {page.say("Phiếu đang chờ gửi theo bản cũ vẫn được nhận và tính theo bản cũ.", "Ballots that wait under the old version still arrive and count under it.")} }
                    }
                }
                if let Some(work) = work { {what(page, work)} }
            }
        }
    };
    page::document(page, &title, body)
}

fn places(page: &Page, world: &World, subject: &Subject, only: &str, typed: &Typed) -> Element {
    let this = match subject {
        Subject::Draft(work) => format!("draft={}", work.draft.id),
        Subject::Version(id, _) => format!("id={id}"),
    };
    let everything = page.visitor.as_ref().is_some_and(|visitor| visitor.node.is_none());
    let ticked = |id: &str| typed.places.iter().any(|place| place == id);
    let chosen = world.nodes.iter().find(|node| node.id.to_string() == only);
    let many = world.counters.len() > COUNTERS;
    let nodes = world
        .nodes
        .iter()
        .filter(|node| chosen.is_none_or(|chosen| chosen.id == node.id));
    let groups = nodes.map(|node| {
        let id = node.id.to_string();
        let counters = world.counters.iter().filter(|counter| counter.node == node.id);
        let counters = counters.filter(|_| !many || chosen.is_some()).map(|counter| {
            let id = counter.id.to_string();
            let asks = world.asks.get(&counter.id).map(|asks| world.title(*asks)).unwrap_or_default();
            rsx! {
                label { class: "place counter",
                    input { r#type: "checkbox", name: "counter", value: id.clone(), checked: ticked(&id) }
                    span { "{counter.name}" }
                    small { {page.say("đang hỏi: ", "asks now: ")} {asks} }
                }
            }
        });
        rsx! {
            fieldset { class: "unit",
                legend { "{node.name}" }
                label { class: "place",
                    input { r#type: "checkbox", name: "node", value: id.clone(), checked: ticked(&id) }
                    span { {page.say("Mọi quầy của ", "Every counter of ")} "{node.name}" }
                    small { {page.say("cả đơn vị trực thuộc và quầy lập sau này", "units below it and later counters too")} }
                }
                {counters}
                if many && chosen.is_none() {
                    a { href: "/admin/surveys/publish?{this}&node={id}", {page.say("Chọn từng quầy", "Choose counters")} }
                }
            }
        }
    });
    rsx! {
        section { class: "card",
            h2 { {page.say("Hỏi ở đâu", "Where")} }
            if everything {
                label { class: "place",
                    input { r#type: "checkbox", name: "district", value: "on", checked: ticked("on") }
                    span { {page.say("Mọi quầy của máy chủ", "Every counter of the server")} }
                    small { {page.say("mọi đơn vị, kể cả đơn vị lập sau này", "all units, later ones too")} }
                }
            }
            {groups}
        }
    }
}

/// Words that changed under published ids: whoever publishes answers for their meaning.
fn reworded(page: &Page, work: &super::marks::Work, typed: &Typed) -> Element {
    let Some(survey) = &work.survey else { return rsx! {} };
    let changes = publications::rewordings(&work.base, survey);
    if changes.is_empty() {
        return rsx! {};
    }
    let lines = changes.iter().filter_map(|change| match change {
        Change::Of(_, Part::Wording(_, before, after)) => {
            Some(rsx! { li { del { "{before}" } " " ins { "{after}" } } })
        }
        _ => None,
    });
    rsx! {
        fieldset { class: "same",
            legend { {page.say("Câu chữ đổi dưới mã đã công bố", "Words changed under published ids")} }
            ul { {lines} }
            label { class: "line",
                input { r#type: "checkbox", name: "same", value: "on", checked: typed.same }
                span { {page.say("Tôi xác nhận các câu này vẫn cùng một ý như trước", "These still mean the same as before")} }
            }
        }
    }
}

fn what(page: &Page, work: &super::marks::Work) -> Element {
    let Some(survey) = &work.survey else { return rsx! {} };
    rsx! {
        section { class: "card",
            h2 { {page.say("Khác gì bản gốc", "Differences from the original")} }
            {changes(page, &work.base, survey)}
        }
    }
}
