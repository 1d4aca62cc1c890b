//! Enrolment codes. The code itself leaves this module once, to be shown or printed; only its hash is stored.

use super::{Refusal, Result, Store, WriteTx, log::Kind, places};
use crate::{
    domain::{ids::CounterId, policy},
    platform,
    wire::code::Code,
};
use serde_json::json;

/// How long a code is, and how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// 16 characters, 14 days: for a printed sheet.
    Sheet,
    /// 8 characters, 30 minutes: for a screen.
    Short,
}

/// A code that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The code.
    pub code: Code,
    /// Unix seconds.
    pub expires: i64,
}

impl WriteTx<'_> {
    /// Makes a code that enrols one device at a counter.
    pub fn make_code(&self, counter: CounterId, length: Length, now: i64) -> Result<Made> {
        let counter = places::counter(self.conn, counter)?;
        if counter.valid_to.is_some() {
            return Err(Refusal::Closed(counter.name).into());
        }
        let (code, lives) = match length {
            Length::Sheet => (
                Code::from_random(&platform::random::<{ policy::CODE_SHEET_CHARS }>()?),
                policy::CODE_SHEET_DAYS * 86_400,
            ),
            Length::Short => (
                Code::from_random(&platform::random::<{ policy::CODE_SHORT_CHARS }>()?),
                policy::CODE_SHORT_MINUTES * 60,
            ),
        };
        let expires = now.saturating_add(lives);
        let pos = self.log(
            Kind::Code,
            now,
            json!({"counter": counter.id, "hash": code.hash(), "expires": expires}),
        )?;
        self.conn.execute(
            "insert into code (hash, counter_no, expires, pos) values (?1, ?2, ?3, ?4)",
            (code.hash().0, counter.no, expires, pos),
        )?;
        Ok(Made { code, expires })
    }
}

impl Store {
    /// Makes a code (see [`WriteTx::make_code`]).
    pub fn make_code(&self, counter: CounterId, length: Length, now: i64) -> Result<Made> {
        self.write(move |tx| tx.make_code(counter, length, now))
    }
}
