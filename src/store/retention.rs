//! Retention: bodies may go after a time that was decided; leaves, states and counts stay, and the chain still
//! verifies. Off in demo folders.

use super::{Result, StoreError, WriteTx, log, log::Kind};
use crate::domain::time::LocalDay;
use serde_json::json;

impl WriteTx<'_> {
    /// Deletes the bodies of records whose effective day is before `before`; answers how many. The log says so first.
    pub fn retain(&self, before: LocalDay, now: i64) -> Result<u64> {
        if self.identity.demo {
            return Err(StoreError::Invalid("a demo folder keeps everything".into()));
        }
        let upto = log::head(self.conn)?.pos;
        let pos = self.log(Kind::Retention, now, json!({"before_day": before.0, "upto": upto}))?;
        self.conn.execute(
            "insert into retention (before_day, upto, pos) values (?1, ?2, ?3)",
            (before.0, upto, pos),
        )?;
        self.conn.execute(
            "insert into retention_guard (before_day, upto) values (?1, ?2)",
            (before.0, upto),
        )?;
        // Ballots that still wait for their survey keep their answers: nobody has counted them yet.
        let gone = self.conn.execute(
            "delete from body where exists (
               select 1 from record r where r.epoch_no = body.epoch_no and r.seq = body.seq
                 and r.day < ?1 and r.pos <= ?2)
             and not exists (select 1 from unread u where u.epoch_no = body.epoch_no and u.seq = body.seq)",
            (before.0, upto),
        )?;
        self.conn.execute(
            "update conflict set bytes = null where bytes is not null and day < ?1 and pos <= ?2",
            (before.0, upto),
        )?;
        self.conn.execute("delete from retention_guard", [])?;
        Ok(gone as u64)
    }
}
