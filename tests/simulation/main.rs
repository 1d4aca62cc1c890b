//! Tablets and a district over days and years, in one process: the real queue, sender, wire, router and store; clock,
//! randomness, network and disks are this file's neighbours. Everything follows from one seed, and a run replays bit
//! for bit.
//!
//! `HAILONG_SEED=17` runs one seed, `HAILONG_SEEDS=5000` many, `HAILONG_MINUTES=60` as many as fit (with `HAILONG_FROM`
//! as the first); `HAILONG_TRACE=1` prints what happens.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod check;
mod district;
#[path = "../rig/mod.rs"]
mod rig;
mod tablet;
mod trouble;
mod world;

use std::sync::Mutex;
use std::time::{Duration, Instant};
use world::{Done, World};

/// Seeds that once found something, and what.
const KEPT: &[(u64, &str)] = &[
    (
        279,
        "a torn token, which no header can hold: the tablet asked for its setup for ever and sent no ballot",
    ),
    (
        913,
        "a copied tablet and a district put back behind their backs: records of one name that hide one another's loss",
    ),
    (
        3599,
        "a torn number of the queue's file: what waited stayed behind in the file that was in use",
    ),
    (
        4065,
        "a restored district's first opening, whose rollback journal came back with the power: `verify` could not run",
    ),
    (
        14957,
        "a copied tablet and a district put back, with no checkpoint between: nothing that the tablet repeats shows it",
    ),
];

/// Seeds, if nothing else is asked for: so many that each trouble is met.
const USUAL: u64 = 24;

fn ask(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seed: u64) -> Done {
    World::new(seed).run()
}

#[test]
fn whatever_happens_every_ballot_arrives_once_and_what_is_lost_shows() {
    let budget = ask("HAILONG_MINUTES").map(|minutes| Duration::from_secs(minutes * 60));
    let first = ask("HAILONG_SEED").or(ask("HAILONG_FROM")).unwrap_or(1);
    let count = match (ask("HAILONG_SEED"), budget) {
        (Some(_), _) => 1,
        // As many as fit.
        (None, Some(_)) => 1_000_000,
        (None, None) => ask("HAILONG_SEEDS").unwrap_or(USUAL),
    };
    for (seed, found) in KEPT {
        println!("the kept seed {seed}: {found}");
        run(*seed);
    }
    let started = Instant::now();
    let sum = Mutex::new((0u64, Done::default()));
    rig::on_all_cores(first..first + count, |seed| {
        if budget.is_none_or(|budget| started.elapsed() < budget) {
            let done = run(seed);
            let mut sum = sum.lock().unwrap();
            sum.0 += 1;
            sum.1.add(&done);
            if sum.0.is_multiple_of(1000) {
                println!("{} seeds, up to {seed}", sum.0);
            }
        }
    });
    let (runs, sum) = sum.into_inner().unwrap();
    let took = started.elapsed().as_secs_f64();
    let years = sum.tablet_seconds / (365.25 * 86_400.0);
    println!(
        "{runs} seeds from {first}: {} ballots thanked for, {} lost by lying disks, {} of them known to be missing; \
         {} queues spoilt beside a whole memory, {} ballots of them missing, each known; {} calls, \
         {} power cuts, {} full disks, {} restores, {} copies, {} forks; {years:.1} tablet-years in {took:.0} s: {:.0} tablet-years an hour, {:.0} x real time",
        sum.thanked,
        sum.lost,
        sum.missing,
        sum.spoilt,
        sum.known,
        sum.calls,
        sum.power_cuts,
        sum.full,
        sum.restores,
        sum.copies,
        sum.forks,
        years * 3600.0 / took,
        sum.tablet_seconds / took
    );
    let met = [
        sum.thanked,
        sum.lost,
        sum.spoilt,
        sum.power_cuts,
        sum.full,
        sum.restores,
        sum.copies,
        sum.forks,
    ];
    // A world in which nothing happens keeps every promise.
    assert!(runs < USUAL || met.iter().all(|n| *n > 0), "{met:?}");
}

#[test]
fn a_seed_replays_bit_for_bit() {
    let (first, second) = (run(3), run(3));
    assert_eq!(first.trace, second.trace);
    assert_eq!(first.thanked, second.thanked);
    assert_ne!(first.trace, run(4).trace, "the trace says something");
}
