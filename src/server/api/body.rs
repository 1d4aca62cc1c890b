//! Reading a body with a bound on its size and on its time.

use crate::wire::answer::Code;
use axum::body::Body;
use futures_util::StreamExt;
use std::time::Duration;

/// What is still read of a body that is too large, and thrown away, so that its sender can hear the refusal.
const DRAIN: usize = 4 * 1024 * 1024;

/// Reads a body of at most `limit` bytes in at most `time`; keeps no more than that in memory.
pub async fn read(body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, (Code, &'static str)> {
    match tokio::time::timeout(time, collect(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err((Code::TooSlow, "the body did not arrive in time")),
    }
}

async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, (Code, &'static str)> {
    let (mut kept, mut seen) = (Vec::new(), 0usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| (Code::BadFraming, "the body was cut short"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else {
            kept = Vec::new();
        }
        if seen > DRAIN {
            break;
        }
    }
    if seen > limit {
        return Err((Code::TooLarge, "the body is larger than allowed"));
    }
    Ok(kept)
}
