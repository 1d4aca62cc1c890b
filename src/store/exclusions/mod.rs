//! Exclusions (design §5): whole days of a counter or a tablet, optionally only the ballots with one flag, that a person
//! took out of the figures with a reason. Never single ballots, never what comes later, and never so that one to four can
//! be told apart (`parts`).
//!
//! A ballot that a standing exclusion covers is in the rollups under [`State::Excluded`] instead of `Counted`; which
//! ones are covered follows from the exclusion's row and the record alone ([`Exclusion::covers`]), so `verify` can say
//! it again. The bytes, the record and its place in exports stay.

mod decide;
mod parts;
mod reach;

pub use reach::{cast_at, within};

use super::{
    Refusal, Result,
    decisions::Current,
    release,
    state::{State, marks},
};
use crate::domain::{
    hex::{DeviceId, Hex},
    ids::CounterId,
    settings::Hours,
    time::LocalDay,
};
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::json;

/// Whose ballots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Those cast at a counter, by its number.
    Counter(i64),
    /// Those cast on a tablet, by its number.
    Device(i64),
}

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Less than 20 s after the ballot before on the same tablet.
    Burst,
    /// In an hour in which the unit is closed.
    AfterHours,
}

impl Flag {
    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Burst => "burst",
            Self::AfterHours => "after_hours",
        }
    }

    /// The flag of that name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Burst, Self::AfterHours]
            .into_iter()
            .find(|flag| flag.name() == text)
    }
}

/// A decision to exclude.
#[derive(Clone, Debug)]
pub struct Exclusion {
    /// Its number.
    pub no: i64,
    /// Whose ballots.
    pub over: Over,
    /// The tablet's id, if it is of a tablet.
    pub tablet: Option<DeviceId>,
    /// First day.
    pub first: LocalDay,
    /// Last day, included.
    pub last: LocalDay,
    /// Which of them; `None`: all.
    pub flag: Option<Flag>,
    /// Opening hours as they were, for [`Flag::AfterHours`].
    pub hours: Option<Hours>,
    /// Ballots that it took out when it was decided.
    pub ballots: u64,
    /// Why.
    pub reason: String,
    /// Whose decision.
    pub who: String,
    /// Hour it was decided, unix seconds.
    pub hour: i64,
    /// Position of its log entry.
    pub pos: i64,
    /// What undid it.
    pub undone: Option<Undone>,
}

/// What undid an exclusion.
#[derive(Clone, Debug)]
pub struct Undone {
    /// Why.
    pub reason: String,
    /// Whose decision.
    pub who: String,
    /// Hour it was decided, unix seconds.
    pub hour: i64,
    /// Position of its log entry.
    pub pos: i64,
}

/// What an exclusion looks at of a ballot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fact {
    pub(super) counter_no: i64,
    pub(super) device_no: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) marks: i64,
    /// Position of its arrival, or of the decision that counted it.
    pub(super) pos: i64,
}

impl Fact {
    /// Six columns of a row, in the order of the members.
    pub(super) fn read(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            counter_no: row.get(first)?,
            device_no: row.get(first + 1)?,
            day: row.get(first + 2)?,
            hour: row.get(first + 3)?,
            marks: row.get(first + 4)?,
            pos: row.get(first + 5)?,
        })
    }
}

/// What is asked to be excluded.
#[derive(Clone, Debug)]
pub struct NewExclusion {
    /// At a counter, or …
    pub counter: Option<CounterId>,
    /// … on a tablet; one of the two.
    pub device: Option<DeviceId>,
    /// First day.
    pub first: LocalDay,
    /// Last day, included.
    pub last: LocalDay,
    /// Which of them; `None`: all.
    pub flag: Option<Flag>,
    /// Why.
    pub reason: String,
}

impl Exclusion {
    /// Whether it covers a counted ballot that was released at this log position.
    pub(super) fn covers(&self, fact: &Fact, released_pos: i64) -> bool {
        let over = match self.over {
            Over::Counter(no) => fact.counter_no == no,
            Over::Device(no) => fact.device_no == no,
        };
        over && (self.first.0..=self.last.0).contains(&fact.day)
            && fact.pos <= self.pos
            && released_pos <= self.pos
            && match self.flag {
                None => true,
                Some(Flag::Burst) => fact.marks & marks::BURST != 0,
                Some(Flag::AfterHours) => self
                    .hours
                    .as_ref()
                    .is_some_and(|hours| after_hours(hours, fact.day, fact.hour)),
            }
    }
}

/// Whether no minute of this hour lies within the opening hours: a ballot's hour is known, its minute is not.
pub(super) fn after_hours(hours: &Hours, day: i64, hour: i64) -> bool {
    // 1970-01-01 was a Thursday.
    let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0);
    let minutes = u16::try_from(hour * 60).unwrap_or(0);
    !(minutes..minutes.saturating_add(60)).any(|minute| hours.contain(weekday, minute))
}

/// How a counted ballot is counted now, and in which release.
pub(super) fn placed(conn: &Connection, standing: &[Exclusion], fact: &Fact) -> Result<(State, i64)> {
    let Some((release, released_pos)) = release::released(conn, fact.counter_no, fact.day, fact.pos)? else {
        return Ok((State::Counted, 0));
    };
    let excluded = standing.iter().any(|exclusion| exclusion.covers(fact, released_pos));
    let state = if excluded { State::Excluded } else { State::Counted };
    Ok((state, release))
}

const EXCLUSIONS: &str = "select x.no, x.counter_no, x.device_no, x.first_day, x.last_day, x.flag, x.hours, x.ballots,
    x.reason, json_extract(l.body, '$.by'), l.hour, x.pos, u.reason, json_extract(m.body, '$.by'), m.hour, u.pos, t.id
  from exclusion x left join log l on l.pos = x.pos left join device t on t.no = x.device_no
  left join exclusion_end u on u.exclusion_no = x.no left join log m on m.pos = u.pos";

fn exclusion_of(row: &Row<'_>) -> rusqlite::Result<Exclusion> {
    let (counter, device): (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
    let (flag, hours): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
    let undone_pos: Option<i64> = row.get(15)?;
    Ok(Exclusion {
        no: row.get(0)?,
        over: match (counter, device) {
            (Some(no), _) => Over::Counter(no),
            (None, no) => Over::Device(no.unwrap_or(0)),
        },
        tablet: row.get::<_, Option<_>>(16)?.map(Hex),
        first: LocalDay(row.get(3)?),
        last: LocalDay(row.get(4)?),
        flag: flag.and_then(|flag| Flag::parse(&flag)),
        hours: hours.and_then(|hours| serde_json::from_str(&hours).ok()),
        ballots: row.get(7)?,
        reason: row.get(8)?,
        who: row.get::<_, Option<String>>(9)?.unwrap_or_default(),
        hour: row.get::<_, Option<i64>>(10)?.unwrap_or(0),
        pos: row.get(11)?,
        undone: match undone_pos {
            None => None,
            Some(pos) => Some(Undone {
                reason: row.get(12)?,
                who: row.get::<_, Option<String>>(13)?.unwrap_or_default(),
                hour: row.get::<_, Option<i64>>(14)?.unwrap_or(0),
                pos,
            }),
        },
    })
}

/// All of them, undone ones included, newest first.
pub fn all(conn: &Connection) -> Result<Vec<Exclusion>> {
    let mut rows = conn.prepare_cached(&format!("{EXCLUSIONS} order by x.no desc"))?;
    Ok(rows
        .query_map([], exclusion_of)?
        .collect::<std::result::Result<_, _>>()?)
}

/// Those that stand.
pub fn standing(conn: &Connection) -> Result<Vec<Exclusion>> {
    let mut rows = conn.prepare_cached(&format!("{EXCLUSIONS} where u.pos is null order by x.no"))?;
    Ok(rows
        .query_map([], exclusion_of)?
        .collect::<std::result::Result<_, _>>()?)
}

/// Those that stood when a day began.
pub(super) fn stood(conn: &Connection, day: LocalDay) -> Result<Vec<Exclusion>> {
    let mut all = all(conn)?;
    let later = |undone: &Undone| undone.hour >= day.start();
    all.retain(|x| x.hour < day.start() && x.undone.as_ref().is_none_or(later));
    Ok(all)
}

/// A reason that a person typed.
pub(super) fn reason_ok(text: &str) -> Result<String> {
    let reason = text.trim();
    let long = reason.chars().count();
    if !(5..=500).contains(&long) || reason.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(Refusal::Reason.into());
    }
    Ok(reason.to_owned())
}

/// What a record is, for an exclusion.
impl Current {
    pub(super) fn fact(&self) -> Fact {
        Fact {
            counter_no: self.counter_no,
            device_no: self.device_no,
            day: self.day,
            hour: self.hour,
            marks: self.marks,
            pos: self.pos,
        }
    }
}

fn numbers(over: Over) -> (Option<i64>, Option<i64>) {
    match over {
        Over::Counter(no) => (Some(no), None),
        Over::Device(no) => (None, Some(no)),
    }
}

/// As the log says it.
pub(super) fn said(x: &Exclusion) -> serde_json::Value {
    let (counter, device) = numbers(x.over);
    json!({"what": "excluded", "exclusion": x.no, "counter": counter, "device": device, "first_day": x.first.0,
        "last_day": x.last.0, "flag": x.flag, "hours": x.hours, "ballots": x.ballots, "reason": x.reason})
}
