//! Lost, repeated, re-ordered, answered by somebody else: every ballot is stored exactly once and nothing is given up.

use crate::rig::proxy::{Fault, Proxy};
use crate::rig::*;
use hailong::outbox::Durability;
use hailong::swarm::Tablet;
use hailong::sync::{Call, Http, Outcome, Step, Transport};
use std::time::Duration;
use tempfile::tempdir;

fn every_fault() -> Vec<Fault> {
    let mut faults = vec![
        Fault::LoseRequest,
        Fault::LoseAnswer,
        Fault::LoseAnswer,
        Fault::Duplicate,
        Fault::Again,
        Fault::Pass,
        Fault::CutAnswer,
        Fault::LoginPage,
    ];
    faults
        .extend([301, 400, 401, 403, 404, 409, 410, 413, 429, 500, 502, 503].map(|status| Fault::Status(status, None)));
    faults.push(Fault::Status(503, Some(120)));
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ballot_is_stored_exactly_once_whatever_the_network_does() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let proxy = Proxy::start(&district.url()).await;
    let mut counter = Counter::enrol(&proxy.url(), &district.code(0), TEN).await;
    let mut mono = Duration::ZERO;
    for round in 0..6 {
        let mut faults = every_fault();
        fastrand::Rng::with_seed(round).shuffle(&mut faults);
        proxy.plan(faults);
        while proxy.left() > 0 {
            counter.cast(3, TEN);
            counter.call(&mut mono, TEN).await;
        }
    }
    counter.tablet.drain(TEN, 1000).await.unwrap();
    let cast = counter.ballots();
    assert!(cast.len() > 300, "{}", cast.len());
    assert!(
        cast.values().all(|settled| *settled),
        "the tablet knows that all of them arrived"
    );
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_the_districts_is_met_with_a_growing_pause() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let proxy = Proxy::start(&district.url()).await;
    let mut counter = Counter::enrol(&proxy.url(), &district.code(0), TEN).await;
    counter.cast(1, TEN);
    proxy.plan(std::iter::repeat_n(Fault::Status(503, None), 12));
    proxy.plan([Fault::Status(429, Some(600))]);
    let (before, mut mono, mut outcomes) = (proxy.seen(), Duration::ZERO, vec![]);
    for _ in 0..13 {
        outcomes.push(counter.call(&mut mono, TEN).await);
    }
    assert!(
        outcomes.iter().all(|outcome| *outcome == Outcome::NotReached),
        "{outcomes:?}"
    );
    assert_eq!(proxy.seen() - before, 13);
    // 12 pauses of full jitter below 2, 4, 8 … 300 s: half of them together is over ten minutes; a storm is none.
    assert!(mono > Duration::from_secs(60), "{mono:?}");
    let told = counter.tablet.step(mono + Duration::from_secs(599), TEN).await.unwrap();
    assert!(told.is_err(), "Retry-After was not obeyed");
    assert!(matches!(counter.call(&mut mono, TEN).await, Outcome::Settled(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_identical_bundles_in_parallel_are_all_answered_and_stored_once() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(20, TEN);
    let Step::Call(Call::Bundle(body), expected) = counter
        .tablet
        .sender
        .next(&mut counter.tablet.outbox, Duration::ZERO, TEN)
        .unwrap()
    else {
        panic!("nothing to send")
    };
    let http = Http::new(&district.url()).unwrap();
    let calls = (0..8).map(|_| http.call(Call::Bundle(body.clone())));
    let replies = futures_util::future::join_all(calls).await;
    for reply in replies {
        let reply = reply.unwrap();
        assert_eq!(reply.status, 200);
        let tablet = &mut counter.tablet;
        let outcome = tablet
            .sender
            .took(&mut tablet.outbox, &expected, Some(reply), Duration::ZERO, TEN)
            .unwrap();
        assert!(
            matches!(outcome, Outcome::Settled(settled) if !settled.refill),
            "{outcome:?}"
        );
    }
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_enrolment_answer_locks_nobody_out_and_a_used_code_is_refused_to_others() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let proxy = Proxy::start(&district.url()).await;
    let code = district.code(0);
    proxy.plan([Fault::LoseAnswer, Fault::CutAnswer, Fault::LoginPage]);
    let mut first = Counter::enrol(&proxy.url(), &code, TEN).await;
    first.cast(1, TEN);
    first.tablet.drain(TEN, 20).await.unwrap();
    let other = tempdir().unwrap();
    let http = Http::new(&district.url()).unwrap();
    let mut second = Tablet::open(other.path(), http, Durability::Simulated, TEN).unwrap();
    let refused = |result: Result<(), hailong::swarm::SwarmError>| result.unwrap_err().to_string();
    assert!(refused(second.enrol(&code, TEN).await).contains("UsedCode"));
    assert!(refused(second.enrol("0000-0000-0000-0000", TEN).await).contains("WrongCode"));
    let stale = district.code(0);
    clock.set(TEN + 15 * 86_400);
    assert!(refused(second.enrol(&stale, TEN).await).contains("ExpiredCode"));
    assert_eq!(waiting(&mut first, TEN), 0);
}
