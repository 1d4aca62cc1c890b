//! The one writer thread and its group commit: fsync is the only scarce thing, so many requests share one (up to 96).
//!
//! A savepoint per request: one that fails is rolled back alone. If the commit itself fails, the requests are tried
//! again one by one, and those that still fail are told `Busy`. Nobody is answered before the fsync.

use super::{Identity, Result, StoreError};
use crate::sqlite::{Db, SqliteError};
use rusqlite::Connection;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, mpsc},
};

/// Requests that may wait; more are told to come back. Bounds memory: a bundle is at most 256 KiB.
const QUEUE: usize = 512;

/// How the writer works. The benchmarks measure it with a group of one; nothing else has a reason to change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterOptions {
    /// Requests that share one fsync at most; 0 counts as 1.
    pub group: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { group: 96 }
    }
}

/// A write transaction in progress: the database, who we are, and the methods that write (in the modules around).
#[derive(Debug)]
pub struct WriteTx<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) identity: &'a Identity,
    /// The log's last position when the store was opened.
    pub(crate) opened: i64,
    /// Whose doing it is, for the log; `None`: the district's own.
    pub(crate) by: Option<&'a str>,
}

impl WriteTx<'_> {
    /// The same transaction, done by somebody: every entry of the log says so.
    pub fn by<'b>(&'b self, who: &'b str) -> WriteTx<'b> {
        WriteTx {
            conn: self.conn,
            identity: self.identity,
            opened: self.opened,
            by: Some(who),
        }
    }

    /// The connection, inside this transaction.
    pub fn conn(&self) -> &Connection {
        self.conn
    }

    /// Who this district is.
    pub fn identity(&self) -> &Identity {
        self.identity
    }
}

/// A request. `run` may be called again after a failed commit; `done` answers, once.
trait Job: Send {
    fn run(&mut self, tx: &WriteTx<'_>) -> std::result::Result<(), ()>;
    fn done(self: Box<Self>, commit: std::result::Result<(), String>);
}

type Reply<T> = Box<dyn FnOnce(Result<T>) + Send>;

struct Request<T, F> {
    work: F,
    result: Option<Result<T>>,
    reply: Reply<T>,
}

impl<T: Send, F: FnMut(&WriteTx<'_>) -> Result<T> + Send> Job for Request<T, F> {
    fn run(&mut self, tx: &WriteTx<'_>) -> std::result::Result<(), ()> {
        // What an earlier try came to is void, also if this one does not come to an end.
        self.result = None;
        let result = (self.work)(tx);
        let outcome = if result.is_ok() { Ok(()) } else { Err(()) };
        self.result = Some(result);
        outcome
    }

    fn done(self: Box<Self>, commit: std::result::Result<(), String>) {
        let this = *self;
        (this.reply)(match (this.result, commit) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(why)) => Err(StoreError::Busy(why)),
            (None, Ok(())) => Err(StoreError::Busy("the request failed inside".into())),
        });
    }
}

/// The way to the writer thread. Dropping it lets the thread finish what waits and end.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::SyncSender<Box<dyn Job>>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

fn closed() -> StoreError {
    StoreError::Busy("the writer has ended".into())
}

impl Writer {
    pub(super) fn start(mut db: Db, identity: Arc<Identity>, options: WriterOptions) -> Result<Self> {
        let opened = db.read(|conn| super::log::head(conn))?.pos;
        let (queue, jobs) = mpsc::sync_channel::<Box<dyn Job>>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(db, (&identity, opened), options, &jobs))
            .map_err(|error| StoreError::Busy(error.to_string()))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    pub(super) fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, wait) = mpsc::sync_channel(1);
        let job = request(work, move |result| {
            let _ = answer.send(result);
        });
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.send(job).map_err(|_| closed())?;
        wait.recv().map_err(|_| closed())?
    }

    pub(super) async fn write_async<T: Send + 'static>(
        &self,
        work: impl FnMut(&WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, wait) = tokio::sync::oneshot::channel();
        let job = request(work, move |result| {
            let _ = answer.send(result);
        });
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(job).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => StoreError::Busy("too many requests wait".into()),
            mpsc::TrySendError::Disconnected(_) => closed(),
        })?;
        wait.await.map_err(|_| closed())?
    }
}

fn request<T: Send + 'static>(
    work: impl FnMut(&WriteTx<'_>) -> Result<T> + Send + 'static,
    reply: impl FnOnce(Result<T>) + Send + 'static,
) -> Box<dyn Job> {
    Box::new(Request {
        work,
        result: None,
        reply: Box::new(reply),
    })
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // The last clone may be dropped by a reply running on the writer thread itself, which can't wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn serve(mut db: Db, us: (&Identity, i64), options: WriterOptions, jobs: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        group.extend(jobs.try_iter().take(options.group.saturating_sub(1)));
        match commit(&mut db, us, &mut group) {
            Ok(()) => group.into_iter().for_each(|job| job.done(Ok(()))),
            Err(error) if group.len() == 1 => group.into_iter().for_each(|job| job.done(Err(error.to_string()))),
            Err(_) => {
                for job in group {
                    let mut alone = vec![job];
                    let outcome = commit(&mut db, us, &mut alone).map_err(|error| error.to_string());
                    alone.into_iter().for_each(|job| job.done(outcome.clone()));
                }
            }
        }
    }
}

fn commit(
    db: &mut Db,
    (identity, opened): (&Identity, i64),
    group: &mut [Box<dyn Job>],
) -> std::result::Result<(), SqliteError> {
    db.write(|conn| {
        let tx = WriteTx {
            conn,
            identity,
            opened,
            by: None,
        };
        for job in group {
            conn.prepare_cached("savepoint request")?.execute([])?;
            // A bug in one request must not take the writer, and with it every tablet's receipts, down.
            let run = std::panic::catch_unwind(AssertUnwindSafe(|| job.run(&tx)));
            if !matches!(run, Ok(Ok(()))) {
                conn.prepare_cached("rollback to request")?.execute([])?;
            }
            conn.prepare_cached("release request")?.execute([])?;
        }
        Ok(())
    })
}
