//! What a district may say that is rare: refusals for what is in a bundle, another key, setups that are none.

use super::*;
use crate::domain::hex::Nonce;
use crate::outbox::OutboxError;
use crate::wire::answer::{Enrolled, Receipt};
use crate::wire::record::What;
use crate::wire::setup::Setup;
use tempfile::TempDir;

const NOW: i64 = 1_795_280_400;

fn district() -> Key {
    Key::from_seed(&[9; 32])
}

fn setup(outbox: &Outbox, version: i64) -> Setup {
    Setup {
        version,
        ..Setup::plain(outbox.identity.device(), district().id())
    }
}

fn enrolled_by(key: &Key, outbox: &Outbox, setup: String, nonce: Nonce) -> Vec<u8> {
    let answer = Answer::Enrolled(Box::new(Enrolled {
        certificate: "certificate".into(),
        device: outbox.identity.device(),
        district_key: key.public(),
        nonce,
        setup,
        token: "token".into(),
        v: 1,
    }));
    signed::seal(key, signed::ANSWER, &answer).into_bytes()
}

/// A tablet of the district, its sender, and a monotonic clock.
struct At {
    _dir: TempDir,
    outbox: Outbox,
    sender: Sender,
    mono: Duration,
}

impl At {
    fn enrolled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = Outbox::open(dir.path(), NOW, Durability::Simulated).unwrap();
        let expected = Expected::FirstEnrolment { nonce: Hex([1; 16]) };
        let text = signed::seal(&district(), signed::SETUP, &setup(&outbox, 1));
        let answer = enrolled_by(&district(), &outbox, text, Hex([1; 16]));
        assert_eq!(take(&mut outbox, &expected, answer), Outcome::Enrolled);
        Self {
            _dir: dir,
            outbox,
            sender: Sender::new(Duration::ZERO, Some(true)),
            mono: Duration::ZERO,
        }
    }

    /// The next call, whatever the pauses before it.
    fn call(&mut self) -> (Call, Expected) {
        loop {
            match self.sender.next(&mut self.outbox, self.mono, NOW).unwrap() {
                Step::Call(call, expected) => return (call, expected),
                Step::Wait(pause) => self.mono += pause,
            }
        }
    }

    fn took(&mut self, expected: &Expected, body: Vec<u8>) -> Outcome {
        let reply = Reply {
            status: 200,
            body,
            retry_after: None,
        };
        self.sender
            .took(&mut self.outbox, expected, Some(reply), self.mono, NOW)
            .unwrap()
    }

    fn refuse(&mut self, expected: &Expected, code: Code) {
        let nonce = match expected {
            Expected::Receipt { nonce, .. } | Expected::Again { nonce } => *nonce,
            other => panic!("{other:?}"),
        };
        let refusal = Answer::Refusal(Refusal::new(Some(nonce), code, ""));
        let body = signed::seal(&district(), signed::ANSWER, &refusal).into_bytes();
        assert_eq!(self.took(expected, body), Outcome::Refused(code));
    }

    /// Records in the next bundle; it is refused for what is in it.
    fn refused_for_its_content(&mut self) -> u64 {
        let (_, expected) = self.call();
        let Expected::Receipt { records, .. } = expected else {
            panic!("{expected:?}")
        };
        self.refuse(&expected, Code::BadChain);
        records
    }
}

#[test]
fn a_bundle_refused_for_its_content_is_cut_until_the_bad_record_is_alone_and_passed_by() {
    let mut at = At::enrolled();
    for _ in 0..7 {
        at.outbox.note(What::ClockStep, NOW).unwrap();
    }
    // An opening and seven notes; the district takes none of them.
    let sizes: Vec<u64> = (0..6).map(|_| at.refused_for_its_content()).collect();
    assert_eq!(sizes, [8, 4, 2, 1, 1, 1]);
    assert_eq!(at.sender.passed_by(), 3);
    // Nothing is gone: what was passed by stays in the queue.
    assert_eq!(at.outbox.stats(NOW).unwrap().sendable, 8);
    assert!(at.sender.is_offline());
}

#[test]
fn a_self_test_is_told_in_the_next_two_bundles_at_once() {
    let mut at = At::enrolled();
    assert_eq!((at.sender.persisted(), at.sender.clock_is_right()), (Some(true), None));
    at.sender.set_persisted(Some(false));
    at.sender.tested(vec!["storage".into()], NOW + 5, at.mono);
    for told in 0..2 {
        let Step::Call(Call::Bundle(body), expected) = at.sender.next(&mut at.outbox, at.mono, NOW).unwrap() else {
            panic!("{told}: it waits")
        };
        let bundle = crate::wire::bundle::Unverified::from_gzip(&body).unwrap();
        let bundle = bundle.verify(&at.outbox.identity.key().public()).unwrap();
        let test = bundle.header.health.self_test.unwrap();
        assert_eq!((test.at, test.failed), (NOW, vec!["storage".to_owned()]));
        let Expected::Receipt { nonce, .. } = expected else {
            panic!("{expected:?}")
        };
        let receipt = Answer::Receipt(Receipt {
            checkpoint: None,
            district: district().id(),
            generation: Hex([4; 16]),
            held: 0,
            nonce,
            position: 1,
            received: NOW,
            revoked: false,
            runs: Vec::new(),
            setup: 1,
            v: 1,
            wanted: Vec::new(),
        });
        let body = signed::seal(&district(), signed::ANSWER, &receipt).into_bytes();
        assert!(matches!(at.took(&expected, body), Outcome::Settled(_)));
        assert_eq!(at.sender.clock_is_right(), Some(true));
    }
    assert!(matches!(
        at.sender.next(&mut at.outbox, at.mono, NOW).unwrap(),
        Step::Wait(_)
    ));
}

#[test]
fn a_district_that_is_known_hands_nobody_over_to_another_key() {
    let mut at = At::enrolled();
    let (_, expected) = at.call();
    at.refuse(&expected, Code::UnknownDevice);
    let (call, expected) = at.call();
    let Expected::Again { nonce } = expected else {
        panic!("{expected:?}")
    };
    assert!(matches!(call, Call::Enrol(_)));
    // Rightly signed by the district, and names another key.
    let text = signed::seal(&district(), signed::SETUP, &setup(&at.outbox, 2));
    let stranger = Key::from_seed(&[8; 32]);
    let answer = Answer::Enrolled(Box::new(Enrolled {
        certificate: "certificate".into(),
        device: at.outbox.identity.device(),
        district_key: stranger.public(),
        nonce,
        setup: text.clone(),
        token: "token".into(),
        v: 1,
    }));
    let body = signed::seal(&district(), signed::ANSWER, &answer).into_bytes();
    assert_eq!(at.took(&expected, body), Outcome::NotReached);
    // The right key, with a setup of somebody else's.
    let foreign = signed::seal(&stranger, signed::SETUP, &setup(&at.outbox, 2));
    let body = enrolled_by(&district(), &at.outbox, foreign, nonce);
    assert_eq!(at.took(&expected, body), Outcome::NotReached);
    assert_eq!(at.outbox.identity.enrolment().unwrap().setup.version, 1);
    let body = enrolled_by(&district(), &at.outbox, text, nonce);
    assert_eq!(at.took(&expected, body), Outcome::Enrolled);
    assert_eq!(at.outbox.identity.enrolment().unwrap().setup.version, 2);
}

/// Simulation, seed 279: a token that a disk had torn, and a setup that never came again.
#[test]
fn a_token_that_the_district_does_not_know_is_asked_for_again_once_and_ballots_go_on() {
    let mut at = At::enrolled();
    at.outbox.note(What::ClockStep, NOW).unwrap();
    let refusal = Answer::Refusal(Refusal::new(None, Code::Unauthorized, ""));
    let forged = signed::seal(&Key::from_seed(&[8; 32]), signed::ANSWER, &refusal).into_bytes();
    assert_eq!(at.took(&Expected::Setup, forged), Outcome::NotReached);
    assert!(matches!(at.call().0, Call::Bundle(_)));
    let ours = signed::seal(&district(), signed::ANSWER, &refusal).into_bytes();
    assert_eq!(at.took(&Expected::Setup, ours), Outcome::Refused(Code::Unauthorized));
    let (call, expected) = at.call();
    assert!(matches!((call, &expected), (Call::Enrol(_), Expected::Again { .. })));
    at.refuse(&expected, Code::BadCertificate);
    assert!(
        matches!(at.call().0, Call::Bundle(_)),
        "no certificate stops the ballots"
    );
}

#[test]
fn what_is_no_setup_changes_nothing_and_an_answer_to_something_else_is_none() {
    let mut at = At::enrolled();
    assert_eq!(at.took(&Expected::Setup, vec![0xff, 0xfe]), Outcome::NotReached);
    assert_eq!(at.took(&Expected::Setup, b"<html>".to_vec()), Outcome::NotReached);
    let same = signed::seal(&district(), signed::SETUP, &setup(&at.outbox, 1)).into_bytes();
    assert_eq!(at.took(&Expected::Setup, same), Outcome::Nothing);
    // A comment taken, in answer to a bundle.
    let (_, expected) = at.call();
    let Expected::Receipt { nonce, .. } = expected else {
        panic!("{expected:?}")
    };
    let taken = Answer::Taken(crate::wire::answer::Taken {
        id: Hex([8; 16]),
        nonce,
        v: 1,
    });
    let body = signed::seal(&district(), signed::ANSWER, &taken).into_bytes();
    assert_eq!(at.took(&expected, body), Outcome::NotReached);
}

#[test]
fn without_a_district_there_is_nobody_to_ask() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = Outbox::open(dir.path(), NOW, Durability::Simulated).unwrap();
    let mut sender = Sender::new(Duration::ZERO, None);
    let setup = sender.take_setup_text(&mut outbox, "{}", NOW);
    assert!(matches!(setup, Err(OutboxError::NotEnrolled)));
    let expected = Expected::Receipt {
        nonce: Hex([1; 16]),
        records: 1,
    };
    assert_eq!(take(&mut outbox, &expected, b"{}".to_vec()), Outcome::NotReached);
}
