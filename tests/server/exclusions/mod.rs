//! What a person takes out of the figures shows: an independent recount from the raw records, and everybody who tries to
//! make a rating go away by another door.

mod elsewhere;
mod few;
mod routes;
mod rule;

use crate::support::{DAY, District, HOUR, MORNING, plain_bodies};
use hailong::{
    domain::{
        ballot::Pace,
        hex::DeviceId,
        period::Period,
        settings::{Hours, NodeSettings, Span},
        time::LocalDay,
    },
    store::{
        FILE, Refusal, StoreError,
        exclusions::{Flag, NewExclusion},
        figures::{self, Scope},
        places,
    },
    wire::canon,
};

/// The morning after the half month of [`MORNING`], when five are enough for a release.
const HALF_OVER: i64 = MORNING + 8 * DAY;

fn day(offset: i64) -> LocalDay {
    LocalDay(LocalDay::of(MORNING).0 + offset)
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Refusal {
    match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

/// Levels of the released ballots of the folder, counted from bodies and records alone: no rollup, nothing of ours but what unpacks a body.
/// `inside` is SQL over r (the record).
fn recount(district: &District, inside: &str) -> Vec<(i64, u64)> {
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    plain_bodies(&conn);
    let sql = format!(
        "select json_extract(cast(b.bytes as text), '$.answers.hai_long') as level, count(*)
         from record r join plain b on b.epoch_no = r.epoch_no and b.seq = r.seq join epoch e on e.no = r.epoch_no
         where r.kind = 1 and r.state = 1
           and exists (select 1 from release x where x.counter_no = r.counter_no and x.upto >= r.pos
             and r.day between x.from_day and x.to_day - 1)
           and {inside} group by 1 order by 1"
    );
    let mut rows = conn.prepare(&sql).unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

fn figure(district: &District, with: bool) -> Vec<(i64, u64)> {
    let read = |conn: &hailong::store::Reader| {
        let scope = Scope::of(conn, None)?;
        let tallies = if with {
            figures::tallies_with_excluded
        } else {
            figures::tallies
        };
        Ok(figures::pooled(&tallies(conn, &scope, Period::all())?).levels())
    };
    let levels = district.store.read(read).unwrap();
    (1..).zip(levels).filter(|(_, n)| *n > 0).collect()
}

/// Two counters over ten days with every level, a quick hour, and one late tablet.
fn lively() -> (District, DeviceId) {
    let district = District::new();
    let mut hours = [None; 7];
    hours[..5].fill(Some(Span { from: 450, to: 1020 }));
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let settings: NodeSettings = serde_json::from_value(serde_json::json!({"hours": Hours(hours)})).unwrap();
    let set = move |tx: &hailong::store::WriteTx<'_>| tx.set_settings(node, &settings, "lan", MORNING);
    district.store.write(set).unwrap();
    let (mut a, mut b) = (
        district.tablet_at(1, district.counters[0], MORNING - 20 * DAY),
        district.tablet_at(2, district.counters[1], MORNING - 20 * DAY),
    );
    for (tablet, salt) in [(&mut a, 0), (&mut b, 3)] {
        let mut epoch = tablet.epoch(1, None);
        for n in 0..120i64 {
            let mut ballot = tablet.ballot((n + salt) * 7 % 5 + 1, MORNING - 10 * DAY + n * 2 * HOUR);
            ballot.pace = if n % 10 < 6 && n > 60 { Pace::Burst } else { Pace::Calm };
            epoch.push(canon::line_of(&ballot));
        }
        // Sixty fives in one morning hour.
        for _ in 0..60 {
            let ballot = tablet.ballot(5, MORNING - 3 * DAY);
            epoch.push(canon::line_of(&ballot));
        }
        tablet.deliver(&district.store, &epoch, MORNING);
    }
    district.store.release_due(MORNING + DAY).unwrap();
    (district, b.key.id())
}

fn ask(first: i64, last: i64, flag: Option<Flag>) -> NewExclusion {
    NewExclusion {
        counter: None,
        device: None,
        first: day(first),
        last: day(last),
        flag,
        reason: "Máy để ở nhà, cán bộ tự bấm".into(),
    }
}

fn exclude(district: &District, new: NewExclusion) -> Result<i64, StoreError> {
    district
        .store
        .write(move |tx| tx.by("lan").exclude(&new, MORNING + 2 * DAY))
}

fn include(district: &District, no: i64) -> Result<(), StoreError> {
    district
        .store
        .write(move |tx| tx.by("minh").include(no, "Đã kiểm tra lại", MORNING + 3 * DAY))
}

fn exclude_at(district: &District, new: NewExclusion, days: i64) -> Result<i64, StoreError> {
    district
        .store
        .write(move |tx| tx.by("lan").exclude(&new, MORNING + days * DAY))
}
