//! Epochs and keys: openings, files put back, damage.

use super::*;

#[test]
fn an_opening_that_writes_nothing_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    drop(enrolled(dir.path(), false));
    let mut outbox = open(dir.path());
    assert_eq!(outbox.tip(), None);
    assert!(bundle(&mut outbox).lines.is_empty(), "a heartbeat");
}

#[test]
fn a_repeated_cast_answers_as_the_first_did_and_leaves_one_ballot() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    outbox.cast(Hex([1; 16]), Ended::Silent, NOW).unwrap();
    outbox.draft(&ballot(1, 1), NOW).unwrap();
    outbox.cast(Hex([1; 16]), Ended::Sent, NOW).unwrap();
    let sent = ballots(&bundle(&mut outbox));
    assert_eq!(
        sent,
        [Ballot {
            ended: Ended::Sent,
            ..ballot(1, 5)
        }]
    );
    for another in [false, true] {
        if another {
            outbox.draft(&ballot(3, 1), NOW).unwrap();
        }
        assert!(matches!(
            outbox.cast(Hex([2; 16]), Ended::Sent, NOW),
            Err(OutboxError::NoDraft(_))
        ));
    }
    assert_eq!(
        outbox.erasable().unwrap().waiting,
        2,
        "another visit's draft is as it was"
    );
}

/// An answer that got lost: the screens may send the whole visit again.
#[test]
fn a_visit_that_is_sent_again_whole_is_one_ballot() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    cast(&mut outbox, 1);
    assert_eq!(ballots(&bundle(&mut outbox)).len(), 1);
}

#[test]
fn a_draft_found_at_a_start_is_cast_and_the_next_draft_never_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.draft(&ballot(1, 1), NOW).unwrap();
    drop(outbox);
    let mut outbox = open(dir.path());
    let found = bundle(&mut outbox);
    assert!(first_open(&found).draft);
    assert_eq!(outbox.tip().unwrap().ballots, 0, "it may have been told of before");
    assert_eq!(outbox.stats(NOW).unwrap().waiting_ballots, 1);
    outbox.draft(&ballot(2, 5), NOW).unwrap();
    outbox.draft(&ballot(3, 5), NOW).unwrap();
    outbox.cast(Hex([3; 16]), Ended::Sent, NOW).unwrap();
    assert_eq!(outbox.tip().unwrap().ballots, 2);
    assert_eq!(outbox.stats(NOW).unwrap().waiting_ballots, 3);
    let sent = ballots(&bundle(&mut outbox));
    assert_eq!(
        sent.iter().map(|b| (b.salt.0[0], b.ended)).collect::<Vec<_>>(),
        [(1, Ended::Silent), (2, Ended::Silent), (3, Ended::Sent)]
    );
}

/// Power cuts under a lying flush, seed 982: the tablet did not open any more.
#[test]
fn a_draft_that_came_back_beside_its_ballot_is_not_cast_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.draft(&ballot(1, 5), NOW).unwrap();
    let copy = "create temp table kept as select * from draft";
    outbox.db.connection().execute(copy, []).unwrap();
    outbox.cast(Hex([1; 16]), Ended::Sent, NOW).unwrap();
    let back = "insert into draft select * from kept";
    assert_eq!(outbox.db.connection().execute(back, []).unwrap(), 1);
    drop(outbox);
    let mut outbox = open(dir.path());
    let sent = ballots(&bundle(&mut outbox));
    assert_eq!(
        sent.iter().map(|b| (b.salt.0[0], b.ended)).collect::<Vec<_>>(),
        [(1, Ended::Sent)]
    );
    cast(&mut outbox, 2);
    assert_eq!(ballots(&bundle(&mut outbox)).len(), 2);
}

#[test]
fn every_opening_that_writes_is_an_epoch_and_names_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    cast(&mut outbox, 2);
    let first = outbox.tip().unwrap();
    assert_eq!((first.seq, first.ballots), (2, 2));
    outbox.mark(NOW).unwrap();
    drop(outbox);
    let mut outbox = open(dir.path());
    cast(&mut outbox, 3);
    let sent = bundle(&mut outbox);
    assert_eq!(sent.header.runs.len(), 2);
    assert_ne!(sent.header.runs[0].epoch, sent.header.runs[1].epoch);
    assert_eq!(
        first_open(&sent),
        Open {
            draft: false,
            mark: None,
            prev: None,
            why: Why::New
        }
    );
    let crate::wire::bundle::Line::Record(second) = &sent.lines[3] else {
        panic!()
    };
    assert_eq!(
        Parsed::of(second),
        Parsed::Open(Open {
            draft: false,
            mark: None,
            prev: Some(first),
            why: Why::Start
        })
    );
}

/// Whether a bundle brings a record under this one's key.
fn uses(sent: &Bundle, key: Tip) -> bool {
    sent.runs()
        .any(|(run, _)| run.epoch == key.epoch && (run.first..run.first + run.count).contains(&key.seq))
}

#[test]
fn a_file_put_back_while_open_uses_no_key_twice() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outbox-1.db");
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    outbox.mark(NOW).unwrap();
    let copy = std::fs::read(&file).unwrap();
    let fork = outbox.tip().unwrap();
    cast(&mut outbox, 2);
    outbox.mark(NOW).unwrap();
    let lost = outbox.tip().unwrap();
    std::fs::write(&file, &copy).unwrap();
    cast(&mut outbox, 3);
    let sent = bundle(&mut outbox);
    assert!(!uses(&sent, lost), "the key of the lost ballot was used again");
    let crate::wire::bundle::Line::Record(third) = &sent.lines[2] else {
        panic!()
    };
    assert_eq!(
        Parsed::of(third),
        Parsed::Open(Open {
            draft: false,
            mark: Some(lost),
            prev: Some(fork),
            why: Why::RolledBack
        })
    );
}

#[test]
fn a_file_put_back_while_closed_is_seen_by_the_mark_and_uses_no_key_twice() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outbox-1.db");
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    drop(outbox);
    let copy = std::fs::read(&file).unwrap();
    let mut outbox = open(dir.path());
    cast(&mut outbox, 2);
    outbox.mark(NOW).unwrap();
    let lost = outbox.tip().unwrap();
    drop(outbox);
    std::fs::write(&file, copy).unwrap();
    let mut outbox = open(dir.path());
    assert_eq!(
        bundle(&mut outbox).header.mark,
        Some(lost),
        "even a heartbeat tells what is missing"
    );
    cast(&mut outbox, 3);
    let sent = bundle(&mut outbox);
    assert!(!uses(&sent, lost), "the key of the lost ballot was used again");
    let crate::wire::bundle::Line::Record(third) = &sent.lines[2] else {
        panic!()
    };
    assert!(matches!(
        Parsed::of(third),
        Parsed::Open(Open {
            why: Why::RolledBack,
            ..
        })
    ));
}

#[test]
fn a_damaged_file_is_put_aside_and_the_device_stays_itself() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outbox-1.db");
    let mut outbox = enrolled(dir.path(), false);
    let device = outbox.identity.device();
    cast(&mut outbox, 1);
    outbox.mark(NOW).unwrap();
    let lost = outbox.tip();
    drop(outbox);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[..100].fill(0x55);
    std::fs::write(&file, &bytes).unwrap();
    let mut outbox = open(dir.path());
    assert_eq!(outbox.identity.device(), device);
    cast(&mut outbox, 2);
    let sent = bundle(&mut outbox);
    assert_eq!(
        first_open(&sent),
        Open {
            draft: false,
            mark: lost,
            prev: None,
            why: Why::Damaged
        }
    );
    assert_eq!(ballots(&sent).len(), 1);
    assert_eq!(
        std::fs::read(&file).unwrap(),
        bytes,
        "the damaged file is kept as it was"
    );
}

#[test]
fn damaged_files_are_passed_by_up_to_a_number_and_then_it_is_not_the_files() {
    for (damaged, opens) in [(MAX_FILES, true), (MAX_FILES + 1, false)] {
        let dir = tempfile::tempdir().unwrap();
        for number in 1..=damaged {
            std::fs::write(
                dir.path().join(format!("outbox-{number}.db")),
                "no database, ".repeat(100),
            )
            .unwrap();
        }
        let opened = Outbox::open(dir.path(), NOW, Durability::Simulated);
        assert_eq!(opened.is_ok(), opens, "{damaged}");
        let opened = Outbox::open(dir.path(), NOW, Durability::Simulated);
        assert!(opened.is_ok(), "what was passed by before is not tried again");
    }
}

#[test]
fn a_disk_that_takes_no_commit_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.probe().unwrap();
    outbox.db.connection().pragma_update(None, "query_only", true).unwrap();
    assert!(outbox.probe().is_err());
}

/// Power cuts under a lying flush, seed 230: what was signed with a key that is gone was offered to the district for ever.
#[test]
fn a_queue_of_a_device_that_is_gone_is_put_aside_and_the_new_device_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    let before = outbox.identity.device();
    cast(&mut outbox, 1);
    drop(outbox);
    std::fs::remove_file(dir.path().join("identity.db")).unwrap();
    let mut outbox = enrolled(dir.path(), false);
    assert_ne!(outbox.identity.device(), before);
    assert_eq!(outbox.identity.damaged_files(), 1);
    cast(&mut outbox, 2);
    let sent = bundle(&mut outbox);
    let salts: Vec<_> = ballots(&sent).iter().map(|ballot| ballot.salt).collect();
    assert_eq!(salts, [Hex([2; 16])]);
    let kept = rusqlite::Connection::open(dir.path().join("outbox-1.db")).unwrap();
    let kept: i64 = kept
        .query_row("select count(*) from record where is_ballot = 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 1, "it stays on the disk");
}

#[test]
fn a_body_that_lost_its_leaf_travels_as_a_hole_and_blocks_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=3).for_each(|salt| cast(&mut outbox, salt));
    outbox
        .db
        .connection()
        .execute("update record set body = x'00' where seq = 2", [])
        .unwrap();
    let sent = bundle(&mut outbox);
    assert_eq!(sent.lines.len(), 4);
    assert!(matches!(sent.lines[2], crate::wire::bundle::Line::Hole(_)));
    assert_eq!(ballots(&sent).len(), 2);
}
