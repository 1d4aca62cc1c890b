//! What tablet and district say to each other, version 1, byte by byte. `docs/protocol.md` is its specification.
//!
//! Layer 1; besides `domain` the only thing both sides share. Nothing here reads a clock, a file or the network.
//!
//! Words: a *record* is one line of canonical JSON, made once and never re-serialised; its *leaf* is its hash; the
//! *chain* of an epoch links the leaves; a *bundle* is one or more signed runs of records; an *answer* is what the
//! district says, signed; the *receipt* is the one answer that lets a tablet settle records.

pub mod answer;
pub mod bundle;
pub mod canon;
pub mod chain;
pub mod code;
pub mod comment;
pub mod enrol;
pub mod file;
pub mod gzip;
pub mod keys;
pub mod pin;
pub mod record;
pub mod seal;
pub mod setup;
pub mod signed;

use crate::domain::hex::Hash;

/// Version of this protocol.
pub const VERSION: u32 = 1;

/// A survey's name: the hash of its canonical document.
pub fn survey_id(document: &serde_json::Value) -> Hash {
    keys::sha256(&[b"hailong/1/survey\0", canon::to_line(document).as_bytes()])
}

/// A language pack's name: the hash of its canonical document.
pub fn pack_id(document: &serde_json::Value) -> Hash {
    keys::sha256(&[b"hailong/1/pack\0", canon::to_line(document).as_bytes()])
}
