//! The world's clock and what is to happen when.

use crate::district::District;
use crate::rig::{MIDNIGHT, TestClock, heard::Heard};
use crate::tablet::Tablet;
use crate::trouble::Troubles;
use fastrand::Rng;
use hailong::domain::hex::{DeviceId, EpochId, Hash, Hex};
use hailong::domain::policy;
use hailong::sync::{Call, Reply};
use hailong::wire::bundle::{Bundle, Line, Unverified};
use hailong::wire::{gzip, keys::sha256, record::parse_hole, signed::parse_sig_line};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

pub const DAY: i64 = 86_400;
/// Monday, 2026-11-23, 00:00 in Việt Nam.
pub const START: i64 = MIDNIGHT + DAY;

/// Something that is to happen. Tablets by number; `life` is the opening it was meant for.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody switches the tablet on.
    Open(usize),
    /// Somebody switches it off.
    Close(usize),
    /// A citizen comes.
    Visit(usize, u64),
    /// The sender looks whether it is time.
    Step(usize, u64, u64),
    /// A request reaches the district; the answer goes back to whoever still waits for it.
    Arrive(usize, Option<(u64, u64)>, Box<Call>),
    /// An answer, or its absence, reaches the tablet.
    Answer(usize, u64, u64, Option<Box<Reply>>),
    /// The district's nightly work.
    Night,
    /// Something goes wrong, or well again.
    Trouble,
    /// The district's disk takes no more than so many bytes more, or anything again.
    Room(Option<u64>),
    /// The district is started again.
    Serve,
}

/// What a run came to.
#[derive(Default)]
pub struct Done {
    pub trace: Vec<u8>,
    pub thanked: u64,
    pub lost: u64,
    pub missing: u64,
    pub calls: u64,
    pub power_cuts: u64,
    /// Times that the district's disk was full.
    pub full: u64,
    pub restores: u64,
    /// Tablets that were copied, and forks that the districts show in the end.
    pub copies: u64,
    pub forks: u64,
    /// Queues that went bad beside a whole memory, and the ballots of them that had to be said to be missing.
    pub spoilt: u64,
    pub known: u64,
    pub tablet_seconds: f64,
}

impl Done {
    pub fn add(&mut self, other: &Self) {
        self.thanked += other.thanked;
        self.lost += other.lost;
        self.missing += other.missing;
        self.calls += other.calls;
        self.power_cuts += other.power_cuts;
        self.full += other.full;
        self.restores += other.restores;
        self.copies += other.copies;
        self.forks += other.forks;
        self.spoilt += other.spoilt;
        self.known += other.known;
        self.tablet_seconds += other.tablet_seconds;
    }
}

pub struct World {
    pub rng: Rng,
    pub now: i64,
    pub end: i64,
    pub clock: TestClock,
    pub district: District,
    pub tablets: Vec<Tablet>,
    pub troubles: Troubles,
    pub done: Done,
    /// What the district was told of epochs.
    pub heard: Heard,
    queue: BinaryHeap<Reverse<(i64, u64)>>,
    events: BTreeMap<u64, Event>,
    count: u64,
    /// Every key that ever travelled, with its leaf.
    keys: BTreeMap<(DeviceId, EpochId, u64), Hash>,
    /// Bundles that were sent and that the district did not answer as right yet.
    unproved: BTreeMap<Hash, Vec<u8>>,
    print: bool,
}

impl World {
    pub fn new(seed: u64) -> Self {
        hailong::platform::simulation::seed_thread(Some(seed));
        let mut rng = Rng::with_seed(seed);
        let days = rng.i64(2..=5) * if rng.u8(..) < 16 { 12 } else { 1 };
        let clock = TestClock::at(START);
        let district = District::new(seed, &clock);
        let count = rng.usize(1..=4);
        let troubles = Troubles::new(&mut rng);
        let mut world = Self {
            now: START,
            end: START + days * DAY,
            clock,
            tablets: (0..count).map(|n| Tablet::new(seed, n, n % 2)).collect(),
            district,
            troubles,
            done: Done::default(),
            heard: Heard::default(),
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            count: 0,
            keys: BTreeMap::new(),
            unproved: BTreeMap::new(),
            print: std::env::var_os("HAILONG_TRACE").is_some(),
            rng,
        };
        for tablet in 0..count {
            world.working_days(tablet, START);
        }
        for day in 1..=days {
            world.at(START + day * DAY + 60, Event::Night);
        }
        world.district_disk_fills(seed);
        let first = world.rng.i64(0..6 * 3600);
        world.at(START + 8 * 3600 + first, Event::Trouble);
        world
    }

    /// On in the morning, off in the evening, about half past seven and five.
    pub fn working_days(&mut self, tablet: usize, from: i64) {
        let mut day = START;
        while day < self.end {
            let (on, off) = (27_000 + self.rng.i64(0..1800), 61_200 + self.rng.i64(0..1800));
            if day + on >= from {
                self.at(day + on, Event::Open(tablet));
            }
            if day + off > from {
                self.at(day + off, Event::Close(tablet));
            }
            day += DAY;
        }
    }

    pub fn at(&mut self, time: i64, event: Event) {
        self.count += 1;
        self.queue.push(Reverse((time.max(self.now), self.count)));
        self.events.insert(self.count, event);
    }

    /// Adds to the run's trace, which two runs of a seed must share.
    pub fn note(&mut self, what: &str, bytes: &[u8]) {
        if self.print {
            println!("{:>9} {what} {}", self.now - START, sha256(&[bytes]));
        }
        let now = self.now.to_be_bytes();
        let Hex(hash) = sha256(&[&self.done.trace, &now, what.as_bytes(), bytes]);
        self.done.trace = hash.to_vec();
    }

    pub fn run(mut self) -> Done {
        while let Some(Reverse((time, number))) = self.queue.pop() {
            if time > self.end {
                break;
            }
            self.now = time;
            self.clock.set(time);
            if let Some(event) = self.events.remove(&number) {
                self.happen(event);
            }
        }
        self.now = self.end;
        self.done.tablet_seconds = (self.end - START) as f64 * self.tablets.len() as f64;
        self.settle_down();
        self.done
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Open(tablet) => self.open(tablet),
            Event::Close(tablet) => self.close(tablet),
            Event::Visit(tablet, life) => self.visit(tablet, life),
            Event::Step(tablet, life, token) => self.step(tablet, life, token),
            Event::Arrive(tablet, back, call) => self.arrive(tablet, back, &call),
            Event::Answer(tablet, life, call, reply) => self.answer(tablet, life, call, reply.map(|reply| *reply)),
            Event::Night => self.night(),
            Event::Trouble => self.trouble(),
            Event::Room(more) => self.room(more),
            Event::Serve => self.serve(),
        }
    }

    /// No key with two records, whoever sends it, whatever its disk did. That the signature and the chains hold the district
    /// finds out; one bundle in eight is looked at twice, and those that never reach it in the end.
    pub fn look_at(&mut self, body: &[u8]) {
        let Some(bundle) = claims(body) else { return };
        let device = bundle.header.device;
        if !self.is_ours(device) {
            return;
        }
        self.heard.read(body, &bundle);
        for (run, lines) in bundle.runs() {
            for (seq, line) in (run.first..).zip(lines) {
                let leaf = line.leaf();
                let before = self.keys.insert((device, run.epoch, seq), leaf);
                assert!(
                    before.is_none_or(|before| before == leaf),
                    "one key, two records: {} {seq}",
                    run.epoch
                );
            }
        }
        let name = sha256(&[body]);
        if name.0[0] < 32 {
            self.prove(body);
        } else {
            self.unproved.insert(name, body.to_vec());
        }
    }

    /// The district has answered a bundle: if with a receipt, it found the signature and the chains right.
    pub fn answered(&mut self, body: &[u8], stored: bool) {
        if stored {
            self.unproved.remove(&sha256(&[body]));
        }
        self.heard.arrived(self.now, body, stored);
    }

    /// What no district ever found right is so all the same.
    pub fn prove_the_rest(&mut self) {
        for body in std::mem::take(&mut self.unproved).into_values() {
            self.prove(&body);
        }
    }

    fn is_ours(&self, device: DeviceId) -> bool {
        self.tablets.iter().any(|tablet| tablet.public_key(device).is_some())
    }

    fn prove(&self, body: &[u8]) {
        let bundle = Unverified::from_gzip(body).expect("a tablet sends what can be read");
        let mut keys = self.tablets.iter().map(|tablet| tablet.public_key(bundle.device()));
        let key = keys.find_map(|key| key).expect("the key of a tablet of ours");
        bundle.verify(&key).expect("a tablet sends what holds");
    }
}

/// What a bundle says, read without a look at its signature.
fn claims(body: &[u8]) -> Option<Bundle> {
    let bytes = gzip::unpack(body, policy::MAX_BUNDLE_BYTES).ok()?;
    let mut lines: Vec<&[u8]> = bytes.strip_suffix(b"\n")?.split(|c| *c == b'\n').collect();
    let signature = parse_sig_line(lines.pop()?)?;
    let mut lines = lines.into_iter();
    let header_line = lines.next()?.to_vec();
    let line = |bytes: &[u8]| parse_hole(bytes).map_or_else(|| Line::Record(bytes.to_vec()), Line::Hole);
    Some(Bundle {
        header: serde_json::from_slice(&header_line).ok()?,
        header_line,
        signature,
        lines: lines.map(line).collect(),
    })
}
