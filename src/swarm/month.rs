//! Weeks of many tablets on a simulated clock: each is switched on every working day, rates, sends in the evening over a
//! bad network and is switched off; some meet a [`Trouble`]. What became of each is told at the end, so that it can be
//! compared with what the district says.

use super::{
    Citizens, SwarmError, Tablet,
    history::is_working,
    trouble::{Fate, Trouble, fates},
};
use crate::domain::{ballot::Answer, hex::DeviceId, time::LocalDay};
use crate::outbox::Durability;
use crate::sync::{Call, Reply, Transport};
use futures_util::stream::{StreamExt, TryStreamExt};
use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

/// Tablets enrol before the first day, at this second of it.
const ENROL: i64 = 6 * 3600;
/// The first rating of a day.
const MORNING: i64 = 8 * 3600;
/// Between two ratings: slower than what is looked at as stuffing.
const BETWEEN: i64 = 90;
/// When tablets send: long enough after the last rating that nothing is held any more.
const EVENING: i64 = 18 * 3600;
/// Calls a tablet may need for one evening.
const TRIES: u32 = 500;
/// Tablets that are awake at once; each holds open files.
const AWAKE: usize = 32;
/// Of a hundred calls so many are lost, and of as many the answer.
const LOST: u8 = 3;

/// What to play.
#[derive(Clone, Debug)]
pub struct Month {
    /// The first local day.
    pub first: LocalDay,
    /// The last local day.
    pub last: LocalDay,
    /// Ratings of a tablet on a working day, on average; at least one.
    pub per_day: u64,
    /// The same seed: the same ratings and the same troubles.
    pub seed: u64,
    /// Whether anything goes wrong, beside the network.
    pub troubles: bool,
}

/// Something the district's side has to do while a month is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A working day's evening comes, at this unix time: tablets will send now.
    Evening(i64),
    /// Withdraw this tablet, now.
    Withdraw(DeviceId),
}

/// What became of a tablet.
#[derive(Clone, Debug)]
pub struct Life {
    /// Who it is.
    pub device: DeviceId,
    /// What went wrong, and on which day.
    pub trouble: Option<(Trouble, LocalDay)>,
    /// Ratings that must be counted, by level 1 to 5; a copy's are among them.
    pub levels: [u64; 5],
    /// Visits begun that must be counted: those of days that it told of, once.
    pub visits: u64,
    /// Ratings that wait for a person's decision: they came after the tablet was withdrawn.
    pub undecided: u64,
    /// Ratings that are gone, and of which the tablet still knows that they were cast.
    pub gone: u64,
    /// Working days before the last one on which it was not heard of.
    pub unheard: u64,
}

impl Life {
    /// Ratings that must be counted.
    pub fn counted(&self) -> u64 {
        self.levels.iter().sum()
    }
}

impl Month {
    /// The working days of it.
    pub fn days(&self) -> Vec<LocalDay> {
        (self.first.0..=self.last.0)
            .map(LocalDay)
            .filter(|day| is_working(*day))
            .collect()
    }
}

/// Plays a month, a tablet for each code, with their folders under `root`. `hear` is told what the district's side has to
/// do, in the order of time.
pub async fn play_month<T: Transport + Clone>(
    codes: &[String],
    root: &Path,
    month: &Month,
    net: &T,
    mut hear: impl FnMut(Event) -> Result<(), SwarmError>,
) -> Result<Vec<Life>, SwarmError> {
    let days = month.days();
    let fates = if month.troubles {
        fates(codes.len(), days.len(), month.seed)
    } else {
        vec![None; codes.len()]
    };
    let seats = codes.iter().zip(fates).enumerate().map(|(number, (code, fate))| {
        let seat = Seat {
            fate,
            ..Seat::new(root.join(number.to_string()), month, number as u64, net)
        };
        seat.enrol(code, month.first.start() + ENROL)
    });
    let mut seats: Vec<Seat<T>> = futures_util::stream::iter(seats).buffered(AWAKE).try_collect().await?;
    for (at, day) in days.iter().enumerate() {
        for seat in seats.iter().filter(|seat| {
            seat.fate
                == Some(Fate {
                    trouble: Trouble::Withdrawn,
                    day: at.wrapping_sub(1),
                })
        }) {
            hear(Event::Withdraw(seat.life.device))?;
        }
        hear(Event::Evening(day.start() + EVENING))?;
        let last = at + 1 == days.len();
        let lived = seats.iter_mut().map(|seat| seat.day(at, *day, month.per_day, last));
        futures_util::stream::iter(lived)
            .buffer_unordered(AWAKE)
            .try_collect::<Vec<()>>()
            .await?;
    }
    let told = seats.into_iter().map(|seat| {
        let day = |fate: Fate| days.get(fate.day).map(|day| (fate.trouble, *day));
        Life {
            trouble: seat.fate.and_then(day),
            ..seat.life
        }
    });
    Ok(told.collect())
}

/// One tablet, switched off.
struct Seat<T> {
    dir: PathBuf,
    citizens: Citizens,
    net: Bad<T>,
    fate: Option<Fate>,
    life: Life,
    /// Visits of its last day, and of its copy's: each tells of them the next morning.
    untold: [u64; 2],
    seed: u64,
}

/// How a day goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Network {
    Up,
    Down,
}

impl<T: Transport + Clone> Seat<T> {
    fn new(dir: PathBuf, month: &Month, number: u64, net: &T) -> Self {
        let seed = month.seed.wrapping_mul(1_000_003).wrapping_add(number);
        let life = Life {
            device: crate::domain::hex::Hex([0; 16]),
            trouble: None,
            levels: [0; 5],
            visits: 0,
            undecided: 0,
            gone: 0,
            unheard: 0,
        };
        Self {
            dir,
            citizens: Citizens::new(seed, number.is_multiple_of(9)),
            net: Bad::new(net.clone(), seed),
            fate: None,
            life,
            untold: [0; 2],
            seed,
        }
    }

    async fn enrol(mut self, code: &str, now: i64) -> Result<Self, SwarmError> {
        fs::create_dir_all(&self.dir)?;
        let mut tablet = Tablet::open(&self.dir, self.net.clone(), Durability::Simulated, now)?;
        if tablet.outbox.identity.enrolment().is_none() {
            tablet.enrol(code, now).await?;
            tablet.outbox.start_counting(now)?;
        }
        self.life.device = tablet.outbox.identity.device();
        Ok(self)
    }

    /// One working day; `at` is its number.
    async fn day(&mut self, at: usize, day: LocalDay, per_day: u64, last: bool) -> Result<(), SwarmError> {
        let Some(Fate { trouble, day: when }) = self.fate.filter(|fate| at >= fate.day) else {
            return self.good_day(day, per_day).await;
        };
        let (dir, beside) = (self.dir.clone(), self.dir.with_extension("beside"));
        match (trouble, at - when) {
            (Trouble::Silent, _) => self.life.unheard += u64::from(!last),
            (Trouble::PutBack, 0) => {
                copy(&dir, &beside)?;
                self.good_day(day, per_day).await?;
                // The day's visits are gone with it; those of the day before are told once more, and count once.
                self.untold = [0; 2];
                fs::remove_dir_all(&dir)?;
                fs::rename(&beside, &dir)?;
            }
            (Trouble::QueuePutBack | Trouble::Damaged, 0) => {
                let queue = dir.join("outbox-1.db");
                let before = fs::read(&queue)?;
                let levels = self.live(&dir, day, per_day, Network::Down).await?;
                self.life.gone += levels.iter().sum::<u64>();
                self.life.unheard += 1;
                let after = if trouble == Trouble::Damaged {
                    self.untold = [0; 2];
                    vec![0x5a; before.len()]
                } else {
                    before
                };
                fs::write(&queue, after)?;
            }
            (Trouble::Withdrawn, 0) => {
                let levels = self.live(&dir, day, per_day, Network::Down).await?;
                self.life.undecided += levels.iter().sum::<u64>();
                self.lived(levels);
            }
            // It sends what it had, hears that it was withdrawn and takes no more ratings.
            (Trouble::Withdrawn, 1) => {
                self.live(&dir, day, 0, Network::Up).await?;
                self.told();
            }
            (Trouble::Withdrawn, _) => {}
            (Trouble::Copied, since) => {
                if since == 0 {
                    copy(&dir, &beside)?;
                }
                self.told();
                let mut untold = [0; 2];
                for (visits, place) in untold.iter_mut().zip([&dir, &beside]) {
                    let levels = self.live(place, day, per_day, Network::Up).await?;
                    *visits = levels.iter().sum();
                    self.count(levels);
                }
                self.untold = untold;
            }
            _ => self.good_day(day, per_day).await?,
        }
        Ok(())
    }

    /// A day that is sent in its evening, after what was not told of the day before.
    async fn good_day(&mut self, day: LocalDay, per_day: u64) -> Result<(), SwarmError> {
        let levels = self.live(&self.dir.clone(), day, per_day, Network::Up).await?;
        self.told();
        self.lived(levels);
        self.count(levels);
        Ok(())
    }

    /// A day whose visits it tells of the next morning.
    fn lived(&mut self, levels: [u64; 5]) {
        let [here, _] = &mut self.untold;
        *here += levels.iter().sum::<u64>();
    }

    fn told(&mut self) {
        self.life.visits += std::mem::take(&mut self.untold).iter().sum::<u64>();
    }

    /// Switched on, rated, sent, switched off. Answers the ratings by level; none with `per_day` 0.
    async fn live(
        &mut self,
        dir: &Path,
        day: LocalDay,
        per_day: u64,
        network: Network,
    ) -> Result<[u64; 5], SwarmError> {
        let (start, evening) = (day.start() + MORNING, day.start() + EVENING);
        let mut tablet = Tablet::open(dir, self.net.clone(), Durability::Simulated, start)?;
        tablet.outbox.close_days(start)?;
        let ratings = match per_day {
            0 => 0,
            n => 1 + self.citizens.below(2 * n - 1),
        };
        let mut levels = [0; 5];
        for n in 0..ratings {
            let answers = tablet.cast(&mut self.citizens, start + n as i64 * BETWEEN)?;
            for answer in answers.values() {
                if let Answer::Level(level) = answer
                    && let Some(times) = usize::try_from(level - 1).ok().and_then(|at| levels.get_mut(at))
                {
                    *times += 1;
                }
            }
        }
        if network == Network::Up {
            tablet.drain(evening, TRIES).await?;
        }
        // Another evening, other dice.
        self.seed = self.seed.wrapping_add(1);
        self.net = Bad::new(self.net.inner.clone(), self.seed);
        Ok(levels)
    }

    fn count(&mut self, levels: [u64; 5]) {
        for (all, more) in self.life.levels.iter_mut().zip(levels) {
            *all += more;
        }
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// A network that loses calls and answers.
#[derive(Clone)]
struct Bad<T> {
    inner: T,
    rng: RefCell<fastrand::Rng>,
}

impl<T> Bad<T> {
    fn new(inner: T, seed: u64) -> Self {
        Self {
            inner,
            rng: RefCell::new(fastrand::Rng::with_seed(seed)),
        }
    }
}

impl<T: Transport> Transport for Bad<T> {
    async fn call(&self, call: Call) -> Option<Reply> {
        let dice = self.rng.borrow_mut().u8(0..100);
        if dice < LOST {
            return None;
        }
        let reply = self.inner.call(call).await;
        reply.filter(|_| dice >= 2 * LOST)
    }
}
