//! Tablets: who they are, where they stand, whether they are revoked.

use super::{Result, Store, StoreError, WriteTx, figures::Scope, log::Kind, withdraw::Withdrawn};
use crate::domain::{
    hex::{DeviceId, Hex, PublicKey},
    ids::CounterId,
    policy::SKEW_AS_IS_SECS,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// A tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its small number, the key of `rollup`.
    #[serde(skip)]
    pub no: i64,
    /// Its id: the first 16 bytes of its key's hash.
    pub id: DeviceId,
    /// Its public key.
    pub key: PublicKey,
    /// Where it stands.
    pub counter: CounterId,
    /// Number of that counter.
    #[serde(skip)]
    pub counter_no: i64,
    /// Hour of its first enrolment, unix seconds.
    pub enrolled: i64,
    /// It takes no new ballots; what it still sends is quarantined.
    pub revoked: bool,
    /// Hour of its last answered bundle, unix seconds, as the clock said then; see [`Device::heard`].
    pub last_contact: i64,
    /// Most clock jumps it told of.
    pub step: u32,
    /// Hour of the last contact before it told of them; of its enrolment, if there was none.
    pub step_contact: i64,
    /// See `wire::setup::Setup::practice_since`.
    #[serde(skip)]
    pub practice_since: Option<i64>,
    /// Records held of it, conflicts and holes included.
    pub held: u64,
    /// Ballots held of it.
    pub ballots: u64,
    /// What it last said of itself: JSON of `health`, `app`, `step`, and `ahead`, the minutes that its clock was ahead.
    pub health: Option<serde_json::Value>,
    /// How it was taken out of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
}

impl Device {
    /// When it was last heard of, in hours; `None` if that is not known: a time that lies ahead of the clock was noted
    /// while the clock was wrong.
    pub fn heard(&self, now: i64) -> Option<i64> {
        // A clock that is set right by minutes may step back over an hour.
        Some(self.last_contact).filter(|hour| *hour <= now.saturating_add(SKEW_AS_IS_SECS))
    }
}

const DEVICES: &str = "select d.no, d.id, d.public_key, c.id, d.counter_no, d.enrolled, d.revoked_pos is not null,
    d.last_contact, d.practice_since,
    (select coalesce(sum(records + conflicts), 0) from epoch where device_no = d.no),
    (select coalesce(sum(ballots), 0) from epoch where device_no = d.no), d.health, d.step, d.step_contact,
    (select body from log where pos = d.revoked_pos)
  from device d join counter c on c.no = d.counter_no";

fn device_of(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        no: row.get(0)?,
        id: Hex(row.get(1)?),
        key: Hex(row.get(2)?),
        counter: CounterId(Uuid::from_bytes(row.get(3)?)),
        counter_no: row.get(4)?,
        enrolled: row.get(5)?,
        revoked: row.get(6)?,
        last_contact: row.get(7)?,
        practice_since: row.get(8)?,
        held: row.get(9)?,
        ballots: row.get(10)?,
        health: row
            .get::<_, Option<String>>(11)?
            .and_then(|text| serde_json::from_str(&text).ok()),
        step: row.get(12)?,
        step_contact: row.get(13)?,
        withdrawn: row
            .get::<_, Option<String>>(14)?
            .map(|body| serde_json::from_str(&body).unwrap_or_default()),
    })
}

/// All devices, in the order they were enrolled.
pub fn all(conn: &Connection) -> Result<Vec<Device>> {
    let mut rows = conn.prepare_cached(&format!("{DEVICES} order by d.no"))?;
    Ok(rows.query_map([], device_of)?.collect::<std::result::Result<_, _>>()?)
}

/// The devices that stand in a scope, in the order they were enrolled.
pub fn within(conn: &Connection, scope: &Scope) -> Result<Vec<Device>> {
    let mut rows = conn.prepare_cached(&format!(
        "{DEVICES} where d.counter_no in (select value from json_each(?1)) order by d.no"
    ))?;
    let rows = rows.query_map([scope.numbers()], device_of)?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// One device, if it is known.
pub fn find(conn: &Connection, id: DeviceId) -> Result<Option<Device>> {
    Ok(conn
        .prepare_cached(&format!("{DEVICES} where d.id = ?1"))?
        .query_row([id.0], device_of)
        .optional()?)
}

/// A device's public key, if the device is known: all that a bundle's verification needs.
pub fn public_key(conn: &Connection, id: DeviceId) -> Result<Option<PublicKey>> {
    Ok(conn
        .prepare_cached("select public_key from device where id = ?1")?
        .query_row([id.0], |row| Ok(Hex(row.get(0)?)))
        .optional()?)
}

/// All devices, revoked ones too: their bundles are still stored.
pub fn ids(conn: &Connection) -> Result<Vec<DeviceId>> {
    let mut rows = conn.prepare_cached("select id from device")?;
    let rows = rows.query_map([], |row| Ok(Hex(row.get(0)?)))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

impl WriteTx<'_> {
    /// Revokes a device without giving a reason (see [`WriteTx::withdraw`]).
    pub fn revoke(&self, id: DeviceId, now: i64) -> Result<()> {
        self.withdraw(id, None, "", now)
    }

    /// Returns a device to practice: its next setup says so.
    pub fn return_to_practice(&self, id: DeviceId, now: i64) -> Result<()> {
        let device = find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        let since = now.max(device.practice_since.map_or(now, |since| since.saturating_add(1)));
        self.conn.execute(
            "update device set practice_since = ?2 where no = ?1",
            (device.no, since),
        )?;
        self.log(Kind::Practice, now, json!({"device": id, "since": since}))?;
        self.refresh_setup(device.no, now)?;
        Ok(())
    }

    /// Moves a device to another counter: its next setup says so.
    pub fn move_device(&self, id: DeviceId, counter: CounterId, now: i64) -> Result<()> {
        self.move_device_by(id, counter, None, now)
    }

    /// Like [`Self::move_device`]; the log says who asked for it.
    pub(super) fn move_device_by(&self, id: DeviceId, counter: CounterId, by: Option<&str>, now: i64) -> Result<()> {
        let device = find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        let counter = super::places::counter(self.conn, counter)?;
        self.place_device(device.no, counter.no)?;
        self.log(
            Kind::Setup,
            now,
            json!({"what": "moved", "device": id, "counter": counter.id, "by": by}),
        )?;
        self.refresh_setup(device.no, now)?;
        Ok(())
    }

    pub(super) fn place_device(&self, device_no: i64, counter_no: i64) -> Result<()> {
        self.conn.execute(
            "update device set counter_no = ?2 where no = ?1",
            (device_no, counter_no),
        )?;
        self.conn.execute(
            "insert or ignore into device_counter values (?1, ?2)",
            (device_no, counter_no),
        )?;
        Ok(())
    }
}

impl Store {
    /// Revokes a device (see [`WriteTx::revoke`]).
    pub fn revoke(&self, id: DeviceId, now: i64) -> Result<()> {
        self.write(move |tx| tx.revoke(id, now))
    }
}
