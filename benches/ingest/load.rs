//! What arrives: a district with enrolled tablets, and the bundles they send.

use hailong::domain::ballot::{Ballot, Ended, Moment, Pace, Took};
use hailong::domain::hex::{DistrictId, EpochId, Hash, Hex, Nonce, PublicKey};
use hailong::domain::ids::CounterId;
use hailong::domain::survey::{DEFAULT_SURVEY_JSON, Survey};
use hailong::domain::time::Bucket;
use hailong::store::{CreateOptions, Store, codes::Length, places};
use hailong::swarm::Citizens;
use hailong::wire::bundle::{self, Header, Health, Line, Run, Tip};
use hailong::wire::record::{Open, Why};
use hailong::wire::{VERSION, canon, chain, enrol, gzip, keys::Key, survey_id};
use std::collections::BTreeMap;
use std::path::Path;

/// Ballots in a bundle.
pub const BALLOTS: usize = 50;
/// Tablets of one counter.
const PER_COUNTER: usize = 4;
/// Counters in a commune.
const PER_COMMUNE: usize = 4;

/// A bundle as it goes over the wire, and what its receipt must say.
pub struct Sent {
    pub body: Vec<u8>,
    pub nonce: Nonce,
    pub head: Hash,
}

/// The load of every round: for each tablet its bundles, in order.
pub struct Load {
    pub tablets: Vec<Vec<Sent>>,
    pub district_key: PublicKey,
    /// The district's clock while they arrive.
    pub now: i64,
}

impl Load {
    pub fn bundles(&self) -> usize {
        self.tablets.iter().map(Vec::len).sum()
    }
}

/// Makes the folder that every round starts from, and the bundles for it.
pub fn prepare(dir: &Path, tablets: usize, bundles: usize) -> Load {
    let now = hailong::platform::unix_now();
    let store = Store::create(dir, CreateOptions { demo: false, now }).unwrap();
    prepare_in(&store, now, tablets, bundles)
}

/// The same in a folder that is there.
pub fn prepare_in(store: &Store, now: i64, tablets: usize, bundles: usize) -> Load {
    let counters = add_counters(store, tablets.div_ceil(PER_COUNTER), now);
    let survey_id: Hash = survey_id(&serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap());
    let district = store.identity().id;
    let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
    let mut all = Vec::new();
    for n in 0..tablets {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&(n as u64).to_be_bytes());
        let mut tablet = Tablet {
            key: Key::from_seed(&seed),
            counter: counters[n / PER_COUNTER],
            district,
            survey_id,
            epoch: Hex((n as u64).to_be_bytes()),
            tip: None,
            now,
        };
        enrol(store, &tablet);
        let mut citizens = Citizens::new(n as u64, false);
        all.push((0..bundles).map(|_| tablet.bundle(&survey, &mut citizens)).collect());
    }
    let district_key = store.identity().public_key();
    Load {
        tablets: all,
        district_key,
        now,
    }
}

/// Communes of a few counters each: a tablet's setup names all counters of its unit.
fn add_counters(store: &Store, count: usize, now: i64) -> Vec<CounterId> {
    let add = move |tx: &hailong::store::WriteTx<'_>| {
        let mut counters = Vec::new();
        for commune in 0..count.div_ceil(PER_COMMUNE) {
            let node = tx.add_node(
                &places::NewNode {
                    name: format!("Xã Thử {commune}"),
                    kind: Some(places::NodeKind::Commune),
                    parent: None,
                    contact: None,
                },
                now,
            )?;
            for n in 1..=PER_COMMUNE.min(count - counters.len()) {
                let counter = places::NewCounter {
                    node,
                    name: format!("Quầy {n}"),
                    moment: Moment::Result,
                    field: None,
                };
                counters.push(tx.add_counter(&counter, now)?);
            }
        }
        Ok(counters)
    };
    store.write(add).unwrap()
}

fn enrol(store: &Store, tablet: &Tablet) {
    let (counter, key, now) = (tablet.counter, tablet.key.public(), tablet.now);
    let enrolled = store.write(move |tx| {
        let request = enrol::Request {
            app: env!("CARGO_PKG_VERSION").into(),
            certificate: None,
            code: Some(tx.make_code(counter, Length::Sheet, now)?.code.grouped()),
            key,
            nonce: Hex([0; 16]),
            v: VERSION,
        };
        tx.enrol(&request, now)
    });
    assert!(matches!(enrolled, Ok(hailong::store::enrol::Outcome::Enrolled(_))));
}

struct Tablet {
    key: Key,
    counter: CounterId,
    district: DistrictId,
    survey_id: Hash,
    epoch: EpochId,
    tip: Option<Tip>,
    now: i64,
}

impl Tablet {
    /// The next bundle: fifty ballots; the first one brings the opening too.
    fn bundle(&mut self, survey: &Survey, citizens: &mut Citizens) -> Sent {
        let before = self.tip;
        let mut lines = Vec::new();
        if before.is_none() {
            let open = Open {
                draft: false,
                mark: None,
                prev: None,
                why: Why::New,
            };
            self.push(&mut lines, canon::line_of(&open), 0);
        }
        for _ in 0..BALLOTS {
            let ballot = self.ballot(survey, citizens);
            self.push(&mut lines, canon::line_of(&ballot), 1);
        }
        let (tip, nonce) = (self.tip.unwrap(), Hex(hailong::platform::random().unwrap()));
        let run = Run {
            count: lines.len() as u64,
            epoch: self.epoch,
            first: before.map_or(0, |tip| tip.seq + 1),
            from: before.map(|tip| tip.head),
            head: tip.head,
        };
        let header = Header {
            app: env!("CARGO_PKG_VERSION").into(),
            checkpoint: None,
            clock: self.now,
            device: self.key.id(),
            district: self.district,
            health: Health::default(),
            mark: Some(tip),
            nonce,
            runs: vec![run],
            step: 0,
            surveys: BTreeMap::new(),
            tip: Some(tip),
            v: VERSION,
        };
        Sent {
            body: gzip::pack(&bundle::seal(&self.key, &header, &lines)),
            nonce,
            head: tip.head,
        }
    }

    fn push(&mut self, lines: &mut Vec<Line>, line: String, ballots: u64) {
        let line = Line::Record(line.into_bytes());
        let head = chain::advance(self.key.id(), self.epoch, self.tip.map(|tip| tip.head), line.leaf());
        self.tip = Some(Tip {
            ballots: self.tip.map_or(0, |tip| tip.ballots) + ballots,
            epoch: self.epoch,
            head,
            seq: self.tip.map_or(0, |tip| tip.seq + 1),
        });
        lines.push(line);
    }

    fn ballot(&self, survey: &Survey, citizens: &mut Citizens) -> Ballot {
        Ballot {
            answers: citizens.answers(survey, Moment::Result),
            app: env!("CARGO_PKG_VERSION").into(),
            at: Bucket::of(self.now - 1800),
            counter: self.counter,
            ended: Ended::Sent,
            field: None,
            moment: Moment::Result,
            pace: Pace::Calm,
            practice: false,
            salt: Hex(hailong::platform::random().unwrap()),
            step: 0,
            survey: self.survey_id,
            ticketed: false,
            took: Took::Normal,
        }
    }
}
