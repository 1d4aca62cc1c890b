//! Rules against a slow second opinion, day by day.

use super::*;
use proptest::prelude::*;

/// Monday, 2026-11-23.
const MONDAY: LocalDay = LocalDay(20_780);

fn rating(day: i64, level: u8) -> Rating {
    Rating {
        day: LocalDay(MONDAY.0 + day),
        level,
        fresh: true,
    }
}

fn places(rule: Rule, ratings: &[Rating]) -> Vec<usize> {
    firing(rule, &Workdays::default(), ratings)
}

#[test]
fn it_is_a_monday() {
    assert_eq!(MONDAY.date().to_string(), "2026-11-23");
}

#[test]
fn two_ratings_of_two_or_less_within_five_working_days_fire_by_default() {
    let rule = Rule::default();
    assert_eq!((rule.level(), rule.count(), rule.days()), (2, 2, 5));
    let table: &[(&str, &[Rating], &[usize])] = &[
        ("nothing", &[], &[]),
        ("one alone", &[rating(0, 1)], &[]),
        ("two on a day", &[rating(0, 2), rating(0, 1)], &[0, 1]),
        ("a three is not low", &[rating(0, 2), rating(0, 3)], &[]),
        ("Monday and Friday", &[rating(0, 2), rating(4, 2)], &[0, 1]),
        ("Monday and Monday", &[rating(0, 2), rating(7, 2)], &[]),
        ("Tuesday and Monday", &[rating(1, 2), rating(7, 2)], &[0, 1]),
        ("Saturday belongs to Friday", &[rating(-2, 2), rating(3, 2)], &[0, 1]),
        ("Saturday, and Friday a week on", &[rating(-2, 2), rating(4, 2)], &[]),
        (
            "in no order, good ones between",
            &[rating(3, 1), rating(2, 5), rating(0, 2), rating(10, 2)],
            &[0, 2],
        ),
        (
            "all of one morning are one task",
            &[rating(0, 1), rating(0, 1), rating(1, 2), rating(2, 1)],
            &[0, 1, 2, 3],
        ),
        ("far apart, no chain", &[rating(0, 1), rating(7, 1), rating(14, 1)], &[]),
    ];
    for (name, ratings, expected) in table {
        assert_eq!(places(rule, ratings), *expected, "{name}");
    }
}

#[test]
fn what_is_not_fresh_fills_a_window_but_fires_none() {
    let old = |day| Rating {
        fresh: false,
        ..rating(day, 1)
    };
    let rule = Rule::default();
    assert_eq!(places(rule, &[old(0), old(0), old(1)]), Vec::<usize>::new());
    assert_eq!(places(rule, &[old(0), rating(1, 2)]), [0, 1]);
    assert_eq!(
        places(rule, &[old(-7), old(-7), old(0), rating(1, 2)]),
        [2, 3],
        "each window by itself"
    );
}

#[test]
fn a_rule_is_never_about_one_citizen() {
    assert!(Rule::new(2, 1, 5).is_err() && Rule::new(0, 2, 5).is_err() && Rule::new(4, 2, 5).is_err());
    assert!(Rule::new(3, 50, 23).is_ok() && Rule::new(3, 51, 23).is_err() && Rule::new(3, 2, 24).is_err());
    assert!(Rule::new(3, 2, 0).is_err());
    let read = |text: &str| serde_json::from_str::<Rule>(text);
    assert_eq!(read(r#"{"level":2,"count":2,"days":5}"#).unwrap(), Rule::default());
    assert!(
        read(r#"{"level":2,"count":1,"days":5}"#).is_err(),
        "nor is a stored one"
    );
    assert_eq!(
        Rule::default().vietnamese(),
        "2 đánh giá từ mức “Không hài lòng” trở xuống trong 5 ngày làm việc"
    );
    assert_eq!(
        Rule::new(1, 3, 2).unwrap().vietnamese(),
        "3 đánh giá mức “Rất không hài lòng” trong 2 ngày làm việc"
    );
}

#[test]
fn a_replay_counts_mornings_and_takes_each_rating_once() {
    let work = Workdays::default();
    let days = |days: &[i64]| days.iter().map(|day| (LocalDay(MONDAY.0 + day), 1)).collect::<Vec<_>>();
    let rule = Rule::default();
    for (given, fired) in [
        (&[][..], 0),
        (&[0], 0),
        (&[0, 1], 1),
        (&[0, 1, 2], 1),
        (&[0, 1, 2, 3], 2),
        (&[0, 0, 0, 0], 1),
        (&[0, 7, 14], 0),
        (&[-2, -1], 1),
    ] {
        assert_eq!(replay(rule, &work, &days(given)), fired, "{given:?}");
    }
}

/// Which fire, by trying every window of days, each day by itself.
fn slowly(rule: Rule, work: &Workdays, ratings: &[Rating]) -> Vec<usize> {
    let mut fires = Vec::new();
    let working_before = |day: LocalDay| {
        // The working day that a day belongs to.
        (0..400)
            .map(|back| LocalDay(day.0 - back))
            .find(|day| work.contain(*day))
            .unwrap()
    };
    for (place, rating) in ratings
        .iter()
        .enumerate()
        .filter(|(_, rating)| rating.level <= rule.level())
    {
        // Windows begin on any working day around.
        let hit = (-60..=60)
            .map(|offset| LocalDay(rating.day.0 + offset))
            .filter(|start| work.contain(*start))
            .any(|start| {
                let mut window = vec![start];
                while (window.len() as u64) < rule.days() {
                    let next = (1..)
                        .map(|on| LocalDay(window[window.len() - 1].0 + on))
                        .find(|day| work.contain(*day))
                        .unwrap();
                    window.push(next);
                }
                let inside: Vec<_> = ratings
                    .iter()
                    .filter(|other| other.level <= rule.level() && window.contains(&working_before(other.day)))
                    .collect();
                window.contains(&working_before(rating.day))
                    && inside.len() as u64 >= rule.count()
                    && inside.iter().any(|other| other.fresh)
            });
        if hit {
            fires.push(place);
        }
    }
    fires
}

fn ratings() -> impl Strategy<Value = Vec<Rating>> {
    let one = (0i64..40, 1u8..=5, any::<bool>()).prop_map(|(day, level, fresh)| Rating {
        day: LocalDay(MONDAY.0 - 20 + day),
        level,
        fresh,
    });
    proptest::collection::vec(one, 0..24)
}

fn rules() -> impl Strategy<Value = Rule> {
    (1u8..=3, 2u64..=5, 1u64..=8).prop_map(|(level, count, days)| Rule::new(level, count, days).unwrap())
}

proptest! {
    #[test]
    fn the_slow_way_finds_the_same(rule in rules(), ratings in ratings(), closed in proptest::collection::vec(0i64..40, 0..6)) {
        let closed: Vec<_> = closed.into_iter().map(|day| LocalDay(MONDAY.0 - 20 + day)).collect();
        let work = Workdays::new(None, &closed);
        prop_assert_eq!(firing(rule, &work, &ratings), slowly(rule, &work, &ratings));
    }

    #[test]
    fn looking_again_finds_nothing_more(rule in rules(), ratings in ratings()) {
        let work = Workdays::default();
        let taken = firing(rule, &work, &ratings);
        let left: Vec<_> = ratings
            .iter()
            .enumerate()
            .filter(|(place, _)| !taken.contains(place))
            .map(|(_, rating)| *rating)
            .collect();
        prop_assert!(firing(rule, &work, &left).is_empty());
    }

    #[test]
    fn the_order_they_come_in_does_not_matter(rule in rules(), mut ratings in ratings()) {
        let work = Workdays::default();
        let pick = |ratings: &[Rating]| {
            let mut taken: Vec<_> =
                firing(rule, &work, ratings).into_iter().map(|place| (ratings[place].day, ratings[place].level)).collect();
            taken.sort_unstable();
            taken
        };
        let forwards = pick(&ratings);
        ratings.reverse();
        prop_assert_eq!(forwards, pick(&ratings));
    }

    #[test]
    fn a_stricter_rule_fires_no_more_often(ratings in ratings(), rule in rules()) {
        let work = Workdays::default();
        let ratings: Vec<_> = ratings.iter().map(|rating| (rating.day, rating.level)).collect();
        let lower = Rule::new(rule.level(), rule.count() + 1, rule.days()).unwrap();
        // Not so for every single history of mornings (a firing takes its ratings with it), but for whether it fires at all.
        prop_assert!(replay(rule, &work, &ratings) > 0 || replay(lower, &work, &ratings) == 0);
    }
}
