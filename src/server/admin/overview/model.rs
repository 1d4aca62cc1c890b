//! What the overview shows, put together from the store's reads. No markup, no SQL.

use crate::{
    domain::{
        collate,
        hex::DeviceId,
        ids::{CounterId, NodeId},
        period::Period,
        policy,
        stats::{Figure, Tally},
        time::{LocalDay, Month},
    },
    store::{
        Result, alarms, contact, cuts,
        devices::{self, Device},
        figures::{self, Live, Scope, Sources},
        tasks, visits,
        withdraw::Withdrawn,
    },
};
use std::collections::BTreeMap;

/// Months in the picture of the last months.
const TREND_MONTHS: u32 = 12;
/// A device is quiet when it was not heard of for longer than this, in seconds: a day and the hour of rounding.
const QUIET_SECS: i64 = 25 * 3600;
/// Alarms on the page; the newest matter.
const ALARMS: u32 = 20;

/// Everything on the page.
#[derive(Clone, Debug)]
pub(in super::super) struct Overview {
    pub(in super::super) nodes: Vec<(NodeId, String)>,
    pub(in super::super) node: Option<NodeId>,
    /// The month that was chosen; none: the latest figures.
    pub(in super::super) month: Option<Month>,
    /// Months one can choose, newest first.
    pub(in super::super) months: Vec<Month>,
    pub(in super::super) live: Live,
    pub(in super::super) figure: Figure,
    /// The figure with what is excluded from it, if anything is.
    pub(in super::super) with_excluded: Option<Figure>,
    pub(in super::super) reasons: Vec<(String, u64)>,
    pub(in super::super) sources: Sources,
    /// Tablets whose visits are known only approximately.
    pub(in super::super) visits_inexact: u64,
    pub(in super::super) counters: Vec<CounterLine>,
    pub(in super::super) trend: Vec<(Month, Figure)>,
    pub(in super::super) devices: Vec<DeviceLine>,
    /// Working days of the figure's period on which each of these devices was not heard of.
    pub(in super::super) silent: BTreeMap<DeviceId, u64>,
    /// Ballots that may be missing, at least.
    pub(in super::super) missing: u64,
    pub(in super::super) alarms: Vec<AlarmLine>,
    /// Low ratings that somebody should look into.
    pub(in super::super) tasks: tasks::Count,
}

/// One counter.
#[derive(Clone, Debug)]
pub(in super::super) struct CounterLine {
    /// None: ballots of counters that are not known.
    pub(in super::super) id: Option<CounterId>,
    /// None: as `id`.
    pub(in super::super) name: Option<String>,
    pub(in super::super) unit: String,
    pub(in super::super) live: Live,
    pub(in super::super) figure: Figure,
}

/// One device.
#[derive(Clone, Debug)]
pub(in super::super) struct DeviceLine {
    pub(in super::super) id: DeviceId,
    pub(in super::super) counter: String,
    pub(in super::super) unit: String,
    /// Hour, unix seconds.
    pub(in super::super) enrolled: i64,
    /// Hour, unix seconds; `None`: not known.
    pub(in super::super) heard: Option<i64>,
    pub(in super::super) ballots: u64,
    pub(in super::super) missing: u64,
    pub(in super::super) state: Quiet,
    /// It told that it can't read its newest setup.
    pub(in super::super) setup_unread: bool,
    /// What it last said of itself.
    pub(in super::super) told: Told,
    /// How it was taken out of use.
    pub(in super::super) withdrawn: Option<Withdrawn>,
    /// Alarms by their kind, and how many of each.
    pub(in super::super) alarms: BTreeMap<String, u64>,
    /// Silent for so long that it should be taken out of use.
    pub(in super::super) forgotten: bool,
}

/// What a device last said of itself, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Told {
    /// Version of its app.
    pub(in super::super) app: Option<String>,
    /// Records that were waiting on it.
    pub(in super::super) queued: Option<u64>,
    /// Whether its browser promised to keep its storage.
    pub(in super::super) persisted: Option<bool>,
    pub(in super::super) practice: bool,
    /// Minutes that its clock was ahead.
    pub(in super::super) ahead: Option<i64>,
    /// What its self-test found not in order.
    pub(in super::super) failed: Vec<String>,
}

impl Told {
    fn of(said: &serde_json::Value) -> Self {
        let health = said.get("health");
        let member = |name: &str| health.and_then(|health| health.get(name));
        let failed = member("self_test").and_then(|test| test.get("failed")?.as_array());
        Self {
            app: said.get("app").and_then(|app| app.as_str()).map(str::to_owned),
            queued: member("queued").and_then(serde_json::Value::as_u64),
            persisted: member("persisted").and_then(serde_json::Value::as_bool),
            practice: member("practice").and_then(serde_json::Value::as_bool) == Some(true),
            ahead: said.get("ahead").and_then(serde_json::Value::as_i64),
            failed: failed
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        }
    }
}

/// How a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Quiet {
    InUse,
    Silent,
    Revoked,
}

/// Something to look at.
#[derive(Clone, Debug)]
pub(in super::super) struct AlarmLine {
    pub(in super::super) kind: String,
    pub(in super::super) counter: String,
    /// Hour, unix seconds.
    pub(in super::super) hour: i64,
    /// How many of this kind at this counter.
    pub(in super::super) times: u64,
}

type Conn<'a> = &'a crate::store::Reader;

/// Reads the page's figures: of the second unit, for somebody who sees the first one with all below it.
pub(in super::super) fn load(
    conn: Conn<'_>,
    (top, node): (Option<NodeId>, Option<NodeId>),
    month: Option<Month>,
    now: i64,
) -> Result<Overview> {
    let today = LocalDay::of(now);
    let scope = Scope::seen(conn, top, node)?;
    let windows = windows(conn, &scope, month, today)?;
    let pooled = windows
        .iter()
        .map(|(period, tallies)| (*period, figures::pooled(tallies)));
    let figure = Figure::headline(pooled).unwrap_or(Figure::of(Tally::default(), Period::month(today.month())));
    let live = figures::live(conn, &scope, today)?;
    let devices = device_lines(conn, &scope, now)?;
    let silent = contact::silent_days(conn, &scope, figure.period(), today)?;
    let sources = figures::sources(conn, &scope, figure.period())?;
    let with_excluded = match sources.excluded {
        0 => None,
        _ => {
            let with = figures::tallies_with_excluded(conn, &scope, figure.period())?;
            Some(Figure::of(figures::pooled(&with), figure.period()))
        }
    };
    Ok(Overview {
        with_excluded,
        nodes: scope.nodes.iter().map(|node| (node.id, node.name.clone())).collect(),
        node,
        month,
        months: months(figures::first_day(conn)?, today),
        live: live.values().fold(Live::default(), |all, live| all.plus(*live)),
        reasons: reasons_of(&figures::reasons(conn, &scope, figure.period())?),
        sources,
        visits_inexact: visits::inexact(conn, &scope, figure.period())?,
        counters: counter_lines(&scope, &live, &windows),
        trend: trend(conn, &scope, today)?,
        missing: devices.iter().map(|device| device.missing).sum(),
        alarms: alarm_lines(conn, &devices)?,
        tasks: tasks::count(conn, &tasks::among(conn, node.or(top))?, today)?,
        devices,
        silent,
        figure,
    })
}

/// A period and its answers by counter number.
type Window = (Period, BTreeMap<i64, Tally>);

/// The chosen month, or the fallback windows as far as any figure needs them.
fn windows(conn: Conn<'_>, scope: &Scope, month: Option<Month>, today: LocalDay) -> Result<Vec<Window>> {
    let periods = match month {
        Some(month) => vec![Period::month(month)],
        None => Period::fallbacks(today).to_vec(),
    };
    let mut windows = Vec::new();
    for period in periods {
        let tallies = figures::tallies(conn, scope, period)?;
        let enough = |no: &i64| tallies.get(no).is_some_and(|tally| tally.n() >= policy::MIN_N_RANK);
        let all = !scope.counters.is_empty() && scope.counters.iter().all(|counter| enough(&counter.no));
        windows.push((period, tallies));
        if all {
            break;
        }
    }
    Ok(windows)
}

fn counter_lines(scope: &Scope, live: &BTreeMap<i64, Live>, windows: &[Window]) -> Vec<CounterLine> {
    let unit = |id: NodeId| {
        scope
            .nodes
            .iter()
            .find(|node| node.id == id)
            .map(|node| node.name.clone())
    };
    let line = |no: i64, known: Option<(CounterId, String)>, unit: String| {
        let tallies = windows
            .iter()
            .map(|(period, tallies)| (*period, tallies.get(&no).copied().unwrap_or_default()));
        let (id, name) = known.unzip();
        Some(CounterLine {
            id,
            name,
            unit,
            live: live.get(&no).copied().unwrap_or_default(),
            figure: Figure::headline(tallies)?,
        })
    };
    let known = scope.counters.iter().filter_map(|counter| {
        line(
            counter.no,
            Some((counter.id, counter.name.clone())),
            unit(counter.node).unwrap_or_default(),
        )
    });
    let unknown = live.contains_key(&0).then(|| line(0, None, String::new())).flatten();
    known.chain(unknown).collect()
}

/// Most chosen first.
pub(in super::super) fn reasons_of(reasons: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut reasons: Vec<_> = reasons.iter().map(|(name, n)| (name.clone(), *n)).collect();
    reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| collate::key(&a.0).cmp(&collate::key(&b.0))));
    reasons
}

/// The last months up to the running one, oldest first.
pub(in super::super) fn trend(conn: Conn<'_>, scope: &Scope, today: LocalDay) -> Result<Vec<(Month, Figure)>> {
    let last = today.month();
    let halves = cuts::by_half(conn, scope, Period::last(TREND_MONTHS, today))?;
    let months = (0..TREND_MONTHS).rev().map(|back| last.minus(back));
    let line = |month: Month| {
        let period = Period::month(month);
        let own = halves.range(period.first()..period.end());
        let tally = own.fold(Tally::default(), |all, (_, tally)| all.plus(*tally));
        (month, Figure::of(tally, period))
    };
    Ok(months.map(line).collect())
}

fn months(first: Option<LocalDay>, today: LocalDay) -> Vec<Month> {
    let first = first.map_or(today.month(), LocalDay::month);
    let mut month = today.month();
    let mut months = vec![month];
    // Ten years are more than retention keeps, and bound the list if a clock was far off.
    while month > first && months.len() < 120 {
        month = month.minus(1);
        months.push(month);
    }
    months
}

/// The devices that stand in this scope.
pub(in super::super) fn device_lines(conn: Conn<'_>, scope: &Scope, now: i64) -> Result<Vec<DeviceLine>> {
    let mut missing: BTreeMap<i64, u64> = BTreeMap::new();
    for epoch in alarms::missing(conn)? {
        *missing.entry(epoch.device_no).or_default() += epoch.ballots;
    }
    let mut alarms = alarms::of_devices(conn)?;
    let line = |device: Device| {
        let counter = scope.counters.iter().find(|counter| counter.no == device.counter_no)?;
        let unit = scope.nodes.iter().find(|node| node.id == counter.node)?;
        let said = device
            .health
            .as_ref()
            .and_then(|said| said.get("health")?.get("setup_unread")?.as_bool());
        let heard = device.heard(now);
        let ago = heard.map(|hour| now - hour);
        Some(DeviceLine {
            setup_unread: said == Some(true),
            told: device.health.as_ref().map(Told::of).unwrap_or_default(),
            withdrawn: device.withdrawn.clone(),
            alarms: alarms.remove(&device.no).unwrap_or_default(),
            forgotten: !device.revoked && ago.is_some_and(|ago| ago > policy::NEVER_CLOSED_DAYS * 86_400),
            id: device.id,
            counter: counter.name.clone(),
            unit: unit.name.clone(),
            enrolled: device.enrolled,
            heard,
            ballots: device.ballots,
            missing: missing.get(&device.no).copied().unwrap_or(0),
            state: match device.revoked {
                true => Quiet::Revoked,
                false if ago.is_none_or(|ago| ago > QUIET_SECS) => Quiet::Silent,
                false => Quiet::InUse,
            },
        })
    };
    Ok(devices::within(conn, scope)?.into_iter().filter_map(line).collect())
}

fn alarm_lines(conn: Conn<'_>, devices: &[DeviceLine]) -> Result<Vec<AlarmLine>> {
    let mut lines: Vec<AlarmLine> = Vec::new();
    for alarm in alarms::all(conn, 500)? {
        let Some(device) = devices.iter().find(|device| device.id == alarm.device) else {
            continue;
        };
        let counter = format!("{}, {}", device.counter, device.unit);
        match lines
            .iter_mut()
            .find(|line| line.kind == alarm.kind && line.counter == counter)
        {
            Some(line) => line.times += 1,
            None => lines.push(AlarmLine {
                kind: alarm.kind,
                counter,
                hour: alarm.hour,
                times: 1,
            }),
        }
    }
    lines.truncate(ALARMS as usize);
    Ok(lines)
}
