//! Deciding: excluding a scope, including it again, and the bounds of both.

use super::{Exclusion, Flag, NewExclusion, Over, all, numbers, placed, reason_ok, said, standing};
use crate::{
    domain::{policy, time::LocalDay},
    store::{
        Refusal, Result, StoreError, WriteTx, decisions::Current, devices, log::Kind, places, release, settings,
        state::State,
    },
};
use serde_json::json;
use std::collections::BTreeMap;

impl WriteTx<'_> {
    /// Excludes a scope; answers the exclusion's number.
    pub fn exclude(&self, new: &NewExclusion, now: i64) -> Result<i64> {
        let reason = reason_ok(&new.reason)?;
        if new.last < new.first || new.last.0.saturating_sub(new.first.0) >= policy::EXCLUSION_DAYS {
            return Err(Refusal::Days.into());
        }
        let (over, counter_no) = match (new.counter, new.device) {
            (Some(id), None) => {
                let counter = places::counter(self.conn, id)?;
                (Over::Counter(counter.no), counter.no)
            }
            (None, Some(id)) => {
                let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
                (Over::Device(device.no), device.counter_no)
            }
            _ => return Err(StoreError::NotFound("counter")),
        };
        let hours = match new.flag {
            Some(Flag::AfterHours) => {
                let node = places::counter_by_no(self.conn, counter_no)?.node;
                Some(
                    settings::effective(self.conn, node)?
                        .hours
                        .ok_or(Refusal::FewBallots(0))?,
                )
            }
            _ => None,
        };
        let mut wanted = Exclusion {
            no: 0,
            over,
            first: new.first,
            last: new.last,
            tablet: new.device,
            flag: new.flag,
            hours,
            ballots: 0,
            reason,
            who: String::new(),
            hour: 0,
            pos: i64::MAX,
            undone: None,
        };
        let standing = standing(self.conn)?;
        let mut taken = Vec::new();
        for record in self.counted(over, wanted.first, wanted.last)? {
            let fact = record.fact();
            let released = release::released(self.conn, fact.counter_no, fact.day, fact.pos)?;
            let covered = released.is_some_and(|(_, pos)| wanted.covers(&fact, pos));
            if covered && placed(self.conn, &standing, &fact)?.0 == State::Counted {
                taken.push(record);
            }
        }
        wanted.ballots = taken.len() as u64;
        if wanted.ballots < policy::MIN_CELL {
            return Err(Refusal::FewBallots(wanted.ballots).into());
        }
        every_part(&taken)?;
        self.not_too_near(&wanted)?;
        wanted.no = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from exclusion", [], |row| row.get(0))?;
        wanted.pos = self.log(Kind::Exclusion, now, said(&wanted))?;
        self.insert(&wanted)?;
        for record in &taken {
            self.shift(record, State::Counted, State::Excluded)?;
        }
        Ok(wanted.no)
    }

    /// Undoes an exclusion: what it covers, and no other one that stands does, counts again.
    pub fn include(&self, no: i64, reason: &str, now: i64) -> Result<()> {
        let reason = reason_ok(reason)?;
        let all = all(self.conn)?;
        let undone = all
            .iter()
            .find(|x| x.no == no)
            .ok_or(StoreError::NotFound("exclusion"))?;
        if undone.undone.is_some() {
            return Err(Refusal::Undone.into());
        }
        let others: Vec<_> = all
            .iter()
            .filter(|x| x.no != no && x.undone.is_none())
            .cloned()
            .collect();
        let mut back = Vec::new();
        for record in self.counted(undone.over, undone.first, undone.last)? {
            let fact = record.fact();
            let only = std::slice::from_ref(undone);
            if placed(self.conn, only, &fact)?.0 == State::Excluded
                && placed(self.conn, &others, &fact)?.0 == State::Counted
            {
                back.push(record);
            }
        }
        let body = json!({"what": "included", "exclusion": no, "reason": reason});
        let pos = self.log(Kind::Exclusion, now, body)?;
        self.conn.execute(
            "insert into exclusion_end (exclusion_no, reason, pos) values (?1, ?2, ?3)",
            (no, &reason, pos),
        )?;
        for record in &back {
            self.shift(record, State::Excluded, State::Counted)?;
        }
        Ok(())
    }

    fn insert(&self, x: &Exclusion) -> Result<()> {
        let (counter, device) = numbers(x.over);
        self.conn.execute(
            "insert into exclusion (no, counter_no, device_no, first_day, last_day, flag, hours, ballots, reason, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                x.no,
                counter,
                device,
                x.first.0,
                x.last.0,
                x.flag.map(Flag::name),
                x.hours.as_ref().map(|hours| json!(hours).to_string()),
                x.ballots,
                &x.reason,
                x.pos,
            ),
        )?;
        Ok(())
    }

    /// Two exclusions that differ by one to four ballots would tell, one after the other, what those say.
    fn not_too_near(&self, wanted: &Exclusion) -> Result<()> {
        for before in all(self.conn)?.into_iter().filter(|x| x.over == wanted.over) {
            let (first, last) = (before.first.min(wanted.first), before.last.max(wanted.last));
            let mut apart = 0;
            for record in self.counted(wanted.over, first, last)? {
                let fact = record.fact();
                let Some((_, pos)) = release::released(self.conn, fact.counter_no, fact.day, fact.pos)? else {
                    continue;
                };
                apart += u64::from(before.covers(&fact, pos) != wanted.covers(&fact, pos));
            }
            if (1..policy::MIN_CELL).contains(&apart) {
                return Err(Refusal::TooNear(before.no).into());
            }
        }
        Ok(())
    }
}

/// Figures are made of calendar months and of months from the 15th: an exclusion that took one to four ballots out of
/// one of them would tell, against yesterday's figure, what those say.
fn every_part(taken: &[Current]) -> Result<()> {
    let mut parts: BTreeMap<LocalDay, u64> = BTreeMap::new();
    for record in taken {
        let first = LocalDay(record.day).month().first();
        let middle = LocalDay(first.0.saturating_add(14));
        let part = if record.day >= middle.0 { middle } else { first };
        *parts.entry(part).or_default() += 1;
    }
    match parts.into_iter().find(|(_, ballots)| *ballots < policy::MIN_CELL) {
        Some((from, ballots)) => Err(Refusal::FewInPart { from, ballots }.into()),
        None => Ok(()),
    }
}
