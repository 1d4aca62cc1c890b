//! Sums over a period are read by quarters where it holds whole ones, and are what its half months come to, whatever was
//! decided, excluded and taken back.

use crate::support::{DAY, District, HOUR, MORNING, commune_since};
use hailong::{
    domain::{
        period::{MonthKind, Period},
        time::LocalDay,
    },
    store::{
        FILE, cuts,
        decisions::Key,
        exclusions::NewExclusion,
        figures::{self, Scope},
        places,
        verify::verify,
    },
    wire::canon,
};

/// Days between two visits of somebody who carries the ballots over.
const STEP: i64 = 20;

/// Eight counters of two communes and two years of ballots at four of them; some were cast at a counter of the other commune
/// and wait for a decision. Answers their keys.
fn lived(seed: u64) -> (District, Vec<Key>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let begin = MORNING - 740 * DAY;
    let district = District::since(begin);
    let strangers = commune_since(&district.store, "Xã Khác", 6, begin);
    let mut elsewhere = Vec::new();
    let places = [district.counters[0], district.counters[1], strangers[0], strangers[1]];
    for (n, counter) in (1u8..).zip(places) {
        let mut tablet = district.tablet_at(n, counter, begin);
        let mut prev = None;
        for part in 1..=36u8 {
            let mut epoch = tablet.epoch(part, prev);
            let now = begin + i64::from(part) * STEP * DAY;
            for seq in 1..=random.u64(1..14) {
                tablet.counter = counter;
                if random.u8(0..6) == 0 {
                    tablet.counter = if n > 2 { places[0] } else { strangers[0] };
                    elsewhere.push(Key {
                        device: tablet.key.id(),
                        epoch: epoch.id,
                        seq,
                    });
                }
                let ballot = tablet.ballot(random.i64(1..=5), now - random.i64(0..STEP * DAY));
                epoch.push(canon::line_of(&ballot));
            }
            tablet.counter = counter;
            tablet.deliver(&district.store, &epoch, now);
            prev = Some(epoch.tip(&tablet));
            district.store.release_due(now + HOUR).unwrap();
        }
    }
    (district, elsewhere)
}

fn periods() -> Vec<Period> {
    let (today, mut random) = (LocalDay::of(MORNING), fastrand::Rng::with_seed(7));
    let mut periods = vec![
        Period::all(),
        Period::last(12, today),
        Period::ended(MonthKind::Calendar, 12, today),
        Period::ended(MonthKind::Statutory, 12, today),
        Period::month(today.month().minus(1)),
    ];
    for _ in 0..30 {
        let first = LocalDay(today.0 - random.i64(0..760));
        let last = LocalDay(first.0 + random.i64(0..760));
        periods.push(Period::days(first, last).unwrap());
    }
    periods
}

/// Compares for everything, for one of two communes and for one of eight counters. Answers how many answers there were.
fn compare(district: &District, when: &str) -> u64 {
    let compare = |conn: &hailong::store::Reader| {
        let unit = places::nodes(conn)?[0].id;
        let scopes = [
            Scope::of(conn, None)?,
            Scope::of(conn, Some(unit))?,
            Scope::of_counters(conn, &district.counters[..1])?,
        ];
        let mut answers = 0;
        for period in periods() {
            let halves = |scope: &Scope| -> hailong::store::Result<_> {
                let halves = cuts::by_half(conn, scope, period)?.into_values();
                Ok(halves.reduce(|all, half| all.plus(half)).unwrap_or_default())
            };
            for scope in &scopes {
                let what = format!("{when}, {period:?}, {} counters", scope.counters.len());
                let tallies = figures::tallies(conn, scope, period)?;
                assert_eq!(figures::pooled(&tallies), halves(scope)?, "{what}");
                let sources = figures::sources(conn, scope, period)?;
                assert_eq!(
                    sources.counted - sources.waiting,
                    figures::pooled(&tallies).n(),
                    "{what}"
                );
                answers += figures::pooled(&tallies).n();
            }
            // Counter by counter, each alone is read by half months.
            let apart = figures::tallies(conn, &scopes[0], period)?;
            for counter in &scopes[0].counters {
                let own = halves(&Scope::of_counters(conn, &[counter.id])?)?;
                let found = apart.get(&counter.no).copied().unwrap_or_default();
                assert_eq!(found, own, "{when}, {period:?}, {}", counter.no);
            }
        }
        // How many there ever were, with what waits, is the same however a scope is read.
        let live = figures::live(conn, &scopes[0], LocalDay::of(MORNING))?;
        for counter in &scopes[0].counters {
            let scope = Scope::of_counters(conn, &[counter.id])?;
            let alone = figures::live(conn, &scope, LocalDay::of(MORNING))?;
            let found = live.get(&counter.no).copied().unwrap_or_default();
            assert_eq!(found, alone.get(&counter.no).copied().unwrap_or_default(), "{when}");
            let sources = figures::sources(conn, &scope, Period::all())?;
            assert_eq!((found.all, found.waiting), (sources.counted, sources.waiting), "{when}");
        }
        Ok(answers)
    };
    let answers = district.store.read(compare).unwrap();
    assert_eq!(verify(district.store.dir()).unwrap().broken, [], "{when}");
    answers
}

#[test]
fn quarters_come_to_what_their_half_months_come_to() {
    let (district, elsewhere) = lived(1);
    let first = compare(&district, "as it came");
    let keys = elsewhere.clone();
    district
        .store
        .write(move |tx| tx.decide(&keys, true, "lan", "máy mượn", MORNING))
        .unwrap();
    district.store.release_due(MORNING + DAY).unwrap();
    let decided = compare(&district, "decided");
    assert!(decided > first, "{first} {decided}");
    let day = |back: i64| LocalDay::of(MORNING - back * DAY);
    let mut excluded = Vec::new();
    for (counter, first, last) in [(0, 700, 420), (1, 300, 200), (0, 90, 3)] {
        let (first, last) = (day(first).half_start(), LocalDay(day(last).half_start().0 - 1));
        let new = NewExclusion {
            counter: Some(district.counters[counter]),
            device: None,
            first,
            last,
            flag: None,
            reason: "tập huấn tại quầy".into(),
        };
        excluded.extend(district.store.write(move |tx| tx.exclude(&new, MORNING + DAY)));
    }
    assert!(!excluded.is_empty());
    let without = compare(&district, "excluded");
    assert!(without < decided, "{without} {decided}");
    let no = excluded[0];
    district
        .store
        .write(move |tx| tx.include(no, "tính lại", MORNING + DAY))
        .unwrap();
    assert!(compare(&district, "included again") > without);
}

#[test]
fn a_quarter_that_was_changed_is_found() {
    let (district, _) = lived(2);
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    for sql in [
        "update quarter set n4 = n4 + 1 where question > 0",
        "update quarter set n = n - 1 where question = 0",
        "update quarter set from_day = from_day + 36500",
        "delete from quarter where state = 1",
        "insert into quarter values (0, 20000, 2, 1, 1, 5, 0, 0, 0, 0, 0)",
    ] {
        conn.execute_batch("begin; create table kept as select * from quarter; commit")
            .unwrap();
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert!(
            !broken.is_empty() && broken.iter().all(|found| found.kind == "quarter"),
            "{sql}: {broken:?}"
        );
        conn.execute_batch("delete from quarter; insert into quarter select * from kept; drop table kept")
            .unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, [], "{sql}");
    }
}
