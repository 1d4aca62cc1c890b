//! A tablet with a district that says whatever a test wants.

use super::*;
use crate::domain::hex::Nonce;
use crate::wire::answer::{Enrolled, Receipt, Stored};
use crate::wire::bundle::{Bundle, Unverified};
use crate::wire::record::What;
use crate::wire::setup::Setup;
use tempfile::TempDir;

pub(super) const NOW: i64 = 1_795_280_400;

pub(super) fn district() -> Key {
    Key::from_seed(&[9; 32])
}

pub(super) fn setup(outbox: &Outbox, version: i64) -> Setup {
    Setup {
        version,
        ..Setup::plain(outbox.identity.device(), district().id())
    }
}

/// A setup as the district sends it.
pub(super) fn sealed(setup: &Setup) -> String {
    signed::seal(&district(), signed::SETUP, setup)
}

/// An answer as the district sends it.
pub(super) fn answered(answer: &Answer) -> Vec<u8> {
    signed::seal(&district(), signed::ANSWER, answer).into_bytes()
}

/// The district's answer to an enrolment, which names this key as its own.
pub(super) fn enrolled_by(key: &Key, outbox: &Outbox, setup: String, nonce: Nonce) -> Vec<u8> {
    answered(&Answer::Enrolled(Box::new(Enrolled {
        certificate: "certificate".into(),
        device: outbox.identity.device(),
        district_key: key.public(),
        nonce,
        setup,
        token: "token".into(),
        v: 1,
    })))
}

/// A tablet of the district, its sender, and a monotonic clock.
pub(super) struct At {
    _dir: TempDir,
    pub(super) outbox: Outbox,
    pub(super) sender: Sender,
    pub(super) mono: Duration,
    /// Records that the district has.
    held: u64,
}

impl At {
    pub(super) fn enrolled() -> Self {
        Self::enrolled_with(|_| ())
    }

    pub(super) fn enrolled_with(change: impl FnOnce(&mut Setup)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(dir.path(), NOW, Durability::Simulated).unwrap();
        let expected = Expected::FirstEnrolment { nonce: Hex([1; 16]) };
        let mut setup = setup(&outbox, 1);
        change(&mut setup);
        let answer = enrolled_by(&district(), &outbox, sealed(&setup), Hex([1; 16]));
        assert_eq!(take(&mut outbox, &expected, answer), Outcome::Enrolled);
        Self {
            _dir: dir,
            outbox,
            sender: Sender::new(Duration::ZERO, Some(true)),
            mono: Duration::ZERO,
            held: 0,
        }
    }

    /// The next call, whatever the pauses before it.
    pub(super) fn call(&mut self) -> (Call, Expected) {
        loop {
            match self.sender.next(&mut self.outbox, self.mono, NOW).unwrap() {
                Step::Call(call, expected) => return (call, expected),
                Step::Wait(pause) => self.mono += pause,
            }
        }
    }

    pub(super) fn took(&mut self, expected: &Expected, body: Vec<u8>) -> Outcome {
        let reply = Reply {
            status: 200,
            body,
            retry_after: None,
        };
        self.sender
            .took(&mut self.outbox, expected, Some(reply), self.mono, NOW)
            .unwrap()
    }

    pub(super) fn refuse(&mut self, expected: &Expected, code: Code) {
        let nonce = match expected {
            Expected::Receipt { nonce, .. } | Expected::Again { nonce } | Expected::Comment { nonce, .. } => *nonce,
            other => panic!("{other:?}"),
        };
        let refusal = Answer::Refusal(Refusal::new(Some(nonce), code, ""));
        assert_eq!(self.took(expected, answered(&refusal)), Outcome::Refused(code));
    }

    /// Records in the next bundle; it is refused for what is in it.
    pub(super) fn refused_for_its_content(&mut self) -> u64 {
        let (_, expected) = self.call();
        let Expected::Receipt { records, .. } = expected else {
            panic!("{expected:?}")
        };
        self.refuse(&expected, Code::BadChain);
        records
    }

    /// The bundle that is sent next, read as the district reads it.
    pub(super) fn bundle(&mut self) -> (Bundle, Expected) {
        let (call, expected) = self.call();
        let Call::Bundle(body) = call else { panic!("{call:?}") };
        let bundle = Unverified::from_gzip(&body).unwrap();
        (bundle.verify(&self.outbox.identity.key().public()).unwrap(), expected)
    }

    /// A receipt for all of a bundle.
    fn receipt(&mut self, bundle: &Bundle) -> Receipt {
        self.held += bundle.lines.len() as u64;
        Receipt {
            checkpoint: None,
            district: district().id(),
            generation: Hex([4; 16]),
            held: self.held,
            nonce: bundle.header.nonce,
            position: 1,
            received: NOW,
            revoked: false,
            runs: bundle
                .runs()
                .map(|(run, _)| Stored {
                    epoch: run.epoch,
                    first: run.first,
                    head: run.head,
                    last: run.first + run.count - 1,
                })
                .collect(),
            setup: 1,
            v: 1,
            wanted: Vec::new(),
        }
    }

    /// The district stores the next bundle; its receipt is as `change` says. Answers how many records were in it.
    pub(super) fn stored(&mut self, change: impl Fn(&mut Receipt)) -> u64 {
        let (bundle, expected) = self.bundle();
        let mut receipt = self.receipt(&bundle);
        change(&mut receipt);
        let outcome = self.took(&expected, answered(&Answer::Receipt(receipt)));
        assert!(matches!(outcome, Outcome::Settled(_)));
        bundle.lines.len() as u64
    }

    /// Whether something is sent now, without a pause.
    pub(super) fn sends_now(&mut self) -> bool {
        let step = self.sender.next(&mut self.outbox, self.mono, NOW).unwrap();
        matches!(step, Step::Call(..))
    }

    pub(super) fn notes(&mut self, count: usize) {
        for _ in 0..count {
            self.outbox.note(What::ClockStep, NOW).unwrap();
        }
    }
}
