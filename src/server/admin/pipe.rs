//! Files that are made while they are sent: bytes go from the maker to the browser without being held.

use super::page::{self, Page};
use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use dioxus::prelude::*;
use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc};

/// Bytes sent at once.
const CHUNK: usize = 64 * 1024;
/// How long a browser may take for one chunk: as long as it reads, the database keeps a snapshot open for it, and its
/// log can't shrink.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes a file on a blocking thread. `None` if nothing came about: nothing is promised before the first bytes are
/// there, so that a full disk (every export is logged first) is a page that says so, not half a file.
pub(super) async fn body<E: Display>(make: impl FnOnce(&mut Pipe) -> Result<u64, E> + Send + 'static) -> Option<Body> {
    let (sender, mut receiver) = mpsc::channel(4);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe {
            sender,
            buffer: Vec::with_capacity(CHUNK),
            runtime,
            patience: PATIENCE,
        };
        let made = make(&mut pipe).map_err(|error| error.to_string());
        let made = made.and_then(|_| pipe.flush().map_err(|error| error.to_string()));
        if let Err(error) = made {
            tracing::warn!(%error, "a file ended early");
            // The browser must see a broken download, not a short file.
            let _ = pipe.sender.try_send(Err(io::Error::other("the file was not made")));
        }
    });
    match receiver.recv().await {
        Some(Ok(first)) => Some(Body::from_stream(stream(first, receiver))),
        _ => None,
    }
}

/// The page when so many files are being made that one more would slow down all.
pub(super) fn busy(page: &Page) -> Response {
    let said = page.say(
        "Đang có nhiều người tải số liệu cùng lúc. Xin thử lại sau một phút.",
        "Many files are being made at the moment. Please try again in a minute.",
    );
    let mut response = super::error::notice(page, StatusCode::SERVICE_UNAVAILABLE, said);
    response.headers_mut().insert(header::RETRY_AFTER, 60.into());
    response
}

/// The page when no file came about; back leads to where it was asked for.
pub(super) fn not_made(page: &Page, back: &'static str) -> Response {
    let body = rsx! {
        section { class: "card narrow",
            h1 { {page.t.failed} }
            p { role: "alert",
                {page.say(
                    "Chưa tạo được tệp: có thể đĩa của máy chủ đã đầy. Chưa có gì được tải về; phiếu không bị ảnh hưởng. Xin báo người quản trị máy chủ, rồi thử lại.",
                    "The file could not be made: the server's disk may be full. Nothing was downloaded, no ballot is affected. Please tell whoever runs the server, then try again.",
                )}
            }
            p { a { class: "button", href: back, {page.say("Quay lại", "Back")} } }
        }
    };
    (
        StatusCode::INSUFFICIENT_STORAGE,
        page::document(page, page.t.failed, body),
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
pub(super) struct Pipe {
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
