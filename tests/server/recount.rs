//! Figures against a recount straight from the raw records, by SQL that knows nothing of rollups, releases' tables of
//! sums or half months: random ballots, filters, periods and boundary days.

use crate::support::{DAY, District, HOUR, MORNING, plain_bodies};
use hailong::{
    domain::{
        ballot::Moment,
        period::{MonthKind, Period},
        stats::Tally,
        time::LocalDay,
    },
    store::{
        FILE, asof, cuts,
        exclusions::NewExclusion,
        figures::{self, Scope},
        log,
    },
    wire::canon,
};
use std::collections::BTreeMap;

/// A ballot as the raw bytes say it.
#[derive(Clone, Debug)]
struct Raw {
    counter_no: i64,
    day: i64,
    hour: i64,
    level: i64,
    moment: String,
    field: String,
    released: bool,
}

fn raw(district: &District) -> Vec<Raw> {
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    plain_bodies(&conn);
    let mut rows = conn
        .prepare(
            "select c.no, (a.at + 25200) / 86400, (a.at + 25200) % 86400 / 3600, a.level, a.moment, coalesce(a.field, ''),
               exists (select 1 from release x where x.counter_no = c.no and x.upto >= a.pos
                 and (a.at + 25200) / 86400 between x.from_day and x.to_day - 1)
             from (
               select json_extract(t, '$.at') * 900 as at, json_extract(t, '$.answers.hai_long') as level,
                 json_extract(t, '$.moment') as moment, json_extract(t, '$.field') as field,
                 unhex(replace(json_extract(t, '$.counter'), '-', '')) as counter, pos
               from (select cast(b.bytes as text) as t, r.pos from record r
                 join plain b on b.epoch_no = r.epoch_no and b.seq = r.seq where r.kind = 1)
             ) a join counter c on c.id = a.counter",
        )
        .unwrap();
    let rows = rows.query_map([], |row| {
        Ok(Raw {
            counter_no: row.get(0)?,
            day: row.get(1)?,
            hour: row.get(2)?,
            level: row.get(3)?,
            moment: row.get(4)?,
            field: row.get(5)?,
            released: row.get(6)?,
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn tally<'a>(ballots: impl Iterator<Item = &'a Raw>) -> Tally {
    let mut tally = Tally::default();
    ballots.for_each(|ballot| tally.add(ballot.level, 1));
    tally
}

/// Two counters of one commune and a half year of ballots, some of them waiting, some excluded.
fn lived(seed: u64) -> (District, Vec<Raw>, bool) {
    let mut random = fastrand::Rng::with_seed(seed);
    let district = District::since(MORNING - 210 * DAY);
    for (n, counter) in (1u8..).zip(district.counters.clone()) {
        let mut tablet = district.tablet_at(n, counter, MORNING - 240 * DAY);
        let mut prev = None;
        for part in 1..=8u8 {
            let mut epoch = tablet.epoch(part, prev);
            let now = MORNING - 200 * DAY + i64::from(part) * 24 * DAY;
            for _ in 0..random.usize(0..12) {
                // Some days exactly at the edges of months and half months, some minutes around local midnight.
                let mut at = now - random.i64(0..24 * DAY);
                if random.bool() {
                    let edge = [1, 14, 15, 28][random.usize(0..4)];
                    let first = LocalDay::of(at).month().first().0;
                    at = (LocalDay(first + edge - 1).start() + [-900, 0, 900][random.usize(0..3)]).min(now - HOUR);
                }
                let mut ballot = tablet.ballot(random.i64(1..=5), at);
                ballot.moment = [Moment::Reception, Moment::Returned, Moment::Result][random.usize(0..3)];
                ballot.field =
                    [None, Some("Hộ tịch".to_owned()), Some("Đất đai".to_owned())][random.usize(0..3)].clone();
                epoch.push(canon::line_of(&ballot));
            }
            tablet.deliver(&district.store, &epoch, now);
            prev = Some(epoch.tip(&tablet));
            if random.bool() {
                district.store.release_due(now + HOUR).unwrap();
            }
        }
    }
    let all = raw(&district);
    // Sometimes a scope of days is excluded, where it holds enough.
    let no = district.store.read(hailong::store::places::counters).unwrap()[0].no;
    // Of half months, because each one it touches must lose five ballots or none: the fullest.
    let half = |raw: &Raw| {
        let month = LocalDay(raw.day).month();
        let middle = LocalDay(month.first().0 + 14);
        if raw.day < middle.0 {
            (month.first(), LocalDay(middle.0 - 1))
        } else {
            (middle, LocalDay(month.end().0 - 1))
        }
    };
    let mine = || all.iter().filter(|raw| raw.released && raw.counter_no == no);
    let fullest = mine()
        .map(half)
        .max_by_key(|days| mine().filter(|raw| half(raw) == *days).count());
    let (first, last) = fullest.unwrap_or((LocalDay(0), LocalDay(0)));
    let held = |raw: &Raw| raw.released && raw.counter_no == no && (first.0..=last.0).contains(&raw.day);
    let (mut kept, mut excluded) = (all.clone(), false);
    if seed.is_multiple_of(2) && all.iter().filter(|raw| held(raw)).count() >= 5 {
        let new = NewExclusion {
            counter: Some(district.counters[0]),
            device: None,
            first,
            last,
            flag: None,
            reason: "tập huấn tại quầy".into(),
        };
        // Refused where a half month would lose fewer than five ballots: then nothing is excluded.
        excluded = district.store.write(move |tx| tx.exclude(&new, MORNING)).is_ok();
        if excluded {
            kept.retain(|raw| !held(raw));
        }
    }
    (district, kept, excluded)
}

#[test]
fn every_figure_equals_a_recount_of_the_raw_records() {
    let (mut told, mut exclusions) = (0, 0);
    for seed in 0..8 {
        let (district, ballots, excluded) = lived(seed);
        exclusions += u32::from(excluded);
        told += ballots.iter().filter(|raw| raw.released).count();
        let mut random = fastrand::Rng::with_seed(seed + 100);
        let today = LocalDay::of(MORNING);
        let mut periods = vec![
            Period::all(),
            Period::last(3, today),
            Period::ended(MonthKind::Statutory, 6, today),
        ];
        for back in 0..8 {
            let month = today.month().minus(back);
            periods.extend([MonthKind::Calendar.period(month), MonthKind::Statutory.period(month)]);
        }
        for _ in 0..12 {
            let first = LocalDay(today.0 - random.i64(0..200));
            periods.push(Period::days(first, LocalDay(first.0 + random.i64(0..70))).unwrap());
        }
        let one = &district.counters[..1];
        let scopes = [
            district.store.read(|conn| Scope::of(conn, None)).unwrap(),
            district.store.read(|conn| Scope::of_counters(conn, one)).unwrap(),
        ];
        for (period, scope) in periods
            .into_iter()
            .flat_map(|period| scopes.iter().map(move |scope| (period, scope)))
        {
            let numbers: Vec<i64> = scope.counters.iter().map(|counter| counter.no).collect();
            let inside = |raw: &&Raw| numbers.contains(&raw.counter_no) && period.contains(LocalDay(raw.day));
            let released: Vec<&Raw> = ballots.iter().filter(inside).filter(|raw| raw.released).collect();
            let what = format!("seed {seed}, {period:?}, counters {numbers:?}");
            district
                .store
                .read(|conn| {
                    let answers = figures::answers(conn, scope, period)?;
                    for no in &numbers {
                        let own = released.iter().copied().filter(|raw| raw.counter_no == *no);
                        assert_eq!(
                            answers.tallies.get(no).copied().unwrap_or_default(),
                            tally(own),
                            "{what}"
                        );
                    }
                    assert_eq!(answers.pooled(), tally(released.iter().copied()), "{what}");
                    let sources = figures::sources(conn, scope, period)?;
                    assert_eq!(sources.counted, ballots.iter().filter(inside).count() as u64, "{what}");
                    let [(_, by_field), (_, by_moment)] = cuts::by_place(conn, scope, period)?;
                    let [(_, by_weekday), (_, by_hour)] = cuts::by_clock(conn, scope, period)?;
                    let cut = |key: &dyn Fn(&Raw) -> i64| {
                        let mut expected: BTreeMap<i64, Tally> = BTreeMap::new();
                        released
                            .iter()
                            .for_each(|raw| expected.entry(key(raw)).or_default().add(raw.level, 1));
                        expected
                    };
                    assert_eq!(by_hour, cut(&|raw| raw.hour), "{what}");
                    assert_eq!(by_weekday, cut(&|raw| (raw.day + 3).rem_euclid(7)), "{what}");
                    let moments = cut(&|raw| match raw.moment.as_str() {
                        "reception" => 1,
                        "returned" => 2,
                        _ => 3,
                    });
                    assert_eq!(by_moment, moments, "{what}");
                    for (no, found) in by_field {
                        let name = cuts::field_name(conn, no)?;
                        let own = released.iter().copied().filter(|raw| raw.field == name);
                        assert_eq!(found, tally(own), "{name} {what}");
                    }
                    // As of now, record by record, it is the same again.
                    let mut n = 0;
                    asof::each(conn, scope, period, log::head(conn)?.pos, |_| n += 1)?;
                    assert_eq!(n, released.len(), "{what}");
                    Ok(())
                })
                .unwrap();
        }
        let scope = &scopes[0];
        let live = district.store.read(|conn| figures::live(conn, scope, today)).unwrap();
        let count = |keep: &dyn Fn(&&Raw) -> bool| ballots.iter().filter(keep).count() as u64;
        let sum = |part: &dyn Fn(&figures::Live) -> u64| live.values().map(part).sum::<u64>();
        assert_eq!(sum(&|live| live.all), count(&|_| true));
        assert_eq!(sum(&|live| live.waiting), count(&|raw| !raw.released));
        let month = Period::month(today.month());
        assert_eq!(sum(&|live| live.month), count(&|raw| month.contains(LocalDay(raw.day))));
        let report = hailong::store::verify::verify(district.store.dir()).unwrap();
        assert_eq!(report.broken, [], "seed {seed}");
    }
    assert!(
        told > 100 && exclusions > 0,
        "{told} released ballots, {exclusions} exclusions"
    );
}

#[test]
fn a_half_month_that_was_changed_is_found() {
    let (district, _, _) = lived(1);
    let dir = district.store.dir().to_owned();
    let conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    assert!(conn.execute("update half set n = n + 1", []).unwrap() > 0);
    let report = hailong::store::verify::verify(&dir).unwrap();
    assert!(report.broken.iter().any(|finding| finding.kind == "half"), "{report:?}");
}
