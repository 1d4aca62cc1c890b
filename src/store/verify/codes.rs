//! Enrolment codes against what the log says of them: whoever could put one in, or make a used one new, could enrol a
//! tablet that nobody allowed.

use super::Report;
use crate::{
    domain::{
        hex::{DeviceId, Hash, Hex},
        ids::CounterId,
    },
    store::Result,
};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the log says of codes, by the hash as it stands there.
#[derive(Default)]
pub(super) struct Codes(BTreeMap<String, Said>);

#[derive(PartialEq)]
struct Said {
    pos: i64,
    counter: Value,
    expires: Value,
    device: Option<DeviceId>,
}

impl Codes {
    /// A code was made.
    pub(super) fn made(&mut self, pos: i64, entry: &Value) {
        let member = |name| entry.get(name).cloned().unwrap_or(Value::Null);
        if let Some(hash) = entry.get("hash").and_then(Value::as_str) {
            let (counter, expires) = (member("counter"), member("expires"));
            let device = None;
            let said = Said {
                pos,
                counter,
                expires,
                device,
            };
            self.0.insert(hash.to_owned(), said);
        }
    }

    /// A device was enrolled, perhaps by a code.
    pub(super) fn used(&mut self, device: DeviceId, entry: &Value) {
        let code = entry.get("code").and_then(Value::as_str);
        if let Some(said) = code.and_then(|hash| self.0.get_mut(hash)) {
            said.device = Some(device);
        }
    }

    /// Compares the table with it.
    pub(super) fn check(mut self, conn: &Connection, report: &mut Report) -> Result<()> {
        let mut rows = conn.prepare(
            "select k.hash, k.pos, c.id, k.expires, d.id from code k
             left join counter c on c.no = k.counter_no left join device d on d.no = k.device_no",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let hash: Hash = Hex(row.get(0)?);
            let counter = row.get::<_, Option<_>>(2)?.map(Uuid::from_bytes).map(CounterId);
            let found = Said {
                pos: row.get(1)?,
                counter: json!(counter),
                expires: json!(row.get::<_, i64>(3)?),
                device: row.get::<_, Option<_>>(4)?.map(Hex),
            };
            if self.0.remove(&hash.to_string()) != Some(found) {
                let place = format!("log/{}", row.get::<_, i64>(1)?);
                report.broken(
                    "code",
                    place,
                    "an enrolment code is not as the log says, or used otherwise",
                );
            }
        }
        for said in self.0.values() {
            report.broken(
                "code",
                format!("log/{}", said.pos),
                "the enrolment code made here is missing",
            );
        }
        Ok(())
    }
}
