//! A flood of requests nobody signed, beside signed tablets: how much of their throughput the tablets keep.
//!
//! `cargo xtask bench flood [--rounds N] [--tablets N] [--bundles N] [--connections N] [--times N]`. Every round runs
//! the same tablets against a fresh district process: in peace, then beside each kind of flood, ten times (`--times`) as
//! many requests a second as the district took in peace, sent at their time whether those before were answered or not. The
//! flood comes from this machine, too, and costs it something; so each round also has the same flood hit a bystander that
//! does nothing with it. Nothing fails because it was slow; a ballot that is not stored does.
#![cfg_attr(not(unix), allow(dead_code, unused_imports))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench may stop where it stands"
)]

mod attack;
#[path = "../common/mod.rs"]
mod common;
#[path = "../ingest/disk.rs"]
mod disk;
mod district;
#[allow(dead_code, reason = "the clock is other benches'")]
#[path = "../ingest/load.rs"]
mod load;
#[path = "../../tests/rig/serving.rs"]
mod serving;

use attack::{Attack, Kind};
use common::{Spread, option, row, rule};
use district::{Bystander, District};
use std::path::Path;
use std::sync::Arc;

/// What one run came to.
struct Outcome {
    /// Signed bundles a second.
    rate: f64,
    /// Requests of the flood a second: sent, answered, and those of them that were told to come back later.
    offered: f64,
    answered: f64,
    busy: f64,
}

/// What the tablets stand beside.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// A flood of the first kind that hits somebody else.
    Bystander,
    Flood(Kind),
}

impl Beside {
    const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Bystander,
        Self::Flood(Kind::Noise),
        Self::Flood(Kind::Stranger),
        Self::Flood(Kind::Forged),
        Self::Flood(Kind::Broken),
        Self::Flood(Kind::Seats),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bystander => "a flood that hits a bystander",
            Self::Flood(kind) => kind.name(),
        }
    }
}

fn main() {
    let (rounds, tablets, bundles) = (option("--rounds", 5), option("--tablets", 64), option("--bundles", 20));
    let (connections, times) = (option("--connections", 256), option("--times", 10));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let template = folder.path().join("template");
    let load = Arc::new(load::prepare(&template, tablets, bundles));
    let district = hailong::store::Store::open(&template).unwrap().identity().id;
    println!("\nA flood beside signed tablets");
    println!(
        "{tablets} tablets at once, {bundles} bundles of {} ballots each; the flood over {connections} connections; \
         {rounds} rounds",
        load::BALLOTS
    );
    let mut outcomes: Vec<Vec<Outcome>> = Beside::ALL.map(|_| Vec::new()).into();
    let mut syncs = Vec::new();
    // The first run in peace warms up, and says what ten times is.
    let peace = run(Beside::Nothing, &template, folder.path(), &load, None).rate;
    let offered = peace * times as f64;
    println!("in peace {peace:.0} bundles/s, so the flood is {offered:.0} requests/s");
    for round in 1..=rounds {
        syncs.push(disk::syncs_per_second(folder.path()));
        for turn in 0..Beside::ALL.len() {
            let at = (round + turn) % Beside::ALL.len();
            let kind = match Beside::ALL[at] {
                Beside::Nothing => None,
                Beside::Bystander => Some(Kind::Noise),
                Beside::Flood(kind) => Some(kind),
            };
            let attack = kind.map(|kind| Attack::new(kind, district, &load, connections, offered));
            let outcome = run(Beside::ALL[at], &template, folder.path(), &load, attack);
            eprintln!("  {:.0} bundles/s beside {}", outcome.rate, Beside::ALL[at].name());
            outcomes[at].push(outcome);
        }
        eprintln!("  round {round} of {rounds}");
    }
    report(&outcomes, &Spread::of(syncs));
}

/// A fresh district, the tablets, and what stands beside them until the last tablet has its last receipt.
fn run(beside: Beside, template: &Path, folder: &Path, load: &Arc<load::Load>, attack: Option<Attack>) -> Outcome {
    let dir = folder.join("run");
    disk::copy(template, &dir);
    let district = District::start(&dir);
    let hit = attack.as_ref().filter(|_| beside == Beside::Bystander);
    let bystander = hit.map(|attack| Bystander::start(attack.length()));
    let target = bystander.as_ref().map_or(district.addr, |bystander| bystander.addr);
    let flood = attack.map(|attack| attack.start(target));
    let time = district.take(load).as_secs_f64();
    let (offered, answered, busy) = flood.map_or((0, 0, 0), attack::Running::stop);
    drop(bystander);
    district.stop();
    assert_eq!(disk::ballots(&dir), load.bundles() * load::BALLOTS);
    std::fs::remove_dir_all(&dir).unwrap();
    Outcome {
        rate: load.bundles() as f64 / time,
        offered: offered as f64 / time,
        answered: answered as f64 / time,
        busy: busy as f64 / time,
    }
}

fn report(outcomes: &[Vec<Outcome>], syncs: &Spread) {
    let widths = [44, 10, 11, 10, 15, 11, 15, 18];
    println!();
    row(
        &widths,
        &[
            "beside",
            "offered/s",
            "answered/s",
            "busy/s",
            "bundles/s",
            "of peace",
            "min to max",
            "of the bystander's",
        ],
    );
    rule(&widths);
    for (beside, own) in Beside::ALL.into_iter().zip(outcomes) {
        let of = |base: &[Outcome]| Spread::of(own.iter().zip(base).map(|(own, base)| own.rate / base.rate));
        let (peace, bystander) = (of(&outcomes[0]), of(&outcomes[1]));
        let median = |of: fn(&Outcome) -> f64| Spread::of(own.iter().map(of)).median;
        row(
            &widths,
            &[
                beside.name(),
                &format!("{:.0}", median(|outcome| outcome.offered)),
                &format!("{:.0}", median(|outcome| outcome.answered)),
                &format!("{:.0}", median(|outcome| outcome.busy)),
                &format!("{:.0}", median(|outcome| outcome.rate)),
                &format!("{:.2}x", peace.median),
                &format!("{:.2} to {:.2}", peace.min, peace.max),
                &format!("{:.2}x", bystander.median),
            ],
        );
    }
    println!(
        "\nthe goal is 0.7 of peace; the disk: {:.0} times 4 KiB + fdatasync a second ({:.0} to {:.0})",
        syncs.median, syncs.min, syncs.max
    );
}
