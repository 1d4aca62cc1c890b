//! What lies inside a unit: everybody but a system administrator sees their unit with all below it, and nothing else.

use super::Result;
use crate::domain::ids::NodeId;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

const INSIDE: &str = "with recursive inside (no) as (
    select no from node where id = ?1
    union
    select n.no from node n join inside i on n.parent_no = i.no)";

/// Whether these 16 bytes are the id of a unit, counter, tablet, officer, comment or draft inside a unit. False for ids of nothing, so
/// that what is elsewhere and what does not exist look the same. A new table with ids of its own is added here.
pub fn holds(conn: &Connection, top: NodeId, id: &[u8; 16]) -> Result<bool> {
    Ok(conn
        .prepare_cached(&format!(
            "{INSIDE} select
               exists (select 1 from node where id = ?2 and no in (select no from inside))
               or exists (select 1 from counter where id = ?2 and node_no in (select no from inside))
               or exists (select 1 from device d join counter c on c.no = d.counter_no
                          where d.id = ?2 and c.node_no in (select no from inside))
               or exists (select 1 from officer where id = ?2 and node_no in (select no from inside))
               or exists (select 1 from comment where id = ?2 and node_no in (select no from inside))
               or exists (select 1 from survey_draft where id = ?2 and node_no in (select no from inside))"
        ))?
        .query_row(params![top.0.as_bytes(), id], |row| row.get(0))?)
}

/// Ids of the unit and of all units below it.
pub fn inside(conn: &Connection, top: NodeId) -> Result<BTreeSet<NodeId>> {
    let mut rows = conn.prepare_cached(&format!(
        "{INSIDE} select id from node where no in (select no from inside)"
    ))?;
    let ids = rows.query_map([top.0.as_bytes()], |row| {
        Ok(NodeId(uuid::Uuid::from_bytes(row.get(0)?)))
    })?;
    Ok(ids.collect::<std::result::Result<_, _>>()?)
}
