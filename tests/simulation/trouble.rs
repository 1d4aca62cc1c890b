//! What goes wrong, by the seed's dice.

use crate::tablet::{Running, Spoilt, Tablet, ballots_of};
use crate::world::{DAY, Event, World};
use fastrand::Rng;
use hailong::domain::survey::DEFAULT_SURVEY_JSON;
use hailong::store::devices;
use hailong::sync::Reply;
use test_shims::Flush;

/// Kinds of trouble.
pub const TROUBLES: u8 = 18;

/// How this run's network and people are.
pub struct Troubles {
    /// Of 256 calls so many meet something.
    bad: u8,
    /// Tablets without a network until then.
    cut_off: Vec<(usize, i64)>,
    pub now: i64,
    surveys: u32,
}

/// What happens to one call.
pub struct Fate {
    /// After how many seconds it reaches the district, each time.
    pub arrivals: Vec<i64>,
    /// Whether an answer gets back.
    pub answered: bool,
    /// Somebody else answers.
    pub impostor: Option<Reply>,
}

impl Troubles {
    pub fn new(rng: &mut Rng) -> Self {
        let bad = [0, 20, 60, 160][rng.usize(0..4)];
        Self {
            bad,
            cut_off: Vec::new(),
            now: 0,
            surveys: 0,
        }
    }

    pub fn delay(&self, rng: &mut Rng) -> i64 {
        if rng.u8(..) < self.bad / 4 {
            rng.i64(1..60)
        } else {
            rng.i64(0..3)
        }
    }

    pub fn fate(&self, rng: &mut Rng, tablet: usize) -> Fate {
        let once = |delay| Fate {
            arrivals: vec![delay],
            answered: true,
            impostor: None,
        };
        if self
            .cut_off
            .iter()
            .any(|(at, until)| *at == tablet && *until > self.now)
        {
            return Fate {
                arrivals: vec![],
                answered: false,
                impostor: None,
            };
        }
        let delay = self.delay(rng);
        if rng.u8(..) >= self.bad {
            return once(delay);
        }
        let page = |status, text: &str| Reply {
            status,
            body: text.as_bytes().to_vec(),
            retry_after: None,
        };
        match rng.u8(0..7) {
            0 => Fate {
                arrivals: vec![],
                ..once(0)
            },
            1 => Fate {
                answered: false,
                ..once(delay)
            },
            // Twice, and once more much later: after the tablet's next calls, or its next opening.
            2 => Fate {
                arrivals: vec![delay, delay + 1],
                ..once(0)
            },
            3 => Fate {
                arrivals: vec![delay, delay + rng.i64(60..DAY)],
                ..once(0)
            },
            4 => Fate {
                arrivals: vec![rng.i64(31..4000)],
                ..once(0)
            },
            5 => Fate {
                arrivals: vec![],
                answered: false,
                impostor: Some(page(200, "<html>Đăng nhập Wi-Fi</html>")),
            },
            _ => {
                let status = [301, 401, 403, 404, 409, 413, 429, 500, 502, 503][rng.usize(0..10)];
                Fate {
                    arrivals: vec![delay],
                    answered: false,
                    impostor: Some(page(status, "{}\n{}\n")),
                }
            }
        }
    }
}

impl World {
    /// One thing goes wrong (or is mended), and the next is planned.
    pub fn trouble(&mut self) {
        self.troubles.now = self.now;
        let next = self.rng.i64(600..DAY);
        self.at(self.now + next, Event::Trouble);
        let (at, which) = (self.rng.usize(0..self.tablets.len()), self.rng.u8(0..TROUBLES));
        self.note("trouble", &[which, u8::try_from(at).unwrap()]);
        match which {
            0 => self.troubles.cut_off.push((at, self.now + self.rng.i64(600..3 * DAY))),
            1 => self.kill(at),
            2 | 3 => self.cut_power(at),
            4 => self.lie(at),
            5 => self.copy_device(at),
            6 => self.jump(at),
            7 => self.fill_up(at),
            8 => self.roll_back(at),
            9 => self.stop_district(),
            10 => self.cut_district(),
            11 => self.district.make_backup(self.now),
            12 => self.restore_district(),
            13 => self.put_district_back(),
            14 => self.publish(),
            15 => self.revoke(at),
            16 => self.spoil(at),
            _ => self.manage(at),
        }
    }

    /// The app is gone: nothing that waits in memory is left.
    fn kill(&mut self, at: usize) {
        self.tablets[at].running = None;
        let wait = self.rng.i64(1..7200);
        self.at(self.now + wait, Event::Open(at));
    }

    /// The battery, some changes of the disk from now.
    fn cut_power(&mut self, at: usize) {
        if self.rng.bool() {
            // In the middle of whatever the tablet does next.
            self.tablets[at].disk.cut_after(self.rng.u64(0..60));
            if self.rng.bool() {
                let life = self.tablets[at].life;
                self.visit(at, life);
            }
        }
        self.done.power_cuts += 1;
        self.tablets[at].running = None;
        self.tablets[at].disk.power_cut();
        let wait = self.rng.i64(1..7200);
        self.at(self.now + wait, Event::Open(at));
    }

    /// From here on flushes do nothing, for a while; then the power fails.
    fn lie(&mut self, at: usize) {
        let disk = self.tablets[at].disk.clone();
        self.tablets[at].forgets();
        disk.set_flush(Flush::Lies);
        for _ in 0..self.rng.u8(1..6) {
            let life = self.tablets[at].life;
            self.visit(at, life);
        }
        self.cut_power(at);
        disk.set_flush(Flush::Honest);
    }

    /// Somebody copies the tablet's files to another one and puts it to work.
    fn copy_device(&mut self, at: usize) {
        if self.tablets.len() > 5 {
            return;
        }
        let disk = test_shims::MemoryDisk::new(self.rng.u64(..), Flush::Honest);
        disk.put_back(&self.tablets[at].disk.copy());
        let mut twin = Tablet::on(disk, self.rng.u64(..), self.tablets[at].counter);
        twin.may_lose = self.tablets[at].may_lose;
        // From here on two write under one name: whose ballots are missing is nobody's to say.
        self.tablets[at].forgetful = true;
        twin.forgetful = true;
        twin.devices.clone_from(&self.tablets[at].devices);
        // What it brings along that was only tried at the other one is no invention of its own.
        twin.tried.clone_from(&self.tablets[at].tried);
        self.tablets.push(twin);
        self.done.copies += 1;
        let number = self.tablets.len() - 1;
        self.working_days(number, self.now);
        self.at(self.now + 60, Event::Open(number));
    }

    /// Somebody sets the clock, or the battery of the clock is empty.
    fn jump(&mut self, at: usize) {
        let by = [-400 * DAY, -DAY, -3000, -200, 200, 3000, DAY, 400 * DAY][self.rng.usize(0..8)];
        let back = self.tablets[at].skew != 0 && self.rng.bool();
        let by = if back { -self.tablets[at].skew } else { by };
        self.tablets[at].skew += by;
        let wall = self.now + self.tablets[at].skew;
        if by.abs() > 300
            && let Some(running) = &mut self.tablets[at].running
            && let Err(error) = running.outbox.clock_stepped(wall)
        {
            self.failed(at, &error);
        }
    }

    fn fill_up(&mut self, at: usize) {
        let disk = &self.tablets[at].disk;
        let more = self.rng.u64(0..100_000);
        disk.set_room(Some(disk.used() + more));
        for _ in 0..3 {
            let life = self.tablets[at].life;
            self.visit(at, life);
        }
        // Somebody makes room; until then the screen says that the tablet pauses.
        self.tablets[at].disk.set_room(None);
    }

    /// The tablet's disk goes back to how it was, while the app runs or not.
    fn roll_back(&mut self, at: usize) {
        let copy = self.tablets[at].disk.copy();
        for _ in 0..self.rng.u8(1..5) {
            let life = self.tablets[at].life;
            self.visit(at, life);
        }
        self.tablets[at].forgets();
        self.tablets[at].running = None;
        self.tablets[at].disk.put_back(&copy);
        self.at(self.now + 5, Event::Open(at));
    }

    /// The queue's file goes bad; the other file, with the key and the mark, does not. What it held is known, and what of it
    /// the district never gets must be said to be missing, to the ballot.
    fn spoil(&mut self, at: usize) {
        let tablet = &mut self.tablets[at];
        let marked = |running: &Running| {
            let tip = running.outbox.tip()?;
            (running.outbox.identity.mark() == Some(tip)).then_some((running.outbox.identity.device(), tip.epoch))
        };
        // Once for a tablet: what it remembers of one file is only safe in the district once the next one was sent.
        let Some((device, epoch)) = tablet
            .running
            .as_ref()
            .and_then(marked)
            .filter(|_| tablet.spoilt.is_none())
        else {
            return;
        };
        tablet.running = None;
        let mut files = tablet.disk.copy();
        let name = tablet.queue();
        let salts = ballots_of(&tablet.dir.path().join(&name), epoch);
        if let Some(head) = files.get_mut(&name).and_then(|bytes| bytes.get_mut(..100)) {
            head.fill(0);
        }
        tablet.disk.put_back(&files);
        tablet.loses();
        tablet.spoilt = Some(Spoilt { device, epoch, salts });
        self.done.spoilt += 1;
        self.at(self.now + 5, Event::Open(at));
    }

    fn stop_district(&mut self) {
        self.district.stop();
        let wait = self.rng.i64(10..DAY);
        self.at(self.now + wait, Event::Serve);
    }

    fn cut_district(&mut self) {
        // In the middle of the next bundles: tablets that stand in front of it send at once.
        self.district.disk.cut_after(self.rng.u64(0..40));
        for at in 0..self.tablets.len() {
            let life = self.tablets[at].life;
            self.visit(at, life);
            let wall = self.now + self.tablets[at].skew;
            if let Some(running) = &mut self.tablets[at].running {
                let batch = running
                    .outbox
                    .next_batch(&hailong::wire::bundle::Health::default(), 500, 0, wall);
                if let Ok(batch) = batch {
                    let body = hailong::wire::gzip::pack(&batch.bytes);
                    self.look_at(&body);
                    // Its answer never arrives.
                    self.arrive(at, None, &hailong::sync::Call::Bundle(body));
                }
            }
        }
        self.done.power_cuts += 1;
        self.district.stop();
        self.district.disk.power_cut();
        self.district.assert_sound();
        let wait = self.rng.i64(10..7200);
        self.at(self.now + wait, Event::Serve);
    }

    fn restore_district(&mut self) {
        // A backup older than what tablets keep brings back less than everything; nights make one, so none is.
        let made = self.district.backup.as_ref().map(|(_, made)| *made);
        if let Some(made) = made.filter(|made| self.now - made < 25 * DAY)
            && self.district.restore(self.now)
        {
            self.heard.went_back_to(made);
            self.done.restores += 1;
        }
    }

    /// The machine goes back to a snapshot, and nobody says so: the generation stays.
    fn put_district_back(&mut self) {
        match self.district.snapshot.take() {
            Some((copy, made)) if self.now - made < 25 * DAY => {
                self.district.stop();
                self.district.disk.put_back(&copy);
                self.heard.went_back_to(made);
                self.district.rewound = true;
                self.district.start();
                self.done.restores += 1;
            }
            _ if self.district.wired.is_some() => self.district.snapshot = Some((self.district.disk.copy(), self.now)),
            _ => {}
        }
    }

    fn publish(&mut self) {
        self.troubles.surveys += 1;
        let (number, now) = (self.troubles.surveys, self.now);
        let mut survey: serde_json::Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
        survey["name"] = format!("Bộ câu hỏi số {number}").into();
        if let Some(wired) = &self.district.wired {
            let published = wired.store.write(move |tx| tx.publish_survey(&survey.to_string(), now));
            self.note("published", format!("{published:?}").as_bytes());
        }
    }

    fn revoke(&mut self, at: usize) {
        let now = self.now;
        let Some(device) = self.tablets[at].devices.keys().next().copied() else {
            return;
        };
        if let Some(wired) = &self.district.wired
            && wired.store.read(|conn| devices::find(conn, device)).unwrap().is_some()
        {
            let done = wired.store.revoke(device, now);
            assert!(done.is_ok() || self.district.full, "{done:?}");
        }
    }

    /// An administrator moves a tablet, or sends it back to practice.
    fn manage(&mut self, at: usize) {
        let (now, practice) = (self.now, self.rng.bool());
        let Some(device) = self.tablets[at].devices.keys().next().copied() else {
            return;
        };
        let Some(wired) = &self.district.wired else { return };
        if wired.store.read(|conn| devices::find(conn, device)).unwrap().is_none() {
            return;
        }
        let counter = wired.counters()[self.rng.usize(0..2)];
        let done = wired.store.write(move |tx| {
            if practice {
                tx.return_to_practice(device, now)
            } else {
                tx.move_device(device, counter, now)
            }
        });
        assert!(done.is_ok() || self.district.full, "{done:?}");
    }
}
