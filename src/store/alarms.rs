//! What somebody should look at: forks, conflicts, holes, unreadable lines; and how many ballots may be missing.

use super::{Result, figures::Scope, ingest};
use crate::{
    domain::hex::{DeviceId, EpochId, Hex},
    wire::bundle::Tip,
};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// fork, conflict, hole, malformed, log.
    pub kind: String,
    /// Whose.
    pub device: DeviceId,
    /// Where in its chain.
    pub epoch: EpochId,
    /// Where in its chain.
    pub seq: u64,
    /// For people.
    pub detail: String,
    /// Hour it was raised, unix seconds.
    pub hour: i64,
}

/// What may be missing of one epoch. A lower bound: what both sides forgot is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Whose.
    pub device: DeviceId,
    /// Number of that device.
    #[serde(skip)]
    pub device_no: i64,
    /// Which epoch.
    pub epoch: EpochId,
    /// At least so many ballots.
    pub ballots: u64,
    /// Hour of the first receipt for a bundle that named the epoch, unix seconds.
    pub from: i64,
    /// Hour of the last such receipt, unix seconds.
    pub to: i64,
}

/// More than any device can have cast; keeps sums of hostile claims inside 64 bits.
pub(super) const CLAIM_CAP: u64 = 1 << 40;

/// All alarms, newest first.
pub fn all(conn: &Connection, limit: u32) -> Result<Vec<Alarm>> {
    list(conn, "%", limit)
}

/// The forks: roll-backs and copied devices, newest first.
pub fn forks(conn: &Connection) -> Result<Vec<Alarm>> {
    list(conn, "fork", u32::MAX)
}

fn list(conn: &Connection, kind: &str, limit: u32) -> Result<Vec<Alarm>> {
    let mut rows = conn.prepare_cached(
        "select a.kind, d.id, e.id, a.seq, a.detail, a.hour
         from alarm a join device d on d.no = a.device_no join epoch e on e.no = a.epoch_no
         where a.kind like ?1 order by a.no desc limit ?2",
    )?;
    let rows = rows.query_map((kind, limit), |row| {
        Ok(Alarm {
            kind: row.get(0)?,
            device: Hex(row.get(1)?),
            epoch: Hex(row.get(2)?),
            seq: row.get(3)?,
            detail: row.get(4)?,
            hour: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Of each device (its number): how often an alarm of each kind was raised, and how often it said itself that its
/// database went back in time (`rolled_back`) or was damaged (`damaged`).
pub fn of_devices(conn: &Connection) -> Result<BTreeMap<i64, BTreeMap<String, u64>>> {
    let mut rows = conn.prepare_cached(
        "select device_no, kind, count(*) from alarm group by 1, 2
         union all
         select e.device_no, o.why, count(*) from opening o join epoch e on e.no = o.epoch_no
         where o.why in ('rolled_back', 'damaged') group by 1, 2",
    )?;
    let mut rows = rows.query([])?;
    let mut all: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        all.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
    }
    Ok(all)
}

/// Epochs of which ballots may be missing (design §4): the largest `ballots` that any tip, mark or prev named, minus
/// ballots and holes held, and minus those that were cast again from a draft (`migrations/0099_found_draft.sql`). The sum
/// of `ballots` is "may be missing at least k".
pub fn missing(conn: &Connection) -> Result<Vec<Missing>> {
    let mut rows = conn.prepare_cached(
        "select d.id, d.no, e.id, m.ballots, c.first_hour, c.last_hour
         from missing m join claim c on c.epoch_no = m.epoch_no join epoch e on e.no = m.epoch_no
           join device d on d.no = m.device_no
         where m.ballots > 0 order by d.no, e.no",
    )?;
    let rows = rows.query_map([], |row| {
        Ok(Missing {
            device: Hex(row.get(0)?),
            device_no: row.get(1)?,
            epoch: Hex(row.get(2)?),
            ballots: row.get(3)?,
            from: row.get(4)?,
            to: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Ballots that are missing at least, of the tablets that stand in a scope now.
pub fn missing_in(conn: &Connection, scope: &Scope) -> Result<u64> {
    Ok(conn
        .prepare_cached(
            "select coalesce(sum(m.ballots), 0) from missing m join device d on d.no = m.device_no
             where m.ballots > 0 and d.counter_no in (select value from json_each(?1))",
        )?
        .query_row([scope.numbers()], |row| row.get(0))?)
}

/// Raises an alarm; answers whether it is new.
pub(super) fn raise(
    conn: &Connection,
    kind: &str,
    device_no: i64,
    epoch_no: i64,
    seq: i64,
    detail: &str,
    hour: i64,
) -> Result<bool> {
    let added = conn
        .prepare_cached(
            "insert into alarm (kind, device_no, epoch_no, seq, detail, hour) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (kind, epoch_no, seq) do nothing",
        )?
        .execute((kind, device_no, epoch_no, seq, detail, hour))?;
    Ok(added > 0)
}

/// Remembers the furthest place of an epoch that was named. Answers the epoch's number.
pub(super) fn claim(conn: &Connection, device_no: i64, tip: &Tip, hour: i64) -> Result<i64> {
    let epoch_no = ingest::epoch_number(conn, device_no, tip.epoch)?;
    conn.prepare_cached(
        "insert into claim (epoch_no, ballots, seq, first_hour, last_hour) values (?1, ?2, ?3, ?4, ?4)
         on conflict (epoch_no) do update set ballots = max(ballots, excluded.ballots), seq = max(seq, excluded.seq),
           last_hour = max(last_hour, excluded.last_hour)",
    )?
    .execute((
        epoch_no,
        tip.ballots.min(CLAIM_CAP),
        i64::try_from(tip.seq).unwrap_or(i64::MAX),
        hour,
    ))?;
    Ok(epoch_no)
}

/// Looks for forks around an epoch: two epochs that continue the same place, or one that continues a place behind
/// what is held. All branches count; somebody should look. Answers whether there are any.
pub(super) fn check_forks(conn: &Connection, device_no: i64, epoch_no: i64, hour: i64) -> Result<bool> {
    let forks = forks_where(conn, "o.epoch_no = ?1 or o.prev_epoch_no = ?1", [epoch_no])?;
    for (fork, detail) in &forks {
        raise(conn, "fork", device_no, *fork, 0, detail, hour)?;
    }
    Ok(!forks.is_empty())
}

/// Every fork, found again: epochs by number, and why.
pub(super) fn all_forks(conn: &Connection) -> Result<Vec<(i64, &'static str)>> {
    forks_where(conn, "true", [])
}

fn forks_where(
    conn: &Connection,
    which: &'static str,
    params: impl rusqlite::Params,
) -> Result<Vec<(i64, &'static str)>> {
    let mut rows = conn.prepare_cached(&format!(
        "select o.epoch_no, p.last_seq > o.prev_seq
         from opening o join epoch own on own.no = o.epoch_no left join epoch p on p.no = o.prev_epoch_no
         where ({which})
           and (p.last_seq > o.prev_seq
             or (o.why is not 'damaged' and exists (
               select 1 from opening q
               where q.prev_epoch_no = o.prev_epoch_no and q.prev_seq is o.prev_seq and q.epoch_no < o.epoch_no))
             or (o.why is not 'damaged' and o.prev_epoch_no is null and exists (
               select 1 from epoch e cross join opening q on q.epoch_no = e.no
               where e.device_no = own.device_no and e.no < o.epoch_no and q.prev_epoch_no is null)))
         order by o.epoch_no"
    ))?;
    let found = rows.query_map(params, |row| {
        let behind: Option<bool> = row.get(1)?;
        let detail = match behind {
            Some(true) => "continues a place behind what is held: rolled back, or a copied device",
            _ => "continues the same place as another epoch: rolled back, or a copied device",
        };
        Ok((row.get(0)?, detail))
    })?;
    Ok(found.collect::<std::result::Result<_, _>>()?)
}
