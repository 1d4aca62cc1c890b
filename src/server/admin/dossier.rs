//! "Hồ sơ ISO 9001": the evidence pack of a unit and a time, and where it is asked for.

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
    pipe,
};
use crate::{
    domain::{ids::NodeId, time::LocalDay},
    server::{
        auth::Visitor,
        dossier::{self, Request},
        export,
    },
    store::places,
};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;

/// What the form sends. Empty fields are none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    node: String,
    from: String,
    to: String,
}

/// `GET /admin/dossier`.
pub(super) async fn page(State(admin): State<Admin>, visitor: Visitor, page: Page) -> Result<Response, PageError> {
    let (top, today) = (visitor.node, LocalDay::of(admin.clock.now()));
    let nodes = admin.read(move |conn| places::seen(conn, top)).await?;
    let nodes = super::figures::sorted(nodes.into_iter().map(|node| (node.id, node.name)).collect());
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Hồ sơ ISO 9001", "ISO 9001 evidence pack");
    Ok(page::document(&page, title, markup(&page, title, &nodes, top.is_none(), today)).into_response())
}

/// `GET /admin/dossier/file`.
pub(super) async fn file(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(fields): Query<Fields>,
) -> Result<Response, PageError> {
    let node: Option<NodeId> = Some(fields.node.as_str())
        .filter(|id| !id.is_empty())
        .map(str::parse)
        .transpose()
        .map_err(|_| PageError::Bad)?;
    let (from, to) = (parse_month(&fields.from), parse_month(&fields.to));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(PageError::Bad);
    }
    let request = Request {
        node: visitor.scope(node),
        from: from.map(|month| month.first()),
        to: to.map(|month| LocalDay(month.end().0.saturating_sub(1))),
    };
    let (store, now, who) = (admin.store.clone(), admin.clock.now(), visitor.name.clone());
    let unit = match request.node {
        Some(id) => Some(admin.read(move |conn| places::node(conn, id)).await?.name),
        None => None,
    };
    let mut parts = vec!["ho-so-iso-9001".to_owned()];
    parts.extend(unit.map(|name| export::ascii(&name)));
    if page.demo {
        parts.insert(0, "SO-LIEU-MINH-HOA".to_owned());
    }
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"{}_{}.zip\"",
                parts.join("_"),
                LocalDay::of(now).date()
            ),
        ),
    ];
    let Ok(room) = admin.exports.clone().try_acquire_owned() else {
        return Ok(pipe::busy(&page.of(&visitor, Nav::Manage)));
    };
    let make = move |pipe: &mut pipe::Pipe| {
        let _room = room;
        dossier::write(&store, &request, &who, now, pipe)
    };
    match pipe::body(make).await {
        Some(body) => Ok((headers, body).into_response()),
        None => Ok(pipe::not_made(&page.of(&visitor, Nav::Manage), "/admin/dossier")),
    }
}

fn markup(page: &Page, title: &str, nodes: &[(NodeId, String)], all: bool, today: LocalDay) -> Element {
    let month = today.month().minus(1);
    let first = month.minus(11);
    rsx! {
        div { class: "title", h1 { {title} } }
        div { class: "grid",
            section { class: "card",
                p {
                    {page.say(
                        "Một tệp ZIP cho đoàn đánh giá ISO 9001:2015: các phiên bản bộ câu hỏi, báo cáo tháng đã nộp, quyết định loại khỏi thống kê, điểm chốt của nhật ký, và bảng kê mã SHA-256 của từng tệp.",
                        "One ZIP for an ISO 9001:2015 audit: versions of the question sets, monthly reports as filed, exclusions, checkpoints of the log, and a manifest with the SHA-256 of every file.",
                    )}
                }
                form { class: "stack", method: "get", action: "/admin/dossier/file",
                    label { span { {page.t.export_unit} }
                        select { name: "node",
                            if all {
                                option { value: "", {page.t.all_units} }
                            }
                            for (id , name) in nodes {
                                option { value: "{id}", "{name}" }
                            }
                        }
                    }
                    div { class: "line",
                        span { {page.say("Từ tháng", "From")} }
                        input { r#type: "month", name: "from", value: "{first.year}-{first.month:02}", "aria-label": page.say("Từ tháng", "From") }
                        span { {page.say("đến hết tháng", "to")} }
                        input { r#type: "month", name: "to", value: "{month.year}-{month.month:02}", "aria-label": page.say("đến hết tháng", "to") }
                    }
                    button { r#type: "submit", {page.say("Tải hồ sơ (ZIP)", "Get the pack (ZIP)")} }
                }
                p { class: "small",
                    {page.say(
                        "Không có phiếu từng người, mã máy hay tên cán bộ được đánh giá trong tệp. Mỗi lần tải đều được ghi nhật ký.",
                        "No ballot, device or rated officer is in it. Each download is logged.",
                    )}
                }
            }
            section { class: "card",
                h2 { {page.say("Người đánh giá tự kiểm tra", "How an auditor checks it")} }
                p { code { "sha256sum --check SHA256SUMS" } }
                p { class: "small",
                    {page.say(
                        "Mã của mỗi báo cáo cũng nằm trong nhật ký nối chuỗi của máy chủ; điểm chốt có chữ ký cho biết nhật ký ấy không bị sửa.",
                        "The hash of each report is in the server's chained log, too; signed checkpoints show that the log was not rewritten.",
                    )}
                }
            }
        }
    }
}
