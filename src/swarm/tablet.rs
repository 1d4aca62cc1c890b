//! One headless tablet: the real queue and the real sender, without a screen.

use super::Citizens;
use crate::domain::{
    ballot::{Answers, Ended},
    hex::Hex,
    survey::Survey,
};
use crate::outbox::{Durability, Outbox, OutboxError, Tap, Visit};
use crate::platform;
use crate::sync::{Outcome, Sender, Step, Transport};
use std::{path::Path, time::Duration};

/// Why a swarm stops.
#[derive(Debug, thiserror::Error)]
pub enum SwarmError {
    /// The queue failed.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// No folder for a tablet.
    #[error("no folder for the tablets: {0}")]
    Folder(#[from] std::io::Error),
    /// The address is no address.
    #[error("the district's address: {0}")]
    Address(String),
    /// The district did not enrol a tablet.
    #[error("enrolment: {0:?}")]
    Enrolment(Outcome),
    /// The setup has no survey that reads.
    #[error("survey: {0}")]
    Survey(String),
    /// Who plays the district's side failed.
    #[error("{0}")]
    District(String),
    /// Ballots are left that have no receipt.
    #[error("{0} ballots have no receipt after many tries")]
    Unsent(u64),
}

/// A tablet without a screen. Its clock is whatever the caller says it is.
pub struct Tablet<T> {
    /// Its queue.
    pub outbox: Outbox,
    /// Its sending side.
    pub sender: Sender,
    transport: T,
    survey: Option<(crate::domain::hex::Hash, Survey)>,
    last_cast: Option<i64>,
}

impl<T: Transport> Tablet<T> {
    /// Opens a tablet's files in a folder.
    pub fn open(dir: &Path, transport: T, durability: Durability, now: i64) -> Result<Self, SwarmError> {
        let outbox = Outbox::open(dir, now, durability)?;
        let sender = Sender::new(Duration::ZERO, None);
        let mut tablet = Self {
            outbox,
            sender,
            transport,
            survey: None,
            last_cast: None,
        };
        tablet.read_survey()?;
        Ok(tablet)
    }

    /// Redeems a code; a lost answer is tried again.
    pub async fn enrol(&mut self, code: &str, now: i64) -> Result<(), SwarmError> {
        let mut outcome = Outcome::NotReached;
        for attempt in 0..20u64 {
            let (call, expected) = Sender::enrol(&self.outbox, code)?;
            let reply = self.transport.call(call).await;
            outcome = self
                .sender
                .took(&mut self.outbox, &expected, reply, Duration::ZERO, now)?;
            match outcome {
                Outcome::Enrolled => return self.read_survey(),
                Outcome::NotReached => platform::sleep(Duration::from_millis(20 * attempt)).await,
                _ => break,
            }
        }
        Err(SwarmError::Enrolment(outcome))
    }

    fn read_survey(&mut self) -> Result<(), SwarmError> {
        if let Some(enrolment) = self.outbox.identity.enrolment() {
            let (id, survey) = enrolment.setup.parse_survey().map_err(SwarmError::Survey)?;
            let document = enrolment.setup.survey.clone();
            self.outbox.keep_survey(id, &document)?;
            self.survey = Some((id, survey));
        }
        Ok(())
    }

    /// Casts one made-up ballot at this time; says what was answered.
    pub fn cast(&mut self, citizens: &mut Citizens, now: i64) -> Result<Answers, SwarmError> {
        let Some((survey_id, survey)) = &self.survey else {
            return Err(OutboxError::NotEnrolled.into());
        };
        let moment = self.outbox.identity.enrolment().map(|e| e.setup.counter.moment);
        let moment = moment.ok_or(OutboxError::NotEnrolled)?;
        let salt = Hex(platform::random().map_err(OutboxError::from)?);
        let answers = citizens.answers(survey, moment);
        let tap = Tap {
            answers: answers.clone(),
            salt,
            since_cast: self.last_cast.map(|cast| now - cast),
            survey: *survey_id,
            took: 4 + citizens.below(30) as i64,
        };
        self.outbox.count_visit(Visit::Began, now)?;
        let ballot = self.outbox.ballot(tap, now)?;
        self.outbox.draft(&ballot, now)?;
        let ended = if citizens.below(100) < 88 {
            Ended::Sent
        } else {
            Ended::Silent
        };
        self.outbox.cast(salt, ended, now)?;
        self.outbox.mark(now)?;
        self.last_cast = Some(now);
        Ok(answers)
    }

    /// One step of the sender at a monotonic time: makes the call that is due, or says how long to wait.
    pub async fn step(&mut self, mono: Duration, now: i64) -> Result<Result<Outcome, Duration>, SwarmError> {
        match self.sender.next(&mut self.outbox, mono, now)? {
            Step::Wait(pause) => Ok(Err(pause)),
            Step::Call(call, expected) => {
                let reply = self.transport.call(call).await;
                let outcome = self.sender.took(&mut self.outbox, &expected, reply, mono, now)?;
                if matches!(outcome, Outcome::Enrolled | Outcome::NewSetup) {
                    self.read_survey()?;
                }
                Ok(Ok(outcome))
            }
        }
    }

    /// Sends until nothing waits, on a simulated clock: pauses cost no time. Says how often the district was not
    /// reached. `tries` bounds the calls.
    pub async fn drain(&mut self, now: i64, tries: u32) -> Result<u32, SwarmError> {
        let (mut mono, mut not_reached) = (Duration::ZERO, 0);
        self.sender.hurry(mono);
        for _ in 0..tries {
            match self.step(mono, now).await? {
                Ok(Outcome::NotReached) => not_reached += 1,
                Ok(_) => {}
                Err(_) if self.outbox.stats(now)?.waiting_ballots == 0 => return Ok(not_reached),
                Err(pause) => mono += pause,
            }
        }
        match self.outbox.stats(now)?.waiting_ballots {
            0 => Ok(not_reached),
            left => Err(SwarmError::Unsent(left)),
        }
    }
}
