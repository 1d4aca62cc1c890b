//! The tablet's durable queue: draft, cast, next bundle, settle, refill, prune, stats.
//!
//! It hands out work and takes back results; it never touches the network. An error never deletes a ballot.
//!
//! Words: the *draft* is the visit under way; a *record* is committed and never changes; *pending* records are to be
//! sent; a record is *settled* once a receipt covered it; the *tip* is the last record of the file, the *mark* is the
//! tip the tablet remembers in a second file, which may be ahead after the disk went back in time.

mod append;
mod batch;
mod carry;
mod comments;
mod erase;
mod identity;
mod language;
mod operator;
mod settle;
mod sound;
mod stats;
#[cfg(test)]
mod tests;
mod visit;

pub use batch::Batch;
pub use carry::{BundleFile, Taken};
pub use erase::Erasable;
pub use identity::{Enrolment, Identity};
pub use operator::Try;
pub use settle::Settled;
pub use stats::Stats;
pub use visit::{Tap, Visit};

use crate::domain::hex::{EpochId, Salt};
use crate::platform::RandomError;
use crate::sqlite::{Db, Journal, Migration, SqliteError};
use crate::wire::{bundle::Tip, record::Why};
use std::path::Path;

const MIGRATIONS: &[Migration] = &[
    include_str!("migrations/outbox_0001.sql"),
    include_str!("migrations/outbox_0002_comments.sql"),
    include_str!("migrations/outbox_0003_languages.sql"),
    include_str!("migrations/outbox_0004_files.sql"),
];

/// Damaged files passed by before giving up: then it is not the files.
const MAX_FILES: u32 = 64;

/// What can go wrong with the queue.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The database failed. What was committed before is still there.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A Cast for a visit that has no draft and no ballot.
    #[error("no draft for visit {0}")]
    NoDraft(Salt),
    /// The tablet is not enrolled.
    #[error("the tablet has no district yet")]
    NotEnrolled,
    /// The setup names no key to seal files to.
    #[error("the district gave no key for files")]
    NoFileKey,
    /// Something stored does not read back.
    #[error("stored {0} does not read back")]
    Unreadable(&'static str),
}

impl From<rusqlite::Error> for OutboxError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.into())
    }
}

impl OutboxError {
    /// Whether the queue's file itself is bad, so that a new one must begin.
    pub fn is_corrupt(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.is_corrupt())
    }
}

/// Whether commits wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Every commit is on the disk when it returns.
    Full,
    /// Commits may be lost in a power cut: for simulated tablets, whose ballots are made up.
    Simulated,
}

/// The queue of one tablet, open.
#[derive(Debug)]
pub struct Outbox {
    db: Db,
    /// Who the tablet is.
    pub identity: Identity,
    /// The epoch this opening writes in, once it has written.
    epoch: Option<(i64, EpochId)>,
    /// The tip this opening last saw: a different one in the file means the disk went back in time.
    tip: Option<Tip>,
    /// Why the next epoch begins.
    why: Why,
    /// The furthest place remembered that the file does not have; told in the next `open`.
    lost: Option<Tip>,
}

impl Outbox {
    /// Opens the queue in a folder, or begins one. A damaged file is put aside: it stays on the disk under its old
    /// name, a new one begins at once, and the next record says so. A draft found is cast.
    pub fn open(dir: &Path, now: i64, durability: Durability) -> Result<Self, OutboxError> {
        let mut identity = Identity::open(dir, now)?;
        let mut tries = 0;
        let (db, tip, why) = loop {
            match open_file(dir, &identity, durability) {
                // Not only once: an identity that went back in time counts again past files that were put aside before.
                Err(error) if error.is_corrupt() && tries < MAX_FILES => {
                    identity.next_outbox()?;
                    tries += 1;
                }
                opened => break opened?,
            }
        };
        let lost = identity
            .mark()
            .filter(|_| matches!(why, Why::RolledBack | Why::Damaged));
        let mut outbox = Self {
            db,
            identity,
            epoch: None,
            tip,
            why,
            lost,
        };
        if outbox.why == Why::Damaged {
            outbox.note(crate::wire::record::What::Damaged, now)?;
        }
        outbox.cast_leftover(now)?;
        Ok(outbox)
    }

    /// Writes a row as it is, to see whether the disk still takes a commit.
    pub fn probe(&mut self) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            tx.execute("update district set held = held", [])?;
            Ok(())
        })
    }

    /// The last record written, as this opening knows it.
    pub fn tip(&self) -> Option<Tip> {
        self.tip
    }
}

fn open_file(dir: &Path, identity: &Identity, durability: Durability) -> Result<(Db, Option<Tip>, Why), OutboxError> {
    let path = dir.join(format!("outbox-{}.db", identity.outbox_no()));
    let mut db = Db::open(&path, Journal::Rollback, MIGRATIONS)?;
    if durability == Durability::Simulated {
        db.connection().pragma_update(None, "synchronous", "off")?;
    }
    // Before a citizen stands in front of it. Queues are small: milliseconds.
    db.check()?;
    let (tip, why) = db.read(|tx| {
        sound::check(tx, identity.device())?;
        let tip = append::tip(tx)?;
        let why = match identity.mark() {
            // A file put aside before, and nothing written since: it may have been a crash that came between.
            _ if tip.is_none() && identity.outbox_no() > 1 => Why::Damaged,
            Some(mark) if !append::holds(tx, &mark)? => Why::RolledBack,
            _ if tip.is_none() => Why::New,
            _ => Why::Start,
        };
        Ok::<_, OutboxError>((tip, why))
    })?;
    Ok((db, tip, why))
}
