//! `init --demo`: a past of made-up ballots, cast through the real protocol into a server in this process.

use anyhow::Context;
use hailong::{
    domain::{
        settings::NodeSettings,
        tasks::{Outcome, Rule},
        time::{LocalDay, Month},
    },
    platform::unix_now,
    server::{Clock, Config, serve},
    store::{Store, StoreError, codes::Length, places, tasks},
    swarm::{DemoCounter, demo_history},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Months of history: those of the founding commune, January 2021 to September 2022.
const MONTHS: u32 = 21;
/// Ballots of Xã Mẫu in all: the founding commune's.
const COMMUNE_TOTAL: u32 = 1_077;
/// Ballots of Phường Mẫu's three counters in a month: 900.
const WARD_MONTH: [u32; 3] = [380, 140, 380];
/// The counter where things go wrong, so that a leader has something to find.
const TROUBLED: usize = 4;
/// Days after which the demo's leader has dealt with a task.
const CLOSED_AFTER: i64 = 2;
/// Days before the end of history from which on nobody deals with tasks.
const OPEN_DAYS: i64 = 18;
/// Who closes the demo's tasks; nobody signs in by that name.
const LEADER: &str = "lanh-dao-minh-hoa";
/// What they do about them, in turn.
const CLOSINGS: [(Outcome, &str); 4] = [
    (Outcome::Encouraged, "Đã họp ngắn đầu giờ, động viên cả bộ phận"),
    (Outcome::Reminded, "Đã nhắc hẹn đúng giờ và hướng dẫn một lần cho đủ"),
    (Outcome::Encouraged, "Đã bố trí thêm người vào giờ cao điểm"),
    (Outcome::Unverified, "Đã hỏi bộ phận, chưa rõ sự việc cụ thể"),
];
/// The same ballots every time.
const SEED: u64 = 2021;

/// The last day of history, and when it begins, unix time.
pub(crate) struct Span {
    last: LocalDay,
    pub(crate) start: i64,
}

impl Span {
    /// A history that ends yesterday.
    pub(crate) fn until_yesterday() -> Self {
        let last = LocalDay(LocalDay::of(unix_now()).0 - 1);
        let first: Month = last.month().minus(MONTHS - 1);
        Self {
            last,
            start: first.first().start(),
        }
    }
}

/// Fills a new demo folder. Says how far it is on stderr.
pub(crate) fn fill(store: &Store, span: &Span) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("no runtime")?;
    let clock = Arc::new(AtomicI64::new(span.start));
    let counters = demo_counters(store, span.start)?;
    ward_rule(store, span.start)?;
    runtime.block_on(async {
        let told = clock.clone();
        let config = Config {
            clock: Clock::simulated(move || told.load(Ordering::Relaxed)),
            ..Config::for_testing()
        };
        let running = serve(store.clone(), config).await?;
        let url = running.url();
        let (mut shown, mut failed) = (0, None);
        let cast = demo_history(&url, &counters, span.last, SEED, |day, done, total| {
            if let Err(error) = morning(store, day, span.last) {
                failed.get_or_insert(error);
            }
            clock.store(day.start() + 18 * 3600, Ordering::Relaxed);
            let tenths = done * 10 / total.max(1);
            if tenths > shown {
                shown = tenths;
                eprintln!("hailong-district: demo history, {} %", tenths * 10);
            }
        })
        .await?;
        eprintln!("hailong-district: {cast} made-up ballots in {MONTHS} months, each with a verified receipt");
        running.stop().await?;
        match failed {
            Some(error) => Err(error).context("the demo's tasks"),
            None => anyhow::Ok(()),
        }
    })
}

/// A working day begins: yesterday's low ratings become tasks, and a made-up leader closes those of some days ago. The last
/// ones stay open, so that a visitor has something to close.
fn morning(store: &Store, day: LocalDay, last: LocalDay) -> Result<(), StoreError> {
    let seven = day.start() + 7 * 3600;
    store.open_tasks(seven)?;
    if last.0 - day.0 < OPEN_DAYS {
        return Ok(());
    }
    let old = store.read(|conn| {
        let mut open = tasks::open(conn, &tasks::among(conn, None)?, u32::MAX)?;
        open.retain(|task| day.0 - task.day.0 >= CLOSED_AFTER);
        Ok(open)
    })?;
    store.write(move |tx| {
        for task in &old {
            let turn = usize::try_from(task.no).unwrap_or(0) % CLOSINGS.len();
            if let Some((outcome, words)) = CLOSINGS.get(turn) {
                tx.by(LEADER).close_task(task.no, *outcome, words, seven + 2 * 3600)?;
            }
        }
        Ok(())
    })
}

/// The ward has so many ballots that two low ratings are no news there; five of the lowest level are.
fn ward_rule(store: &Store, now: i64) -> anyhow::Result<()> {
    let nodes = store.read(places::nodes)?;
    let Some(ward) = nodes.get(1).map(|node| node.id) else {
        return Ok(());
    };
    let settings = NodeSettings {
        tasks: Some(Rule::new(1, 5, 5)?),
        ..NodeSettings::default()
    };
    store.write(move |tx| tx.set_settings(ward, &settings, LEADER, now))?;
    Ok(())
}

fn demo_counters(store: &Store, now: i64) -> anyhow::Result<Vec<DemoCounter>> {
    let places = store.read(places::counters)?;
    places
        .iter()
        .enumerate()
        .map(|(i, place)| {
            let id = place.id;
            let made = store.write(move |tx| tx.make_code(id, Length::Sheet, now))?;
            let per_month = (0..MONTHS).map(|month| ballots(i, month)).collect();
            Ok(DemoCounter {
                code: made.code.grouped(),
                per_month,
                troubled: i == TROUBLED,
            })
        })
        .collect()
}

/// Ballots of a demo counter in a month: the first three are the commune's, the next three the ward's.
fn ballots(counter: usize, month: u32) -> u32 {
    match counter.checked_sub(3) {
        Some(ward) => WARD_MONTH.get(ward).copied().unwrap_or(0),
        None => {
            let total = COMMUNE_TOTAL / MONTHS + u32::from(month < COMMUNE_TOTAL % MONTHS);
            let third = total / 3;
            if counter == 0 { total - 2 * third } else { third }
        }
    }
}
