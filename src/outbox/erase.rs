//! Whether the tablet may be erased (design §4): only when receipts cover everything through the tip, or when the
//! district allowed it by a code.

use super::{Outbox, OutboxError};
use crate::domain::ids::CounterId;
use crate::wire::record::What;
use serde::{Deserialize, Serialize};

/// What an erase would take along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasable {
    /// Ballots without a receipt.
    pub waiting: u64,
    /// Other records without a receipt.
    pub others: u64,
    /// Damaged files put aside, which may hold ballots that nobody can count any more.
    pub damaged: u64,
}

impl Erasable {
    /// Whether no ballot would be lost: it may be erased without a code, once receipts cover the rest too.
    pub fn is_free(&self) -> bool {
        self.waiting == 0 && self.damaged == 0
    }
}

impl Outbox {
    /// What stands against an erase.
    pub fn erasable(&mut self) -> Result<Erasable, OutboxError> {
        let damaged = self.identity.damaged_files();
        self.db.read(|tx| {
            let one = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0));
            // A draft is a ballot that is not cast yet.
            let drafts = one("select count(*) from draft")?;
            let sql = "select count(*) from record where (pending = 1 or settled is null) and is_ballot = ";
            let (ballots, others) = (one(&format!("{sql}1"))?, one(&format!("{sql}0"))?);
            let count = |n: i64| u64::try_from(n).unwrap_or(0);
            Ok(Erasable {
                waiting: count(ballots + drafts),
                others: count(others),
                damaged,
            })
        })
    }

    /// Tells the district that the tablet is about to be erased, and of the visits of today. What is no ballot is not held
    /// any more: there is no later.
    pub fn tell_erased(&mut self, now: i64) -> Result<(), OutboxError> {
        self.close_today(now)?;
        self.operator_note(What::Erased, None, now)?;
        self.db.write(|tx| {
            tx.execute(
                "update record set hold_until = 0 where pending = 1 and is_ballot = 0",
                [],
            )?;
            Ok::<_, OutboxError>(())
        })
    }

    /// Asks the district to move the tablet to a counter of its unit. It stands where it stands until the district agrees.
    pub fn want_counter(&mut self, counter: CounterId, now: i64) -> Result<(), OutboxError> {
        self.operator_note(What::CounterWanted, Some(counter), now)?;
        self.identity.set_counter_wanted(Some(counter))
    }
}
