//! Who the tablet is: key, certificate, district, setup, clock steps and the mark, in a file of their own.

use super::OutboxError;
use crate::domain::hex::{DeviceId, Hex, PublicKey};
use crate::platform;
use crate::sqlite::{Db, Journal, Migration};
use crate::wire::{answer::Enrolled, bundle::Tip, keys::Key, setup::Setup};
use rusqlite::params;
use std::path::Path;

const MIGRATIONS: &[Migration] = &[
    include_str!("migrations/identity_0001.sql"),
    include_str!("migrations/identity_0002_operator.sql"),
    include_str!("migrations/identity_0003_mark.sql"),
];

/// Damaged files passed by before giving up.
pub(super) const MAX_FILES: u32 = 8;

/// A tablet's place in a district.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Enrols again after a restore of the district.
    pub certificate: String,
    /// The pinned key.
    pub district_key: PublicKey,
    /// What to show and how to behave.
    pub setup: Setup,
    /// Access to the setup.
    pub token: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolment")
            .field("district_key", &self.district_key)
            .finish_non_exhaustive()
    }
}

/// Who the tablet is.
#[derive(Debug)]
pub struct Identity {
    pub(super) db: Db,
    pub(super) row: Row,
}

/// The one row of the file.
#[derive(Debug)]
pub(super) struct Row {
    key: Key,
    pub(super) enrolment: Option<Enrolment>,
    step: u32,
    last_seen: i64,
    counting_since: Option<i64>,
    revoked: bool,
    outbox_no: i64,
    mark: Option<Tip>,
    /// The newest setup on the disk no longer reads: the one before is in use, or none.
    setup_unread: bool,
    pub(super) operator: super::operator::Row,
}

impl Identity {
    /// Opens the file, or makes a key and a file. A clock before the last one seen counts as a step.
    pub(super) fn open(dir: &Path, now: i64) -> Result<Self, OutboxError> {
        let (db, row) = open_first_sound(dir)?;
        let mut identity = Self { db, row };
        if now < identity.row.last_seen {
            identity.add_step(now)?;
        }
        Ok(identity)
    }

    /// The private key.
    pub fn key(&self) -> &Key {
        &self.row.key
    }

    /// The device's id.
    pub fn device(&self) -> DeviceId {
        self.row.key.id()
    }

    /// Its place in a district, if it has one.
    pub fn enrolment(&self) -> Option<&Enrolment> {
        self.row.enrolment.as_ref()
    }

    /// Clock jumps so far.
    pub fn step(&self) -> u32 {
        self.row.step
    }

    /// Whether the district withdrew the device.
    pub fn revoked(&self) -> bool {
        self.row.revoked
    }

    /// Whether ballots are practice now.
    pub fn practice(&self) -> bool {
        let since = self.row.enrolment.as_ref().and_then(|e| e.setup.practice_since);
        since.is_some_and(|since| self.row.counting_since.is_none_or(|counting| counting < since))
    }

    /// The tip remembered apart from the queue.
    pub fn mark(&self) -> Option<Tip> {
        self.row.mark
    }

    /// Whether the newest setup on the disk does not read (any more); the one before is in use.
    pub fn setup_unread(&self) -> bool {
        self.row.setup_unread
    }

    /// Queue files that were damaged and put aside.
    pub fn damaged_files(&self) -> u64 {
        u64::try_from(self.row.outbox_no.saturating_sub(1)).unwrap_or(0)
    }

    pub(super) fn outbox_no(&self) -> i64 {
        self.row.outbox_no
    }

    pub(super) fn next_outbox(&mut self) -> Result<(), OutboxError> {
        let next = self.row.outbox_no + 1;
        self.set("update identity set outbox_no = ?1", next)?;
        self.row.outbox_no = next;
        Ok(())
    }

    /// Stores what the district answered to an enrolment. The setup was checked by the caller.
    pub fn enrol(&mut self, answer: &Enrolled, setup: Setup) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            tx.execute(
                "update identity set certificate = ?1, district_key = ?2, token = ?3, setup = ?4, setup_before = null, \
                 revoked = 0, counter_wanted = null",
                params![answer.certificate, answer.district_key.0, answer.token, answer.setup],
            )?;
            Ok::<_, OutboxError>(())
        })?;
        self.row.enrolment = Some(Enrolment {
            certificate: answer.certificate.clone(),
            district_key: answer.district_key,
            setup,
            token: answer.token.clone(),
        });
        self.row.revoked = false;
        self.row.setup_unread = false;
        self.row.operator.counter_wanted = None;
        Ok(())
    }

    /// Stores a newer setup; a lower or equal version is ignored. Says whether it was taken.
    pub fn set_setup(&mut self, text: &str, setup: Setup) -> Result<bool, OutboxError> {
        let Some(enrolment) = &mut self.row.enrolment else {
            return Err(OutboxError::NotEnrolled);
        };
        if setup.version <= enrolment.setup.version {
            return Ok(false);
        }
        let pin = |setup: &Setup| setup.operator.as_ref().and_then(|operator| operator.pin.clone());
        let other_pin = pin(&setup) != pin(&enrolment.setup);
        // A newest setup that does not read is no setup to go back to.
        let sql = if self.row.setup_unread {
            "update identity set setup = ?1, counter_wanted = null, pin_wrong = pin_wrong * ?2"
        } else {
            "update identity set setup_before = setup, setup = ?1, counter_wanted = null, pin_wrong = pin_wrong * ?2"
        };
        self.db.write(|tx| {
            tx.execute(sql, params![text, !other_pin])?;
            Ok::<_, OutboxError>(())
        })?;
        enrolment.setup = setup;
        self.row.setup_unread = false;
        self.row.operator.counter_wanted = None;
        if other_pin {
            self.row.operator.tries.wrong = 0;
        }
        Ok(true)
    }

    /// "Bắt đầu tính phiếu" was tapped.
    pub(super) fn set_counting(&mut self, since: i64) -> Result<(), OutboxError> {
        self.set("update identity set counting_since = ?1", since)?;
        self.row.counting_since = Some(since);
        Ok(())
    }

    pub(super) fn set_revoked(&mut self, revoked: bool) -> Result<(), OutboxError> {
        if self.row.revoked != revoked {
            self.set("update identity set revoked = ?1", i64::from(revoked))?;
            self.row.revoked = revoked;
        }
        Ok(())
    }

    /// Wall and monotonic clock parted.
    pub(super) fn add_step(&mut self, now: i64) -> Result<(), OutboxError> {
        self.set("update identity set step = step + 1, last_seen = ?1", now)?;
        self.row.step = self.row.step.saturating_add(1);
        self.row.last_seen = now;
        Ok(())
    }

    /// Remembers the tip. Called after the queue's commit; "Cảm ơn" does not wait for it.
    pub(super) fn set_mark(&mut self, tip: Tip, now: i64) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            let sql = "update identity set mark_epoch = ?1, mark_seq = ?2, mark_head = ?3, mark_ballots = ?4, \
                       last_seen = ?5, mark_check = ?6";
            tx.prepare_cached(sql)?.execute(params![
                tip.epoch.0,
                tip.seq as i64,
                tip.head.0,
                tip.ballots as i64,
                now,
                mark_check(&tip)
            ])?;
            Ok::<_, OutboxError>(())
        })?;
        self.row.mark = Some(tip);
        self.row.last_seen = now;
        Ok(())
    }

    fn set(&mut self, sql: &str, value: i64) -> Result<(), OutboxError> {
        self.db.write(|tx| {
            tx.execute(sql, [value])?;
            Ok::<_, OutboxError>(())
        })
    }
}

/// A damaged file stays where it is; the tablet becomes a new device beside it, which the district sees.
fn open_first_sound(dir: &Path) -> Result<(Db, Row), OutboxError> {
    let fresh_seed = platform::random::<32>()?;
    let mut number = 1;
    loop {
        let name = if number == 1 {
            "identity.db".to_owned()
        } else {
            format!("identity-{number}.db")
        };
        match open_file(&dir.join(name), fresh_seed) {
            Err(error) if error.is_corrupt() && number < MAX_FILES => number += 1,
            opened => return opened,
        }
    }
}

fn open_file(path: &Path, fresh_seed: [u8; 32]) -> Result<(Db, Row), OutboxError> {
    let mut db = Db::open(path, Journal::Rollback, MIGRATIONS)?;
    db.check()?;
    let row = db.write(|tx| {
        tx.execute("insert or ignore into identity (id, seed) values (1, ?1)", [fresh_seed])?;
        read_row(tx)
    })?;
    Ok((db, row))
}

/// What is stored beside a mark, to know half of one.
fn mark_check(tip: &Tip) -> Vec<u8> {
    let Hex(hash) = crate::wire::keys::sha256(&[b"hailong/1/mark\0", crate::wire::canon::line_of(tip).as_bytes()]);
    hash.into_iter().take(8).collect()
}

fn read_row(tx: &rusqlite::Transaction<'_>) -> Result<Row, OutboxError> {
    let sql = "select seed, step, last_seen, counting_since, revoked, outbox_no, certificate, district_key, token, \
               setup, mark_epoch, mark_seq, mark_head, mark_ballots, setup_before, mark_check from identity";
    let operator = super::operator::Row::read(tx)?;
    let (mut row, enrolment) = tx.query_row(sql, [], |row| {
        // What is no text any more is unread, as a text is that the district did not sign; the key is still the key.
        let text = |at| {
            let bytes = row.get_ref::<usize>(at)?.as_bytes_or_null()?;
            Ok::<_, rusqlite::Error>(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
        };
        let before = text(14)?;
        let enrolment = match (text(6)?, row.get(7)?, text(8)?, text(9)?) {
            (Some(certificate), Some(key), Some(token), Some(setup)) => {
                // One that no header can hold would never be answered; without one the district says no, and ballots go on.
                let token = Some(token).filter(|token| token.bytes().all(|b| b.is_ascii_graphic()));
                Some((certificate, key, token.unwrap_or_default(), [Some(setup), before]))
            }
            _ => None,
        };
        // Half a mark is none, whichever half it is.
        let mark = match (
            row.get::<_, Option<_>>(10).unwrap_or_default(),
            row.get::<_, Option<u64>>(11).unwrap_or_default(),
            row.get::<_, Option<_>>(12).unwrap_or_default(),
            row.get::<_, Option<u64>>(13).unwrap_or_default(),
        ) {
            (Some(epoch), Some(seq), Some(head), Some(ballots)) => Some(Tip {
                ballots,
                epoch: Hex(epoch),
                head: Hex(head),
                seq,
            }),
            _ => None,
        };
        let check: Option<Vec<u8>> = row.get(15)?;
        let mark = mark.filter(|tip: &Tip| check.is_none_or(|check| check == mark_check(tip)));
        let row = Row {
            key: Key::from_seed(&row.get(0)?),
            enrolment: None,
            // No count of ours: then one that no record before has.
            step: row.get(1).unwrap_or(u32::MAX),
            last_seen: row.get(2)?,
            counting_since: row.get(3)?,
            revoked: row.get(4)?,
            // A number that no file has: from the first on, past those that were put aside, to the one that was in use.
            outbox_no: row.get(5).ok().filter(|no| *no > 0).unwrap_or(1),
            mark,
            setup_unread: false,
            operator,
        };
        Ok((row, enrolment))
    })?;
    if let Some((certificate, district_key, token, setups)) = enrolment {
        let district_key: PublicKey = Hex(district_key);
        let read = |text: &String| Setup::open(&district_key, row.key.id(), text.as_bytes()).ok();
        // A newer app may not read an old setup. Then the one before it, and the district is asked again; with neither,
        // the tablet asks for a code, and stays the device it is.
        let [newest, before] = setups.map(|text| text.as_ref().and_then(read));
        row.setup_unread = newest.is_none();
        row.enrolment = newest.or(before).map(|setup| Enrolment {
            certificate,
            district_key,
            setup,
            token,
        });
    }
    Ok(row)
}
