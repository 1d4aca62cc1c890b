//! Hostile input: every decoder and parser takes whatever bytes, and neither panics nor believes nor grows.
//!
//! Inputs are changed copies of the kept ones in `tests/corpus/`; what fails is written beside the build
//! (`target/tmp/fuzz/`) and belongs into the corpus with the fix. `HAILONG_MUTATIONS=1000000` is the long form (of bundles
//! and answers; the rest in proportion), `cargo xtask test` changes 6,000, `HAILONG_SEED=17` begins elsewhere.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod corpus;
mod insider;
mod judge;
mod kept;
mod mutate;
#[path = "../support/mod.rs"]
mod support;
mod targets;

use fastrand::Rng;
use hailong::wire::keys::sha256;
use std::panic::{AssertUnwindSafe, catch_unwind};
use targets::{TARGETS, Target, Verdict};
use test_shims::heap::{Counting, peak_of};

#[global_allocator]
static HEAP: Counting = Counting;

pub fn ask(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Changed inputs, of bundles and of answers; `HAILONG_MUTATIONS` asks for others.
pub fn mutations() -> u64 {
    ask("HAILONG_MUTATIONS").unwrap_or(1_500)
}

/// Runs one input; a failure keeps it.
fn run(target: &Target, bytes: &[u8]) -> Verdict {
    let (outcome, peak) = peak_of(|| catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))));
    match outcome {
        Ok(verdict) if judge::within_bound(target, bytes, peak) => verdict,
        failed => {
            let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz");
            std::fs::create_dir_all(&dir).unwrap();
            let path = dir.join(format!("{}-{}", target.name, &sha256(&[bytes]).to_string()[..12]));
            std::fs::write(&path, bytes).unwrap();
            panic!(
                "{} bytes for {}: {:?}, {peak} bytes of memory; kept in {}",
                bytes.len(),
                target.name,
                failed.ok(),
                path.display()
            )
        }
    }
}

#[test]
fn every_kept_input_is_read_or_refused() {
    for target in TARGETS {
        let good = good(target);
        for (name, bytes) in kept::of(target.name) {
            let verdict = judged(target, &bytes, &good);
            // What the corpus begins with must be good, or its changes prove nothing.
            assert!(
                !kept::is_good(&name) || verdict != Verdict::Refused,
                "{}/{name}",
                target.name
            );
        }
    }
}

#[test]
fn no_changed_input_is_believed_and_nothing_panics_or_grows() {
    let whole = mutations();
    let mut rng = Rng::with_seed(ask("HAILONG_SEED").unwrap_or(1));
    for target in TARGETS {
        let mut kept = kept::of(target.name);
        kept.sort_by_key(|(name, _)| !kept::is_good(name));
        let begin = kept.iter().filter(|(name, _)| kept::is_good(name)).count();
        let seeds: Vec<Vec<u8>> = kept.into_iter().map(|(_, bytes)| bytes).collect();
        let good = good(target);
        let count = match target.name {
            "bundle" | "answer" => whole,
            "list" | "config" => whole / 20,
            _ => whole / 5,
        };
        let (mut read, mut believed) = (0u64, 0u64);
        for _ in 0..count {
            // Half from what is good, however much else is kept.
            let among = if rng.bool() { begin } else { seeds.len() };
            let seed = rng.usize(0..among);
            let bytes = mutate::mutate(&mut rng, &seeds[seed], &seeds);
            match judged(target, &bytes, &good) {
                Verdict::Refused => {}
                Verdict::Read => read += 1,
                Verdict::Believed => believed += 1,
            }
        }
        println!(
            "{:>13}: {count} changed inputs, {read} read, {believed} as they were before",
            target.name
        );
    }
}

/// What is inside the good inputs.
fn good(target: &Target) -> Vec<Vec<u8>> {
    let kept = kept::of(target.name).into_iter();
    kept.filter(|(name, _)| kept::is_good(name))
        .map(|(_, bytes)| judge::unpacked(&bytes))
        .collect()
}

/// Runs one input, which nobody may believe unless it is a good one.
fn judged(target: &Target, bytes: &[u8], good: &[Vec<u8>]) -> Verdict {
    let verdict = run(target, bytes);
    assert!(
        judge::may_be(verdict, bytes, good),
        "{}: a changed input was believed: {}",
        target.name,
        String::from_utf8_lossy(bytes)
    );
    verdict
}

#[test]
fn what_is_huge_or_nested_is_refused_within_bounds() {
    let million = 1 << 20;
    let nested = |open: &str| open.repeat(million / open.len()).into_bytes();
    let inputs = [
        vec![0; 8 * million],
        vec![b'\n'; million],
        vec![b'"'; million],
        nested("["),
        nested("{\"a\":"),
        nested("{\"runs\":[{"),
        nested("9"),
        nested(";"),
        nested("a,\n"),
        nested("[a]\n"),
        hailong::wire::gzip::pack(&vec![0; 64 * million]),
    ];
    for target in TARGETS {
        for bytes in &inputs {
            let verdict = run(target, bytes);
            assert_ne!(verdict, Verdict::Believed, "{}", target.name);
        }
    }
}
