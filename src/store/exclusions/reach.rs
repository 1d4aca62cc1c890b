//! Whose figures an exclusion reaches: those of the counters where the ballots were cast. A tablet may stand elsewhere since.

use super::{Exclusion, Over, all, numbers};
use crate::{
    domain::time::LocalDay,
    store::{Result, figures::Scope},
};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Those that took, or may have taken, ballots out of a scope, undone ones included, newest first: of a tablet by where its
/// ballots were cast, wherever it stands now.
pub fn within(conn: &Connection, scope: &Scope) -> Result<Vec<Exclusion>> {
    let inside: BTreeSet<i64> = scope.counters.iter().map(|counter| counter.no).collect();
    let mut found = Vec::new();
    for exclusion in all(conn)? {
        let touches = match exclusion.over {
            Over::Counter(no) => inside.contains(&no),
            // Most tablets never leave their unit: their ballots need not be looked for.
            Over::Device(no) => stood_within(conn, no, &inside)? || cast_within(conn, &exclusion, scope)?,
        };
        if touches {
            found.push(exclusion);
        }
    }
    Ok(found)
}

fn stood_within(conn: &Connection, device_no: i64, inside: &BTreeSet<i64>) -> Result<bool> {
    let mut rows = conn.prepare_cached("select counter_no from device_counter where device_no = ?1")?;
    let stood: Vec<i64> = rows
        .query_map([device_no], |row| row.get(0))?
        .collect::<std::result::Result<_, _>>()?;
    Ok(stood.iter().all(|no| inside.contains(no)))
}

fn cast_within(conn: &Connection, exclusion: &Exclusion, scope: &Scope) -> Result<bool> {
    let (_, device_no) = numbers(exclusion.over);
    Ok(conn
        .prepare_cached(
            "select exists (select 1 from json_each(?1) c
               cross join record r on r.counter_no = c.value and r.kind = 1 and r.day between ?2 and ?3 and r.pos <= ?4
               cross join epoch e on e.no = r.epoch_no where e.device_no = ?5)",
        )?
        .query_row(
            (
                scope.numbers(),
                exclusion.first.0,
                exclusion.last.0,
                exclusion.pos,
                device_no,
            ),
            |row| row.get(0),
        )?)
}

/// Numbers of the counters at which a tablet's ballots of these days were cast, as far as they counted at a log position.
pub fn cast_at(conn: &Connection, device_no: i64, first: LocalDay, last: LocalDay, pos: i64) -> Result<Vec<i64>> {
    let mut rows = conn.prepare_cached(
        "select distinct r.counter_no from epoch e cross join record r on r.epoch_no = e.no and r.kind = 1
         left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
         where e.device_no = ?1 and coalesce(d.to_state, r.state) = 1 and coalesce(d.day, r.day) between ?2 and ?3
           and coalesce(d.pos, r.pos) <= ?4
         order by 1",
    )?;
    let rows = rows.query_map((device_no, first.0, last.0, pos), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}
