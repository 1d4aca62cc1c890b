//! Bodies that come too slowly: whoever sends a form has only so long, however little they send at a time. The API has
//! its own bound, because its refusals are signed (`api::body`).

use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use futures_util::StreamExt;
use std::{io, time::Duration};
use tokio::time::Instant;

/// How long any form may take.
const FORM: Duration = Duration::from_secs(30);
/// The slowest line that a file may come over, in bytes per second: 2G, as for bundles.
const SLOWEST: u64 = 8 * 1024;

/// How long a form of at most so many bytes may take.
pub(super) fn time_for(bytes: usize) -> Duration {
    FORM.saturating_add(Duration::from_secs(bytes as u64 / SLOWEST))
}

/// Cuts the body off after this time. Middleware for a route that takes forms.
pub(super) async fn in_time(time: Duration, request: Request, next: Next) -> Response {
    next.run(request.map(|body| bound(body, time))).await
}

fn bound(body: Body, time: Duration) -> Body {
    let end = Instant::now() + time;
    let chunks = futures_util::stream::unfold(body.into_data_stream(), move |mut chunks| async move {
        match tokio::time::timeout_at(end, chunks.next()).await {
            Ok(Some(chunk)) => Some((chunk.map_err(io::Error::other), chunks)),
            Ok(None) => None,
            Err(_) => Some((Err(io::ErrorKind::TimedOut.into()), chunks)),
        }
    });
    Body::from_stream(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_never_ends_is_cut_off_and_a_quick_one_is_whole() {
        let quick = bound(Body::from("user=lan"), time_for(0));
        assert_eq!(axum::body::to_bytes(quick, 100).await.unwrap(), "user=lan");
        let endless = Body::from_stream(futures_util::stream::pending::<io::Result<&'static str>>());
        let cut = axum::body::to_bytes(bound(endless, Duration::from_millis(10)), 100).await;
        assert!(cut.is_err());
        assert_eq!(time_for(16 * 1024 * 1024), Duration::from_secs(30 + 2048));
    }
}
