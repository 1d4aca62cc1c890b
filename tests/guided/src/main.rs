//! The decoders of `tests/fuzz` under libFuzzer: it keeps each input that reaches an edge no other did, and changes that.
//!
//! `HAILONG_TARGET` names the decoder. Changes come half from `tests/fuzz/mutate.rs`, which knows what it changes, and half
//! from libFuzzer, which knows what the input was compared with. Whatever `tests/fuzz` would not allow is a panic here:
//! libFuzzer keeps the input and ends.
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test; its panics are what it looks for"
)]

#[path = "../../fuzz/judge.rs"]
mod judge;
#[path = "../../fuzz/kept.rs"]
mod kept;
#[allow(dead_code, reason = "`tests/fuzz` makes several changes at once")]
#[path = "../../fuzz/mutate.rs"]
mod mutate;
#[path = "../../fuzz/targets.rs"]
mod targets;

use fastrand::Rng;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use std::sync::LazyLock;
use targets::{TARGETS, Target};
use test_shims::heap::{Counting, peak_of};

#[global_allocator]
static HEAP: Counting = Counting;

/// The decoder of this run.
struct Chosen {
    target: &'static Target,
    /// The kept inputs, to splice from.
    kept: Vec<Vec<u8>>,
    /// What is inside the good ones.
    good: Vec<Vec<u8>>,
}

static CHOSEN: LazyLock<Chosen> = LazyLock::new(|| {
    let name = std::env::var("HAILONG_TARGET").expect("HAILONG_TARGET names a decoder");
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.unwrap_or_else(|| panic!("no decoder is called {name}"));
    let named = kept::of(target.name);
    let good = named.iter().filter(|(name, _)| kept::is_good(name));
    Chosen {
        target,
        good: good.map(|(_, bytes)| judge::unpacked(bytes)).collect(),
        kept: named.into_iter().map(|(_, bytes)| bytes).collect(),
    }
});

fuzz_target!(|bytes: &[u8]| {
    let Chosen { target, good, .. } = &*CHOSEN;
    let (verdict, peak) = peak_of(|| (target.run)(bytes));
    assert!(
        judge::within_bound(target, bytes, peak),
        "it took {peak} bytes of memory"
    );
    assert!(judge::may_be(verdict, bytes, good), "a changed input was believed");
});

// One change at a time: libFuzzer makes several in a row, and looks what each of them reaches.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = Rng::with_seed(seed.into());
    let changed = mutate::changed(&mut rng, &data[..size], |rng, bytes| {
        if rng.bool() {
            mutate::change(rng, bytes, &CHOSEN.kept);
        } else {
            by_libfuzzer(bytes);
        }
    });
    let size = changed.len().min(max_size);
    data[..size].copy_from_slice(&changed[..size]);
    size
});

fn by_libfuzzer(bytes: &mut Vec<u8>) {
    let size = bytes.len();
    bytes.resize(size + 256, 0);
    let whole = bytes.len();
    let size = fuzzer_mutate(bytes, size, whole);
    bytes.truncate(size);
}
