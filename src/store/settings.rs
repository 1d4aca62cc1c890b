//! Settings of units: kept as one document each, inherited down the tree, every change an entry of the log.

use super::{Result, StoreError, WriteTx, log::Kind, places};
use crate::domain::{ids::NodeId, settings::NodeSettings};
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;

/// What a unit itself decided.
pub fn own(conn: &Connection, node: NodeId) -> Result<NodeSettings> {
    let document: Option<String> = conn
        .prepare_cached("select s.document from node_setting s join node n on n.no = s.node_no where n.id = ?1")?
        .query_row([node.0.as_bytes()], |row| row.get(0))
        .optional()?;
    document.map_or_else(
        || Ok(NodeSettings::default()),
        |text| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("node_setting")),
    )
}

/// What holds for a unit: its own decisions, and where it made none those of the nearest unit above that did.
pub fn effective(conn: &Connection, node: NodeId) -> Result<NodeSettings> {
    let mut settings = NodeSettings::default();
    let mut next = Some(node);
    // The tree has no cycles; a damaged one must not hang the server.
    for _ in 0..places::MAX_DEPTH {
        let Some(id) = next else { break };
        settings = settings.or(own(conn, id)?);
        next = places::node(conn, id)?.parent;
    }
    Ok(settings)
}

impl WriteTx<'_> {
    /// Changes something of what a unit itself decides; all else stays as it is. `by` is the user's name.
    pub fn change_settings(
        &self,
        node: NodeId,
        by: &str,
        now: i64,
        change: impl FnOnce(&mut NodeSettings),
    ) -> Result<()> {
        let mut decided = own(self.conn, node)?;
        change(&mut decided);
        self.set_settings(node, &decided, by, now)
    }

    /// Sets what a unit itself decides and makes the setups that change with it. `by` is the user's name.
    pub fn set_settings(&self, node: NodeId, settings: &NodeSettings, by: &str, now: i64) -> Result<()> {
        let place = places::node(self.conn, node)?;
        if own(self.conn, node)? == *settings {
            return Ok(());
        }
        self.conn.execute(
            "insert into node_setting (node_no, document) values (?1, ?2)
             on conflict (node_no) do update set document = ?2",
            (place.no, json!(settings).to_string()),
        )?;
        let settings = settings.clone().without_secrets();
        let body = json!({"what": "settings", "no": place.no, "node": node, "settings": settings, "by": by});
        self.log(Kind::Node, now, body)?;
        self.refresh_setups(now)
    }
}
