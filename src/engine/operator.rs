//! Operator mode on the engine's side: checks what was typed, and does only then what is asked.

use super::{
    core::{Core, Now},
    message::{
        Event,
        operator::{Ask, Attention, EraseState, Refusal, Report, SavedFile, Say, TakenFile},
    },
};
use crate::domain::{pin::Turn, policy, time::rfc3339};
use crate::outbox::{OutboxError, Taken, Try};
use crate::sync::Outcome;
use crate::wire::{
    answer::Answer,
    file::{self, FileError},
    keys::key_id,
    record::What,
    signed,
};
use std::{fmt::Write, time::Duration};

/// What of operator mode lasts from one message to the next.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// A right PIN or code opened it.
    entered: bool,
    /// An erase that is allowed waits for the district to hear of it.
    erase: Option<Erase>,
}

/// An erase that waits.
#[derive(Debug)]
struct Erase {
    /// Until this time (monotonic).
    by: Duration,
    /// It was allowed only if receipts come for all.
    needs_receipts: bool,
    /// The district's code allowed it, whatever waits.
    released: bool,
}

/// What becomes of an erase under way.
pub(super) enum EraseTurn {
    /// There is none, or it waits.
    Wait,
    /// All goes now.
    Now,
    /// The receipts did not come, or ballots have come since: it is not done.
    GivenUp(Vec<Event>),
}

impl Core {
    /// Does what operator mode asks.
    pub fn operator(&mut self, ask: &Ask, now: Now) -> Result<Vec<Event>, OutboxError> {
        match ask {
            Ask::Pin(typed) => return self.try_pin(typed, now),
            Ask::Code(typed) => return self.try_code(typed, now),
            Ask::Leave => {
                self.open.entered = false;
                // A citizen comes next.
                self.cancel_erase();
                return Ok(Vec::new());
            }
            _ if !self.open.entered => return Ok(vec![Event::Operator(Say::Closed)]),
            _ => {}
        }
        let mut says = match ask {
            Ask::SaveFile => vec![self.save_file(now)?],
            Ask::TakeFile(text) => return self.take_file(text, now),
            Ask::WantCounter(counter) => {
                let known = self
                    .outbox
                    .identity
                    .operator()
                    .is_some_and(|o| o.counters.iter().any(|c| c.id == *counter));
                if known {
                    self.outbox.want_counter(*counter, now.wall)?;
                    self.sender.ask(now.mono);
                }
                Vec::new()
            }
            Ask::TestStorage => vec![Say::Storage(self.outbox.probe().is_ok())],
            Ask::Erase { code } => vec![self.erase(code.as_deref(), now)?],
            Ask::Report | Ask::Pin(_) | Ask::Code(_) | Ask::Leave => Vec::new(),
        };
        says.push(Say::Report(Box::new(self.report(now)?)));
        Ok(says.into_iter().map(Event::Operator).collect())
    }

    /// The report again, if somebody looks at it.
    pub fn report_if_open(&mut self, now: Now) -> Result<Option<Event>, OutboxError> {
        if !self.open.entered || self.outbox.identity.enrolment().is_none() {
            return Ok(None);
        }
        let report = self.report(now)?;
        Ok(Some(Event::Operator(Say::Report(Box::new(report)))))
    }

    /// What becomes of an erase under way: it is done once the district heard of it, or has waited long enough.
    pub fn erase_turn(&mut self, now: Now) -> Result<EraseTurn, OutboxError> {
        let Some(erase) = &self.open.erase else {
            return Ok(EraseTurn::Wait);
        };
        let left = self.outbox.erasable()?;
        let over = now.mono >= erase.by;
        // It was free because nothing waited; that is asked again before anything is lost.
        let state = if !erase.released && !left.is_free() {
            EraseState::NeedsCode(left)
        } else if left.waiting + left.others == 0 || (over && !erase.needs_receipts) {
            return Ok(EraseTurn::Now);
        } else if over {
            EraseState::NotReached
        } else {
            return Ok(EraseTurn::Wait);
        };
        self.cancel_erase();
        let mut events = vec![Event::Operator(Say::Erase(state))];
        events.extend(self.report_if_open(now)?);
        Ok(EraseTurn::GivenUp(events))
    }

    /// How long until an erase under way is done at the latest.
    pub fn erase_wait(&self, mono: Duration) -> Option<Duration> {
        self.open.erase.as_ref().map(|erase| erase.by.saturating_sub(mono))
    }

    /// Ends an erase under way: who asked for it has left, or somebody rates, and is thanked for a rating that stays.
    pub fn cancel_erase(&mut self) {
        self.open.erase = None;
    }

    fn enter(&mut self, now: Now) -> Result<Vec<Event>, OutboxError> {
        self.open.entered = true;
        let report = Say::Report(Box::new(self.report(now)?));
        Ok([Say::Entered, report].map(Event::Operator).into())
    }

    fn try_pin(&mut self, typed: &str, now: Now) -> Result<Vec<Event>, OutboxError> {
        let refusal = |turn| match turn {
            Turn::Now => Refusal::Wrong,
            Turn::In(seconds) => Refusal::Wait(seconds),
            Turn::Never => Refusal::CodeOnly,
        };
        let refused = match self.outbox.identity.try_pin(typed, now.wall)? {
            Try::Right => return self.enter(now),
            Try::Wrong(turn) | Try::Wait(turn) => refusal(turn),
            Try::NoPin => Refusal::NoPin,
        };
        Ok(vec![Event::Operator(Say::Refused(refused))])
    }

    fn try_code(&mut self, typed: &str, now: Now) -> Result<Vec<Event>, OutboxError> {
        if !self.outbox.identity.try_unlock(typed)? {
            return Ok(vec![Event::Operator(Say::Refused(Refusal::WrongCode))]);
        }
        self.outbox.operator_note(What::Unlocked, None, now.wall)?;
        self.sender.ask(now.mono);
        self.enter(now)
    }

    fn report(&mut self, now: Now) -> Result<Report, OutboxError> {
        let status = self.status(now)?;
        let erasable = self.outbox.erasable()?;
        let passed_by = self.sender.passed_by();
        let health = self.sender.health().clone();
        let identity = &self.outbox.identity;
        let setup = &identity.enrolment().ok_or(OutboxError::NotEnrolled)?.setup;
        let some = |n: u64, attention: fn(u64) -> Attention| (n > 0).then(|| attention(n));
        let unread = health.setup_unread || identity.setup_unread();
        let attention = [
            some(identity.damaged_files(), Attention::Damaged),
            some(passed_by, Attention::PassedBy),
            unread.then_some(Attention::SetupUnread),
            (health.persisted == Some(false)).then_some(Attention::NotPersisted),
            (identity.step() > 0).then(|| Attention::ClockSteps(identity.step())),
        ];
        let survey = crate::wire::survey_id(&setup.survey).to_string();
        Ok(Report {
            status,
            attention: attention.into_iter().flatten().collect(),
            app: env!("CARGO_PKG_VERSION").into(),
            survey: survey.chars().take(8).collect(),
            setup: setup.version,
            persisted: health.persisted,
            device: self.short_device(),
            practice: identity.practice(),
            counter: setup.counter.id,
            counter_wanted: identity.counter_wanted(),
            counters: identity.operator().map(|o| o.counters.clone()).unwrap_or_default(),
            erasable,
            has_pin: identity.operator().is_some_and(|o| o.pin.is_some()),
        })
    }

    fn short_device(&self) -> String {
        self.outbox.identity.device().to_string().chars().take(8).collect()
    }

    fn save_file(&mut self, now: Now) -> Result<Say, OutboxError> {
        let health = self.sender.health().clone();
        let saved = match self.outbox.save_file(&health, now.wall) {
            Err(OutboxError::NoFileKey) => return Ok(Say::NoFileKey),
            saved => saved?,
        };
        let Some(saved) = saved else {
            let sendable_at = self.outbox.stats(now.wall)?.next_sendable;
            return Ok(Say::NothingToSave { sendable_at });
        };
        // 2026-11-22T09:30:00+07:00 as 2026-11-22-0930.
        let time = rfc3339(now.wall);
        let time: String = time.chars().take(16).filter(|c| *c != ':').collect();
        Ok(Say::File(SavedFile {
            name: format!("phieu-{}-{}.hlb", self.short_device(), time.replace('T', "-")),
            hex: hex(&saved.bytes),
            ballots: saved.ballots,
            left: saved.left,
        }))
    }

    /// Takes a receipt file in: each receipt settles what the network's would, a newer setup takes effect.
    fn take_file(&mut self, text: &str, now: Now) -> Result<Vec<Event>, OutboxError> {
        let before = self.state();
        let taken = self.take_documents(text, now)?;
        let mut events = vec![Event::Operator(Say::Taken(taken))];
        let after = self.state();
        if after != before {
            events.push(Event::State(after));
        }
        events.push(Event::Status(self.status(now)?));
        events.push(Event::Operator(Say::Report(Box::new(self.report(now)?))));
        Ok(events)
    }

    fn take_documents(&mut self, text: &str, now: Now) -> Result<TakenFile, OutboxError> {
        let (district, documents) = match file::read_receipts(text.as_bytes()) {
            Ok(file) => file,
            Err(FileError::Foreign | FileError::TooLarge) => return Ok(TakenFile::Foreign),
            Err(FileError::Damaged) => return Ok(TakenFile::Damaged),
        };
        let key = self
            .outbox
            .identity
            .enrolment()
            .ok_or(OutboxError::NotEnrolled)?
            .district_key;
        if district != key_id(&key) {
            return Ok(TakenFile::OtherDistrict);
        }
        // All signatures first: of a damaged file nothing is taken.
        let mut receipts = Vec::new();
        let mut setups = Vec::new();
        for document in documents {
            match signed::open::<Answer>(&key, signed::ANSWER, document.as_bytes()) {
                Ok(Answer::Receipt(receipt)) => receipts.push(receipt),
                Ok(_) => {}
                Err(_) if signed::open::<serde_json::Value>(&key, signed::SETUP, document.as_bytes()).is_ok() => {
                    setups.push(document);
                }
                Err(_) => return Ok(TakenFile::Damaged),
            }
        }
        let (mut settled, mut ours, mut newer) = (0, false, false);
        for receipt in &receipts {
            if let Taken::Settled(by) = self.outbox.take_filed(receipt)? {
                ours = true;
                settled += by.first_time;
            }
        }
        for document in &setups {
            let outcome = self.sender.take_setup_text(&mut self.outbox, document, now.wall)?;
            newer |= outcome == Outcome::NewSetup;
        }
        if newer {
            self.keep_survey()?;
        }
        Ok(match (settled, ours, newer) {
            (0, false, false) => TakenFile::NotOurs,
            (0, true, false) => TakenFile::Known,
            _ => TakenFile::Taken { settled, setup: newer },
        })
    }

    fn erase(&mut self, code: Option<&str>, now: Now) -> Result<Say, OutboxError> {
        let erasable = self.outbox.erasable()?;
        let released = code.is_some_and(|typed| self.outbox.identity.is_erase_code(typed));
        if code.is_some() && !released {
            return Ok(Say::Erase(EraseState::WrongCode));
        }
        if !released && !erasable.is_free() {
            return Ok(Say::Erase(EraseState::NeedsCode(erasable)));
        }
        if self.open.erase.is_none() {
            self.outbox.tell_erased(now.wall)?;
            self.sender.ask(now.mono);
            self.open.erase = Some(Erase {
                by: now.mono + policy::ERASE_PATIENCE,
                needs_receipts: !released && erasable.others > 0,
                released,
            });
        }
        Ok(Say::Erase(EraseState::Telling))
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
