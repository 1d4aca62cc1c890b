//! "Phiếu chưa được tính": what came and is in no figure, in groups, with a decision where there is one to make.

use super::{counter_name, short};
use crate::{
    domain::{hex::DeviceId, number::date, time::LocalDay},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Form, Visitor, permission::Right},
    },
    store::{
        Reader, StoreError, devices,
        figures::Scope,
        state::State as Judged,
        waiting::{self, Group, Standing},
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;

/// Groups on the page of one sort; the newest matter.
const SHOWN: usize = 80;

struct Model {
    scope: Scope,
    groups: Vec<Standing>,
    conflicts: Vec<Standing>,
}

/// `GET /admin/waiting`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
) -> Result<Response, PageError> {
    let seer = visitor.clone();
    let model = admin.read(move |conn| load(conn, &seer)).await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Phiếu chưa được tính", "Ballots in no figure");
    Ok(page::document(&page, title, markup(&page, title, &model)).into_response())
}

/// Groups whose tablet and, unless it is unknown, counter are the visitor's.
fn load(conn: &Reader, visitor: &Visitor) -> Result<Model, StoreError> {
    let scope = Scope::seen(conn, visitor.node, None)?;
    let inside = |no: i64| scope.counters.iter().any(|counter| counter.no == no);
    let own: Vec<DeviceId> = devices::all(conn)?
        .into_iter()
        .filter(|device| inside(device.counter_no))
        .map(|device| device.id)
        .collect();
    let all = visitor.node.is_none();
    let seen = |standing: &Standing| all || own.contains(&standing.group.device);
    let mut groups = waiting::all(conn)?;
    let mut conflicts = waiting::conflicts(conn)?;
    groups.retain(seen);
    conflicts.retain(seen);
    Ok(Model {
        scope,
        groups,
        conflicts,
    })
}

/// Whether the visitor may decide about it: ballots that would count for a counter of another unit, or of none, are for
/// somebody above.
fn theirs(scope: &Scope, visitor: &Visitor, group: &Group) -> bool {
    let inside = scope.counters.iter().any(|counter| counter.no == group.counter_no);
    group.decidable() && (visitor.node.is_none() || inside)
}

/// `POST /admin/waiting/decide`.
pub(in super::super) async fn settle(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let number = |name: &str| form.get(name).parse::<i64>().map_err(|_| PageError::Bad);
    let group = Group {
        device: DeviceId::parse(form.get("device")).map_err(|_| PageError::Bad)?,
        counter_no: number("at")?,
        state: Judged::from_code(number("state")?).ok_or(PageError::Bad)?,
        day: LocalDay(number("day")?),
    };
    let count = match form.get("verdict") {
        "count" => true,
        "keep_out" => false,
        _ => return Err(PageError::Bad),
    };
    let (reason, visitor) = (form.get("reason").to_owned(), form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, now| {
            let scope = Scope::seen(tx.conn(), visitor.node, None)?;
            if group.decidable() && !theirs(&scope, &visitor, &group) {
                return Err(StoreError::NotFound("group"));
            }
            tx.settle(&group, count, &reason, now)
        })
        .await?;
    Ok(Redirect::to("/admin/waiting").into_response())
}

type Pair = (&'static str, &'static str);

/// What a sort of ballots is called, and what it means.
fn sort(page: &Page, state: Judged) -> (&'static str, &'static str) {
    let (name, meaning): (Pair, Pair) = match state {
        Judged::QuarantinedRevoked => (
            ("Từ máy đã ngừng dùng", "From a tablet taken out of use"),
            (
                "Máy gửi sau khi đã ngừng dùng. Tính nếu biết chắc máy vẫn ở quầy và do người dân dùng.",
                "Sent after the tablet was taken out of use. Count them if you know that citizens cast them.",
            ),
        ),
        Judged::QuarantinedCounter => (
            ("Ở quầy không thuộc đơn vị của máy", "At a counter of another unit"),
            (
                "Máy ghi một quầy lạ. Tính nếu máy đã được mượn hoặc chuyển đến quầy ấy.",
                "The tablet named a counter that is not its unit's. Count them if it was lent there.",
            ),
        ),
        Judged::QuarantinedConflict => (
            ("Lượt đánh giá đến hai lần", "A visit that came twice"),
            (
                "Bộ nhớ máy quay về thời điểm cũ nên một lượt được gửi thêm lần nữa; lần đầu đã được tính. Thường giữ ngoài.",
                "The tablet's disk went back, so that a visit was sent once more; the first one counts. Usually kept out.",
            ),
        ),
        Judged::QuarantinedMalformed => (
            ("Không đọc được", "Unreadable"),
            (
                "Giữ nguyên làm bằng chứng; không có gì để tính.",
                "Kept as evidence; there is nothing to count.",
            ),
        ),
        Judged::Practice => (
            ("Dùng thử", "Practice"),
            (
                "Máy đang ở chế độ dùng thử; dấu ấy nằm trong chữ ký của phiếu nên không bao giờ được tính.",
                "The tablet was in practice mode; the mark is in the signed bytes, so these never count.",
            ),
        ),
        Judged::UnreadSurvey => (
            ("Chờ bộ câu hỏi", "Waiting for their questions"),
            (
                "Tự được tính khi máy gửi bộ câu hỏi của mình.",
                "They count by themselves once the tablet sends its questions.",
            ),
        ),
        _ => (
            ("Không rõ ngày", "Of an unknown day"),
            (
                "Đồng hồ máy bị chỉnh nên không biết phiếu của ngày nào; xếp theo ngày đến, không vào số liệu kỳ nào.",
                "The tablet's clock was changed; listed by the day they arrived, in no period's figure.",
            ),
        ),
    };
    (page.say(name.0, name.1), page.say(meaning.0, meaning.1))
}

fn markup(page: &Page, title: &str, model: &Model) -> Element {
    let states = [
        Judged::QuarantinedRevoked,
        Judged::QuarantinedCounter,
        Judged::QuarantinedConflict,
        Judged::QuarantinedMalformed,
        Judged::UnreadSurvey,
        Judged::Undated,
        Judged::Practice,
    ];
    let of = |state| -> Vec<&Standing> {
        model
            .groups
            .iter()
            .filter(|standing| standing.group.state == state)
            .collect()
    };
    let sorts = states.into_iter().map(|state| (state, of(state)));
    let sorts: Vec<_> = sorts.filter(|(_, groups)| !groups.is_empty()).collect();
    rsx! {
        div { class: "title", h1 { {title} } }
        section { class: "card",
            p { {page.say(
                "Mọi phiếu gửi lên đều được giữ. Những phiếu dưới đây không nằm trong số liệu nào. Quyết định là cho cả nhóm phiếu của một máy trong một ngày, có lý do, ghi vào nhật ký và đổi được cho đến khi phiếu vào số liệu; câu trả lời không hiện ở đây.",
                "Whatever is sent is kept. These ballots are in no figure. A decision is about all ballots of a tablet and a day, has a reason, is logged and can be changed until the ballots enter a figure; answers are not shown here.",
            )} }
            if sorts.is_empty() && model.conflicts.is_empty() {
                p { class: "muted", {page.say("Không có phiếu nào như vậy.", "There are none.")} }
            }
        }
        for (state , groups) in sorts {
            section { class: "card",
                h2 { {sort(page, state).0} }
                p { class: "small", {sort(page, state).1} }
                {table(page, model, &groups)}
            }
        }
        if !model.conflicts.is_empty() {
            section { class: "card",
                h2 { {page.say("Hai phiếu khác nhau dưới cùng một số thứ tự", "Two ballots under one number")} }
                p { class: "small", {page.say(
                    "Phiếu đến trước được tính; phiếu đến sau giữ nguyên làm bằng chứng và không được tính.",
                    "The first one counts; the later one is kept as evidence and never counts.",
                )} }
                {table(page, model, &model.conflicts.iter().collect::<Vec<_>>())}
            }
        }
    }
}

fn table(page: &Page, model: &Model, groups: &[&Standing]) -> Element {
    rsx! {
        table {
            thead {
                tr {
                    th { scope: "col", {page.say("Ngày", "Day")} }
                    th { scope: "col", {page.t.counter} }
                    th { scope: "col", {page.t.device} }
                    th { scope: "col", class: "num", {page.say("Số phiếu", "Ballots")} }
                    th { scope: "col", {page.say("Quyết định", "Decision")} }
                }
            }
            tbody {
                for standing in groups.iter().take(SHOWN) {
                    tr {
                        td { {date(standing.group.day)} }
                        td { {counter_name(&model.scope, standing.group.counter_no).unwrap_or_else(|| page.t.unknown_counter.to_owned())} }
                        td { code { {short(standing.group.device)} } }
                        td { class: "num", "{page.lang.number(standing.ballots)}" }
                        td { {decision(page, model, standing)} }
                    }
                }
            }
        }
        if groups.len() > SHOWN {
            p { class: "small", {page.say("Chỉ hiện 80 nhóm mới nhất.", "Only the newest 80 groups are shown.")} }
        }
    }
}

fn decision(page: &Page, model: &Model, standing: &Standing) -> Element {
    let group = &standing.group;
    let mine = page
        .visitor
        .as_ref()
        .is_some_and(|visitor| theirs(&model.scope, visitor, group));
    let in_figures = standing.told == standing.ballots;
    let state = match (standing.counted, standing.undecided) {
        _ if !group.decidable() => "",
        _ if in_figures => page.say("Được tính, đã vào số liệu", "Counted, in the figures"),
        (0, 0) => page.say("Giữ ngoài", "Kept out"),
        (0, _) => page.say("Chưa quyết định", "Not decided"),
        _ => page.say("Được tính", "Counted"),
    };
    rsx! {
        {state}
        // What is in a figure stays there.
        if mine && !in_figures && page.may(Right::Decide) {
            details {
                summary { {page.say("Quyết định", "Decide")} }
                form { class: "stack", method: "post", action: "/admin/waiting/decide",
                    {page.csrf()}
                    input { r#type: "hidden", name: "device", value: "{group.device}" }
                    input { r#type: "hidden", name: "at", value: "{group.counter_no}" }
                    input { r#type: "hidden", name: "state", value: "{group.state.code()}" }
                    input { r#type: "hidden", name: "day", value: "{group.day.0}" }
                    label { span { {page.say("Lý do", "Reason")} }
                        input { name: "reason", required: true, minlength: "5", maxlength: "500" }
                    }
                    p { class: "actions",
                        button { r#type: "submit", name: "verdict", value: "count", {page.say("Tính", "Count")} }
                        button { class: "quiet", r#type: "submit", name: "verdict", value: "keep_out", {page.say("Giữ ngoài", "Keep out")} }
                    }
                }
            }
        }
    }
}
