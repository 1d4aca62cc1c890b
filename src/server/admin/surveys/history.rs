//! Who published what where from when.

use super::{
    Which, World,
    before::{self, Before},
    hour, who,
};
use crate::{
    domain::number::date,
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Visitor, permission::Right},
    },
    store::places,
};
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
};
use dioxus::prelude::*;
use std::collections::BTreeMap;

/// Lines of one page.
const LINES: usize = 200;

/// `GET /admin/surveys/history`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (top, now) = (visitor.node, admin.clock.now());
    let (world, before) = admin
        .read(move |conn| {
            let world = World::of(conn, top, now)?;
            let seen = places::seen(conn, top)?;
            let mut counters = places::counters(conn)?;
            counters.retain(|counter| seen.iter().any(|node| node.id == counter.node));
            let before = before::of(&world.publications, &places::nodes(conn)?, &counters);
            Ok((world, before))
        })
        .await?;
    Ok(view(&page.of(&visitor, Nav::Manage), &world, &before, which.done).into_response())
}

fn view(page: &Page, world: &World, before: &BTreeMap<i64, Before>, done: i64) -> Html<String> {
    let title = page.say("Lịch sử công bố", "History of publications");
    let all = &world.publications;
    let rows = all.iter().take(LINES).map(|publication| {
        let id = publication.survey;
        let before = before.get(&publication.no);
        let is_back = before.is_some_and(|before| before.is_back);
        let before = before.and_then(|before| before.survey);
        let later = publication.from > world.today;
        rsx! {
            tr { id: "p{publication.no}",
                td { class: "nowrap", {hour(page, publication.hour)} }
                td { {who(page, &publication.who)} }
                th { scope: "row",
                    a { href: "/admin/surveys/version?id={id}", {world.title(id)} }
                    if is_back { span { class: "facts", {page.say("công bố lại bản cũ", "an earlier version again")} } }
                }
                td { class: "nowrap", {date(publication.from)} if later { " " span { class: "state warn", {page.say("chưa đến ngày", "not yet")} } } }
                td { {world.places(page, publication)} }
                td { class: "links",
                    if let Some(before) = before {
                        a { href: "/admin/surveys/difference?from={before}&to={id}", {page.say("Khác bản trước", "Differences")} }
                    }
                    if page.may(Right::Surveys) {
                        a { href: "/admin/surveys/publish?id={id}", {page.say("Công bố lại", "Publish again")} }
                    }
                }
            }
        }
    });
    let told = all.iter().find(|publication| publication.no == done);
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } }
        div { class: "title", h1 { {title} } }
        if let Some(publication) = told {
            p { class: "notice ok", role: "status", "data-published": "{publication.no}",
                {page.say("Đã công bố ", "Published: ")} strong { {world.title(publication.survey)} }
                {page.say(" từ ngày ", " from ")} {date(publication.from)} ": " {world.places(page, publication)} ". "
                {page.say("Máy tính bảng nhận ở lần liên lạc tới và hỏi từ lượt người dân kế tiếp.", "Tablets get it at their next contact and ask it from the next visit on.")}
            }
        }
        section { class: "card",
            table {
                thead { tr {
                    th { scope: "col", {page.say("Lúc", "When")} }
                    th { scope: "col", {page.say("Người công bố", "Who")} }
                    th { scope: "col", {page.say("Bộ câu hỏi", "Survey")} }
                    th { scope: "col", {page.say("Từ ngày", "From")} }
                    th { scope: "col", {page.say("Nơi dùng", "Where")} }
                    th { scope: "col", span { class: "hidden", {page.say("Việc", "Actions")} } }
                } }
                tbody { {rows} }
            }
            if all.is_empty() {
                p { class: "muted", {page.say("Chưa công bố bản nào.", "Nothing was published yet.")} }
            }
            p { class: "small", {page.say(
                "Mỗi lần công bố là một mục trong nhật ký, không sửa, không xóa. Muốn quay lại bản cũ: chọn “Công bố lại”.",
                "Each publication is an entry of the log and can't be changed. To go back, publish an earlier version again.",
            )} }
        }
    };
    page::document(page, title, body)
}
