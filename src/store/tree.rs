//! Changes of units and counters. Each is an entry of the log; names, codes and the unit above hold from a day on
//! ([`versions`]), which is never a day to come: what is decided for tomorrow is entered tomorrow.

use super::{
    Refusal, Result, WriteTx,
    log::Kind,
    places::{self, NewCounter, NewNode, Node, NodeKind},
    versions::{self, Version},
};
use crate::domain::{
    ballot::Moment,
    ids::{CounterId, NodeId},
    policy,
    time::LocalDay,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What a unit is to be from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeChange {
    /// Its name.
    pub name: String,
    /// Its official code, a note.
    pub code: Option<String>,
    /// The unit above.
    pub parent: Option<NodeId>,
}

/// What a counter is to be from now on; ballots keep the moment and the field that they were cast with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterChange {
    /// Its name.
    pub name: String,
    /// When in the handling of the papers people rate there.
    pub moment: Moment,
    /// Lĩnh vực, if it has only one.
    pub field: Option<String>,
}

/// Two spellings of one name.
pub(super) fn folded(name: &str) -> String {
    name.nfc()
        .collect::<String>()
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn contact_ok(text: &str) -> Result<Option<String>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.trim().nfc().collect();
    let lines = text.lines().count();
    let long = text.chars().count() > policy::CONTACT_CHARS || lines > policy::CONTACT_LINES;
    if long || text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::Contact.into());
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn code_ok(text: Option<&str>) -> Result<Option<String>> {
    let code = text.map(str::trim).filter(|code| !code.is_empty());
    let bad = |code: &str| code.chars().count() > 40 || code.chars().any(|c| c.is_control() || c.is_whitespace());
    match code {
        Some(code) if bad(code) => Err(Refusal::Code.into()),
        code => Ok(code.map(str::to_owned)),
    }
}

fn reaches(of: &BTreeMap<NodeId, Option<NodeId>>, from: Option<NodeId>, to: NodeId) -> bool {
    let (mut next, mut seen) = (from, BTreeSet::new());
    while let Some(id) = next.filter(|id| seen.insert(*id)) {
        if id == to {
            return true;
        }
        next = of.get(&id).copied().flatten();
    }
    false
}

impl WriteTx<'_> {
    /// Adds a unit with its official code, that exists from a day on; like [`WriteTx::add_node`], but refuses a twin.
    pub fn add_unit(&self, new: &NewNode, code: Option<&str>, since: LocalDay, now: i64) -> Result<NodeId> {
        let (name, code) = (places::name_ok(&new.name)?, code_ok(code)?);
        if since > LocalDay::of(now) {
            return Err(Refusal::Future.into());
        }
        let parent = new.parent.map(|id| places::node(self.conn, id)).transpose()?;
        if let Some(parent) = &parent {
            self.exists(parent, &name, since)?;
            self.deep(parent.id, &name, 1)?;
        }
        self.no_twin(&name, parent.as_ref(), None)?;
        let new = NewNode {
            name,
            contact: contact_ok(new.contact.as_deref().unwrap_or_default())?,
            ..new.clone()
        };
        self.insert_node(&new, parent.as_ref(), code, since, now)
    }

    /// Changes a unit's name, code or the unit above, from a day on.
    pub fn change_node(&self, id: NodeId, change: &NodeChange, from: LocalDay, now: i64) -> Result<()> {
        let node = places::node(self.conn, id)?;
        let (name, code) = (places::name_ok(&change.name)?, code_ok(change.code.as_deref())?);
        let parent = change.parent.map(|id| places::node(self.conn, id)).transpose()?;
        let versions = versions::of(self.conn, id)?;
        let last = versions.last().ok_or(super::StoreError::Corrupt("node_version"))?;
        if (&last.name, &last.code, last.parent) == (&name, &code, change.parent) {
            return Ok(());
        }
        if node.valid_to.is_some() {
            return Err(Refusal::Closed(node.name).into());
        }
        if from > LocalDay::of(now) {
            return Err(Refusal::Future.into());
        }
        if from < last.from {
            let (name, last) = (node.name, last.from);
            return Err(Refusal::Overlap { name, last }.into());
        }
        if let Some(parent) = &parent {
            self.exists(parent, &name, from)?;
            self.no_cycle(&node, parent, from)?;
            self.deep(parent.id, &name, self.height(id)?)?;
        }
        self.no_twin(&name, parent.as_ref(), Some(id))?;
        let body = json!({"what": "node_changed", "no": node.no, "node": id, "name": name, "code": code,
            "parent": change.parent, "from_day": from.0});
        let pos = self.log(Kind::Node, now, body)?;
        let parent_no = parent.map(|parent| parent.no);
        self.conn.execute(
            "insert into node_version (node_no, pos, from_day, name, code, parent_no) values (?1, ?2, ?3, ?4, ?5, ?6)",
            (node.no, pos, from.0, &name, &code, parent_no),
        )?;
        self.conn.execute(
            "update node set name = ?2, code = ?3, parent_no = ?4 where no = ?1",
            (node.no, &name, &code, parent_no),
        )?;
        self.refresh_setups(now)
    }

    /// Changes whom a citizen may turn to: up to six lines, shown after rating.
    pub fn set_contact(&self, id: NodeId, contact: &str, now: i64) -> Result<()> {
        let (node, contact) = (places::node(self.conn, id)?, contact_ok(contact)?);
        if node.contact == contact {
            return Ok(());
        }
        let body = json!({"what": "node_contact", "no": node.no, "node": id, "contact": contact});
        self.log(Kind::Node, now, body)?;
        self.conn
            .execute("update node set contact = ?2 where no = ?1", (node.no, &contact))?;
        self.refresh_setups(now)
    }

    /// Closes a unit: from that day on it does not exist. Its ballots stay where they are. `None` opens it again.
    pub fn close_node(&self, id: NodeId, from: Option<LocalDay>, now: i64) -> Result<()> {
        let node = places::node(self.conn, id)?;
        if let Some(from) = from {
            self.closable(&node.name, node.valid_from, from, now)?;
            let open = |to: Option<i64>| to.is_none();
            let nodes = places::nodes(self.conn)?;
            let child = nodes
                .iter()
                .find(|child| child.parent == Some(id) && open(child.valid_to));
            let counters = places::counters(self.conn)?;
            let counter = counters
                .iter()
                .find(|counter| counter.node == id && open(counter.valid_to));
            if let Some(inside) = child.map(|child| &child.name).or(counter.map(|counter| &counter.name)) {
                let (node, inside) = (node.name, inside.clone());
                return Err(Refusal::StillOpen { node, inside }.into());
            }
        } else if let Some(parent) = node.parent {
            let parent = places::node(self.conn, parent)?;
            self.exists(&parent, &node.name, LocalDay::of(now))?;
        }
        let body = json!({"what": "node_closed", "no": node.no, "node": id, "day": from.map(|day| day.0)});
        self.log(Kind::Node, now, body)?;
        self.conn.execute(
            "update node set valid_to = ?2 where no = ?1",
            (node.no, from.map(LocalDay::start)),
        )?;
        Ok(())
    }

    /// Adds a counter to an open unit; like [`WriteTx::add_counter`], but refuses a twin.
    pub fn add_desk(&self, new: &NewCounter, now: i64) -> Result<CounterId> {
        let node = places::node(self.conn, new.node)?;
        let name = places::name_ok(&new.name)?;
        self.exists(&node, &name, LocalDay::of(now))?;
        self.no_twin_counter(&name, node.id, None)?;
        self.add_counter(new, now)
    }

    /// Changes a counter; its tablets are told.
    pub fn change_counter(&self, id: CounterId, change: &CounterChange, now: i64) -> Result<()> {
        let counter = places::counter(self.conn, id)?;
        let name = places::name_ok(&change.name)?;
        let field = change.field.as_deref().map(places::name_ok).transpose()?;
        if (&counter.name, counter.moment, &counter.field) == (&name, change.moment, &field) {
            return Ok(());
        }
        self.no_twin_counter(&name, counter.node, Some(id))?;
        let body = json!({"what": "counter_changed", "no": counter.no, "counter": id, "name": name,
            "moment": change.moment, "field": field});
        self.log(Kind::Node, now, body)?;
        self.conn.execute(
            "update counter set name = ?2, moment = ?3, field = ?4 where no = ?1",
            (counter.no, &name, places::moment_name(change.moment), &field),
        )?;
        self.refresh_setups(now)
    }

    /// Closes a counter at which no tablet in use stands. Its ballots stay, late ones are still counted. `None` opens
    /// it again.
    pub fn close_counter(&self, id: CounterId, from: Option<LocalDay>, now: i64) -> Result<()> {
        let counter = places::counter(self.conn, id)?;
        match from {
            Some(from) => {
                self.closable(&counter.name, counter.valid_from, from, now)?;
                let devices: u64 = self.conn.query_row(
                    "select count(*) from device where counter_no = ?1 and revoked_pos is null",
                    [counter.no],
                    |row| row.get(0),
                )?;
                if devices > 0 {
                    let counter = counter.name;
                    return Err(Refusal::Tablets { counter, devices }.into());
                }
            }
            None => {
                let node = places::node(self.conn, counter.node)?;
                self.exists(&node, &counter.name, LocalDay::of(now))?;
            }
        }
        let body = json!({"what": "counter_closed", "no": counter.no, "counter": id, "day": from.map(|day| day.0)});
        self.log(Kind::Node, now, body)?;
        self.conn.execute(
            "update counter set valid_to = ?2 where no = ?1",
            (counter.no, from.map(LocalDay::start)),
        )?;
        Ok(())
    }

    fn closable(&self, name: &str, since: i64, from: LocalDay, now: i64) -> Result<()> {
        if from > LocalDay::of(now) {
            return Err(Refusal::Future.into());
        }
        if from < LocalDay::of(since) {
            let (name, last) = (name.to_owned(), LocalDay::of(since));
            return Err(Refusal::Overlap { name, last }.into());
        }
        Ok(())
    }

    /// A unit above must exist on that day and still be open.
    fn exists(&self, parent: &Node, node: &str, day: LocalDay) -> Result<()> {
        let began = versions::of(self.conn, parent.id)?
            .first()
            .is_some_and(|first| first.from <= day);
        if began && parent.valid_to.is_none() {
            return Ok(());
        }
        let (node, parent) = (node.to_owned(), parent.name.clone());
        Err(Refusal::Outlived { node, parent, day }.into())
    }

    /// On no day from `from` on may the new parent lie below the unit: trees of the past count too.
    fn no_cycle(&self, node: &Node, parent: &Node, from: LocalDay) -> Result<()> {
        let all = versions::all(self.conn)?;
        let nodes = places::nodes(self.conn)?;
        let later = all
            .values()
            .flatten()
            .map(|version: &Version| version.from)
            .filter(|day| *day > from);
        let days: BTreeSet<LocalDay> = later.chain([from]).collect();
        for day in days {
            let parents = nodes.iter().map(|node| {
                let was = all.get(&node.no).and_then(|versions| versions::on(versions, day));
                (node.id, was.and_then(|was| was.parent))
            });
            if reaches(&parents.collect(), Some(parent.id), node.id) {
                let (node, parent) = (node.name.clone(), parent.name.clone());
                return Err(Refusal::Cycle { node, parent, day }.into());
            }
        }
        Ok(())
    }

    /// Levels of the unit with what is below it.
    fn height(&self, id: NodeId) -> Result<usize> {
        let nodes = places::nodes(self.conn)?;
        let (mut level, mut height) = (BTreeSet::from([id]), 0);
        while !level.is_empty() && height <= places::MAX_DEPTH {
            height += 1;
            let below = nodes
                .iter()
                .filter(|node| node.parent.is_some_and(|parent| level.contains(&parent)));
            level = below.map(|node| node.id).collect();
        }
        Ok(height)
    }

    fn deep(&self, parent: NodeId, name: &str, height: usize) -> Result<()> {
        let (mut depth, mut next) = (height, Some(parent));
        while let Some(id) = next {
            depth += 1;
            if depth > places::MAX_DEPTH {
                return Err(Refusal::Depth(name.to_owned()).into());
            }
            next = places::node(self.conn, id)?.parent;
        }
        Ok(())
    }

    fn no_twin(&self, name: &str, parent: Option<&Node>, except: Option<NodeId>) -> Result<()> {
        let (wanted, above) = (folded(name), parent.map(|parent| parent.id));
        let nodes = places::nodes(self.conn)?;
        let twin = nodes.iter().any(|node| {
            node.parent == above && node.valid_to.is_none() && Some(node.id) != except && folded(&node.name) == wanted
        });
        if !twin {
            return Ok(());
        }
        let parent = parent.map_or("—".to_owned(), |parent| parent.name.clone());
        let name = name.to_owned();
        Err(Refusal::Twin { name, parent }.into())
    }

    fn no_twin_counter(&self, name: &str, node: NodeId, except: Option<CounterId>) -> Result<()> {
        let wanted = folded(name);
        let counters = places::counters(self.conn)?;
        let twin = counters.iter().any(|counter| {
            counter.node == node
                && counter.valid_to.is_none()
                && Some(counter.id) != except
                && folded(&counter.name) == wanted
        });
        if !twin {
            return Ok(());
        }
        let (name, parent) = (name.to_owned(), places::node(self.conn, node)?.name);
        Err(Refusal::Twin { name, parent }.into())
    }
}

/// What a unit under this one is, unless somebody says otherwise.
pub(super) fn kind_below(parent: Option<&Node>) -> NodeKind {
    match parent.map(|parent| parent.kind) {
        None | Some(NodeKind::Province) => NodeKind::Commune,
        Some(_) => NodeKind::ReceptionPoint,
    }
}
