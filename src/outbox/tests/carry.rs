//! Files that somebody carries, and the receipts that come back.

use super::calls::{answer, filed};
use super::*;
use crate::domain::policy;
use crate::wire::file;
use crate::wire::record::What;

#[test]
fn a_file_says_what_is_in_it_and_an_empty_queue_makes_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    assert_eq!(
        outbox
            .save_file(&Health::default(), NOW)
            .unwrap()
            .map(|file| file.bytes),
        None
    );
    (1..=3).for_each(|salt| cast(&mut outbox, salt));
    let saved = outbox.save_file(&Health::default(), NOW).unwrap().unwrap();
    assert_eq!((saved.ballots, saved.left), (3, 0));
    assert_eq!(file::unpack(&saved.bytes).unwrap().sealed.len(), 1);
    assert_eq!(bundle(&mut outbox).lines.len(), 4, "they stay pending");
}

#[test]
fn a_long_queue_fills_a_file_and_says_what_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    // Holes with gaps between them: 200 runs make a bundle.
    let bundles = policy::MAX_FILE_BUNDLES + 1;
    let rows = policy::MAX_BUNDLE_RUNS * bundles;
    let sql = format!(
        "with recursive n (n) as (select 1 union all select n + 1 from n where n < {rows})
        insert into record (epoch_no, seq, leaf, head, ballots, is_ballot, hold_until)
        select 1, 1000 + 2 * n, zeroblob(32), zeroblob(32), 1, 0, 0 from n"
    );
    outbox.db.connection().execute_batch(&sql).unwrap();
    let saved = outbox.save_file(&Health::default(), NOW).unwrap().unwrap();
    assert_eq!(
        file::unpack(&saved.bytes).unwrap().sealed.len(),
        policy::MAX_FILE_BUNDLES
    );
    // The first bundle's first run is the open record and the ballot.
    assert_eq!((saved.ballots, saved.left), (1, policy::MAX_BUNDLE_RUNS as u64 + 1));
}

#[test]
fn only_a_receipt_for_a_file_of_ours_is_taken_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    let nonce = filed(&mut outbox).unwrap();
    let receipt = answer(&mut outbox, 1).unwrap();
    assert_eq!(
        outbox.take_filed(&receipt).unwrap(),
        Taken::NotOurs,
        "the network's nonce"
    );
    let ours = Receipt { nonce, ..receipt };
    let first_time = 3;
    assert_eq!(
        outbox.take_filed(&ours).unwrap(),
        Taken::Settled(Settled {
            first_time,
            refill: false
        })
    );
    assert_eq!(
        outbox.take_filed(&ours).unwrap(),
        Taken::Settled(Settled {
            first_time: 0,
            refill: false
        })
    );
}

#[test]
fn what_a_district_says_of_itself_in_a_file_counts_unless_it_has_said_more_since() {
    for (position, generation, refill) in [(8, 1, false), (9, 1, true), (10, 1, true), (8, 2, true)] {
        let dir = tempfile::tempdir().unwrap();
        let mut outbox = enrolled(dir.path(), false);
        cast(&mut outbox, 1);
        let nonce = filed(&mut outbox).unwrap();
        let heard = Receipt {
            position: 9,
            ..answer(&mut outbox, 1).unwrap()
        };
        assert!(!outbox.settle(&heard).unwrap().refill);
        outbox.note(What::ClockStep, NOW).unwrap();
        // It holds less than before: taken at its word, everything is sent again.
        let carried = Receipt {
            held: 1,
            nonce,
            position,
            ..answer(&mut outbox, generation).unwrap()
        };
        let taken = outbox.take_filed(&carried).unwrap();
        assert_eq!(
            taken,
            Taken::Settled(Settled { first_time: 1, refill }),
            "{position} of {generation}"
        );
    }
}
