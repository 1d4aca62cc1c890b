//! The export itself, streamed: rows go from the database to the browser without being held.

use super::{
    Admin,
    error::PageError,
    overview::parse_month,
    page::{self, Nav, Page},
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
    body::{Body, Bytes},
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use dioxus::prelude::*;
use serde::Deserialize;
use std::{
    io::{self, Write},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc};

/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;
/// How long a browser may take for one chunk: as long as it reads, the database keeps a snapshot open for it, and its
/// log can't shrink.
const PATIENCE: Duration = Duration::from_secs(60);

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
        let day = |text: &str| text.parse::<NaiveDate>().ok().map(LocalDay::from_date);
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
        return Ok(busy(page.of(&visitor, Nav::Export)));
    };
    request.node = visitor.scope(request.node);
    if let Some(node) = request.node {
        let settings = admin
            .blocking(move |store| {
                store.read(|conn| places::node(conn, node).and_then(|node| settings::effective(conn, node.id)))
            })
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
    let (sender, mut receiver) = mpsc::channel(4);
    let (runtime, who) = (Handle::current(), visitor.name.clone());
    tokio::task::spawn_blocking(move || {
        let _room = room;
        let mut pipe = Pipe {
            sender,
            buffer: Vec::with_capacity(CHUNK),
            runtime,
            patience: PATIENCE,
        };
        if let Err(error) = export::write(&store, &request, &who, now, &mut pipe) {
            tracing::warn!(%error, "an export ended early");
            // The browser must see a broken download, not a short file.
            let _ = pipe.sender.try_send(Err(io::Error::other("export failed")));
        }
    });
    // Nothing is promised before the first bytes are there: a full disk (a spreadsheet's rows are gathered on it) is a
    // page that says so, not half a file.
    let first = match receiver.recv().await {
        Some(Ok(first)) => first,
        _ => return Ok(not_made(page.of(&visitor, Nav::Export))),
    };
    Ok((headers, Body::from_stream(stream(first, receiver))).into_response())
}

/// The page when others are taking out so much that one more would slow down all.
fn busy(page: Page) -> Response {
    let said = page.say(
        "Đang có nhiều người tải số liệu cùng lúc. Xin thử lại sau một phút.",
        "Many files are being made at the moment. Please try again in a minute.",
    );
    let mut response = super::error::notice(&page, StatusCode::SERVICE_UNAVAILABLE, said);
    response.headers_mut().insert(header::RETRY_AFTER, 60.into());
    response
}

/// The page when no file came about.
fn not_made(page: Page) -> Response {
    let body = rsx! {
        section { class: "card narrow",
            h1 { {page.t.failed} }
            p { role: "alert",
                {page.say(
                    "Chưa tạo được tệp: có thể đĩa của máy chủ đã đầy. Chưa có gì được tải về; phiếu không bị ảnh hưởng. Xin báo người quản trị máy chủ, rồi thử lại.",
                    "The file could not be made: the server's disk may be full. Nothing was downloaded, no ballot is affected. Please tell whoever runs the server, then try again.",
                )}
            }
            p { a { class: "button", href: "/admin/export", {page.t.nav_export} } }
        }
    };
    (
        StatusCode::INSUFFICIENT_STORAGE,
        page::document(&page, page.t.failed, body),
    )
        .into_response()
}

fn stream(
    first: Bytes,
    receiver: mpsc::Receiver<io::Result<Bytes>>,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    futures_util::stream::unfold((Some(first), receiver), |(first, mut receiver)| async {
        match first {
            Some(first) => Some((Ok(first), (None, receiver))),
            None => receiver.recv().await.map(|chunk| (chunk, (None, receiver))),
        }
    })
}

/// Gathers bytes and hands them to the response; waits while the browser is slow, fails when it is gone or stands
/// still.
struct Pipe {
    sender: mpsc::Sender<io::Result<Bytes>>,
    buffer: Vec<u8>,
    runtime: Handle,
    patience: Duration,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK)));
        let sent = self.sender.send_timeout(Ok(chunk), self.patience);
        self.runtime
            .block_on(sent)
            .map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[tokio::test]
    async fn a_browser_that_reads_nothing_ends_the_export() {
        let (sender, receiver) = mpsc::channel(1);
        let mut pipe = Pipe {
            sender,
            buffer: Vec::new(),
            runtime: Handle::current(),
            patience: Duration::from_millis(10),
        };
        let ended = tokio::task::spawn_blocking(move || (0..3).try_for_each(|_| pipe.write_all(&[0; CHUNK])));
        assert_eq!(ended.await.unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        drop(receiver);
    }
}
