//! Deciding: excluding a scope, including it again, and the bounds of both.

use super::{
    Exclusion, Flag, NewExclusion, Over, all, cast_at, numbers,
    parts::{Part, too_few},
    reason_ok, said,
};
use crate::{
    domain::{policy, time::LocalDay},
    store::{
        Refusal, Result, StoreError, WriteTx,
        decisions::Current,
        devices,
        log::Kind,
        places,
        release::{self, Days},
        settings,
        state::State,
    },
};
use serde_json::json;

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
        let touched = self.touched(&wanted, true)?;
        let taken: Vec<_> = touched
            .iter()
            .filter(|(_, part)| part.counts == (true, false))
            .collect();
        wanted.ballots = taken.len() as u64;
        if wanted.ballots < policy::MIN_CELL {
            return Err(Refusal::FewBallots(wanted.ballots).into());
        }
        self.singles_out(&touched, true)?;
        wanted.no = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from exclusion", [], |row| row.get(0))?;
        wanted.pos = self.log(Kind::Exclusion, now, said(&wanted))?;
        self.insert(&wanted)?;
        for (record, _) in taken {
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
        let touched = self.touched(undone, false)?;
        self.singles_out(&touched, false)?;
        let body = json!({"what": "included", "exclusion": no, "reason": reason});
        let pos = self.log(Kind::Exclusion, now, body)?;
        self.conn.execute(
            "insert into exclusion_end (exclusion_no, reason, pos) values (?1, ?2, ?3)",
            (no, &reason, pos),
        )?;
        for (record, part) in &touched {
            if part.counts == (false, true) {
                self.shift(record, State::Excluded, State::Counted)?;
            }
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

    /// The released ballots of the half months that a scope touches at its counters, and what its beginning to stand, or
    /// its end, does to each.
    fn touched(&self, scope: &Exclusion, begins: bool) -> Result<Vec<(Current, Part)>> {
        let ever = all(self.conn)?;
        let counters = match scope.over {
            Over::Counter(no) => vec![no],
            Over::Device(no) => cast_at(self.conn, no, scope.first, scope.last, scope.pos)?,
        };
        let (first, end) = (Days::half(scope.first.0).from, Days::half(scope.last.0).to);
        let mut touched = Vec::new();
        for counter_no in counters {
            for record in self.counted(counter_no, first, end)? {
                let fact = record.fact();
                let Some((release, pos)) = release::released(self.conn, counter_no, fact.day, fact.pos)? else {
                    continue;
                };
                let covering: Vec<_> = ever.iter().filter(|other| other.covers(&fact, pos)).collect();
                let elsewhere = covering.iter().any(|x| x.no != scope.no && x.undone.is_none());
                let covered = scope.covers(&fact, pos);
                let counts = |stands: bool| !(elsewhere || stands && covered);
                let part = Part {
                    half: (counter_no, Days::half(fact.day).from),
                    release,
                    exclusions: covering.iter().map(|other| other.no).collect(),
                    covered,
                    counts: (counts(!begins), counts(begins)),
                };
                touched.push((record, part));
            }
        }
        Ok(touched)
    }

    /// Refuses what would single out one to four ballots.
    fn singles_out(&self, touched: &[(Current, Part)], begins: bool) -> Result<()> {
        let Some(((counter_no, from), ballots, how)) = too_few(touched.iter().map(|(_, part)| part)) else {
            return Ok(());
        };
        // Ballots of a counter that is not known may count by a decision, and have no name to say.
        let known = (counter_no > 0).then(|| places::counter_by_no(self.conn, counter_no));
        let (counter, from) = (known.transpose()?.map(|known| known.name), LocalDay(from));
        Err(match begins {
            true => Refusal::Few {
                counter,
                from,
                ballots,
                how,
            },
            false => Refusal::FewBack { counter, from, ballots },
        }
        .into())
    }
}
