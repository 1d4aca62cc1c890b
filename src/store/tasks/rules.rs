//! The rule of each unit, and since which log position: read from the log itself, which holds every decision whole.

use super::Calendars;
use crate::{
    domain::{
        ids::NodeId,
        period::Period,
        policy,
        settings::NodeSettings,
        tasks::{Rule, replay},
        time::LocalDay,
    },
    store::{
        Result,
        figures::Scope,
        meaning::{Meaning, Surveys},
        places,
    },
};
use rusqlite::{Connection, params};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What units decided about tasks, and when.
#[derive(Debug)]
pub struct Rules {
    parents: HashMap<NodeId, Option<NodeId>>,
    /// By unit, in the order of the log.
    said: HashMap<NodeId, Vec<(i64, Option<Rule>)>>,
}

/// A decision, as far as it matters here.
#[derive(Deserialize)]
struct Decided {
    what: Option<String>,
    node: Option<NodeId>,
    settings: Option<NodeSettings>,
}

impl Rules {
    /// Those of all units.
    pub fn load(conn: &Connection) -> Result<Self> {
        let parents = places::nodes(conn)?
            .into_iter()
            .map(|node| (node.id, node.parent))
            .collect();
        let mut said: HashMap<NodeId, Vec<(i64, Option<Rule>)>> = HashMap::new();
        let mut rows = conn.prepare_cached("select pos, body from log where kind = 'node' order by pos")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let body: String = row.get(1)?;
            // Other entries of this kind have other members.
            let Ok(Decided {
                what,
                node: Some(node),
                settings: Some(settings),
            }) = serde_json::from_str(&body)
            else {
                continue;
            };
            if what.as_deref() == Some("settings") {
                said.entry(node).or_default().push((row.get(0)?, settings.tasks));
            }
        }
        Ok(Self { parents, said })
    }

    /// The rules of a unit, each with the log position from which on it held; the first one held from the beginning.
    pub fn of(&self, node: NodeId) -> Vec<(i64, Rule)> {
        let mut chain = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next.filter(|_| chain.len() < places::MAX_DEPTH) {
            chain.extend(self.said.get(&node));
            next = self.parents.get(&node).copied().flatten();
        }
        let changes: BTreeSet<i64> = chain.iter().flat_map(|said| said.iter().map(|(pos, _)| *pos)).collect();
        let mut rules: Vec<(i64, Rule)> = vec![(0, Rule::default())];
        for pos in changes {
            let then = chain
                .iter()
                .find_map(|said| said.iter().rev().find(|(at, _)| *at <= pos)?.1);
            let rule = then.unwrap_or_default();
            if rules.last().is_none_or(|(_, last)| *last != rule) {
                rules.push((pos, rule));
            }
        }
        rules
    }

    /// The rule of a unit now.
    pub fn now(&self, node: NodeId) -> Rule {
        self.of(node).last().map_or_else(Rule::default, |(_, rule)| *rule)
    }
}

/// How often a rule would have fired at the reception points of a unit and below in the last twelve months, by released
/// ratings of before today: who tries one rule after another must not learn of a single citizen.
pub fn preview(conn: &Connection, scope: &Scope, rule: Rule, today: LocalDay) -> Result<u64> {
    let period = Period::days(
        today.month().minus(policy::TASK_PREVIEW_MONTHS).first(),
        LocalDay(today.0 - 1),
    );
    let Ok(period) = period else { return Ok(0) };
    let surveys = Surveys::load(conn)?;
    let points: HashMap<i64, NodeId> = scope
        .counters
        .iter()
        .map(|counter| (counter.no, counter.node))
        .collect();
    // Day by day, so that the key's second column is used too: a commune's page does not read its neighbours' rows.
    let days: Vec<String> = (period.first().0..period.end().0).map(|day| day.to_string()).collect();
    let mut rows = conn.prepare_cached(
        "select u.day, u.counter_no, u.survey_no, q.text, a.text, u.n
         from rollup u join word q on q.no = u.question join word a on a.no = u.answer
         where u.day in (select value from json_each(?2)) and u.counter_no in (select value from json_each(?1))
           and u.state in (1, 11) and u.release > 0 and u.question > 0 and a.text in ('1', '2', '3') and u.n > 0",
    )?;
    let mut rows = rows.query(params![scope.numbers(), format!("[{}]", days.join(","))])?;
    let mut ratings: BTreeMap<NodeId, Vec<(LocalDay, u8)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (question, answer): (String, String) = (row.get(3)?, row.get(4)?);
        let Meaning::Level(level) = surveys.meaning(row.get(2)?, &question, &answer) else {
            continue;
        };
        let (Some(node), Ok(level)) = (points.get(&row.get(1)?), u8::try_from(level)) else {
            continue;
        };
        let (day, n): (_, u64) = (LocalDay(row.get(0)?), row.get(5)?);
        let of_node = ratings.entry(*node).or_default();
        of_node.extend((0..n).map(|_| (day, level)));
    }
    let mut work = Calendars::default();
    let mut fired = 0;
    for (node, ratings) in ratings {
        fired += replay(rule, work.of(conn, node)?, &ratings);
    }
    Ok(fired)
}
