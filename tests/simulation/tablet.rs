//! A tablet: the real queue and sender on a disk in memory, with citizens in front of it.

use crate::world::{DAY, Event, World};
use fastrand::Rng;
use hailong::domain::ballot::Ended;
use hailong::domain::hex::{DeviceId, EpochId, Hash, Hex, PublicKey, Salt};
use hailong::domain::policy;
use hailong::domain::survey::Survey;
use hailong::outbox::{Durability, Outbox, OutboxError, Tap, Visit};
use hailong::swarm::Citizens;
use hailong::sync::{Call, Expected, Outcome, Reply, Sender, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use tempfile::{TempDir, tempdir};
use test_shims::{Flush, MemoryDisk, mount, unmount};

pub struct Tablet {
    pub dir: TempDir,
    pub disk: MemoryDisk,
    pub counter: usize,
    pub running: Option<Running>,
    /// Goes up with each opening.
    pub life: u64,
    /// Its wall clock minus the true time.
    pub skew: i64,
    /// Its disk lied or was put back: what it thanked for may be gone.
    pub may_lose: bool,
    /// Its memory may be gone, too: what it says to be missing may be less than what is.
    pub forgetful: bool,
    /// Its queue's file went bad once.
    pub spoilt: Option<Spoilt>,
    /// Every device it ever was, and its key.
    pub devices: BTreeMap<DeviceId, PublicKey>,
    pub tried: BTreeSet<Salt>,
    pub drafted: BTreeSet<Salt>,
    pub thanked: BTreeSet<Salt>,
    rng: Rng,
}

/// What a queue's file held when it went bad, while the tablet remembered all of it.
pub struct Spoilt {
    pub device: DeviceId,
    pub epoch: EpochId,
    /// Ballots of the epoch that the tablet remembered.
    pub salts: BTreeSet<Salt>,
}

/// Ballots of one epoch in a queue's file, without a draft it began with, which tips don't count.
pub fn ballots_of(path: &Path, epoch: EpochId) -> BTreeSet<Salt> {
    let conn = rusqlite::Connection::open(path).unwrap();
    let sql = "select r.salt from record r join epoch e on e.no = r.epoch_no where e.id = ?1 and r.is_ballot = 1
               and not (r.seq = 1 and r.ballots = 0)";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([epoch.0], |row| Ok(Hex(row.get(0)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// One opening.
pub struct Running {
    pub outbox: Outbox,
    pub sender: Sender,
    survey: Option<(Hash, Survey)>,
    citizens: Citizens,
    since: i64,
    call: Option<(u64, Expected)>,
    calls: u64,
    /// The step that counts; earlier ones were overtaken.
    token: u64,
    last_cast: Option<i64>,
}

impl Tablet {
    pub fn new(seed: u64, number: usize, counter: usize) -> Self {
        let disk = MemoryDisk::new(seed.wrapping_mul(1000).wrapping_add(number as u64), Flush::Honest);
        Self::on(disk, seed ^ ((number as u64 + 1) << 40), counter)
    }

    pub fn on(disk: MemoryDisk, seed: u64, counter: usize) -> Self {
        let dir = tempdir().unwrap();
        mount(dir.path(), &disk);
        Self {
            dir,
            disk,
            counter,
            running: None,
            life: 0,
            skew: 0,
            may_lose: false,
            forgetful: false,
            spoilt: None,
            devices: BTreeMap::new(),
            tried: BTreeSet::new(),
            drafted: BTreeSet::new(),
            thanked: BTreeSet::new(),
            rng: Rng::with_seed(seed),
        }
    }

    /// From here on what it thanked for may be gone.
    pub fn loses(&mut self) {
        self.may_lose = true;
    }

    /// And its memory of it, too.
    pub fn forgets(&mut self) {
        self.may_lose = true;
        self.forgetful = true;
    }

    /// The name of the queue's newest file.
    pub fn queue(&self) -> String {
        let names = self.disk.copy().into_keys();
        let queues = names.filter(|name| name.starts_with("outbox-") && name.ends_with(".db"));
        queues.max_by_key(|name| (name.len(), name.clone())).unwrap()
    }

    pub fn public_key(&self, device: DeviceId) -> Option<PublicKey> {
        self.devices.get(&device).copied()
    }
}

impl Drop for Tablet {
    fn drop(&mut self) {
        self.running = None;
        unmount(self.dir.path());
    }
}

impl Running {
    fn learn_survey(&mut self) -> Result<(), OutboxError> {
        if let Some(enrolment) = self.outbox.identity.enrolment() {
            let document = enrolment.setup.survey.clone();
            let (id, survey) = enrolment.setup.parse_survey().unwrap();
            self.outbox.keep_survey(id, &document)?;
            self.survey = Some((id, survey));
        }
        Ok(())
    }

    fn mono(&self, now: i64) -> Duration {
        Duration::from_secs(u64::try_from(now - self.since).unwrap_or(0))
    }
}

impl World {
    /// A tablet's wall clock.
    fn wall(&self, tablet: usize) -> i64 {
        self.now + self.tablets[tablet].skew
    }

    pub fn open(&mut self, at: usize) {
        if self.tablets[at].running.is_some() {
            return;
        }
        let (now, wall) = (self.now, self.wall(at));
        let tablet = &mut self.tablets[at];
        tablet.life += 1;
        let life = tablet.life;
        let opened = Outbox::open(tablet.dir.path(), wall, Durability::Full);
        let outbox = match opened {
            Ok(outbox) => outbox,
            Err(error) => return self.failed(at, &error),
        };
        let device = outbox.identity.device();
        tablet.devices.insert(device, outbox.identity.key().public());
        let mut running = Running {
            sender: Sender::new(Duration::ZERO, None),
            survey: None,
            citizens: Citizens::new(tablet.rng.u64(..), false),
            since: now,
            call: None,
            calls: 0,
            token: 0,
            last_cast: None,
            outbox,
        };
        let learnt = running.learn_survey();
        tablet.running = Some(running);
        self.note("open", &device.0);
        if let Err(error) = learnt {
            return self.failed(at, &error);
        }
        let wait = self.tablets[at].rng.i64(30..3600);
        self.at(now + wait, Event::Visit(at, life));
        self.plan_step(at, 1);
    }

    pub fn close(&mut self, at: usize) {
        // Like a swipe in the evening: nothing is told, the files are simply closed.
        if let Some(mut running) = self.tablets[at].running.take() {
            let wall = self.wall(at);
            let _ = running.outbox.mark(wall);
        }
    }

    /// The files failed: nobody is thanked for what was not kept; they are opened again a moment later, as the engine does.
    pub fn failed(&mut self, at: usize, error: &OutboxError) {
        self.note("failed", error.to_string().as_bytes());
        self.tablets[at].running = None;
        self.at(self.now + 3, Event::Open(at));
    }

    fn plan_step(&mut self, at: usize, wait: i64) {
        let Some(running) = &mut self.tablets[at].running else {
            return;
        };
        running.token += 1;
        let (token, life) = (running.token, self.tablets[at].life);
        self.at(self.now + wait.max(1), Event::Step(at, life, token));
    }

    pub fn visit(&mut self, at: usize, life: u64) {
        let (now, wall) = (self.now, self.wall(at));
        let tablet = &mut self.tablets[at];
        if tablet.life != life || tablet.running.is_none() {
            return;
        }
        // About three ballots a day and tablet: a commune's volume.
        let next = tablet.rng.i64(60..4 * 3600);
        self.at(now + next, Event::Visit(at, life));
        match self.rate(at, wall) {
            Ok(()) => self.plan_step(at, 1),
            Err(error) => self.failed(at, &error),
        }
    }

    fn rate(&mut self, at: usize, wall: i64) -> Result<(), OutboxError> {
        let tablet = &mut self.tablets[at];
        let Some(running) = &mut tablet.running else {
            return Ok(());
        };
        let Some((id, survey)) = &running.survey else {
            return Ok(());
        };
        if running.outbox.identity.revoked() {
            return Ok(());
        }
        running.outbox.count_visit(Visit::Began, wall)?;
        if tablet.rng.u8(..) < 40 {
            return running.outbox.count_visit(Visit::Abandoned, wall);
        }
        let moment = running.outbox.identity.enrolment().map(|e| e.setup.counter.moment);
        let salt: Salt = Hex(std::array::from_fn(|_| tablet.rng.u8(..)));
        let tap = Tap {
            answers: running.citizens.answers(survey, moment.unwrap()),
            salt,
            since_cast: running.last_cast.map(|last| wall - last),
            survey: *id,
            took: tablet.rng.i64(2..90),
        };
        tablet.tried.insert(salt);
        let ballot = running.outbox.ballot(tap, wall)?;
        running.outbox.draft(&ballot, wall)?;
        tablet.drafted.insert(salt);
        if tablet.rng.u8(..) < 6 {
            // The app is gone between the tap and the thanks.
            self.close(at);
            self.at(self.now + 60, Event::Open(at));
            return Ok(());
        }
        running.outbox.cast(salt, Ended::Sent, wall)?;
        tablet.thanked.insert(salt);
        running.last_cast = Some(wall);
        running.outbox.close_days(wall)?;
        running.outbox.close_months(wall)?;
        running.outbox.mark(wall)
    }

    pub fn step(&mut self, at: usize, life: u64, token: u64) {
        let (now, wall) = (self.now, self.wall(at));
        let tablet = &mut self.tablets[at];
        if tablet.life != life {
            return;
        }
        let Some(running) = tablet
            .running
            .as_mut()
            .filter(|running| running.token == token && running.call.is_none())
        else {
            return;
        };
        let mono = running.mono(now);
        let step = if running.outbox.identity.enrolment().is_none() {
            let counter = tablet.counter;
            match self.district.code(counter, now) {
                Some(code) => Sender::enrol(&running.outbox, &code).map(|(call, expected)| Step::Call(call, expected)),
                None => Ok(Step::Wait(Duration::from_secs(600))),
            }
        } else {
            running.sender.next(&mut running.outbox, mono, wall)
        };
        match step {
            Err(error) => self.failed(at, &error),
            Ok(Step::Wait(pause)) => self.plan_step(at, i64::try_from(pause.as_secs()).unwrap_or(DAY) + 1),
            Ok(Step::Call(call, expected)) => {
                running.calls += 1;
                let number = running.calls;
                running.call = Some((number, expected));
                self.send(at, life, number, call);
            }
        }
    }

    pub fn answer(&mut self, at: usize, life: u64, number: u64, reply: Option<Reply>) {
        let (now, wall) = (self.now, self.wall(at));
        let tablet = &mut self.tablets[at];
        if tablet.life != life {
            return;
        }
        let Some(running) = tablet.running.as_mut() else { return };
        let Some((_, expected)) = running.call.take_if(|(call, _)| *call == number) else {
            return;
        };
        let mono = running.mono(now);
        let took = running.sender.took(&mut running.outbox, &expected, reply, mono, wall);
        let took = took.and_then(|outcome| {
            if matches!(outcome, Outcome::Enrolled | Outcome::NewSetup) {
                running.learn_survey()?;
            }
            if outcome == Outcome::Enrolled && running.outbox.identity.practice() && tablet.rng.u8(..) < 230 {
                running.outbox.start_counting(wall)?;
            }
            running.outbox.close_days(wall)?;
            running.outbox.mark(wall)?;
            Ok(outcome)
        });
        match took {
            Ok(outcome) => {
                self.note("took", format!("{outcome:?}").as_bytes());
                self.plan_step(at, 1);
            }
            Err(error) => self.failed(at, &error),
        }
    }

    /// Into the network, which may do anything.
    fn send(&mut self, at: usize, life: u64, number: u64, call: Call) {
        self.done.calls += 1;
        if let Call::Bundle(body) = &call {
            self.look_at(body);
            self.note("send", body);
        } else {
            self.note("send", format!("{call:?}").as_bytes());
        }
        let (now, timeout) = (self.now, i64::try_from(policy::REQUEST_TIMEOUT.as_secs()).unwrap());
        // Whatever happens, the tablet gives up after its time.
        self.at(now + timeout, Event::Answer(at, life, number, None));
        let fate = self.troubles.fate(&mut self.rng, at);
        for delay in fate.arrivals {
            let back = fate.answered.then_some((life, number));
            self.at(now + delay, Event::Arrive(at, back, Box::new(call.clone())));
        }
        if let Some(reply) = fate.impostor {
            self.at(now + 1, Event::Answer(at, life, number, Some(Box::new(reply))));
        }
    }

    pub fn arrive(&mut self, at: usize, back: Option<(u64, u64)>, call: &Call) {
        let answer = self.district.answer(call);
        if let Call::Bundle(body) = call {
            self.answered(body, answer.as_ref().is_some_and(|reply| reply.status == 200));
        }
        let Some(mut reply) = answer else {
            return;
        };
        self.note("reply", &reply.body);
        let Some((life, number)) = back else { return };
        if self.rng.u8(..) < 4 {
            reply.body.truncate(reply.body.len() / 2);
        }
        let delay = self.troubles.delay(&mut self.rng);
        self.at(self.now + delay, Event::Answer(at, life, number, Some(Box::new(reply))));
    }
}
