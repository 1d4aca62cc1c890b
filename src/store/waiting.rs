//! What came and is in no figure: ballots that wait for a person's decision, for their survey or for a day, and what
//! was tried out. In groups of one tablet, counter and day, for nobody decides about a single ballot by its answer;
//! answers are not read here.

use super::{Refusal, Result, StoreError, WriteTx, devices, exclusions::reason_ok, state::State};
use crate::domain::{
    hex::{DeviceId, Hex},
    time::LocalDay,
};
use rusqlite::Connection;
use serde_json::json;

/// Ballots of one tablet, counter and day that arrived in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The tablet.
    pub device: DeviceId,
    /// The counter's number, 0 if unknown.
    pub counter_no: i64,
    /// How they were judged at arrival.
    pub state: State,
    /// Effective day.
    pub day: LocalDay,
}

/// A group and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub group: Group,
    /// Ballots in it.
    pub ballots: u64,
    /// Of those: nobody has decided yet.
    pub undecided: u64,
    /// Of those: a person decided to count them.
    pub counted: u64,
    /// Of the counted: they are in a figure, where they stay.
    pub told: u64,
}

impl Group {
    /// Whether a person may decide. What was tried out never counts: its signed bytes say so. What can't be read has
    /// nothing to count, and an unknown survey or day becomes known or not.
    pub fn decidable(&self) -> bool {
        matches!(
            self.state,
            State::QuarantinedRevoked | State::QuarantinedCounter | State::QuarantinedConflict
        )
    }
}

/// All groups, newest day first.
pub fn all(conn: &Connection) -> Result<Vec<Standing>> {
    let mut rows = conn.prepare_cached(
        "select v.id, r.counter_no, r.state, r.day, count(*), sum(d.no is null), sum(coalesce(d.to_state, 0) in (1, 5)),
           sum(coalesce(d.to_state, 0) = 1 and exists (
             select 1 from release l where l.counter_no = r.counter_no and l.upto >= d.pos
               and l.from_day <= d.day and l.to_day > d.day))
         from record r join epoch e on e.no = r.epoch_no join device v on v.no = e.device_no
         left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
         where r.state > 1 group by 1, 2, 3, 4 order by r.day desc, r.state, r.counter_no, v.no",
    )?;
    let rows = rows.query_map([], |row| {
        Ok((
            Hex(row.get(0)?),
            row.get(1)?,
            row.get::<_, i64>(2)?,
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
        ))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (device, counter_no, state, day, ballots, undecided, counted, told) = row?;
        let state = State::from_code(state).ok_or(StoreError::Corrupt("state"))?;
        let group = Group {
            device,
            counter_no,
            state,
            day: LocalDay(day),
        };
        found.push(Standing {
            group,
            ballots,
            undecided,
            counted,
            told,
        });
    }
    Ok(found)
}

/// Lines that came for a key already held, by tablet, counter and day: kept as evidence, counted never.
pub fn conflicts(conn: &Connection) -> Result<Vec<Standing>> {
    let mut rows = conn.prepare_cached(
        "select v.id, c.counter_no, c.day, count(*) from conflict c join epoch e on e.no = c.epoch_no
           join device v on v.no = e.device_no
         where c.state = 33 group by 1, 2, 3 order by c.day desc, c.counter_no, v.no",
    )?;
    let rows = rows.query_map([], |row| {
        let ballots = row.get(3)?;
        Ok(Standing {
            group: Group {
                device: Hex(row.get(0)?),
                counter_no: row.get(1)?,
                state: State::QuarantinedConflict,
                day: LocalDay(row.get(2)?),
            },
            ballots,
            undecided: 0,
            counted: 0,
            told: 0,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

impl WriteTx<'_> {
    /// Counts a group, or keeps it out (also after it was counted so, until it is released): a person's decision, with its
    /// reason. Answers how many ballots it changed.
    pub fn settle(&self, group: &Group, count: bool, reason: &str, now: i64) -> Result<u64> {
        let reason = reason_ok(reason)?;
        let device = devices::find(self.conn, group.device)?.ok_or(StoreError::NotFound("device"))?;
        if !group.decidable() {
            return Err(Refusal::Undecidable.into());
        }
        let keys: Vec<(i64, i64, bool)> = self
            .conn
            .prepare_cached(
                "select r.epoch_no, r.seq,
                   exists (select 1 from decision d where d.epoch_no = r.epoch_no and d.seq = r.seq)
                 from record r join epoch e on e.no = r.epoch_no
                 where e.device_no = ?1 and r.counter_no = ?2 and r.state = ?3 and r.day = ?4 order by 1, 2",
            )?
            .query_map((device.no, group.counter_no, group.state.code(), group.day.0), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect::<std::result::Result<_, _>>()?;
        let (mut changes, mut told) = (Vec::new(), false);
        for (epoch_no, seq, decided) in keys {
            let record = super::decisions::current(self.conn, epoch_no, seq)?;
            // Earlier versions put what was tried out twice among the conflicts.
            if count && self.is_practice(&record)? {
                continue;
            }
            let to = self.verdict(&record, count)?;
            told |= !count && record.state == to && to == State::Counted;
            // Keeping out what is out is a decision too, the first time: somebody has looked.
            if record.state != to || (!count && !decided) {
                changes.push((record, to));
            }
        }
        if changes.is_empty() {
            return Err(if told { Refusal::Told } else { Refusal::Undecidable }.into());
        }
        let who = self.by.unwrap_or("district");
        self.change(&changes, who, json!({"reason": reason, "count": count}), now)?;
        Ok(changes.len() as u64)
    }
}
