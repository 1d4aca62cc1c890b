//! The tablet's disk.

use crate::{
    for_seeds,
    rig::heard::{Ballots, Heard},
    rig::*,
};
use fastrand::Rng;
use hailong::domain::ballot::Ended;
use hailong::domain::hex::{DeviceId, EpochId, Hash, Hex, Salt};
use hailong::outbox::{Durability, Outbox, OutboxError, Tap};
use hailong::store::{CreateOptions, Store, alarms, devices, verify};
use hailong::swarm::Citizens;
use hailong::wire::{bundle::Unverified, survey_id};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tempfile::{TempDir, tempdir};
use test_shims::{Flush, MemoryDisk, mount, unmount};
use wired::Wired;

/// What the citizens were told, and what was only tried.
#[derive(Default)]
struct Told {
    /// The draft was committed: the tap on a face counts.
    drafted: BTreeSet<Salt>,
    /// "Cảm ơn" was shown.
    thanked: BTreeSet<Salt>,
    tried: BTreeSet<Salt>,
}

/// A district in memory that never fails: this is about tablets.
struct Place {
    wired: Wired,
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempdir().unwrap();
        mount(dir.path(), &MemoryDisk::new(0, Flush::Honest));
        let store = Store::create(dir.path(), CreateOptions { demo: true, now: TEN }).unwrap();
        let clock = TestClock::at(TEN);
        Self {
            wired: Wired::new(store, &clock),
            dir,
        }
    }

    /// Closes the district and looks whether everything holds.
    fn close(self) {
        let Self { wired, dir } = self;
        drop(wired);
        let report = verify::verify(dir.path()).unwrap();
        assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
        unmount(dir.path());
    }
}

/// What surrounds a life of the tablet.
struct Around<'a> {
    wired: &'a Wired,
    /// What it enrols with, if it must.
    code: &'a str,
    /// A face was tapped, and nobody has been thanked yet.
    tapped: &'a mut dyn FnMut(),
    /// What it sends.
    seen: &'a mut dyn FnMut(&[u8]),
    /// Whether the district is told of ratings that do not travel yet.
    holds: &'a mut dyn FnMut() -> bool,
}

/// One life of the tablet: opens, enrols if it must, takes ratings until the disk fails or the day is over.
fn live(dir: &Path, around: Around<'_>, rng: &mut Rng, told: &mut Told) -> Result<(), OutboxError> {
    let Around {
        wired,
        code,
        mut tapped,
        mut seen,
        holds,
    } = around;
    let now = wired.clock.now();
    let mut outbox = Outbox::open(dir, now, Durability::Full)?;
    if outbox.identity.enrolment().is_none() {
        wired.enrol(&mut outbox, code)?;
    }
    let survey = outbox.identity.enrolment().unwrap().setup.survey.clone();
    outbox.keep_survey(survey_id(&survey), &survey)?;
    let mut citizens = Citizens::new(rng.u64(..), false);
    for n in 0..rng.i64(1..12) {
        rate(&mut outbox, &mut citizens, rng, told, &mut tapped, now + n * 40)?;
        if rng.u8(..) < 60 {
            if holds() {
                wired.send(&mut outbox, 0, &mut seen)?;
            } else {
                wired.drain(&mut outbox, &mut seen)?;
            }
        }
    }
    Ok(())
}

fn rate(
    outbox: &mut Outbox,
    citizens: &mut Citizens,
    rng: &mut Rng,
    told: &mut Told,
    mut tapped: impl FnMut(),
    now: i64,
) -> Result<(), OutboxError> {
    let (id, survey) = outbox.identity.enrolment().unwrap().setup.parse_survey().unwrap();
    let moment = outbox.identity.enrolment().unwrap().setup.counter.moment;
    let salt = Hex(std::array::from_fn(|_| rng.u8(..)));
    told.tried.insert(salt);
    let tap = Tap {
        answers: citizens.answers(&survey, moment),
        salt,
        since_cast: None,
        survey: id,
        took: 9,
    };
    let ballot = outbox.ballot(tap, now)?;
    outbox.draft(&ballot, now)?;
    told.drafted.insert(salt);
    tapped();
    outbox.cast(salt, Ended::Sent, now)?;
    told.thanked.insert(salt);
    outbox.mark(now)
}

/// Ballots in the tablet's newest queue, read with plain SQL from a copy of the disk.
fn kept(dir: &Path) -> BTreeMap<Salt, u32> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("outbox-") && name.ends_with(".db") {
            for salt in outbox_ballots(&path).into_keys() {
                *all.entry(salt).or_default() += 1;
            }
        }
    }
    all
}

#[test]
fn every_rating_that_was_thanked_for_survives_power_cuts_where_the_flush_is_honest() {
    let (thanked, cut) = (AtomicU64::new(0), AtomicU64::new(0));
    let many = for_seeds(120, &[], |seed| {
        let (place, folder) = (Place::new(), tempdir().unwrap());
        let (mut rng, mut told) = (Rng::with_seed(seed), Told::default());
        let disk = MemoryDisk::new(seed, Flush::Honest);
        mount(folder.path(), &disk);
        let code = place.wired.code(0);
        for _ in 0..rng.u8(2..6) {
            // Anywhere: in the first migration, in a commit, in settling a receipt.
            disk.cut_after(rng.u64(1..200));
            let around = Around {
                wired: &place.wired,
                code: &code,
                tapped: &mut || (),
                seen: &mut |_| (),
                holds: &mut || false,
            };
            let lived = live(folder.path(), around, &mut rng, &mut told);
            cut.fetch_add(u64::from(lived.is_err()), Relaxed);
            disk.power_cut();
        }
        thanked.fetch_add(told.thanked.len() as u64, Relaxed);
        let mut outbox = Outbox::open(folder.path(), TEN, Durability::Full).unwrap();
        assert_eq!(outbox.identity.damaged_files(), 0, "an honest disk damages nothing");
        let kept = kept(folder.path());
        let lost: Vec<_> = told.drafted.iter().filter(|salt| !kept.contains_key(*salt)).collect();
        assert!(lost.is_empty(), "lost of {}: {lost:?}", told.thanked.len());
        assert!(kept.keys().all(|salt| told.tried.contains(salt)), "nothing was made up");
        if outbox.identity.enrolment().is_some() {
            place.wired.drain(&mut outbox, |_| ()).unwrap();
            let stored = stored_salts(place.dir.path());
            assert!(
                kept.keys().all(|salt| stored.get(salt) == Some(&1)),
                "each once in the district"
            );
        }
        let device = outbox.identity.device();
        let missing = place.wired.store.read(alarms::missing).unwrap();
        assert!(
            missing.iter().all(|of| of.device != device),
            "nothing is missing: {missing:?}"
        );
        drop(outbox);
        unmount(folder.path());
        place.close();
    });
    let (thanked, cut) = (thanked.into_inner(), cut.into_inner());
    println!("{thanked} ratings thanked for, {cut} lives ended in the middle of something");
    assert!(!many || (thanked > 0 && cut > 0), "nothing was put to the proof");
}

/// All that ever left a tablet.
#[derive(Default)]
struct Sent {
    /// Every (device, epoch, seq), with its leaf.
    keys: BTreeMap<(DeviceId, EpochId, u64), Hash>,
    devices: BTreeSet<DeviceId>,
    heard: Heard,
}

impl Sent {
    /// Here everything that is sent arrives.
    fn see(&mut self, gzip: &[u8], place: &Wired) {
        let unverified = Unverified::from_gzip(gzip).unwrap();
        let device = unverified.device();
        let key = place.store.read(|conn| devices::public_key(conn, device)).unwrap();
        let bundle = unverified.verify(&key.expect("it has enrolled")).unwrap();
        self.devices.insert(device);
        self.heard.read(gzip, &bundle);
        self.heard.arrived(TEN, gzip, true);
        for (run, lines) in bundle.runs() {
            for (seq, line) in (run.first..).zip(lines) {
                let key = (device, run.epoch, seq);
                let before = self.keys.insert(key, line.leaf());
                assert!(
                    before.is_none_or(|leaf| leaf == line.leaf()),
                    "one key, two records: {key:?}"
                );
            }
        }
    }
}

/// What all seeds of lying flushes came to.
#[derive(Debug, Default)]
struct Sum {
    lost: AtomicU64,
    known: AtomicU64,
    forks: AtomicU64,
    /// Visits that a roll-back brought back and that were sent a second time.
    again: AtomicU64,
}

/// 521: a rating that was sent, came back as a draft, was cast again and lost with the file was said to be missing.
const LYING: &[u64] = &[521];

#[test]
fn where_the_flush_lies_no_key_is_used_twice_and_what_is_missing_is_never_said_too_high() {
    let sum = Sum::default();
    let many = for_seeds(60, LYING, |seed| {
        let (place, folder) = (Place::new(), tempdir().unwrap());
        let (mut rng, mut told) = (Rng::with_seed(seed), Told::default());
        let disk = MemoryDisk::new(seed, Flush::Honest);
        mount(folder.path(), &disk);
        // Of its own, and for every other seed: those that were kept stay what they were.
        let (mut sent, mut holds) = (Sent::default(), Rng::with_seed(!seed));
        for life in 0..rng.u8(3..8) {
            // The first life is honest, so that there is something to lose; then mostly lies.
            let lies = life > 0 && rng.u8(..) < 200;
            disk.set_flush(if lies { Flush::Lies } else { Flush::Honest });
            if rng.bool() {
                disk.cut_after(rng.u64(1..300));
            }
            let copy = (lies && rng.bool()).then(|| disk.copy());
            let code = place.wired.code(0);
            let mut first_tap = None;
            let around = Around {
                wired: &place.wired,
                code: &code,
                tapped: &mut || {
                    first_tap.get_or_insert_with(|| disk.copy());
                },
                seen: &mut |bundle| sent.see(bundle, &place.wired),
                holds: &mut || seed % 2 == 0 && holds.bool(),
            };
            let _ = live(folder.path(), around, &mut rng, &mut told);
            match copy {
                // All of it went back, as it was: what a cache that loses everything at once leaves. To the morning, or to
                // a tap whose rating was cast, and maybe sent, after that: the same visit comes back.
                Some(morning) if rng.bool() => {
                    let tap = first_tap.filter(|_| life % 3 > 0);
                    disk.put_back(&tap.unwrap_or(morning));
                }
                _ => disk.power_cut(),
            }
            // Opened once more on the lying disk: what an opening changes may be torn by the next cut, too.
            let _ = Outbox::open(folder.path(), TEN, Durability::Full);
        }
        disk.set_flush(Flush::Honest);
        let mut outbox = Outbox::open(folder.path(), TEN, Durability::Full).unwrap();
        if outbox.identity.enrolment().is_none() {
            place.wired.enrol(&mut outbox, &place.wired.code(0)).unwrap();
        }
        place
            .wired
            .drain(&mut outbox, |bundle| sent.see(bundle, &place.wired))
            .unwrap();
        judge(&place, &told, &sent, &sum);
        drop(outbox);
        unmount(folder.path());
        place.close();
    });
    println!("{sum:?}");
    // A district that never says anything, and a disk that never takes anything back, would pass all of the above.
    let met = [&sum.lost, &sum.known, &sum.forks, &sum.again];
    assert!(!many || met.iter().all(|n| n.load(Relaxed) > 0), "{sum:?}");
}

/// What the district holds and says of one seed's tablet.
fn judge(place: &Place, told: &Told, sent: &Sent, sum: &Sum) {
    let stored = stored_salts(place.dir.path());
    let counted = counted_salts(place.dir.path());
    for salt in &told.tried {
        let copies = stored.get(salt).copied().unwrap_or(0);
        // A draft that a roll-back brought back is another key for the same visit.
        let counts = counted.get(salt).copied().unwrap_or(0);
        assert_eq!(counts, copies.min(1), "{salt} is stored {copies} times");
        sum.again.fetch_add(u64::from(copies > 1), Relaxed);
    }
    let gone = |salts: &BTreeSet<Salt>| salts.iter().filter(|salt| !stored.contains_key(*salt)).count() as u64;
    let missing = place.wired.store.read(alarms::missing).unwrap();
    let ours = missing.iter().filter(|of| sent.devices.contains(&of.device));
    let said: Ballots = ours.map(|of| ((of.device, of.epoch), of.ballots)).collect();
    let (by_the_rule, _) = sent.heard.missing(place.dir.path());
    assert_eq!(
        said, by_the_rule,
        "what all tips, marks and prevs named, less what is held"
    );
    let said: u64 = said.values().sum();
    // A face that was tapped when the disk failed is cast at the next start, thanked for or not, and may be lost after.
    let most = gone(&told.drafted);
    assert!(said <= most, "said {said} missing, {most} are");
    let alarms = place.wired.store.read(|conn| alarms::all(conn, 1_000_000)).unwrap();
    let ours = || alarms.iter().filter(|alarm| sent.devices.contains(&alarm.device));
    assert!(
        ours().all(|alarm| alarm.kind != "conflict" || alarm.detail.contains("same visit")),
        "one key with two records reached the district"
    );
    sum.known.fetch_add(said, Relaxed);
    sum.lost.fetch_add(gone(&told.thanked), Relaxed);
    sum.forks
        .fetch_add(ours().filter(|alarm| alarm.kind == "fork").count() as u64, Relaxed);
}
