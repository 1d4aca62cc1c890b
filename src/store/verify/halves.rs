//! The half months against the rollups they are sums of, the tallies against the half months, and the quarters against the
//! tallies.

use super::Report;
use crate::{domain::time::LocalDay, store::Result};
use rusqlite::Connection;

/// Columns of both sides of the half months, in one order.
const HALF: &str = "counter_no, from_day, state, question, answer, survey_no, moment, field";
/// The same of the tallies, and what is summed.
const TALLY: &str = "counter_no, from_day, state, question, survey_no";
const TALLIED: [&str; 6] = ["n", "n1", "n2", "n3", "n4", "n5"];

pub(super) fn check(conn: &Connection, report: &mut Report) -> Result<()> {
    let sums = format!("select {HALF}, sum(n) from half_of_rollup group by {HALF} having sum(n) <> 0");
    let kept = format!("select {HALF}, n from half where n <> 0");
    let detail = "the half month is not the sum of its days";
    compare(conn, "half", (&sums, &kept), detail, report)?;
    let detail = "the tally is not the sum of its half month";
    tallied(conn, "tally", "tally_of_half", detail, report)?;
    let detail = "the quarter is not the sum of its half months";
    tallied(conn, "quarter", "quarter_of_tally", detail, report)
}

/// A table of tallies against what it is summed from.
fn tallied(
    conn: &Connection,
    table: &'static str,
    source: &'static str,
    detail: &str,
    report: &mut Report,
) -> Result<()> {
    let parts = TALLIED.map(|part| format!("sum({part})")).join(", ");
    let own = TALLIED.join(", ");
    let sums = format!("select {TALLY}, {parts} from {source} group by {TALLY} having sum(n) <> 0");
    let kept = format!(
        "select {TALLY}, {own} from {table} where n <> 0 or n1 <> 0 or n2 <> 0 or n3 <> 0 or n4 <> 0 or n5 <> 0"
    );
    compare(conn, table, (&sums, &kept), detail, report)
}

/// Names the days and counters where two queries differ; both begin with counter and day.
fn compare(
    conn: &Connection,
    kind: &'static str,
    (sums, kept): (&str, &str),
    detail: &str,
    report: &mut Report,
) -> Result<()> {
    let mut rows = conn.prepare(&format!(
        "select distinct from_day, counter_no from (
           select * from ({sums} except {kept}) union all select * from ({kept} except {sums})
         ) order by 1, 2"
    ))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (day, counter): (i64, i64) = (row.get(0)?, row.get(1)?);
        let place = format!("{kind}/{}/{counter}", LocalDay(day).date());
        report.broken(kind, place, detail);
    }
    Ok(())
}
