//! Writing records: epochs, leaves, heads. The only place that adds to the chain.

use super::{Outbox, OutboxError};
use crate::domain::{
    hex::{EpochId, Hex, Salt},
    ids::CounterId,
    policy,
    time::Bucket,
};
use crate::platform;
use crate::wire::{
    bundle::Tip,
    canon, chain,
    record::{Note, Open, What, Why},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};

/// A record about to be written.
pub(super) struct New<'a> {
    /// Its bytes, canonical.
    pub line: &'a str,
    /// The bucket that decides how long it is held.
    pub at: Bucket,
    /// The visit, for a ballot.
    pub salt: Option<Salt>,
}

/// Where an opening writes: handed back by [`append`], kept only after the commit.
#[derive(Clone, Copy)]
pub(super) struct Place {
    epoch_no: i64,
    epoch: EpochId,
    pub tip: Tip,
}

fn tip_of(row: &Row<'_>) -> rusqlite::Result<Tip> {
    let (ballots, seq) = (row.get::<_, i64>(2)? as u64, row.get::<_, i64>(1)? as u64);
    Ok(Tip {
        ballots,
        epoch: Hex(row.get(0)?),
        head: Hex(row.get(3)?),
        seq,
    })
}

/// The last record of the file.
pub(super) fn tip(tx: &Transaction<'_>) -> Result<Option<Tip>, OutboxError> {
    let sql = "select e.id, r.seq, r.ballots, r.head from record r join epoch e on e.no = r.epoch_no \
               order by r.epoch_no desc, r.seq desc limit 1";
    Ok(tx.prepare_cached(sql)?.query_row([], tip_of).optional()?)
}

/// Whether the file has the record that a tip names.
pub(super) fn holds(tx: &Transaction<'_>, tip: &Tip) -> Result<bool, OutboxError> {
    let sql = "select 1 from record r join epoch e on e.no = r.epoch_no where e.id = ?1 and r.seq = ?2 and r.head = ?3";
    Ok(tx
        .prepare_cached(sql)?
        .exists(params![tip.epoch.0, tip.seq as i64, tip.head.0])?)
}

impl Outbox {
    /// Runs a write transaction that may append. The file's tip is compared with the one in memory first: if they
    /// differ, the disk went back in time and a new epoch begins, so that no key is ever used twice.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &mut Appender) -> Result<T, OutboxError>,
    ) -> Result<T, OutboxError> {
        let fresh_epoch: EpochId = Hex(platform::random()?);
        let jitter = i64::from(u32::from_le_bytes(platform::random()?)) % (policy::HOLD_JITTER_SECS + 1);
        let hold = self.identity.enrolment().is_none_or(|e| e.setup.settings.hold);
        let (device, expected, epoch, why) = (self.identity.device(), self.tip, self.epoch, self.why);
        let remembered = self.lost;
        let (value, place, behind) = self.db.write(|tx| {
            let found = tip(tx)?;
            let went_back = found != expected;
            let (epoch, why, lost) = if went_back {
                (None, Why::RolledBack, expected.or(remembered))
            } else {
                (epoch, why, remembered)
            };
            let place = match (epoch, found) {
                (Some((epoch_no, epoch)), Some(tip)) => Some(Place { epoch_no, epoch, tip }),
                _ => None,
            };
            let hold = hold.then_some(jitter);
            let mut appender = Appender {
                device,
                place,
                prev: found,
                lost,
                why,
                fresh_epoch,
                hold,
                found_draft: went_back,
                written: false,
            };
            let value = work(tx, &mut appender)?;
            let place = appender.written.then_some(appender.place).flatten();
            Ok::<_, OutboxError>((value, place, went_back.then_some((found, lost))))
        })?;
        if let Some(place) = place {
            self.tip = Some(place.tip);
            self.epoch = Some((place.epoch_no, place.epoch));
            self.why = Why::Start;
            self.lost = None;
        } else if let Some((found, lost)) = behind {
            // A draft that is made from here on is this opening's own.
            (self.tip, self.epoch, self.why, self.lost) = (found, None, Why::RolledBack, lost);
        }
        Ok(value)
    }

    /// Writes a note about the device.
    pub fn note(&mut self, what: What, now: i64) -> Result<(), OutboxError> {
        self.write_note(what, None, true, now)
    }

    /// Writes a note of an operator's doing, which says nothing of any citizen: it may travel at once.
    pub fn operator_note(&mut self, what: What, counter: Option<CounterId>, now: i64) -> Result<(), OutboxError> {
        self.write_note(what, counter, false, now)
    }

    fn write_note(&mut self, what: What, counter: Option<CounterId>, hold: bool, now: i64) -> Result<(), OutboxError> {
        let (at, step) = (Bucket::of(now), self.identity.step());
        let line = canon::line_of(&Note {
            at,
            counter,
            step,
            what,
        });
        self.write(|tx, appender| {
            if !hold {
                appender.hold = None;
            }
            appender.append(
                tx,
                &New {
                    line: &line,
                    at,
                    salt: None,
                },
                false,
            )
        })
    }

    /// Writes the mark: what the tablet knows to have committed, apart from the queue.
    pub fn mark(&mut self, now: i64) -> Result<(), OutboxError> {
        match self.tip {
            Some(tip) if self.identity.mark() != Some(tip) => self.identity.set_mark(tip, now),
            _ => Ok(()),
        }
    }

    /// Counts a clock step and notes it.
    pub fn clock_stepped(&mut self, now: i64) -> Result<(), OutboxError> {
        self.identity.add_step(now)?;
        if self.identity.enrolment().is_some() {
            self.note(What::ClockStep, now)
        } else {
            Ok(())
        }
    }
}

/// Appends records inside one transaction.
pub(super) struct Appender {
    device: crate::domain::hex::DeviceId,
    place: Option<Place>,
    prev: Option<Tip>,
    lost: Option<Tip>,
    why: Why,
    fresh_epoch: EpochId,
    /// Seconds to add to the end of the bucket; `None` without a hold.
    hold: Option<i64>,
    /// A draft that is cast now lay in the file before this opening, or before the disk went back under it: what became of it
    /// then, the file can't say.
    pub(super) found_draft: bool,
    written: bool,
}

impl Appender {
    /// Appends a record; begins the epoch first if this opening has not written yet.
    pub fn append(&mut self, tx: &Transaction<'_>, new: &New<'_>, is_ballot: bool) -> Result<(), OutboxError> {
        let (place, counts) = match self.place {
            Some(place) => (place, is_ballot),
            None => {
                let draft = self.found_draft && is_ballot;
                (self.open_epoch(tx, new.at, draft)?, is_ballot && !draft)
            }
        };
        let leaf = chain::leaf(new.line.as_bytes());
        let tip = Tip {
            ballots: place.tip.ballots + u64::from(counts),
            epoch: place.epoch,
            head: chain::link(place.tip.head, leaf),
            seq: place.tip.seq + 1,
        };
        self.insert(tx, Place { tip, ..place }, new, is_ballot)
    }

    fn open_epoch(&mut self, tx: &Transaction<'_>, at: Bucket, draft: bool) -> Result<Place, OutboxError> {
        tx.prepare_cached("insert into epoch (id) values (?1)")?
            .execute([self.fresh_epoch.0])?;
        let (epoch_no, epoch) = (tx.last_insert_rowid(), self.fresh_epoch);
        let line = canon::line_of(&Open {
            draft,
            mark: self.lost,
            prev: self.prev,
            why: self.why,
        });
        let head = chain::open(self.device, epoch, chain::leaf(line.as_bytes()));
        let place = Place {
            epoch_no,
            epoch,
            tip: Tip {
                ballots: 0,
                epoch,
                head,
                seq: 0,
            },
        };
        self.insert(
            tx,
            place,
            &New {
                line: &line,
                at,
                salt: None,
            },
            false,
        )?;
        Ok(place)
    }

    fn insert(&mut self, tx: &Transaction<'_>, to: Place, new: &New<'_>, is_ballot: bool) -> Result<(), OutboxError> {
        let hold_until = self.hold.map_or(0, |jitter| new.at.end().saturating_add(jitter));
        let sql = "insert into record (epoch_no, seq, leaf, head, ballots, is_ballot, salt, hold_until, body) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let leaf = chain::leaf(new.line.as_bytes());
        tx.prepare_cached(sql)?.execute(params![
            to.epoch_no,
            to.tip.seq as i64,
            leaf.0,
            to.tip.head.0,
            to.tip.ballots as i64,
            is_ballot,
            new.salt.map(|salt| salt.0),
            hold_until,
            new.line.as_bytes(),
        ])?;
        self.place = Some(to);
        self.written = true;
        Ok(())
    }
}
