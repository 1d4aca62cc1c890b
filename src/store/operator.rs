//! Operator mode as the district sees it: one-time codes, and what tablets ask for in notes.
//!
//! A code is derived from the district's key, the device, the purpose and a number, so that it can be said again, needs
//! no network on the tablet (whose setup carries its hash) and is stored nowhere. When the district reads in a note that
//! the device used it, the number goes up and the next setup carries the hash of the next code.

use super::{
    Result, StoreError, WriteTx, alarms, devices, devices::Device, log::Kind, meta::Identity, places, settings,
};
use crate::{
    domain::{
        hex::{DeviceId, Hash, Hex},
        ids::CounterId,
        policy,
    },
    wire::{
        code::{Code, Purpose},
        keys::sha256,
        record::{Note, What},
        setup::{Operator, Place},
    },
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

/// What may be lost when a device is erased, to be looked at before its erase code is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AtStake {
    /// Records that the device last said were waiting, and when (hour, unix seconds).
    pub queued: u64,
    /// Hour of its last contact, unix seconds.
    pub last_contact: i64,
    /// Ballots that are known to be missing, at least.
    pub missing: u64,
}

/// The name of a purpose in the database and the log.
pub fn name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Unlock => "unlock",
        Purpose::Erase => "erase",
    }
}

fn used(conn: &Connection, device_no: i64, purpose: Purpose) -> Result<i64> {
    let used: Option<i64> = conn
        .prepare_cached("select used from operator_code where device_no = ?1 and purpose = ?2")?
        .query_row((device_no, name(purpose)), |row| row.get(0))
        .optional()?;
    Ok(used.unwrap_or(0))
}

/// The code that a device may use now.
fn code(identity: &Identity, conn: &Connection, device: &Device, purpose: Purpose) -> Result<Code> {
    let number = used(conn, device.no, purpose)?;
    let Hex(hash) = sha256(&[
        b"hailong/1/operator-code\0",
        &identity.key.seed(),
        &device.id.0,
        name(purpose).as_bytes(),
        &number.to_be_bytes(),
    ]);
    Ok(Code::from_random(hash.get(..policy::CODE_SHEET_CHARS).unwrap_or(&hash)))
}

/// The part of a device's setup that operator mode needs.
pub(super) fn setup(identity: &Identity, conn: &Connection, device: &Device) -> Result<Operator> {
    let hash = |purpose| -> Result<Option<Hash>> { Ok(Some(code(identity, conn, device, purpose)?.hash_for(purpose))) };
    let node = places::counter_by_no(conn, device.counter_no)?.node;
    Ok(Operator {
        counters: counters(conn, device)?,
        erase: hash(Purpose::Erase)?,
        pin: settings::effective(conn, node)?.pin,
        unlock: hash(Purpose::Unlock)?,
    })
}

/// The counters of the device's unit, in their order.
fn counters(conn: &Connection, device: &Device) -> Result<Vec<Place>> {
    // No device: where it once stood is not where it may go.
    let allowed = places::allowed(conn, 0, device.counter_no)?;
    let counters = places::counters(conn)?;
    let open = counters
        .into_iter()
        .filter(|counter| counter.valid_to.is_none() && allowed.contains(&counter.no));
    Ok(open
        .map(|counter| Place {
            id: counter.id,
            name: counter.name,
        })
        .collect())
}

/// What an erase of a device may lose.
pub fn at_stake(conn: &Connection, id: DeviceId) -> Result<AtStake> {
    let device = devices::find(conn, id)?.ok_or(StoreError::NotFound("device"))?;
    let queued = device
        .health
        .as_ref()
        .and_then(|said| said.get("health")?.get("queued")?.as_u64());
    let missing = alarms::missing(conn)?
        .into_iter()
        .filter(|missing| missing.device_no == device.no);
    Ok(AtStake {
        queued: queued.unwrap_or(0),
        last_contact: device.last_contact,
        missing: missing.map(|missing| missing.ballots).sum(),
    })
}

impl WriteTx<'_> {
    /// The one-time code of a device, for a named person, who is logged with what was at stake; the code is not.
    pub fn operator_code(&self, id: DeviceId, purpose: Purpose, by: &str, now: i64) -> Result<Code> {
        let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        let code = code(self.identity, self.conn, &device, purpose)?;
        let stake = at_stake(self.conn, id)?;
        let number = used(self.conn, device.no, purpose)?;
        let body = json!({"what": name(purpose), "device": id, "number": number, "by": by, "queued": stake.queued,
            "missing": stake.missing});
        self.log(Kind::Code, now, body)?;
        // A setup of an older version carries no hash of it.
        self.refresh_setup(device.no, now)?;
        Ok(code)
    }

    /// Does what a device's note asks for. Called once per note, after its bundle was logged.
    pub(super) fn noted(&self, id: DeviceId, note: &Note, now: i64) -> Result<()> {
        let device = devices::find(self.conn, id)?.ok_or(StoreError::NotFound("device"))?;
        match (note.what, note.counter) {
            (What::Unlocked, _) => self.code_used(&device, Purpose::Unlock, now),
            (What::Erased, _) => self.code_used(&device, Purpose::Erase, now),
            (What::CounterWanted, Some(counter)) => self.counter_wanted(&device, counter, now),
            _ => Ok(()),
        }
    }

    fn code_used(&self, device: &Device, purpose: Purpose, now: i64) -> Result<()> {
        self.conn
            .prepare_cached(
                "insert into operator_code (device_no, purpose, used) values (?1, ?2, 1)
                 on conflict (device_no, purpose) do update set used = used + 1",
            )?
            .execute((device.no, name(purpose)))?;
        let body = json!({"what": format!("{}_used", name(purpose)), "device": device.id});
        self.log(Kind::Code, now, body)?;
        self.refresh_setup(device.no, now)
    }

    /// A tablet may be moved from itself within its unit only; else the standing setup is made anew, so that it hears.
    fn counter_wanted(&self, device: &Device, wanted: CounterId, now: i64) -> Result<()> {
        let allowed = counters(self.conn, device)?.iter().any(|place| place.id == wanted);
        if allowed && !device.revoked {
            return self.move_device_by(device.id, wanted, Some("tablet"), now);
        }
        self.log(
            Kind::Setup,
            now,
            json!({"what": "move_refused", "device": device.id, "counter": wanted}),
        )?;
        self.renew_setup(device.no, now)
    }
}
