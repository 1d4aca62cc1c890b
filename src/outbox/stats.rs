//! How the queue stands.

use super::{Outbox, OutboxError, batch::absurd_hold};
use rusqlite::params;

/// How the queue stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Ballots that never had a receipt.
    pub waiting_ballots: u64,
    /// Ballots that have one.
    pub sent_ballots: u64,
    /// Records that may travel now.
    pub sendable: u64,
    /// When the next record may travel, unix time, if one waits for its bucket to close.
    pub next_sendable: Option<i64>,
    /// Hour of the last receipt, unix time.
    pub last_receipt: Option<i64>,
}

impl Outbox {
    /// Counts.
    pub fn stats(&mut self, now: i64) -> Result<Stats, OutboxError> {
        self.db.read(|tx| {
            let one = |sql: &str| tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
            let waiting = one("select count(*) from record where pending = 1 and settled is null and is_ballot = 1")?;
            let ballots =
                one("select coalesce(sum(b), 0) from (select max(ballots) as b from record group by epoch_no)")?;
            let absurd = absurd_hold(now);
            let sql = "select coalesce(sum(hold_until <= ?1 or hold_until > ?2), 0), \
                       min(case when hold_until > ?1 and hold_until <= ?2 then hold_until end) \
                       from record where pending = 1";
            let (sendable, next) = tx
                .prepare_cached(sql)?
                .query_row(params![now, absurd], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
            let last_receipt = tx.query_row("select last_receipt from district", [], |row| row.get(0))?;
            Ok(Stats {
                waiting_ballots: waiting as u64,
                sent_ballots: (ballots - waiting).max(0) as u64,
                sendable: sendable as u64,
                next_sendable: next,
                last_receipt,
            })
        })
    }
}
