//! The disk as SQLite sees it: its files, opened.

use super::{Change, File, Flush, MemoryDisk};
use crate::{Code, Handle, Volume, locks::Shared};
use rusqlite::ffi;
use std::sync::Arc;

impl Volume for MemoryDisk {
    fn open(&self, name: &str, create: bool) -> Result<Box<dyn Handle>, Code> {
        let mut state = self.state();
        let life = state.life;
        state.alive(life)?;
        if !state.files.contains_key(name) {
            if !create {
                return Err(ffi::SQLITE_CANTOPEN);
            }
            // The name of one that was removed and not flushed: its old bytes can't come back under the new file.
            state.removed.remove(name);
            state.files.insert(name.to_owned(), File::default());
            state.link_shadow(name);
        }
        Ok(Box::new(Open {
            disk: self.clone(),
            name: name.to_owned(),
            life,
        }))
    }

    fn delete(&self, name: &str, sync: bool) -> Result<(), Code> {
        let mut state = self.state();
        let life = state.life;
        state.change(life)?;
        let file = state.files.remove(name).ok_or(ffi::SQLITE_IOERR_DELETE_NOENT)?;
        state.unlink_shadow(name);
        if file.kept.is_some() {
            state.removed.insert(name.to_owned(), file);
        }
        if sync && state.flush == Flush::Honest {
            state.removed.clear();
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> bool {
        self.state().files.get(name).is_some_and(|file| !file.now.is_empty())
    }

    fn shared(&self, name: &str) -> Arc<Shared> {
        self.state().shared.entry(name.to_owned()).or_default().clone()
    }
}

struct Open {
    disk: MemoryDisk,
    name: String,
    life: u64,
}

impl Open {
    fn with<T>(&self, changes: bool, work: impl FnOnce(&mut File) -> T) -> Result<T, Code> {
        let mut state = self.disk.state();
        if changes {
            state.change(self.life)?;
        } else {
            state.alive(self.life)?;
        }
        let file = state.files.get_mut(&self.name).ok_or(ffi::SQLITE_IOERR)?;
        Ok(work(file))
    }
}

impl Handle for Open {
    fn read(&mut self, at: u64, buf: &mut [u8]) -> Result<usize, Code> {
        let at = usize::try_from(at).map_err(|_| ffi::SQLITE_IOERR_READ)?;
        self.with(false, |file| {
            let from = file.now.get(at..).unwrap_or_default();
            let n = from.len().min(buf.len());
            buf[..n].copy_from_slice(&from[..n]);
            n
        })
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        let at = usize::try_from(at).map_err(|_| ffi::SQLITE_IOERR_WRITE)?;
        {
            let state = self.disk.state();
            let grows = state
                .files
                .get(&self.name)
                .map_or(0, |file| (at + bytes.len()).saturating_sub(file.now.len()));
            if grows > 0 && state.room.is_some_and(|room| state.used() + grows as u64 > room) {
                return Err(ffi::SQLITE_FULL);
            }
        }
        self.with(true, |file| {
            let change = Change::Write(at, bytes.to_vec());
            change.apply(&mut file.now);
            file.pending.push(change);
        })
    }

    fn truncate(&mut self, len: u64) -> Result<(), Code> {
        let len = usize::try_from(len).map_err(|_| ffi::SQLITE_IOERR_TRUNCATE)?;
        self.with(true, |file| {
            let change = Change::Cut(len);
            change.apply(&mut file.now);
            file.pending.push(change);
        })
    }

    fn sync(&mut self) -> Result<(), Code> {
        let honest = self.disk.state().flush == Flush::Honest;
        let was_new = self.with(true, |file| {
            if honest {
                let new = file.kept.is_none();
                let kept = file.kept.get_or_insert_default();
                for change in file.pending.drain(..) {
                    change.apply(kept);
                }
                new
            } else {
                false
            }
        })?;
        if was_new {
            // Flushing a new file flushes its folder.
            self.disk.state().removed.clear();
        }
        Ok(())
    }

    fn size(&mut self) -> Result<u64, Code> {
        self.with(false, |file| file.now.len() as u64)
    }
}
