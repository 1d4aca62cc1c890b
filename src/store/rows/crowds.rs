//! Which fields and moments of a counter may be named: those that enough ballots share.

use super::{Result, day_bounds};
use crate::{
    domain::{ballot::Moment, policy, time::LocalDay},
    store::{figures::Scope, places},
};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// How many released ballots of the period each counter has per moment (0 to 3) and per field (by its text).
#[derive(Clone, Debug, Default)]
pub struct Crowds {
    moments: BTreeMap<(i64, i64), u64>,
    fields: BTreeMap<i64, BTreeMap<String, u64>>,
}

impl Crowds {
    /// Counts them.
    pub fn count(conn: &Connection, scope: &Scope, time: (Option<LocalDay>, Option<LocalDay>)) -> Result<Self> {
        let (first, last) = day_bounds(time.0, time.1);
        let mut rows = conn.prepare_cached(
            "select r.counter_no, r.moment, w.text, sum(r.n) from rollup r join word w on w.no = r.field
             where r.day between ?2 and ?3 and r.state in (1, 11) and r.release > 0 and r.question = 0
               and r.counter_no in (select value from json_each(?1))
             group by 1, 2, 3",
        )?;
        let mut rows = rows.query((scope.numbers(), first, last))?;
        let mut crowds = Self::default();
        while let Some(row) = rows.next()? {
            let (counter, n): (i64, u64) = (row.get(0)?, row.get(3)?);
            *crowds.moments.entry((counter, row.get(1)?)).or_default() += n;
            let fields = crowds.fields.entry(counter).or_default();
            *fields.entry(row.get(2)?).or_default() += n;
        }
        Ok(crowds)
    }

    /// Whether the moment may be named: enough ballots of the counter share it.
    pub fn moment_shown(&self, counter_no: i64, moment: Moment) -> bool {
        let key = (counter_no, places::moment_code(moment));
        self.moments.get(&key).is_some_and(|n| *n >= policy::MIN_CELL)
    }

    /// Whether the field may be named: enough ballots of the counter share it.
    pub fn field_shown(&self, counter_no: i64, field: &str) -> bool {
        let n = self.fields.get(&counter_no).and_then(|fields| fields.get(field));
        n.is_some_and(|n| *n >= policy::MIN_CELL)
    }
}
