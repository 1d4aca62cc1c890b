//! What operator mode keeps beside the key: wrong PINs, the code used last, the counter asked for.

use super::{Identity, OutboxError};
use crate::domain::{
    hex::{Hash, Hex},
    ids::CounterId,
    pin::{Tries, Turn},
    policy,
};
use crate::wire::{
    code::{Code, Purpose},
    pin,
    setup::Operator,
};
use rusqlite::{Transaction, params};
use uuid::Uuid;

/// Its columns of the identity file.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) tries: Tries,
    unlock_used: Option<Hash>,
    pub(super) counter_wanted: Option<CounterId>,
}

/// How a try to enter operator mode ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Try {
    /// Right.
    Right,
    /// Wrong; when the next may be made.
    Wrong(Turn),
    /// Not looked at: too many wrong ones before.
    Wait(Turn),
    /// The unit has no PIN yet.
    NoPin,
}

impl Row {
    pub(super) fn read(tx: &Transaction<'_>) -> Result<Self, OutboxError> {
        let sql = "select pin_wrong, pin_last, unlock_used, counter_wanted from identity";
        Ok(tx.query_row(sql, [], |row| {
            Ok(Self {
                tries: Tries {
                    // No count of ours: then nobody gets in without the district's code.
                    wrong: row.get(0).unwrap_or(policy::PIN_MAX_TRIES),
                    last: row.get(1)?,
                },
                unlock_used: row.get::<_, Option<[u8; 32]>>(2).unwrap_or_default().map(Hex),
                counter_wanted: row
                    .get::<_, Option<[u8; 16]>>(3)
                    .unwrap_or_default()
                    .map(|id| CounterId(Uuid::from_bytes(id))),
            })
        })?)
    }
}

impl Identity {
    /// What the setup says for operator mode.
    pub fn operator(&self) -> Option<&Operator> {
        self.row.enrolment.as_ref().and_then(|e| e.setup.operator.as_ref())
    }

    /// The counter that was asked for and not answered yet.
    pub fn counter_wanted(&self) -> Option<CounterId> {
        self.row.operator.counter_wanted
    }

    /// Tries a PIN. A try is written down before it is looked at: pulling the plug does not take it back.
    pub fn try_pin(&mut self, typed: &str, now: i64) -> Result<Try, OutboxError> {
        let Some(phc) = self.operator().and_then(|operator| operator.pin.clone()) else {
            return Ok(Try::NoPin);
        };
        let tries = self.row.operator.tries;
        match tries.turn(now) {
            Turn::Now => {}
            wait => return Ok(Try::Wait(wait)),
        }
        self.set_tries(tries.and_wrong(now))?;
        if pin::matches(typed, &phc) {
            self.set_tries(Tries::default())?;
            return Ok(Try::Right);
        }
        Ok(Try::Wrong(self.row.operator.tries.turn(now)))
    }

    /// Tries the district's one-time code; each opens once. It makes the PIN's tries free again. 80 random bits need no
    /// limit on tries.
    pub fn try_unlock(&mut self, typed: &str) -> Result<bool, OutboxError> {
        let expected = self.operator().and_then(|operator| operator.unlock);
        let typed = Code::parse(typed).ok().map(|code| code.hash_for(Purpose::Unlock));
        let Some(hash) = typed.filter(|hash| expected == Some(*hash) && self.row.operator.unlock_used != expected)
        else {
            return Ok(false);
        };
        self.set_tries(Tries::default())?;
        self.db.write(|tx| {
            tx.execute("update identity set unlock_used = ?1", [hash.0])?;
            Ok::<_, OutboxError>(())
        })?;
        self.row.operator.unlock_used = Some(hash);
        Ok(true)
    }

    /// Whether this is the district's code for an erase while ballots wait. It need not be kept as used: what it allows
    /// ends the device.
    pub fn is_erase_code(&self, typed: &str) -> bool {
        let expected = self.operator().and_then(|operator| operator.erase);
        let typed = Code::parse(typed).ok().map(|code| code.hash_for(Purpose::Erase));
        typed.is_some() && typed == expected
    }

    pub(super) fn set_counter_wanted(&mut self, counter: Option<CounterId>) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            let id = counter.map(|counter| *counter.0.as_bytes());
            tx.execute("update identity set counter_wanted = ?1", [id])?;
            Ok::<_, OutboxError>(())
        })?;
        self.row.operator.counter_wanted = counter;
        Ok(())
    }

    fn set_tries(&mut self, tries: Tries) -> Result<(), OutboxError> {
        if tries != self.row.operator.tries {
            self.db.write(|tx| {
                let sql = "update identity set pin_wrong = ?1, pin_last = ?2";
                tx.execute(sql, params![tries.wrong, tries.last])?;
                Ok::<_, OutboxError>(())
            })?;
            self.row.operator.tries = tries;
        }
        Ok(())
    }
}
