//! The exact form: every line that is or could be a ballot, whatever its state.

use super::{BATCH, Bodies, NOW, Result, day_bounds, read};
use crate::{
    domain::{
        ballot::Ballot,
        hex::{DeviceId, EpochId, Hash, Hex},
        time::LocalDay,
    },
    store::{body, figures::Scope, state::State},
};
use rusqlite::{Connection, params};
use std::{borrow::Cow, ops::ControlFlow};

/// A line in the exact form.
#[derive(Clone, Debug)]
pub struct Exact {
    /// Whose.
    pub device: DeviceId,
    /// Which life of its database.
    pub epoch: EpochId,
    /// Place in the chain.
    pub seq: u64,
    /// Its leaf.
    pub leaf: Hash,
    /// How it counts now; `None` for a number this version does not know.
    pub state: Option<State>,
    /// Effective day.
    pub day: LocalDay,
    /// Effective hour.
    pub hour: u8,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// Bits of [`super::state::marks`].
    pub marks: i64,
    /// Position of the log entry that brought it.
    pub pos: i64,
    /// In the figures already.
    pub released: bool,
    stored: Option<Vec<u8>>,
}

impl Exact {
    /// The ballot; `None` if it can't be read, or once retention has deleted the body.
    pub fn ballot(&self) -> Option<Ballot> {
        read(self.stored.as_deref())
    }

    /// The bytes that the leaf is of; `None` for a hole, and once retention has deleted them. Of a body that can't be
    /// unpacked what is stored: whoever checks the leaf finds it, and nobody takes it for one that retention deleted.
    pub fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        let stored = self.stored.as_deref()?;
        Some(body::unpack(stored).unwrap_or(Cow::Borrowed(stored)))
    }
}

/// Hands out every line that is or could be a ballot, whatever its state, conflicts included, by device, epoch and
/// place in the chain.
pub fn exact(
    conn: &Connection,
    scope: &Scope,
    (first, last): (Option<LocalDay>, Option<LocalDay>),
    mut each: impl FnMut(Vec<Exact>) -> ControlFlow<()>,
) -> Result<()> {
    let (first, last) = day_bounds(first, last);
    let mut rows = conn.prepare(&format!(
        "select v.id, e.id, l.seq, l.leaf, l.state, l.day, l.hour, l.counter_no, l.marks, l.pos, l.counted_pos,
           l.bytes, l.epoch_no,
           coalesce(l.counted_pos <= (select max(x.upto) from release x where x.counter_no = l.counter_no
             and x.from_day <= l.day and x.to_day > l.day), 0), l.conflict
         from (
           select r.epoch_no, r.seq, r.leaf, coalesce(d.to_state, r.state) as state, coalesce(d.day, r.day) as day,
             coalesce(d.hour, r.hour) as hour, r.counter_no, r.marks, r.pos, coalesce(d.pos, r.pos) as counted_pos,
             null as bytes, 0 as conflict
           from record r {NOW} where r.state > 0
           union all
           select epoch_no, seq, leaf, state, day, hour, counter_no, marks, pos, pos, bytes, 1
           from conflict where state > 0
         ) l join epoch e on e.no = l.epoch_no join device v on v.no = e.device_no
         where l.day between ?2 and ?3 and l.counter_no in (select value from json_each(?1))
         order by l.epoch_no, l.seq, l.pos"
    ))?;
    let mut rows = rows.query(params![scope.numbers(), first, last])?;
    let mut bodies = Bodies::of(conn)?;
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(row) = rows.next()? {
        let state = State::from_code(row.get(4)?);
        let key: (i64, i64) = (row.get(12)?, row.get(2)?);
        let bytes: Option<Vec<u8>> = row.get(11)?;
        let bytes = match row.get(14)? {
            true => bytes,
            false => bodies.get(key)?,
        };
        batch.push(Exact {
            device: Hex(row.get(0)?),
            epoch: Hex(row.get(1)?),
            seq: row.get(2)?,
            leaf: Hex(row.get(3)?),
            state,
            day: LocalDay(row.get(5)?),
            hour: row.get(6)?,
            counter_no: row.get(7)?,
            marks: row.get(8)?,
            pos: row.get(9)?,
            released: state == Some(State::Counted) && row.get(13)?,
            stored: bytes,
        });
        if batch.len() == BATCH && each(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_break() {
            return Ok(());
        }
    }
    if !batch.is_empty() {
        let _ = each(batch);
    }
    Ok(())
}
