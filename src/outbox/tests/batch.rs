//! What is in the next bundle, up to its bounds.

use super::calls::{answer, at_work, newer_setup, settle};
use super::*;
use crate::domain::policy;
use crate::outbox::batch::HEADER_BYTES;
use crate::wire::bundle::{Checkpoint, SelfTest};
use crate::wire::record::What;

/// Changes records by hand.
fn change(outbox: &mut Outbox, sql: &str) {
    outbox.db.connection().execute_batch(sql).unwrap();
}

fn records(outbox: &mut Outbox, limit: usize, skip: usize) -> u64 {
    let batch = outbox.next_batch(&Health::default(), limit, skip, NOW).unwrap();
    batch.records
}

#[test]
fn the_header_says_how_the_tablet_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    newer_setup(&mut outbox, 3).unwrap();
    (1..=3).for_each(|salt| cast(&mut outbox, salt));
    let sent = bundle(&mut outbox);
    let health = sent.header.health;
    assert!(sent.header.surveys.is_empty(), "none was asked for");
    assert!(health.practice && !health.setup_unread);
    assert_eq!((health.queued, health.setup), (4, 3));
    let unread = Health {
        setup_unread: true,
        ..Health::default()
    };
    let batch = outbox.next_batch(&unread, 500, 0, NOW).unwrap();
    let header = checked(&outbox, &batch).header;
    assert!(header.health.setup_unread, "a setup that came and did not read");
}

#[test]
fn a_bundle_counts_its_ballots_and_keeps_to_what_was_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=4).for_each(|salt| cast(&mut outbox, salt));
    let batch = outbox.next_batch(&Health::default(), 500, 0, NOW).unwrap();
    assert_eq!((batch.records, batch.ballots), (5, 4));
    assert_eq!((records(&mut outbox, 2, 0), records(&mut outbox, 500, 3)), (2, 2));
}

#[test]
fn records_that_do_not_follow_one_another_are_runs_of_their_own_and_200_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    for _ in 0..2 * policy::MAX_BUNDLE_RUNS + 3 {
        outbox.note(What::ClockStep, NOW).unwrap();
    }
    // Every other one has its receipt, but those of the last run that finds a place: three that follow one another.
    let last = 2 * (policy::MAX_BUNDLE_RUNS - 1);
    change(
        &mut outbox,
        &format!(
            "update record set pending = 0 where seq % 2 = 1 and seq <> {}",
            last + 1
        ),
    );
    let sent = bundle(&mut outbox);
    assert_eq!(sent.header.runs.len(), policy::MAX_BUNDLE_RUNS);
    // What continues the last run still has room; what would begin another has not.
    assert_eq!(
        sent.header.runs.last().map(|run| (run.first, run.count)),
        Some((last as u64, 3))
    );
    for (run, lines) in sent.runs() {
        assert_eq!((run.count, run.from.is_none()), (lines.len() as u64, run.first == 0));
    }
}

#[test]
fn surveys_leave_room_for_records_and_are_sent_up_to_64_kib() {
    let document = |bytes: usize| serde_json::Value::from("x".repeat(bytes - 2));
    // A hash, and what JSON puts around both.
    let room = policy::MAX_HEADER_SURVEYS_BYTES - 64 - 8;
    for (bytes, travels) in [(room, 1), (room + 1, 0)] {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = enrolled(dir.path(), false);
        change(&mut outbox, "delete from survey");
        outbox.keep_survey(Hex([3; 32]), &document(bytes)).unwrap();
        for salt in 1..=120 {
            let mut long = ballot(salt, 3);
            long.app = "x".repeat(3000);
            outbox.draft(&long, NOW).unwrap();
            outbox.cast(long.salt, Ended::Sent, NOW).unwrap();
        }
        settle(&mut outbox, 1, false).unwrap();
        change(
            &mut outbox,
            "update survey set wanted = 1; update record set pending = 1",
        );
        let batch = outbox.next_batch(&Health::default(), 500, 0, NOW).unwrap();
        assert!(batch.bytes.len() <= policy::MAX_BUNDLE_BYTES);
        assert!(
            policy::MAX_BUNDLE_BYTES - batch.bytes.len() < 8 * 1024,
            "as full as can be"
        );
        let sent = checked(&outbox, &batch);
        assert_eq!(sent.header.surveys.len(), travels, "{bytes}");
    }
}

#[test]
fn the_fullest_header_has_the_room_that_is_kept_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = at_work(dir.path());
    let mut receipt = answer(&mut outbox, 1).unwrap();
    receipt.checkpoint = Some(Checkpoint {
        day: i64::MIN,
        generation: Hex([1; 16]),
        head: Hex([2; 32]),
        sig: Hex([3; 64]),
        size: u64::MAX,
    });
    outbox.settle(&receipt).unwrap();
    let health = Health {
        persisted: Some(false),
        self_test: Some(SelfTest {
            at: NOW,
            failed: (0..20)
                .map(|part| format!("a part of the tablet, number {part}"))
                .collect(),
        }),
        ..Health::default()
    };
    let batch = outbox.next_batch(&health, 0, 0, NOW).unwrap();
    assert_eq!(batch.records, 0);
    assert!(batch.bytes.len() < HEADER_BYTES, "{}", batch.bytes.len());
}

#[test]
fn a_hold_that_no_clock_could_have_made_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    cast(&mut outbox, 1);
    let most = NOW + policy::BUCKET_SECS + policy::HOLD_JITTER_SECS;
    for (until, travels) in [(NOW, 2), (NOW + 1, 0), (most, 0), (most + 1, 2)] {
        change(&mut outbox, &format!("update record set hold_until = {until}"));
        assert_eq!(records(&mut outbox, 500, 0), travels, "{until}");
        assert_eq!(outbox.stats(NOW).unwrap().sendable, travels, "{until}");
    }
}
