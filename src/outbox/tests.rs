//! Stories of one tablet's queue, on real files.

use super::*;
use crate::domain::ballot::{Answer, Ballot, Ended, Moment, Pace, Took};
use crate::domain::hex::{Generation, Hex, Nonce};
use crate::domain::ids::{CounterId, NodeId, Slug};
use crate::domain::time::Bucket;
use crate::wire::answer::{Enrolled, Receipt, Stored};
use crate::wire::bundle::{Bundle, Health, Unverified};
use crate::wire::keys::Key;
use crate::wire::record::{Open, Parsed};
use crate::wire::setup::{Counter, Node, Settings, Setup};
use crate::wire::{signed, survey_id};
use std::collections::BTreeMap;
use std::path::Path;
use uuid::Uuid;

const NOW: i64 = 1_795_280_400;

fn district() -> Key {
    Key::from_seed(&[9; 32])
}

fn survey() -> serde_json::Value {
    serde_json::from_str(crate::domain::survey::DEFAULT_SURVEY_JSON).unwrap()
}

fn setup(outbox: &Outbox, hold: bool) -> Setup {
    Setup {
        comment_key: None,
        counter: Counter {
            field: None,
            id: CounterId(Uuid::nil()),
            moment: Moment::Result,
            name: "Quầy 1".into(),
        },
        demo: false,
        device: outbox.identity.device(),
        district: district().id(),
        file_key: Some(crate::wire::seal::SecretKey::derive(&[9; 32]).public()),
        node: Node {
            contact: None,
            id: NodeId(Uuid::nil()),
            name: "Xã Mẫu".into(),
        },
        operator: None,
        packs: Vec::new(),
        practice_since: None,
        settings: Settings {
            hold,
            hours: None,
            prune_days: 30,
        },
        survey: survey(),
        version: 1,
        v: 1,
    }
}

fn open(dir: &Path) -> Outbox {
    Outbox::open(dir, NOW, Durability::Simulated).unwrap()
}

fn enrolled(dir: &Path, hold: bool) -> Outbox {
    let mut outbox = open(dir);
    let setup = setup(&outbox, hold);
    let answer = Enrolled {
        certificate: "certificate".into(),
        device: outbox.identity.device(),
        district_key: district().public(),
        nonce: Hex([0; 16]),
        setup: signed::seal(&district(), signed::SETUP, &setup),
        token: "token".into(),
        v: 1,
    };
    outbox.identity.enrol(&answer, setup).unwrap();
    outbox.keep_survey(survey_id(&survey()), &survey()).unwrap();
    outbox
}

fn ballot(salt: u8, level: i64) -> Ballot {
    Ballot {
        answers: BTreeMap::from([(Slug::parse("hai_long").unwrap(), Answer::Level(level))]),
        app: "0.1.0".into(),
        at: Bucket::of(NOW),
        counter: CounterId(Uuid::nil()),
        ended: Ended::Silent,
        field: None,
        moment: Moment::Result,
        pace: Pace::First,
        practice: false,
        salt: Hex([salt; 16]),
        step: 0,
        survey: survey_id(&survey()),
        ticketed: false,
        took: Took::Normal,
    }
}

fn cast(outbox: &mut Outbox, salt: u8) {
    outbox.draft(&ballot(salt, 5), NOW).unwrap();
    outbox.cast(Hex([salt; 16]), Ended::Sent, NOW).unwrap();
}

/// What the tablet would send now, checked as the district checks it.
fn bundle(outbox: &mut Outbox) -> Bundle {
    let batch = outbox.next_batch(&Health::default(), 500, 0, NOW).unwrap();
    Unverified::parse(&batch.bytes)
        .unwrap()
        .verify(&outbox.identity.key().public())
        .unwrap()
}

fn ballots(bundle: &Bundle) -> Vec<Ballot> {
    let records = bundle.lines.iter().map(|line| match line {
        crate::wire::bundle::Line::Record(bytes) => Parsed::of(bytes),
        hole => Parsed::Other(format!("{hole:?}")),
    });
    records
        .filter_map(|parsed| {
            if let Parsed::Ballot(ballot) = parsed {
                Some(*ballot)
            } else {
                None
            }
        })
        .collect()
}

fn receipt(bundle: &Bundle, held: u64, received: i64) -> Receipt {
    let stored = |(run, _): (&crate::wire::bundle::Run, _)| Stored {
        epoch: run.epoch,
        first: run.first,
        head: run.head,
        last: run.first + run.count - 1,
    };
    Receipt {
        checkpoint: None,
        district: district().id(),
        generation: Generation::from_slice(&[1; 16]).unwrap(),
        held,
        nonce: Nonce::from_slice(&[0; 16]).unwrap(),
        position: 1,
        received,
        revoked: false,
        runs: bundle.runs().map(stored).collect(),
        setup: 1,
        v: 1,
        wanted: vec![],
    }
}

fn first_open(bundle: &Bundle) -> Open {
    let crate::wire::bundle::Line::Record(bytes) = &bundle.lines[0] else {
        panic!("a hole")
    };
    let Parsed::Open(open) = Parsed::of(bytes) else {
        panic!("not an open")
    };
    open
}

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
    assert!(matches!(
        outbox.cast(Hex([2; 16]), Ended::Sent, NOW),
        Err(OutboxError::NoDraft(_))
    ));
}

#[test]
fn a_draft_found_at_a_start_is_cast_and_the_next_draft_never_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.draft(&ballot(1, 1), NOW).unwrap();
    drop(outbox);
    let mut outbox = open(dir.path());
    outbox.draft(&ballot(2, 5), NOW).unwrap();
    outbox.draft(&ballot(3, 5), NOW).unwrap();
    outbox.cast(Hex([3; 16]), Ended::Sent, NOW).unwrap();
    let sent = ballots(&bundle(&mut outbox));
    assert_eq!(
        sent.iter().map(|b| (b.salt.0[0], b.ended)).collect::<Vec<_>>(),
        [(1, Ended::Silent), (2, Ended::Silent), (3, Ended::Sent)]
    );
}

#[test]
fn every_opening_that_writes_is_an_epoch_and_names_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    cast(&mut outbox, 2);
    let first = outbox.tip().unwrap();
    assert_eq!((first.seq, first.ballots), (2, 2));
    drop(outbox);
    let mut outbox = open(dir.path());
    cast(&mut outbox, 3);
    let sent = bundle(&mut outbox);
    assert_eq!(sent.header.runs.len(), 2);
    assert_ne!(sent.header.runs[0].epoch, sent.header.runs[1].epoch);
    assert_eq!(
        first_open(&sent),
        Open {
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
            mark: None,
            prev: Some(first),
            why: Why::Start
        })
    );
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
    let keys: std::collections::BTreeSet<_> = sent
        .runs()
        .flat_map(|(run, _)| (run.first..run.first + run.count).map(|seq| (run.epoch, seq)))
        .collect();
    assert!(
        !keys.contains(&(lost.epoch, lost.seq)),
        "the key of the lost ballot was used again"
    );
    let crate::wire::bundle::Line::Record(third) = &sent.lines[2] else {
        panic!()
    };
    assert_eq!(
        Parsed::of(third),
        Parsed::Open(Open {
            mark: Some(lost),
            prev: Some(fork),
            why: Why::RolledBack
        })
    );
}

#[test]
fn a_file_put_back_while_closed_is_seen_by_the_mark() {
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

#[test]
fn days_are_counted_and_told_once_they_are_over() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    outbox.count_visit(Visit::Began, NOW).unwrap();
    outbox.count_visit(Visit::Abandoned, NOW).unwrap();
    outbox.count_visit(Visit::Began, NOW).unwrap();
    cast(&mut outbox, 1);
    outbox.close_days(NOW).unwrap();
    assert_eq!(bundle(&mut outbox).lines.len(), 2, "today is not over");
    outbox.close_days(NOW + 86_400).unwrap();
    outbox.close_days(NOW + 86_400).unwrap();
    let sent = bundle(&mut outbox);
    assert_eq!(sent.lines.len(), 3);
    let crate::wire::bundle::Line::Record(day) = &sent.lines[2] else {
        panic!()
    };
    assert_eq!(
        String::from_utf8_lossy(day),
        r#"{"abandoned":1,"cast":1,"day":20779,"kind":"day","started":2,"step":0}"#
    );
}

#[test]
fn a_full_disk_refuses_a_rating_and_loses_none_that_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    cast(&mut outbox, 1);
    let pages: i64 = outbox
        .db
        .connection()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    outbox
        .db
        .connection()
        .pragma_update(None, "max_page_count", pages + 1)
        .unwrap();
    let mut kept = vec![1];
    let refused = (2..100).find(|salt| {
        let mut long = ballot(*salt, 1);
        long.app = "x".repeat(1500);
        let done = outbox
            .draft(&long, NOW)
            .and_then(|()| outbox.cast(long.salt, Ended::Sent, NOW));
        if done.is_ok() {
            kept.push(*salt);
        }
        done.is_err()
    });
    assert!(refused.is_some(), "the disk was never full");
    drop(outbox);
    let mut outbox = open(dir.path());
    let there: Vec<u8> = ballots(&bundle(&mut outbox)).iter().map(|b| b.salt.0[0]).collect();
    assert!(kept.iter().all(|salt| there.contains(salt)), "{kept:?} {there:?}");
}

fn cast_in(outbox: &mut Outbox, salt: u8, tag: &str) {
    outbox.draft(&ballot(salt, 5), NOW).unwrap();
    outbox.cast_in(Hex([salt; 16]), Ended::Sent, Some(tag), NOW).unwrap();
    // Asked again, as the screens do when they heard nothing: the same ballot, counted once.
    outbox.cast_in(Hex([salt; 16]), Ended::Sent, Some(tag), NOW).unwrap();
}

fn notes(bundle: &Bundle) -> Vec<serde_json::Value> {
    let records = bundle.lines.iter().filter_map(|line| match line {
        crate::wire::bundle::Line::Record(bytes) => serde_json::from_slice(bytes).ok(),
        crate::wire::bundle::Line::Hole(_) => None,
    });
    records
        .filter(|record: &serde_json::Value| record["kind"] == "note")
        .collect()
}

#[test]
fn languages_stay_on_the_tablet_until_the_month_is_over_and_are_then_told_in_fives() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=13).for_each(|salt| cast_in(&mut outbox, salt, "vi"));
    (14..=16).for_each(|salt| cast_in(&mut outbox, salt, "en"));
    outbox.close_months(NOW).unwrap();
    assert_eq!(notes(&bundle(&mut outbox)), Vec::<serde_json::Value>::new());
    assert!(ballots(&bundle(&mut outbox)).len() == 16);
    let december = NOW + 10 * 86_400;
    (0..2).for_each(|_| outbox.close_months(december).unwrap());
    let told = notes(&bundle(&mut outbox));
    assert_eq!(told.len(), 1, "once");
    assert_eq!(told[0]["languages"], serde_json::json!({"en": "<5", "vi": 10}));
    assert_eq!(told[0]["month"], "2026-11");
    let left: i64 = outbox
        .db
        .connection()
        .query_row("select count(*) from language", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn the_counts_of_the_queue_hold_through_receipts_and_refills() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    (1..=4).for_each(|salt| cast(&mut outbox, salt));
    let sent = bundle(&mut outbox);
    outbox.settle(&receipt(&sent, 5, NOW)).unwrap();
    cast(&mut outbox, 5);
    let counts = |outbox: &mut Outbox| {
        let stats = outbox.stats(NOW).unwrap();
        (stats.waiting_ballots, stats.sent_ballots, stats.sendable)
    };
    assert_eq!(counts(&mut outbox), (1, 4, 1));
    let heartbeat = bundle(&mut outbox);
    let mut restored = receipt(&heartbeat, 1, NOW);
    restored.generation = Hex([2; 16]);
    restored.runs.clear();
    assert!(outbox.settle(&restored).unwrap().refill);
    assert_eq!(
        counts(&mut outbox),
        (1, 4, 6),
        "sent before is sent, even while it travels again"
    );
}
