//! Ballots one by one, for exports: the commune form ([`released`]) and the exact form ([`exact`]).
//!
//! Rows are handed to a callback in batches, so that memory stays flat however many there are. They hold the bytes of
//! their ballot as these are stored: whoever wants to know what a ballot says unpacks and decodes it, on another thread if
//! he likes.

mod crowds;
mod exact;
mod released;

pub use crowds::Crowds;
pub use exact::{Exact, exact};
pub use released::{Released, released};

use super::{Result, StoreError, WriteTx, body, log::Kind};
use crate::domain::{ballot::Ballot, time::LocalDay};
use rusqlite::{Connection, OptionalExtension, Statement};
use serde_json::json;

/// The state of a record now: its newest decision, else what was judged at arrival.
const NOW: &str = "left join decision d on d.no = (
  select max(x.no) from decision x where x.epoch_no = r.epoch_no and x.seq = r.seq)";

/// Rows handed out at once: about 200 KB of them, where their bodies are packed.
const BATCH: usize = 1_024;

/// Pages of the database, and of what is being sorted, that an export may hold, in KiB: it reads each once.
const LEAN_KIB: i64 = 4_096;

/// A connection whose cache is small, until this is dropped: an export of millions of rows stays below 32 MB, and other
/// readers keep theirs.
struct Lean<'a> {
    conn: &'a Connection,
    before: i64,
}

impl<'a> Lean<'a> {
    fn on(conn: &'a Connection) -> Result<Self> {
        let before = conn.pragma_query_value(None, "cache_size", |row| row.get(0))?;
        conn.pragma_update(None, "cache_size", -LEAN_KIB)?;
        Ok(Self { conn, before })
    }
}

impl Drop for Lean<'_> {
    fn drop(&mut self) {
        // At worst the connection stays slow.
        let _ = self.conn.pragma_update(None, "cache_size", self.before);
    }
}

fn day_bounds(first: Option<LocalDay>, last: Option<LocalDay>) -> (i64, i64) {
    (first.map_or(i64::MIN, |day| day.0), last.map_or(i64::MAX, |day| day.0))
}

fn read(stored: Option<&[u8]>) -> Option<Ballot> {
    let bytes = body::unpack(stored?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Where the bytes of records are, as they are stored.
struct Bodies<'a>(Statement<'a>);

impl<'a> Bodies<'a> {
    fn of(conn: &'a Connection) -> Result<Self> {
        let one = conn.prepare("select bytes from body where epoch_no = ?1 and seq = ?2")?;
        Ok(Self(one))
    }

    /// Those of one record; `None` for a hole, and once retention has deleted them.
    fn get(&mut self, key: (i64, i64)) -> Result<Option<Vec<u8>>> {
        Ok(self.0.query_row(key, |row| row.get(0)).optional()?)
    }
}

impl WriteTx<'_> {
    /// Notes that somebody takes ballots out: who, in which form, what for, which scope. Answers the log position.
    pub fn log_export(
        &self,
        who: &str,
        form: &str,
        purpose: Option<&str>,
        scope: serde_json::Value,
        now: i64,
    ) -> Result<i64> {
        if purpose.is_some_and(|purpose| purpose.trim().chars().count() < 5 || purpose.chars().count() > 500) {
            return Err(StoreError::Invalid(
                "say what the export is for, in 5 to 500 characters".into(),
            ));
        }
        self.log(
            Kind::Export,
            now,
            json!({"who": who, "form": form, "purpose": purpose, "scope": scope}),
        )
    }
}
