//! The export itself, streamed: rows go from the database to the browser without being held.

use super::{
    Admin,
    error::PageError,
    overview::{YEARS, parse_month},
    page::{Nav, Page},
    pipe,
};
use crate::{
    domain::{settings::Middle, time::LocalDay},
    server::{
        auth::Visitor,
        export::{self, Only, Request, Scale, What},
    },
    store::{places, settings},
    table::{Format, Separator},
};
use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// The fields of the export form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    node: String,
    when: String,
    month: String,
    from: String,
    to: String,
    format: String,
    separator: String,
    what: String,
    field: String,
    moment: String,
}

impl Fields {
    /// What they ask for; `None` if the days make no sense.
    fn request(&self) -> Option<Request> {
        // "26" typed for a year is 0026.
        let day = |text: &str| {
            let day: NaiveDate = text.parse().ok()?;
            YEARS.contains(&day.year()).then(|| LocalDay::from_date(day))
        };
        let (from, to) = match self.when.as_str() {
            "month" => {
                let month = parse_month(&self.month)?;
                (Some(month.first()), Some(LocalDay(month.end().0 - 1)))
            }
            "days" => (Some(day(&self.from)?), Some(day(&self.to)?)),
            _ => (None, None),
        };
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return None;
        }
        let separator = if self.separator == "comma" {
            Separator::Comma
        } else {
            Separator::Semicolon
        };
        let node = Some(self.node.as_str()).filter(|id| !id.is_empty());
        Some(Request {
            node: node.map(str::parse).transpose().ok()?,
            from,
            to,
            format: match self.format.as_str() {
                "csv" => Format::Csv(separator),
                "ndjson" => Format::Ndjson,
                _ => Format::Xlsx,
            },
            evidence: None,
            what: match self.what.as_str() {
                "figures" => What::Figures(Scale::Five),
                // Which way the middle goes is the unit's setting, read when the unit is known.
                "figures3" => What::Figures(Scale::Three(Middle::default())),
                _ => What::Ballots,
            },
            only: Only {
                field: Some(self.field.trim().to_owned()).filter(|field| !field.is_empty()),
                moment: places::parse_moment(&self.moment),
            },
        })
    }
}

/// `GET /admin/export/file`.
pub(super) async fn file(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(fields): Query<Fields>,
) -> Result<Response, PageError> {
    let Some(mut request) = fields.request() else {
        return Ok(Redirect::to("/admin/export?bad=true").into_response());
    };
    let Ok(room) = admin.exports.clone().try_acquire_owned() else {
        return Ok(pipe::busy(&page.of(&visitor, Nav::Export)));
    };
    request.node = visitor.scope(request.node);
    if let Some(node) = request.node {
        let settings = admin
            .read(move |conn| places::node(conn, node).and_then(|node| settings::effective(conn, node.id)))
            .await?;
        if let What::Figures(Scale::Three(middle)) = &mut request.what {
            *middle = settings.middle.unwrap_or_default();
        }
    }
    let (store, now) = (admin.store.clone(), admin.clock.now());
    let asked = request.clone();
    if admin
        .blocking(move |store| export::is_empty(&store, &asked, now))
        .await?
    {
        return Ok(Redirect::to("/admin/export?none=true").into_response());
    }
    let (named, asked) = (store.clone(), request.clone());
    let name = tokio::task::spawn_blocking(move || export::file_name(&named, &asked)).await;
    let name = name.map_err(|_| PageError::Closing)?;
    let headers = [
        (header::CONTENT_TYPE, request.format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let who = visitor.name.clone();
    let make = move |pipe: &mut pipe::Pipe| {
        let _room = room;
        export::write(&store, &request, &who, now, pipe)
    };
    match pipe::body(make).await {
        Some(body) => Ok((headers, body).into_response()),
        None => Ok(pipe::not_made(&page.of(&visitor, Nav::Export), "/admin/export")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    #[tokio::test]
    async fn one_export_too_many_is_told_to_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let options = crate::store::CreateOptions { demo: false, now: 0 };
        let store = crate::store::Store::create(&dir.path().join("data"), options).unwrap();
        let admin = Admin::new(store, crate::server::Clock::simulated(|| 0), false);
        let token = crate::server::auth::session::Token::random().unwrap();
        let visitor = Visitor {
            name: "lan".into(),
            role: crate::domain::role::Role::System,
            node: None,
            must_change: false,
            csrf: token.csrf(),
            token,
        };
        let ask = async || {
            let (page, fields) = (Page::bare(), Query(Fields::default()));
            let answer = file(State(admin.clone()), visitor.clone(), page, fields).await;
            answer.unwrap().status()
        };
        let all = admin.exports.clone().try_acquire_many_owned(8).unwrap();
        assert_eq!(ask().await, StatusCode::SERVICE_UNAVAILABLE);
        drop(all);
        assert_eq!(
            ask().await,
            StatusCode::SEE_OTHER,
            "nothing matches, and its room is free again"
        );
        assert_eq!(admin.exports.available_permits(), 8);
    }
}
