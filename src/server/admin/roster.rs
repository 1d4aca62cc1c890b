//! "Ca trực": who is at which counter when, and figures per officer of a month that has ended.

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        ids::OfficerId,
        number::date,
        period::Period,
        stats::Figure,
        time::{LocalDay, Month},
    },
    server::auth::{Form, Visitor, permission::Right},
    store::{
        Reader, Refusal, StoreError,
        figures::Scope,
        roster::{self, Attribution, Duty, Officer, Shift},
        views::Viewed,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;
use serde::Deserialize;
use serde_json::json;

/// Which month.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    month: String,
}

struct Model {
    scope: Scope,
    officers: Vec<Officer>,
    duties: Vec<Duty>,
    month: Month,
    today: LocalDay,
}

fn load(conn: &Reader, visitor: &Visitor, month: Month, today: LocalDay) -> Result<Model, StoreError> {
    let mut scope = Scope::seen(conn, visitor.node, None)?;
    scope
        .counters
        .retain(|counter| scope.nodes.iter().any(|node| node.id == counter.node));
    let mut officers = roster::officers(conn)?;
    officers.retain(|officer| scope.nodes.iter().any(|node| node.id == officer.node));
    let mut duties = roster::duties(conn, Period::month(month))?;
    duties.retain(|duty| scope.counters.iter().any(|counter| counter.no == duty.counter_no));
    Ok(Model {
        scope,
        officers,
        duties,
        month,
        today,
    })
}

/// `GET /admin/roster`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let month = parse_month(&asked.month).unwrap_or(today.month());
    let seer = visitor.clone();
    let model = admin
        .blocking(move |store| store.read(|conn| load(conn, &seer, month, today)))
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Ca trực", "Duties");
    Ok(page::document(&page, title, markup(&page, title, &model)).into_response())
}

/// "07:30" in quarters of an hour; "24:00" is the end of the day.
fn quarter(text: &str) -> Option<u8> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let quarter = hour.checked_mul(4)?.checked_add(minute / 15)?;
    (minute % 15 == 0 && minute < 60 && quarter <= roster::QUARTERS).then_some(quarter)
}

fn clock(quarter: u8) -> String {
    format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15)
}

fn shift(form: &Form) -> Result<Shift, PageError> {
    let day: NaiveDate = form.get("day").parse().map_err(|_| PageError::Bad)?;
    let at = |name| quarter(form.get(name)).ok_or(StoreError::from(Refusal::Duty));
    Ok(Shift {
        day: LocalDay::from_date(day),
        from: at("from")?,
        to: at("to")?,
    })
}

fn officer(form: &Form) -> Result<Option<OfficerId>, PageError> {
    let text = Some(form.get("officer")).filter(|id| !id.is_empty());
    text.map(str::parse).transpose().map_err(|_| PageError::Bad)
}

/// `POST /admin/roster/officer`.
pub(super) async fn add_officer(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let (name, code) = (form.get("name").to_owned(), form.get("code").to_owned());
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.add_officer(node, &name, Some(&code), now)
        })
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `POST /admin/roster/add`.
pub(super) async fn add(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let (officer, shift) = (officer(&form)?.ok_or(PageError::Bad)?, shift(&form)?);
    let counter = form.get("counter").parse().map_err(|_| PageError::Bad)?;
    admin
        .write_as(&form.visitor, move |tx, now| tx.add_duty(officer, counter, shift, now))
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `POST /admin/roster/correct`: another officer or time, or nobody.
pub(super) async fn correct(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let no: i64 = form.get("no").parse().map_err(|_| PageError::Bad)?;
    let (officer, shift, visitor) = (officer(&form)?, shift(&form)?, form.visitor.clone());
    admin
        .write_as(&form.visitor, move |tx, now| {
            let day = roster::day_of(tx.conn(), no)?;
            let seen = load(tx.conn(), &visitor, day.month(), day)?;
            // Another unit's duty looks like none; one that was replaced says so.
            let counter_no = roster::counter_of(tx.conn(), no)?;
            if !seen.scope.counters.iter().any(|counter| counter.no == counter_no) {
                return Err(StoreError::NotFound("duty"));
            }
            tx.correct_duty(no, officer, shift, now)
        })
        .await?;
    Ok(Redirect::to("/admin/roster").into_response())
}

/// `GET /admin/officers`: figures per officer, of a month that has ended; looking is logged.
pub(super) async fn figures(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let month = parse_month(&asked.month).unwrap_or(today.month().minus(1));
    if month.end() > today {
        return Err(StoreError::from(Refusal::OpenMonth).into());
    }
    let scope = json!({"node": visitor.node, "month": month.to_string()});
    admin
        .write_as(&visitor, move |tx, now| {
            tx.viewed(Viewed::OfficerFigures, scope.clone(), now)
        })
        .await?;
    let seer = visitor.clone();
    let (model, tallies) = admin
        .blocking(move |store| {
            store.read(|conn| {
                let model = load(conn, &seer, month, today)?;
                let counters: Vec<_> = model.scope.counters.iter().map(|counter| counter.no).collect();
                let tallies = roster::tallies(conn, &counters, month, today)?;
                Ok((model, tallies))
            })
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Số liệu theo cán bộ", "Figures per officer");
    let period = Period::month(month);
    let mut lines: Vec<(String, Figure)> = Vec::new();
    // In the order they were added: nothing here is a ranking.
    for officer in &model.officers {
        let tally = tallies
            .get(&Attribution::Officer(officer.no))
            .copied()
            .unwrap_or_default();
        lines.push((officer.name.clone(), Figure::of(tally, period)));
    }
    // Officers of other units may have stood here; theirs is not this page's to name.
    let own = |whose: &Attribution| match whose {
        Attribution::Officer(no) => model.officers.iter().any(|officer| officer.no == *no),
        Attribution::Unknown => false,
    };
    let others = tallies
        .iter()
        .filter(|(whose, _)| !own(whose))
        .map(|(_, tally)| tally.n())
        .sum();
    Ok(page::document(&page, title, figures_markup(&page, title, &model, &lines, others)).into_response())
}

fn figures_markup(page: &Page, title: &str, model: &Model, lines: &[(String, Figure)], unknown: u64) -> Element {
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
                    for (name , figure) in lines {
                        tr {
                            th { scope: "row", "{name}" }
                            {cells(page, figure)}
                        }
                    }
                }
            }
            p { {page.say("Không xác định được ca trực: ", "No duty known: ")} strong { "{page.lang.number(unknown)}" } " {page.t.ballots}." }
            p { class: "small", {page.say(
                "Phiếu được gắn với cán bộ qua quầy và ca trực; phiếu ở lúc có hai người trực, hoặc chưa khai ca trực, không tính cho ai. Dưới 10 phiếu không tính tỷ lệ; dưới 30 phiếu không dùng để xếp hạng. Danh sách xếp theo thứ tự đã khai, không xếp theo kết quả. Mỗi lần xem được ghi nhật ký.",
                "A ballot is attributed by counter and duty; where two were on duty, or none is entered, it is nobody's. Below 10 there is no rate, below 30 nothing is ranked. In the order they were entered, not by result. Each look is logged.",
            )} }
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

fn markup(page: &Page, title: &str, model: &Model) -> Element {
    let month = format!("{}-{:02}", model.month.year, model.month.month);
    let may = page.may(Right::Enter);
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
                            th {}
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
                                    if may { a { href: "/admin/roster/duty?no={duty.no}&month={month}", {page.say("Sửa", "Correct")} } }
                                }
                            }
                        }
                    }
                }
                if model.duties.len() > 250 {
                    p { class: "small", {page.say("Chỉ hiện 250 ca đầu tháng.", "Only the first 250 are shown.")} }
                }
            }
        }
        if may {
            div { class: "grid halves",
                section { class: "card",
                    h2 { {page.say("Thêm ca trực", "Add a duty")} }
                    form { class: "stack", method: "post", action: "/admin/roster/add",
                        {page.csrf()}
                        {fields(page, model, None)}
                        button { r#type: "submit", {page.say("Thêm ca trực", "Add")} }
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

/// `GET /admin/roster/duty`: one duty, to correct it.
pub(super) async fn duty_page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<WhichDuty>,
) -> Result<Response, PageError> {
    let today = LocalDay::of(admin.clock.now());
    let (seer, no) = (visitor.clone(), which.no);
    let (model, duty) = admin
        .blocking(move |store| {
            store.read(|conn| {
                let day = roster::day_of(conn, no)?;
                let model = load(conn, &seer, day.month(), today)?;
                let duty = model.duties.iter().find(|duty| duty.no == no).cloned();
                Ok((model, duty.ok_or(StoreError::NotFound("duty"))?))
            })
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Sửa ca trực", "Correct a duty");
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { {counter(&model, duty.counter_no)} }
            form { class: "stack", method: "post", action: "/admin/roster/correct",
                {page.csrf()}
                input { r#type: "hidden", name: "no", value: "{duty.no}" }
                {fields(&page, &model, Some(&duty))}
                p { class: "small", {page.say("Dòng cũ vẫn giữ trong nhật ký; dòng mới thay cho nó.", "The old line stays in the log; the new one replaces it.")} }
                button { r#type: "submit", {page.say("Lưu", "Save")} }
            }
        }
    };
    Ok(page::document(&page, title, body).into_response())
}

/// Which duty.
#[derive(Debug, Deserialize)]
pub(super) struct WhichDuty {
    no: i64,
}

fn counter(model: &Model, no: i64) -> String {
    let counter = model.scope.counters.iter().find(|counter| counter.no == no);
    counter.map(|counter| counter.name.clone()).unwrap_or_default()
}

fn name(page: &Page, model: &Model, officer: Option<i64>) -> String {
    let found = model.officers.iter().find(|other| Some(other.no) == officer);
    found.map_or_else(
        || page.say("(cán bộ đơn vị khác)", "(of another unit)").to_owned(),
        |officer| officer.name.clone(),
    )
}

fn fields(page: &Page, model: &Model, duty: Option<&Duty>) -> Element {
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
                    option { value: "{officer.id}", selected: duty.is_some_and(|duty| duty.officer == Some(officer.no)), "{officer.name}" }
                }
            }
        }
        if duty.is_none() {
            label { span { {page.t.counter} }
                select { name: "counter",
                    for counter in model.scope.counters.iter().filter(|counter| counter.valid_to.is_none()) {
                        option { value: "{counter.id}", "{counter.name}" }
                    }
                }
            }
        }
        div { class: "line",
            input { name: "day", r#type: "date", required: true, value: "{shift.day.date()}", "aria-label": page.say("Ngày", "Day") }
            input { name: "from", r#type: "time", step: "900", required: true, value: clock(shift.from), "aria-label": page.say("Từ giờ", "From") }
            span { "–" }
            input { name: "to", r#type: "time", step: "900", required: true, value: clock(shift.to), "aria-label": page.say("Đến giờ", "To") }
        }
    }
}
