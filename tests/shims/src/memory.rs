//! A disk in memory that can lose power.

mod file;
mod open;

use crate::{Code, locks::Shared};
use file::{Change, File};
use rusqlite::ffi;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Bytes that are written together or not at all, mostly.
const PIECE: usize = 512;

/// Whether a flush does what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// It does.
    Honest,
    /// It answers at once and does nothing: what Safari's plain fsync may come to in a power cut.
    Lies,
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone)]
pub struct MemoryDisk(Arc<Mutex<State>>);

struct State {
    files: BTreeMap<String, File>,
    /// Names whose removal is not on the disk yet, with what they held.
    removed: BTreeMap<String, File>,
    shared: BTreeMap<String, Arc<Shared>>,
    flush: Flush,
    /// Goes up with every power cut; handles of an earlier life are dead.
    life: u64,
    /// Changes (writes, cuts, flushes, removals) so far.
    changes: u64,
    /// The power fails before this change.
    cut_at: Option<u64>,
    /// Bytes that fit.
    room: Option<u64>,
    random: u64,
    shadow: Option<PathBuf>,
}

impl MemoryDisk {
    /// An empty disk. What survives a power cut follows from `seed` alone.
    pub fn new(seed: u64, flush: Flush) -> Self {
        Self(Arc::new(Mutex::new(State {
            files: BTreeMap::new(),
            removed: BTreeMap::new(),
            shared: BTreeMap::new(),
            flush,
            life: 0,
            changes: 0,
            cut_at: None,
            room: None,
            random: seed ^ 0x9e37_79b9_7f4a_7c15,
            shadow: None,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Code under test may ask the file system for a name: what is here has an empty file there.
    pub(crate) fn shadow(&self, dir: &Path) {
        self.state().shadow = Some(dir.to_owned());
    }

    /// From now on flushes are honest, or not.
    pub fn set_flush(&self, flush: Flush) {
        self.state().flush = flush;
    }

    /// The disk takes no more than this; `None`: anything.
    pub fn set_room(&self, room: Option<u64>) {
        self.state().room = room;
    }

    /// Bytes in all files.
    pub fn used(&self) -> u64 {
        self.state().used()
    }

    /// Changes so far.
    pub fn changes(&self) -> u64 {
        self.state().changes
    }

    /// The power fails after so many more changes: every later one fails, and so does every read, until [`Self::power_cut`].
    pub fn cut_after(&self, changes: u64) {
        let mut state = self.state();
        state.cut_at = Some(state.changes + changes);
    }

    /// The power fails, if it has not yet, and comes back. Open files are dead; what was not flushed survives or not.
    pub fn power_cut(&self) {
        let mut state = self.state();
        state.life += 1;
        state.cut_at = None;
        state.shared.clear();
        // A name whose removal was not flushed may be there again, as its last flush left it.
        for (name, old) in std::mem::take(&mut state.removed) {
            if state.chance(2) && !state.files.contains_key(&name) {
                state.files.insert(name, old);
            }
        }
        let names: Vec<String> = state.files.keys().cloned().collect();
        for name in names {
            let Some(file) = state.files.remove(&name) else {
                continue;
            };
            if !file.is_named() && state.chance(2) {
                state.unlink_shadow(&name);
                continue;
            }
            let (mut bytes, pending) = file.take_apart();
            for change in pending {
                state.survive(&mut bytes, change);
            }
            state.put(&name, bytes);
        }
    }

    /// A copy of everything as it is now, flushed or not: what a person gets who copies the folder.
    pub fn copy(&self) -> BTreeMap<String, Vec<u8>> {
        self.state()
            .files
            .iter()
            .map(|(name, file)| (name.clone(), file.bytes().to_vec()))
            .collect()
    }

    /// Puts the disk back to a copy. Databases on it must be closed, or they see a disk that went back under them.
    pub fn put_back(&self, copy: &BTreeMap<String, Vec<u8>>) {
        let mut state = self.state();
        state.life += 1;
        state.cut_at = None;
        state.shared.clear();
        state.removed.clear();
        let gone: Vec<String> = state
            .files
            .keys()
            .filter(|name| !copy.contains_key(*name))
            .cloned()
            .collect();
        for name in gone {
            state.files.remove(&name);
            state.unlink_shadow(&name);
        }
        for (name, bytes) in copy {
            state.put(name, bytes.clone());
        }
    }

    /// Puts one file's bytes there, flushed, while others may be open.
    pub fn write_file(&self, name: &str, bytes: Vec<u8>) {
        self.state().put(name, bytes);
    }

    /// One file's bytes.
    pub fn read_file(&self, name: &str) -> Option<Vec<u8>> {
        self.state().files.get(name).map(|file| file.bytes().to_vec())
    }
}

impl State {
    fn used(&self) -> u64 {
        self.files.values().map(|file| file.bytes().len() as u64).sum()
    }

    fn put(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(name.to_owned(), File::flushed(bytes));
        self.link_shadow(name);
    }

    /// xorshift64*: the disk needs no good random numbers, only the same ones.
    fn next(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    /// True once in `n`.
    fn chance(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    /// Applies what survives of one unflushed change.
    fn survive(&mut self, bytes: &mut Vec<u8>, change: Change) {
        let (at, new) = match change {
            Change::Cut(len) => {
                if self.chance(2) {
                    bytes.resize(len, 0);
                }
                return;
            }
            Change::Write(at, new) => (at, new),
        };
        // All of it, nothing of it, or some pieces.
        let mood = self.next() % 4;
        let mut done = 0;
        while done < new.len() {
            let end = (done + PIECE - (at + done) % PIECE).min(new.len());
            let kept = match mood {
                0 => end - done,
                1 => 0,
                _ if self.chance(16) => 1 + usize::try_from(self.next()).unwrap_or(0) % (end - done),
                _ if self.chance(2) => end - done,
                _ => 0,
            };
            if kept > 0 {
                let to = at + done;
                if bytes.len() < to + kept {
                    bytes.resize(to + kept, 0);
                }
                bytes[to..to + kept].copy_from_slice(&new[done..done + kept]);
            }
            done = end;
        }
    }

    /// Counts a change; an error once the power is gone.
    fn change(&mut self, life: u64) -> Result<(), Code> {
        self.alive(life)?;
        self.changes += 1;
        Ok(())
    }

    fn alive(&self, life: u64) -> Result<(), Code> {
        if life != self.life || self.cut_at.is_some_and(|at| self.changes >= at) {
            return Err(ffi::SQLITE_IOERR);
        }
        Ok(())
    }

    fn link_shadow(&self, name: &str) {
        if let Some(file) = self.shadow_of(name) {
            let _ = std::fs::File::create(file);
        }
    }

    fn unlink_shadow(&self, name: &str) {
        if let Some(file) = self.shadow_of(name) {
            let _ = std::fs::remove_file(file);
        }
    }

    /// Of databases only: nobody but SQLite, which comes here, asks for a journal, and there is a new one every commit.
    fn shadow_of(&self, name: &str) -> Option<PathBuf> {
        let is_journal = name.ends_with("-journal") || name.ends_with("-wal");
        self.shadow.as_ref().filter(|_| !is_journal).map(|dir| dir.join(name))
    }
}
