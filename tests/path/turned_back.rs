//! Disks that go back in time: the tablet's and the district's.

use crate::rig::*;
use hailong::outbox::Durability;
use hailong::store::alarms;
use hailong::swarm::Tablet;
use hailong::sync::{Http, Outcome};
use std::time::Duration;
use tempfile::{TempDir, tempdir};

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_put_back_while_running_shows_a_fork_and_merges_nothing() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    let file = counter.dir.path().join("outbox-1.db");
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    let copy = std::fs::read(&file).unwrap();
    counter.cast(2, TEN + 600);
    counter.tablet.drain(TEN + 600, 20).await.unwrap();
    let mut cast = counter.ballots();
    std::fs::write(&file, copy).unwrap();
    counter.cast(4, TEN + 1200);
    counter.tablet.drain(TEN + 1200, 20).await.unwrap();
    cast.extend(counter.ballots());
    assert_eq!(cast.len(), 9);
    let forks = district.store.read(alarms::forks).unwrap();
    assert_eq!(forks.len(), 1, "{forks:?}");
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_lost_with_a_tablets_disk_are_counted_as_missing_at_least() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    let file = counter.dir.path().join("outbox-1.db");
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    let copy = std::fs::read(&file).unwrap();
    counter.cast(5, TEN + 600);
    let Counter { dir, tablet, .. } = counter;
    drop(tablet);
    std::fs::write(&file, copy).unwrap();
    let http = Http::new(&district.url()).unwrap();
    let mut tablet = Tablet::open(dir.path(), http, Durability::Simulated, TEN + 900).unwrap();
    tablet.step(Duration::ZERO, TEN + 900).await.unwrap().unwrap();
    let missing = district.store.read(alarms::missing).unwrap();
    assert_eq!(missing.iter().map(|m| m.ballots).sum::<u64>(), 5, "{missing:?}");
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_district_put_back_is_refilled_by_the_next_heartbeat() {
    let folder = tempdir().unwrap();
    let copy = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut early = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    early.cast(3, TEN);
    early.tablet.drain(TEN, 20).await.unwrap();
    let addr = district.stop().await;
    copy_dir(folder.path(), copy.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    let mut late = Counter::enrol(&district.url(), &district.code(1), TEN).await;
    early.cast(4, TEN + 600);
    late.cast(5, TEN + 600);
    early.tablet.drain(TEN + 600, 20).await.unwrap();
    late.tablet.drain(TEN + 600, 20).await.unwrap();
    district.stop().await;
    put_back(copy.path(), folder.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    assert_eq!(stored_salts(folder.path()).len(), 3);
    for counter in [&mut early, &mut late] {
        let mut mono = Duration::from_secs(10_000);
        let heartbeat = counter.call(&mut mono, TEN + 7200).await;
        assert!(!matches!(heartbeat, Outcome::NotReached), "{heartbeat:?}");
        counter.tablet.drain(TEN + 7200, 50).await.unwrap();
    }
    let mut cast = early.ballots();
    cast.extend(late.ballots());
    assert_eq!(cast.len(), 12);
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

/// A tablet from a copy of another one's files.
fn opened(dir: TempDir, district: &District, at: i64) -> Counter<Http> {
    let http = Http::new(&district.url()).unwrap();
    Counter {
        tablet: Tablet::open(dir.path(), http, Durability::Simulated, at).unwrap(),
        dir,
        citizens: hailong::swarm::Citizens::new(8, false),
    }
}

/// What the copy sends makes up, by number, for what the other's district has lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_tablet_sends_all_again_to_a_district_whose_log_is_not_the_one_it_was_told_of() {
    let (folder, copy, beside) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    copy_dir(counter.dir.path(), beside.path());
    let addr = district.stop().await;
    copy_dir(folder.path(), copy.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    counter.cast(4, TEN + 600);
    counter.tablet.drain(TEN + 600, 20).await.unwrap();
    district.store.checkpoint(TEN + DAY).unwrap();
    let mut mono = Duration::from_secs(10_000);
    let heard = counter.call(&mut mono, TEN + DAY).await;
    assert!(
        matches!(heard, Outcome::Settled(settled) if !settled.refill),
        "{heard:?}"
    );
    district.stop().await;

    put_back(copy.path(), folder.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    let mut twin = opened(beside, &district, TEN + DAY);
    twin.cast(9, TEN + DAY + 600);
    twin.tablet.drain(TEN + DAY + 600, 20).await.unwrap();
    district.store.checkpoint(TEN + 2 * DAY).unwrap();
    let heard = counter.call(&mut mono, TEN + 2 * DAY).await;
    assert!(
        matches!(heard, Outcome::Settled(settled) if settled.refill),
        "{heard:?}"
    );
    counter.tablet.drain(TEN + 2 * DAY, 20).await.unwrap();
    // Once: from now on it repeats what it was told now.
    let heard = counter.call(&mut mono, TEN + 2 * DAY + 7200).await;
    assert!(
        matches!(heard, Outcome::Settled(settled) if !settled.refill),
        "{heard:?}"
    );
    let kinds = district.store.read(|conn| alarms::all(conn, 9)).unwrap();
    assert!(kinds.iter().any(|alarm| alarm.kind == "log"), "{kinds:?}");
    district.stop().await;
    let mut cast = counter.ballots();
    cast.extend(twin.ballots());
    assert_eq!(cast.len(), 16);
    assert_exactly_once(folder.path(), &cast);
}

/// The same where the tablet heard of no checkpoint between the copy of the district's disk and the loss: nothing that it
/// repeats shows it. What shows it is the name, under which two write.
#[tokio::test(flavor = "multi_thread")]
async fn two_tablets_of_one_name_are_asked_for_everything_by_a_district_that_lost_what_shows_that_there_are_two() {
    twins_beside_a_loss(false).await;
}

/// What was known before the district was put back tells nothing of what was lost since: it asks after each start.
#[tokio::test(flavor = "multi_thread")]
async fn two_tablets_of_one_name_are_asked_for_everything_after_each_start_of_the_district() {
    twins_beside_a_loss(true).await;
}

async fn twins_beside_a_loss(known_before: bool) {
    let (folder, copy, beside) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    copy_dir(counter.dir.path(), beside.path());
    let mut twin = opened(beside, &district, TEN);
    let mut mono = Duration::from_secs(10_000);
    let mut settles = async |day: i64, one: &mut Counter<Http>, asked: bool| {
        let heard = one.call(&mut mono, TEN + day * DAY).await;
        assert!(
            matches!(heard, Outcome::Settled(settled) if settled.refill == asked),
            "{day}: {heard:?}"
        );
        one.tablet.drain(TEN + day * DAY, 20).await.unwrap();
    };
    let mut cast = 3;
    if known_before {
        twin.cast(1, TEN);
        counter.cast(1, TEN + 300);
        cast += 2;
        for one in [&mut twin, &mut counter] {
            one.tablet.drain(TEN + 300, 20).await.unwrap();
        }
        assert_eq!(district.store.read(alarms::forks).unwrap().len(), 1);
        district.store.checkpoint(TEN + DAY).unwrap();
        for one in [&mut twin, &mut counter] {
            settles(1, one, true).await;
        }
    }
    let addr = district.stop().await;
    copy_dir(folder.path(), copy.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    counter.cast(4, TEN + DAY);
    counter.tablet.drain(TEN + DAY, 20).await.unwrap();
    district.stop().await;

    put_back(copy.path(), folder.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    twin.cast(9, TEN + DAY + 600);
    twin.tablet.drain(TEN + DAY + 600, 20).await.unwrap();
    cast += 13;
    settles(2, &mut counter, false).await;
    for (day, asked) in [(3, true), (4, false)] {
        district.store.checkpoint(TEN + day * DAY).unwrap();
        for one in [&mut counter, &mut twin] {
            settles(day, one, asked).await;
        }
    }
    district.stop().await;
    let mut known = counter.ballots();
    known.extend(twin.ballots());
    assert_eq!(known.len(), cast);
    assert_exactly_once(folder.path(), &known);
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_a_roll_back_brings_back_is_kept_and_not_counted_twice() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(1, TEN);
    let outbox = &mut counter.tablet.outbox;
    let survey = hailong::wire::survey_id(&outbox.identity.enrolment().unwrap().setup.survey);
    let level = |level| hailong::domain::ballot::Answer::Level(level);
    let tap = hailong::outbox::Tap {
        answers: [(hailong::domain::ids::Slug::parse("hai_long").unwrap(), level(1))].into(),
        salt: hailong::domain::hex::Hex([9; 16]),
        since_cast: None,
        survey,
        took: 5,
    };
    let ballot = outbox.ballot(tap, TEN).unwrap();
    outbox.draft(&ballot, TEN).unwrap();
    let file = counter.dir.path().join("outbox-1.db");
    let copy = std::fs::read(&file).unwrap();
    outbox
        .cast(ballot.salt, hailong::domain::ballot::Ended::Sent, TEN)
        .unwrap();
    outbox.mark(TEN).unwrap();
    counter.tablet.drain(TEN, 20).await.unwrap();
    let Counter { dir, tablet, .. } = counter;
    drop(tablet);
    std::fs::write(&file, copy).unwrap();
    let http = Http::new(&district.url()).unwrap();
    let mut tablet = Tablet::open(dir.path(), http, Durability::Simulated, TEN + 900).unwrap();
    tablet.drain(TEN + 900, 20).await.unwrap();
    district.stop().await;
    assert_eq!(stored_salts(folder.path())[&ballot.salt], 2, "both are kept");
    let conn = rusqlite::Connection::open(folder.path().join(hailong::store::FILE)).unwrap();
    let counted: i64 = conn
        .query_row("select count(*) from record where kind = 1 and state = 1", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(counted, 2, "the first ballot and the visit, once");
    drop(conn);
    assert_sound(folder.path());
}
