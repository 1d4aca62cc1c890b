//! The export itself, streamed: rows go from the database to the browser without being held.

use super::{Admin, error::PageError, overview::parse_month};
use crate::{
    domain::time::LocalDay,
    server::{
        auth::Visitor,
        export::{self, Request},
    },
    store::places,
    table::{Format, Separator},
};
use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
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
        })
    }
}

/// `GET /admin/export/file`.
pub(super) async fn file(
    State(admin): State<Admin>,
    visitor: Visitor,
    Query(fields): Query<Fields>,
) -> Result<Response, PageError> {
    let Some(mut request) = fields.request() else {
        return Ok(Redirect::to("/admin/export?bad=true").into_response());
    };
    request.node = visitor.scope(request.node);
    if let Some(node) = request.node {
        admin
            .blocking(move |store| store.read(|conn| places::node(conn, node).map(drop)))
            .await?;
    }
    let (store, now) = (admin.store.clone(), admin.clock.now());
    let (named, asked) = (store.clone(), request.clone());
    let name = tokio::task::spawn_blocking(move || export::file_name(&named, &asked)).await;
    let name = name.map_err(|_| PageError::Closing)?;
    let headers = [
        (header::CONTENT_TYPE, request.format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    let (sender, receiver) = mpsc::channel(4);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe {
            sender,
            buffer: Vec::with_capacity(CHUNK),
            runtime,
            patience: PATIENCE,
        };
        if let Err(error) = export::write(&store, &request, &visitor.name, now, &mut pipe) {
            tracing::warn!(%error, "an export ended early");
            // The browser must see a broken download, not a short file.
            let _ = pipe.sender.try_send(Err(io::Error::other("export failed")));
        }
    });
    Ok((headers, Body::from_stream(stream(receiver))).into_response())
}

fn stream(receiver: mpsc::Receiver<io::Result<Bytes>>) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk| (chunk, receiver))
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
