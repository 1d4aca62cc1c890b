//! Operator mode between tablet and district: the PIN, one-time codes, another counter, the erase.

use crate::rig::*;
use futures_util::StreamExt;
use hailong::domain::{
    ballot::{Answer, Answers, Ended, Moment},
    hex::Hex,
    ids::{CounterId, Slug},
    pin::Turn,
    settings::NodeSettings,
};
use hailong::engine::message::{
    Command, Draft, Event, State,
    operator::{Ask, Attention, EraseState, Refusal, Report, Say, TakenFile},
};
use hailong::engine::{Config, start_with};
use hailong::outbox::{Durability, Try};
use hailong::store::{operator, places};
use hailong::swarm::Tablet;
use hailong::sync::Http;
use hailong::wire::{code::Purpose, pin, record::What};
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

const PIN: &str = "204816";

/// A district with a PIN and a second counter, and a tablet that has its newest setup.
async fn with_pin(folder: &Path, clock: &TestClock) -> (District, Counter<Http>, CounterId) {
    let district = District::create(folder, false, clock).await;
    let (now, node) = (clock.now(), district.store.read(places::nodes).unwrap()[0].id);
    let second = district
        .store
        .write(move |tx| {
            let settings = NodeSettings {
                pin: pin::hash(PIN, &[7; 16]),
                ..NodeSettings::default()
            };
            tx.set_settings(node, &settings, "admin", now)?;
            tx.add_counter(
                &places::NewCounter {
                    node,
                    name: "Quầy 2".into(),
                    moment: Moment::Reception,
                    field: None,
                },
                now,
            )
        })
        .unwrap();
    let counter = Counter::enrol(&district.url(), &district.code(0), now).await;
    (district, counter, second)
}

/// Calls until the sender rests: what was asked is answered and the setup is here.
async fn settle(counter: &mut Counter<Http>, now: i64) {
    counter.tablet.sender.ask(Duration::ZERO);
    let mut mono = Duration::ZERO;
    for _ in 0..6 {
        match counter.tablet.step(mono, now).await.unwrap() {
            Ok(_) => {}
            Err(pause) if pause > Duration::from_secs(600) => break,
            Err(pause) => mono += pause,
        }
    }
}

fn code(district: &District, counter: &Counter<Http>, purpose: Purpose) -> String {
    let (id, now) = (counter.tablet.outbox.identity.device(), district.clock.now());
    let made = district
        .store
        .write(move |tx| tx.operator_code(id, purpose, "lan", now));
    made.unwrap().grouped()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_guesses_open_nothing_a_restart_does_not_help_and_a_code_does() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter, _) = with_pin(folder.path(), &clock).await;
    let identity = &mut counter.tablet.outbox.identity;
    assert_eq!(identity.try_pin(PIN, TEN).unwrap(), Try::Right);
    let (mut now, mut refused) = (TEN, 0);
    for guess in 0..1000 {
        match identity.try_pin(&format!("{guess:06}"), now).unwrap() {
            Try::Wrong(_) => {}
            Try::Wait(Turn::In(seconds)) => now += seconds,
            Try::Wait(Turn::Never) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(refused > 900, "{refused}");
    assert_eq!(
        identity.try_pin(PIN, now).unwrap(),
        Try::Wait(Turn::Never),
        "the right one neither"
    );
    // A restart, with the clock anywhere.
    let Counter { dir, tablet, citizens } = counter;
    drop(tablet);
    let http = || Http::new(&district.url()).unwrap();
    let tablet = Tablet::open(dir.path(), http(), Durability::Simulated, now).unwrap();
    let mut counter = Counter { dir, tablet, citizens };
    for clock in [now, now + 1_000_000] {
        let tried = counter.tablet.outbox.identity.try_pin(PIN, clock).unwrap();
        assert_eq!(tried, Try::Wait(Turn::Never));
    }
    // The district's code, without a network; each opens once.
    let unlock = code(&district, &counter, Purpose::Unlock);
    let erase = code(&district, &counter, Purpose::Erase);
    let identity = &mut counter.tablet.outbox.identity;
    assert!(!identity.try_unlock(&erase).unwrap(), "another purpose");
    assert!(identity.try_unlock(&unlock.to_lowercase().replace('-', " ")).unwrap());
    assert!(!identity.try_unlock(&unlock).unwrap(), "used");
    assert_eq!(
        identity.try_pin(PIN, now).unwrap(),
        Try::Right,
        "the tries are free again"
    );
    // The district hears of it and makes the next one.
    counter.tablet.outbox.operator_note(What::Unlocked, None, now).unwrap();
    assert_eq!(
        code(&district, &counter, Purpose::Unlock),
        unlock,
        "it has not heard yet"
    );
    settle(&mut counter, now).await;
    let next = code(&district, &counter, Purpose::Unlock);
    assert_ne!(next, unlock);
    assert!(!counter.tablet.outbox.identity.try_unlock(&unlock).unwrap());
    assert!(counter.tablet.outbox.identity.try_unlock(&next).unwrap());
    district.stop().await;
    assert_sound(folder.path());
    assert_log_tells_who_but_no_code(folder.path(), &[unlock, next, erase]);
}

fn assert_log_tells_who_but_no_code(dir: &Path, codes: &[String]) {
    let conn = rusqlite::Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let mut bodies = conn.prepare("select body from log").unwrap();
    let bodies: Vec<String> = bodies
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let all = bodies.join("\n");
    assert!(all.contains(r#""what":"unlock""#) && all.contains(r#""by":"lan""#));
    for code in codes {
        assert!(!all.contains(code) && !all.contains(&code.replace('-', "")));
    }
    assert!(!all.contains("$argon2id"), "the PIN's hash is not in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_is_moved_within_its_unit_and_not_beyond() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter, second) = with_pin(folder.path(), &clock).await;
    let stands = |counter: &Counter<Http>| {
        let identity = &counter.tablet.outbox.identity;
        (
            identity.enrolment().unwrap().setup.counter.id,
            identity.counter_wanted(),
        )
    };
    let (first, _) = stands(&counter);
    counter.tablet.outbox.want_counter(second, TEN).unwrap();
    assert_eq!(
        stands(&counter),
        (first, Some(second)),
        "not before the district agreed"
    );
    settle(&mut counter, TEN + 60).await;
    assert_eq!(stands(&counter), (second, None));
    // A counter of another unit: the standing setup comes again, and the wish is gone.
    let now = clock.now();
    let elsewhere = district
        .store
        .write(move |tx| {
            let node = tx.add_node(
                &places::NewNode {
                    name: "Xã Khác".into(),
                    parent: None,
                    kind: None,
                    contact: None,
                },
                now,
            )?;
            tx.add_counter(
                &places::NewCounter {
                    node,
                    name: "Quầy 1".into(),
                    moment: Moment::Result,
                    field: None,
                },
                now,
            )
        })
        .unwrap();
    counter.tablet.outbox.want_counter(elsewhere, TEN + 120).unwrap();
    clock.set(TEN + 180);
    settle(&mut counter, TEN + 180).await;
    assert_eq!(stands(&counter), (second, None));
    district.stop().await;
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erase_needs_receipts_through_the_tip_or_a_named_persons_code() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter, _) = with_pin(folder.path(), &clock).await;
    counter.cast(2, TEN + 60);
    let standing = counter.tablet.outbox.erasable().unwrap();
    assert_eq!((standing.waiting, standing.is_free()), (2, false));
    let erase = code(&district, &counter, Purpose::Erase);
    let unlock = code(&district, &counter, Purpose::Unlock);
    let identity = &counter.tablet.outbox.identity;
    assert!(identity.is_erase_code(&erase) && !identity.is_erase_code(&unlock));
    clock.set(TEN + 1700);
    counter.tablet.drain(TEN + 1700, 20).await.unwrap();
    // Only ballots were waited for; the day's counts and notes must have arrived too.
    settle(&mut counter, TEN + 1700).await;
    assert!(counter.tablet.outbox.erasable().unwrap().is_free());
    counter.tablet.outbox.tell_erased(TEN + 1800).unwrap();
    settle(&mut counter, TEN + 1800).await;
    assert_ne!(
        code(&district, &counter, Purpose::Erase),
        erase,
        "the district heard of it"
    );
    let id = counter.tablet.outbox.identity.device();
    let stake = district.store.read(|conn| operator::at_stake(conn, id)).unwrap();
    assert_eq!(stake.missing, 0);
    district.stop().await;
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_that_no_longer_reads_gives_way_to_the_one_before_and_the_district_hears_of_it() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter, _) = with_pin(folder.path(), &clock).await;
    let (node, now) = (district.store.read(places::nodes).unwrap()[0].id, TEN + 10);
    district
        .store
        .write(move |tx| tx.set_settings(node, &NodeSettings::default(), "admin", now))
        .unwrap();
    settle(&mut counter, TEN + 20).await;
    let Counter { dir, tablet, .. } = counter;
    let device = tablet.outbox.identity.device();
    drop(tablet);
    // As a later version of the app would find it.
    let file = rusqlite::Connection::open(dir.path().join("identity.db")).unwrap();
    file.execute("update identity set setup = 'x' || setup", []).unwrap();
    drop(file);
    let http = Http::new(&district.url()).unwrap();
    let mut tablet = Tablet::open(dir.path(), http, Durability::Simulated, TEN + 30).unwrap();
    assert_eq!(tablet.outbox.identity.device(), device);
    assert!(tablet.outbox.identity.enrolment().is_some() && tablet.outbox.identity.setup_unread());
    tablet.step(Duration::ZERO, TEN + 40).await.unwrap().unwrap();
    let said = district
        .store
        .read(|conn| hailong::store::devices::find(conn, device))
        .unwrap();
    assert_eq!(said.unwrap().health.unwrap()["health"]["setup_unread"], true);
    // Asked for again, it comes, and all is well.
    tablet.step(Duration::ZERO, TEN + 41).await.unwrap().unwrap();
    assert!(!tablet.outbox.identity.setup_unread());
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_an_erase_waits_has_ended_it() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(hailong::platform::unix_now());
    let (district, counter, _) = with_pin(folder.path(), &clock).await;
    let Counter { dir, tablet, .. } = counter;
    let device = tablet.outbox.identity.device();
    drop(tablet);
    // The network is off, and nothing waits: the erase is free.
    let addr = district.stop().await;
    let (engine, mut events) = start_with(Config {
        dir: dir.path().to_owned(),
        district: format!("http://{addr}"),
    });
    let ask = |ask| engine.send(Command::Operator(ask));
    let ready = |event: &Event| match event {
        Event::State(State::Ready(ready)) => Some(ready.clone()),
        _ => None,
    };
    let ready = hear(&mut events, "ready", ready).await;
    ask(Ask::Pin(PIN.into()));
    ask(Ask::Erase { code: None });
    let telling = |event: &Event| matches!(event, Event::Operator(Say::Erase(EraseState::Telling))).then_some(());
    hear(&mut events, "telling", telling).await;
    ask(Ask::Leave);
    // The district comes back and hears of the erase.
    let district = District::start(folder.path(), &clock, addr.port()).await;
    engine.send(Command::SendNow);
    let told = || {
        let sql = "select count(*) from operator_code where used > 0";
        let used = district
            .store
            .read(|conn| Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?));
        used.unwrap() == 1
    };
    let heard = |event: &Event| (matches!(event, Event::Status(_)) && told()).then_some(());
    hear(&mut events, "the district heard of it", heard).await;
    // Whoever rates now is thanked, and the rating stays.
    let salt = Hex([7; 16]);
    engine.send(Command::Draft(Draft {
        answers: Answers::from([(Slug::parse("hai_long").unwrap(), Answer::Level(1))]),
        salt,
        survey: ready.survey_id,
        took_secs: 5,
    }));
    engine.send(Command::Cast {
        salt,
        ended: Ended::Sent,
        language: "vi".into(),
    });
    let cast = |event: &Event| matches!(event, Event::Cast { .. }).then_some(());
    hear(&mut events, "cast", cast).await;
    ask(Ask::Pin(PIN.into()));
    let found = hear(&mut events, "a report", report).await;
    assert_eq!(found.erasable.waiting, 1);
    assert!(device.to_string().starts_with(&found.device), "the device stays itself");
    drop(engine);
    district.stop().await;
}

/// The next thing that the engine says of this kind.
pub async fn hear<T>(
    events: &mut (impl futures_util::Stream<Item = Event> + Unpin),
    what: &str,
    mut is_it: impl FnMut(&Event) -> Option<T>,
) -> T {
    let wait = async {
        loop {
            let event = events.next().await.expect("the engine ended");
            if let Some(found) = is_it(&event) {
                return found;
            }
        }
    };
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, wait)
        .await
        .unwrap_or_else(|_| panic!("never heard: {what}"))
}

fn report(event: &Event) -> Option<Report> {
    match event {
        Event::Operator(Say::Report(report)) => Some(report.as_ref().clone()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_is_told_of_in_operator_mode_and_erased_only_with_a_code() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(hailong::platform::unix_now());
    let (district, mut counter, _) = with_pin(folder.path(), &clock).await;
    counter.cast(2, clock.now() - 60);
    let erase = code(&district, &counter, Purpose::Erase);
    let device = counter.tablet.outbox.identity.device();
    let Counter { dir, tablet, .. } = counter;
    drop(tablet);
    let garbage = vec![0x5a; 20_000];
    std::fs::write(dir.path().join("outbox-1.db"), &garbage).unwrap();
    // The real engine on its thread, with the real district.
    let (engine, mut events) = start_with(Config {
        dir: dir.path().to_owned(),
        district: district.url(),
    });
    let ask = |ask| engine.send(Command::Operator(ask));
    ask(Ask::Report);
    hear(&mut events, "closed", |event| {
        matches!(event, Event::Operator(Say::Closed)).then_some(())
    })
    .await;
    ask(Ask::Pin("111112".into()));
    let wrong = |event: &Event| matches!(event, Event::Operator(Say::Refused(Refusal::Wrong))).then_some(());
    hear(&mut events, "wrong", wrong).await;
    ask(Ask::Pin(PIN.into()));
    let found = hear(&mut events, "a report", report).await;
    assert!(found.attention.contains(&Attention::Damaged(1)), "{found:?}");
    assert!(device.to_string().starts_with(&found.device), "the device stays itself");
    assert_eq!(
        std::fs::read(dir.path().join("outbox-1.db")).unwrap(),
        garbage,
        "nothing is deleted"
    );
    // A receipt file that is none.
    ask(Ask::TakeFile("\u{fffd}PNG".into()));
    let foreign = |event: &Event| matches!(event, Event::Operator(Say::Taken(TakenFile::Foreign))).then_some(());
    hear(&mut events, "foreign", foreign).await;
    // What was in the damaged file nobody knows: no erase without a named person's code.
    let state = |event: &Event| match event {
        Event::Operator(Say::Erase(state)) => Some(*state),
        _ => None,
    };
    ask(Ask::Erase { code: None });
    let refused = hear(&mut events, "refused", state).await;
    assert!(
        matches!(refused, EraseState::NeedsCode(stake) if stake.damaged == 1),
        "{refused:?}"
    );
    ask(Ask::Erase {
        code: Some("0000-0000-0000-0000".into()),
    });
    assert_eq!(hear(&mut events, "wrong code", state).await, EraseState::WrongCode);
    ask(Ask::Erase {
        code: Some(erase.clone()),
    });
    assert_eq!(hear(&mut events, "telling", state).await, EraseState::Telling);
    let gone = |event: &Event| matches!(event, Event::State(State::NotEnrolled)).then_some(());
    hear(&mut events, "a new life", gone).await;
    let anew = std::fs::read(dir.path().join("outbox-1.db")).unwrap();
    assert!(anew.starts_with(b"SQLite format 3") && !dir.path().join("outbox-2.db").exists());
    // The district heard of both.
    let opened = district.store.read(hailong::store::alarms::missing).unwrap();
    assert_eq!(
        opened.iter().map(|missing| missing.ballots).sum::<u64>(),
        2,
        "at least what the mark names"
    );
    let (id, now) = (device, clock.now());
    let next = district
        .store
        .write(move |tx| tx.operator_code(id, Purpose::Erase, "lan", now))
        .unwrap();
    assert_ne!(next.grouped(), erase);
    drop(engine);
    district.stop().await;
}
