//! A tablet as the district sees it: a key, epochs of records, signed bundles.

use hailong::domain::{
    ballot::{Answer, Ballot, Ended, Moment, Pace, Took},
    hex::{DistrictId, EpochId, Hash, Hex, Nonce},
    ids::{CounterId, Slug},
    survey::DEFAULT_SURVEY_JSON,
    time::Bucket,
};
use hailong::wire::{
    self,
    answer::{Answer as Wire, Enrolled, Receipt},
    bundle::{self, Header, Health, Line, Run, Tip, Unverified},
    canon, chain,
    enrol::Request,
    keys::Key,
    record::{Open, Why},
    signed,
};
use std::collections::BTreeMap;

pub struct Tablet {
    pub key: Key,
    pub counter: CounterId,
    pub district: DistrictId,
    pub survey: Hash,
    pub enrolled: Option<Enrolled>,
    pub step: u32,
    pub surveys: BTreeMap<String, serde_json::Value>,
    salts: u64,
    nonces: u64,
}

/// One epoch: its records so far.
#[derive(Clone)]
pub struct Epoch {
    pub id: EpochId,
    pub lines: Vec<Line>,
}

impl Epoch {
    pub fn head_at(&self, tablet: &Tablet, seq: u64) -> Hash {
        let lines = &self.lines[..=usize::try_from(seq).unwrap()];
        let head = lines.iter().fold(None, |from, line| {
            Some(chain::advance(tablet.key.id(), self.id, from, line.leaf()))
        });
        head.unwrap()
    }

    pub fn tip_at(&self, tablet: &Tablet, seq: u64) -> Tip {
        let lines = &self.lines[..=usize::try_from(seq).unwrap()];
        let ballots = lines
            .iter()
            .filter(|l| matches!(l, Line::Record(b) if wire::record::is_ballot(b)))
            .count();
        Tip {
            ballots: ballots as u64,
            epoch: self.id,
            head: self.head_at(tablet, seq),
            seq,
        }
    }

    pub fn tip(&self, tablet: &Tablet) -> Tip {
        self.tip_at(tablet, self.lines.len() as u64 - 1)
    }

    pub fn run(&self, tablet: &Tablet, first: u64, count: u64) -> Run {
        Run {
            count,
            epoch: self.id,
            first,
            from: (first > 0).then(|| self.head_at(tablet, first - 1)),
            head: self.head_at(tablet, first + count - 1),
        }
    }

    pub fn push(&mut self, line: impl Into<Vec<u8>>) {
        self.lines.push(Line::Record(line.into()));
    }
}

pub fn default_survey() -> serde_json::Value {
    serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap()
}

impl Tablet {
    pub fn new(seed: u8, counter: CounterId, district: DistrictId) -> Self {
        Self {
            key: Key::from_seed(&[seed; 32]),
            counter,
            district,
            survey: wire::survey_id(&default_survey()),
            enrolled: None,
            step: 0,
            surveys: BTreeMap::new(),
            salts: 0,
            nonces: 0,
        }
    }

    pub fn request(&mut self, code: Option<String>, certificate: Option<String>) -> Request {
        Request {
            app: "test".into(),
            certificate,
            code,
            key: self.key.public(),
            nonce: self.nonce(),
            v: 1,
        }
    }

    pub fn nonce(&mut self) -> Nonce {
        self.nonces += 1;
        let mut nonce = [self.key.public().0[0]; 16];
        nonce[..8].copy_from_slice(&self.nonces.to_be_bytes());
        Hex(nonce)
    }

    pub fn epoch(&self, id: u8, prev: Option<Tip>) -> Epoch {
        let why = if prev.is_some() { Why::Start } else { Why::New };
        let mut epoch = Epoch {
            id: Hex([id; 8]),
            lines: Vec::new(),
        };
        epoch.push(canon::line_of(&Open {
            draft: false,
            mark: None,
            prev,
            why,
        }));
        epoch
    }

    /// A ballot of this level in the bucket of this time.
    pub fn ballot(&mut self, level: i64, unix: i64) -> Ballot {
        self.salts += 1;
        let mut salt = [self.key.public().0[0]; 16];
        salt[..8].copy_from_slice(&self.salts.to_be_bytes());
        let slug = |text: &str| Slug::parse(text).unwrap();
        Ballot {
            answers: BTreeMap::from([
                (slug("hai_long"), Answer::Level(level)),
                (slug("ly_do"), Answer::Tiles(vec![slug("thai_do")])),
            ]),
            app: "test".into(),
            at: Bucket::of(unix),
            counter: self.counter,
            ended: Ended::Sent,
            field: None,
            moment: Moment::Reception,
            pace: Pace::Calm,
            practice: false,
            salt: Hex(salt),
            step: self.step,
            survey: self.survey,
            ticketed: false,
            took: Took::Normal,
        }
    }

    /// An epoch with its opening and so many ballots of level 4 in the bucket of this time.
    pub fn voted(&mut self, id: u8, prev: Option<Tip>, ballots: usize, unix: i64) -> Epoch {
        let mut epoch = self.epoch(id, prev);
        for _ in 0..ballots {
            epoch.push(canon::line_of(&self.ballot(4, unix)));
        }
        epoch
    }

    pub fn header(&mut self, runs: Vec<Run>, tip: Option<Tip>, clock: i64) -> Header {
        Header {
            app: "test".into(),
            checkpoint: None,
            clock,
            device: self.key.id(),
            district: self.district,
            health: Health::default(),
            mark: tip,
            nonce: self.nonce(),
            runs,
            step: self.step,
            surveys: self.surveys.clone(),
            tip,
            v: 1,
        }
    }

    /// A bundle with the whole epoch.
    pub fn bundle(&mut self, epoch: &Epoch, clock: i64) -> Vec<u8> {
        self.part(epoch, 0, epoch.lines.len() as u64, clock)
    }

    /// A bundle with some of an epoch's records.
    pub fn part(&mut self, epoch: &Epoch, first: u64, count: u64, clock: i64) -> Vec<u8> {
        let (run, tip) = (epoch.run(self, first, count), epoch.tip(self));
        let header = self.header(vec![run], Some(tip), clock);
        let first = usize::try_from(first).unwrap();
        bundle::seal(
            &self.key,
            &header,
            &epoch.lines[first..first + usize::try_from(count).unwrap()],
        )
    }

    /// A bundle, checked as the API checks it.
    pub fn verified(&self, bytes: &[u8]) -> bundle::Bundle {
        Unverified::parse(bytes).unwrap().verify(&self.key.public()).unwrap()
    }

    /// Bundles the whole epoch and sends it straight to the store.
    pub fn deliver(&mut self, store: &hailong::store::Store, epoch: &Epoch, now: i64) -> Receipt {
        let bytes = self.bundle(epoch, now);
        self.send(store, &bytes, now)
    }

    /// Sends straight to the store.
    pub fn send(&self, store: &hailong::store::Store, bytes: &[u8], now: i64) -> Receipt {
        let answer = store.ingest_blocking(self.verified(bytes), now).unwrap();
        self.receipt(store, bytes, &answer)
    }

    pub fn receipt(&self, store: &hailong::store::Store, bytes: &[u8], answer: &str) -> Receipt {
        let nonce = self.verified(bytes).header.nonce;
        match Wire::open(&store.identity().public_key(), nonce, answer.as_bytes()) {
            Some(Wire::Receipt(receipt)) => receipt,
            other => panic!("no receipt: {other:?}"),
        }
    }

    /// An enrolment request's bytes.
    pub fn sealed(&self, request: &Request) -> String {
        request.seal(&self.key)
    }

    pub fn open_setup(&self) -> hailong::wire::setup::Setup {
        let enrolled = self.enrolled.as_ref().unwrap();
        hailong::wire::setup::Setup::open(&enrolled.district_key, self.key.id(), enrolled.setup.as_bytes()).unwrap()
    }
}

/// Contexts of signatures, for tests that lie.
pub const BUNDLE: &[u8] = signed::BUNDLE;
