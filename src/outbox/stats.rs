//! How the queue stands.

use super::{Outbox, OutboxError, batch::absurd_hold};
use rusqlite::{Transaction, params};

/// Most sendable records that are counted. Only whether there are more than those passed by is ever asked.
const COUNTED: i64 = 10_000;

/// How the queue stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Ballots that never had a receipt.
    pub waiting_ballots: u64,
    /// Ballots that have one.
    pub sent_ballots: u64,
    /// Records that may travel now; 10,000 stands for more.
    pub sendable: u64,
    /// When the next record may travel, unix time, if one waits for its bucket to close.
    pub next_sendable: Option<i64>,
    /// Hour of the last receipt, unix time.
    pub last_receipt: Option<i64>,
}

/// Records that may travel now, counted as far as twice `most`.
pub(super) fn sendable(tx: &Transaction<'_>, now: i64, most: i64) -> Result<u64, OutboxError> {
    let sql = "select \
               (select count(*) from (select 1 from record where pending = 1 and hold_until <= ?1 limit ?3)) + \
               (select count(*) from (select 1 from record where pending = 1 and hold_until > ?2 limit ?3))";
    let count: i64 = tx
        .prepare_cached(sql)?
        .query_row(params![now, absurd_hold(now), most], |row| row.get(0))?;
    Ok(count as u64)
}

impl Outbox {
    /// Counts. Asked after every tap: nothing here grows with the queue.
    pub fn stats(&mut self, now: i64) -> Result<Stats, OutboxError> {
        self.db.read(|tx| {
            let one = |sql: &str| tx.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
            let ballots = one(
                // And the drafts that epochs began with, which tips don't count.
                "select coalesce(sum((select ballots from record where epoch_no = e.no order by seq desc limit 1) \
                   + exists (select 1 from record where epoch_no = e.no and seq = 1 and is_ballot = 1 and ballots = 0)), 0) \
                 from epoch e",
            )?;
            let sent = one("select sent from district")?;
            let absurd = absurd_hold(now);
            let sql = "select min(hold_until) from record where pending = 1 and hold_until > ?1 and hold_until <= ?2";
            let next = tx.prepare_cached(sql)?.query_row([now, absurd], |row| row.get(0))?;
            let last_receipt = tx
                .prepare_cached("select last_receipt from district")?
                .query_row([], |row| row.get(0))?;
            Ok(Stats {
                waiting_ballots: (ballots - sent).max(0) as u64,
                sent_ballots: sent.max(0) as u64,
                sendable: sendable(tx, now, COUNTED)?,
                next_sendable: next,
                last_receipt,
            })
        })
    }
}
