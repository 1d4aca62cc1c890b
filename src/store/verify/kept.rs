//! Places, devices and setups against what the log says of them: figures follow a counter to its unit when they are
//! asked, so a row that was moved would move them.

use super::Report;
use crate::{
    domain::{
        hex::{DeviceId, Hex, PublicKey},
        ids::{CounterId, NodeId},
        settings::NodeSettings,
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
    devices: HashMap<DeviceId, Device>,
    /// Newest settings of a unit, by its number.
    settings: BTreeMap<i64, Value>,
    /// Hash of the newest setup.
    setups: HashMap<DeviceId, Value>,
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
    }

    /// Any other entry.
    pub(super) fn entry(&mut self, pos: i64, kind: &str, entry: &Value) {
        let device = entry.get("device").and_then(Value::as_str);
        let device = device.and_then(|id| DeviceId::parse(id).ok());
        let no = entry.get("no").and_then(Value::as_i64).unwrap_or(0);
        match (kind, entry.get("what").and_then(Value::as_str), device) {
            ("node", Some("node_added"), _) => drop(self.nodes.insert(no, entry.clone())),
            ("node", Some("counter_added"), _) => drop(self.counters.insert(no, entry.clone())),
            ("node", Some("settings"), _) => drop(self.settings.insert(no, member(entry, "settings"))),
            ("revoke", _, Some(id)) => self.change(id, |device| device.revoked = Some(pos)),
            ("setup", Some("moved"), Some(id)) => self.change(id, |device| device.counter = member(entry, "counter")),
            ("setup", None, Some(id)) => drop(self.setups.insert(id, member(entry, "setup"))),
            _ => {}
        }
    }

    fn change(&mut self, id: DeviceId, change: impl FnOnce(&mut Device)) {
        if let Some(device) = self.devices.get_mut(&id) {
            change(device);
        }
    }

    /// Compares the tables with it.
    pub(super) fn check(mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare(
            "select n.no, n.id, n.name, n.kind, p.id, n.contact from node n left join node p on p.no = n.parent_no",
        )?;
        let rows = rows.query_map([], |row| {
            let (name, kind): (String, String) = (row.get(2)?, row.get(3)?);
            let parent = row.get::<_, Option<_>>(4)?.map(Uuid::from_bytes).map(NodeId);
            let id = NodeId(Uuid::from_bytes(row.get(1)?));
            let contact: Option<String> = row.get(5)?;
            Ok((
                row.get(0)?,
                json!({"id": id, "name": name, "node_kind": kind, "parent": parent, "contact": contact}),
            ))
        })?;
        compare("node", &mut self.nodes, rows, report)?;
        let mut rows = conn.prepare("select no, id, name, moment, field, node_no from counter")?;
        let rows = rows.query_map([], |row| {
            let (name, moment, field): (String, String, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
            let (id, node): (_, i64) = (CounterId(Uuid::from_bytes(row.get(1)?)), row.get(5)?);
            Ok((
                row.get(0)?,
                json!({"id": id, "name": name, "moment": moment, "field": field, "node": node}),
            ))
        })?;
        compare("counter", &mut self.counters, rows, report)?;
        self.settings(conn, report)?;
        self.devices(conn, report)
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
        let same = row
            .as_object()
            .is_some_and(|row| row.iter().all(|(name, value)| said.get(name) == Some(value)));
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
