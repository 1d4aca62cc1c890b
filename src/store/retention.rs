//! Retention: bodies may go after a time that was decided; leaves, states and counts stay, and the chain still
//! verifies. Off in demo folders.

use super::{Result, StoreError, WriteTx, log, log::Kind, rollup::Facts, state::State, sum::Sum};
use crate::{domain::time::LocalDay, wire::record::Parsed};
use rusqlite::Connection;
use serde_json::json;
use std::collections::HashMap;

/// Bodies that leave: before day ?1, stored up to position ?2. Ballots that still wait for their survey keep their
/// answers: nobody has counted them yet.
const LEAVES: &str = "exists (
    select 1 from record r where r.epoch_no = body.epoch_no and r.seq = body.seq and r.day < ?1 and r.pos <= ?2)
  and not exists (select 1 from unread u where u.epoch_no = body.epoch_no and u.seq = body.seq)";

/// The first day whose answers stay: `months` before today's.
pub fn before(today: LocalDay, months: u32) -> LocalDay {
    today.month().minus(months).first()
}

/// Whether answers of before that day are still there.
pub fn is_due(conn: &Connection, before: LocalDay) -> Result<bool> {
    let sql = format!("select 1 from body where {LEAVES} limit 1");
    Ok(conn.prepare(&sql)?.exists((before.0, i64::MAX))?)
}

impl WriteTx<'_> {
    /// Deletes the bodies of records whose effective day is before `before`; answers how many. The log says so first.
    pub fn retain(&self, before: LocalDay, now: i64) -> Result<u64> {
        if self.identity.demo {
            return Err(StoreError::Invalid("a demo folder keeps everything".into()));
        }
        let upto = log::head(self.conn)?.pos;
        let answers = self.leaving(before, upto)?.hex();
        let body = json!({"before_day": before.0, "upto": upto, "answers": answers});
        let pos = self.log(Kind::Retention, now, body)?;
        self.conn.execute(
            "insert into retention (before_day, upto, pos) values (?1, ?2, ?3)",
            (before.0, upto, pos),
        )?;
        self.conn.execute(
            "insert into retention_guard (before_day, upto) values (?1, ?2)",
            (before.0, upto),
        )?;
        let gone = self
            .conn
            .execute(&format!("delete from body where {LEAVES}"), (before.0, upto))?;
        self.conn.execute(
            "update conflict set bytes = null where bytes is not null and day < ?1 and pos <= ?2",
            (before.0, upto),
        )?;
        self.conn.execute("delete from retention_guard", [])?;
        Ok(gone as u64)
    }

    /// The sum over the rows of the rollups whose ballots lose their bodies: from then on nothing else can say what
    /// their answers were.
    fn leaving(&self, before: LocalDay, upto: i64) -> Result<Sum> {
        let mut sum = Sum::default();
        let mut surveys = HashMap::new();
        let mut rows = self
            .conn
            .prepare(&format!("select epoch_no, seq from body where {LEAVES} order by 1, 2"))?;
        let mut rows = rows.query((before.0, upto))?;
        while let Some(row) = rows.next()? {
            for cell in self.cells_now(row.get(0)?, row.get(1)?, &mut surveys)? {
                sum.add_cell(&cell, 1);
            }
        }
        let mut rows = self.conn.prepare(
            "select c.bytes, c.state, c.day, c.hour, c.counter_no, e.device_no
             from conflict c join epoch e on e.no = c.epoch_no where c.bytes is not null and c.day < ?1 and c.pos <= ?2",
        )?;
        let mut rows = rows.query((before.0, upto))?;
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            let Parsed::Ballot(ballot) = Parsed::of(&bytes) else {
                continue;
            };
            let facts = Facts {
                state: State::from_code(row.get(1)?).ok_or(StoreError::Corrupt("state"))?,
                day: row.get(2)?,
                hour: row.get(3)?,
                counter_no: row.get(4)?,
                device_no: row.get(5)?,
                release: 0,
            };
            for cell in self.cells_of(&ballot, facts, &mut surveys)? {
                sum.add_cell(&cell, 1);
            }
        }
        Ok(sum)
    }
}
