//! Setups: one signed document per device, made again when something it depends on has changed.

use super::{
    Result, Store, StoreError, WriteTx, comments,
    devices::{self, Device},
    enrol::token_hash,
    log::Kind,
    operator, packs, places, settings, surveys,
};
use crate::{
    domain::{
        hex::{Hex, PublicKey},
        policy::PRUNE_DAYS,
        time::LocalDay,
    },
    wire::{
        canon,
        keys::sha256,
        setup::{Counter, Node, Settings, Setup},
        signed,
    },
};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

/// A device's newest setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// max(previous + 1, unix seconds); also its ETag.
    pub version: i64,
    /// The signed document.
    pub document: String,
}

/// The version of a device's setup, 0 if none was made.
pub(super) fn version(conn: &Connection, device_no: i64) -> Result<i64> {
    let version = conn
        .prepare_cached("select version from setup where device_no = ?1")?
        .query_row([device_no], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0))
}

/// A device's newest setup.
pub(super) fn document(conn: &Connection, device_no: i64) -> Result<Option<Made>> {
    Ok(conn
        .prepare_cached("select version, document from setup where device_no = ?1")?
        .query_row([device_no], |row| {
            Ok(Made {
                version: row.get(0)?,
                document: row.get(1)?,
            })
        })
        .optional()?)
}

impl Store {
    /// The setup of the device that has this bearer token; `None` if nobody has it.
    pub fn setup_by_token(&self, token: &str) -> Result<Option<Made>> {
        let hash = token_hash(token);
        self.read(|conn| {
            let device_no: Option<i64> = conn
                .prepare_cached("select no from device where token_hash = ?1")?
                .query_row([hash.0], |row| row.get(0))
                .optional()?;
            device_no.map_or(Ok(None), |no| document(conn, no))
        })
    }
}

impl WriteTx<'_> {
    /// Makes every device's setup again where something it depends on has changed: a place's name or contact, the
    /// survey, a setting. Whoever changes such a thing calls this in the same transaction.
    pub fn refresh_setups(&self, now: i64) -> Result<()> {
        devices::all(self.conn)?
            .iter()
            .try_for_each(|device| self.refresh(device, false, now))
    }

    pub(super) fn refresh_setup(&self, device_no: i64, now: i64) -> Result<()> {
        self.refresh_device(device_no, false, now)
    }

    /// Makes a device's setup again though nothing has changed: the answer to a wish that is not granted.
    pub(super) fn renew_setup(&self, device_no: i64, now: i64) -> Result<()> {
        self.refresh_device(device_no, true, now)
    }

    fn refresh_device(&self, device_no: i64, always: bool, now: i64) -> Result<()> {
        let key: PublicKey =
            self.conn
                .query_row("select public_key from device where no = ?1", [device_no], |row| {
                    Ok(Hex(row.get(0)?))
                })?;
        let device = devices::find(self.conn, crate::wire::keys::key_id(&key))?;
        self.refresh(&device.ok_or(StoreError::NotFound("device"))?, always, now)
    }

    fn refresh(&self, device: &Device, always: bool, now: i64) -> Result<()> {
        let mut setup = self.setup(device, LocalDay::of(now))?;
        let basis = sha256(&[canon::line_of(&setup).as_bytes()]);
        let previous = self
            .conn
            .query_row(
                "select version, basis from setup where device_no = ?1",
                [device.no],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?)),
            )
            .optional()?;
        if !always && previous.is_some_and(|(_, before)| before == basis.0) {
            return Ok(());
        }
        setup.version = previous.map_or(now, |(version, _)| now.max(version.saturating_add(1)));
        let document = self.identity.seal(signed::SETUP, &setup);
        let body = json!({"device": device.id, "version": setup.version, "setup": sha256(&[document.as_bytes()])});
        self.log(Kind::Setup, now, body)?;
        self.conn.execute(
            "insert into setup (device_no, version, basis, document) values (?1, ?2, ?3, ?4)
             on conflict (device_no) do update set version = ?2, basis = ?3, document = ?4",
            (device.no, setup.version, basis.0, &document),
        )?;
        Ok(())
    }

    /// A device's setup as it would be on a day, version 0.
    fn setup(&self, device: &Device, today: LocalDay) -> Result<Setup> {
        let counter = places::counter_by_no(self.conn, device.counter_no)?;
        let node = places::node(self.conn, counter.node)?;
        let (_, survey) = surveys::at_counter(self.conn, counter.no, today)?;
        let decided = settings::effective(self.conn, node.id)?;
        let comment_key = match decided.comments {
            Some(true) => comments::public_key(self.conn)?,
            _ => None,
        };
        let packs = packs::for_setup(self.conn, decided.languages.as_deref())?;
        Ok(Setup {
            comment_key,
            counter: Counter {
                field: counter.field,
                id: counter.id,
                moment: counter.moment,
                name: counter.name,
            },
            demo: self.identity.demo,
            device: device.id,
            district: self.identity.id,
            file_key: Some(self.identity.file_key.public()),
            node: Node {
                contact: node.contact,
                id: node.id,
                name: node.name,
            },
            operator: Some(operator::setup(self.identity, self.conn, device)?),
            packs,
            practice_since: device.practice_since,
            settings: Settings {
                hold: !self.identity.demo,
                hours: settings::effective(self.conn, counter.node)?.hours,
                prune_days: PRUNE_DAYS,
            },
            survey,
            version: 0,
            v: crate::wire::VERSION,
        })
    }
}
