//! The form for a month's transactions and papers.

use super::{
    super::{
        Admin,
        error::PageError,
        overview::parse_month,
        page::{self, Nav, Page},
    },
    Asked, period_of, said,
    texts::{self, Texts},
    unit,
    view::{count, entered_days},
};
use crate::{
    domain::{
        ids::NodeId,
        period::{MonthKind, Period},
        time::{LocalDay, Month},
        volume::{Papers, Volume, needed_sample},
    },
    server::{
        auth::{Form, Visitor},
        report,
    },
    store::{
        Reader, Result, StoreError, places,
        volumes::{self, Entered},
    },
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;

/// The page.
#[derive(Clone, Debug)]
struct Volumes {
    node: NodeId,
    name: String,
    kind: MonthKind,
    month: Month,
    months: Vec<Month>,
    entered: Vec<Entered>,
}

/// The numbers of the form, in their order, with their fields.
const FIELDS: [&str; 5] = ["transactions", "total", "on_time", "pending", "late"];

fn load(conn: &Reader, node: &str, top: Option<NodeId>, month: &str, now: i64) -> Result<Option<Volumes>> {
    let Some(node) = unit(conn, node, top)? else {
        return Ok(None);
    };
    let (kind, due) = report::due(conn, node, LocalDay::of(now))?;
    Ok(Some(Volumes {
        name: places::node(conn, node)?.name,
        node,
        kind,
        month: parse_month(month).unwrap_or(due),
        months: (0..24).map(|back| due.minus(back)).collect(),
        entered: volumes::entered(conn, node)?,
    }))
}

/// `GET /admin/reports/volume`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, PageError> {
    let (now, top) = (admin.clock.now(), visitor.node);
    let found = admin
        .read(move |conn| load(conn, &asked.node, top, &asked.month, now))
        .await?;
    let Some(found) = found else {
        return Ok(Redirect::to("/admin/start").into_response());
    };
    let page = page.of(&visitor, Nav::Reports);
    let period = period_of(found.kind, found.month);
    let values = Values {
        first: period.first().date().to_string(),
        last: period.last_day().date().to_string(),
        numbers: Default::default(),
    };
    Ok(page::document(&page, texts::of(&page).volume, markup(&page, &found, &values, None)).into_response())
}

/// What stands in the form's fields.
#[derive(Clone, Debug, Default)]
struct Values {
    first: String,
    last: String,
    numbers: [String; 5],
}

/// `POST /admin/reports/volume`.
pub(in super::super) async fn enter(
    State(admin): State<Admin>,
    page: Page,
    form: Form,
) -> std::result::Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let month = parse_month(form.get("month")).ok_or(PageError::Bad)?;
    let page = page.of(&form.visitor, Nav::Reports);
    let t = texts::of(&page);
    let values = Values {
        first: form.get("first").to_owned(),
        last: form.get("last").to_owned(),
        numbers: FIELDS.map(|field| form.get(field).to_owned()),
    };
    let (now, who) = (admin.clock.now(), form.visitor.name.clone());
    let why = match read(t, &values) {
        Err(why) => why,
        Ok((volume, said_days)) => {
            let done = admin
                .store
                .write_async(move |tx| tx.enter_volume(node, said_days, month, volume, &who, now))
                .await;
            match done {
                Ok(_) => {
                    let to = format!("/admin/reports/volume?node={node}&month={}", said(month));
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(StoreError::Invalid(why)) => why,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let (asked, of) = (node.to_string(), said(month));
    let found = admin.read(move |conn| load(conn, &asked, None, &of, now)).await?;
    let found = found.ok_or(PageError::Bad)?;
    let body = markup(&page, &found, &values, Some(&why));
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::document(&page, t.volume, body)).into_response())
}

/// Reads the form; else says which field is wrong and how.
fn read(t: &Texts, values: &Values) -> std::result::Result<(Volume, Period), String> {
    let labels = [t.transactions, t.total, t.on_time, t.pending, t.late];
    let mut numbers = [None; 5];
    for ((number, text), label) in numbers.iter_mut().zip(&values.numbers).zip(labels) {
        // "1.042" as Vietnamese papers write it.
        let digits: String = text.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
        if !digits.is_empty() {
            let parsed: u64 = digits.parse().map_err(|_| format!("{} “{label}”.", t.numbers))?;
            // Far more than a country has; keeps sums and pages sane.
            if parsed > 1_000_000_000 {
                return Err(format!("{} “{label}”.", t.numbers));
            }
            *number = Some(parsed);
        }
    }
    let [Some(transactions), total, on_time, pending, late] = numbers else {
        return Err(format!("{} “{}”.", t.numbers, t.transactions));
    };
    let papers = match (total, on_time, pending, late) {
        (None, None, None, None) => None,
        // A blank "overdue" is the question of F18: what is left over is named.
        (Some(total), Some(on_time), Some(pending), late) => {
            let papers = Papers::new(total, on_time, pending, late.unwrap_or(0));
            Some(papers.map_err(|unbalanced| unbalanced.vietnamese())?)
        }
        _ => return Err(t.all_four.to_owned()),
    };
    let day = |text: &str| text.parse::<NaiveDate>().ok().map(LocalDay::from_date);
    let days = day(&values.first).zip(day(&values.last));
    let period = days.and_then(|(first, last)| Period::days(first, last).ok());
    let period = period.ok_or_else(|| t.dates.to_owned())?;
    Ok((Volume { transactions, papers }, period))
}

fn markup(page: &Page, v: &Volumes, values: &Values, why: Option<&str>) -> Element {
    let t = texts::of(page);
    let [transactions, papers @ ..] = &values.numbers;
    let labels = [t.total, t.on_time, t.pending, t.late];
    let fields = FIELDS.iter().skip(1).zip(labels).zip(papers);
    rsx! {
        div { class: "title", h1 { "{t.volume}: {v.name}" } }
        div { class: "grid entries",
            section { class: "card",
                p { class: "small", {t.volume_lead} }
                if let Some(why) = why {
                    p { class: "notice", role: "alert", "{why}" }
                }
                form { class: "stack", method: "post", action: "/admin/reports/volume",
                    {page.csrf()}
                    input { r#type: "hidden", name: "node", value: "{v.node}" }
                    label { span { {t.month} }
                        select { name: "month",
                            for month in &v.months {
                                option { value: said(*month), selected: *month == v.month, "{month}" }
                            }
                        }
                    }
                    div { class: "line",
                        label { span { {t.first} } input { r#type: "date", name: "first", required: true, value: "{values.first}" } }
                        label { span { {t.last} } input { r#type: "date", name: "last", required: true, value: "{values.last}" } }
                    }
                    label { span { {t.transactions} }
                        input { r#type: "text", inputmode: "numeric", name: "transactions", required: true, value: "{transactions}" }
                    }
                    fieldset {
                        legend { {t.papers} }
                        for ((name , label) , value) in fields {
                            label { span { {label} }
                                input { r#type: "text", inputmode: "numeric", name: *name, value: "{value}" }
                            }
                        }
                    }
                    p { class: "actions",
                        button { r#type: "submit", {t.save} }
                        a { class: "button quiet", href: "/admin/reports?node={v.node}&month={said(v.month)}", {t.back} }
                    }
                }
            }
            section { class: "card",
                h2 { {t.entered} }
                if v.entered.is_empty() {
                    p { class: "muted", {t.none_entered} }
                } else {
                    table {
                        thead { tr {
                            th { scope: "col", {t.days} }
                            th { scope: "col", class: "num", {t.transactions} }
                            th { scope: "col", class: "num", {t.needed} }
                            th { scope: "col", class: "num", {t.on_time_share} }
                            th { scope: "col", {t.entered_by} }
                        } }
                        tbody {
                            for entry in &v.entered {
                                tr {
                                    th { scope: "row", {entered_days(entry.days)} }
                                    td { class: "num", {count(page, entry.volume.transactions)} }
                                    td { class: "num", {count(page, needed_sample(entry.volume.transactions))} }
                                    td { class: "num",
                                        {entry.volume.papers.and_then(|papers| papers.on_time()).map_or_else(|| "–".to_owned(), |share| page.lang.marks(&share.vietnamese()))}
                                    }
                                    td { "{entry.who}" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
