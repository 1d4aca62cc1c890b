//! What happens by itself: surveys that begin today, the nightly release, the morning's tasks, the month that is put out,
//! the end of comments' time, the day's checkpoint and backup, retention, renewed TLS files.

use super::{
    backups,
    config::{Backups, Clock, Config},
    tls::Reload,
};
use crate::{
    domain::time::LocalDay,
    platform,
    store::{Store, StoreError, retention},
};
use std::time::Duration;

/// How often the clock is looked at. No job does anything more than once a day.
const EVERY: Duration = Duration::from_secs(60);

/// Starts the timer; the first look is at once, so that a server that was off at midnight catches up.
pub(super) fn start(store: Store, config: &Config, mut reload: Option<Reload>) -> tokio::task::JoinHandle<()> {
    let jobs = Jobs {
        clock: config.clock.clone(),
        backups: config.backups.clone(),
        // A demo folder keeps everything.
        retention: config.retention_months.filter(|_| !store.identity().demo),
        store,
    };
    tokio::spawn(async move {
        let (mut ticks, mut retained) = (tokio::time::interval(platform::look_every(EVERY)), None);
        loop {
            ticks.tick().await;
            let now = jobs.clock.now();
            jobs.nightly(now).await;
            open_tasks(&jobs.store, now).await;
            if let Some(reload) = &mut reload {
                reload.look().await;
            }
            // Looking for what may go reads much: once a day.
            let today = Some(LocalDay::of(now));
            if retained != today {
                if let Some(reload) = &reload {
                    reload.remind(now);
                }
                jobs.retain(now).await;
                jobs.backup(now).await;
                retained = today;
            }
        }
    })
}

struct Jobs {
    store: Store,
    clock: Clock,
    backups: Option<Backups>,
    retention: Option<u32>,
}

impl Jobs {
    async fn nightly(&self, now: i64) {
        let done = self
            .store
            .write_async(move |tx| {
                tx.apply_due_publications(now)?;
                tx.release_due(now)?;
                tx.publish_due(now)?;
                tx.expire_comments(now)?;
                tx.checkpoint(now)
            })
            .await;
        if let Err(error) = done {
            tracing::error!(%error, "a publication, the nightly release or the checkpoint failed; it is tried again in a minute");
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

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        blocking(&self.store, work).await
    }
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
    work: impl FnOnce(Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let store = store.clone();
    let done = tokio::task::spawn_blocking(move || work(store)).await;
    done.unwrap_or_else(|error| Err(StoreError::Busy(error.to_string())))
}
