//! Who the tablet is, over restarts and damage.

use super::calls::{at_work, by_hand, enrol_again, full_setup, newer_setup, take_setup};
use super::*;
use crate::outbox::identity::MAX_FILES;

#[test]
fn a_clock_step_is_counted_and_noted_where_there_is_a_district() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.clock_stepped(NOW).unwrap();
    assert_eq!(outbox.identity.step(), 1);
    assert_eq!(
        bundle(&mut outbox).lines.len(),
        2,
        "the epoch's first record and the note"
    );
    drop(outbox);
    assert_eq!(open(dir.path()).identity.step(), 1);
    // As late as it was seen last is no step; a second before is one.
    outbox = Outbox::open(dir.path(), NOW - 1, Durability::Simulated).unwrap();
    assert_eq!(outbox.identity.step(), 2);
}

#[test]
fn practice_lasts_until_somebody_says_that_it_counts_and_begins_again_when_the_district_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    assert!(!outbox.identity.practice());
    outbox.start_counting(NOW).unwrap();
    assert_eq!(outbox.tip(), None, "nothing to begin");
    newer_setup(&mut outbox, 3).unwrap();
    assert!(outbox.identity.practice());
    outbox.start_counting(NOW).unwrap();
    assert!(!outbox.identity.practice());
    assert_eq!(bundle(&mut outbox).lines.len(), 2, "the epoch and the note");
    drop(outbox);
    let mut outbox = open(dir.path());
    assert!(!outbox.identity.practice());
    let mut setup = full_setup(&outbox, 4);
    setup.practice_since = Some(NOW + 1);
    take_setup(&mut outbox, setup).unwrap();
    assert!(outbox.identity.practice());
}

#[test]
fn a_withdrawn_device_stays_withdrawn_over_a_restart_until_the_district_takes_it_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    for revoked in [true, false, true] {
        let heartbeat = bundle(&mut outbox);
        let receipt = Receipt {
            revoked,
            ..receipt(&heartbeat, 0, NOW)
        };
        outbox.settle(&receipt).unwrap();
        assert_eq!(outbox.identity.revoked(), revoked);
        drop(outbox);
        outbox = open(dir.path());
        assert_eq!(outbox.identity.revoked(), revoked);
    }
    enrol_again(&mut outbox).unwrap();
    assert!(!outbox.identity.revoked() && !outbox.identity.setup_unread());
}

#[test]
fn half_a_mark_is_none_and_a_setup_that_does_not_read_is_told_of() {
    for half in [
        "mark_ballots = 999",
        "mark_seq = 999",
        "mark_check = x'0102030405060708'",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let outbox = at_work(dir.path());
        assert!(outbox.identity.mark().is_some() && outbox.identity.mark() == outbox.tip());
        drop(outbox);
        by_hand(&dir.path().join("identity.db"), &format!("update identity set {half}")).unwrap();
        assert_eq!(open(dir.path()).identity.mark(), None, "{half}");
    }
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = at_work(dir.path());
    newer_setup(&mut outbox, 2).unwrap();
    drop(outbox);
    by_hand(&dir.path().join("identity.db"), "update identity set setup = '{}'").unwrap();
    let mut outbox = open(dir.path());
    assert!(outbox.identity.setup_unread() && bundle(&mut outbox).header.health.setup_unread);
}

#[test]
fn damaged_identities_are_passed_by_up_to_a_number() {
    for (damaged, opens) in [(MAX_FILES - 1, true), (MAX_FILES, false)] {
        let dir = tempfile::tempdir().unwrap();
        for number in 1..=damaged {
            let name = if number == 1 {
                "identity.db".to_owned()
            } else {
                format!("identity-{number}.db")
            };
            std::fs::write(dir.path().join(name), "no database, ".repeat(100)).unwrap();
        }
        assert_eq!(
            Outbox::open(dir.path(), NOW, Durability::Simulated).is_ok(),
            opens,
            "{damaged}"
        );
    }
}
