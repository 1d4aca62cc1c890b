//! Prepares calls from the outbox and takes back their replies.

use super::{Call, Expected, Outcome, Planner, Reply, Step, Wait, comments};
use crate::domain::{
    hex::{Hex, Nonce},
    policy,
    time::hour,
};
use crate::outbox::{Outbox, OutboxError};
use crate::platform;
use crate::wire::{
    self,
    answer::{Answer, Code, Enrolled},
    bundle::{Health, SelfTest},
    enrol::Request,
    gzip,
    setup::Setup,
    signed::{self, SignedError},
};
use std::time::Duration;

/// The sending side of one tablet: one call at a time.
#[derive(Debug)]
pub struct Sender {
    planner: Planner,
    health: Health,
    /// Most records in the next bundle. Halves when the district refuses a bundle for what is in it, so that one bad
    /// record is found and does not block those behind it.
    limit: usize,
    /// Records at the head of the queue that the district refused one by one; tried again at the next start.
    skip: usize,
    want_setup: bool,
    want_enrolment: bool,
    want_survey: bool,
    /// Something was asked of the district: look for a new setup once it has heard.
    asked: bool,
    /// Monotonic time before which no comment is sent: one was refused.
    comments_after: Duration,
    /// Receipts to wait for until the district has heard of the self-test: a call under way does not tell of it yet.
    reports: u8,
    /// Whether our clock agreed with the last receipt's hour.
    clock_right: Option<bool>,
}

impl Sender {
    /// A sender that reports at once. `health` says whether the browser promised to keep our storage.
    pub fn new(now: Duration, persisted: Option<bool>) -> Self {
        Self {
            planner: Planner::new(now),
            health: Health {
                persisted,
                ..Health::default()
            },
            limit: policy::MAX_BUNDLE_RECORDS,
            skip: 0,
            want_setup: false,
            want_enrolment: false,
            want_survey: false,
            asked: false,
            comments_after: now,
            reports: 0,
            clock_right: None,
        }
    }

    /// How the tablet is, for bundles that are made elsewhere.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Something was asked of the district (a move, a code was used): send at once, then look for a new setup.
    pub fn ask(&mut self, now: Duration) {
        self.asked = true;
        self.planner.hurry(now);
    }

    /// Records that the district refused one by one.
    pub fn passed_by(&self) -> u64 {
        self.skip as u64
    }

    /// Whether the tablet's clock agreed with the hour of the last receipt; `None` before the first one.
    pub fn clock_is_right(&self) -> Option<bool> {
        self.clock_right
    }

    /// Whether the browser promised to keep our storage.
    pub fn persisted(&self) -> Option<bool> {
        self.health.persisted
    }

    /// The browser said whether it keeps our storage.
    pub fn set_persisted(&mut self, persisted: Option<bool>) {
        self.health.persisted = persisted;
    }

    /// The self-test ended: the next header, which goes out at once, says what failed.
    pub fn tested(&mut self, failed: Vec<String>, now: i64, mono: Duration) {
        self.health.self_test = Some(SelfTest { at: hour(now), failed });
        self.reports = 2;
        self.planner.hurry(mono);
    }

    /// A person asked, or the network came back.
    pub fn hurry(&mut self, now: Duration) {
        self.planner.hurry(now);
    }

    /// Whether the last try did not reach the district.
    pub fn is_offline(&self) -> bool {
        self.planner.is_failing()
    }

    /// What to do next. `mono` is the monotonic clock, `now` unix time.
    pub fn next(&self, outbox: &mut Outbox, mono: Duration, now: i64) -> Result<Step, OutboxError> {
        if outbox.identity.enrolment().is_none() {
            return Ok(Step::Wait(policy::HEARTBEAT));
        }
        let stats = outbox.stats(now)?;
        let sendable = stats.sendable > self.skip as u64;
        let wanted = self.want_setup || self.want_enrolment || self.want_survey;
        // Ballots first; a comment travels alone.
        let comment = match sendable || wanted || mono < self.comments_after {
            true => None,
            false => outbox.next_comment(now)?,
        };
        let something = sendable || wanted || comment.is_some() || self.reports > 0;
        if let Wait::For(pause) = self.planner.next(mono, something) {
            let opens = stats
                .next_sendable
                .map(|at| Duration::from_secs(at.saturating_sub(now).max(1) as u64));
            return Ok(Step::Wait(opens.map_or(pause, |opens| pause.min(opens))));
        }
        match comment {
            Some(comment) => comments::call(outbox, comment),
            None => self.prepare(outbox, now),
        }
    }

    fn prepare(&self, outbox: &mut Outbox, now: i64) -> Result<Step, OutboxError> {
        let enrolment = outbox.identity.enrolment().ok_or(OutboxError::NotEnrolled)?;
        if self.want_enrolment {
            let (call, nonce) = enrolment_call(outbox, None, Some(enrolment.certificate.clone()))?;
            return Ok(Step::Call(call, Expected::Again { nonce }));
        }
        if self.want_setup {
            let call = Call::Setup {
                token: enrolment.token.clone(),
                have: enrolment.setup.version,
            };
            return Ok(Step::Call(call, Expected::Setup));
        }
        let batch = outbox.next_batch(&self.health, self.limit, self.skip, now)?;
        let expected = Expected::Receipt {
            nonce: batch.nonce,
            records: batch.records,
        };
        Ok(Step::Call(Call::Bundle(gzip::pack(&batch.bytes)), expected))
    }

    /// The call that redeems a code.
    pub fn enrol(outbox: &Outbox, code: &str) -> Result<(Call, Expected), OutboxError> {
        let (call, nonce) = enrolment_call(outbox, Some(code.to_owned()), None)?;
        Ok((call, Expected::FirstEnrolment { nonce }))
    }

    /// Takes back a reply. `None` when nothing came.
    pub fn took(
        &mut self,
        outbox: &mut Outbox,
        expected: &Expected,
        reply: Option<Reply>,
        mono: Duration,
        now: i64,
    ) -> Result<Outcome, OutboxError> {
        let random = u32::from_le_bytes(platform::random()?);
        let retry_after = reply.as_ref().and_then(|reply| reply.retry_after);
        let outcome = match (&reply, expected) {
            (None, _) => Outcome::NotReached,
            (Some(reply), Expected::Setup) => self.take_setup(outbox, reply, now)?,
            (Some(reply), _) => self.take_answer(outbox, expected, &reply.body, now)?,
        };
        match &outcome {
            Outcome::NotReached => self.planner.not_reached(mono, retry_after, random),
            Outcome::Refused(code) if matches!(expected, Expected::Comment { .. }) => {
                self.planner.reached(mono, random);
                self.comments_after = mono + comments::refused(outbox, expected, *code)?;
            }
            Outcome::Refused(code) => self.refused(*code, expected, mono, retry_after, random),
            Outcome::Enrolled => {
                // Report at once: after a restore the district tells how little it holds, and gets the rest.
                self.planner.reached(mono, random);
                self.planner.hurry(mono);
            }
            _ => self.planner.reached(mono, random),
        }
        Ok(outcome)
    }

    fn take_answer(
        &mut self,
        outbox: &mut Outbox,
        expected: &Expected,
        body: &[u8],
        now: i64,
    ) -> Result<Outcome, OutboxError> {
        let pinned = outbox.identity.enrolment().map(|e| e.district_key);
        let answer = match (expected, pinned) {
            (Expected::FirstEnrolment { nonce }, _) => Enrolled::open_first(outbox.identity.device(), *nonce, body),
            (
                Expected::Receipt { nonce, .. } | Expected::Again { nonce } | Expected::Comment { nonce, .. },
                Some(key),
            ) => Answer::open(&key, *nonce, body),
            _ => None,
        };
        match answer {
            Some(Answer::Receipt(receipt)) => {
                let settled = outbox.settle(&receipt)?;
                self.reports = self.reports.saturating_sub(1);
                let hour =
                    receipt.received - policy::SKEW_AS_IS_SECS..receipt.received + 3600 + policy::SKEW_AS_IS_SECS;
                self.clock_right = Some(hour.contains(&now));
                let setup = outbox.identity.enrolment().map_or(0, |e| e.setup.version);
                let heard = matches!(expected, Expected::Receipt { records, .. } if *records > 0);
                self.want_setup = receipt.setup > setup || (self.asked && heard);
                self.asked = self.asked && !heard;
                self.want_survey = !receipt.wanted.is_empty() && !self.want_survey;
                if settled.refill {
                    self.skip = 0;
                }
                self.limit = (self.limit * 2).min(policy::MAX_BUNDLE_RECORDS);
                Ok(Outcome::Settled(settled))
            }
            // A district we know can't hand us over to another key.
            Some(Answer::Enrolled(enrolled))
                if matches!(expected, Expected::Again { .. }) && pinned != Some(enrolled.district_key) =>
            {
                Ok(Outcome::NotReached)
            }
            Some(Answer::Enrolled(enrolled)) => {
                let device = outbox.identity.device();
                match Setup::open(&enrolled.district_key, device, enrolled.setup.as_bytes()) {
                    Ok(setup) => {
                        outbox.identity.enrol(&enrolled, setup)?;
                        self.want_enrolment = false;
                        Ok(Outcome::Enrolled)
                    }
                    Err(_) => Ok(Outcome::NotReached),
                }
            }
            Some(Answer::Taken(taken)) => comments::taken(outbox, expected, &taken),
            Some(Answer::Refusal(refusal)) => Ok(Outcome::Refused(refusal.problem.code)),
            None => Ok(Outcome::NotReached),
        }
    }

    fn take_setup(&mut self, outbox: &mut Outbox, reply: &Reply, now: i64) -> Result<Outcome, OutboxError> {
        self.want_setup = false;
        let text = std::str::from_utf8(&reply.body).unwrap_or_default();
        let outcome = self.take_setup_text(outbox, text, now)?;
        if outcome != Outcome::NotReached {
            return Ok(outcome);
        }
        let key = outbox
            .identity
            .enrolment()
            .ok_or(OutboxError::NotEnrolled)?
            .district_key;
        match signed::open(&key, signed::ANSWER, &reply.body) {
            // It repeats no nonce: all that an old one brings about is that the certificate is sent.
            Ok(Answer::Refusal(refusal)) if refusal.problem.code == Code::Unauthorized => {
                Ok(Outcome::Refused(Code::Unauthorized))
            }
            _ => Ok(outcome),
        }
    }

    /// Takes a setup, from the network or a file. One that is not the district's is none; one that is, but can't be read
    /// here, is told of in the next header.
    pub fn take_setup_text(&mut self, outbox: &mut Outbox, text: &str, now: i64) -> Result<Outcome, OutboxError> {
        let enrolment = outbox.identity.enrolment().ok_or(OutboxError::NotEnrolled)?;
        let device = outbox.identity.device();
        let before = enrolment.setup.counter.id;
        let setup = match Setup::open(&enrolment.district_key, device, text.as_bytes()) {
            Ok(setup) => setup,
            Err(SignedError::Shape(_)) => {
                self.health.setup_unread = true;
                return Ok(Outcome::Nothing);
            }
            Err(SignedError::Framing | SignedError::Signature) => return Ok(Outcome::NotReached),
        };
        self.health.setup_unread = false;
        let moved = setup.counter.id != before;
        let practised = outbox.identity.practice();
        if !outbox.identity.set_setup(text, setup)? {
            return Ok(Outcome::Nothing);
        }
        if moved {
            outbox.note(wire::record::What::CounterChanged, now)?;
        }
        if !practised && outbox.identity.practice() {
            outbox.note(wire::record::What::PracticeBegan, now)?;
        }
        Ok(Outcome::NewSetup)
    }

    /// A signed refusal: what is refused for its content is cut smaller until the bad record is alone and passed by.
    fn refused(&mut self, code: Code, expected: &Expected, mono: Duration, retry_after: Option<Duration>, random: u32) {
        match (code, expected) {
            (Code::UnknownDevice, Expected::Receipt { .. }) => {
                self.want_enrolment = true;
                self.planner.reached(mono, random);
            }
            (
                Code::BadFraming | Code::BadHeader | Code::BadChain | Code::TooLarge,
                Expected::Receipt { records, .. },
            ) if *records > 0 => {
                if *records > 1 {
                    self.limit = usize::try_from(records / 2).unwrap_or(1).max(1);
                } else {
                    self.skip += 1;
                }
                self.planner.not_reached(mono, retry_after, random);
            }
            _ => {
                // A token that did not survive is asked for after the pause, once: ballots need none.
                self.want_enrolment = code == Code::Unauthorized && *expected == Expected::Setup;
                self.planner.not_reached(mono, retry_after, random);
            }
        }
    }
}

fn enrolment_call(
    outbox: &Outbox,
    code: Option<String>,
    certificate: Option<String>,
) -> Result<(Call, Nonce), OutboxError> {
    let nonce: Nonce = Hex(platform::random()?);
    let key = outbox.identity.key();
    let request = Request {
        app: env!("CARGO_PKG_VERSION").into(),
        certificate,
        code,
        key: key.public(),
        nonce,
        v: wire::VERSION,
    };
    Ok((Call::Enrol(request.seal(key)), nonce))
}
