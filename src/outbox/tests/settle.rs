//! What travels and what an answer does: receipts, refills, setups, pruning, hold.

use super::*;

#[test]
fn a_receipt_settles_exactly_its_runs_and_only_with_our_head() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    let sent = bundle(&mut outbox);
    cast(&mut outbox, 2);
    let mut wrong = receipt(&sent, 2, NOW);
    wrong.runs[0].head = Hex([0; 32]);
    wrong.held = 0;
    assert_eq!(
        outbox.settle(&wrong).unwrap(),
        Settled {
            first_time: 0,
            refill: false
        }
    );
    assert_eq!(
        outbox.settle(&receipt(&sent, 2, NOW)).unwrap(),
        Settled {
            first_time: 2,
            refill: false
        }
    );
    assert_eq!(
        ballots(&bundle(&mut outbox))
            .iter()
            .map(|b| b.salt.0[0])
            .collect::<Vec<_>>(),
        [2]
    );
    let stats = outbox.stats(NOW).unwrap();
    assert_eq!((stats.waiting_ballots, stats.sent_ballots), (1, 1));
}

#[test]
fn a_district_that_lost_records_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=3).for_each(|salt| cast(&mut outbox, salt));
    let sent = bundle(&mut outbox);
    outbox.settle(&receipt(&sent, 4, NOW)).unwrap();
    assert!(bundle(&mut outbox).lines.is_empty());
    let heartbeat = bundle(&mut outbox);
    assert!(
        outbox.settle(&receipt(&heartbeat, 2, NOW)).unwrap().refill,
        "it holds fewer than it said before"
    );
    let again = bundle(&mut outbox);
    assert_eq!(again.lines, sent.lines);
    assert!(
        !outbox.settle(&receipt(&again, 4, NOW)).unwrap().refill,
        "and then it is content"
    );
    let mut restored = receipt(&heartbeat, 4, NOW);
    restored.generation = Hex([2; 16]);
    assert!(outbox.settle(&restored).unwrap().refill, "a new generation");
    assert_eq!(bundle(&mut outbox).lines.len(), 4);
}

#[test]
fn a_loss_that_new_ballots_would_hide_is_seen_by_their_own_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=3).for_each(|salt| cast(&mut outbox, salt));
    let sent = bundle(&mut outbox);
    outbox.settle(&receipt(&sent, 4, NOW)).unwrap();
    cast(&mut outbox, 4);
    let next = bundle(&mut outbox);
    assert!(
        outbox.settle(&receipt(&next, 4, NOW)).unwrap().refill,
        "it held 4 and was given one more: 4 means that one of the first is gone"
    );
}

#[test]
fn a_setup_never_goes_back_to_an_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    let at = |version| Setup {
        version,
        ..setup(&outbox, true)
    };
    let (old, same, newer) = (at(0), at(1), at(2));
    assert!(!outbox.identity.set_setup("old", old).unwrap());
    assert!(!outbox.identity.set_setup("same", same).unwrap());
    assert!(outbox.identity.set_setup("newer", newer).unwrap());
    assert_eq!(outbox.identity.enrolment().unwrap().setup.version, 2);
}

#[test]
fn bodies_go_after_thirty_days_of_the_districts_clock_and_the_chain_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    let sent = bundle(&mut outbox);
    outbox.settle(&receipt(&sent, 2, NOW)).unwrap();
    let heartbeat = bundle(&mut outbox);
    let bodies = |outbox: &mut Outbox| {
        outbox
            .db
            .connection()
            .query_row("select count(body) from record", [], |r| r.get::<_, i64>(0))
            .unwrap()
    };
    outbox.settle(&receipt(&heartbeat, 2, NOW + 29 * 86_400)).unwrap();
    assert_eq!(bodies(&mut outbox), 2);
    outbox.settle(&receipt(&heartbeat, 2, NOW + 30 * 86_400)).unwrap();
    assert_eq!(bodies(&mut outbox), 0);
    cast(&mut outbox, 2);
    assert_eq!(bundle(&mut outbox).header.runs[0].first, 2, "the chain goes on");
}

#[test]
fn a_held_record_waits_for_its_bucket_unless_the_clock_was_absurd() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    cast(&mut outbox, 1);
    assert!(bundle(&mut outbox).lines.is_empty());
    let stats = outbox.stats(NOW).unwrap();
    assert!(stats.next_sendable.unwrap() >= Bucket::of(NOW).end());
    let later = NOW + 900 + 600 + 1;
    assert_eq!(outbox.next_batch(&Health::default(), 500, 0, later).unwrap().records, 2);
    let years_before = NOW - 10 * 365 * 86_400;
    assert_eq!(
        outbox
            .next_batch(&Health::default(), 500, 0, years_before)
            .unwrap()
            .records,
        2
    );
}

#[test]
fn a_full_queue_is_cut_into_bundles_that_the_district_takes() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    for salt in 0..250u16 {
        let mut long = ballot(0, 3);
        long.salt = Hex(u128::from(salt).to_le_bytes());
        long.app = "x".repeat(3000);
        outbox.draft(&long, NOW).unwrap();
        outbox.cast(long.salt, Ended::Sent, NOW).unwrap();
    }
    let mut total = 0;
    for _ in 0..10 {
        let part = bundle(&mut outbox);
        total += part.lines.len() as u64;
        outbox.settle(&receipt(&part, total, NOW)).unwrap();
        if part.lines.is_empty() {
            break;
        }
    }
    assert_eq!(total, 251);
}
