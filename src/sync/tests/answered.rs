//! What the sender does with what the district answered.

use super::at::*;
use super::*;
use crate::domain::{ids::CounterId, policy};
use crate::wire::answer::Receipt;
use crate::wire::bundle::Line;
use crate::wire::setup::Setup;
use uuid::Uuid;

#[test]
fn a_bundle_that_was_cut_grows_again_twofold_with_each_receipt() {
    let mut at = At::enrolled();
    at.notes(60);
    let cut: Vec<u64> = (0..4).map(|_| at.refused_for_its_content()).collect();
    assert_eq!(cut, [61, 30, 15, 7]);
    let stored: Vec<u64> = (0..4).map(|_| at.stored(|_| ())).collect();
    assert_eq!(stored, [3, 6, 12, 24]);
}

#[test]
fn what_was_passed_by_is_tried_again_when_the_district_lost_something() {
    let mut at = At::enrolled();
    at.notes(1);
    let cut: Vec<u64> = (0..2).map(|_| at.refused_for_its_content()).collect();
    assert_eq!((cut, at.sender.passed_by()), (vec![2, 1], 1));
    at.stored(|_| ());
    assert_eq!(at.sender.passed_by(), 1);
    at.stored(|receipt| receipt.generation = Hex([5; 16]));
    assert_eq!(at.sender.passed_by(), 0);
}

#[test]
fn a_newer_setup_is_asked_for_and_no_other() {
    for (version, asks) in [(0, false), (1, false), (2, true)] {
        let mut at = At::enrolled();
        at.stored(|receipt| receipt.setup = version);
        let Step::Call(call, expected) = at.sender.next(&mut at.outbox, at.mono, NOW).unwrap() else {
            assert!(!asks, "{version}");
            continue;
        };
        assert!(
            asks && matches!(call, Call::Setup { have: 1, .. }),
            "{version}: {call:?}"
        );
        assert_eq!(expected, Expected::Setup);
        let text = sealed(&setup(&at.outbox, 2));
        assert_eq!(at.took(&expected, text.into_bytes()), Outcome::NewSetup);
        assert!(!at.sends_now());
    }
}

#[test]
fn who_asked_something_of_the_district_looks_for_a_setup_once_it_has_heard() {
    let mut at = At::enrolled();
    at.stored(|_| ());
    assert!(!at.sends_now());
    at.sender.ask(at.mono);
    // A heartbeat was under way: the district has not heard of it.
    assert_eq!(at.stored(|_| ()), 0);
    assert!(!at.sends_now());
    at.notes(1);
    assert_eq!(at.stored(|_| ()), 2);
    let (call, expected) = at.call();
    assert!(matches!(call, Call::Setup { .. }));
    let same = sealed(&setup(&at.outbox, 1));
    assert_eq!(at.took(&expected, same.into_bytes()), Outcome::Nothing);
    at.notes(1);
    assert_eq!(at.stored(|_| ()), 1);
    assert!(!at.sends_now(), "asked once");
}

#[test]
fn a_survey_that_is_wanted_travels_at_once_and_one_that_stays_wanted_does_not_go_round_and_round() {
    let mut at = At::enrolled();
    let survey = serde_json::json!({"v": 1});
    at.outbox.keep_survey(Hex([7; 32]), &survey).unwrap();
    let wants = |receipt: &mut Receipt| receipt.wanted = vec![Hex([7; 32])];
    at.stored(wants);
    assert!(at.sends_now());
    assert_eq!(at.bundle().0.header.surveys.len(), 1);
    at.stored(wants);
    assert!(!at.sends_now());
}

#[test]
fn a_clock_is_right_within_a_quarter_of_an_hour_of_the_receipts_hour() {
    let (skew, hour) = (policy::SKEW_AS_IS_SECS, 3600);
    for (received, right) in [
        (NOW + skew, true),
        (NOW + skew + 1, false),
        (NOW - hour - skew + 1, true),
        (NOW - hour - skew, false),
    ] {
        let mut at = At::enrolled();
        assert_eq!(at.sender.clock_is_right(), None);
        at.stored(|receipt| receipt.received = received);
        assert_eq!(at.sender.clock_is_right(), Some(right), "{}", received - NOW);
    }
}

#[test]
fn a_device_that_was_enrolled_again_reports_at_once() {
    let mut at = At::enrolled();
    at.stored(|_| ());
    assert!(!at.sends_now());
    let nonce = Hex([6; 16]);
    let text = sealed(&setup(&at.outbox, 1));
    let body = enrolled_by(&district(), &at.outbox, text, nonce);
    assert_eq!(at.took(&Expected::Again { nonce }, body), Outcome::Enrolled);
    assert!(at.sends_now());
}

#[test]
fn who_is_not_reached_waits_unless_a_person_asks() {
    let mut at = At::enrolled();
    assert!(!at.sender.is_offline());
    let (_, expected) = at.call();
    assert_eq!(at.took(&expected, b"<html>".to_vec()), Outcome::NotReached);
    assert!(at.sender.is_offline() && !at.sends_now());
    at.sender.hurry(at.mono);
    assert!(at.sends_now());
    at.stored(|_| ());
    assert!(!at.sender.is_offline());
}

#[test]
fn a_held_record_is_waited_for_no_longer_than_its_hold() {
    let mut at = At::enrolled_with(|setup| setup.settings.hold = true);
    at.stored(|_| ());
    at.notes(1);
    let until = at.outbox.stats(NOW).unwrap().next_sendable.unwrap();
    let wait = at.sender.next(&mut at.outbox, at.mono, NOW).unwrap();
    let Step::Wait(pause) = wait else { panic!("{wait:?}") };
    assert_eq!(pause, Duration::from_secs((until - NOW) as u64));
}

/// What the notes in the next bundle tell of.
fn told(at: &mut At) -> Vec<String> {
    let lines = at.bundle().0.lines;
    let notes = lines.iter().skip(1).map(|line| {
        let Line::Record(bytes) = line else { panic!("a hole") };
        let note: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        note["what"].as_str().unwrap().to_owned()
    });
    notes.collect()
}

#[test]
fn a_setup_that_moves_the_tablet_or_sends_it_to_practice_is_noted() {
    for (moved, practice) in [(false, false), (true, false), (false, true), (true, true)] {
        let mut at = At::enrolled();
        let mut setup = setup(&at.outbox, 2);
        let mut notes = Vec::new();
        if moved {
            setup.counter.id = CounterId(Uuid::from_u128(5));
            notes.push("counter_changed");
        }
        if practice {
            setup.practice_since = Some(NOW);
            notes.push("practice_began");
        }
        let text = sealed(&setup);
        assert_eq!(
            at.sender.take_setup_text(&mut at.outbox, &text, NOW).unwrap(),
            Outcome::NewSetup
        );
        assert_eq!(told(&mut at), notes);
        // In practice already, and moved already: the next setup says nothing new.
        let again = sealed(&Setup { version: 3, ..setup });
        assert_eq!(
            at.sender.take_setup_text(&mut at.outbox, &again, NOW).unwrap(),
            Outcome::NewSetup
        );
        assert_eq!(told(&mut at), notes);
    }
}

#[test]
fn a_setup_of_a_later_version_is_told_of_until_one_reads() {
    let mut at = At::enrolled();
    let later = signed::seal(&district(), signed::SETUP, &serde_json::json!({"v": 2}));
    assert_eq!(
        at.sender.take_setup_text(&mut at.outbox, &later, NOW).unwrap(),
        Outcome::Nothing
    );
    assert!(at.bundle().0.header.health.setup_unread);
    let text = sealed(&setup(&at.outbox, 2));
    at.sender.take_setup_text(&mut at.outbox, &text, NOW).unwrap();
    let health = at.bundle().0.header.health;
    assert!(!health.setup_unread);
    assert_eq!(health.setup, 2);
    assert_eq!(at.sender.health().persisted, Some(true));
}
