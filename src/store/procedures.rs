//! The list of administrative procedures: for choosing a field (lĩnh vực), and for saying how old the list is. In no
//! figure.

use super::{Refusal, Result, WriteTx, log::Kind, places::name_ok};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

/// A procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Procedure {
    /// The national or local code, as it was written.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Lĩnh vực.
    pub field: String,
}

/// All of them, by field and name.
pub fn all(conn: &Connection) -> Result<Vec<Procedure>> {
    let mut rows = conn.prepare_cached("select code, name, field from procedure order by field, name, code")?;
    let rows = rows.query_map([], |row| {
        Ok(Procedure {
            code: row.get(0)?,
            name: row.get(1)?,
            field: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Hour of the newest change of the list, unix seconds; `None` while it is empty.
pub fn as_of(conn: &Connection) -> Result<Option<i64>> {
    Ok(conn.query_row(
        "select max(l.hour) from procedure p join log l on l.pos = p.pos",
        [],
        |row| row.get(0),
    )?)
}

impl WriteTx<'_> {
    /// Adds a procedure, or says anew what its code means.
    pub fn set_procedure(&self, code: &str, name: &str, field: &str, now: i64) -> Result<()> {
        let (name, field) = (long_ok(name)?, name_ok(field)?);
        let bad =
            code.is_empty() || code.chars().count() > 40 || code.chars().any(|c| c.is_control() || c.is_whitespace());
        if bad {
            return Err(Refusal::Code.into());
        }
        let known: Option<(String, String)> = self
            .conn
            .query_row("select name, field from procedure where code = ?1", [code], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        if known == Some((name.clone(), field.clone())) {
            return Ok(());
        }
        let body = json!({"what": "procedure", "code": code, "name": name, "field": field});
        let pos = self.log(Kind::Node, now, body)?;
        self.conn.execute(
            "insert into procedure (code, name, field, pos) values (?1, ?2, ?3, ?4)
             on conflict (code) do update set name = ?2, field = ?3, pos = ?4",
            (code, &name, &field, pos),
        )?;
        Ok(())
    }
}

/// Names of procedures are sentences.
fn long_ok(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 1000 || name.chars().any(char::is_control) {
        return Err(Refusal::Name.into());
    }
    Ok(name.to_owned())
}
