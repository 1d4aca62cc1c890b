//! Everybody comes back at once: after an outage all tablets send their day's backlog within ten seconds. Nothing is
//! lost or doubled, whoever is not served hears so, signed and with a time to wait, and the district's memory is bounded.
//!
//! `HAILONG_HERD=16000` is the long form: a district in a process of its own, real pauses, and what it took beside what
//! the same district takes in from tablets that come one after the other. Nothing fails because it was slow.
#![cfg(all(feature = "server", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs
)]

#[path = "../benches/ingest/load.rs"]
mod load;
#[path = "rig/serving.rs"]
mod serving;

use hailong::server::{Clock, Config, serve};
use hailong::store::{FILE, Store, verify};
use hailong::sync::{Planner, Wait};
use hailong::wire::answer::{Answer, Code};
use load::{Load, Sent};
use serving::Serving;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The district's memory may not grow beyond this (bytes, resident, at its highest).
const MEMORY: u64 = 256 << 20;
/// All tablets come within this time.
const WITHIN: Duration = Duration::from_secs(10);

struct Herd {
    load: Arc<Load>,
    client: reqwest::Client,
    url: String,
    refused: AtomicU64,
    not_reached: AtomicU64,
    /// Pauses are waited for.
    real: bool,
}

impl Herd {
    fn new(load: Load, base: &str, real: bool) -> Arc<Self> {
        hailong::platform::choose_tls();
        Arc::new(Self {
            load: Arc::new(load),
            client: reqwest::Client::builder()
                .no_proxy()
                .pool_max_idle_per_host(0)
                .build()
                .unwrap(),
            url: format!("{base}/api/v1/bundles"),
            refused: AtomicU64::new(0),
            not_reached: AtomicU64::new(0),
            real,
        })
    }

    /// One tablet sends its backlog until it holds a receipt for all of it; it pauses as tablets do.
    async fn tablet(&self, number: usize) {
        let start = Instant::now();
        let mut planner = Planner::new(Duration::ZERO);
        for sent in &self.load.tablets[number] {
            loop {
                if let Wait::For(pause) = planner.next(start.elapsed(), true) {
                    if self.real {
                        tokio::time::sleep(pause).await;
                    } else {
                        planner = Planner::new(Duration::ZERO);
                    }
                    continue;
                }
                match self.call(sent).await {
                    Ok(()) => break,
                    Err(wait) => planner.not_reached(start.elapsed(), wait, fastrand::u32(..)),
                }
            }
        }
    }

    /// A receipt, or how long to wait.
    async fn call(&self, sent: &Sent) -> Result<(), Option<Duration>> {
        let answer = async {
            let response = self.client.post(&self.url).body(sent.body.clone()).send().await.ok()?;
            let seconds = response
                .headers()
                .get("retry-after")
                .and_then(|v| v.to_str().ok()?.parse().ok());
            Some((
                response.status().as_u16(),
                seconds.map(Duration::from_secs),
                response.bytes().await.ok()?,
            ))
        };
        let Some((status, wait, body)) = answer.await else {
            self.not_reached.fetch_add(1, Ordering::Relaxed);
            return Err(None);
        };
        // What is refused before it is read can't repeat a nonce; the signature is the district's all the same.
        let answer: Answer = hailong::wire::signed::open(&self.load.district_key, hailong::wire::signed::ANSWER, &body)
            .unwrap_or_else(|error| panic!("{status}: {error}"));
        match answer {
            Answer::Receipt(receipt) => {
                assert_eq!(receipt.nonce, sent.nonce);
                assert_eq!(receipt.runs[0].head, sent.head);
                Ok(())
            }
            Answer::Refusal(refusal) => {
                assert_eq!(
                    (status, refusal.problem.code),
                    (503, Code::Busy),
                    "nothing but a full house"
                );
                assert!(wait.is_some(), "a refusal says when to come again");
                self.refused.fetch_add(1, Ordering::Relaxed);
                Err(wait)
            }
            other => panic!("{other:?}"),
        }
    }

    /// All tablets from `first` on, begun within so long. Answers how long the last one took.
    async fn come(self: &Arc<Self>, tablets: std::ops::Range<usize>, within: Duration) -> Duration {
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for number in tablets {
            let herd = self.clone();
            tasks.spawn(async move {
                if herd.real {
                    tokio::time::sleep(within.mul_f64(fastrand::f64())).await;
                }
                herd.tablet(number).await;
            });
        }
        tasks.join_all().await;
        start.elapsed()
    }
}

fn ballots(dir: &Path) -> usize {
    let conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    conn.query_row("select count(*) from record where kind = 1", [], |row| row.get(0))
        .unwrap()
}

fn assert_all_there(dir: &Path, bundles: usize) {
    assert_eq!(ballots(dir), bundles * load::BALLOTS);
    let report = verify::verify(dir).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_house_says_so_signed_and_with_a_time_to_wait_and_then_takes_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let load = load::prepare(folder.path(), 120, 1);
    let (now, store) = (load.now, Store::open(folder.path()).unwrap());
    let mut config = Config {
        clock: Clock::simulated(move || now),
        ..Config::for_testing()
    };
    config.limits.bodies = 2;
    config.limits.unpacked = 1;
    let running = serve(store, config).await.unwrap();
    let herd = Herd::new(load, &running.url(), false);
    // Two that never come to an end sit on both seats.
    let mut seats = Vec::new();
    for _ in 0..2 {
        let mut stream = tokio::net::TcpStream::connect(running.addr).await.unwrap();
        let head =
            b"POST /api/v1/bundles HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n";
        stream.write_all(head).await.unwrap();
        // The server asks for the body once it has taken a seat for it.
        let mut begun = [0; 12];
        stream.read_exact(&mut begun).await.unwrap();
        assert_eq!(&begun, b"HTTP/1.1 100");
        seats.push(stream);
    }
    for sent in herd.load.tablets.iter().flatten() {
        assert!(herd.call(sent).await.is_err_and(|wait| wait.is_some()));
    }
    assert_eq!(herd.refused.load(Ordering::Relaxed), 120);
    drop(seats);
    herd.come(0..120, WITHIN).await;
    running.stop().await.unwrap();
    assert_all_there(folder.path(), 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_at_once_after_an_outage_is_served_within_bounded_memory() {
    let asked: Option<usize> = std::env::var("HAILONG_HERD").ok().and_then(|text| text.parse().ok());
    let (tablets, before) = (asked.unwrap_or(250), asked.map_or(0, |n| n / 8));
    let folder = tempfile::tempdir().unwrap();
    let load = load::prepare(folder.path(), tablets + before, 1);
    let mut serving = Serving::at(folder.path(), "127.0.0.1:0");
    let herd = Herd::new(load, &serving.url, asked.is_some());
    // What this district takes in from a few at a time: what the herd is measured against.
    let start = Instant::now();
    for chunk in (0..before).collect::<Vec<_>>().chunks(64) {
        herd.come(chunk[0]..chunk[0] + chunk.len(), Duration::ZERO).await;
    }
    let rate = before as f64 / start.elapsed().as_secs_f64();
    let took = herd.come(before..before + tablets, WITHIN).await;
    let highest = serving.memory("VmHWM");
    serving.kill();
    if asked.is_some() {
        let predicted = (tablets as f64 / rate).max(WITHIN.as_secs_f64());
        println!(
            "{tablets} tablets, {} ballots: served in {:.1} s, {:.2} x the {predicted:.1} s that {rate:.0} bundles/s promise",
            tablets * load::BALLOTS,
            took.as_secs_f64(),
            took.as_secs_f64() / predicted
        );
        println!(
            "{} signed refusals, {} times not reached, {} MB of memory at most",
            herd.refused.load(Ordering::Relaxed),
            herd.not_reached.load(Ordering::Relaxed),
            highest >> 20
        );
    }
    assert!(highest <= MEMORY, "{highest} bytes");
    assert_all_there(folder.path(), tablets + before);
}
