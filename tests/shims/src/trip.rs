//! The real folder, with a mine in it: the process dies at a chosen operation.

use crate::{Code, Handle, Volume, locks::Shared};
use rusqlite::ffi;
use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// On which side of the operation the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It does not happen.
    Before,
    /// It happens, and nobody hears of it.
    After,
}

/// The real files of a folder, until the n-th write, cut, flush or removal.
pub struct TripDisk {
    dir: PathBuf,
    mine: Arc<Mine>,
    shared: Mutex<BTreeMap<String, Arc<Shared>>>,
}

struct Mine {
    left: AtomicU64,
    when: When,
}

impl TripDisk {
    /// Kills the process at operation `n`, counted from 1.
    pub fn new(dir: &Path, n: u64, when: When) -> Self {
        let left = AtomicU64::new(n);
        Self {
            dir: dir.to_owned(),
            mine: Arc::new(Mine { left, when }),
            shared: Mutex::default(),
        }
    }
}

impl Mine {
    fn step<T>(&self, work: impl FnOnce() -> T) -> T {
        let hit = self.left.fetch_sub(1, Ordering::SeqCst) == 1;
        if hit && self.when == When::Before {
            die();
        }
        let done = work();
        if hit {
            die();
        }
        done
    }
}

/// At once, in all threads; nothing of ours runs any more. For the files it is what SIGKILL is.
fn die() -> ! {
    std::process::abort()
}

impl Volume for TripDisk {
    fn open(&self, name: &str, create: bool) -> Result<Box<dyn Handle>, Code> {
        let path = self.dir.join(name);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(create)
            .truncate(false)
            .open(path);
        let file = file.map_err(|_| ffi::SQLITE_CANTOPEN)?;
        Ok(Box::new(Open {
            file,
            mine: self.mine.clone(),
        }))
    }

    fn delete(&self, name: &str, _sync: bool) -> Result<(), Code> {
        // Kills leave the page cache alone: no flush of the folder is needed to see what they do.
        self.mine
            .step(|| std::fs::remove_file(self.dir.join(name)))
            .map_err(|_| ffi::SQLITE_IOERR_DELETE_NOENT)
    }

    fn exists(&self, name: &str) -> bool {
        self.dir.join(name).metadata().is_ok_and(|meta| meta.len() > 0)
    }

    fn shared(&self, name: &str) -> Arc<Shared> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.entry(name.to_owned()).or_default().clone()
    }
}

struct Open {
    file: File,
    mine: Arc<Mine>,
}

impl Handle for Open {
    fn read(&mut self, at: u64, buf: &mut [u8]) -> Result<usize, Code> {
        let mut done = 0;
        while done < buf.len() {
            match self.file.read_at(&mut buf[done..], at + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(_) => return Err(ffi::SQLITE_IOERR_READ),
            }
        }
        Ok(done)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        self.mine
            .step(|| self.file.write_all_at(bytes, at))
            .map_err(|_| ffi::SQLITE_IOERR_WRITE)
    }

    fn truncate(&mut self, len: u64) -> Result<(), Code> {
        self.mine
            .step(|| self.file.set_len(len))
            .map_err(|_| ffi::SQLITE_IOERR_TRUNCATE)
    }

    fn sync(&mut self) -> Result<(), Code> {
        self.mine
            .step(|| self.file.sync_data())
            .map_err(|_| ffi::SQLITE_IOERR_FSYNC)
    }

    fn size(&mut self) -> Result<u64, Code> {
        self.file
            .metadata()
            .map(|meta| meta.len())
            .map_err(|_| ffi::SQLITE_IOERR_FSTAT)
    }
}
