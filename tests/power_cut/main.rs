//! Power cuts under the real queue and the real store, on a disk in memory that forgets what was not flushed, in any
//! pieces and any order. With an honest flush nothing that was promised is lost. With one that lies, nothing is used
//! twice, nothing is merged, and what is missing is never said too high.
//!
//! A run follows from its seed; a failure prints it. `HAILONG_SEEDS=5000` runs more of them, `HAILONG_SEED=17` one
//! (with `--features simulation` keys and salts follow from it, too).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod district;
#[path = "../rig/mod.rs"]
mod rig;
mod tablet;

/// Runs a story for many seeds and for those that once found something, or for the one that was asked for. Answers whether
/// they were so many that each trouble must have been met.
pub fn for_seeds(usual: u64, kept: &[u64], story: impl Fn(u64) + Sync) -> bool {
    let ask = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    // A bare `cargo test` has a third of them; `cargo xtask test` passes the feature.
    let usual = if cfg!(feature = "simulation") { usual } else { usual / 3 };
    let (kept, seeds) = match ask("HAILONG_SEED") {
        Some(seed) => (&[][..], seed..seed + 1),
        None => (kept, 1..ask("HAILONG_SEEDS").unwrap_or(usual) + 1),
    };
    // Without the feature keys and salts are other ones each time, and so is what is met.
    let many = cfg!(feature = "simulation") && seeds.end - seeds.start >= usual;
    rig::on_all_cores(kept.iter().copied().chain(seeds), |seed| {
        #[cfg(feature = "simulation")]
        hailong::platform::simulation::seed_thread(Some(seed));
        story(seed);
    });
    many
}
