//! The markup of "Ca trực" and of the figures per officer.

use super::Model;
use crate::{
    domain::{ids::NodeId, number::date, stats::Figure, time::LocalDay},
    server::{admin::page::Page, auth::permission::Right},
    store::roster::{Duty, Shift, closes},
};
use dioxus::prelude::*;

fn clock(quarter: u8) -> String {
    format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
}

/// One officer's line.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) figure: Figure,
    /// What they explained: about which task (none: the month), and their words.
    pub(super) explained: Vec<(Option<i64>, String)>,
}

pub(super) fn figures_markup(page: &Page, title: &str, model: &Model, lines: &[Line], unknown: u64) -> Element {
    let month = format!("{}-{:02}", model.month.year, model.month.month);
    rsx! {
        div { class: "title",
            h1 { {title} ": " "{model.month}" }
            form { class: "choose screen-only", method: "get", action: "/admin/officers",
                label { span { {page.t.month} }
                    input { r#type: "month", name: "month", value: month }
                }
                button { r#type: "submit", {page.t.show} }
            }
        }
        section { class: "card",
            if lines.is_empty() {
                p { class: "muted", {page.say("Chưa có cán bộ nào trong danh sách.", "No officer is entered yet.")} }
            } else {
                table {
                    thead {
                        tr {
                            th { scope: "col", {page.say("Cán bộ", "Officer")} }
                            th { scope: "col", class: "num", {page.t.rate} }
                            th { scope: "col", class: "num", {page.t.interval} }
                            th { scope: "col", class: "num", "n" }
                            th { scope: "col", {page.say("Lưu ý", "Note")} }
                        }
                    }
                    tbody {
                        for line in lines {
                            tr {
                                th { scope: "row", "{line.name}" }
                                {cells(page, &line.figure)}
                            }
                            if !line.explained.is_empty() {
                                tr {
                                    td { colspan: "5", {explained(page, &line.explained)} }
                                }
                            }
                        }
                    }
                }
            }
            p { {page.say("Không xác định được ca trực: ", "No duty known: ")} strong { "{page.lang.number(unknown)}" } " {page.t.ballots}." }
            p { class: "small", {page.say(
                "Phiếu được gắn với cán bộ qua quầy và ca trực; phiếu ở lúc có hai người trực, hoặc chưa khai ca trực, không tính cho ai. Dưới 10 phiếu không tính tỷ lệ; dưới 30 phiếu không dùng để xếp hạng. Danh sách xếp theo tên, không xếp theo kết quả. Tháng chốt sau ngày 5 tháng sau: ca trực, phiếu và quyết định loại sau đó không đổi số này. Mỗi lần xem được ghi nhật ký.",
                "A ballot is attributed by counter and duty; where two were on duty, or none is entered, it is nobody's. Below 10 there is no rate, below 30 nothing is ranked. By name, not by result. A month closes after the 5th of the next: duties, ballots and exclusions of later change nothing here. Each look is logged.",
            )} }
        }
    }
}

/// An officer's own words, beside the figure they are about.
fn explained(page: &Page, words: &[(Option<i64>, String)]) -> Element {
    let said = page.say("Giải trình", "Explanation");
    let task = page.say("việc số", "task");
    rsx! {
        for (of , words) in words {
            p { class: "small",
                strong { {said} if let Some(no) = of { ", {task} {no}" } ": " }
                "{words}"
            }
        }
    }
}

fn cells(page: &Page, figure: &Figure) -> Element {
    match figure.rate() {
        None => rsx! {
            td { class: "num muted", colspan: "2", {page.t.too_few} }
            td { class: "num", "{page.lang.number(figure.n())}" }
            td {}
        },
        Some(rate) => {
            let words = page.lang.rate(rate);
            let ranked = matches!(figure, Figure::Ranked(_));
            rsx! {
                td { class: "num strong", "{words.percent}" }
                td { class: "num", "{words.interval}" }
                td { class: "num", "{words.n}" }
                td { class: "small", if !ranked { {page.say("dưới 30 phiếu: chỉ tham khảo", "below 30: for information only")} } }
            }
        }
    }
}

pub(super) fn markup(page: &Page, title: &str, model: &Model, closed: bool) -> Element {
    let month = format!("{}-{:02}", model.month.year, model.month.month);
    let may = page.may(Right::Enter);
    let last_day = date(LocalDay(closes(model.month).0.saturating_sub(1)));
    rsx! {
        div { class: "title",
            h1 { {title} ": " "{model.month}" }
            form { class: "choose screen-only", method: "get", action: "/admin/roster",
                label { span { {page.t.month} }
                    input { r#type: "month", name: "month", value: month }
                }
                button { r#type: "submit", {page.t.show} }
            }
            if page.may(Right::Officers) {
                p { class: "actions", a { class: "button quiet", href: "/admin/officers", {page.say("Số liệu theo cán bộ", "Figures per officer")} } }
            }
        }
        section { class: "card",
            if model.duties.is_empty() {
                p { class: "muted", {page.say("Tháng này chưa khai ca trực nào.", "No duty is entered for this month.")} }
            } else {
                table {
                    thead {
                        tr {
                            th { scope: "col", {page.say("Ngày", "Day")} }
                            th { scope: "col", {page.say("Giờ", "Time")} }
                            th { scope: "col", {page.t.counter} }
                            th { scope: "col", {page.say("Cán bộ", "Officer")} }
                            td {}
                        }
                    }
                    tbody {
                        for duty in model.duties.iter().take(250) {
                            tr {
                                td { {date(duty.shift.day)} }
                                td { {clock(duty.shift.from)} "–" {clock(duty.shift.to)} }
                                td { {counter(model, duty.counter_no)} }
                                th { scope: "row", {name(page, model, duty.officer)} }
                                td { class: "num",
                                    if may && !closed { a { href: "/admin/roster/duty?no={duty.no}&month={month}", {page.say("Sửa", "Correct")} } }
                                }
                            }
                        }
                    }
                }
                if model.duties.len() > 250 {
                    p { class: "small", {page.say("Chỉ hiện 250 ca đầu tháng.", "Only the first 250 are shown.")} }
                }
            }
            p { class: "small",
                if closed {
                    {page.say(
                        "Ca trực tháng này đã chốt, không thêm hay sửa được nữa.",
                        "The duties of this month are closed and can't be changed any more.",
                    )}
                } else {
                    {page.say("Thêm, sửa được đến hết ngày ", "Can be entered and corrected through ")}
                    "{last_day}"
                    {page.say("; sau đó mới có số liệu theo cán bộ.", "; figures per officer come after that.")}
                }
            }
        }
        if may {
            div { class: "grid halves",
                section { class: "card",
                    h2 { {page.say("Thêm ca trực", "Add a duty")} }
                    if model.officers.is_empty() {
                        p { class: "muted", {page.say("Chưa có cán bộ nào. Xin thêm cán bộ trước.", "There is no officer yet. Please add one first.")} }
                    } else {
                        form { class: "stack", method: "post", action: "/admin/roster/add",
                            {page.csrf()}
                            {fields(page, model, None)}
                            button { r#type: "submit", {page.say("Thêm ca trực", "Add")} }
                        }
                    }
                }
                section { class: "card",
                    h2 { {page.say("Thêm cán bộ", "Add an officer")} }
                    form { class: "stack", method: "post", action: "/admin/roster/officer",
                        {page.csrf()}
                        label { span { {page.t.unit} }
                            select { name: "node",
                                for node in model.scope.nodes.iter().filter(|node| node.valid_to.is_none()) {
                                    option { value: "{node.id}", "{node.name}" }
                                }
                            }
                        }
                        label { span { {page.say("Họ tên", "Name")} }
                            input { name: "name", required: true, maxlength: "200" }
                        }
                        label { span { {page.say("Mã cán bộ", "Number")} " " small { "({page.t.optional})" } }
                            input { name: "code", maxlength: "40" }
                        }
                        button { r#type: "submit", {page.say("Thêm cán bộ", "Add")} }
                    }
                }
            }
        }
    }
}

pub(super) fn counter(model: &Model, no: i64) -> String {
    let counter = model.scope.counters.iter().find(|counter| counter.no == no);
    counter
        .map(|counter| with_unit(model, &counter.name, counter.node))
        .unwrap_or_default()
}

/// A name, and of which unit where there are several: "Quầy 1, Xã Mẫu".
fn with_unit(model: &Model, name: &str, node: NodeId) -> String {
    let unit = model.scope.nodes.iter().find(|unit| unit.id == node);
    match unit {
        Some(unit) if model.scope.nodes.len() > 1 => format!("{name}, {}", unit.name),
        _ => name.to_owned(),
    }
}

fn name(page: &Page, model: &Model, officer: Option<i64>) -> String {
    let found = model.officers.iter().find(|other| Some(other.no) == officer);
    found.map_or_else(
        || page.say("(cán bộ đơn vị khác)", "(of another unit)").to_owned(),
        |officer| officer.name.clone(),
    )
}

pub(super) fn fields(page: &Page, model: &Model, duty: Option<&Duty>) -> Element {
    let shift = duty.map_or(
        Shift {
            day: model.today,
            from: 30,
            to: 46,
        },
        |duty| duty.shift,
    );
    rsx! {
        label { span { {page.say("Cán bộ", "Officer")} }
            select { name: "officer",
                if duty.is_some() {
                    option { value: "", {page.say("Không ai (bỏ ca này)", "Nobody (take it back)")} }
                }
                for officer in &model.officers {
                    option { value: "{officer.id}", selected: duty.is_some_and(|duty| duty.officer == Some(officer.no)), {with_unit(model, &officer.name, officer.node)} }
                }
            }
        }
        if duty.is_none() {
            label { span { {page.t.counter} }
                select { name: "counter",
                    for counter in model.scope.counters.iter().filter(|counter| counter.valid_to.is_none()) {
                        option { value: "{counter.id}", {with_unit(model, &counter.name, counter.node)} }
                    }
                }
            }
        }
        label { span { {page.say("Ngày", "Day")} }
            input { name: "day", r#type: "date", required: true, value: "{shift.day.date()}" }
        }
        div { class: "pair even",
            label { span { {page.say("Từ giờ", "From")} }
                input { name: "from", r#type: "time", step: "900", required: true, value: clock(shift.from) }
            }
            label { span { {page.say("Đến giờ", "To")} }
                input { name: "to", r#type: "time", step: "900", required: true, value: clock(shift.to) }
            }
        }
    }
}
