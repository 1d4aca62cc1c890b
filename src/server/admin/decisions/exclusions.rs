//! "Dấu hiệu bất thường và loại khỏi thống kê": flags of a month, the exclusions, and the form for another one.

use super::{
    counter_name, name,
    sentences::{crowded, link, sentence},
    short,
};
use crate::{
    domain::{
        hex::DeviceId,
        number::date,
        period::Period,
        stats::Figure,
        time::{LocalDay, Month},
    },
    server::{
        admin::{
            Admin,
            error::PageError,
            overview::parse_month,
            page::{self, Nav, Page},
        },
        auth::{Form, Visitor, permission::Right},
    },
    store::{
        Reader, Refusal, StoreError,
        devices::{self, Device},
        exclusions::{self, Exclusion, Flag, NewExclusion, Over},
        figures::{self, Scope},
        flags::{self, Crowded, Flagged},
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;
use serde::Deserialize;

/// What the page is asked for: a month, and what a flag's link fills in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    month: String,
    counter: String,
    device: String,
    day: String,
    flag: String,
}

struct Model {
    scope: Scope,
    devices: Vec<Device>,
    month: Month,
    flags: Vec<Flagged>,
    crowded: Vec<Crowded>,
    exclusions: Vec<Exclusion>,
    /// The month's figure without and with what is excluded.
    figures: (Figure, Figure),
    excluded: u64,
    today: LocalDay,
}

/// `GET /admin/exclusions`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let (top, today) = (visitor.node, LocalDay::of(admin.clock.now()));
    let month = parse_month(&asked.month).unwrap_or(today.month());
    let model = admin.read(move |conn| load(conn, top, month, today)).await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Dấu hiệu bất thường, loại khỏi thống kê", "Flags and exclusions");
    Ok(page::document(&page, title, markup(&page, title, &model, &asked)).into_response())
}

fn load(
    conn: &Reader,
    top: Option<crate::domain::ids::NodeId>,
    month: Month,
    today: LocalDay,
) -> Result<Model, StoreError> {
    let (scope, period) = (Scope::seen(conn, top, None)?, Period::month(month));
    let without = figures::pooled(&figures::tallies(conn, &scope, period)?);
    let with = figures::pooled(&figures::tallies_with_excluded(conn, &scope, period)?);
    Ok(Model {
        month,
        flags: flags::flags(conn, &scope, period)?,
        crowded: flags::crowded(conn, &scope, month)?,
        exclusions: exclusions::within(conn, &scope)?,
        figures: (Figure::of(without, period), Figure::of(with, period)),
        excluded: figures::sources(conn, &scope, period)?.excluded,
        devices: devices::within(conn, &scope)?,
        scope,
        today,
    })
}

/// `POST /admin/exclusions/add`.
pub(in super::super) async fn add(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let day = |name| -> Result<LocalDay, PageError> {
        let date: NaiveDate = form.get(name).parse().map_err(|_| PageError::Bad)?;
        Ok(LocalDay::from_date(date))
    };
    let (kind, id) = form.get("over").split_once(' ').ok_or(PageError::Bad)?;
    let mut new = NewExclusion {
        counter: None,
        device: None,
        first: day("from")?,
        last: day("to")?,
        flag: Flag::parse(form.get("flag")),
        reason: form.get("reason").to_owned(),
    };
    match kind {
        "counter" => new.counter = Some(id.parse().map_err(|_| PageError::Bad)?),
        _ => new.device = Some(DeviceId::parse(id).map_err(|_| PageError::Bad)?),
    }
    let visitor = form.visitor.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            may_exclude(tx.conn(), &visitor, &new)?;
            tx.exclude(&new, now)
        })
        .await?;
    Ok(Redirect::to("/admin/exclusions").into_response())
}

/// The ids stand behind a word, where the gate does not look for them: counter or tablet must be the visitor's.
fn may_exclude(conn: &Reader, visitor: &Visitor, new: &NewExclusion) -> Result<(), StoreError> {
    let scope = Scope::seen(conn, visitor.node, None)?;
    let over = if let Some(id) = new.counter {
        let own = scope.counters.iter().find(|counter| counter.id == id);
        Over::Counter(own.ok_or(StoreError::NotFound("counter"))?.no)
    } else {
        let own = new.device.map(|id| devices::find(conn, id)).transpose()?.flatten();
        let own = own.filter(|device| holds(&scope, device.counter_no));
        Over::Device(own.ok_or(StoreError::NotFound("device"))?.no)
    };
    may_move(conn, &scope, over, (new.first, new.last, i64::MAX))
}

fn holds(scope: &Scope, counter_no: i64) -> bool {
    scope.counters.iter().any(|counter| counter.no == counter_no)
}

/// Every figure that would move must be the visitor's: of a tablet, wherever its ballots of these days were cast, up to a
/// position of the log. Who sees everything also has those of counters that nobody knows.
fn may_move(
    conn: &Reader,
    scope: &Scope,
    over: Over,
    (first, last, pos): (LocalDay, LocalDay, i64),
) -> Result<(), StoreError> {
    let counters = match over {
        Over::Counter(no) => vec![no],
        Over::Device(no) => exclusions::cast_at(conn, no, first, last, pos)?,
    };
    match scope.node.is_none() || counters.into_iter().all(|no| holds(scope, no)) {
        true => Ok(()),
        false => Err(Refusal::Elsewhere.into()),
    }
}

/// `POST /admin/exclusions/undo`.
pub(in super::super) async fn undo(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let no: i64 = form.get("no").parse().map_err(|_| PageError::Bad)?;
    let (reason, top) = (form.get("reason").to_owned(), form.visitor.node);
    admin
        .write_as(&form.visitor, move |tx, now| {
            let scope = Scope::seen(tx.conn(), top, None)?;
            let seen = exclusions::within(tx.conn(), &scope)?;
            let undone = seen.iter().find(|exclusion| exclusion.no == no);
            let undone = undone.ok_or(StoreError::NotFound("exclusion"))?;
            let days = (undone.first, undone.last, undone.pos);
            may_move(tx.conn(), &scope, undone.over, days)?;
            tx.include(no, &reason, now)
        })
        .await?;
    Ok(Redirect::to("/admin/exclusions").into_response())
}

fn markup(page: &Page, title: &str, model: &Model, asked: &Asked) -> Element {
    let month = format!("{}-{:02}", model.month.year, model.month.month);
    rsx! {
        div { class: "title",
            h1 { {title} }
            form { class: "choose screen-only", method: "get", action: "/admin/exclusions",
                label { span { {page.t.month} }
                    input { r#type: "month", name: "month", value: month }
                }
                button { r#type: "submit", {page.t.show} }
            }
        }
        section { class: "card",
            h2 { {page.say("Dấu hiệu bất thường trong tháng", "Flags of the month")} " {model.month}" }
            if model.flags.is_empty() && model.crowded.is_empty() {
                p { class: "muted", {page.say("Không có dấu hiệu nào.", "None.")} }
            }
            ul {
                for unit in &model.crowded {
                    li {
                        {crowded(page, unit)}
                        " "
                        if page.may(Right::Enter) {
                            a { href: "/admin/reports/volume?node={unit.node}", {page.say("Xem số đã khai", "See what was entered")} }
                        }
                    }
                }
                for flag in model.flags.iter().take(60) {
                    li {
                        {sentence(page, &model.scope, flag)}
                        " "
                        if page.may(Right::Decide) {
                            a { href: "/admin/exclusions?{link(flag)}#them", {page.say("Xem xét loại", "Consider excluding")} }
                        }
                    }
                }
            }
            if model.flags.len() > 60 {
                p { class: "small", {page.say("Chỉ hiện 60 dấu hiệu mới nhất của tháng.", "Only the newest 60 of the month are shown.")} }
            }
            p { class: "small", {page.say(
                "Dấu hiệu chỉ để xem xét: không phiếu nào bị loại khi chưa có quyết định của người có trách nhiệm.",
                "A flag takes nothing out of any figure; only a person's decision does.",
            )} }
        }
        section { class: "card",
            h2 { {page.say("Phạm vi đã loại khỏi thống kê", "What is excluded")} }
            {effect(page, model)}
            if model.exclusions.is_empty() {
                p { class: "muted", {page.say("Chưa có quyết định nào.", "Nothing yet.")} }
            }
            for exclusion in &model.exclusions {
                {one(page, model, exclusion)}
            }
        }
        if page.may(Right::Decide) {
            {form(page, model, asked)}
        }
    }
}

/// The month's figure without and with what is excluded: an exclusion never hides what it did.
fn effect(page: &Page, model: &Model) -> Element {
    if model.excluded == 0 {
        return rsx! {};
    }
    let (without, with) = (&model.figures.0, &model.figures.1);
    let (without, with) = page.say(
        (without.vietnamese(), with.vietnamese()),
        (words(page, without), words(page, with)),
    );
    rsx! {
        p { {page.say("Tháng này đã loại ", "Excluded this month: ")}
            strong { "{page.lang.number(model.excluded)}" }
            " {page.t.ballots}."
        }
        p { {page.say("Không tính phiếu đã loại: ", "Without them: ")} strong { {without} } }
        p { {page.say("Nếu tính cả phiếu đã loại: ", "With them: ")} strong { {with} } }
    }
}

fn words(page: &Page, figure: &Figure) -> String {
    match figure.rate() {
        None => format!("{} (n = {})", page.t.too_few, figure.n()),
        Some(rate) => {
            let said = page.lang.rate(rate);
            format!(
                "{} ({}, n = {}), {} {}",
                said.percent, said.period, said.n, page.t.estimated, said.interval
            )
        }
    }
}

fn over(model: &Model, exclusion: &Exclusion) -> String {
    match exclusion.over {
        Over::Counter(no) => counter_name(&model.scope, no).unwrap_or_default(),
        Over::Device(_) => exclusion.tablet.map(short).unwrap_or_default(),
    }
}

fn flag_words(page: &Page, flag: Option<Flag>) -> &'static str {
    match flag {
        None => page.say("mọi phiếu", "all ballots"),
        Some(Flag::Burst) => page.say(
            "chỉ phiếu cách phiếu trước chưa đến 20 giây",
            "only ballots less than 20 s after the one before",
        ),
        Some(Flag::AfterHours) => page.say("chỉ phiếu ngoài giờ làm việc", "only ballots outside opening hours"),
    }
}

fn one(page: &Page, model: &Model, exclusion: &Exclusion) -> Element {
    let (first, last) = (date(exclusion.first), date(exclusion.last));
    let decided = date(LocalDay::of(exclusion.hour));
    rsx! {
        details { class: "row",
            summary {
                "#{exclusion.no} · "
                strong { {over(model, exclusion)} }
                " · {first} – {last} · {page.lang.number(exclusion.ballots)} {page.t.ballots} · "
                if exclusion.undone.is_some() {
                    span { class: "state off", {page.say("Đã bỏ", "Undone")} }
                } else {
                    span { class: "state warn", {page.say("Đang loại", "Stands")} }
                }
            }
            p { {page.say("Phạm vi: ", "Scope: ")} {flag_words(page, exclusion.flag)} }
            p { {page.say("Lý do: ", "Reason: ")} "{exclusion.reason}" }
            p { class: "small", "{exclusion.who} · {decided} · " {page.say("nhật ký số ", "log ")} "{exclusion.pos}" }
            match &exclusion.undone {
                Some(undone) => rsx! {
                    p { {page.say("Bỏ quyết định: ", "Undone: ")} "{undone.reason}" }
                    p { class: "small", "{undone.who} · {date(LocalDay::of(undone.hour))} · " {page.say("nhật ký số ", "log ")} "{undone.pos}" }
                },
                None if page.may(Right::Decide) => rsx! {
                    form { class: "stack short", method: "post", action: "/admin/exclusions/undo",
                        {page.csrf()}
                        input { r#type: "hidden", name: "no", value: "{exclusion.no}" }
                        label { span { {page.say("Lý do bỏ quyết định", "Reason for undoing")} }
                            textarea { name: "reason", rows: "2", required: true, minlength: "5", maxlength: "500" }
                        }
                        button { class: "quiet", r#type: "submit", {page.say("Tính lại các phiếu này", "Count them again")} }
                    }
                },
                None => rsx! {},
            }
        }
    }
}

fn form(page: &Page, model: &Model, asked: &Asked) -> Element {
    let day = asked
        .day
        .parse::<NaiveDate>()
        .map_or_else(|_| model.today.date().to_string(), |day| day.to_string());
    let flags = [None, Some(Flag::Burst), Some(Flag::AfterHours)];
    let device_name = |device: &Device| {
        let at = counter_name(&model.scope, device.counter_no).unwrap_or_default();
        format!("{} {} ({at})", page.t.device, short(device.id))
    };
    rsx! {
        section { class: "card", id: "them",
            h2 { {page.say("Loại khỏi thống kê (phiếu vẫn giữ)", "Exclude (the ballots are kept)")} }
            form { class: "stack short", method: "post", action: "/admin/exclusions/add",
                {page.csrf()}
                label { span { {page.say("Quầy hoặc máy", "Counter or tablet")} }
                    select { name: "over",
                        for counter in &model.scope.counters {
                            option { value: "counter {counter.id}", selected: asked.counter == counter.id.to_string(), {name(&model.scope, counter)} }
                        }
                        for device in &model.devices {
                            option { value: "device {device.id}", selected: asked.device == device.id.to_string(), {device_name(device)} }
                        }
                    }
                }
                div { class: "line",
                    span { {page.t.export_from} }
                    input { name: "from", r#type: "date", required: true, value: "{day}", "aria-label": page.t.export_from }
                    span { {page.t.export_to} }
                    input { name: "to", r#type: "date", required: true, value: "{day}", "aria-label": page.t.export_to }
                }
                label { span { {page.say("Phiếu nào", "Which ballots")} }
                    select { name: "flag",
                        for flag in flags {
                            option { value: flag.map(Flag::name).unwrap_or_default(), selected: asked.flag == flag.map(Flag::name).unwrap_or_default(), {flag_words(page, flag)} }
                        }
                    }
                }
                label { span { {page.say("Lý do", "Reason")} }
                    textarea { name: "reason", rows: "3", required: true, minlength: "5", maxlength: "500" }
                }
                button { class: "serious", r#type: "submit", {page.say("Loại khỏi thống kê", "Exclude")} }
            }
            p { class: "small", {page.say(
                "Chỉ loại được cả ngày, từ 5 phiếu đã công bố trở lên ở mỗi quầy và nửa tháng, và phần còn lại cũng phải từ 5 phiếu hoặc không còn phiếu nào; cả nửa tháng của một quầy thì loại được. Phiếu đến sau quyết định này vẫn được tính. Tên người quyết định, lý do, số phiếu và tỷ lệ khi có và không có các phiếu này luôn hiện dưới số liệu. Bỏ quyết định được bất cứ lúc nào, trừ khi việc ấy tách riêng dưới 5 phiếu.",
                "Whole days only, of each counter and half month five released ballots or more, and five or none of it may be left; a counter's whole half month can be excluded. What comes later still counts. Who decided, why, and the rate with and without stay visible; it can be undone at any time, unless that would single out fewer than five.",
            )} }
        }
    }
}
