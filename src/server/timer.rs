//! What happens by itself: surveys that begin today, the nightly release, the morning's tasks, the month that is put out,
//! the end of comments' time, the day's checkpoint and backup, retention, renewed TLS files.
//!
//! What setting a clock right does not undo waits while the clock is not believed ([`crate::domain::clock`]). Surveys,
//! backups and TLS files don't: a later look puts them right.

use super::{
    backups,
    config::{Backups, Config},
    tls::Reload,
};
use crate::{
    domain::time::{LocalDay, rfc3339},
    platform,
    store::{Result, Store, StoreError, retention},
};
use std::time::Duration;

/// How often the clock is looked at. No job does anything more than once a day.
const EVERY: Duration = Duration::from_secs(60);

/// Starts the timer; the first look is at once, so that a server that was off at midnight catches up.
pub(super) fn start(store: Store, config: &Config, mut reload: Option<Reload>) -> tokio::task::JoinHandle<()> {
    let (clock, mut timer) = (config.clock.clone(), Timer::new(store, config));
    tokio::spawn(async move {
        let (mut ticks, mut reminded) = (tokio::time::interval(platform::look_every(EVERY)), None);
        loop {
            ticks.tick().await;
            let now = clock.now();
            if let Some(reload) = &mut reload {
                reload.look().await;
                let today = Some(LocalDay::of(now));
                if reminded != today {
                    reload.remind(now);
                    reminded = today;
                }
            }
            timer.look(now).await;
        }
    })
}

/// What is done by the clock, and what of it was done today.
#[derive(Debug)]
pub struct Timer {
    store: Store,
    backups: Option<Backups>,
    retention: Option<u32>,
    /// The day that had its look for what may go: that reads much.
    retained: Option<LocalDay>,
    /// The day that had its backup, or failed to.
    backed_up: Option<LocalDay>,
    /// The day that was told of a jump.
    told: Option<LocalDay>,
}

impl Timer {
    /// A timer that has done nothing yet.
    pub fn new(store: Store, config: &Config) -> Self {
        Self {
            backups: config.backups.clone(),
            // A demo folder keeps everything.
            retention: config.retention_months.filter(|_| !store.identity().demo),
            store,
            retained: None,
            backed_up: None,
            told: None,
        }
    }

    /// Does what is due by this clock.
    pub async fn look(&mut self, now: i64) {
        let today = Some(LocalDay::of(now));
        // First: by the log it would know the clock of a folder that was never served.
        let believed = self.believes(now).await;
        self.surveys(now).await;
        if believed {
            self.nightly(now).await;
            open_tasks(&self.store, now).await;
            if self.retained != today {
                self.retain(now).await;
                self.retained = today;
            }
        }
        // After what may go is gone.
        if self.backed_up != today {
            self.backup(now).await;
            self.backed_up = today;
        }
    }

    /// Whether the clock is believed; says each day that it is not.
    async fn believes(&mut self, now: i64) -> bool {
        match jumped_from(&self.store, now).await {
            Ok(None) => return true,
            Ok(Some(before)) if self.told != Some(LocalDay::of(now)) => {
                self.told = Some(LocalDay::of(now));
                tracing::error!(
                    "the clock jumped from {} to {}; the night's work waits until it has held for a day",
                    rfc3339(before),
                    rfc3339(now)
                );
            }
            Ok(Some(_)) => {}
            Err(error) => tracing::error!(%error, "looking at the clock failed; it is tried again in a minute"),
        }
        false
    }

    async fn surveys(&self, now: i64) {
        let done = self.store.write_async(move |tx| tx.apply_due_publications(now)).await;
        if let Err(error) = done {
            tracing::error!(%error, "a survey that begins today could not be put in use; it is tried again in a minute");
        }
    }

    async fn nightly(&self, now: i64) {
        let done = self
            .store
            .write_async(move |tx| {
                tx.release_due(now)?;
                tx.publish_due(now)?;
                tx.expire_comments(now)?;
                tx.checkpoint(now)
            })
            .await;
        if let Err(error) = done {
            tracing::error!(%error, "the nightly release, the month that is put out or the checkpoint failed; it is tried again in a minute");
        }
    }

    async fn retain(&self, now: i64) {
        let Some(months) = self.retention else { return };
        let before = retention::before(LocalDay::of(now), months);
        let gone = self
            .blocking(move |store| {
                if !store.read(|conn| retention::is_due(conn, before))? {
                    return Ok(0);
                }
                store.write(move |tx| tx.retain(before, now))
            })
            .await;
        match gone {
            Ok(0) => {}
            Ok(bodies) => tracing::info!(bodies, "answers were deleted after their retention time"),
            Err(error) => tracing::error!(%error, "retention failed; it is tried again tomorrow"),
        }
    }

    async fn backup(&self, now: i64) {
        let Some(backups) = self.backups.clone() else { return };
        match self.blocking(move |store| backups::due(&store, &backups, now)).await {
            Ok(Some(file)) => tracing::info!(file = %file.display(), "a backup was made"),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the backup failed; it is tried again tomorrow"),
        }
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(Store) -> Result<T> + Send + 'static) -> Result<T> {
        blocking(&self.store, work).await
    }
}

/// Looks at the clock: the time that was believed last, while this one is not (see [`Store::look_at_clock`]).
pub(super) async fn jumped_from(store: &Store, now: i64) -> Result<Option<i64>> {
    blocking(store, move |store| store.look_at_clock(now)).await
}

/// Opens the tasks of the day's low ratings, once a day.
pub(super) async fn open_tasks(store: &Store, now: i64) {
    match blocking(store, move |store| store.open_tasks(now)).await {
        Ok(0) => {}
        Ok(tasks) => tracing::info!(tasks, "low ratings became tasks"),
        Err(error) => tracing::error!(%error, "looking for low ratings failed; it is tried again in a minute"),
    }
}

async fn blocking<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(Store) -> Result<T> + Send + 'static,
) -> Result<T> {
    let store = store.clone();
    let done = tokio::task::spawn_blocking(move || work(store)).await;
    done.unwrap_or_else(|error| Err(StoreError::Busy(error.to_string())))
}
