//! How many ballots were cast in which language of the screens. Kept apart from the ballots, told once a month is
//! over, and then coarsely.

use super::{Outbox, OutboxError, append::New};
use crate::domain::time::{Bucket, LocalDay, Month};
use crate::wire::{
    canon,
    record::{Languages, What, coarse},
};
use rusqlite::{Transaction, params};
use std::collections::BTreeMap;

/// Longest tag that is counted, in bytes; longer ones come from no language pack.
const LONGEST_TAG: usize = 16;

fn month_no(month: Month) -> i64 {
    i64::from(month.year) * 12 + i64::from(month.month) - 1
}

fn month_name(no: i64) -> String {
    format!("{:04}-{:02}", no.div_euclid(12), no.rem_euclid(12) + 1)
}

/// Counts a ballot, in the transaction that casts it.
pub(super) fn count(tx: &Transaction<'_>, tag: &str, now: i64) -> Result<(), OutboxError> {
    if tag.is_empty() || tag.len() > LONGEST_TAG {
        return Ok(());
    }
    let month = month_no(LocalDay::of(now).month());
    let sql = "insert into language (month, tag, cast_) values (?1, ?2, 1) \
               on conflict (month, tag) do update set cast_ = cast_ + 1";
    tx.prepare_cached(sql)?.execute(params![month, tag])?;
    Ok(())
}

impl Outbox {
    /// Writes one note for every month that is over, by the tablet's clock, and forgets its numbers.
    pub fn close_months(&mut self, now: i64) -> Result<(), OutboxError> {
        let this_month = month_no(LocalDay::of(now).month());
        let step = self.identity.step();
        let due: Vec<i64> = self.db.read(|tx| {
            let sql = "select distinct month from language where month < ?1 order by month";
            let mut statement = tx.prepare_cached(sql)?;
            let months = statement.query_map([this_month], |row| row.get(0))?;
            Ok::<_, OutboxError>(months.collect::<Result<_, _>>()?)
        })?;
        for month in due {
            let at = Bucket::of(now);
            self.write(|tx, appender| {
                let languages = counts(tx, month)?;
                tx.execute("delete from language where month = ?1", [month])?;
                let line = canon::line_of(&Languages {
                    at,
                    languages,
                    month: month_name(month),
                    step,
                    what: What::Languages,
                });
                let new = New {
                    line: &line,
                    at,
                    salt: None,
                };
                appender.append(tx, &new, false)
            })?;
        }
        Ok(())
    }
}

fn counts(tx: &Transaction<'_>, month: i64) -> Result<BTreeMap<String, serde_json::Value>, OutboxError> {
    let mut statement = tx.prepare_cached("select tag, cast_ from language where month = ?1")?;
    let rows = statement.query_map([month], |row| Ok((row.get(0)?, coarse(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_numbered_and_named() {
        let december = month_no(Month { year: 2026, month: 12 });
        assert_eq!(month_name(december), "2026-12");
        assert_eq!(month_name(december + 1), "2027-01");
    }
}
