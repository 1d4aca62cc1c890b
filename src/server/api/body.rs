//! Reading a body with a bound on its size and on its time.

use crate::{domain::policy::NONCE_WITHIN_BYTES, server::config::PIECE, wire::answer::Code};
use axum::body::Body;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

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

/// Room for a body, given back when it is dropped.
#[derive(Debug)]
pub struct Room<'a>(&'a Semaphore, Option<SemaphorePermit<'a>>);

impl<'a> Room<'a> {
    /// Room for the begin of a body. `None`: the house is full.
    pub fn begin(all: &'a Semaphore) -> Option<Self> {
        Some(Self(all, Some(all.try_acquire().ok()?)))
    }

    /// Room for a body of so many bytes.
    fn grow(&mut self, bytes: usize) -> Option<()> {
        let own = self.1.as_mut()?;
        let more = bytes.div_ceil(PIECE).saturating_sub(own.num_permits());
        if more > 0 {
            own.merge(self.0.try_acquire_many(u32::try_from(more).ok()?).ok()?);
        }
        Some(())
    }
}

/// Reads a body of at most `limit` bytes in at most `time`; keeps no more than that in memory.
pub async fn read(body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, Unread> {
    read_into(body, limit, time, None).await
}

/// The same, taking room as the body grows.
pub async fn read_into(
    body: Body,
    limit: usize,
    time: Duration,
    room: Option<&mut Room<'_>>,
) -> Result<Vec<u8>, Unread> {
    match tokio::time::timeout(time, collect(body, limit, room)).await {
        Ok(result) => result,
        Err(_) => Err(Unread::new(Code::TooSlow, "the body did not arrive in time")),
    }
}

async fn collect(body: Body, limit: usize, mut room: Option<&mut Room<'_>>) -> Result<Vec<u8>, Unread> {
    let (mut kept, mut seen) = (Vec::new(), 0usize);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Unread::new(Code::BadFraming, "the body was cut short"))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            if let Some(room) = &mut room {
                let full = || Unread::new(Code::Busy, "too many requests");
                room.grow(seen).ok_or_else(full)?;
            }
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
