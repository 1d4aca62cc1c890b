//! The disk as SQLite sees it: its files, opened.

use super::{File, Flush, MemoryDisk};
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
        if file.is_named() {
            state.removed.insert(name.to_owned(), file);
        }
        if sync && state.flush == Flush::Honest {
            state.removed.clear();
        }
        Ok(())
    }

    fn exists(&self, name: &str) -> bool {
        self.state()
            .files
            .get(name)
            .is_some_and(|file| !file.bytes().is_empty())
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
            let from = file.bytes().get(at..).unwrap_or_default();
            let n = from.len().min(buf.len());
            buf[..n].copy_from_slice(&from[..n]);
            n
        })
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        let at = usize::try_from(at).map_err(|_| ffi::SQLITE_IOERR_WRITE)?;
        {
            let state = self.disk.state();
            if let Some(room) = state.room {
                let len = state
                    .files
                    .get(&self.name)
                    .map_or(usize::MAX, |file| file.bytes().len());
                let grows = (at + bytes.len()).saturating_sub(len);
                if grows > 0 && state.used() + grows as u64 > room {
                    return Err(ffi::SQLITE_FULL);
                }
            }
        }
        self.with(true, |file| file.write(at, bytes))
    }

    fn truncate(&mut self, len: u64) -> Result<(), Code> {
        let len = usize::try_from(len).map_err(|_| ffi::SQLITE_IOERR_TRUNCATE)?;
        self.with(true, |file| file.cut(len))
    }

    fn sync(&mut self) -> Result<(), Code> {
        let honest = self.disk.state().flush == Flush::Honest;
        let was_new = self.with(true, |file| honest && file.flush())?;
        if was_new {
            // Flushing a new file flushes its folder.
            self.disk.state().removed.clear();
        }
        Ok(())
    }

    fn size(&mut self) -> Result<u64, Code> {
        self.with(false, |file| file.bytes().len() as u64)
    }
}
