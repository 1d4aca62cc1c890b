//! Operator mode's side of a queue: notes, codes, moves, erasing.

use super::calls::{CODE, DAY, PIN, full_setup, newer_setup, pin_hash, take_setup};
use super::*;
use crate::domain::pin::Turn;
use crate::domain::policy;
use crate::wire::bundle::Line;
use crate::wire::code::{Code, Purpose};
use crate::wire::record::What;
use crate::wire::setup::Operator;

fn with_operator(outbox: &mut Outbox, version: i64, operator: Operator) {
    let mut setup = full_setup(outbox, version);
    setup.operator = Some(operator);
    assert!(take_setup(outbox, setup).unwrap());
}

fn hash(purpose: Purpose) -> Option<crate::domain::hex::Hash> {
    Some(Code::parse(CODE).unwrap().hash_for(purpose))
}

#[test]
fn what_an_operator_did_travels_at_once_and_what_the_tablet_met_waits_as_ballots_do() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    outbox.note(What::ClockStep, NOW).unwrap();
    assert_eq!(outbox.stats(NOW).unwrap().sendable, 0);
    outbox.operator_note(What::CounterChanged, None, NOW).unwrap();
    let sent = bundle(&mut outbox);
    assert_eq!(sent.lines.len(), 1);
    let Line::Record(note) = &sent.lines[0] else {
        panic!("a hole")
    };
    assert!(String::from_utf8_lossy(note).contains("counter_changed"));
}

#[test]
fn an_unlock_code_opens_once_and_makes_the_tries_free() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    assert!(outbox.identity.operator().is_none());
    let operator = |unlock| Operator {
        counters: vec![],
        erase: None,
        pin: Some(pin_hash()),
        unlock,
    };
    with_operator(&mut outbox, 2, operator(None));
    assert!(!outbox.identity.try_unlock(CODE).unwrap(), "there is none");
    with_operator(&mut outbox, 3, operator(hash(Purpose::Unlock)));
    assert_eq!(outbox.identity.operator().and_then(|o| o.unlock), hash(Purpose::Unlock));
    for n in 0..policy::PIN_MAX_TRIES {
        let at = NOW + i64::from(n) * DAY;
        assert!(matches!(outbox.identity.try_pin("000000", at).unwrap(), Try::Wrong(_)));
    }
    drop(outbox);
    let mut outbox = open(dir.path());
    let late = NOW + 400 * DAY;
    assert_eq!(
        outbox.identity.try_pin(PIN, late).unwrap(),
        Try::Wait(Turn::Never),
        "also after a restart"
    );
    assert!(!outbox.identity.try_unlock("0123-4567-89AB-CDEE").unwrap());
    assert!(!outbox.identity.try_unlock("no code").unwrap());
    assert!(outbox.identity.try_unlock(CODE).unwrap());
    assert_eq!(outbox.identity.try_pin(PIN, late).unwrap(), Try::Right);
    assert!(!outbox.identity.try_unlock(CODE).unwrap(), "once");
    drop(outbox);
    assert!(
        !open(dir.path()).identity.try_unlock(CODE).unwrap(),
        "also after a restart"
    );
}

#[test]
fn a_code_for_an_erase_is_no_other_and_none_fits_where_there_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    assert!(
        !outbox.identity.is_erase_code("no code"),
        "nothing is not equal to nothing"
    );
    let operator = Operator {
        counters: vec![],
        erase: hash(Purpose::Erase),
        pin: None,
        unlock: hash(Purpose::Unlock),
    };
    with_operator(&mut outbox, 2, operator);
    assert!(outbox.identity.is_erase_code(CODE));
    assert!(!outbox.identity.is_erase_code("0123-4567-89AB-CDEE"));
}

#[test]
fn a_tablet_is_erased_freely_only_where_nothing_would_be_lost() {
    let free = Erasable::default();
    assert!(free.is_free() && Erasable { others: 5, ..free }.is_free());
    assert!(!Erasable { waiting: 1, ..free }.is_free());
    assert!(!Erasable { damaged: 1, ..free }.is_free());

    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    cast(&mut outbox, 1);
    cast(&mut outbox, 2);
    outbox.draft(&ballot(3, 1), NOW).unwrap();
    assert_eq!(
        outbox.erasable().unwrap(),
        Erasable {
            waiting: 3,
            others: 1,
            damaged: 0
        }
    );
    outbox.tell_erased(NOW).unwrap();
    let sent = bundle(&mut outbox);
    let told = sent.lines.iter().filter_map(|line| match line {
        Line::Record(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Line::Hole(_) => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(
        told.len(),
        3,
        "the epoch, the day and the note; no ballot before its time: {told:?}"
    );
    assert!(told.iter().any(|line| line.contains(r#""cast":2"#)), "{told:?}");
    assert!(told.iter().any(|line| line.contains(r#""what":"erased""#)), "{told:?}");
}

#[test]
fn a_counter_that_was_asked_for_is_remembered_until_the_district_answers() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), true);
    assert_eq!(outbox.identity.counter_wanted(), None);
    let wanted = CounterId(Uuid::from_u128(7));
    outbox.want_counter(wanted, NOW).unwrap();
    assert_eq!(outbox.identity.counter_wanted(), Some(wanted));
    assert_eq!(bundle(&mut outbox).lines.len(), 2, "asked at once");
    drop(outbox);
    let mut outbox = open(dir.path());
    assert_eq!(outbox.identity.counter_wanted(), Some(wanted));
    newer_setup(&mut outbox, 2).unwrap();
    assert_eq!(outbox.identity.counter_wanted(), None);
}

#[test]
fn another_pin_makes_the_tries_free_and_the_same_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = enrolled(dir.path(), false);
    let operator = |pin: &str| Operator {
        counters: vec![],
        erase: None,
        pin: Some(pin.to_owned()),
        unlock: None,
    };
    with_operator(&mut outbox, 2, operator(&pin_hash()));
    for n in 0..policy::PIN_MAX_TRIES {
        outbox.identity.try_pin("000000", NOW + i64::from(n) * DAY).unwrap();
    }
    let late = NOW + 400 * DAY;
    with_operator(&mut outbox, 3, operator(&pin_hash()));
    assert_eq!(outbox.identity.try_pin(PIN, late).unwrap(), Try::Wait(Turn::Never));
    with_operator(
        &mut outbox,
        4,
        operator(&crate::wire::pin::hash("246801", &[8; 16]).unwrap()),
    );
    assert_eq!(outbox.identity.try_pin("246801", late).unwrap(), Try::Right);
}
