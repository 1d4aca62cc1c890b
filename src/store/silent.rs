//! "Trong đó n phiếu không bấm Gửi": of the ballots that count now, those that nobody sent. What is excluded is not among
//! them; what a person decided to count is.

use super::{
    Result,
    exclusions::{self, Fact},
    figures::Scope,
    state::State,
};
use crate::domain::period::Period;
use rusqlite::Connection;

/// How many of a period. `excluded`: whether any ballot of it is excluded.
pub(super) fn counted(conn: &Connection, scope: &Scope, period: Period, excluded: bool) -> Result<u64> {
    let bounds = (scope.numbers(), period.first().0, period.end().0);
    let arrived: u64 = conn
        .prepare_cached(
            "select count(*) from record indexed by record_silent
             where state = 1 and marks & 16 and day >= ?2 and day < ?3
               and counter_no in (select value from json_each(?1))",
        )?
        .query_row(bounds, |row| row.get(0))?;
    let decided: u64 = conn
        .prepare_cached(
            "select count(*) from decision d join record r on r.epoch_no = d.epoch_no and r.seq = d.seq
             where d.to_state = 1 and r.state <> 1 and r.marks & 16 and d.day >= ?2 and d.day < ?3
               and r.counter_no in (select value from json_each(?1))
               and d.no = (select max(x.no) from decision x where x.epoch_no = d.epoch_no and x.seq = d.seq)",
        )?
        .query_row(bounds, |row| row.get(0))?;
    let out = if excluded { taken_out(conn, scope, period)? } else { 0 };
    Ok((arrived + decided).saturating_sub(out))
}

/// Those that standing exclusions cover: told apart by the same days as they are counted by.
fn taken_out(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let standing = exclusions::standing(conn)?;
    let mut rows = conn.prepare_cached(
        "select r.counter_no, e.device_no, r.day, r.hour, r.marks, r.pos
         from record r indexed by record_silent join epoch e on e.no = r.epoch_no
         where r.state = 1 and r.marks & 16 and r.day >= ?2 and r.day < ?3
           and r.counter_no in (select value from json_each(?1))
         union all
         select r.counter_no, e.device_no, d.day, d.hour, r.marks, d.pos
         from decision d join record r on r.epoch_no = d.epoch_no and r.seq = d.seq join epoch e on e.no = r.epoch_no
         where d.to_state = 1 and r.state <> 1 and r.marks & 16 and d.day >= ?2 and d.day < ?3
           and r.counter_no in (select value from json_each(?1))
           and d.no = (select max(x.no) from decision x where x.epoch_no = d.epoch_no and x.seq = d.seq)",
    )?;
    // Only days that an exclusion names.
    let first = standing.iter().map(|x| x.first.0).min().unwrap_or(i64::MAX);
    let end = standing
        .iter()
        .map(|x| x.last.0.saturating_add(1))
        .max()
        .unwrap_or(i64::MIN);
    let days = (period.first().0.max(first), period.end().0.min(end));
    let mut rows = rows.query((scope.numbers(), days.0, days.1))?;
    let mut out = 0;
    while let Some(row) = rows.next()? {
        let fact = Fact::read(row, 0)?;
        out += u64::from(exclusions::placed(conn, &standing, &fact)?.0 == State::Excluded);
    }
    Ok(out)
}
