//! Monthly reports: choose the month, look, file, fetch the document; and the transactions they need.
//!
//! Three clicks from sign-in to a filed report: "Báo cáo" (the newest month that has ended is chosen already), "Nộp báo
//! cáo", and the document's link.

mod texts;
mod view;
mod volume;

pub(super) use volume::{enter as enter_volume, page as volume_page};

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
};
use crate::{
    domain::{
        ids::NodeId,
        number,
        period::{MonthKind, Period},
        settings::{Letterhead, Middle},
        time::{LocalDay, Month},
    },
    server::{
        auth::{Form, Visitor},
        report::{self, Facts, Paper},
    },
    store::{
        Reader, Result, StoreError,
        figures::Scope,
        places::{self, NodeKind},
        reports::{self, Filed},
        scope, settings,
    },
};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// What the pages are asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    node: String,
    month: String,
    no: i64,
    /// Look at it for printing, without the frame's forms.
    print: bool,
}

/// The page of a unit's reports.
#[derive(Clone, Debug)]
struct Reports {
    nodes: Vec<(NodeId, String)>,
    node: NodeId,
    kind: MonthKind,
    months: Vec<Month>,
    month: Month,
    /// The report as it would be filed now; or why it can't be.
    draft: std::result::Result<Paper, String>,
    /// Transactions of the month are missing.
    no_volume: bool,
    filed: Vec<Filed>,
    letterhead: Letterhead,
    /// What the unit itself says of its months, and of the middle level.
    own_kind: Option<MonthKind>,
    middle: Option<Middle>,
    /// A report that was filed just now.
    done: Option<Filed>,
}

/// The unit that was asked for, else the visitor's own, else the first that is no reception point.
fn unit(conn: &Reader, asked: &str, top: Option<NodeId>) -> Result<Option<NodeId>> {
    if let Some(id) = asked.parse().ok().or(top) {
        return places::node(conn, id).map(|node| Some(node.id));
    }
    let nodes = places::nodes(conn)?;
    Ok(nodes
        .iter()
        .find(|node| node.kind != NodeKind::ReceptionPoint)
        .map(|node| node.id))
}

fn load(conn: &Reader, asked: &Asked, top: Option<NodeId>, demo: bool, now: i64) -> Result<Option<Reports>> {
    let today = LocalDay::of(now);
    let Some(node) = unit(conn, &asked.node, top)? else {
        return Ok(None);
    };
    let (kind, due) = report::due(conn, node, today)?;
    let month = parse_month(&asked.month).unwrap_or(due);
    let facts = match report::draft(conn, node, month, now) {
        Ok(facts) => Ok(facts),
        Err(StoreError::Invalid(why)) => Err(why),
        Err(error) => return Err(error),
    };
    let (filed, own) = (reports::of_node(conn, node)?, settings::own(conn, node)?);
    let nodes = Scope::seen(conn, top, None)?.nodes;
    Ok(Some(Reports {
        nodes: super::figures::sorted(nodes.into_iter().map(|node| (node.id, node.name)).collect()),
        node,
        kind,
        months: (0..24).map(|back| due.minus(back)).collect(),
        month,
        no_volume: facts.as_ref().is_ok_and(|facts| facts.volume.is_none()),
        draft: facts.map(|facts| report::paper(&facts, demo, today)),
        done: filed.iter().find(|filed| filed.no == asked.no).cloned(),
        filed,
        letterhead: own.letterhead.unwrap_or_default(),
        own_kind: own.month,
        middle: own.middle,
    }))
}

/// A filed report, if its unit is the visitor's or below it. The gate knows ids, not these numbers.
fn theirs(conn: &Reader, top: Option<NodeId>, no: i64) -> Result<Filed> {
    let filed = reports::by_no(conn, no)?;
    match top {
        Some(top) if !scope::inside(conn, top)?.contains(&filed.node) => Err(StoreError::NotFound("report")),
        _ => Ok(filed),
    }
}

/// `GET /admin/reports`.
pub(super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, PageError> {
    let (now, demo, print, top) = (admin.clock.now(), page.demo, asked.print, visitor.node);
    let found = admin.read(move |conn| load(conn, &asked, top, demo, now)).await?;
    let Some(found) = found else {
        return Ok(Redirect::to("/admin/start").into_response());
    };
    let page = page.of(&visitor, Nav::Reports);
    let title = texts::of(&page).reports;
    let body = match (&found.draft, print) {
        (Ok(paper), true) => view::printable(title, paper),
        _ => view::markup(&page, &found),
    };
    Ok(page::document(&page, title, body).into_response())
}

/// `POST /admin/reports`: files it.
pub(super) async fn file(
    State(admin): State<Admin>,
    page: Page,
    form: Form,
) -> std::result::Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let month = parse_month(form.get("month")).ok_or(PageError::Bad)?;
    let (now, who) = (admin.clock.now(), form.visitor.name.clone());
    let filed = admin
        .blocking(move |store| match report::file(&store, node, month, &who, now) {
            Ok(no) => Ok(Ok(no)),
            Err(StoreError::Invalid(why)) => Ok(Err(why)),
            Err(error) => Err(error),
        })
        .await?;
    match filed {
        Ok(no) => {
            Ok(Redirect::to(&format!("/admin/reports?node={node}&month={}&no={no}", said(month))).into_response())
        }
        Err(why) => {
            let page = page.of(&form.visitor, Nav::Reports);
            Ok((
                axum::http::StatusCode::UNPROCESSABLE_ENTITY,
                page::document(&page, texts::of(&page).reports, view::refused(&page, &why, node)),
            )
                .into_response())
        }
    }
}

/// `GET /admin/reports/file`: the document of a filed report, as it was filed.
pub(super) async fn document(
    State(admin): State<Admin>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, PageError> {
    let (filed, bytes) = admin
        .read(move |conn| {
            Ok((
                theirs(conn, visitor.node, asked.no)?,
                reports::document(conn, asked.no)?,
            ))
        })
        .await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", filed.name),
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// A filed report, looked at again.
#[derive(Clone, Debug)]
struct Again {
    filed: Filed,
    paper: Paper,
    facts: Facts,
    /// It was counted again and came to the same.
    same: bool,
    /// The document is the one that was logged is checked by `verify`; bodies that retention deleted since can't be counted.
    gone: u64,
}

/// `GET /admin/reports/filed`: a filed report and whether it can be counted again to the same.
pub(super) async fn filed(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, PageError> {
    let (demo, top) = (page.demo, visitor.node);
    let again = admin
        .read(move |conn| {
            let filed = theirs(conn, top, asked.no)?;
            let facts = Facts::parse(&filed.facts)?;
            let counted = facts.again(conn)?;
            Ok(Again {
                paper: report::paper(&facts, demo, LocalDay::of(filed.hour)),
                same: counted.json() == filed.facts,
                gone: counted.gone.saturating_sub(facts.gone),
                facts,
                filed,
            })
        })
        .await?;
    let page = page.of(&visitor, Nav::Reports);
    Ok(page::document(&page, texts::of(&page).reports, view::filed(&page, &again)).into_response())
}

/// `POST /admin/reports/settings`: how the months run, what stands at the head, where the middle level goes.
pub(super) async fn set(State(admin): State<Admin>, form: Form) -> std::result::Result<Response, PageError> {
    let node: NodeId = form.get("node").parse().map_err(|_| PageError::Bad)?;
    let line = |name: &str| {
        form.get(name)
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect::<String>()
    };
    let head = Letterhead {
        above: line("above"),
        body: line("body"),
        place: line("place"),
        signer: line("signer"),
    };
    let month = match form.get("kind") {
        "statutory" => Some(MonthKind::Statutory),
        "calendar" => Some(MonthKind::Calendar),
        _ => None,
    };
    let middle = Middle::parse(form.get("middle"));
    let (now, who) = (admin.clock.now(), form.visitor.name.clone());
    admin
        .store
        .write_async(move |tx| {
            tx.change_settings(node, &who, now, |own| {
                own.month = month;
                own.middle = middle;
                own.letterhead = (head != Letterhead::default()).then(|| head.clone());
            })
        })
        .await?;
    Ok(Redirect::to(&format!("/admin/reports?node={node}")).into_response())
}

fn said(month: Month) -> String {
    format!("{}-{:02}", month.year, month.month)
}

/// "01/10/2026–31/10/2026".
fn days(first: LocalDay, end: LocalDay) -> String {
    format!("{}–{}", number::date(first), number::date(LocalDay(end.0 - 1)))
}

fn period_of(kind: MonthKind, month: Month) -> Period {
    kind.period(month)
}
