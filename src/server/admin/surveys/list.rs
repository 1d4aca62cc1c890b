//! The first page: what is asked where, drafts, versions.

use super::{Which, World, fields::text, hour, marks::Work, short};
use crate::{
    domain::{hex::Hash, number::date, survey::SurveyKind},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Visitor, permission::Right},
    },
    store::{drafts, places::Counter},
};
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
};
use dioxus::prelude::*;

/// Counters that one line names, and lines of the first table: a page stays below 150 KB in a province too.
const COUNTERS: usize = 6;
const LINES: usize = 250;

/// `GET /admin/surveys`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(_): Query<Which>,
) -> Result<Response, PageError> {
    let (top, now, writes) = (visitor.node, admin.clock.now(), visitor.may(Right::Surveys));
    let (world, drafts) = admin
        .read(move |conn| {
            let drafts = if writes { drafts::seen(conn, top)? } else { Vec::new() };
            let drafts = drafts.into_iter().map(|draft| Work::on(conn, draft));
            Ok((World::of(conn, top, now)?, drafts.collect::<Result<Vec<_>, _>>()?))
        })
        .await?;
    Ok(view(&page.of(&visitor, Nav::Manage), &world, &drafts).into_response())
}

fn view(page: &Page, world: &World, drafts: &[Work]) -> Html<String> {
    let title = page.say("Bộ câu hỏi", "Questions");
    let body = rsx! {
        div { class: "title", h1 { {title} }
            p { class: "actions",
                a { class: "button quiet", href: "/admin/surveys/history", {page.say("Lịch sử công bố", "History")} }
            }
        }
        {in_use(page, world)}
        if page.may(Right::Surveys) {
            {working(page, drafts)}
        }
        {versions(page, world)}
    };
    page::document(page, title, body)
}

/// Counters of one unit that ask the same.
struct Line<'a> {
    unit: &'a str,
    counters: Vec<&'a Counter>,
    asks: Hash,
    /// What begins later: day and survey.
    next: Vec<String>,
}

fn lines(world: &World) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for node in &world.nodes {
        let first = lines.len();
        for counter in world.counters.iter().filter(|counter| counter.node == node.id) {
            let Some(asks) = world.asks.get(&counter.id).copied() else {
                continue;
            };
            let mut later: Vec<_> = world
                .publications
                .iter()
                .filter(|other| {
                    other.from > world.today && other.places.iter().any(|place| world.holds(*place, counter))
                })
                .collect();
            later.sort_by_key(|other| (other.from, other.no));
            let next: Vec<String> = later
                .iter()
                .map(|other| format!("{}: {}", date(other.from), world.title(other.survey)))
                .collect();
            let same = lines
                .iter_mut()
                .skip(first)
                .find(|line| line.asks == asks && line.next == next);
            match same {
                Some(line) => line.counters.push(counter),
                None => lines.push(Line {
                    unit: &node.name,
                    counters: vec![counter],
                    asks,
                    next,
                }),
            }
        }
    }
    lines
}

fn in_use(page: &Page, world: &World) -> Element {
    let lines = lines(world);
    let more = lines.len().saturating_sub(LINES);
    let rows = lines.iter().take(LINES).map(|line| {
        let names: Vec<&str> = line.counters.iter().map(|counter| counter.name.as_str()).collect();
        let counters = match names.get(..COUNTERS) {
            Some(first) if names.len() > COUNTERS => format!("{} … ({})", first.join(", "), names.len()),
            _ => names.join(", "),
        };
        let title = world.title(line.asks);
        let next = line.next.join("; ");
        rsx! {
            tr {
                th { scope: "row", "{line.unit}" }
                td { {counters} }
                td { a { href: "/admin/surveys/version?id={line.asks}", {title} } }
                td { if next.is_empty() { span { class: "muted", "–" } } else { span { class: "state warn wrap", {next} } } }
            }
        }
    });
    rsx! {
        section { class: "card",
            h2 { {page.say("Đang hỏi ở quầy", "Asked at the counters")} }
            table {
                thead { tr {
                    th { scope: "col", {page.t.unit} }
                    th { scope: "col", {page.say("Quầy", "Counters")} }
                    th { scope: "col", {page.say("Bộ câu hỏi", "Survey")} }
                    th { scope: "col", {page.say("Sắp đổi từ ngày", "Changes on")} }
                } }
                tbody { {rows} }
            }
            if more > 0 {
                p { class: "small", {page.say("và ", "and ")} "{more}" {page.say(" dòng nữa", " more lines")} }
            }
            if lines.is_empty() {
                p { class: "muted", {page.say("Chưa có quầy nào.", "There are no counters yet.")} }
            }
        }
    }
}

fn working(page: &Page, drafts: &[Work]) -> Element {
    let rows = drafts.iter().map(|work| {
        let id = work.draft.id;
        let (name, wrong) = (text(&work.draft.document, "name"), work.mistakes());
        let name = if name.is_empty() { page.say("(chưa có tên)", "(no name)").to_owned() } else { name };
        rsx! {
            tr {
                th { scope: "row", a { href: "/admin/surveys/draft?draft={id}", {name} } }
                td { "{work.base.name} ({short(work.draft.base)})" }
                td { "{work.draft.who}, " {hour(page, work.draft.hour)} }
                td { if wrong == 0 { span { class: "state", {page.say("không có lỗi", "nothing wrong")} } } else { span { class: "state warn", "{wrong} " {page.say("chỗ cần sửa", "to correct")} } } }
                td { class: "links",
                    a { href: "/admin/surveys/draft?draft={id}", {page.say("Soạn tiếp", "Edit")} }
                    a { href: "/admin/surveys/preview?draft={id}", {page.say("Xem trước", "Preview")} }
                    a { href: "/admin/surveys/publish?draft={id}", {page.say("Công bố", "Publish")} }
                }
            }
        }
    });
    rsx! {
        section { class: "card",
            h2 { {page.say("Bản nháp", "Drafts")} }
            if drafts.is_empty() {
                p { class: "muted", {page.say("Chưa có bản nháp. Chọn “Soạn từ bản này” ở một bản dưới đây.", "None. Choose “Edit a copy” of a version below.")} }
            } else {
                table {
                    thead { tr {
                        th { scope: "col", {page.say("Tên", "Name")} }
                        th { scope: "col", {page.say("Soạn từ", "Made from")} }
                        th { scope: "col", {page.say("Lưu lần cuối", "Last saved")} }
                        th { scope: "col", {page.say("Tình trạng", "State")} }
                        th { scope: "col", span { class: "hidden", {page.say("Việc", "Actions")} } }
                    } }
                    tbody { {rows} }
                }
            }
        }
    }
}

fn versions(page: &Page, world: &World) -> Element {
    let rows = world.versions.iter().map(|version| {
        let id = version.id;
        let used = world.asks.values().filter(|asked| **asked == id).count();
        let published = world.published(id).map(|publication| date(publication.from));
        rsx! {
            tr {
                th { scope: "row",
                    a { href: "/admin/surveys/version?id={id}", "{version.survey.name}" }
                    span { class: "facts", code { {short(id)} }
                        if version.shipped { " · " {page.say("mẫu có sẵn", "comes with the program")} }
                        if version.survey.reference { " · " {page.say("mẫu tham khảo", "for reference")} }
                    }
                }
                td { {page.say(SurveyKind::vietnamese(version.survey.kind), SurveyKind::english(version.survey.kind))} }
                td { class: "num", "{version.survey.questions.len()}" }
                td { {published.unwrap_or_else(|| "–".into())} }
                td { class: "num", "{used}" }
                td { class: "links",
                    a { href: "/admin/surveys/preview?id={id}", {page.say("Xem trước", "Preview")} }
                    if page.may(Right::Surveys) {
                        a { href: "/admin/surveys/publish?id={id}", {page.say("Công bố", "Publish")} }
                        form { method: "post", action: "/admin/surveys/draft",
                            {page.csrf()}
                            input { r#type: "hidden", name: "id", value: "{id}" }
                            button { class: "quiet", r#type: "submit", {page.say("Soạn từ bản này", "Edit a copy")} }
                        }
                    }
                }
            }
        }
    });
    rsx! {
        section { class: "card",
            h2 { {page.say("Các bản", "Versions")} }
            table {
                thead { tr {
                    th { scope: "col", {page.say("Tên", "Name")} }
                    th { scope: "col", {page.say("Loại số liệu", "Kind of figures")} }
                    th { scope: "col", class: "num", {page.say("Số câu", "Questions")} }
                    th { scope: "col", {page.say("Công bố từ", "Published from")} }
                    th { scope: "col", class: "num", {page.say("Quầy đang dùng", "Counters")} }
                    th { scope: "col", span { class: "hidden", {page.say("Việc", "Actions")} } }
                } }
                tbody { {rows} }
            }
            p { class: "small", {page.say(
                "Mỗi bản mang tên theo nội dung của nó và không bao giờ đổi. Phiếu đã bỏ giữ bản của mình.",
                "A version is named by its content and never changes. Ballots keep the version they were cast under.",
            )} }
        }
    }
}
