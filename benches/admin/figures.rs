//! A dashboard figure (answers by counter and level, pooled on the page) beside `group by` over the raw rows.

use crate::common::{Spread, row, rule};
use crate::make::NOW;
use crate::plain;
use hailong::domain::period::{MonthKind, Period};
use hailong::domain::stats::Tally;
use hailong::domain::time::LocalDay;
use hailong::store::{FILE, Store, figures, figures::Scope};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

type Counts = BTreeMap<i64, [u64; 5]>;

/// A way to the same counts.
struct Way {
    name: &'static str,
    seconds: Vec<f64>,
    /// Slow ones are asked less often.
    rounds: usize,
}

pub fn bench(store: &Store, dir: &Path, rounds: usize) {
    let conn = Connection::open(dir.join(FILE)).unwrap();
    plain::attach(&conn, dir);
    conn.execute_batch("pragma cache_size = -65536; pragma query_only = on")
        .unwrap();
    let flat = flat(&conn, dir);
    let today = LocalDay::of(NOW);
    let periods = [
        ("last month", Period::ended(MonthKind::Calendar, 1, today)),
        ("12 months", Period::ended(MonthKind::Calendar, 12, today)),
        ("all", Period::all()),
    ];
    let widths = [52, 11, 11, 11, 10];
    for (name, period) in periods {
        let mut ways = [
            ("our figure", rounds * 10),
            ("group by, the stored ballots", 1),
            ("group by, a flat copy (counter, day, level)", rounds.min(3)),
            ("group by, the flat copy with an index that covers it", rounds.min(3)),
        ]
        .map(|(name, rounds)| Way {
            name,
            seconds: Vec::new(),
            rounds,
        });
        let bounds = (period.first().0, period.end().0);
        let mut found: Vec<Counts> = Vec::new();
        for round in 0..rounds * 10 {
            for (place, way) in ways.iter_mut().enumerate().filter(|(_, way)| round < way.rounds) {
                let start = Instant::now();
                let counts = match place {
                    0 => ours(store, period),
                    1 => grouped(&conn, STORED, bounds),
                    2 => grouped(
                        &flat,
                        "select counter_no, level, count(*) from flat where day >= ?1 and day < ?2 group by 1, 2",
                        bounds,
                    ),
                    _ => grouped(
                        &flat,
                        "select counter_no, level, count(*) from indexed where day >= ?1 and day < ?2 group by 1, 2",
                        bounds,
                    ),
                };
                way.seconds.push(start.elapsed().as_secs_f64());
                found.push(counts);
            }
        }
        assert!(
            found.iter().all(|counts| *counts == found[0]),
            "{name}: the figures differ"
        );
        let n: u64 = found[0].values().flatten().sum();
        println!("\nA figure of all {} counters, {name}: n = {n}", found[0].len());
        row(&widths, &["milliseconds", "median", "min", "max", "ours is"]);
        rule(&widths);
        let own = Spread::of(ways[0].seconds.iter().copied()).median;
        for way in &ways {
            let of = Spread::of(way.seconds.iter().map(|s| s * 1000.0));
            let cells = [of.median, of.min, of.max].map(|ms| format!("{ms:.2}"));
            let ratio = format!("{:.0}x", of.median / 1000.0 / own);
            row(&widths, &[way.name, &cells[0], &cells[1], &cells[2], &ratio]);
        }
    }
    crate::duckdb::bench(store, &flat, dir, &periods, rounds);
}

/// Straight from the bytes, in a copy where none is packed, without any of our sums; by counter, so that it finds its days
/// in an index.
const STORED: &str = "select r.counter_no, json_extract(cast(b.bytes as text), '$.answers.hai_long'), count(*)
    from record r join plain.body b on b.epoch_no = r.epoch_no and b.seq = r.seq
    where r.kind = 1 and r.state = 1 and r.day >= ?1 and r.day < ?2 and r.counter_no in (select no from counter)
    group by 1, 2";

fn grouped(conn: &Connection, sql: &str, bounds: (i64, i64)) -> Counts {
    let mut counts = Counts::new();
    let mut rows = conn.prepare_cached(sql).unwrap();
    let mut rows = rows.query(bounds).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let level: usize = row.get(1).unwrap();
        counts.entry(row.get(0).unwrap()).or_default()[level - 1] = row.get(2).unwrap();
    }
    counts
}

fn ours(store: &Store, period: Period) -> Counts {
    let read = |conn: &hailong::store::Reader| figures::tallies(conn, &Scope::of(conn, None)?, period);
    let tallies = store.read(read).unwrap();
    tallies
        .into_iter()
        .map(|(no, tally): (i64, Tally)| (no, tally.levels()))
        .collect()
}

/// The kindest table that `group by` could wish for: only what it needs, nothing to parse.
fn flat(conn: &Connection, dir: &Path) -> Connection {
    let path = dir.join("flat.sqlite");
    let _ = std::fs::remove_file(&path);
    let mut flat = Connection::open(&path).unwrap();
    flat.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;
         create table flat (counter_no integer, day integer, level integer)",
    )
    .unwrap();
    let tx = flat.transaction().unwrap();
    {
        let mut insert = tx.prepare("insert into flat values (?1, ?2, ?3)").unwrap();
        let sql = "select r.counter_no, r.day, json_extract(cast(b.bytes as text), '$.answers.hai_long') from record r
            join plain.body b on b.epoch_no = r.epoch_no and b.seq = r.seq where r.kind = 1";
        let mut rows = conn.prepare(sql).unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: [i64; 3] = [row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap()];
            insert.execute(values).unwrap();
        }
    }
    tx.execute_batch(
        "create table indexed (counter_no integer, day integer, level integer);
         insert into indexed select * from flat order by day, counter_no;
         create index covering on indexed (day, counter_no, level)",
    )
    .unwrap();
    tx.commit().unwrap();
    flat
}
