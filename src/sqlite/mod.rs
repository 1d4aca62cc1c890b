//! SQLite the way both sides use it: open a file, pragmas, numbered migrations, `read` and `write` closures.
//!
//! Knows no tables. The tablet's queue and the district's records each bring their own migrations.

/// The district's alone: the tablet adds nothing up, and downloads what it has.
#[cfg(feature = "server")]
pub mod at_once;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, config::DbConfig};
use std::{path::Path, time::Duration};

/// Statements kept prepared on a connection. More than any of our transactions uses: one too few, and a transaction
/// that runs them in turn prepares every one of them anew.
const STATEMENTS: usize = 128;

/// What went wrong in the database.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// SQLite said no.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file was written by a newer version of this program.
    #[error("the database has schema {found}, this program knows up to {known}; install the newer version")]
    Newer {
        /// Schema of the file.
        found: usize,
        /// Newest schema known here.
        known: usize,
    },
}

impl SqliteError {
    /// Whether trying again can't help: the file itself is bad.
    pub fn is_corrupt(&self) -> bool {
        use rusqlite::{
            Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, SqliteFailure, Utf8Error},
            ErrorCode::{DatabaseCorrupt, NotADatabase},
        };
        match self {
            Self::Sqlite(SqliteFailure(error, _)) => matches!(error.code, DatabaseCorrupt | NotADatabase),
            // Every value was written by us: one that we can't read was changed under us.
            Self::Sqlite(error) => matches!(
                error,
                FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
            ),
            Self::Newer { .. } => false,
        }
    }

    /// Whether a change that the power cut short must be undone first, which who only reads can't.
    pub fn is_half_done(&self) -> bool {
        let code = rusqlite::ffi::SQLITE_READONLY_ROLLBACK;
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) if error.extended_code == code)
    }
}

/// How commits reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    /// Rollback journal: the only one OPFS's handle pool can do; used by the tablet on every platform, so that what
    /// the tests see natively is what the iPad runs.
    Rollback,
    /// Write-ahead log: readers beside the writer. The district's.
    Wal,
}

/// A numbered migration: its SQL. The number is its place in the list, from 1; never edited after release.
pub type Migration = &'static str;

/// One open database file.
#[derive(Debug)]
pub struct Db {
    conn: Connection,
}

impl Db {
    /// Opens or creates the file and brings it to the newest schema.
    pub fn open(path: &Path, journal: Journal, migrations: &[Migration]) -> Result<Self, SqliteError> {
        Self::prepare(Connection::open(path)?, journal, migrations)
    }

    /// Whether an existing file has the newest schema; one of a newer version is an error.
    pub fn is_current(path: &Path, migrations: &[Migration]) -> Result<bool, SqliteError> {
        // Not for reading only: who can't write leaves files beside one with a write-ahead log.
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.busy_timeout(Duration::from_secs(10))?;
        Ok(refuse_newer(&conn, migrations.len())? == migrations.len())
    }

    /// Opens an existing file for reading only.
    pub fn open_read_only(path: &Path) -> Result<Self, SqliteError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(Duration::from_secs(10))?;
        // KiB: what the pages of a province with five million ballots read again and again.
        conn.pragma_update(None, "cache_size", -32_768)?;
        keep_statements(&conn)?;
        #[cfg(feature = "server")]
        at_once::teach(&conn)?;
        Ok(Self { conn })
    }

    fn prepare(conn: Connection, journal: Journal, migrations: &[Migration]) -> Result<Self, SqliteError> {
        // A second program on the same file (the district's CLI beside `serve`) waits instead of failing.
        conn.busy_timeout(Duration::from_secs(10))?;
        // Before anything is changed: how it is kept is the newer version's business, too.
        refuse_newer(&conn, migrations.len())?;
        // Every commit that a person or a receipt relies on is on the disk before we say so. With a rollback journal the
        // commit is the journal's removal, and `full` does not flush the folder: after a power cut the journal may be
        // there again and undo what was thanked for (tests/power_cut found it). Before the journal's mode, for the
        // switch to a write-ahead log, too, is such a commit; after it, `extra` means `full`.
        conn.pragma_update(None, "synchronous", "extra")?;
        let mode = match journal {
            Journal::Rollback => "delete",
            Journal::Wal => "wal",
        };
        conn.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()))?;
        if journal == Journal::Wal {
            // What a group of requests changes fits into memory (KiB), and is not written out before the commit.
            conn.pragma_update(None, "cache_size", -65_536)?;
            // Pages of 4 KiB in the log before they are carried over: at the default of 1000, a group of requests
            // would pay for that, and for two more fsyncs, each time.
            conn.pragma_update(None, "wal_autocheckpoint", 8192)?;
            #[cfg(feature = "server")]
            at_once::teach(&conn)?;
        }
        conn.pragma_update(None, "foreign_keys", "on")?;
        // Deleted bodies are overwritten: retention must not leave answers in free pages.
        conn.pragma_update(None, "secure_delete", "on")?;
        // No temporary file may hold answers, and OPFS has no place for one.
        conn.pragma_update(None, "temp_store", "memory")?;
        // Untrusted data can't smuggle in functions through the schema.
        conn.pragma_update(None, "trusted_schema", "off")?;
        keep_statements(&conn)?;
        let mut db = Self { conn };
        db.migrate(migrations)?;
        Ok(db)
    }

    fn migrate(&mut self, migrations: &[Migration]) -> Result<(), SqliteError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Asked again inside the transaction: another program may have brought it further meanwhile.
        let found = refuse_newer(&tx, migrations.len())?;
        for migration in migrations.iter().skip(found) {
            tx.execute_batch(migration)?;
        }
        if found < migrations.len() {
            tx.pragma_update(
                None,
                "user_version",
                i64::try_from(migrations.len()).unwrap_or(i64::MAX),
            )?;
        }
        tx.commit()?;
        Ok(())
    }

    /// Looks whether the whole file holds together; an error that [`SqliteError::is_corrupt`] says that it does not.
    ///
    /// Not `quick_check`: it passes an index that lost rows of its table, and what uses it would fail later, every time.
    pub fn check(&mut self) -> Result<(), SqliteError> {
        let health: String = self
            .conn
            .pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        if health == "ok" {
            return Ok(());
        }
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        Err(rusqlite::Error::SqliteFailure(code, Some(health)).into())
    }

    /// Reads in one snapshot.
    pub fn read<T, E: From<SqliteError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self.conn.transaction().map_err(SqliteError::from)?;
        let value = work(&tx)?;
        tx.finish().map_err(SqliteError::from)?;
        Ok(value)
    }

    /// Writes in one transaction that begins `immediate`: what it reads can't change under it. An error rolls back.
    pub fn write<T, E: From<SqliteError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(SqliteError::from)?;
        let value = work(&tx)?;
        tx.commit().map_err(SqliteError::from)?;
        Ok(value)
    }

    /// The connection, for what needs no transaction (pragmas, checkpoints, backups).
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

/// The file's schema, unless it is one that this program does not know.
fn refuse_newer(conn: &Connection, known: usize) -> Result<usize, SqliteError> {
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(found).unwrap_or(usize::MAX) {
        found if found > known => Err(SqliteError::Newer { found, known }),
        found => Ok(found),
    }
}

/// A statement is prepared once, not for each use.
fn keep_statements(conn: &Connection) -> Result<(), SqliteError> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // One plan for all values: this SQLite (built with STAT4) would otherwise plan anew whenever a value is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kills can't tell this setting from a weaker one (the operating system keeps what was written), a power cut can.
    #[test]
    fn every_commit_waits_for_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        for (name, journal) in [("wal", Journal::Wal), ("rollback", Journal::Rollback)] {
            let mut db = Db::open(&dir.path().join(name), journal, &[]).unwrap();
            let level: i64 = db
                .connection()
                .pragma_query_value(None, "synchronous", |row| row.get(0))
                .unwrap();
            assert_eq!(level, 3, "{name}: 3 is extra");
        }
    }
}
