//! Visits begun and abandoned, as tablets count them by day: numbers without names, so that what a tablet tells twice or
//! takes with it can only be told about, not found again as a ballot can.

use super::{Result, figures::Scope};
use crate::domain::period::Period;
use rusqlite::Connection;

/// A loss is noticed at a tablet's next start: after a weekend, or after the holidays.
const NOTICED_WITHIN_DAYS: i64 = 7;

/// Visits begun and abandoned in a period.
pub(super) fn counted(conn: &Connection, scope: &Scope, period: Period) -> Result<(u64, u64)> {
    let all = sum(conn, "visit_day v indexed by visit_day_place where true", scope, period)?;
    // Days that a tablet's clock can't be believed about are in no period (bit 8 of the marks), those that were told
    // before (bit 64) count once. Both are rare: what an index alone can add up is added up, and they are taken off.
    let uncounted = sum(
        conn,
        "record r indexed by record_uncounted_day cross join visit_day v on v.epoch_no = r.epoch_no and v.seq = r.seq
         where r.kind = 2 and r.marks & 72",
        scope,
        period,
    )?;
    Ok((all.0.saturating_sub(uncounted.0), all.1.saturating_sub(uncounted.1)))
}

/// Among some of the days that tablets told of.
fn sum(conn: &Connection, among: &'static str, scope: &Scope, period: Period) -> Result<(u64, u64)> {
    Ok(conn
        .prepare_cached(&format!(
            "select coalesce(sum(v.started), 0), coalesce(sum(v.abandoned), 0) from {among}
             and v.counter_no in (select value from json_each(?1)) and v.day >= ?2 and v.day < ?3"
        ))?
        .query_row((scope.numbers(), period.first().0, period.end().0), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
}

/// Of how many tablets the visits of a period are known only approximately: they went back in time, are one of two copies
/// or lost data. A loss is dated by the first day that the tablet tells of after it, for it may be heard of weeks later.
pub fn inexact(conn: &Connection, scope: &Scope, period: Period) -> Result<u64> {
    let noticed = period.end().0.saturating_add(NOTICED_WITHIN_DAYS);
    Ok(conn
        .prepare_cached(
            "select count(distinct l.device_no)
             from (select device_no, epoch_no, seq from alarm where kind in ('fork', 'hole')
                   union all
                   select e.device_no, o.epoch_no, 0 from opening o indexed by opening_loss join epoch e on e.no = o.epoch_no
                   where o.why in ('rolled_back', 'damaged')) l
             join record heard on heard.epoch_no = l.epoch_no and heard.seq = l.seq and heard.day >= ?2
             where l.device_no in (select device_no from device_counter
                                   where counter_no in (select value from json_each(?1)))
               and coalesce((select day from (select kind, day, marks from record
                                              where epoch_no = l.epoch_no and seq > l.seq order by seq limit 100)
                             where kind in (1, 2) and marks & 8 = 0 limit 1), heard.day) between ?2 and ?3 - 1",
        )?
        .query_row((scope.numbers(), period.first().0, noticed), |row| row.get(0))?)
}
