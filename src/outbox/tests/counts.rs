//! Days, languages, a full disk, and the counts of the queue.

use super::*;

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
    // As long as a tag may be, and longer.
    cast_in(&mut outbox, 17, "zh-Hant-HK-x-abc");
    cast_in(&mut outbox, 18, "zh-Hant-HK-x-abcd");
    outbox.close_months(NOW).unwrap();
    assert_eq!(notes(&bundle(&mut outbox)), Vec::<serde_json::Value>::new());
    assert_eq!(ballots(&bundle(&mut outbox)).len(), 18);
    let december = NOW + 10 * 86_400;
    (0..2).for_each(|_| outbox.close_months(december).unwrap());
    let told = notes(&bundle(&mut outbox));
    assert_eq!(told.len(), 1, "once");
    assert_eq!(
        told[0]["languages"],
        serde_json::json!({"en": "<5", "vi": 10, "zh-Hant-HK-x-abc": "<5"})
    );
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
