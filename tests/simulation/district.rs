//! The district: the real router and store on a disk in memory, that may be off, restored or put back.

use crate::rig::{TestClock, wired::Wired};
use crate::world::{DAY, Event, START, World};
use fastrand::Rng;
use hailong::domain::ballot::Moment;
use hailong::platform::simulation::seed_thread;
use hailong::store::{CreateOptions, FILE, Store, backup, codes::Length, places, verify};
use hailong::sync::{Call, Reply};
use std::collections::BTreeMap;
use tempfile::{TempDir, tempdir};
use test_shims::{Flush, MemoryDisk, mount, unmount};

pub struct District {
    pub dir: TempDir,
    pub disk: MemoryDisk,
    pub wired: Option<Wired>,
    clock: TestClock,
    /// A backup file and when it was made.
    pub backup: Option<(TempDir, i64)>,
    /// A copy of the disk and when it was made, for those who put a machine back behind our back.
    pub snapshot: Option<(BTreeMap<String, Vec<u8>>, i64)>,
    /// It was put back to one: tablets saw checkpoints of a log that is no more, and `verify` must say so.
    pub rewound: bool,
    /// Its disk is full.
    pub full: bool,
    seed: u64,
    lives: u64,
}

impl District {
    pub fn new(seed: u64, clock: &TestClock) -> Self {
        let (dir, disk) = (tempdir().unwrap(), MemoryDisk::new(!seed, Flush::Honest));
        mount(dir.path(), &disk);
        let store = Store::create(
            dir.path(),
            CreateOptions {
                demo: false,
                now: START,
            },
        )
        .unwrap();
        let mut district = Self {
            dir,
            disk,
            wired: None,
            clock: clock.clone(),
            backup: None,
            snapshot: None,
            rewound: false,
            full: false,
            seed,
            lives: 0,
        };
        district.seed_writer(&store);
        let add = move |tx: &hailong::store::WriteTx<'_>| {
            let node = places::NewNode {
                name: "Xã Thử".into(),
                kind: Some(places::NodeKind::Commune),
                parent: None,
                contact: None,
            };
            let node = tx.add_node(&node, START)?;
            for n in 1..=2 {
                let counter = places::NewCounter {
                    node,
                    name: format!("Quầy {n}"),
                    moment: Moment::Result,
                    field: None,
                };
                tx.add_counter(&counter, START)?;
            }
            Ok(())
        };
        store.write(add).unwrap();
        district.wired = Some(Wired::new(store, clock));
        district
    }

    /// The writer is a thread of its own: its randomness must follow from the seed, too.
    fn seed_writer(&mut self, store: &Store) {
        self.lives += 1;
        let seed = self.seed.wrapping_add(self.lives << 32);
        store
            .write(move |_| {
                seed_thread(Some(seed));
                Ok(())
            })
            .unwrap();
    }

    pub fn start(&mut self) {
        if self.wired.is_none() {
            let store = match Store::open(self.dir.path()) {
                Ok(store) => store,
                // Nobody is served until there is room.
                Err(_) if self.full => return,
                Err(error) => panic!("the district opens: {error}"),
            };
            self.seed_writer(&store);
            self.wired = Some(Wired::new(store, &self.clock));
        }
    }

    /// Room for so many bytes more, or for anything.
    pub fn make_room(&mut self, more: Option<u64>) {
        self.full = more.is_some();
        self.disk.set_room(more.map(|more| self.disk.used() + more));
    }

    pub fn stop(&mut self) {
        self.wired = None;
    }

    pub fn answer(&self, call: &Call) -> Option<Reply> {
        Some(self.wired.as_ref()?.answer(call))
    }

    /// A code for a counter, if the district is there to make one.
    pub fn code(&self, counter: usize, now: i64) -> Option<String> {
        let wired = self.wired.as_ref()?;
        let counters = wired.store.read(places::counters).ok()?;
        let made = wired
            .store
            .make_code(counters.get(counter)?.id, Length::Sheet, now)
            .ok()?;
        Some(made.code.grouped())
    }

    pub fn make_backup(&mut self, now: i64) {
        let Some(wired) = &self.wired else { return };
        let folder = tempdir().unwrap();
        if wired.store.backup(&folder.path().join("backup"), now).is_ok() {
            self.backup = Some((folder, now));
        }
    }

    /// Another machine begins from the backup.
    pub fn restore(&mut self, now: i64) -> bool {
        if self.backup.is_some() {
            self.make_room(None);
        }
        let Some((folder, _)) = &self.backup else { return false };
        self.wired = None;
        let fresh = tempdir().unwrap();
        let dir = fresh.path().join("data");
        backup::restore(&dir, &folder.path().join("backup"), now).unwrap();
        let bytes = std::fs::read(dir.join(FILE)).unwrap();
        self.disk.put_back(&BTreeMap::from([(FILE.to_owned(), bytes)]));
        self.snapshot = None;
        self.start();
        true
    }

    pub fn assert_sound(&self) {
        let report = verify::verify(self.dir.path()).unwrap();
        let unexplained = report
            .broken
            .iter()
            .filter(|found| !self.rewound || found.kind != "checkpoint");
        let unexplained: Vec<_> = unexplained.collect();
        assert!(unexplained.is_empty(), "{unexplained:?}");
    }
}

impl Drop for District {
    fn drop(&mut self) {
        self.wired = None;
        unmount(self.dir.path());
    }
}

impl World {
    pub fn night(&mut self) {
        let now = self.now;
        if let Some(wired) = &self.district.wired {
            // As the server's timer does; a night that fails is tried again the next.
            let _ = wired.store.write(move |tx| {
                tx.release_due(now)?;
                tx.expire_comments(now)?;
                tx.checkpoint(now)
            });
        }
        self.note("night", b"");
    }

    /// Some hours in which the district's disk is nearly full, or quite. Dice of its own, and only for even seeds: those that
    /// are kept are odd, and stay what they were.
    pub fn district_disk_fills(&mut self, seed: u64) {
        let mut rng = Rng::with_seed(!seed);
        for _ in 0..if seed.is_multiple_of(2) { rng.u8(0..3) } else { 0 } {
            let from = rng.i64(START..self.end);
            self.at(from, Event::Room(Some(rng.u64(0..200_000))));
            self.at(from + rng.i64(600..DAY / 4), Event::Room(None));
        }
    }

    pub fn room(&mut self, more: Option<u64>) {
        self.done.full += u64::from(more.is_some());
        self.district.make_room(more);
        if more.is_none() {
            self.district.start();
        }
        self.note("room", b"");
    }

    pub fn serve(&mut self) {
        self.district.start();
        self.note("serve", b"");
    }
}
