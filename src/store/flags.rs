//! Flags (F13): what in the stored ballots does not look like citizens at a counter. A flag takes nothing out of any
//! figure; a person may, with an exclusion. Counts only, never answers.

use super::{
    Result,
    exclusions::after_hours,
    figures::{self, Scope},
    log,
    meaning::json_array,
    places::Counter,
    settings, volumes,
};
use crate::domain::{
    hex::{DeviceId, Hex},
    ids::{CounterId, NodeId},
    period::Period,
    policy,
    settings::Hours,
    time::{LocalDay, Month},
};
use rusqlite::Connection;
use std::collections::{BTreeMap, btree_map::Entry};

/// What does not look right, with the numbers that a sentence about it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// So many ballots came less than 20 s after the one before.
    Pace {
        /// How many.
        quick: u64,
    },
    /// So many came in one hour.
    Burst {
        /// Which hour, 0 to 23.
        hour: u8,
        /// How many in it.
        ballots: u64,
    },
    /// So many came in hours in which the unit is closed.
    AfterHours {
        /// How many.
        ballots: u64,
    },
}

/// One flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// Which day; for a whole period its first.
    pub day: LocalDay,
    /// The counter's number.
    pub counter_no: i64,
    /// The counter.
    pub counter: CounterId,
    /// On which tablet, where that matters.
    pub device: Option<DeviceId>,
    /// What.
    pub sign: Sign,
    /// Counted ballots of that counter or tablet on that day, excluded ones included.
    pub of: u64,
}

/// A unit that counted more ballots in its reporting month than it says it served people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crowded {
    /// Which unit.
    pub node: NodeId,
    /// What it is called.
    pub name: String,
    /// Its reporting month.
    pub period: Period,
    /// Ballots counted, waiting and excluded ones included.
    pub ballots: u64,
    /// Transactions that were entered.
    pub transactions: u64,
}

/// The units of a scope with more ballots than transactions in a month, where somebody entered those; each by its own
/// reporting month.
pub fn crowded(conn: &Connection, scope: &Scope, month: Month) -> Result<Vec<Crowded>> {
    let head = log::head(conn)?.pos;
    let mut found = Vec::new();
    for node in &scope.nodes {
        let kind = settings::effective(conn, node.id)?.month.unwrap_or_default();
        let period = kind.period(month);
        let Some(volume) = volumes::own(conn, node.id, period, head)? else {
            continue;
        };
        let own = figures::sources(conn, &Scope::of(conn, Some(node.id))?, period)?;
        let ballots = own.counted + own.excluded;
        if ballots > volume.transactions {
            found.push(Crowded {
                node: node.id,
                name: node.name.clone(),
                period,
                ballots,
                transactions: volume.transactions,
            });
        }
    }
    Ok(found)
}

/// Every flag of a scope in a period, newest day first.
pub fn flags(conn: &Connection, scope: &Scope, period: Period) -> Result<Vec<Flagged>> {
    let mut found = pace(conn, scope, period)?;
    found.extend(by_hour(conn, scope, period)?);
    found.sort_by_key(|flag| (std::cmp::Reverse(flag.day), flag.counter_no, flag.sign));
    Ok(found)
}

fn counter_of(scope: &Scope, no: i64) -> Option<CounterId> {
    scope
        .counters
        .iter()
        .find(|counter| counter.no == no)
        .map(|counter| counter.id)
}

/// Many quick ballots of one tablet on one day.
fn pace(conn: &Connection, scope: &Scope, period: Period) -> Result<Vec<Flagged>> {
    let mut rows = conn.prepare_cached(
        "select r.day, r.counter_no, v.id, count(*) from record r indexed by record_burst
           join epoch e on e.no = r.epoch_no join device v on v.no = e.device_no
         where r.state = 1 and r.marks & 32 and r.day >= ?2 and r.day < ?3
           and r.counter_no in (select value from json_each(?1))
         group by 1, 2, 3 having count(*) >= ?4",
    )?;
    let least = policy::FLAG_PACE_BALLOTS;
    let mut rows = rows.query((scope.numbers(), period.first().0, period.end().0, least))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (day, counter_no): (i64, i64) = (row.get(0)?, row.get(1)?);
        let device: DeviceId = Hex(row.get(2)?);
        let Some(counter) = counter_of(scope, counter_no) else {
            continue;
        };
        let of = conn
            .prepare_cached(
                "select coalesce(sum(r.n), 0) from rollup r join device v on v.no = r.device_no
                 where r.day = ?1 and r.counter_no = ?2 and v.id = ?3 and r.question = 0 and r.state in (1, 11)",
            )?
            .query_row((day, counter_no, device.0), |row| row.get(0))?;
        found.push(Flagged {
            day: LocalDay(day),
            counter_no,
            counter,
            device: Some(device),
            sign: Sign::Pace { quick: row.get(3)? },
            of,
        });
    }
    Ok(found)
}

/// Tablets by their number.
fn devices(conn: &Connection) -> Result<BTreeMap<i64, DeviceId>> {
    let mut rows = conn.prepare_cached("select no, id from device")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, Hex(row.get(1)?))))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Counted ballots of one counter on one day, by tablet and hour.
type Hours24 = BTreeMap<(i64, u8), u64>;

/// Up to so many counters are looked for one by one, so that a commune reads none of another's rows; of more, every row
/// of the days is read.
const NAMED: usize = 100;

/// Ballots by day and counter; of many counters also those outside the scope.
fn ballots_by_hour(conn: &Connection, scope: &Scope, period: Period) -> Result<BTreeMap<(i64, i64), Hours24>> {
    let days = json_array(period.first().0..period.end().0);
    let named = if scope.counters.len() <= NAMED {
        "counter_no in (select value from json_each(?1))"
    } else {
        "?1 <> ''"
    };
    let mut rows = conn.prepare_cached(&format!(
        "select day, counter_no, device_no, hour, n from rollup
         where day in (select value from json_each(?2)) and {named} and state in (1, 11) and question = 0"
    ))?;
    let mut rows = rows.query((scope.numbers(), days))?;
    let mut all: BTreeMap<_, Hours24> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let own = all.entry((row.get(0)?, row.get(1)?)).or_default();
        *own.entry((row.get(2)?, row.get(3)?)).or_default() += row.get::<_, u64>(4)?;
    }
    Ok(all)
}

/// Crowded hours of a tablet, and closed hours of a counter.
fn by_hour(conn: &Connection, scope: &Scope, period: Period) -> Result<Vec<Flagged>> {
    let devices = devices(conn)?;
    let counters: BTreeMap<i64, &Counter> = scope.counters.iter().map(|counter| (counter.no, counter)).collect();
    let mut found = Vec::new();
    let mut open: BTreeMap<NodeId, Option<Hours>> = BTreeMap::new();
    for ((day, counter_no), hours) in ballots_by_hour(conn, scope, period)? {
        let Some(counter) = counters.get(&counter_no) else {
            continue;
        };
        let flagged = |device, sign, of| Flagged {
            day: LocalDay(day),
            counter_no,
            counter: counter.id,
            device,
            sign,
            of,
        };
        let of_tablet = |no: i64| hours.range((no, 0)..=(no, u8::MAX)).map(|(_, n)| n).sum();
        for ((device_no, hour), ballots) in &hours {
            let (hour, ballots) = (*hour, *ballots);
            if ballots >= policy::FLAG_HOUR_BALLOTS {
                let device = devices.get(device_no).copied();
                found.push(flagged(device, Sign::Burst { hour, ballots }, of_tablet(*device_no)));
            }
        }
        if let Entry::Vacant(new) = open.entry(counter.node) {
            new.insert(settings::effective(conn, counter.node)?.hours);
        }
        let Some(open) = open.get(&counter.node).and_then(Option::as_ref) else {
            continue;
        };
        let late = |hour: u8| after_hours(open, day, i64::from(hour));
        let ballots = hours.iter().filter(|((_, hour), _)| late(*hour)).map(|(_, n)| n).sum();
        if ballots >= policy::FLAG_AFTER_HOURS_BALLOTS {
            found.push(flagged(None, Sign::AfterHours { ballots }, hours.values().sum()));
        }
    }
    Ok(found)
}
