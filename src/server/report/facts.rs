//! What a report says, in numbers: counted from the records as of a log position.

use super::{
    bodies, criteria,
    tasks::{self, Explained, TaskFact},
};
use crate::{
    domain::{
        hex::{Hash, Hex},
        ids::{CounterId, NodeId},
        period::{MonthKind, Period},
        settings::Letterhead,
        stats::Tally,
        survey::{Survey, SurveyKind},
        time::{LocalDay, Month},
        volume::Volume,
    },
    store::{
        Reader, Result, StoreError, asof, contact, figures::Scope, places, reports, settings, surveys, visits,
        volumes::Sums,
    },
    wire::keys::sha256,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// What is counted in a new report; one that was filed under an older number is counted again as it was then.
const VERSION: u32 = 3;

/// Everything that was counted. Members are only ever added: the JSON of a filed report is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Which rules it was counted by. 1: `silent` also counted what was excluded, factors were not counted. 2: transactions
    /// were summed by the tree of the day of counting.
    pub v: u32,
    /// Whose report.
    pub node: NodeId,
    /// The counters it covers, in their order.
    pub counters: Vec<CounterId>,
    /// How the month runs.
    pub kind: MonthKind,
    /// Which month.
    pub month: Month,
    /// Up to which log position.
    pub as_of: i64,
    /// Released ballots, answered or not.
    pub ballots: u64,
    /// Of them without a body any more.
    pub gone: u64,
    /// Answers 1 to 5 of each counter.
    pub by_counter: Vec<[u64; 5]>,
    /// Answers 1 to 5 by lĩnh vực; "" is none.
    pub by_field: BTreeMap<String, [u64; 5]>,
    /// Answers 1 to 5 by moment (reception, returned, result).
    pub by_moment: BTreeMap<String, [u64; 5]>,
    /// Answers 1 to 5 by local hour.
    pub by_hour: BTreeMap<u8, [u64; 5]>,
    /// Answers 1 to 5 by weekday, Monday is 0.
    pub by_weekday: BTreeMap<u8, [u64; 5]>,
    /// How often each reason was chosen.
    pub reasons: BTreeMap<String, u64>,
    /// Ballots that answer the criteria of SIPAS.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sipas: u64,
    /// Answers 1 to 5 of their criteria by factor, by its code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_factor: BTreeMap<String, [u64; 5]>,
    /// The month before, as of the same position.
    pub month_before: [u64; 5],
    /// The same month of the year before.
    pub year_before: [u64; 5],
    /// Where the ballots of the period were.
    pub received: u64,
    /// Counted, waiting ones included.
    pub counted: u64,
    /// Taken out of the figures by exclusions that stood.
    #[serde(default)]
    pub excluded: u64,
    /// Counted, not yet released.
    pub waiting: u64,
    /// Nobody tapped "Gửi".
    pub silent: u64,
    /// More than 48 h on their way.
    pub slow: u64,
    /// Survey not known.
    pub unread: u64,
    /// A person had to look at them.
    pub quarantined: u64,
    /// Cast in practice.
    pub practice: u64,
    /// Day not known.
    pub undated: u64,
    /// Visits begun.
    pub started: u64,
    /// Visits ended without a face.
    pub abandoned: u64,
    /// Ballots of the twelve months before that the report before this one did not have yet; `None`: it was not filed.
    pub late: Option<u64>,
    /// Transactions, if they are known.
    pub volume: Option<Volume>,
    /// SHA-256 over the leaves of the ballots, in order: exactly these.
    pub leaves: Hash,
    /// What became of low ratings; `None` in reports of before there were tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tasks: Option<Vec<TaskFact>>,
    /// What officers explained of the month and of these tasks; `None` in reports of before they could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<Vec<Explained>>,
    /// Names and what was observed at filing: repeated, not counted again.
    pub labels: Labels,
}

/// What a report repeats without counting it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labels {
    /// Name of the unit.
    pub node: String,
    /// Names of the counters, in their order.
    pub counters: Vec<String>,
    /// Head and foot of the paper.
    pub letterhead: Letterhead,
    /// Tablets in use, and working days on which they were not heard of, together.
    pub devices: u64,
    /// See `devices`.
    pub silent_days: u64,
    /// Tablets whose visits are known only approximately.
    #[serde(skip_serializing_if = "is_zero")]
    pub visits_inexact: u64,
    /// Version of the program.
    pub version: String,
    /// Names of the reception points that have tasks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<NodeId, String>,
}

impl Facts {
    /// Counts a unit's month as of a log position.
    pub fn count(conn: &Reader, node: NodeId, period: Period, as_of: i64, today: LocalDay) -> Result<Self> {
        let scope = Scope::of(conn, Some(node))?;
        let labels = labels(conn, &scope, node, period, today)?;
        let month = period.reporting_month();
        let month = month.ok_or_else(|| StoreError::Invalid("a report is of one month".into()))?;
        let kind = match period == MonthKind::Calendar.period(month) {
            true => MonthKind::Calendar,
            false => MonthKind::Statutory,
        };
        let mut facts = Self::empty(node, kind, month, as_of, labels);
        facts.v = VERSION;
        facts.counters = scope.counters.iter().map(|counter| counter.id).collect();
        facts.fill(conn, &scope)?;
        for task in facts.tasks.iter().flatten() {
            let named = scope.nodes.iter().find(|place| place.id == task.node);
            let name = named.map(|place| place.name.clone()).unwrap_or_default();
            facts.labels.points.insert(task.node, name);
        }
        Ok(facts)
    }

    /// Counts the same again: the same counters, days and position. Equal, unless somebody changed what lies below, or
    /// retention has deleted answers since.
    pub fn again(&self, conn: &Reader) -> Result<Self> {
        let scope = Scope::of_counters(conn, &self.counters)?;
        let mut facts = Self::empty(self.node, self.kind, self.month, self.as_of, self.labels.clone());
        facts.counters = self.counters.clone();
        facts.v = self.v;
        facts.fill(conn, &scope)?;
        facts.tasks = facts.tasks.filter(|_| self.tasks.is_some());
        facts.explained = facts.explained.filter(|_| self.explained.is_some());
        Ok(facts)
    }

    fn empty(node: NodeId, kind: MonthKind, month: Month, as_of: i64, labels: Labels) -> Self {
        Self {
            v: VERSION,
            node,
            counters: Vec::new(),
            kind,
            month,
            as_of,
            ballots: 0,
            gone: 0,
            by_counter: Vec::new(),
            by_field: BTreeMap::new(),
            by_moment: BTreeMap::new(),
            by_hour: BTreeMap::new(),
            by_weekday: BTreeMap::new(),
            reasons: BTreeMap::new(),
            sipas: 0,
            by_factor: BTreeMap::new(),
            month_before: [0; 5],
            year_before: [0; 5],
            received: 0,
            counted: 0,
            excluded: 0,
            waiting: 0,
            silent: 0,
            slow: 0,
            unread: 0,
            quarantined: 0,
            practice: 0,
            undated: 0,
            started: 0,
            abandoned: 0,
            late: None,
            volume: None,
            leaves: Hex([0; 32]),
            tasks: None,
            explained: None,
            labels,
        }
    }

    fn fill(&mut self, conn: &Reader, scope: &Scope) -> Result<()> {
        let known = surveys::all(conn)?.into_iter();
        let known = known.filter_map(|known| Some((known.id, known.survey?)));
        let (surveys, others): (Surveys, Surveys) = known.partition(|(_, survey)| survey.kind == SurveyKind::Counter);
        let places: BTreeMap<i64, usize> = scope
            .counters
            .iter()
            .filter_map(|counter| Some((counter.no, self.counters.iter().position(|id| *id == counter.id)?)))
            .collect();
        self.by_counter = vec![[0; 5]; self.counters.len()];
        let period = self.period();
        let mut leaves = Vec::new();
        asof::each(conn, scope, period, self.as_of, |stood| {
            self.ballots += 1;
            leaves.extend_from_slice(&stood.leaf.0);
            let Some(ballot) = &stood.ballot else {
                self.gone += 1;
                return;
            };
            let Some(survey) = surveys.get(&ballot.survey) else {
                if let Some(other) = others.get(&ballot.survey) {
                    criteria::add(self, other, ballot);
                }
                return;
            };
            for reason in survey.reasons(&ballot.answers) {
                *self.reasons.entry(reason.to_owned()).or_default() += 1;
            }
            let Some(level) = survey.headline_level(&ballot.answers) else {
                return;
            };
            let add = |levels: &mut [u64; 5]| {
                if let Some(n) = usize::from(level)
                    .checked_sub(1)
                    .and_then(|place| levels.get_mut(place))
                {
                    *n += 1;
                }
            };
            if let Some(levels) = places
                .get(&stood.counter_no)
                .and_then(|place| self.by_counter.get_mut(*place))
            {
                add(levels);
            }
            add(self
                .by_field
                .entry(ballot.field.clone().unwrap_or_default())
                .or_default());
            add(self
                .by_moment
                .entry(places::moment_name(ballot.moment).to_owned())
                .or_default());
            add(self.by_hour.entry(stood.hour).or_default());
            let weekday = u8::try_from((stood.day.0 + 3).rem_euclid(7)).unwrap_or(0);
            add(self.by_weekday.entry(weekday).or_default());
        })?;
        self.leaves = sha256(&[b"hailong/1/leaves\0", &leaves]);
        for (before, levels) in [
            (period.month_before(), &mut self.month_before),
            (period.year_before(), &mut self.year_before),
        ] {
            let Some(before) = before else { continue };
            let mut tally = Tally::default();
            asof::each(conn, scope, before, self.as_of, |stood| {
                let ballot = stood.ballot.as_ref();
                let level = ballot.and_then(|b| surveys.get(&b.survey)?.headline_level(&b.answers));
                tally.add(level.map_or(0, i64::from), 1);
            })?;
            *levels = tally.levels();
        }
        let told = tasks::count(conn, scope, period, self.as_of)?;
        self.explained = Some(tasks::explained(conn, scope, (self.month, &told), self.as_of)?);
        self.tasks = Some(told);
        self.whereabouts(conn, scope)
    }

    fn whereabouts(&mut self, conn: &Reader, scope: &Scope) -> Result<()> {
        let period = self.period();
        let found = asof::whereabouts(conn, scope, period, self.as_of)?;
        self.received = found.received;
        self.counted = found.counted;
        self.excluded = found.excluded;
        self.waiting = found.waiting;
        self.silent = match self.v {
            1 => found.silent,
            _ => found.silent.saturating_sub(found.silent_excluded),
        };
        self.slow = found.late;
        self.unread = found.unread;
        self.quarantined = found.quarantined;
        self.practice = found.practice;
        self.undated = found.undated;
        (self.started, self.abandoned) = (found.started, found.abandoned);
        let sums = match self.v {
            1 | 2 => Sums::of_today(conn, period, self.as_of)?,
            _ => Sums::of(conn, period, self.as_of)?,
        };
        self.volume = sums.volume(conn, self.node)?;
        let before = reports::before(conn, self.node, period, self.as_of)?;
        let first = period.year_before().map_or(period.first(), |year| year.first());
        let year = Period::days(first, LocalDay(period.first().0 - 1)).ok();
        self.late = match before.zip(year) {
            Some((filed, year)) => Some(asof::late(conn, scope, year, filed.as_of, self.as_of)?),
            None => None,
        };
        Ok(())
    }

    /// The days it covers.
    pub fn period(&self) -> Period {
        self.kind.period(self.month)
    }

    /// All answers together.
    pub fn pooled(&self) -> Tally {
        let tallies = self.by_counter.iter().map(|levels| Tally::new(*levels));
        tallies.fold(Tally::default(), Tally::plus)
    }

    /// As it is kept and hashed.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Facts::json`] wrote.
    pub fn parse(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| StoreError::Corrupt("report facts"))
    }

    /// The hash in the log and in the footer.
    pub fn hash(&self) -> Hash {
        reports::facts_hash(&self.json())
    }
}

/// Surveys by their id.
type Surveys = BTreeMap<Hash, Arc<Survey>>;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn labels(conn: &Reader, scope: &Scope, node: NodeId, period: Period, today: LocalDay) -> Result<Labels> {
    let place = places::node(conn, node)?;
    let (above, body) = bodies(conn, &place)?;
    let mut head = settings::own(conn, node)?.letterhead.unwrap_or_default();
    let fill = |line: &mut String, with: String| {
        if line.trim().is_empty() {
            *line = with;
        }
    };
    fill(&mut head.above, above);
    fill(&mut head.body, body);
    let short = ["Xã ", "Phường ", "Đặc khu ", "Tỉnh ", "Thành phố "];
    let name = short.iter().find_map(|prefix| place.name.strip_prefix(prefix));
    fill(&mut head.place, name.unwrap_or(&place.name).to_owned());
    fill(&mut head.signer, "CHỦ TỊCH".to_owned());
    let silent = contact::silent_days(conn, scope, period, today)?;
    Ok(Labels {
        node: place.name,
        counters: scope
            .counters
            .iter()
            .map(|counter| {
                let own = scope.nodes.iter().find(|node| node.id == counter.node);
                match own {
                    Some(own) if own.id != node => format!("{} – {}", own.name, counter.name),
                    _ => counter.name.clone(),
                }
            })
            .collect(),
        letterhead: head,
        devices: silent.len() as u64,
        silent_days: silent.values().sum(),
        visits_inexact: visits::inexact(conn, scope, period)?,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        points: BTreeMap::new(),
    })
}
