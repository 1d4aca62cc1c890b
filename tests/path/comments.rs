//! A comment's way: written on a tablet, sealed, waiting, sent alone, kept apart, read after its month, gone after its
//! time. Real client code, real server, real files.

use crate::rig::*;
use hailong::{
    domain::{policy, time::LocalDay},
    store::{
        comments::{self, Mark},
        places,
    },
    sync::Outcome,
};
use std::{path::Path, time::Duration};
use tempfile::tempdir;

const WRITTEN: &str = "Cán bộ rất nhiệt tình. Gọi tôi: 0912.345.678, căn cước 024087001234 <b>nhé</b>";
const KEPT: &str = "Cán bộ rất nhiệt tình. Gọi tôi: [đã ẩn], căn cước [đã ẩn] <b>nhé</b>";

/// Whether any file below a folder holds these words.
fn anywhere(dir: &Path, words: &str) -> bool {
    let words = words.as_bytes();
    let holds = |path: &Path| {
        std::fs::read(path)
            .unwrap()
            .windows(words.len())
            .any(|part| part == words)
    };
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.into_iter().any(|path| path.is_file() && holds(&path))
}

async fn asking(folder: &Path, clock: &TestClock) -> (District, Counter<hailong::sync::Http>) {
    let district = District::create(folder, false, clock).await;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    district
        .store
        .ask_comments(node, Some(true), "quantri", clock.now())
        .unwrap();
    let mut counter = Counter::enrol(&district.url(), &district.code(0), clock.now()).await;
    counter.tablet.outbox.start_counting(clock.now()).unwrap();
    (district, counter)
}

/// Calls until the district has taken a comment.
async fn until_taken(counter: &mut Counter<hailong::sync::Http>, mono: &mut Duration, now: i64) {
    for _ in 0..20 {
        if counter.call(mono, now).await == Outcome::CommentTaken {
            return;
        }
    }
    panic!("no comment was taken in twenty calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_arrives_without_its_numbers_and_without_a_trace_on_the_tablet() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter) = asking(folder.path(), &clock).await;
    counter.cast(1, TEN);
    assert!(counter.tablet.outbox.keep_comment(WRITTEN, TEN + 60).unwrap());
    assert!(
        !counter.tablet.outbox.keep_comment(" \n ", TEN + 60).unwrap(),
        "nothing to say"
    );
    for words in ["nhiệt tình", "0912.345.678", "đã ẩn"] {
        assert!(!anywhere(counter.dir.path(), words), "{words}");
    }
    // Hours, not minutes: whoever was just at the counter is gone.
    let soon = TEN + policy::COMMENT_DELAY_MIN_SECS - 60;
    clock.set(soon);
    counter.tablet.drain(soon, 20).await.unwrap();
    assert_eq!(counter.tablet.outbox.next_comment(soon).unwrap(), None);
    counter.tablet.outbox.close_days(TEN + DAY).unwrap();
    let later = TEN + policy::COMMENT_DELAY_MAX_SECS + 60;
    clock.set(later);
    let mut mono = Duration::from_secs(100_000);
    until_taken(&mut counter, &mut mono, later).await;
    assert_eq!(
        counter.tablet.outbox.next_comment(later).unwrap(),
        None,
        "nothing of it stays"
    );

    let node = district.store.read(places::nodes).unwrap()[0].id;
    let month = LocalDay::of(TEN).month();
    let reads = |now: i64| district.store.read_comments(node, month, "quantri", now);
    assert!(reads(later).is_err(), "its month is not over");
    let december = month.end().start();
    let comments = reads(december).unwrap();
    assert_eq!(comments.len(), 1);
    assert_eq!((comments[0].text.as_deref(), comments[0].mark), (Some(KEPT), Mark::New));
    let heaps = district
        .store
        .read(|conn| comments::heaps(conn, false, december))
        .unwrap();
    assert_eq!(
        (heaps[0].held, heaps[0].counted, heaps[0].open),
        (1, 1, true),
        "the day's record counted it"
    );
    assert!(!anywhere(folder.path(), "nhiệt tình"));
    // The database alone opens nothing: its key is in a file of its own.
    let copy = tempdir().unwrap();
    std::fs::remove_file(folder.path().join(comments::KEY_FILE)).unwrap();
    copy_dir(folder.path(), copy.path());
    let error = reads(december).unwrap_err().to_string();
    assert!(
        error.contains(comments::KEY_FILE) && error.contains("missing"),
        "{error}"
    );
    district.stop().await;
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_end_ninety_days_after_their_month_on_both_sides_and_the_log_tells_only_how_many() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter) = asking(folder.path(), &clock).await;
    for n in 0..3 {
        counter
            .tablet
            .outbox
            .keep_comment(&format!("Ý kiến thứ {n}"), TEN + n)
            .unwrap();
    }
    let later = TEN + 3 * DAY;
    clock.set(later);
    let mut mono = Duration::from_secs(100_000);
    until_taken(&mut counter, &mut mono, later).await;
    let last_day = hailong::domain::comment::expires(LocalDay::of(TEN).month()).start() - 1;
    let expire = |now: i64| district.store.write(move |tx| tx.expire_comments(now)).unwrap();
    counter.tablet.outbox.expire_comments(last_day).unwrap();
    assert!(counter.tablet.outbox.next_comment(last_day).unwrap().is_some());
    assert_eq!(expire(last_day), 0);
    // By a clock that has just jumped there, nothing is refused for good.
    clock.set(last_day + 1);
    until_taken(&mut counter, &mut mono, later).await;
    // Too late to be taken: the district, which saw every day of it, says so, and the tablet lets go.
    for now in (later..=last_day).step_by(86_400) {
        district.store.look_at_clock(now).unwrap();
    }
    while counter.tablet.outbox.next_comment(last_day + 1).unwrap().is_some() {
        counter.call(&mut mono, last_day + 1).await;
    }
    assert_eq!(expire(last_day + 1), 2);
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let entries = district
        .store
        .read(|conn| hailong::store::log::page(conn, i64::MAX, 1))
        .unwrap();
    assert_eq!(entries[0].kind, "retention");
    assert!(entries[0].body.contains("\"deleted\":2") && !entries[0].body.contains(&node.to_string()));
    counter.tablet.outbox.keep_comment("Một ý kiến nữa", TEN).unwrap();
    counter.tablet.outbox.expire_comments(last_day + 1).unwrap();
    assert_eq!(counter.tablet.outbox.next_comment(last_day + 1).unwrap(), None);
    district.stop().await;
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_comment_does_not_delay_ballots_and_practice_keeps_none() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter) = asking(folder.path(), &clock).await;
    counter.tablet.outbox.keep_comment("Xin cảm ơn", TEN).unwrap();
    // More of a month than any unit can have is refused for now.
    let (store, month) = (district.store.clone(), LocalDay::of(TEN).month());
    store
        .write(move |tx| {
            let sql = "with recursive n (i) as (select 1 union all select i + 1 from n where i < ?1)
                       insert into comment (id, node_no, month, written, sealed) select randomblob(16), 1, ?2, ?2, x'00' from n";
            let month = hailong::domain::comment::month_number(month);
            Ok(tx.conn().execute(sql, (policy::MAX_COMMENTS_A_MONTH, month)).map(drop)?)
        })
        .unwrap();
    let later = TEN + 3 * DAY;
    clock.set(later);
    let mut mono = Duration::from_secs(100_000);
    let refused = loop {
        if let Outcome::Refused(code) = counter.call(&mut mono, later).await {
            break code;
        }
    };
    assert_eq!(refused, hailong::wire::answer::Code::Busy);
    counter.cast(3, later);
    clock.set(later + 1600);
    let before = mono;
    assert!(matches!(
        counter.call(&mut mono, later + 1600).await,
        Outcome::Settled(_)
    ));
    assert_eq!(mono, before, "at once");
    assert!(
        counter.tablet.outbox.next_comment(later).unwrap().is_some(),
        "kept for another try"
    );

    let mut practising = Counter::enrol(&district.url(), &district.code(0), later).await;
    assert!(!practising.tablet.outbox.keep_comment("thử", later).unwrap());
    district.stop().await;
}
