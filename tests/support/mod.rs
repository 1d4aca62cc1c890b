//! A district in a temporary folder and tablets that talk to it in real bytes; a tablet here is only a key and a
//! chain, so that it can also lie.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

pub mod http;
pub mod site;
pub mod tablet;

use hailong::{
    domain::{ballot::Moment, ids::CounterId},
    store::{
        CreateOptions, Store, body,
        places::{self, NewCounter, NewNode},
    },
};
use tablet::Tablet;

/// 2026-11-23 09:00 in Asia/Ho_Chi_Minh.
pub const MORNING: i64 = 1_795_399_200;
pub const HOUR: i64 = 3600;
pub const DAY: i64 = 86_400;

/// Does what only somebody with the file in hand can do: from here on nothing in it is append-only.
pub fn drop_triggers(conn: &rusqlite::Connection) {
    let triggers: Vec<String> = conn
        .prepare("select name from sqlite_master where type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for name in triggers {
        conn.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
}

/// Makes the temporary table `plain`: `body` with every record's own bytes, for SQL that knows nothing of packing.
pub fn plain_bodies(conn: &rusqlite::Connection) {
    conn.execute_batch(
        "create temp table plain (epoch_no integer, seq integer, bytes blob, primary key (epoch_no, seq))",
    )
    .unwrap();
    let mut insert = conn.prepare("insert into plain values (?1, ?2, ?3)").unwrap();
    let mut rows = conn.prepare("select epoch_no, seq, bytes from body").unwrap();
    let mut rows = rows.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (epoch_no, seq, stored): (i64, i64, Vec<u8>) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        insert.execute((epoch_no, seq, body::unpack(&stored).unwrap())).unwrap();
    }
}

/// A district with one commune and two counters, in a folder that goes when it is dropped.
pub struct District {
    pub dir: tempfile::TempDir,
    pub store: Store,
    pub counters: Vec<CounterId>,
}

impl District {
    pub fn new() -> Self {
        let (dir, store) = empty(false);
        let counters = commune(&store, "Xã Thử", 2);
        Self { dir, store, counters }
    }

    /// The same, made at another time: what is older than a folder is released with its first night.
    pub fn since(now: i64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("data"), CreateOptions { demo: false, now }).unwrap();
        let counters = commune(&store, "Xã Thử", 2);
        Self { dir, store, counters }
    }

    pub fn demo() -> Self {
        let (dir, store) = empty(true);
        let counters = store.read(places::counters).unwrap().iter().map(|c| c.id).collect();
        Self { dir, store, counters }
    }

    /// An enrolled tablet at the first counter.
    pub fn tablet(&self, seed: u8) -> Tablet {
        self.tablet_at(seed, self.counters[0], MORNING - 2 * HOUR)
    }

    pub fn tablet_at(&self, seed: u8, counter: CounterId, now: i64) -> Tablet {
        let mut tablet = Tablet::new(seed, counter, self.store.identity().id);
        let made = self
            .store
            .make_code(counter, hailong::store::codes::Length::Sheet, now)
            .unwrap();
        let request = tablet.request(Some(made.code.grouped()), None);
        let outcome = self.store.write(move |tx| tx.enrol(&request, now)).unwrap();
        let hailong::store::enrol::Outcome::Enrolled(enrolled) = outcome else {
            panic!("{outcome:?}")
        };
        tablet.enrolled = Some(*enrolled);
        tablet
    }
}

fn empty(demo: bool) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let now = MORNING - DAY;
    let store = Store::create(&dir.path().join("data"), CreateOptions { demo, now }).unwrap();
    (dir, store)
}

pub fn commune(store: &Store, name: &str, counters: usize) -> Vec<CounterId> {
    commune_since(store, name, counters, MORNING - DAY)
}

pub fn commune_since(store: &Store, name: &str, counters: usize, now: i64) -> Vec<CounterId> {
    let name = name.to_owned();
    store
        .write(move |tx| {
            let node = NewNode {
                name: name.clone(),
                parent: None,
                kind: None,
                contact: None,
            };
            let node = tx.add_node(&node, now)?;
            (1..=counters)
                .map(|n| {
                    let new = NewCounter {
                        name: format!("Quầy {n}"),
                        node,
                        moment: Moment::Reception,
                        field: None,
                    };
                    tx.add_counter(&new, now)
                })
                .collect()
        })
        .unwrap()
}
