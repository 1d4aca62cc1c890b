//! What the tests share: a district in a folder, tablets on the real client code, a proxy that breaks things, and a
//! look into the files that shares no code with the store.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

pub mod heard;
pub mod proxy;
pub mod serving;
pub mod wired;

use hailong::domain::hex::{Hex, Salt};
use hailong::domain::ids::CounterId;
use hailong::outbox::{Durability, Outbox};
use hailong::server::{Clock, Config, Running, serve};
use hailong::store::codes::Length;
use hailong::store::{CreateOptions, Store, body, places};
use hailong::swarm::{Citizens, Tablet};
use hailong::sync::{Http, Outcome, Transport};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// 2026-11-22T00:00:00+07:00, a Sunday.
pub const MIDNIGHT: i64 = 1_795_280_400;
/// A day, in seconds.
pub const DAY: i64 = 86_400;
/// Ten o'clock of [`MIDNIGHT`]'s day.
pub const TEN: i64 = MIDNIGHT + 10 * 3600;

/// A clock that only the test moves.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let this = self.clone();
        Clock::simulated(move || this.now())
    }
}

/// A district that serves from a folder, on a free port (or the same one again).
pub struct District {
    pub dir: PathBuf,
    pub store: Store,
    pub clock: TestClock,
    pub addr: SocketAddr,
    running: Option<Running>,
}

impl District {
    /// A new folder: `--demo=empty` or plain with one node and one counter.
    pub async fn create(dir: &Path, demo: bool, clock: &TestClock) -> Self {
        let now = clock.now();
        let store = Store::create(dir, CreateOptions { demo, now }).unwrap();
        if !demo {
            let node = places::NewNode {
                name: "Xã Thử".into(),
                kind: Some(places::NodeKind::Commune),
                parent: None,
                contact: None,
            };
            store
                .write(move |tx| {
                    let node = tx.add_node(&node, now)?;
                    let counter = places::NewCounter {
                        node,
                        name: "Quầy 1".into(),
                        moment: hailong::domain::ballot::Moment::Result,
                        field: None,
                    };
                    tx.add_counter(&counter, now).map(|_| ())
                })
                .unwrap();
        }
        drop(store);
        Self::start(dir, clock, 0).await
    }

    /// Serves an existing folder.
    pub async fn start(dir: &Path, clock: &TestClock, port: u16) -> Self {
        let store = Store::open(dir).unwrap();
        let mut config = Config {
            clock: clock.clock(),
            ..Config::for_testing()
        };
        config.listen.set_port(port);
        let running = serve(store.clone(), config).await.unwrap();
        Self {
            dir: dir.to_owned(),
            store,
            clock: clock.clone(),
            addr: running.addr,
            running: Some(running),
        }
    }

    /// A second server on the same folder, with another tablet app.
    pub async fn start_with_tablet(other: &Self, app: &Path) -> Self {
        Self::start_on(&other.dir, &other.clock, 0, app).await
    }

    /// Serves an existing folder and a tablet app from another.
    pub async fn start_on(dir: &Path, clock: &TestClock, port: u16, app: &Path) -> Self {
        let store = Store::open(dir).unwrap();
        let mut config = Config {
            clock: clock.clock(),
            tablet_dir: Some(app.to_owned()),
            ..Config::for_testing()
        };
        config.listen.set_port(port);
        let running = serve(store.clone(), config).await.unwrap();
        Self {
            dir: dir.to_owned(),
            store,
            clock: clock.clone(),
            addr: running.addr,
            running: Some(running),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops; everything of it is closed when this returns.
    pub async fn stop(mut self) -> SocketAddr {
        self.running.take().unwrap().stop().await.unwrap();
        let addr = self.addr;
        drop(self);
        addr
    }

    pub fn counters(&self) -> Vec<CounterId> {
        self.store
            .read(places::counters)
            .unwrap()
            .into_iter()
            .map(|counter| counter.id)
            .collect()
    }

    pub fn code(&self, counter: usize) -> String {
        let (id, now) = (self.counters()[counter], self.clock.now());
        self.store
            .write(move |tx| tx.make_code(id, Length::Sheet, now))
            .unwrap()
            .code
            .grouped()
    }
}

/// A tablet whose folder outlives it.
pub struct Counter<T> {
    pub dir: TempDir,
    pub tablet: Tablet<T>,
    pub citizens: Citizens,
}

impl Counter<Http> {
    /// Enrols a new tablet.
    pub async fn enrol(url: &str, code: &str, now: i64) -> Self {
        Self::enrol_over(Http::new(url).unwrap(), code, now).await
    }
}

impl<T: Transport> Counter<T> {
    pub async fn enrol_over(transport: T, code: &str, now: i64) -> Self {
        let dir = TempDir::new().unwrap();
        let mut tablet = Tablet::open(dir.path(), transport, Durability::Simulated, now).unwrap();
        tablet.enrol(code, now).await.unwrap();
        Self {
            dir,
            tablet,
            citizens: Citizens::new(7, false),
        }
    }

    pub fn cast(&mut self, n: u64, now: i64) {
        for i in 0..n {
            self.tablet.cast(&mut self.citizens, now + i as i64 * 40).unwrap();
        }
    }

    /// Lets the sender do its next call, whatever its pauses; answers what the call meant.
    pub async fn call(&mut self, mono: &mut Duration, now: i64) -> Outcome {
        loop {
            match self.tablet.step(*mono, now).await.unwrap() {
                Ok(outcome) => return outcome,
                Err(pause) => *mono += pause,
            }
        }
    }

    /// Ballots in the tablet's own file: salt to whether a receipt covers it.
    pub fn ballots(&self) -> BTreeMap<Salt, bool> {
        let mut all = BTreeMap::new();
        for entry in std::fs::read_dir(self.dir.path()).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("outbox-") && name.ends_with(".db") {
                all.extend(outbox_ballots(&path));
            }
        }
        all
    }
}

pub fn outbox_ballots(path: &Path) -> BTreeMap<Salt, bool> {
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut statement = conn
        .prepare("select salt, settled is not null from record where is_ballot = 1")
        .unwrap();
    let rows = statement
        .query_map([], |row| Ok((Hex(row.get(0)?), row.get(1)?)))
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// How often each ballot's salt is in the district's file, read with plain SQL.
pub fn stored_salts(dir: &Path) -> BTreeMap<Salt, u32> {
    salts(dir, "select bytes from body")
}

/// How often each ballot counts in figures (or in practice), by the records' own state.
pub fn counted_salts(dir: &Path) -> BTreeMap<Salt, u32> {
    let counts =
        "select b.bytes from record r join body b using (epoch_no, seq) where r.kind = 1 and r.state in (1, 4)";
    salts(dir, counts)
}

fn salts(dir: &Path, bodies: &str) -> BTreeMap<Salt, u32> {
    let conn = rusqlite::Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let mut statement = conn.prepare(bodies).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let mut salts = BTreeMap::new();
    for bytes in rows.map(Result::unwrap) {
        let line: serde_json::Value = serde_json::from_slice(&body::unpack(&bytes).unwrap()).unwrap_or_default();
        if line["kind"] == "ballot" {
            let salt = Salt::parse(line["salt"].as_str().unwrap()).unwrap();
            *salts.entry(salt).or_default() += 1;
        }
    }
    salts
}

/// Every ballot of the tablet is stored once, nothing else is, and the folder verifies.
pub fn assert_exactly_once(dir: &Path, cast: &BTreeMap<Salt, bool>) {
    let stored = stored_salts(dir);
    let missing: Vec<_> = cast.keys().filter(|salt| !stored.contains_key(salt)).collect();
    let twice: Vec<_> = stored.iter().filter(|(_, n)| **n != 1).collect();
    let foreign: Vec<_> = stored.keys().filter(|salt| !cast.contains_key(salt)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(twice.is_empty(), "stored more than once: {twice:?}");
    assert!(foreign.is_empty(), "never cast: {foreign:?}");
}

/// Runs a story for each seed, as many at once as there are cores. A failure says which seed it was, and no further one
/// begins.
pub fn on_all_cores(seeds: impl Iterator<Item = u64> + Send, story: impl Fn(u64) + Sync) {
    let left = Mutex::new(Some(seeds));
    let next = || left.lock().unwrap().as_mut()?.next();
    let one_by_one = || {
        while let Some(seed) = next() {
            if let Err(why) = catch_unwind(AssertUnwindSafe(|| story(seed))) {
                println!("seed {seed} failed; HAILONG_SEED={seed} runs it alone");
                *left.lock().unwrap() = None;
                resume_unwind(why);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(one_by_one);
        }
    });
}

/// A copy of a folder's files.
pub fn copy_dir(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Puts a folder back to an earlier copy.
pub fn put_back(copy: &Path, dir: &Path) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    copy_dir(copy, dir);
}

pub fn waiting<T>(counter: &mut Counter<T>, now: i64) -> u64 {
    let outbox: &mut Outbox = &mut counter.tablet.outbox;
    outbox.stats(now).unwrap().waiting_ballots
}

/// The folder recomputes: chains, log, receipts, rollups.
pub fn assert_sound(dir: &Path) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_hailong-district"))
        .args(["verify", "--data", dir.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}
