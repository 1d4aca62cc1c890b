//! Transactions of a unit's reporting months, as people enter them: append-only, each entry in the log.

use super::{Result, StoreError, WriteTx, log::Kind, places, settings, versions};
use crate::domain::{
    ids::NodeId,
    number,
    period::Period,
    time::LocalDay,
    volume::{Volume, same_days},
};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;

/// What a unit entered for a period, up to a log position.
pub fn own(conn: &Connection, node: NodeId, period: Period, pos: i64) -> Result<Option<Volume>> {
    let document: Option<String> = conn
        .prepare_cached(
            "select v.document from volume v join node n on n.no = v.node_no
             where n.id = ?1 and v.first_day = ?2 and v.end_day = ?3 and v.pos <= ?4 order by v.no desc limit 1",
        )?
        .query_row(
            params![node.0.as_bytes(), period.first().0, period.end().0, pos],
            |row| row.get(0),
        )
        .optional()?;
    document
        .map(|text| serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("volume")))
        .transpose()
}

/// Whose numbers of a period make up whose, as known at a log position.
pub struct Sums {
    period: Period,
    pos: i64,
    units: Vec<Unit>,
}

struct Unit {
    id: NodeId,
    parent: Option<NodeId>,
    /// It existed on a day of the period, so that without its numbers nothing can be said.
    expected: bool,
}

impl Sums {
    /// By the tree of the period's last day. What is entered about the tree later changes nothing.
    pub fn of(conn: &Connection, period: Period, pos: i64) -> Result<Self> {
        let (versions, closed) = (versions::known(conn, pos)?, versions::closed(conn, pos)?);
        let unit = |node: places::Node| {
            let was = versions::on(versions.get(&node.no)?, period.last_day())?;
            let ended = closed.get(&node.no).is_some_and(|day| *day <= period.first());
            Some(Unit {
                id: node.id,
                parent: was.parent,
                expected: !ended && LocalDay::of(node.valid_from) < period.end(),
            })
        };
        let units = places::nodes(conn)?.into_iter().filter_map(unit).collect();
        Ok(Self { period, pos, units })
    }

    /// By today's tree, with numbers of every unit in it: as reports were counted before version 3 of their facts.
    pub fn of_today(conn: &Connection, period: Period, pos: i64) -> Result<Self> {
        let unit = |node: places::Node| Unit {
            id: node.id,
            parent: node.parent,
            expected: true,
        };
        let units = places::nodes(conn)?.into_iter().map(unit).collect();
        Ok(Self { period, pos, units })
    }

    /// The unit's own entry, or the sum of the units directly below it if every one that existed has one. `None`: not
    /// known.
    pub fn volume(&self, conn: &Connection, node: NodeId) -> Result<Option<Volume>> {
        self.below(conn, node, places::MAX_DEPTH)
    }

    fn below(&self, conn: &Connection, node: NodeId, depth: usize) -> Result<Option<Volume>> {
        if let Some(own) = own(conn, node, self.period, self.pos)? {
            return Ok(Some(own));
        }
        let mut sum: Option<Volume> = None;
        for child in self
            .units
            .iter()
            .filter(|child| child.parent == Some(node) && depth > 0)
        {
            match self.below(conn, child.id, depth - 1)? {
                Some(part) => sum = Some(sum.map_or(part, |sum| sum.plus(part))),
                None if child.expected => return Ok(None),
                None => {}
            }
        }
        Ok(sum)
    }
}

/// One entry, for the list.
#[derive(Clone, Debug)]
pub struct Entered {
    /// First day and first day after.
    pub days: (i64, i64),
    /// What was entered.
    pub volume: Volume,
    /// By whom.
    pub who: String,
}

/// The newest entries of a unit, one for each period, newest period first.
pub fn entered(conn: &Connection, node: NodeId) -> Result<Vec<Entered>> {
    let mut rows = conn.prepare_cached(
        "select v.first_day, v.end_day, v.document, v.who from volume v join node n on n.no = v.node_no
         where n.id = ?1 and v.no = (
           select max(x.no) from volume x
           where x.node_no = v.node_no and x.first_day = v.first_day and x.end_day = v.end_day)
         order by v.end_day desc, v.first_day desc limit 24",
    )?;
    let mut rows = rows.query([node.0.as_bytes()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let document: String = row.get(2)?;
        all.push(Entered {
            days: (row.get(0)?, row.get(1)?),
            volume: serde_json::from_str(&document).map_err(|_| StoreError::Corrupt("volume"))?,
            who: row.get(3)?,
        });
    }
    Ok(all)
}

impl WriteTx<'_> {
    /// Keeps the transactions of a unit's reporting month. `said` are the days that the papers name: those of another
    /// period than the unit's month are refused (F15). Answers the log position.
    pub fn enter_volume(
        &self,
        node: NodeId,
        said: Period,
        month: crate::domain::time::Month,
        volume: Volume,
        who: &str,
        now: i64,
    ) -> Result<i64> {
        let place = places::node(self.conn, node)?;
        let kind = settings::effective(self.conn, node)?.month.unwrap_or_default();
        let period = kind.period(month);
        if !same_days(said, period) {
            return Err(StoreError::Invalid(format!(
                "Số liệu {} không khớp kỳ báo cáo của đơn vị: {} (từ {} đến {}).",
                said.vietnamese(),
                period.short_vietnamese(),
                number::date(period.first()),
                number::date(period.last_day())
            )));
        }
        let days = (period.first().0, period.end().0);
        let body = json!({"what": "volume", "node": node, "no": place.no, "first": days.0, "end": days.1,
            "volume": volume, "by": who});
        let pos = self.log(Kind::Report, now, body)?;
        self.conn.execute(
            "insert into volume (node_no, first_day, end_day, document, who, pos) values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![place.no, days.0, days.1, json!(volume).to_string(), who, pos],
        )?;
        Ok(pos)
    }
}
