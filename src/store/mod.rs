//! The district's records, and the only home of their SQL.
//!
//! One SQLite file in the data folder. One writer thread commits what many callers ask for in one fsync (`writer`);
//! readers work beside it, each in a snapshot (`pool`). Everything that was done is an entry of the hash-chained
//! [`log`]; a ballot's permanent row is a *record*, its later states are *decisions*, its place in the figures is a
//! row of the *rollups*, and it enters them with a *release*.
//!
//! Layer 2: knows `domain`, `wire` and `sqlite`. It has no HTTP, no pages and no clock: whoever calls passes `now`,
//! unix seconds. Nothing outside may know which database this is.

pub mod alarms;
pub mod asof;
pub mod backup;
pub mod body;
pub mod checkpoint;
mod clock;
pub mod codes;
pub mod comments;
pub mod contact;
pub mod cuts;
pub mod decisions;
mod demo;
pub mod devices;
pub mod drafts;
pub mod enrol;
mod error;
pub mod exclusions;
pub mod explain;
pub mod figures;
pub mod flags;
pub mod folder;
pub mod import;
mod ingest;
pub mod log;
mod meaning;
pub mod meta;
pub mod operator;
pub mod packs;
mod parts;
pub mod places;
mod pool;
pub mod procedures;
pub mod proof;
pub mod publications;
pub mod publish;
mod refusal;
pub mod release;
pub mod reports;
pub mod retention;
pub mod rollup;
pub mod roster;
pub mod rows;
pub mod scope;
pub mod sessions;
pub mod settings;
pub mod setups;
mod silent;
pub mod state;
mod sum;
pub mod surveys;
mod tallies;
pub mod tasks;
pub mod tree;
pub mod users;
pub mod verify;
pub mod versions;
pub mod views;
pub mod visits;
pub mod vitals;
pub mod volumes;
pub mod waiting;
pub mod withdraw;
mod words;
mod writer;

pub use error::StoreError;
pub use ingest::Prepared;
pub use meta::Identity;
pub use refusal::{Few, Refusal};
pub use writer::{WriteTx, WriterOptions};

use crate::sqlite::{Db, Journal, Migration};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// A snapshot to read from, as [`Store::read`] hands it out.
pub type Reader = Connection;

/// What every method of the store answers.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Name of the database file in the data folder.
pub const FILE: &str = "district.sqlite";

/// The schema, in order. Add at the end, never edit a released one.
pub(crate) const MIGRATIONS: &[Migration] = &[
    include_str!("migrations/0001_records.sql"),
    include_str!("migrations/0002_users.sql"),
    include_str!("migrations/0003_contact.sql"),
    include_str!("migrations/0004_setting.sql"),
    include_str!("migrations/0005_operator_code.sql"),
    include_str!("migrations/0007_packs.sql"),
    include_str!("migrations/0008_comments.sql"),
    include_str!("migrations/0020_roles.sql"),
    include_str!("migrations/0021_places.sql"),
    include_str!("migrations/0022_exclusions.sql"),
    include_str!("migrations/0030_half.sql"),
    include_str!("migrations/0031_report.sql"),
    include_str!("migrations/0040_tasks.sql"),
    include_str!("migrations/0050_survey_use.sql"),
    include_str!("migrations/0060_publication.sql"),
    include_str!("migrations/0070_tally.sql"),
    include_str!("migrations/0090_pages.sql"),
    include_str!("migrations/0091_release.sql"),
    include_str!("migrations/0092_decision_day.sql"),
    include_str!("migrations/0093_covering.sql"),
    include_str!("migrations/0094_told_before.sql"),
    include_str!("migrations/0095_draft_languages.sql"),
    include_str!("migrations/0096_packed.sql"),
    include_str!("migrations/0097_quarter.sql"),
    include_str!("migrations/0098_doubt.sql"),
    include_str!("migrations/0099_found_draft.sql"),
];

/// How a new district is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreateOptions {
    /// Fictional data: no practice, no hold, answers are released at once, the clock may be simulated.
    pub demo: bool,
    /// Unix seconds.
    pub now: i64,
}

/// An open district. Cheap to clone; the last clone to go ends the writer thread.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: writer::Writer,
    readers: pool::Readers,
    identity: Arc<Identity>,
    dir: PathBuf,
}

impl Store {
    /// Makes a district in a folder that has none: its key, its generation, the default survey; in a demo folder the
    /// fictional places too.
    pub fn create(dir: &Path, options: CreateOptions) -> Result<Self> {
        let failed = |source| StoreError::Folder {
            path: dir.display().to_string(),
            source,
        };
        folder::refuse_used(dir)?;
        std::fs::create_dir_all(dir).map_err(failed)?;
        folder::restrict(dir).map_err(failed)?;
        let mut db = Db::open(&dir.join(FILE), Journal::Wal, MIGRATIONS)?;
        meta::init(&mut db, options)?;
        drop(db);
        let store = Self::open(dir)?;
        let now = options.now;
        store.write(move |tx| {
            tx.publish_survey(crate::domain::survey::DEFAULT_SURVEY_JSON, now)?;
            if options.demo { demo::places(tx, now) } else { Ok(()) }
        })?;
        Ok(store)
    }

    /// Opens the district in the folder. One of an earlier version is brought up to date, unless somebody serves it: that
    /// program would find tables that it does not know.
    pub fn open(dir: &Path) -> Result<Self> {
        let file = folder::database(dir)?;
        let _alone = match Db::is_current(&file, MIGRATIONS)? {
            true => None,
            false => Some(folder::lock(dir)?),
        };
        Self::open_with(dir, WriterOptions::default())
    }

    /// Opens a folder that nobody else may serve, or bring up to date, while the lock is held.
    pub fn open_locked(dir: &Path) -> Result<(Self, folder::FolderLock)> {
        Db::is_current(&folder::database(dir)?, MIGRATIONS)?;
        let lock = folder::lock(dir)?;
        Ok((Self::open_with(dir, WriterOptions::default())?, lock))
    }

    /// Like [`Store::open`], with a writer that works another way.
    pub fn open_with(dir: &Path, options: WriterOptions) -> Result<Self> {
        let file = folder::database(dir)?;
        let mut db = Db::open(&file, Journal::Wal, MIGRATIONS)?;
        let identity = Arc::new(db.read(|tx| meta::load(tx))?);
        Ok(Self {
            inner: Arc::new(Inner {
                writer: writer::Writer::start(db, identity.clone(), options)?,
                readers: pool::Readers::new(file),
                identity,
                dir: dir.to_owned(),
            }),
        })
    }

    /// Who this district is.
    pub fn identity(&self) -> &Identity {
        &self.inner.identity
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// Reads in one snapshot. Blocks; in a handler call it on a blocking thread.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.inner.readers.read(work)
    }

    /// Reads outside any transaction, on a connection of its own.
    fn read_alone<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.inner.readers.alone(work)
    }

    /// Writes and waits until it is on the disk. The work may run twice (a failed group is tried again one by one)
    /// and then starts from the same state. Not for async callers.
    pub fn write<T: Send + 'static>(&self, work: impl FnMut(&WriteTx<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.inner.writer.write(work)
    }

    /// Like [`Store::write`], for async callers; answers `Busy` at once when too much waits already.
    pub async fn write_async<T: Send + 'static>(
        &self,
        work: impl FnMut(&WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.inner.writer.write_async(work).await
    }
}
