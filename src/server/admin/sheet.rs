//! The activation sheet: one printed page per counter with a code, what it opens and five steps in plain words.

use super::{
    Admin,
    error::PageError,
    page::{self, Nav, Page},
    start,
};
use crate::{
    domain::{ballot::Moment, hex::DeviceId, ids::CounterId, number, time::LocalDay},
    server::{
        address,
        auth::{Form, Visitor},
        qr,
    },
    store::{codes::Length, places, withdraw::Reason},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;

/// Most sheets made at once.
const SHEETS: usize = 50;

/// One sheet.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) node: String,
    pub(super) counter: String,
    pub(super) moment: Moment,
    /// In groups of four.
    pub(super) code: String,
    /// What the QR code opens.
    pub(super) link: String,
    /// Last whole day of its life.
    pub(super) until: LocalDay,
}

/// `POST /admin/start/sheets`: makes a code for each chosen counter and shows the sheets. The codes are stored as
/// hashes only, so this page is the one time they can be read.
pub(super) async fn make(
    State(admin): State<Admin>,
    page: Page,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    let chosen: Result<Vec<CounterId>, _> = form.all("counter").into_iter().map(str::parse).collect();
    let chosen = chosen.map_err(|_| PageError::Bad)?;
    if chosen.is_empty() || chosen.len() > SHEETS {
        let page = page.of(&form.visitor, Nav::Devices);
        let said = page.say(
            format!("Xin chọn từ 1 đến {SHEETS} quầy."),
            format!("Please choose 1 to {SHEETS} counters."),
        );
        return start::sheets_again(&admin, &page, &form.visitor, &chosen, &said).await;
    }
    sheets(&admin, page, &headers, &form.visitor, chosen, None).await
}

/// Makes the sheets of these counters; where a tablet makes room for another, it is taken out of use in the same step.
pub(super) async fn sheets(
    admin: &Admin,
    page: Page,
    headers: &HeaderMap,
    visitor: &Visitor,
    chosen: Vec<CounterId>,
    out: Option<(DeviceId, Reason, String)>,
) -> Result<Response, PageError> {
    let base = address::base_url(admin.tls, headers).ok_or(PageError::Bad)?;
    let made = chosen.clone();
    let codes = admin
        .write_as(visitor, move |tx, now| {
            if let Some((id, reason, note)) = &out {
                tx.withdraw(*id, Some(*reason), note, now)?;
            }
            made.iter()
                .map(|id| tx.make_code(*id, Length::Sheet, now))
                .collect::<Result<Vec<_>, _>>()
        })
        .await?;
    let (counters, nodes) = admin
        .read(|conn| Ok((places::counters(conn)?, places::nodes(conn)?)))
        .await?;
    let sheets = chosen.iter().zip(codes).filter_map(|(id, made)| {
        let counter = counters.iter().find(|counter| counter.id == *id)?;
        let node = nodes.iter().find(|node| node.id == counter.node)?;
        let code = made.code.grouped();
        Some(Sheet {
            node: node.name.clone(),
            counter: counter.name.clone(),
            moment: counter.moment,
            link: format!("{base}/tablet/#{code}"),
            code,
            until: LocalDay(LocalDay::of(made.expires).0.saturating_sub(1)),
        })
    });
    let sheets: Vec<_> = sheets.collect();
    let page = page.of(visitor, Nav::Devices);
    Ok(page::document(&page, page.t.step_sheets, markup(&page, &sheets)).into_response())
}

pub(super) fn markup(page: &Page, sheets: &[Sheet]) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card screen-only",
            h1 { {t.step_sheets} }
            p { {t.sheet_print} }
            p { {t.sheet_once} }
            p { class: "actions",
                a { class: "button", href: "/admin/", {t.nav_overview} }
                a { class: "button quiet", href: "/admin/start/sheets", {t.sheet_again} }
            }
        }
        for sheet in sheets {
            {one(page, sheet)}
        }
    }
}

fn one(page: &Page, sheet: &Sheet) -> Element {
    let t = page.t;
    let steps = [t.sheet_1, t.sheet_2, t.sheet_3, t.sheet_4, t.sheet_5];
    rsx! {
        article { class: "sheet",
            p { class: "sheet-unit", "{sheet.node}" }
            h2 { {t.sheet_title} }
            if page.demo {
                p { class: "sheet-demo", {t.demo} }
            }
            p { class: "sheet-counter",
                "{t.sheet_for}: "
                strong { "{sheet.counter}" }
                br {}
                small { "{t.sheet_moment}: {page.lang.moment(sheet.moment)}" }
            }
            div { class: "sheet-main",
                {qr::svg(&sheet.link, t.sheet_code)}
                div {
                    p { class: "sheet-label", {t.sheet_code} }
                    p { class: "sheet-code", "{sheet.code}" }
                    p { class: "sheet-label", {t.sheet_expires} }
                    p { class: "sheet-date", "{number::date(sheet.until)}" }
                    p { class: "sheet-link", "{sheet.link}" }
                }
            }
            ol {
                for step in steps {
                    li { {step} }
                }
            }
            p { class: "sheet-note", {t.sheet_wrong} }
            p { class: "sheet-note", strong { {t.sheet_keep} } }
        }
    }
}
