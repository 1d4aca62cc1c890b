//! What a district may say that is rare: refusals for what is in a bundle, another key, setups that are none.

use super::at::*;
use super::*;
use crate::outbox::OutboxError;

#[test]
fn a_bundle_refused_for_its_content_is_cut_until_the_bad_record_is_alone_and_passed_by() {
    let mut at = At::enrolled();
    at.notes(7);
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
    assert_eq!(at.sender.persisted(), Some(false));
    assert_eq!(at.bundle().0.header.health.persisted, Some(false));
    at.sender.tested(vec!["storage".into()], NOW + 5, at.mono);
    for _ in 0..2 {
        assert!(at.sends_now());
        let (bundle, _) = at.bundle();
        let test = bundle.header.health.self_test.clone().unwrap();
        assert_eq!((test.at, test.failed), (NOW, vec!["storage".to_owned()]));
        at.stored(|_| ());
        assert_eq!(at.sender.clock_is_right(), Some(true));
    }
    assert!(!at.sends_now());
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
    let text = sealed(&setup(&at.outbox, 2));
    let stranger = Key::from_seed(&[8; 32]);
    let foreign = signed::seal(&stranger, signed::SETUP, &setup(&at.outbox, 2));
    for setup in [text.clone(), foreign.clone()] {
        let body = enrolled_by(&stranger, &at.outbox, setup, nonce);
        assert_eq!(at.took(&expected, body), Outcome::NotReached);
    }
    // The right key, with a setup of somebody else's.
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
    at.notes(1);
    let refusal = Answer::Refusal(Refusal::new(None, Code::Unauthorized, ""));
    let forged = signed::seal(&Key::from_seed(&[8; 32]), signed::ANSWER, &refusal).into_bytes();
    assert_eq!(at.took(&Expected::Setup, forged), Outcome::NotReached);
    assert!(matches!(at.call().0, Call::Bundle(_)));
    let ours = answered(&refusal);
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
    let same = sealed(&setup(&at.outbox, 1)).into_bytes();
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
    let body = answered(&taken);
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

#[test]
fn a_heartbeat_that_is_refused_passes_nothing_by_and_is_tried_again() {
    let mut at = At::enrolled();
    let (_, expected) = at.call();
    at.refuse(&expected, Code::BadHeader);
    assert!(at.sender.is_offline());
    assert!(!at.sends_now(), "after a pause");
    at.notes(3);
    assert_eq!(at.sender.passed_by(), 0);
    assert_eq!(at.stored(|_| ()), 4);
    assert!(!at.sender.is_offline());
}

#[test]
fn a_refusal_for_other_reasons_is_a_pause_and_no_new_enrolment() {
    for code in [Code::Unauthorized, Code::Busy, Code::BadSignature] {
        let mut at = At::enrolled();
        at.notes(3);
        let (_, expected) = at.call();
        at.refuse(&expected, code);
        assert!(!at.sends_now(), "{code:?}");
        assert_eq!(at.stored(|_| ()), 4, "{code:?}: all of it, and no call before");
    }
    let mut at = At::enrolled();
    let refusal = Answer::Refusal(Refusal::new(None, Code::Busy, ""));
    let body = answered(&refusal);
    assert_eq!(
        at.took(&Expected::Setup, body),
        Outcome::NotReached,
        "it repeats no nonce"
    );
}
