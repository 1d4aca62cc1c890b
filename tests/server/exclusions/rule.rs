//! What may be excluded, what it does to the figures, and that it can be counted again from the records.

use super::*;
use crate::support::{DAY, District, MORNING, commune};
use hailong::{
    domain::{ballot::Ended, period::Period},
    server::export,
    store::{
        FILE, Few, Refusal,
        exclusions::{Flag, NewExclusion},
        figures::{self, Scope},
        flags::{self, Sign},
        verify::verify,
    },
    table::Format,
    wire::canon,
};

#[test]
fn figures_with_exclusions_equal_a_recount_from_the_raw_records() {
    let (district, device) = lively();
    let everything = recount(&district, "true");
    assert_eq!(
        (figure(&district, false), figure(&district, true)),
        (everything.clone(), everything.clone())
    );
    let by_counter = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-4, -2, None)
    };
    let by_device = NewExclusion {
        device: Some(device),
        ..ask(-6, -1, Some(Flag::Burst))
    };
    let overlapping = NewExclusion {
        counter: Some(district.counters[1]),
        ..ask(-3, -3, None)
    };
    let closed = NewExclusion {
        counter: Some(district.counters[1]),
        ..ask(-9, -6, Some(Flag::AfterHours))
    };
    let (from, to) = (day(-4).0, day(-2).0);
    let first = format!("(r.counter_no = 1 and r.day between {from} and {to})");
    let (from, to) = (day(-6).0, day(-1).0);
    let second = format!("(e.device_no = 2 and r.marks & 32 <> 0 and r.day between {from} and {to})");
    let third = format!("(r.counter_no = 2 and r.day = {})", day(-3).0);
    // Open 7:30 to 17:00, Monday to Friday: hour 7 and hour 16 are partly open. 1970-01-01 was a Thursday.
    let (from, to) = (day(-9).0, day(-6).0);
    let fourth = format!(
        "(r.counter_no = 2 and r.day between {from} and {to} and ((r.day + 3) % 7 > 4 or r.hour < 7 or r.hour > 16))"
    );
    let mut numbers = Vec::new();
    let mut said: Vec<&String> = Vec::new();
    for (new, sql) in [
        (by_counter, &first),
        (by_device, &second),
        (overlapping, &third),
        (closed, &fourth),
    ] {
        numbers.push(exclude(&district, new).unwrap());
        said.push(sql);
        let left = said
            .iter()
            .map(|sql| format!("not {sql}"))
            .collect::<Vec<_>>()
            .join(" and ");
        assert_eq!(figure(&district, false), recount(&district, &left));
        assert_eq!(
            figure(&district, true),
            everything,
            "what is excluded can always be seen"
        );
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    }
    let sources = |district: &District| {
        let read = |conn: &hailong::store::Reader| figures::sources(conn, &Scope::of(conn, None)?, Period::all());
        district.store.read(read).unwrap()
    };
    let total: u64 = everything.iter().map(|(_, n)| n).sum();
    let counted: u64 = figure(&district, false).iter().map(|(_, n)| n).sum();
    assert_eq!(
        (sources(&district).counted, sources(&district).excluded),
        (counted, total - counted)
    );
    // The export has every ballot, with its mark.
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
    let rows = String::from_utf8(bytes).unwrap();
    let marked = rows.lines().filter(|row| row.contains("\"excluded\":\"có\"")).count() as u64;
    assert_eq!((rows.lines().count() as u64, marked), (total, total - counted));
    let nothing = "false".to_owned();
    // Undone in another order than made: what a standing one covers stays out.
    for place in [1, 0, 3, 2] {
        include(&district, numbers[place]).unwrap();
        said[place] = &nothing;
        let left = said
            .iter()
            .map(|sql| format!("not ({sql})"))
            .collect::<Vec<_>>()
            .join(" and ");
        assert_eq!(figure(&district, false), recount(&district, &left));
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    }
    assert_eq!(figure(&district, false), everything);
    assert_eq!(refused(include(&district, numbers[0])), Refusal::Undone);
}

#[test]
fn an_exclusion_is_of_whole_days_with_five_released_ballots_and_covers_nothing_later() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    let first = tablet.voted(1, None, 4, MORNING - 2 * DAY);
    tablet.deliver(&district.store, &first, MORNING);
    let two = tablet.voted(2, Some(first.tip(&tablet)), 4, MORNING - DAY);
    tablet.deliver(&district.store, &two, MORNING);
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        Refusal::FewBallots(0),
        "what waits for its release is not in a figure yet"
    );
    district.store.release_due(HALF_OVER).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -2, None)))),
        Refusal::FewBallots(4)
    );
    let mut silent = counter(ask(-2, -1, None));
    silent.reason = "vì".into();
    assert_eq!(refused(exclude(&district, silent)), Refusal::Reason);
    assert_eq!(refused(exclude(&district, counter(ask(-1, -2, None)))), Refusal::Days);
    assert_eq!(refused(exclude(&district, counter(ask(-400, 0, None)))), Refusal::Days);
    let no = exclude(&district, counter(ask(-2, -1, None))).unwrap();
    assert_eq!(figure(&district, false), []);
    // Late ballots of the same days count.
    let late = tablet.voted(3, Some(two.tip(&tablet)), 5, MORNING - DAY);
    tablet.deliver(&district.store, &late, HALF_OVER + DAY);
    district.store.release_due(HALF_OVER + 2 * DAY).unwrap();
    assert_eq!(figure(&district, false), [(4, 5)]);
    assert_eq!(figure(&district, true), [(4, 13)]);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    include(&district, no).unwrap();
    // One that differs by a few ballots would tell what these say.
    let more = tablet.voted(4, Some(late.tip(&tablet)), 6, MORNING - 3 * DAY);
    tablet.deliver(&district.store, &more, HALF_OVER + 3 * DAY);
    district.store.release_due(HALF_OVER + 4 * DAY).unwrap();
    exclude_at(&district, counter(ask(-3, -1, None)), 13).unwrap();
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

/// Ballots of the first counter's half month that begins on a day.
fn singled_out(from: i64, ballots: u64, how: Few) -> Refusal {
    Refusal::Few {
        counter: Some("Quầy 1".into()),
        from: day(from),
        ballots,
        how,
    }
}

#[test]
fn two_exclusions_that_differ_by_one_citizen_are_refused() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let five = tablet.voted(1, None, 5, MORNING - 2 * DAY);
    tablet.deliver(&district.store, &five, MORNING);
    let one = tablet.voted(2, Some(five.tip(&tablet)), 1, MORNING - DAY);
    tablet.deliver(&district.store, &one, MORNING);
    let more = tablet.voted(3, Some(one.tip(&tablet)), 5, MORNING);
    tablet.deliver(&district.store, &more, MORNING + HOUR);
    district.store.release_due(HALF_OVER).unwrap();
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    let no = exclude(&district, counter(ask(-2, -2, None))).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        Refusal::FewBallots(1)
    );
    include(&district, no).unwrap();
    assert_eq!(
        refused(exclude(&district, counter(ask(-2, -1, None)))),
        singled_out(-8, 1, Few::Apart)
    );
    assert!(
        exclude(&district, counter(ask(-2, -2, None))).is_ok(),
        "the same one again tells nothing new"
    );
}

#[test]
fn an_exclusion_across_a_month_takes_no_single_ballot_out_of_either() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 60 * DAY);
    // 2026-11-23: twenty-three days ago it was October, nine days ago the 14th.
    let (mut epoch, days) = (tablet.epoch(1, None), [(-25, 4), (-23, 1), (-22, 6), (-9, 1), (-8, 6)]);
    for (offset, ballots) in days {
        for _ in 0..ballots {
            epoch.push(canon::line_of(&tablet.ballot(4, MORNING + offset * DAY)));
        }
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let counter = |new| NewExclusion {
        counter: Some(district.counters[0]),
        ..new
    };
    for (from, to, part) in [(-23, -22, -39), (-9, -8, -22)] {
        assert_eq!(
            refused(exclude(&district, counter(ask(from, to, None)))),
            singled_out(part, 1, Few::Moved)
        );
    }
    assert!(exclude(&district, counter(ask(-22, -8, None))).is_ok());
}

#[test]
fn what_retention_took_stays_excluded_and_can_not_be_moved_any_more() {
    let (district, _) = lively();
    let counter = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-4, -2, None)
    };
    let no = exclude(&district, counter.clone()).unwrap();
    let before = figure(&district, false);
    let retained = district
        .store
        .write(|tx| tx.retain(day(-1), MORNING + 3 * DAY))
        .unwrap();
    assert!(retained > 100);
    assert_eq!(figure(&district, false), before);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    assert_eq!(refused(include(&district, no)), Refusal::Retained);
    let other = NewExclusion {
        counter: Some(district.counters[1]),
        ..counter
    };
    assert_eq!(refused(exclude(&district, other)), Refusal::Retained);
    assert_eq!(
        verify(district.store.dir()).unwrap().broken,
        [],
        "and nothing of it was written"
    );
}

#[test]
fn a_crowd_of_fives_is_flagged_in_a_sentence_and_stays_in_the_figure() {
    let (district, _) = lively();
    let period = Period::days(day(-10), day(0)).unwrap();
    let found = district
        .store
        .read(|conn| flags::flags(conn, &Scope::of(conn, None)?, period))
        .unwrap();
    let crowd = found
        .iter()
        .find(|flag| matches!(flag.sign, Sign::Burst { .. }))
        .unwrap();
    assert_eq!((crowd.sign, crowd.day), (Sign::Burst { hour: 9, ballots: 61 }, day(-3)));
    let quick: u64 = found
        .iter()
        .filter_map(|flag| match flag.sign {
            Sign::Pace { quick } => Some(quick),
            _ => None,
        })
        .sum();
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let expected: u64 = conn
        .query_row(
            "select coalesce(sum(n), 0) from (select count(*) as n from record where marks & 32 group by counter_no, day)
             where n >= 5",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(quick, expected);
    assert!(expected > 0 && found.iter().any(|flag| matches!(flag.sign, Sign::AfterHours { .. })));
    assert_eq!(figure(&district, false), recount(&district, "true"));
    // In a province, and of one counter among its many, the same is found.
    commune(&district.store, "Xã khác", 100);
    let own = |counter| {
        let read = |conn: &hailong::store::Reader| flags::flags(conn, &Scope::of_counters(conn, &[counter])?, period);
        district.store.read(read).unwrap()
    };
    let mut one_by_one: Vec<_> = district.counters.iter().flat_map(|counter| own(*counter)).collect();
    one_by_one.sort_by_key(|flag| (std::cmp::Reverse(flag.day), flag.counter_no, flag.sign));
    let all = district
        .store
        .read(|conn| flags::flags(conn, &Scope::of(conn, None)?, period));
    assert_eq!(all.unwrap(), found);
    assert_eq!(one_by_one, found);
}

/// No decision moves a ballot to another day today; where one does, the line under the figure and the figure agree on it.
#[test]
fn a_ballot_that_nobody_sent_is_left_out_by_the_day_it_counts_on() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 50 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for at in [40, 40, 40, 40, 40, 3, 3, 3, 3, 3, 3] {
        let mut ballot = tablet.ballot(5, MORNING - at * DAY);
        ballot.ended = Ended::Silent;
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(HALF_OVER).unwrap();
    let all = NewExclusion {
        counter: Some(district.counters[0]),
        ..ask(-3, -3, None)
    };
    exclude(&district, all).unwrap();
    let silent = || {
        let read = |conn: &hailong::store::Reader| figures::sources(conn, &Scope::of(conn, None)?, Period::all());
        district.store.read(read).unwrap().silent
    };
    assert_eq!(silent(), 5);
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    crate::support::drop_triggers(&conn);
    let waited = "update record set state = 31 where kind = 1 and day < ?1";
    assert_eq!(conn.execute(waited, [day(-3).0]).unwrap(), 5);
    let decided = "insert into decision (epoch_no, seq, from_state, to_state, day, hour, who, pos)
        select epoch_no, seq, 31, 1, ?1, hour, 'lan', pos from record where state = 31";
    assert_eq!(conn.execute(decided, [day(-3).0]).unwrap(), 5);
    assert_eq!(silent(), 0);
}

#[test]
fn verify_finds_an_exclusion_that_nobody_decided() {
    let cases = [
        ("update exclusion set last_day = last_day + 1", "exclusion"),
        ("update exclusion set reason = 'Vì lý do khác'", "exclusion"),
        ("update exclusion set ballots = 5", "exclusion"),
        ("delete from exclusion", "exclusion"),
        ("delete from exclusion_end", "exclusion"),
        (
            "insert into exclusion select 9, counter_no, device_no, first_day, last_day, flag, hours, ballots, reason, 3
             from exclusion where no = 1",
            "exclusion",
        ),
        ("insert into exclusion_end values (1, 'Vì lý do khác', 4)", "exclusion"),
        ("update rollup set state = 11 where state = 1", "rollup"),
        ("update rollup set state = 1 where state = 11", "rollup"),
        ("delete from rollup where state = 11", "rollup"),
    ];
    for (sql, kind) in cases {
        let (district, device) = lively();
        let counter = NewExclusion {
            counter: Some(district.counters[0]),
            ..ask(-4, -2, None)
        };
        exclude(&district, counter).unwrap();
        let second = NewExclusion {
            device: Some(device),
            ..ask(-4, -2, None)
        };
        let second = exclude(&district, second).unwrap();
        include(&district, second).unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        if kind == "exclusion" && !sql.starts_with("insert") {
            assert!(conn.execute(sql, []).is_err(), "append-only: {sql}");
        }
        crate::support::drop_triggers(&conn);
        conn.execute("pragma foreign_keys = off", []).unwrap();
        let changed = conn.execute(sql, []).unwrap_or(0);
        assert!(changed > 0 || sql.starts_with("insert"), "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert!(broken.iter().any(|found| found.kind == kind), "{sql}: {broken:?}");
    }
}
