//! The half months against the rollups they are sums of.

use super::Report;
use crate::{domain::time::LocalDay, store::Result};
use rusqlite::Connection;

/// Columns of both sides, in one order.
const COLUMNS: &str = "counter_no, from_day, state, question, answer, survey_no, moment, field";

pub(super) fn check(conn: &Connection, report: &mut Report) -> Result<()> {
    let sums = format!("select {COLUMNS}, sum(n) from half_of_rollup group by {COLUMNS} having sum(n) <> 0");
    let kept = format!("select {COLUMNS}, n from half where n <> 0");
    let mut rows = conn.prepare(&format!(
        "select distinct from_day, counter_no from (
           select * from ({sums} except {kept}) union all select * from ({kept} except {sums})
         ) order by 1, 2"
    ))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (day, counter): (i64, i64) = (row.get(0)?, row.get(1)?);
        let place = format!("half/{}/{counter}", LocalDay(day).date());
        report.broken("half", place, "the half month is not the sum of its days");
    }
    Ok(())
}
