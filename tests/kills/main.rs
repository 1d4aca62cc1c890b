//! Real kills of real processes: the district, a tablet, or both, from outside at random moments and at a chosen
//! operation of their files, before or after it. What has a receipt stays in the district; what was thanked for stays on
//! the tablet and arrives once.
//!
//! A kill leaves the system's page cache alone, so it says nothing of a power cut: `tests/power_cut` does that.
//! `HAILONG_KILLS=10000` is the long form, `cargo xtask test` kills 200 times, `HAILONG_SEED=17` begins elsewhere.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod children;
#[path = "../rig/mod.rs"]
mod rig;

use children::{Child, End, Mine};
use fastrand::Rng;
use hailong::domain::hex::Salt;
use hailong::outbox::{Durability, Outbox};
use hailong::store::{CreateOptions, Store, verify};
use rig::{TEN, TestClock, outbox_ballots, stored_salts, wired::Wired};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tempfile::tempdir;

/// Kills of one district and its tablet before they are looked at from end to end.
const ROUND: u64 = 20;

fn ask(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_is_lost_or_doubled_by_kills_of_the_district_the_tablet_or_both() {
    let kills = ask("HAILONG_KILLS").unwrap_or(60);
    let first = ask("HAILONG_SEED").unwrap_or(1);
    let (thanked, mines, done) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicU64::new(0));
    rig::on_all_cores(first..first + kills.div_ceil(ROUND), |seed| {
        let (more, hit) = rounds(seed);
        thanked.fetch_add(more, Ordering::Relaxed);
        mines.fetch_add(hit, Ordering::Relaxed);
        // The long form takes half an hour.
        let done = (done.fetch_add(1, Ordering::Relaxed) + 1) * ROUND;
        if done.is_multiple_of(500) {
            println!("{done} of {kills} kills");
        }
    });
    let (thanked, mines) = (thanked.into_inner(), mines.into_inner());
    println!("{kills} kills, {mines} of them at a chosen operation; {thanked} ratings were thanked for");
    assert!(kills < 20 || (mines > 0 && thanked > 0), "nothing was put to the proof");
}

/// One pair of folders, killed so often. Answers ratings thanked for, and kills by a mine.
fn rounds(seed: u64) -> (usize, u64) {
    let (folder, home, mut rng) = (tempdir().unwrap(), tempdir().unwrap(), Rng::with_seed(seed));
    let dir = folder.path().join("data");
    let store = Store::create(&dir, CreateOptions { demo: true, now: TEN }).unwrap();
    let wired = Wired::new(store, &TestClock::at(TEN));
    let code = wired.code(0);
    drop(wired);
    let mut mines = 0;
    for _ in 0..ROUND {
        mines += u64::from(kill_once(&dir, home.path(), &code, &mut rng));
        let thanked = children::thanked(home.path());
        let kept = kept(home.path());
        let lost: Vec<_> = thanked.iter().filter(|salt| !kept.contains_key(*salt)).collect();
        assert!(lost.is_empty(), "thanked for and gone: {lost:?}");
        let stored = stored_salts(&dir);
        let settled = kept.iter().filter(|(_, settled)| **settled);
        let gone: Vec<_> = settled
            .map(|(salt, _)| salt)
            .filter(|salt| !stored.contains_key(salt))
            .collect();
        assert!(gone.is_empty(), "they have a receipt and are gone: {gone:?}");
    }
    let wired = Wired::new(Store::open(&dir).unwrap(), &TestClock::at(TEN));
    let mut outbox = Outbox::open(home.path(), TEN, Durability::Full).unwrap();
    if outbox.identity.enrolment().is_none() {
        wired.enrol(&mut outbox, &code).unwrap();
    }
    wired.drain(&mut outbox, |_| ()).unwrap();
    drop((outbox, wired));
    rig::assert_exactly_once(&dir, &kept(home.path()));
    let report = verify::verify(&dir).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    (children::thanked(home.path()).len(), mines)
}

/// Starts both and kills one or both. Answers whether a mine did it.
fn kill_once(dir: &Path, home: &Path, code: &str, rng: &mut Rng) -> bool {
    let mine = |rng: &mut Rng| {
        (rng.u8(..) < 150).then(|| Mine {
            at: rng.u64(1..400),
            after: rng.bool(),
        })
    };
    let (which, district_mine, tablet_mine) = (rng.u8(0..3), mine(rng), mine(rng));
    let district = Child::district(dir, district_mine.filter(|_| which != 1));
    let url = district.as_ref().map(|child| child.said.clone());
    // A district that died while it opened: nobody there, and the tablet goes on without.
    let url = url.unwrap_or_else(|| "http://127.0.0.1:9".into());
    let tablet = Child::tablet(home, &url, code, rng.u64(..), tablet_mine.filter(|_| which != 0));
    let (mut mined, ratings) = (district.is_none() || tablet.is_none(), rng.u64(1..25));
    if let Some(mut tablet) = tablet {
        // Ratings are what time is counted in: the kill falls somewhere between this one's thanks and the next.
        let _ = (0..ratings).all(|_| tablet.next_line());
        // Alive or not, the tablet ends here too; if only the district was the target, it ends after it.
        let ends = match district {
            Some(district) if which != 1 => [district.kill(), tablet.kill()],
            district => [tablet.kill(), district.map_or(End::Killed, Child::kill)],
        };
        mined |= ends.contains(&End::Mined);
    } else if let Some(district) = district {
        district.kill();
    }
    mined
}

/// Ballots in the tablet's files: whether a receipt covers them.
fn kept(home: &Path) -> BTreeMap<Salt, bool> {
    let path = home.join("outbox-1.db");
    assert!(!home.join("outbox-2.db").exists(), "a kill damages no file");
    if path.exists() && has_records(&path) {
        outbox_ballots(&path)
    } else {
        BTreeMap::new()
    }
}

/// A file whose making was killed has no tables yet.
fn has_records(path: &Path) -> bool {
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.prepare("select 1 from record").is_ok()
}

/// What a child's standard output may say of ratings, as salts.
pub fn salts(text: &str) -> BTreeSet<Salt> {
    text.lines().filter_map(|line| Salt::parse(line.trim()).ok()).collect()
}
