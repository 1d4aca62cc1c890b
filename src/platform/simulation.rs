//! Randomness from a seed, so that a simulation replays bit for bit; and a wall clock from a file, so that a program lives
//! through days in minutes. Only with the feature `simulation`.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

/// Names the file with the unix time that the whole process goes by.
const CLOCK: &str = "HAILONG_CLOCK";

/// What the file says, or said last; `None` without one.
pub(super) fn wall() -> Option<i64> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    static LAST: AtomicI64 = AtomicI64::new(0);
    let file = FILE
        .get_or_init(|| std::env::var_os(CLOCK).map(PathBuf::from))
        .as_ref()?;
    let said = std::fs::read_to_string(file)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    if let Some(now) = said {
        LAST.store(now, Ordering::Relaxed);
    }
    Some(LAST.load(Ordering::Relaxed))
}

thread_local! {
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// From now on this thread's random bytes follow from the seed; with `None` they are the system's again.
pub fn seed_thread(seed: Option<u64>) {
    STATE.set(seed);
}

/// Fills the bytes if this thread has a seed.
pub(super) fn fill(bytes: &mut [u8]) -> bool {
    let Some(mut state) = STATE.get() else { return false };
    for chunk in bytes.chunks_mut(8) {
        // splitmix64: every seed is as good as another, and none ever repeats within a run.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        chunk
            .iter_mut()
            .zip(mixed.to_le_bytes())
            .for_each(|(to, from)| *to = from);
    }
    STATE.set(Some(state));
    true
}
