//! The ways a load gets into a folder; each starts from a fresh copy of the same folder with the same bundles.

use crate::load::{Load, Sent};
use hailong::server::{Clock, Config, serve};
use hailong::store::{Prepared, Store, WriterOptions, devices};
use hailong::wire::answer::{Answer, Receipt};
use hailong::wire::bundle::{Bundle, Unverified};
use hailong::wire::signed;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The district's server on loopback; tablets with a keep-alive connection each.
    Http,
    /// The same work without HTTP: unpack, verify, commit in groups.
    InProcess,
    /// As `InProcess`, with the bundles verified before the clock starts: the writer thread alone.
    WriterAlone,
    /// As `InProcess`, with one commit for each bundle.
    OneCommit,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Http, Self::InProcess, Self::WriterAlone, Self::OneCommit];

    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "over HTTP, group commit",
            Self::InProcess => "in process, group commit",
            Self::WriterAlone => "in process, verified ahead",
            Self::OneCommit => "in process, one commit each",
        }
    }

    /// Takes the load into the folder and checks every receipt after the clock has stopped. Answers the time.
    pub fn run(self, dir: &Path, load: &Arc<Load>) -> Duration {
        let group = match self {
            Self::OneCommit => 1,
            _ => WriterOptions::default().group,
        };
        let store = Store::open_with(dir, WriterOptions { group }).unwrap();
        let (time, receipts) = match self {
            Self::Http => over_http(&store, load),
            Self::WriterAlone => verified_ahead(&store, load),
            Self::InProcess | Self::OneCommit => in_process(&store, load),
        };
        check(load, &receipts);
        time
    }
}

/// Receipts by tablet, in order.
type Receipts = Vec<Vec<String>>;

/// Two workers, as the server has on two cores.
fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}

/// All tablets at once; each sends its next bundle when it holds the receipt of the one before.
async fn at_once<F: Future<Output = Vec<String>> + Send + 'static>(
    load: &Load,
    tablet: impl Fn(usize) -> F,
) -> (Duration, Receipts) {
    let (mut tasks, start) = (JoinSet::new(), Instant::now());
    for n in 0..load.tablets.len() {
        let work = tablet(n);
        tasks.spawn(async move { (n, work.await) });
    }
    let mut receipts = tasks.join_all().await;
    let time = start.elapsed();
    receipts.sort();
    (time, receipts.into_iter().map(|(_, texts)| texts).collect())
}

/// The server has a runtime of its own, the tablets another one: one thread, so that the two share no scheduler.
fn over_http(store: &Store, load: &Arc<Load>) -> (Duration, Receipts) {
    let (server, now) = (runtime(), load.now);
    let config = Config {
        clock: Clock::simulated(move || now),
        ..Config::for_testing()
    };
    let running = server.block_on(serve(store.clone(), config)).unwrap();
    let tablets = Builder::new_current_thread().enable_all().build().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/v1/bundles", running.url());
    let done = tablets.block_on(at_once(load, |n| {
        let (client, url, load) = (client.clone(), url.clone(), load.clone());
        async move {
            let mut receipts = Vec::new();
            for sent in &load.tablets[n] {
                let answer = client.post(&url).body(sent.body.clone()).send().await.unwrap();
                assert_eq!(answer.status(), 200);
                receipts.push(answer.text().await.unwrap());
            }
            receipts
        }
    }));
    drop((client, tablets));
    server.block_on(running.stop()).unwrap();
    done
}

fn in_process(store: &Store, load: &Arc<Load>) -> (Duration, Receipts) {
    let runtime = runtime();
    runtime.block_on(at_once(load, |n| {
        let (store, load) = (store.clone(), load.clone());
        async move {
            let mut receipts = Vec::new();
            for sent in &load.tablets[n] {
                let prepared = Prepared::from(verify(&store, sent));
                receipts.push(store.ingest(prepared, load.now).await.unwrap());
            }
            receipts
        }
    }))
}

fn verified_ahead(store: &Store, load: &Arc<Load>) -> (Duration, Receipts) {
    let ready = |sent| Prepared::from(verify(store, sent));
    let ready: Vec<Vec<_>> = load.tablets.iter().map(|all| all.iter().map(ready).collect()).collect();
    let mut ready: Vec<_> = ready.into_iter().map(Some).collect();
    let ready = std::cell::RefCell::new(&mut ready);
    let runtime = runtime();
    runtime.block_on(at_once(load, |n| {
        let (store, now) = (store.clone(), load.now);
        let bundles = ready.borrow_mut()[n].take().unwrap();
        async move {
            let mut receipts = Vec::new();
            for prepared in bundles {
                receipts.push(store.ingest(prepared, now).await.unwrap());
            }
            receipts
        }
    }))
}

/// As the server does it: unpack, find the key, check signature and chain.
fn verify(store: &Store, sent: &Sent) -> Bundle {
    let unverified = Unverified::from_gzip(&sent.body).unwrap();
    let device = unverified.device();
    let key = store.read(|conn| devices::public_key(conn, device)).unwrap();
    unverified.verify(&key.unwrap()).unwrap()
}

/// Every receipt is the district's, repeats the bundle's nonce and covers the bundle's run.
fn check(load: &Load, receipts: &Receipts) {
    for (sent, texts) in load.tablets.iter().zip(receipts) {
        assert_eq!(sent.len(), texts.len());
        for (sent, text) in sent.iter().zip(texts) {
            let answer: Answer = signed::open(&load.district_key, signed::ANSWER, text.as_bytes()).unwrap();
            let Answer::Receipt(Receipt { nonce, runs, .. }) = answer else {
                panic!("refused: {text}")
            };
            assert!(nonce == sent.nonce && runs.len() == 1 && runs[0].head == sent.head);
        }
    }
}
