//! Whether a district that holds much takes in as fast as one that holds little.

use crate::common::{Spread, option};
use crate::load::{self, BALLOTS};
use crate::make;
use crate::ways::Way;
use hailong::store::{FILE, Store};
use std::path::Path;
use std::sync::Arc;

/// Ballots of the small district.
const LITTLE: usize = 100_000;

/// Prints the ratio: `--held N` ballots against 100,000, in the same interleaved rounds, each with tablets of its own.
pub fn bench(folder: &Path, rounds: usize) {
    let much = option("--held", 0);
    if much == 0 {
        return;
    }
    let (tablets, bundles) = (32, 8);
    let mut loads = [LITTLE, much].map(|ballots| {
        let dir = folder.join(format!("held-{ballots}"));
        make::make(&dir, ballots);
        let store = Store::open(&dir).unwrap();
        let mut load = load::prepare_in(&store, make::NOW, tablets * (rounds + 1), bundles);
        drop(store);
        let rest = load.tablets.split_off(0);
        (dir, load, rest)
    });
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for turn in 0..2 {
            let at = (round + turn) % 2;
            let (dir, load, rest) = &mut loads[at];
            let part = Arc::new(load::Load {
                tablets: rest.drain(..tablets).collect(),
                district_key: load.district_key,
                now: load.now,
            });
            let time = Way::Http.run(dir, &part).as_secs_f64();
            if round > 0 {
                rates[at].push((part.bundles() * BALLOTS) as f64 / time);
            }
        }
        eprintln!("  held: round {round} of {rounds}");
    }
    let ratio = Spread::of(rates[1].iter().zip(&rates[0]).map(|(much, little)| much / little));
    let [little, many] = rates.map(Spread::of);
    println!(
        "\nOver HTTP into a district that holds {LITTLE} ballots {:.0} ballots/s ({:.0} to {:.0}), into one that holds {much} \
         {:.0} ({:.0} to {:.0}): {:.2}x (goal 0.7; {:.2} to {:.2}); its file has {:.0} MB",
        little.median,
        little.min,
        little.max,
        many.median,
        many.min,
        many.max,
        ratio.median,
        ratio.min,
        ratio.max,
        std::fs::metadata(loads[1].0.join(FILE)).unwrap().len() as f64 / 1e6
    );
}
