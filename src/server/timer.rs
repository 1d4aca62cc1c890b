//! What happens by itself: the nightly release, the end of comments' time and the day's checkpoint.

use super::config::Clock;
use crate::store::Store;
use std::time::Duration;

/// How often the clock is looked at. No job does anything more than once a day.
const EVERY: Duration = Duration::from_secs(60);

/// Starts the timer; the first look is at once, so that a server that was off at midnight catches up.
pub(super) fn start(store: Store, clock: Clock) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            ticks.tick().await;
            let now = clock.now();
            let done = store
                .write_async(move |tx| {
                    tx.release_due(now)?;
                    tx.expire_comments(now)?;
                    tx.checkpoint(now)
                })
                .await;
            if let Err(error) = done {
                tracing::error!(%error, "the nightly release or the checkpoint failed; it is tried again in a minute");
            }
        }
    })
}
