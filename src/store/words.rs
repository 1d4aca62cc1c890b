//! Texts and names as small integers, so that the rollups stay small.

use super::Result;
use rusqlite::{Connection, OptionalExtension};

/// The number of a text; gives it one if it has none.
pub(super) fn number(conn: &Connection, text: &str) -> Result<i64> {
    let known = conn
        .prepare_cached("select no from word where text = ?1")?
        .query_row([text], |row| row.get(0))
        .optional()?;
    match known {
        Some(no) => Ok(no),
        None => {
            conn.prepare_cached("insert into word (text) values (?1)")?
                .execute([text])?;
            Ok(conn.last_insert_rowid())
        }
    }
}
