//! Places, users, devices and setups against what the log says of them: figures follow a counter to its unit when they are
//! asked, so a row that was moved would move them.

use super::{
    Report, codes::Codes, excluded::Excluded, packs::Packs, people::People, publications::Publications, roster::Roster,
    tasks::Tasks,
};
use crate::{
    domain::{
        hex::{DeviceId, Hex, PublicKey},
        ids::{CounterId, NodeId},
        settings::NodeSettings,
        time::LocalDay,
    },
    store::Result,
    wire::keys::sha256,
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What the log says, entry by entry.
#[derive(Default)]
pub(super) struct Kept {
    nodes: BTreeMap<i64, Value>,
    counters: BTreeMap<i64, Value>,
    /// By the unit's number and the entry's position.
    versions: BTreeMap<(i64, i64), Value>,
    devices: HashMap<DeviceId, Device>,
    /// Newest settings of a unit, by its number.
    settings: BTreeMap<i64, Value>,
    /// Hash of the newest setup.
    setups: HashMap<DeviceId, Value>,
    /// One-time codes that were used, by device and purpose.
    codes: BTreeMap<(DeviceId, String), i64>,
    enrolment: Codes,
    packs: Packs,
    people: People,
    publications: Publications,
    excluded: Excluded,
    roster: Roster,
    tasks: Tasks,
}

struct Device {
    key: PublicKey,
    counter: Value,
    revoked: Option<i64>,
}

impl Kept {
    /// A device's key, if it was enrolled up to here.
    pub(super) fn key(&self, device: DeviceId) -> Option<PublicKey> {
        self.devices.get(&device).map(|device| device.key)
    }

    /// A device was enrolled. A code is a new permission, a certificate is none.
    pub(super) fn enrol(&mut self, id: DeviceId, key: PublicKey, entry: &Value) {
        let revoked = self.devices.get(&id).and_then(|device| device.revoked);
        let device = Device {
            key,
            counter: member(entry, "counter"),
            revoked: revoked.filter(|_| entry.get("code").is_none()),
        };
        self.devices.insert(id, device);
        self.enrolment.used(id, entry);
    }

    /// Any other entry.
    pub(super) fn entry(&mut self, pos: i64, kind: &str, entry: &Value) {
        let device = entry.get("device").and_then(Value::as_str);
        let device = device.and_then(|id| DeviceId::parse(id).ok());
        let no = entry.get("no").and_then(Value::as_i64).unwrap_or(0);
        match (kind, entry.get("what").and_then(Value::as_str), device) {
            ("node", Some("node_added"), _) => {
                self.version(pos, no, entry);
                self.nodes.insert(no, entry.clone());
            }
            ("node", Some("counter_added"), _) => drop(self.counters.insert(no, entry.clone())),
            ("node", Some("node_changed"), _) => {
                self.version(pos, no, entry);
                merge(&mut self.nodes, no, entry, &["name", "code", "parent"]);
            }
            ("node", Some("node_contact"), _) => merge(&mut self.nodes, no, entry, &["contact"]),
            ("node", Some("node_closed"), _) => merge(&mut self.nodes, no, entry, &["day"]),
            ("node", Some("counter_changed"), _) => {
                merge(&mut self.counters, no, entry, &["name", "moment", "field"]);
            }
            ("node", Some("counter_closed"), _) => merge(&mut self.counters, no, entry, &["day"]),
            ("node", Some("settings"), _) => drop(self.settings.insert(no, member(entry, "settings"))),
            ("code", Some(used @ ("unlock_used" | "erase_used")), Some(id)) => {
                let purpose = used.trim_end_matches("_used").to_owned();
                *self.codes.entry((id, purpose)).or_default() += 1;
            }
            ("code", None, None) => self.enrolment.made(pos, entry),
            ("user", ..) => self.people.entry(pos, entry),
            ("roster", ..) => self.roster.entry(pos, entry),
            ("exclusion", ..) => self.excluded.entry(pos, entry),
            ("task", ..) => self.tasks.entry(pos, entry),
            ("revoke", _, Some(id)) => self.change(id, |device| device.revoked = Some(pos)),
            ("setup", Some("moved"), Some(id)) => self.change(id, |device| device.counter = member(entry, "counter")),
            ("survey", Some("published"), _) => self.publications.entry(pos, entry),
            ("survey", Some("pack_published"), _) => self.packs.entry(pos, entry),
            ("setup", None, Some(id)) => drop(self.setups.insert(id, member(entry, "setup"))),
            _ => {}
        }
    }

    /// What a unit was from a day on. Entries of before versions say no day: theirs.
    fn version(&mut self, pos: i64, no: i64, entry: &Value) {
        let number = |name| entry.get(name).and_then(Value::as_i64);
        let day = number("from_day").unwrap_or_else(|| LocalDay::of(number("hour").unwrap_or(0)).0);
        let said = json!({"name": member(entry, "name"), "code": member(entry, "code"),
            "parent": member(entry, "parent"), "from_day": day});
        self.versions.insert((no, pos), said);
    }

    fn change(&mut self, id: DeviceId, change: impl FnOnce(&mut Device)) {
        if let Some(device) = self.devices.get_mut(&id) {
            change(device);
        }
    }

    /// Compares the tables with it.
    pub(super) fn check(mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare(
            "select n.no, n.id, n.name, n.kind, p.id, n.contact, n.code, n.valid_to
             from node n left join node p on p.no = n.parent_no",
        )?;
        let rows = rows.query_map([], |row| {
            let (name, kind): (String, String) = (row.get(2)?, row.get(3)?);
            let parent = row.get::<_, Option<_>>(4)?.map(Uuid::from_bytes).map(NodeId);
            let id = NodeId(Uuid::from_bytes(row.get(1)?));
            let (contact, code): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
            Ok((
                row.get(0)?,
                json!({"id": id, "name": name, "node_kind": kind, "parent": parent, "contact": contact,
                    "code": code, "day": closed(row.get(7)?)}),
            ))
        })?;
        compare("node", &mut self.nodes, rows, report)?;
        self.versions(conn, report)?;
        let mut rows = conn.prepare("select no, id, name, moment, field, node_no, valid_to from counter")?;
        let rows = rows.query_map([], |row| {
            let (name, moment, field): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let (id, node): (_, i64) = (CounterId(Uuid::from_bytes(row.get(1)?)), row.get(5)?);
            Ok((
                row.get(0)?,
                json!({"id": id, "name": name, "moment": moment, "field": field, "node": node,
                    "day": closed(row.get(6)?)}),
            ))
        })?;
        compare("counter", &mut self.counters, rows, report)?;
        self.settings(conn, report)?;
        self.codes(conn, report)?;
        std::mem::take(&mut self.enrolment).check(conn, report)?;
        std::mem::take(&mut self.packs).check(conn, report)?;
        self.people.check(conn, report)?;
        std::mem::take(&mut self.publications).check(conn, report)?;
        self.excluded.check(conn, report)?;
        self.roster.check(conn, report)?;
        self.tasks.check(conn, report)?;
        self.devices(conn, report)
    }

    fn codes(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows =
            conn.prepare("select d.id, o.purpose, o.used from operator_code o join device d on d.no = o.device_no")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (id, purpose): (DeviceId, String) = (Hex(row.get(0)?), row.get(1)?);
            if self.codes.remove(&(id, purpose)) != Some(row.get(2)?) {
                report.broken(
                    "device",
                    id.to_string(),
                    "its one-time codes are not used as often as the log says",
                );
            }
        }
        for (id, _) in self.codes.keys() {
            report.broken("device", id.to_string(), "a one-time code it used is missing");
        }
        Ok(())
    }

    fn versions(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare(
            "select v.node_no, v.pos, v.from_day, v.name, v.code, p.id
             from node_version v left join node p on p.no = v.parent_no",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let key: (i64, i64) = (row.get(0)?, row.get(1)?);
            let (day, name, code): (i64, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let parent = row.get::<_, Option<_>>(5)?.map(Uuid::from_bytes).map(NodeId);
            let found = json!({"name": name, "code": code, "parent": parent, "from_day": day});
            if self.versions.remove(&key) != Some(found) {
                let detail = format!("what it was from day {day} on is not as the log says");
                report.broken("node", format!("node/{}", key.0), detail);
            }
        }
        for (no, pos) in self.versions.keys() {
            report.broken(
                "node",
                format!("node/{no}"),
                format!("what log/{pos} says of it is missing"),
            );
        }
        Ok(())
    }

    fn settings(&mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare("select node_no, document from node_setting")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (no, document): (i64, String) = (row.get(0)?, row.get(1)?);
            let found = serde_json::from_str::<NodeSettings>(&document).ok();
            let found = found.map(|settings| json!(settings.without_secrets()));
            if self.settings.remove(&no) != found {
                report.broken(
                    "node",
                    format!("node/{no}"),
                    "its settings are not those that were logged",
                );
            }
        }
        for no in self.settings.keys() {
            report.broken("node", format!("node/{no}"), "its settings are missing");
        }
        Ok(())
    }

    fn devices(&self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare(
            "select d.id, d.public_key, c.id, d.revoked_pos, s.document
             from device d left join counter c on c.no = d.counter_no left join setup s on s.device_no = d.no",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (id, key): (DeviceId, PublicKey) = (Hex(row.get(0)?), Hex(row.get(1)?));
            let counter = row.get::<_, Option<_>>(2)?.map(Uuid::from_bytes).map(CounterId);
            let (revoked, setup): (Option<i64>, Option<String>) = (row.get(3)?, row.get(4)?);
            let setup = setup.map(|document| sha256(&[document.as_bytes()]));
            let wrong = match self.devices.get(&id) {
                Some(said) if said.key == key => {
                    let mut wrong = Vec::new();
                    wrong.extend((said.counter != json!(counter)).then_some("it was not enrolled at this counter"));
                    wrong.extend((said.revoked != revoked).then_some("it is not revoked as the log says"));
                    let newest = self.setups.get(&id).cloned().unwrap_or(Value::Null);
                    wrong.extend((newest != json!(setup)).then_some("its setup is not the one that was logged"));
                    wrong
                }
                _ => vec!["no enrolment in the log made this device"],
            };
            for detail in wrong {
                report.broken("device", id.to_string(), detail);
            }
        }
        Ok(())
    }
}

fn member(entry: &Value, name: &str) -> Value {
    entry.get(name).cloned().unwrap_or(Value::Null)
}

/// The first day on which something does not exist.
fn closed(valid_to: Option<i64>) -> Option<i64> {
    valid_to.map(|to| LocalDay::of(to).0)
}

/// Takes over what an entry changed.
fn merge(of: &mut BTreeMap<i64, Value>, no: i64, entry: &Value, names: &[&str]) {
    if let Some(said) = of.get_mut(&no).and_then(Value::as_object_mut) {
        for name in names {
            said.insert((*name).to_owned(), member(entry, name));
        }
    }
}

/// Each row must be as it was added, and each that was added must be there.
fn compare(
    table: &'static str,
    added: &mut BTreeMap<i64, Value>,
    rows: impl Iterator<Item = rusqlite::Result<(i64, Value)>>,
    report: &mut Report,
) -> Result<()> {
    for row in rows {
        let (no, row) = row?;
        let said = added.remove(&no).unwrap_or(Value::Null);
        let same = row.as_object().is_some_and(|row| {
            row.iter()
                .all(|(name, value)| said.get(name).unwrap_or(&Value::Null) == value)
        });
        if !same {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            report.broken(
                table,
                format!("{table}/{no}"),
                format!("“{name}” is not as the log says"),
            );
        }
    }
    for no in added.keys() {
        report.broken(
            table,
            format!("{table}/{no}"),
            "missing; the log says that it was added",
        );
    }
    Ok(())
}
