//! What can go wrong in the store.

use crate::sqlite::SqliteError;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// The folder can't be read or written.
    #[error("data folder {path}: {source}")]
    Folder {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// `init` on a folder that has a database, which it never overwrites.
    #[error("{0} already holds a district; choose another folder")]
    Exists(String),
    /// A part of another database, which SQLite would take for one of the new file.
    #[error("{0} is left from another district; move all of that folder away first")]
    LeftOver(String),
    /// No database in the folder.
    #[error("{0} holds no district; run `hailong-district init --data {0}` first")]
    Missing(String),
    /// The power went during the very change that makes a fresh folder ready, and who only reads can't undo it.
    #[error("{0}: a change that the power cut short must be undone first; start the district once, then try again")]
    HalfDone(String),
    /// Another program serves the folder.
    #[error("{0} is served by another program already; stop it first")]
    InUse(String),
    /// The writer's queue is full, or a write failed; trying later may help.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// What was asked for does not exist.
    #[error("no such {0}")]
    NotFound(&'static str),
    /// What was asked for can't be done.
    #[error("{0}")]
    Invalid(String),
    /// What a person asked for can't be had, and why.
    #[error(transparent)]
    Refused(#[from] super::Refusal),
    /// A stored value is not what it should be; `verify` names it.
    #[error("the database holds an unreadable {0}; run `hailong-district verify`")]
    Corrupt(&'static str),
    /// The system gave no random bytes.
    #[error(transparent)]
    Random(#[from] crate::platform::RandomError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error.into())
    }
}

impl StoreError {
    /// Whether trying the same again can't help.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Busy(_) | Self::InUse(_) | Self::Random(_) | Self::Folder { .. } => false,
            Self::Sqlite(error) => error.is_corrupt() || matches!(error, SqliteError::Newer { .. }),
            _ => true,
        }
    }
}
