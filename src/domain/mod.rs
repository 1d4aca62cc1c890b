//! What a rating is: surveys, ballots, places, time and the arithmetic over them.
//!
//! Layer 0. Everything here parses, validates or computes. There is no I/O, no clock, no async and no `cfg`:
//! whoever needs the time or a random number passes it in.
//!
//! Words: a [`Survey`](survey::Survey) asks, a [`Ballot`](ballot::Ballot) answers it at a counter, at a
//! [`Moment`](ballot::Moment), in a 15-minute [`Bucket`](time::Bucket).

pub mod ballot;
pub mod clock;
// Only who sorts lists for people needs it, and it needs Unicode's tables.
#[cfg(feature = "nfc")]
pub mod collate;
pub mod comment;
pub mod compare;
pub mod hex;
pub mod ids;
pub mod number;
pub mod pack;
pub mod period;
pub mod pin;
pub mod policy;
pub mod publish;
pub mod redact;
pub mod role;
pub mod settings;
pub mod stats;
pub mod survey;
pub mod tasks;
pub mod time;
pub mod volume;
pub mod workdays;
