//! The morning's look: which ratings fire the rule of their reception point, and the tasks that hold them.
//!
//! Reading goes over the rollups first and opens ballots only where they hold low ratings that no task has; it works on a
//! snapshot, beside the writer. Writing asks again whether a task has any of them, so that two looks at once, or one that
//! is cut off and made again, come to the same.

use super::{Calendars, Rules, Task, start};
use crate::{
    domain::{
        hex::Hash,
        ids::NodeId,
        policy,
        survey::{Survey, SurveyKind},
        tasks::{Rating, Rule, firing},
        time::LocalDay,
    },
    store::{
        Result, Store, StoreError, WriteTx, body,
        log::{self, Kind},
        meaning::{Meaning, Surveys},
        meta, places,
        state::marks,
        surveys,
    },
    wire::{keys::sha256, record::Parsed},
};
use rusqlite::{Connection, params};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// Ratings of one reception point that fire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    node: NodeId,
    node_no: i64,
    level: u8,
    late: bool,
    reasons: BTreeMap<String, u64>,
    /// (epoch, seq), ascending.
    ballots: Vec<(i64, i64)>,
}

/// A low rating that no task holds.
#[derive(Clone, Debug)]
struct Low {
    key: (i64, i64),
    day: LocalDay,
    level: u8,
    pos: i64,
    late: bool,
    reasons: Vec<String>,
}

/// Hash over the keys of a task's ballots.
pub(super) fn digest(ballots: &[(i64, i64)]) -> Hash {
    let bytes: Vec<u8> = ballots
        .iter()
        .flat_map(|(epoch, seq)| [epoch.to_be_bytes(), seq.to_be_bytes()])
        .flatten()
        .collect();
    sha256(&[b"hailong/1/task\0", &bytes])
}

/// What fires among the ratings of before `end`.
fn find(conn: &Connection, end: LocalDay) -> Result<Vec<Found>> {
    let rules = Rules::load(conn)?;
    let nodes = places::nodes(conn)?;
    let counters = places::counters(conn)?;
    let from = LocalDay(end.0.saturating_sub(policy::TASK_REACH_DAYS));
    let days = days_with_low(conn, from, end)?;
    let held = Held::load(conn, from)?;
    let start = start(conn)?;
    let documents = documents(conn)?;
    let mut work = Calendars::default();
    let mut found = Vec::new();
    for node in nodes {
        let rules = rules.of(node.id);
        let level = rules
            .iter()
            .map(|(_, rule)| rule.level())
            .max()
            .unwrap_or(policy::TASK_LEVEL);
        // Tasks of before the unit moved may hold ratings of a higher level.
        let widest = level.max(held.levels.get(&node.no).copied().unwrap_or(0));
        let mut low = Vec::new();
        for counter in counters.iter().filter(|counter| counter.node == node.id) {
            for (day, levels) in days.get(&counter.no).into_iter().flatten() {
                let at = (counter.no, *day);
                let there: u64 = levels.range(..=widest).map(|(_, n)| n).sum();
                if there > held.ballots.get(&at).copied().unwrap_or(0) {
                    low.extend(ratings(conn, at, level, &documents)?);
                }
            }
        }
        if low.is_empty() {
            continue;
        }
        let (fires, level) = judge(&rules, start, &low, work.of(conn, node.id)?);
        if !fires.is_empty() {
            found.push(hold(node.id, node.no, level, &low, &fires));
        }
    }
    Ok(found)
}

/// Which fire under the rule that held when they were stored, and the highest level of these rules.
fn judge(
    rules: &[(i64, Rule)],
    start: i64,
    low: &[Low],
    work: &crate::domain::workdays::Workdays,
) -> (BTreeSet<usize>, u8) {
    let (mut taken, mut level) = (BTreeSet::new(), 0);
    for (at, (since, rule)) in rules.iter().enumerate() {
        let until = rules.get(at + 1).map_or(i64::MAX, |(pos, _)| *pos);
        let since = *since.max(&start);
        let there: Vec<usize> = (0..low.len())
            .filter(|place| !taken.contains(place) && low.get(*place).is_some_and(|low| low.pos < until))
            .collect();
        let ratings: Vec<Rating> = there
            .iter()
            .filter_map(|place| low.get(*place))
            .map(|low| Rating {
                day: low.day,
                level: low.level,
                fresh: low.pos > since,
            })
            .collect();
        let fires = firing(*rule, work, &ratings);
        if !fires.is_empty() {
            level = level.max(rule.level());
        }
        taken.extend(fires.into_iter().filter_map(|place| there.get(place).copied()));
    }
    (taken, level)
}

fn hold(node: NodeId, node_no: i64, level: u8, low: &[Low], fires: &BTreeSet<usize>) -> Found {
    let mut found = Found {
        node,
        node_no,
        level,
        late: false,
        reasons: BTreeMap::new(),
        ballots: Vec::new(),
    };
    for low in fires.iter().filter_map(|place| low.get(*place)) {
        found.ballots.push(low.key);
        found.late |= low.late;
        for reason in &low.reasons {
            *found.reasons.entry(reason.clone()).or_default() += 1;
        }
    }
    found.ballots.sort_unstable();
    found
}

/// What tasks hold already, for leaving out days that have nothing else.
struct Held {
    /// Ballots by counter and day.
    ballots: HashMap<(i64, LocalDay), u64>,
    /// Highest level that was low in a task of the unit, by its number.
    levels: HashMap<i64, u8>,
}

impl Held {
    fn load(conn: &Connection, from: LocalDay) -> Result<Self> {
        let mut rows = conn.prepare_cached(
            // Those that count: what was kept out afterwards is not among the rollups' low ratings, and would hide others.
            "select r.counter_no, r.day, count(*) from task_ballot t
             join record r on r.epoch_no = t.epoch_no and r.seq = t.seq
             left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
             where r.day >= ?1 and coalesce(d.to_state, r.state) = 1 group by 1, 2",
        )?;
        let ballots = rows.query_map([from.0], |row| Ok(((row.get(0)?, LocalDay(row.get(1)?)), row.get(2)?)))?;
        let ballots = ballots.collect::<std::result::Result<_, _>>()?;
        let mut rows = conn.prepare_cached("select node_no, max(level) from task group by node_no")?;
        let levels = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self {
            ballots,
            levels: levels.collect::<std::result::Result<_, _>>()?,
        })
    }
}

type Days = HashMap<i64, BTreeMap<LocalDay, BTreeMap<u8, u64>>>;

/// Low ratings by counter, day and level, from the rollups: whether released, waiting or excluded.
fn days_with_low(conn: &Connection, from: LocalDay, end: LocalDay) -> Result<Days> {
    let surveys = Surveys::load(conn)?;
    let mut rows = conn.prepare_cached(
        "select u.counter_no, u.day, u.survey_no, q.text, a.text, u.n
         from rollup u join word q on q.no = u.question join word a on a.no = u.answer
         where u.day >= ?1 and u.day < ?2 and u.state in (1, 11) and u.question > 0 and a.text in ('1', '2', '3') and u.n > 0",
    )?;
    let mut rows = rows.query((from.0, end.0))?;
    let mut days = Days::new();
    while let Some(row) = rows.next()? {
        let (question, answer): (String, String) = (row.get(3)?, row.get(4)?);
        if let Meaning::Level(level) = surveys.meaning(row.get(2)?, &question, &answer) {
            let of_day = days
                .entry(row.get(0)?)
                .or_default()
                .entry(LocalDay(row.get(1)?))
                .or_default();
            *of_day.entry(u8::try_from(level).unwrap_or(u8::MAX)).or_default() += row.get::<_, u64>(5)?;
        }
    }
    Ok(days)
}

type Documents = HashMap<Hash, Arc<Survey>>;

fn documents(conn: &Connection) -> Result<Documents> {
    let known = surveys::all(conn)?
        .into_iter()
        .filter_map(|known| Some((known.id, known.survey?)));
    Ok(known.filter(|(_, survey)| survey.kind == SurveyKind::Counter).collect())
}

/// The counted low ratings of a counter's day that no task holds. What an exclusion covers is among them.
fn ratings(
    conn: &Connection,
    (counter_no, day): (i64, LocalDay),
    level: u8,
    documents: &Documents,
) -> Result<Vec<Low>> {
    let mut rows = conn.prepare_cached(
        "select r.epoch_no, r.seq, coalesce(d.pos, r.pos), r.marks, b.bytes
         from record r indexed by record_place
         join body b on b.epoch_no = r.epoch_no and b.seq = r.seq
         left join decision d on d.no = (select max(no) from decision where epoch_no = r.epoch_no and seq = r.seq)
         where r.kind = 1 and r.day = ?2 and r.counter_no = ?1 and coalesce(d.to_state, r.state) = 1
           and not exists (select 1 from task_ballot t where t.epoch_no = r.epoch_no and t.seq = r.seq)",
    )?;
    let mut rows = rows.query(params![counter_no, day.0])?;
    let mut low = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(4)?;
        let Parsed::Ballot(ballot) = body::parsed(&bytes) else {
            continue;
        };
        let Some(survey) = documents.get(&ballot.survey) else {
            continue;
        };
        let Some(given) = survey.headline_level(&ballot.answers).filter(|given| *given <= level) else {
            continue;
        };
        low.push(Low {
            key: (row.get(0)?, row.get(1)?),
            day,
            level: given,
            pos: row.get(2)?,
            late: row.get::<_, i64>(3)? & marks::LATE_SYNC != 0,
            reasons: survey.reasons(&ballot.answers).into_iter().map(str::to_owned).collect(),
        });
    }
    Ok(low)
}

/// Day of the last look, and where the log ended then.
const LOOKED: &str = "tasks_looked";

pub(in crate::store) fn looked(conn: &Connection) -> Result<Option<(i64, i64)>> {
    let found = meta::get(conn, LOOKED)?;
    let Some((day, pos)) = found.as_deref().and_then(|bytes| bytes.split_at_checked(8)) else {
        return Ok(None);
    };
    let number = |bytes: &[u8]| bytes.try_into().ok().map(i64::from_be_bytes);
    Ok(number(day).zip(number(pos)))
}

impl WriteTx<'_> {
    /// Says in the log from where on ratings open tasks, if that is not its beginning.
    fn tasks_begin(&self, now: i64) -> Result<()> {
        match start(self.conn)? {
            0 => Ok(()),
            after => self
                .log(Kind::Task, now, json!({"what": "began", "after": after}))
                .map(drop),
        }
    }

    /// Opens a task on these ratings; `None`: another task has one of them.
    fn open_task(&self, found: &Found, now: i64) -> Result<Option<i64>> {
        let mut known = self
            .conn
            .prepare_cached("select exists (select 1 from task_ballot where epoch_no = ?1 and seq = ?2)")?;
        for key in &found.ballots {
            if known.query_row(*key, |row| row.get(0))? {
                return Ok(None);
            }
        }
        let no: i64 = self
            .conn
            .query_row("select coalesce(max(no), 0) + 1 from task", [], |row| row.get(0))?;
        let task = Task {
            no,
            node: found.node,
            node_no: found.node_no,
            day: LocalDay::of(now),
            level: found.level,
            ballots: found.ballots.len() as u64,
            late: found.late,
            reasons: found.reasons.clone(),
            pos: 0,
            entries: Vec::new(),
        };
        let pos = self.log(Kind::Task, now, task.said(&found.ballots))?;
        let reasons = serde_json::to_string(&task.reasons).map_err(|_| StoreError::Corrupt("task"))?;
        self.conn.execute(
            "insert into task (no, node_no, day, level, ballots, late, reasons, pos)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                no,
                task.node_no,
                task.day.0,
                task.level,
                task.ballots,
                task.late,
                reasons,
                pos
            ],
        )?;
        self.conn.execute("insert into task_open (task_no) values (?1)", [no])?;
        let mut held = self
            .conn
            .prepare_cached("insert into task_ballot (epoch_no, seq, task_no) values (?1, ?2, ?3)")?;
        for (epoch_no, seq) in &found.ballots {
            held.execute((epoch_no, seq, no))?;
        }
        Ok(Some(no))
    }
}

impl Store {
    /// Looks at the low ratings of before today and opens the tasks that they make; answers how many. Once a local day;
    /// in a demo folder whenever something has come, today's included, or a visitor could see nothing. Blocks.
    pub fn open_tasks(&self, now: i64) -> Result<u64> {
        let (today, demo) = (LocalDay::of(now), self.identity().demo);
        let read = self.read(|conn| {
            let (last, head) = (looked(conn)?, log::head(conn)?.pos);
            let done = last.is_some_and(|(day, pos)| {
                let done = LocalDay(day).covers(today);
                if demo { done && pos == head } else { done }
            });
            if done {
                return Ok(None);
            }
            let end = if demo {
                LocalDay(today.0.saturating_add(1))
            } else {
                today
            };
            Ok(Some(find(conn, end)?))
        })?;
        let Some(found) = read else { return Ok(0) };
        self.write(move |tx| {
            if looked(tx.conn)?.is_none() {
                tx.tasks_begin(now)?;
            }
            let mut opened = 0;
            for found in &found {
                opened += u64::from(tx.open_task(found, now)?.is_some());
            }
            let looked = [today.0.to_be_bytes(), log::head(tx.conn)?.pos.to_be_bytes()].concat();
            meta::put(tx.conn, LOOKED, &looked)?;
            Ok(opened)
        })
    }
}
