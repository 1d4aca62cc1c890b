//! Checkpoints: the log's size and head, signed once a day. Copies outside this machine (on the tablets, in reports)
//! are what binds the operator.

use super::{Result, Store, WriteTx, log, log::Kind};
use crate::{
    domain::{hex::Hex, time::LocalDay},
    wire::{bundle::Checkpoint, canon, keys, signed},
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

/// The newest checkpoint, if one was made yet.
pub fn newest(conn: &Connection) -> Result<Option<Checkpoint>> {
    let body: Option<String> = conn
        .prepare_cached("select body from log where kind = 'checkpoint' order by pos desc limit 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(body.and_then(|body| parse(&body)))
}

/// Reads a checkpoint's log entry.
pub(super) fn parse(body: &str) -> Option<Checkpoint> {
    let body: Value = serde_json::from_str(body).ok()?;
    serde_json::from_value(body.get("checkpoint")?.clone()).ok()
}

/// The line a checkpoint's signature covers: all its members but `sig`, canonical.
pub fn signed_line(checkpoint: &Checkpoint) -> String {
    let mut value = serde_json::to_value(checkpoint).unwrap_or(Value::Null);
    if let Some(members) = value.as_object_mut() {
        members.remove("sig");
    }
    canon::to_line(&value)
}

/// Whether a checkpoint was signed with this key.
pub fn holds(checkpoint: &Checkpoint, key: &crate::domain::hex::PublicKey) -> bool {
    keys::verify(
        key,
        signed::CHECKPOINT,
        signed_line(checkpoint).as_bytes(),
        &checkpoint.sig,
    )
}

impl WriteTx<'_> {
    /// Whether somebody was given this checkpoint by us, and our log is not the one it was made of: the log was
    /// rewritten or cut, or this folder is an older copy.
    pub(super) fn contradicts(&self, seen: &Checkpoint) -> Result<bool> {
        if seen.generation != self.identity.generation || seen.size == 0 {
            return Ok(false);
        }
        let size = i64::try_from(seen.size).unwrap_or(i64::MAX);
        let head: Option<[u8; 32]> = self
            .conn
            .prepare_cached("select head from log where pos = ?1")?
            .query_row([size], |row| row.get(0))
            .optional()?;
        // The signature last: it costs the writer's time, and honest checkpoints never need it here.
        Ok(head != Some(seen.head.0) && holds(seen, &self.identity.key.public()))
    }

    /// Makes the local day's checkpoint if it was not made yet; answers the newest one. The newest is the one with the
    /// highest position: what it binds is a size and a head, and its day may be earlier than that of one that a wrong
    /// clock made.
    pub fn checkpoint(&self, now: i64) -> Result<Checkpoint> {
        let day = LocalDay::of(now).0;
        if let Some(newest) = newest(self.conn)?.filter(|newest| LocalDay(newest.day).covers(LocalDay(day))) {
            return Ok(newest);
        }
        let head = log::head(self.conn)?;
        let mut checkpoint = Checkpoint {
            day,
            generation: self.identity.generation,
            head: head.head,
            sig: Hex([0; 64]),
            size: u64::try_from(head.pos).unwrap_or(0),
        };
        checkpoint.sig = self
            .identity
            .key
            .sign(signed::CHECKPOINT, signed_line(&checkpoint).as_bytes());
        self.log(Kind::Checkpoint, now, json!({"checkpoint": checkpoint}))?;
        Ok(checkpoint)
    }
}

impl Store {
    /// Makes the local day's checkpoint if it was not made yet (see [`WriteTx::checkpoint`]).
    pub fn checkpoint(&self, now: i64) -> Result<Checkpoint> {
        self.write(move |tx| tx.checkpoint(now))
    }
}
