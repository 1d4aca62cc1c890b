//! Reading a body with a bound on its size and on its time.

use crate::{domain::policy::NONCE_WITHIN_BYTES, wire::answer::Code};
use axum::body::Body;
use futures_util::StreamExt;
use std::time::Duration;

/// What is still read of a body that is too large, and thrown away, so that its sender can hear the refusal.
const DRAIN: usize = 4 * 1024 * 1024;

/// Why a body was not read.
#[derive(Debug)]
pub struct Unread {
    /// What it is to the sender.
    pub code: Code,
    /// For people who read logs.
    pub detail: &'static str,
    /// The first bytes of a body that is too large, for its nonce; else empty.
    pub head: Vec<u8>,
}

impl Unread {
    fn new(code: Code, detail: &'static str) -> Self {
        let head = Vec::new();
        Self { code, detail, head }
    }
}

/// Reads a body of at most `limit` bytes in at most `time`; keeps no more than that in memory.
pub async fn read(body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, Unread> {
    match tokio::time::timeout(time, collect(body, limit)).await {
        Ok(result) => result,
        Err(_) => Err(Unread::new(Code::TooSlow, "the body did not arrive in time")),
    }
}

async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, Unread> {
    let (mut kept, mut seen) = (Vec::new(), 0usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Unread::new(Code::BadFraming, "the body was cut short"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            kept.extend_from_slice(&chunk);
        } else if kept.len() > NONCE_WITHIN_BYTES {
            kept.truncate(NONCE_WITHIN_BYTES);
            kept.shrink_to_fit();
        }
        if seen > DRAIN {
            break;
        }
    }
    if seen > limit {
        let head = kept;
        return Err(Unread {
            head,
            ..Unread::new(Code::TooLarge, "the body is larger than allowed")
        });
    }
    Ok(kept)
}
