//! What a command does to the queue and what the screens hear of it. No network, no waiting.

use super::{
    clock::ClockWatch,
    message::{Block, Command, Draft, EnrolFailure, Event, Ready, SelfTested, State, Status},
};
use crate::domain::{
    ballot::{Ballot, Ended},
    hex::Salt,
    policy,
};
use crate::outbox::{Outbox, OutboxError, Tap, Visit};
use crate::sync::{Expected, Outcome, Reply, Sender};
use crate::wire::answer::Code;
use std::time::Duration;

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// Unix time.
    pub wall: i64,
    /// Monotonic.
    pub mono: Duration,
}

/// A tablet whose files are open.
pub(super) struct Core {
    pub outbox: Outbox,
    pub sender: Sender,
    clock: ClockWatch,
    last_cast: Option<Duration>,
    /// The last draft, as it was committed: written again should the disk have lost it.
    last_draft: Option<Ballot>,
    offer: bool,
    pub(super) open: super::operator::Open,
}

impl Core {
    pub fn new(mut outbox: Outbox, persisted: Option<bool>, now: Now) -> Result<Self, OutboxError> {
        keep_survey(&mut outbox)?;
        Ok(Self {
            open: super::operator::Open::default(),
            outbox,
            sender: Sender::new(now.mono, persisted),
            clock: ClockWatch::new(now.wall, now.mono),
            last_cast: None,
            last_draft: None,
            offer: true,
        })
    }

    /// What the screens show.
    pub fn state(&self) -> State {
        let identity = &self.outbox.identity;
        let Some(enrolment) = identity.enrolment() else {
            return State::NotEnrolled;
        };
        if identity.revoked() {
            return State::Blocked(Block::Revoked);
        }
        let setup = &enrolment.setup;
        match setup.parse_survey() {
            Ok((survey_id, survey)) => State::Ready(Box::new(Ready {
                comments: setup.comment_key.is_some(),
                counter: setup.counter.clone(),
                demo: setup.demo,
                hours: setup.settings.hours.clone(),
                node: setup.node.clone(),
                offer_counting: identity.practice() && self.offer,
                packs: setup.packs.clone(),
                practice: identity.practice(),
                survey,
                survey_id,
            })),
            // Checked when it was stored; a setup that no longer reads is a storage failure.
            Err(_) => State::Blocked(Block::Storage),
        }
    }

    /// How sending goes.
    pub fn status(&mut self, now: Now) -> Result<Status, OutboxError> {
        let stats = self.outbox.stats(now.wall)?;
        Ok(Status {
            waiting: stats.waiting_ballots,
            sent: stats.sent_ballots,
            last_contact: stats.last_receipt,
            sendable_at: stats.next_sendable.filter(|_| stats.sendable == 0),
            offline: self.sender.is_offline(),
            // Receipt times are hours.
            silent: self.sender.is_offline()
                && stats
                    .last_receipt
                    .is_none_or(|last| now.wall.saturating_sub(last) > policy::OFFLINE_SECS),
        })
    }

    /// Carries out a command that needs no network.
    pub fn apply(&mut self, command: &Command, now: Now) -> Result<Vec<Event>, OutboxError> {
        match command {
            Command::VisitBegan => self.outbox.count_visit(Visit::Began, now.wall).map(|()| Vec::new()),
            Command::VisitAbandoned => self.outbox.count_visit(Visit::Abandoned, now.wall).map(|()| Vec::new()),
            Command::Draft(draft) => self.draft(draft, now),
            Command::Cast { salt, ended, language } => self.cast(*salt, *ended, language, now),
            Command::Comment { text } => {
                self.outbox.keep_comment(text, now.wall)?;
                Ok(vec![Event::Commented])
            }
            Command::SelfTest { failed } => Ok(vec![self.self_test(failed, now)]),
            Command::StartCounting => {
                self.outbox.start_counting(now.wall)?;
                self.sender.hurry(now.mono);
                Ok(vec![Event::State(self.state())])
            }
            Command::StayInPractice => {
                self.offer = false;
                Ok(vec![Event::State(self.state())])
            }
            Command::SendNow => {
                self.sender.hurry(now.mono);
                Ok(Vec::new())
            }
            Command::Operator(ask) => self.operator(ask, now),
            // The loop's own.
            Command::Enrol { .. } | Command::Suspend | Command::Resume => Ok(Vec::new()),
        }
    }

    fn draft(&mut self, draft: &Draft, now: Now) -> Result<Vec<Event>, OutboxError> {
        self.cancel_erase();
        let since_cast = self
            .last_cast
            .map(|cast| now.mono.saturating_sub(cast).as_secs() as i64);
        let tap = Tap {
            answers: draft.answers.clone(),
            salt: draft.salt,
            since_cast,
            survey: draft.survey,
            took: draft.took_secs,
        };
        let ballot = self.outbox.ballot(tap, now.wall)?;
        self.outbox.draft(&ballot, now.wall)?;
        self.last_draft = Some(ballot);
        Ok(vec![Event::Drafted { salt: draft.salt }])
    }

    fn cast(&mut self, salt: Salt, ended: Ended, language: &str, now: Now) -> Result<Vec<Event>, OutboxError> {
        self.cancel_erase();
        match self.outbox.cast_in(salt, ended, Some(language), now.wall) {
            // The disk went back to before the draft: write it again rather than lose the rating.
            Err(OutboxError::NoDraft(_)) if self.last_draft.as_ref().is_some_and(|draft| draft.salt == salt) => {
                if let Some(draft) = &self.last_draft {
                    self.outbox.draft(draft, now.wall)?;
                }
                self.outbox.cast_in(salt, ended, Some(language), now.wall)?;
            }
            cast => cast?,
        }
        self.last_draft = None;
        self.last_cast = Some(now.mono);
        Ok(vec![Event::Cast { salt }])
    }

    /// Writes something to see whether the disk takes it, and lets the next header tell the district what failed.
    fn self_test(&mut self, failed: &[String], now: Now) -> Event {
        let found = SelfTested {
            clock: self.sender.clock_is_right(),
            district: !self.sender.is_offline(),
            persisted: self.sender.persisted(),
            storage: self.outbox.probe().is_ok(),
        };
        let ours = [
            ("clock", found.clock == Some(false)),
            ("persist", found.persisted == Some(false)),
            ("storage", !found.storage),
        ];
        let ours = ours
            .into_iter()
            .filter(|(_, wrong)| *wrong)
            .map(|(name, _)| name.to_owned());
        let mut failed: Vec<String> = failed.iter().cloned().chain(ours).collect();
        failed.sort();
        self.sender.tested(failed, now.wall, now.mono);
        Event::SelfTested(found)
    }

    /// What can wait until "Cảm ơn" is on the screen.
    pub fn after(&mut self, now: Now) -> Result<(), OutboxError> {
        if self.clock.stepped(now.wall, now.mono) {
            self.outbox.clock_stepped(now.wall)?;
        }
        if self.outbox.identity.enrolment().is_some() {
            self.outbox.close_days(now.wall)?;
            self.outbox.expire_comments(now.wall)?;
            self.outbox.close_months(now.wall)?;
        }
        self.outbox.mark(now.wall)
    }

    /// Takes a reply.
    pub fn took(&mut self, expected: &Expected, reply: Option<Reply>, now: Now) -> Result<Vec<Event>, OutboxError> {
        let before = self.state();
        let outcome = self
            .sender
            .took(&mut self.outbox, expected, reply, now.mono, now.wall)?;
        let mut events = Vec::new();
        if let (Expected::FirstEnrolment { .. }, Outcome::Refused(_) | Outcome::NotReached) = (expected, &outcome) {
            events.push(Event::EnrolFailed(enrol_failure(&outcome)));
        }
        if matches!(outcome, Outcome::Enrolled | Outcome::NewSetup) {
            self.keep_survey()?;
        }
        let after = self.state();
        if after != before {
            events.push(Event::State(after));
        }
        events.push(Event::Status(self.status(now)?));
        events.extend(self.report_if_open(now)?);
        Ok(events)
    }

    pub(super) fn keep_survey(&mut self) -> Result<(), OutboxError> {
        keep_survey(&mut self.outbox)
    }
}

fn keep_survey(outbox: &mut Outbox) -> Result<(), OutboxError> {
    let survey = outbox.identity.enrolment().map(|e| e.setup.survey.clone());
    survey.map_or(Ok(()), |document| {
        outbox.keep_survey(crate::wire::survey_id(&document), &document)
    })
}

fn enrol_failure(outcome: &Outcome) -> EnrolFailure {
    match outcome {
        Outcome::Refused(Code::UsedCode) => EnrolFailure::Used,
        Outcome::Refused(Code::ExpiredCode) => EnrolFailure::Expired,
        Outcome::Refused(Code::TooManyTries) => EnrolFailure::TooMany,
        Outcome::Refused(Code::WrongCode | Code::BadFraming | Code::BadHeader) => EnrolFailure::Wrong,
        _ => EnrolFailure::NotReached,
    }
}
