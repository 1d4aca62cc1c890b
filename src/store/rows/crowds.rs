//! Which fields and moments of a counter may be named: those that enough ballots share.

use super::{Lean, Result, day_bounds};
use crate::{
    domain::{ballot::Moment, policy, time::LocalDay},
    store::{cuts::field_name, figures::Scope, places},
};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};

/// How many released ballots of the period each counter has per moment (0 to 3) and per field (by its text).
#[derive(Clone, Debug, Default)]
pub struct Crowds {
    moments: BTreeMap<(i64, i64), u64>,
    fields: BTreeMap<i64, BTreeMap<String, u64>>,
}

impl Crowds {
    /// Counts them. Summed here: a `group by` would sort what is only to be added up, in a file that SQLite maps into
    /// memory.
    pub fn count(conn: &Connection, scope: &Scope, time: (Option<LocalDay>, Option<LocalDay>)) -> Result<Self> {
        let (first, last) = day_bounds(time.0, time.1);
        let _lean = Lean::on(conn)?;
        let mut rows = conn.prepare_cached(
            "select counter_no, moment, field, n from rollup
             where day between ?2 and ?3 and state in (1, 11) and release > 0 and question = 0
               and counter_no in (select value from json_each(?1))",
        )?;
        let mut rows = rows.query((scope.numbers(), first, last))?;
        let mut crowds = Self::default();
        let mut fields: HashMap<(i64, i64), u64> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (counter, n): (i64, u64) = (row.get(0)?, row.get(3)?);
            *crowds.moments.entry((counter, row.get(1)?)).or_default() += n;
            *fields.entry((counter, row.get(2)?)).or_default() += n;
        }
        for ((counter, field), n) in fields {
            let named = crowds.fields.entry(counter).or_default();
            *named.entry(field_name(conn, field)?).or_default() += n;
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
