//! Locks and shared memory of a file, among the connections of this process: SQLite's five levels for the file itself,
//! eight slots for the write-ahead log's index.

use crate::shim::Region;
use rusqlite::ffi;
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// What all openings of a file share.
#[derive(Default)]
pub struct Shared {
    locks: Mutex<Locks>,
    /// Regions of the index, by number, while somebody maps them.
    regions: Mutex<(Vec<Region>, HashSet<u64>)>,
}

#[derive(Default)]
struct Locks {
    /// Level of each opening that has one.
    levels: HashMap<u64, i32>,
    /// Holders of each slot; exclusive, if the flag is set.
    slots: [(Vec<u64>, bool); 8],
}

impl Shared {
    fn locks(&self) -> MutexGuard<'_, Locks> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Raises an opening's level; false: somebody else's is in the way.
    pub fn lock(&self, who: u64, level: i32) -> bool {
        let mut locks = self.locks();
        let own = locks.levels.get(&who).copied().unwrap_or(0);
        if own >= level {
            return true;
        }
        let others = locks
            .levels
            .iter()
            .filter(|(id, _)| **id != who)
            .map(|(_, level)| *level);
        let highest = others.clone().max().unwrap_or(0);
        let (granted, free) = match level {
            ffi::SQLITE_LOCK_SHARED => (level, highest < ffi::SQLITE_LOCK_PENDING),
            ffi::SQLITE_LOCK_RESERVED => (level, highest < ffi::SQLITE_LOCK_RESERVED),
            // Readers that are still there are waited for; no new one comes in.
            _ if highest >= ffi::SQLITE_LOCK_RESERVED => (own, false),
            _ if highest > 0 => (ffi::SQLITE_LOCK_PENDING, false),
            _ => (level, true),
        };
        if free || granted > own {
            locks.levels.insert(who, granted);
        }
        free
    }

    /// Lowers it.
    pub fn unlock(&self, who: u64, level: i32) {
        let mut locks = self.locks();
        if level == ffi::SQLITE_LOCK_NONE {
            locks.levels.remove(&who);
        } else if locks.levels.get(&who).is_some_and(|own| *own > level) {
            locks.levels.insert(who, level);
        }
    }

    /// Whether anybody means to write.
    pub fn reserved(&self) -> bool {
        self.locks()
            .levels
            .values()
            .any(|level| *level >= ffi::SQLITE_LOCK_RESERVED)
    }

    /// Takes or gives back slots of the index.
    pub fn shm_lock(&self, who: u64, first: usize, count: usize, flags: i32) -> bool {
        let mut locks = self.locks();
        let Some(slots) = locks.slots.get_mut(first..first + count) else {
            return false;
        };
        if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
            for (holders, exclusive) in slots {
                holders.retain(|holder| *holder != who);
                *exclusive &= !holders.is_empty();
            }
            return true;
        }
        let wants_all = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
        let free = |(holders, exclusive): &(Vec<u64>, bool)| {
            let others = holders.iter().any(|holder| *holder != who);
            !others || (!wants_all && !*exclusive)
        };
        if !slots.iter().all(free) {
            return false;
        }
        for (holders, exclusive) in slots {
            if !holders.contains(&who) {
                holders.push(who);
            }
            *exclusive = wants_all;
        }
        true
    }

    /// Maps a region; makes those up to it with `size`.
    pub fn map<T>(&self, who: u64, region: usize, size: Option<usize>, at: impl FnOnce(Option<&Region>) -> T) -> T {
        let mut all = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let (regions, users) = &mut *all;
        users.insert(who);
        while let Some(new) = size.filter(|_| regions.len() <= region).and_then(Region::new) {
            regions.push(new);
        }
        at(regions.get(region))
    }

    /// Lets go of the index. The last one takes it along: whoever comes then reads the log itself.
    pub fn unmap(&self, who: u64) {
        self.shm_lock(who, 0, 8, ffi::SQLITE_SHM_UNLOCK);
        let mut all = self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        let (regions, users) = &mut *all;
        users.remove(&who);
        if users.is_empty() {
            regions.clear();
        }
    }

    /// Gives back everything an opening holds.
    pub fn leave(&self, who: u64) {
        self.unlock(who, ffi::SQLITE_LOCK_NONE);
        self.unmap(who);
    }
}
