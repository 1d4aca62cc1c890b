//! What is different between two versions, or between a draft and what it was made from, in words.

use super::{Which, World, draft_view::tabs, kind_name, marks::Work, short};
use crate::{
    domain::survey::{Change, Part, Question, Survey, difference},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::Visitor,
    },
};
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
};
use dioxus::prelude::*;

/// `GET /admin/surveys/difference`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let page = page.of(&visitor, Nav::Manage);
    if which.draft.is_empty() {
        let world = World::load(&admin, &visitor).await?;
        let (from, to) = (world.version(&which.from)?, world.version(&which.to)?);
        let title = |version: &super::Version| format!("{} ({})", version.survey.name, short(version.id));
        return Ok(versions(&page, (&title(from), &from.survey), (&title(to), &to.survey)).into_response());
    }
    let work = Work::load(&admin, &visitor, which.draft).await?;
    Ok(of_draft(&page, &work).into_response())
}

fn versions(page: &Page, from: (&str, &Survey), to: (&str, &Survey)) -> Html<String> {
    let title = page.say("Khác biệt giữa hai bản", "Differences of two versions");
    let body = rsx! {
        p { class: "crumb",
            a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } " › "
            a { href: "/admin/surveys/history", {page.say("Lịch sử công bố", "History")} }
        }
        div { class: "title", h1 { {title} } }
        section { class: "card",
            p { {page.say("Từ ", "From ")} strong { "{from.0}" } {page.say(" sang ", " to ")} strong { "{to.0}" } }
            {changes(page, from.1, to.1)}
        }
    };
    page::document(page, title, body)
}

fn of_draft(page: &Page, work: &Work) -> Html<String> {
    let title = page.say("Khác gì bản gốc", "Differences from the original");
    // What can't be read of a draft that is being written is told on its own page.
    let readable = Survey::draft(work.draft.document.to_string().as_bytes());
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } }
        div { class: "title", h1 { {title} } }
        {tabs(page, work, "difference")}
        section { class: "card",
            p { {page.say("Bản gốc: ", "Original: ")} strong { "{work.base.name} ({short(work.draft.base)})" } }
            if let Some(draft) = readable {
                {changes(page, &work.base, &draft)}
            }
        }
    };
    page::document(page, title, body)
}

/// The list of changes, each one line.
pub(super) fn changes(page: &Page, old: &Survey, new: &Survey) -> Element {
    let all = difference(old, new);
    if all.is_empty() {
        return rsx! { p { class: "muted", {page.say("Không có gì khác.", "There is no difference.")} } };
    }
    let rows = all.iter().map(|change| rsx! { {row(page, old, new, change)} });
    rsx! { table { class: "changes", tbody { {rows} } } }
}

fn name_of(page: &Page, name: &str) -> &'static str {
    match name {
        "name" => page.say("Tên", "Name"),
        "kind" => page.say("Loại", "Kind"),
        "headline" => page.say("Câu chính", "Main question"),
        "reference" => page.say("Mẫu tham khảo", "For reference"),
        "superseded" => page.say("Đã được thay bằng", "Superseded by"),
        "valid_to" => page.say("Hiệu lực đến hết", "In force until"),
        "style" => page.say("Hình thức", "Looks"),
        "shown_if" => page.say("Điều kiện", "Condition"),
        "factor" => page.say("Yếu tố SIPAS", "SIPAS factor"),
        "picture" => page.say("Hình", "Picture"),
        _ => page.say("Hỏi khi", "Asked at"),
    }
}

/// One line: where, what, before and after.
fn line(class: &'static str, what: &str, place: String, before: Option<String>, after: Option<String>) -> Element {
    let (what, blank) = (what.to_owned(), |text: &String| text.is_empty());
    let (before, after) = (before.filter(|text| !blank(text)), after.filter(|text| !blank(text)));
    rsx! {
        tr { class, "data-change": class,
            th { scope: "row", span { class: "state {class}", {what} } }
            td { {place} }
            td {
                if let Some(before) = before { del { {before} } " " }
                if let Some(after) = after { ins { {after} } }
            }
        }
    }
}

fn row(page: &Page, old: &Survey, new: &Survey, change: &Change) -> Element {
    let question = |question: &Question| {
        format!(
            "{} ({}, {})",
            question.text.text,
            kind_name(page, question.kind.name()),
            question.id
        )
    };
    let (added, removed) = (page.say("Thêm", "Added"), page.say("Bỏ", "Removed"));
    let (changed, moved) = (page.say("Sửa", "Changed"), page.say("Đổi thứ tự", "Reordered"));
    let the_question = page.say("Câu hỏi", "Question").to_owned();
    match change {
        Change::Whole(name, before, after) => line(
            "changed",
            changed,
            name_of(page, name).into(),
            some(before),
            some(after),
        ),
        Change::Added(one) => line("added", added, the_question, None, Some(question(one))),
        Change::Removed(one) => line("removed", removed, the_question, Some(question(one)), None),
        Change::Order(before, after) => line(
            "moved",
            moved,
            the_question,
            Some(before.join(", ")),
            Some(after.join(", ")),
        ),
        Change::Of(id, part) => {
            let asked = crate::domain::ids::Slug::parse(id).ok();
            let asked = asked.and_then(|id| new.question(&id).or_else(|| old.question(&id)));
            let asked = asked.map_or(id.as_str(), |question| question.text.text.as_str());
            let of = |item: &Option<String>, what: &str| match item {
                Some(item) => format!("“{asked}” › {item}{what}"),
                None => format!("“{asked}”{what}"),
            };
            match part {
                Part::Wording(item, before, after) => line("changed", changed, of(item, ""), some(before), some(after)),
                Part::Speech(item, before, after) => line(
                    "changed",
                    changed,
                    of(item, page.say(" › đọc lên", " › spoken")),
                    some(before),
                    some(after),
                ),
                Part::Added(item, words) => line("added", added, of(&Some(item.clone()), ""), None, some(words)),
                Part::Removed(item, words) => line("removed", removed, of(&Some(item.clone()), ""), some(words), None),
                Part::Order(before, after) => line(
                    "moved",
                    moved,
                    of(&None, ""),
                    Some(before.join(", ")),
                    Some(after.join(", ")),
                ),
                Part::Other(name, item, before, after) => {
                    let what = format!(" › {}", name_of(page, name));
                    line("changed", changed, of(item, &what), some(before), some(after))
                }
            }
        }
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}
