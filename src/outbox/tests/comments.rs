//! Comments: kept sealed, sent after a while, gone when their time is over.

use super::calls::{DAY, at_work, full_setup, newer_setup, take_setup};
use super::*;
use crate::domain::{comment, policy, time::LocalDay};

#[test]
fn a_comment_waits_for_hours_or_days_travels_and_goes_when_its_time_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    let mut setup = full_setup(&outbox, 2);
    setup.settings.hold = true;
    take_setup(&mut outbox, setup).unwrap();
    let (least, most) = (policy::COMMENT_DELAY_MIN_SECS, policy::COMMENT_DELAY_MAX_SECS);
    for _ in 0..64 {
        assert!(outbox.keep_comment("Cảm ơn", NOW).unwrap());
    }
    let after: Vec<i64> = {
        let mut statement = outbox
            .db
            .connection()
            .prepare("select send_after from comment")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    assert!(
        after.iter().all(|at| (NOW + least..NOW + most).contains(at)),
        "{after:?}"
    );
    // 64 draws over 46 hours do not all fall within one.
    assert!(
        after.iter().max().unwrap() - after.iter().min().unwrap() > 3600,
        "drawn, {after:?}"
    );
    assert!(outbox.next_comment(NOW + least - 1).unwrap().is_none());
    let comment = outbox.next_comment(NOW + most).unwrap().unwrap();
    outbox.drop_comment(comment.id).unwrap();
    let left = |outbox: &mut Outbox| -> i64 {
        let count = "select count(*) from comment";
        outbox.db.connection().query_row(count, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(left(&mut outbox), 63);
    // Local midnight: seven hours before UTC's.
    let last = comment::expires(LocalDay::of(NOW).month()).0 * DAY - 7 * 3600;
    outbox.expire_comments(last - 1).unwrap();
    assert_eq!(left(&mut outbox), 63);
    outbox.expire_comments(last).unwrap();
    assert_eq!(left(&mut outbox), 0);
}

#[test]
fn a_comment_is_not_kept_in_practice() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = at_work(dir.path());
    assert!(outbox.keep_comment("Cảm ơn", NOW).unwrap());
    newer_setup(&mut outbox, 3).unwrap();
    assert!(!outbox.keep_comment("Cảm ơn", NOW).unwrap());
}
