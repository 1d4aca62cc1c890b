//! The log: one entry for everything that was done, chained like a device's records, at gapless positions.
//!
//! `leaf = SHA-256("hailong/1/logleaf\0" || body)`, `head_n = SHA-256("hailong/1/loglink\0" || head_{n-1} || leaf_n)`,
//! and the head before the first entry is 32 zero bytes. The body repeats kind and hour, so that the leaf covers them.

use super::{Result, StoreError, WriteTx};
/// What is stored of every time of arrival.
pub use crate::domain::time::hour;
use crate::{domain::hex::Hash, wire::keys::sha256};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};

/// What an entry tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A bundle arrived and brought something new.
    Bundle,
    /// A device was enrolled.
    Enrol,
    /// An enrolment code was made.
    Code,
    /// A device was revoked.
    Revoke,
    /// Ballots of a counter entered the figures.
    Release,
    /// A place was added or changed.
    Node,
    /// Who is at which counter when.
    Roster,
    /// A user was added or changed.
    User,
    /// A survey was published or became known.
    Survey,
    /// A device's setup was made.
    Setup,
    /// A device was returned to practice.
    Practice,
    /// Records changed their state.
    Decision,
    /// A scope was excluded from the figures, or included again.
    Exclusion,
    /// A report was filed.
    Report,
    /// Low ratings became a task, or something was done about one.
    Task,
    /// Somebody looked at something that is logged.
    View,
    /// Somebody exported something that is logged.
    Export,
    /// Bodies were deleted.
    Retention,
    /// The district was restored from a backup.
    Restore,
    /// A key was made or replaced.
    Key,
    /// The log's size and head, signed.
    Checkpoint,
}

impl Kind {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Enrol => "enrol",
            Self::Code => "code",
            Self::Revoke => "revoke",
            Self::Release => "release",
            Self::Node => "node",
            Self::Roster => "roster",
            Self::User => "user",
            Self::Survey => "survey",
            Self::Setup => "setup",
            Self::Practice => "practice",
            Self::Decision => "decision",
            Self::Exclusion => "exclusion",
            Self::Report => "report",
            Self::Task => "task",
            Self::View => "view",
            Self::Export => "export",
            Self::Retention => "retention",
            Self::Restore => "restore",
            Self::Key => "key",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Entries so far; also the position of the newest one. 0 for an empty log.
    pub pos: i64,
    /// The chain's head there.
    pub head: Hash,
}

/// One entry, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its position, from 1.
    pub pos: i64,
    /// What it tells of.
    pub kind: String,
    /// Unix time, rounded down to the hour.
    pub hour: i64,
    /// One line of JSON.
    pub body: String,
}

/// The leaf of a body.
pub fn leaf(body: &[u8]) -> Hash {
    sha256(&[b"hailong/1/logleaf\0", body])
}

/// The head after an entry.
pub fn link(before: &Hash, leaf: &Hash) -> Hash {
    sha256(&[b"hailong/1/loglink\0", &before.0, &leaf.0])
}

/// The end of the log.
pub fn head(conn: &Connection) -> Result<Head> {
    let row: Option<(i64, [u8; 32])> = conn
        .prepare_cached("select pos, head from log order by pos desc limit 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (pos, head) = row.unwrap_or((0, [0; 32]));
    Ok(Head {
        pos,
        head: crate::domain::hex::Hex(head),
    })
}

/// Entries from the newest backwards, before a position; for pages.
pub fn page(conn: &Connection, before: i64, limit: u32) -> Result<Vec<Entry>> {
    let mut rows =
        conn.prepare_cached("select pos, kind, hour, body from log where pos < ?1 order by pos desc limit ?2")?;
    let entries = rows.query_map((before, limit), |row| {
        Ok(Entry {
            pos: row.get(0)?,
            kind: row.get(1)?,
            hour: row.get(2)?,
            body: row.get(3)?,
        })
    })?;
    Ok(entries.collect::<std::result::Result<_, _>>()?)
}

/// Hands out the entries of one kind, oldest first.
pub fn of_kind(conn: &Connection, kind: Kind, mut each: impl FnMut(Entry)) -> Result<()> {
    let mut rows = conn.prepare_cached("select pos, kind, hour, body from log where kind = ?1 order by pos")?;
    let mut rows = rows.query([kind.name()])?;
    while let Some(row) = rows.next()? {
        each(Entry {
            pos: row.get(0)?,
            kind: row.get(1)?,
            hour: row.get(2)?,
            body: row.get(3)?,
        });
    }
    Ok(())
}

impl WriteTx<'_> {
    /// Adds an entry; answers its position. The members of `body` are joined by `kind` and `hour`, and by `by` where
    /// somebody did it (see [`WriteTx::by`]).
    pub fn log(&self, kind: Kind, now: i64, body: Value) -> Result<i64> {
        let before = head(self.conn)?;
        let pos = before.pos + 1;
        let mut members = match body {
            Value::Object(members) => members,
            other => Map::from_iter([("what".to_owned(), other)]),
        };
        if let Some(who) = self.by {
            members.entry("by").or_insert_with(|| who.into());
        }
        members.insert("kind".into(), kind.name().into());
        members.insert("hour".into(), hour(now).into());
        // Not `canon`: its NFC would change a header line that is quoted here byte by byte.
        let body = serde_json::to_string(&Value::Object(members)).map_err(|_| StoreError::Corrupt("log body"))?;
        let leaf = leaf(body.as_bytes());
        self.conn
            .prepare_cached("insert into log (pos, kind, hour, body, leaf, head) values (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute((pos, kind.name(), hour(now), body, leaf.0, link(&before.head, &leaf).0))?;
        Ok(pos)
    }
}
