//! A plain folder: practice first, hold, release at midnight; on a simulated clock.

use crate::rig::proxy::{Fault, Proxy};
use crate::rig::*;
use hailong::store::release;
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn practice_is_not_counted_the_hold_is_kept_and_ten_are_released_together_at_midnight() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), false, &clock).await;
    let proxy = Proxy::start(&district.url()).await;
    let mut counter = Counter::enrol(&proxy.url(), &district.code(0), TEN).await;
    assert!(
        counter.tablet.outbox.identity.practice(),
        "a new tablet starts in practice"
    );
    counter.cast(2, TEN);
    counter.tablet.outbox.start_counting(TEN + 100).unwrap();
    assert!(!counter.tablet.outbox.identity.practice());
    counter.cast(9, TEN + 120);
    // The bucket closes at 10:15; nothing may travel before.
    let mut mono = Duration::ZERO;
    counter.call(&mut mono, TEN + 600).await;
    assert_eq!(stored_salts(folder.path()).len(), 0, "held");
    let after = TEN + 900 + 600 + 1;
    clock.set(after);
    proxy.plan([Fault::LoseAnswer, Fault::LoginPage, Fault::Duplicate]);
    counter.tablet.drain(after, 50).await.unwrap();
    assert_eq!(stored_salts(folder.path()).len(), 11);
    let waiting_now = || {
        district
            .store
            .read(release::waiting)
            .unwrap()
            .values()
            .map(|(_, n)| *n)
            .sum::<u64>()
    };
    assert_eq!(waiting_now(), 9, "practice does not wait for a release, it has none");
    let release_at = |now: i64| district.store.write(move |tx| tx.release_due(now)).unwrap();
    clock.set(MIDNIGHT + 86_400 + 60);
    assert_eq!(
        release_at(clock.now()),
        0,
        "nine are too few while the half month goes on"
    );
    let next_day = MIDNIGHT + 86_400 + 10 * 3600;
    clock.set(next_day);
    counter.cast(1, next_day);
    clock.set(next_day + 1600);
    counter.tablet.drain(next_day + 1600, 50).await.unwrap();
    assert_eq!(waiting_now(), 10);
    assert_eq!(release_at(next_day + 1700), 0, "not before midnight");
    assert_eq!(release_at(MIDNIGHT + 2 * 86_400 + 60), 10);
    assert_eq!(waiting_now(), 0);
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}
