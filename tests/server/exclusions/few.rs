//! No decision moves a figure by one to four ballots, or leaves so few in it: figures are of one counter's half month and
//! what is made of them, and whoever reads them before and after must not learn what one citizen chose.

use super::*;
use crate::support::tablet::Tablet;
use hailong::{
    server::export,
    store::{
        state::State,
        waiting::{self, Group},
    },
    table::Format,
};
use std::collections::{BTreeMap, BTreeSet};

/// Counted and excluded ballots of each counter and half month, as every page reads them.
fn told(district: &District) -> BTreeMap<(i64, i64), (i64, i64)> {
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let sql = "select counter_no, from_day, coalesce(sum(n) filter (where state = 1), 0),
          coalesce(sum(n) filter (where state = 11), 0)
        from tally where question = 0 and state in (1, 11) group by 1, 2";
    let mut rows = conn.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?))));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Does something, which may be refused, and looks at every figure before and after.
fn watched<T>(district: &District, what: &str, act: impl FnOnce() -> T) -> T {
    let before = told(district);
    let done = act();
    for (cell, (counted, excluded)) in told(district) {
        let (was, _) = before.get(&cell).copied().unwrap_or_default();
        for (n, how) in [
            ((counted - was).abs(), "moved"),
            (counted, "left"),
            (excluded, "excluded"),
        ] {
            assert!(n == 0 || n >= 5, "{what}: {n} {how} at {cell:?}");
        }
    }
    done
}

/// So many ballots on each day, on a tablet of their own.
fn cast(district: &District, seed: u8, counter: usize, days: &[(i64, i64)], now: i64) -> Tablet {
    let mut tablet = district.tablet_at(seed, district.counters[counter], MORNING - 20 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for (day, ballots) in days {
        for n in 0..*ballots {
            epoch.push(canon::line_of(&tablet.ballot(n % 5 + 1, MORNING + day * DAY)));
        }
    }
    tablet.deliver(&district.store, &epoch, now);
    tablet
}

fn at_counter(district: &District, first: i64, last: i64) -> NewExclusion {
    NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(first, last, None)
    }
}

fn on_tablet(tablet: &Tablet, first: i64, last: i64) -> NewExclusion {
    NewExclusion {
        device: Some(tablet.key.id()),
        ..ask(first, last, None)
    }
}

fn settle(district: &District, group: Group, count: bool) -> Result<u64, StoreError> {
    let work =
        move |tx: &hailong::store::WriteTx<'_>| tx.by("lan").settle(&group, count, "Máy vẫn đặt ở quầy", MORNING);
    district.store.write(work)
}

#[test]
fn what_was_counted_by_a_decision_is_not_kept_out_once_it_is_in_a_figure() {
    let district = District::new();
    cast(&district, 1, 0, &[(-2, 9)], MORNING);
    let mut groups = Vec::new();
    // One ballot of a tablet that was taken out of use, and six of another.
    for (seed, ballots) in [(2, 1), (3, 6)] {
        let mut tablet = district.tablet_at(seed, district.counters[0], MORNING - 20 * DAY);
        district.store.revoke(tablet.key.id(), MORNING - DAY).unwrap();
        let epoch = tablet.voted(1, None, ballots, MORNING - 2 * DAY);
        tablet.deliver(&district.store, &epoch, MORNING);
        let found = district.store.read(waiting::all).unwrap();
        let found = found.into_iter().find(|found| found.group.device == tablet.key.id());
        groups.push(found.unwrap().group);
    }
    for group in groups.clone() {
        assert_eq!(group.state, State::QuarantinedRevoked);
        // While they wait, nothing says what they are: minds may change.
        for count in [true, false, true] {
            assert!(settle(&district, group, count).is_ok());
        }
    }
    district.store.release_due(HALF_OVER).unwrap();
    assert_eq!(told(&district).values().copied().collect::<Vec<_>>(), [(16, 0)]);
    for group in groups {
        // Six that were told once would be taken off the next release they are in, one new ballot among them.
        assert!(watched(&district, "kept out", || settle(&district, group, false)).is_err());
        assert!(settle(&district, group, true).is_err());
    }
    assert_eq!(told(&district).values().copied().collect::<Vec<_>>(), [(16, 0)]);
}

#[test]
fn an_undoing_brings_no_single_ballot_back() {
    let district = District::new();
    cast(&district, 1, 0, &[(-8, 1), (-6, 6), (-2, 6), (0, 6)], MORNING + HOUR);
    district.store.release_due(HALF_OVER).unwrap();
    let first = watched(&district, "the first", || {
        exclude(&district, at_counter(&district, -8, -5))
    });
    let second = watched(&district, "the second", || {
        exclude(&district, at_counter(&district, -7, -1))
    });
    assert!(
        second.is_err(),
        "what both cover and what only one does would be told apart"
    );
    watched(&district, "undone", || include(&district, first.unwrap())).unwrap();
    assert_eq!(told(&district).values().copied().collect::<Vec<_>>(), [(19, 0)]);
}

#[test]
fn an_overlap_of_an_earlier_version_is_undone_in_the_order_that_brings_many_back() {
    let district = District::new();
    cast(&district, 1, 0, &[(-8, 1), (-6, 6), (-2, 6), (0, 6)], MORNING + HOUR);
    district.store.release_due(HALF_OVER).unwrap();
    let inner = exclude(&district, at_counter(&district, -8, -5)).unwrap();
    let outer = exclude(&district, at_counter(&district, -8, -1)).unwrap();
    // Versions before this rule took this one from the next day on.
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    conn.execute_batch("drop trigger exclusion_no_update").unwrap();
    let later = "update exclusion set first_day = first_day + 1 where no = ?1";
    assert_eq!(conn.execute(later, [outer]).unwrap(), 1);
    let few = Refusal::FewBack {
        counter: Some("Quầy 1".into()),
        from: day(-8),
        ballots: 1,
    };
    assert_eq!(refused(include(&district, inner)), few);
    for no in [outer, inner] {
        watched(&district, "undone", || include(&district, no)).unwrap();
    }
    assert_eq!(figure(&district, false), recount(&district, "true"));
}

#[test]
fn a_counter_and_its_main_tablet_are_compared() {
    let district = District::new();
    let main = cast(&district, 1, 0, &[(-2, 11)], MORNING);
    cast(&district, 2, 0, &[(-2, 1), (-1, 6)], MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let no = exclude(&district, at_counter(&district, -2, -2)).unwrap();
    include(&district, no).unwrap();
    assert!(exclude(&district, on_tablet(&main, -2, -2)).is_err());
    let again = watched(&district, "again", || exclude(&district, at_counter(&district, -2, -2)));
    assert!(again.is_ok(), "the same one again tells nothing new");
}

#[test]
fn a_tablet_that_served_two_counters_moves_no_single_ballot_of_either() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for n in 0..11 {
        tablet.counter = district.counters[usize::from(n == 7)];
        epoch.push(canon::line_of(&tablet.ballot(4, MORNING - 2 * DAY)));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    cast(&district, 2, 0, &[(-1, 6)], MORNING);
    cast(&district, 3, 1, &[(-1, 6)], MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let lent = watched(&district, "a lent tablet", || {
        exclude(&district, on_tablet(&tablet, -2, -2))
    });
    assert!(lent.is_err());
    assert!(
        watched(&district, "its counter", || exclude(
            &district,
            at_counter(&district, -2, -2)
        ))
        .is_ok()
    );
}

#[test]
fn no_single_ballot_is_left_behind_and_the_whole_half_month_may_go() {
    let district = District::new();
    cast(&district, 1, 0, &[(-2, 9), (-1, 1)], MORNING);
    cast(&district, 2, 1, &[(-2, 9)], MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let nine = watched(&district, "nine of ten", || {
        exclude(&district, at_counter(&district, -2, -2))
    });
    assert!(nine.is_err());
    watched(&district, "all", || exclude(&district, at_counter(&district, -8, 7))).unwrap();
    assert_eq!(told(&district).values().copied().collect::<Vec<_>>(), [(0, 10), (9, 0)]);
}

#[test]
fn a_scope_is_compared_with_what_each_night_put_out() {
    let district = District::since(MORNING - 30 * DAY);
    cast(&district, 1, 0, &[(-4, 10)], MORNING - 3 * DAY);
    district.store.release_due(MORNING - 2 * DAY).unwrap();
    cast(&district, 2, 0, &[(-3, 1), (-2, 9)], MORNING - DAY);
    district.store.release_due(MORNING).unwrap();
    assert_eq!(told(&district).values().copied().collect::<Vec<_>>(), [(20, 0)]);
    let one_more = exclude(&district, at_counter(&district, -4, -3));
    assert!(one_more.is_err(), "the first night's figure and one more citizen");
    assert!(exclude(&district, at_counter(&district, -4, -4)).is_ok());
}

/// Ids of the ballots that count, by counter, from the export that every leader may take.
fn counted(district: &District) -> BTreeMap<String, BTreeSet<String>> {
    let request = export::Request {
        node: None,
        from: None,
        to: None,
        format: Format::Ndjson,
        evidence: None,
        what: export::What::default(),
        only: export::Only::default(),
    };
    let mut bytes = Vec::new();
    export::write(&district.store, &request, "test", MORNING, &mut bytes).unwrap();
    let mut counted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(bytes).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let counter = counted.entry(row["counter"].to_string()).or_default();
        if row["excluded"] != "có" {
            counter.insert(row["id"].to_string());
        }
    }
    counted
}

#[test]
fn no_two_figures_that_were_ever_told_differ_by_few() {
    let (mut done, mut refused) = (0, 0);
    for seed in 0..6 {
        let mut random = fastrand::Rng::with_seed(seed);
        let district = District::since(MORNING - 30 * DAY);
        let mut tablets = Vec::new();
        let mut told: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
        let mut numbers = Vec::new();
        for step in 0..24 {
            let now = MORNING - 8 * DAY + step * 8 * HOUR;
            match random.u8(0..5) {
                0 | 1 => {
                    let (seed, counter) = (u8::try_from(tablets.len()).unwrap() + 1, random.usize(0..2));
                    let days: Vec<_> = (0..4)
                        .map(|_| (random.i64(-8..=step / 3 - 8), random.i64(0..7)))
                        .collect();
                    tablets.push(cast(&district, seed, counter, &days, now));
                    district.store.release_due(now).unwrap();
                }
                2 | 3 => {
                    let first = random.i64(-8..0);
                    let mut new = ask(first, first + random.i64(0..5), None);
                    match tablets.get(random.usize(0..8)) {
                        Some(tablet) => new.device = Some(tablet.key.id()),
                        None => new.counter = Some(district.counters[random.usize(0..2)]),
                    }
                    match watched(&district, "excluded", || exclude_at(&district, new, 0)) {
                        Ok(no) => numbers.push(no),
                        Err(_) => refused += 1,
                    }
                }
                _ if numbers.is_empty() => (),
                _ => {
                    let no = numbers.swap_remove(random.usize(0..numbers.len()));
                    watched(&district, "undone", || include(&district, no)).unwrap();
                    done += 1;
                }
            }
            for (counter, now) in counted(&district) {
                for before in told.get(&counter).into_iter().flatten() {
                    let apart = before.symmetric_difference(&now).count();
                    assert!(apart == 0 || apart >= 5, "seed {seed}, step {step}: {apart} apart");
                }
                told.entry(counter).or_default().push(now);
            }
        }
        // Whoever is refused may always widen to a counter's whole half month, where something is left to take out.
        let all = at_counter(&district, -8, 7);
        match watched(&district, "a whole half month", || exclude_at(&district, all, 0)) {
            Ok(_) | Err(StoreError::Refused(Refusal::FewBallots(0))) => (),
            other => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(done > 5 && refused > 10, "{done} undone, {refused} refused");
}
