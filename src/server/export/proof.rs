//! What follows the rows of an evidence export as NDJSON: enough for an outsider to check them from
//! `docs/protocol.md` §15 alone. Each line is an object whose member `proof` says what it is.

use super::{ExportError, Request};
use crate::{
    store::{Identity, Reader, figures::Scope, proof},
    table::TableError,
};
use serde_json::{Value, json};
use std::io::Write;

/// Version of the format.
const VERSION: u32 = 1;

/// Writes the lines. `rows` is how many rows came before.
pub(super) fn write(
    conn: &Reader,
    identity: &Identity,
    scope: &Scope,
    (request, purpose): (&Request, &str),
    rows: u64,
    out: impl Write,
) -> Result<(), ExportError> {
    let mut lines = Lines {
        out,
        written: 0,
        failed: None,
    };
    lines.put(json!({
        "proof": "district",
        "v": VERSION,
        "district": identity.id,
        "key": identity.public_key(),
        "generation": identity.generation,
        "purpose": purpose,
        "node": request.node,
        "from": request.from.map(|day| day.0),
        "to": request.to.map(|day| day.0),
        "rows": rows,
    }));
    for counter in &scope.counters {
        lines.put(json!({"proof": "counter", "no": counter.no, "id": counter.id, "name": counter.name}));
    }
    for (id, document) in proof::surveys(conn)? {
        lines.put(json!({"proof": "survey", "id": id, "document": document}));
    }
    let devices = proof::devices(conn, scope)?;
    proof::entries(conn, &devices, |entry| {
        let mut line = json!({"proof": "log", "pos": entry.pos, "head": entry.head});
        if let Some(members) = line.as_object_mut() {
            match entry.body {
                Some(body) => members.insert("body".into(), body.into()),
                None => members.insert("leaf".into(), entry.leaf.to_string().into()),
            };
        }
        lines.put(line)
    })?;
    let mut epoch = None;
    proof::lines(conn, &devices, |line| {
        if epoch != Some(line.epoch) {
            epoch = Some(line.epoch);
            lines.put(json!({"proof": "epoch", "device": line.device, "epoch": line.epoch.0, "no": line.epoch.1}));
        }
        let [kind, state, day, hour, counter, marks] = line.judged;
        let what = if line.conflict { "conflict" } else { "record" };
        lines.put(
            json!({"proof": what, "seq": line.seq, "leaf": line.leaf, "kind": kind, "state": state, "day": day,
            "hour": hour, "counter": counter, "marks": marks, "pos": line.pos}),
        )
    })?;
    proof::decisions(conn, &devices, |pos, rows| {
        lines.put(json!({"proof": "decision", "pos": pos, "rows": rows}))
    })?;
    lines.put(json!({"proof": "end", "lines": lines.written + 1}));
    match lines.failed {
        None => Ok(lines.out.flush().map_err(TableError::from)?),
        Some(error) => Err(TableError::from(error).into()),
    }
}

struct Lines<W> {
    out: W,
    written: u64,
    failed: Option<std::io::Error>,
}

impl<W: Write> Lines<W> {
    /// Writes a line; answers whether to go on.
    fn put(&mut self, line: Value) -> bool {
        self.written += 1;
        if self.failed.is_none() {
            self.failed = writeln!(self.out, "{line}").err();
        }
        self.failed.is_none()
    }
}
