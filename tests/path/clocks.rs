//! A tablet's clock that jumps: in the middle of a visit, and while the app is closed.

use crate::rig::*;
use hailong::domain::{ballot::Ended, hex::Hex, policy, time::LocalDay};
use hailong::outbox::{Durability, Tap, Visit};
use hailong::store::state::State;
use hailong::swarm::Tablet;
use hailong::sync::Http;
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

/// The app is closed and opened again.
fn reopened(counter: Counter<Http>, url: &str, now: i64) -> Counter<Http> {
    let Counter { dir, tablet, citizens } = counter;
    drop(tablet);
    let tablet = Tablet::open(dir.path(), Http::new(url).unwrap(), Durability::Simulated, now).unwrap();
    Counter { dir, tablet, citizens }
}

/// In Settings, with the app closed both times: of the second change no tablet can know.
#[tokio::test(flavor = "multi_thread")]
async fn a_rating_given_while_the_date_was_set_back_is_not_hidden_in_a_month_long_ago() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), false, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.tablet.outbox.start_counting(TEN).unwrap();
    counter.cast(1, TEN);
    let eleven = TEN + 3600;
    clock.set(eleven);
    counter.tablet.drain(eleven, 50).await.unwrap();
    // 26 months.
    let past = eleven + 600 - 790 * DAY;
    let mut counter = reopened(counter, &district.url(), past);
    counter.cast(1, past);
    let noon = eleven + 3600;
    let mut counter = reopened(counter, &district.url(), noon);
    counter.cast(1, noon);
    clock.set(noon + 3600);
    counter.tablet.drain(noon + 3600, 50).await.unwrap();
    let judged: Vec<(i64, i64)> = district
        .store
        .read(|conn| {
            let mut rows = conn.prepare("select state, day from record where kind = 1 order by epoch_no, seq")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .unwrap();
    let (today, counted) = (LocalDay::of(TEN).0, State::Counted.code());
    assert_eq!(
        judged,
        [(counted, today), (State::Undated.code(), today), (counted, today)]
    );
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}
