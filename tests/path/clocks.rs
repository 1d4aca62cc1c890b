//! A tablet's clock that jumps in the middle of a visit.

use crate::rig::*;
use hailong::domain::{ballot::Ended, hex::Hex, policy};
use hailong::outbox::{Tap, Visit};
use tempfile::tempdir;

const TEN_YEARS: i64 = 3650 * 86_400;

/// In a plain folder, where a record waits until its quarter of an hour is over: by a clock that was set back, that
/// would be in ten years.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_ten_years_during_a_visit_costs_no_ballot() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), false, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.tablet.outbox.start_counting(TEN).unwrap();
    let past = TEN + 20 - TEN_YEARS;
    let survey = counter
        .tablet
        .outbox
        .identity
        .enrolment()
        .unwrap()
        .setup
        .parse_survey()
        .unwrap();
    let outbox = &mut counter.tablet.outbox;
    let tap = Tap {
        answers: counter
            .citizens
            .answers(&survey.1, outbox.identity.enrolment().unwrap().setup.counter.moment),
        salt: Hex([7; 16]),
        since_cast: None,
        survey: survey.0,
        took: 5,
    };
    outbox.count_visit(Visit::Began, TEN + 10).unwrap();
    let ballot = outbox.ballot(tap, TEN + 15).unwrap();
    outbox.draft(&ballot, TEN + 15).unwrap();
    outbox.clock_stepped(past).unwrap();
    outbox.cast(ballot.salt, Ended::Sent, past + 5).unwrap();
    outbox.mark(past + 5).unwrap();
    // The next citizen comes by the wrong clock, and it goes on being wrong.
    counter.cast(1, past + 60);
    let later = 2 * policy::BUCKET_SECS;
    clock.set(TEN + later);
    counter.tablet.drain(past + later, 50).await.unwrap();
    let cast = counter.ballots();
    assert_eq!(cast.len(), 2);
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}
