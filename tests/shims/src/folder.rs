//! The real folder, with a quirk: the process dies at a chosen operation, or a flush takes its time.

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
    time::Duration,
};

/// On which side of the operation the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It does not happen.
    Before,
    /// It happens, and nobody hears of it.
    After,
}

/// The real files of a folder.
pub struct FolderDisk {
    dir: PathBuf,
    quirk: Arc<Quirk>,
    shared: Mutex<BTreeMap<String, Arc<Shared>>>,
}

enum Quirk {
    /// The operations left until the process dies.
    Mine { left: AtomicU64, when: When },
    /// What a flush takes on top of the real one.
    SlowFlush(Duration),
}

impl FolderDisk {
    /// Kills the process at write, cut, flush or removal `n`, counted from 1.
    pub fn with_mine(dir: &Path, n: u64, when: When) -> Self {
        let left = AtomicU64::new(n);
        Self::with(dir, Quirk::Mine { left, when })
    }

    /// Makes each flush take `longer`, as on a disk that is slower than this one.
    pub fn with_slow_flush(dir: &Path, longer: Duration) -> Self {
        Self::with(dir, Quirk::SlowFlush(longer))
    }

    fn with(dir: &Path, quirk: Quirk) -> Self {
        Self {
            dir: dir.to_owned(),
            quirk: Arc::new(quirk),
            shared: Mutex::default(),
        }
    }
}

impl Quirk {
    fn step<T>(&self, work: impl FnOnce() -> T) -> T {
        let Self::Mine { left, when } = self else {
            return work();
        };
        let hit = left.fetch_sub(1, Ordering::SeqCst) == 1;
        if hit && *when == When::Before {
            die();
        }
        let done = work();
        if hit {
            die();
        }
        done
    }
}

/// What a process says on its standard error when its mine goes off: a panic inside SQLite's calls aborts, too.
pub const MINE_HIT: &str = "the mine went off";

/// At once, in all threads; nothing of ours runs any more. For the files it is what SIGKILL is.
fn die() -> ! {
    eprintln!("{MINE_HIT}");
    std::process::abort()
}

impl Volume for FolderDisk {
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
            quirk: self.quirk.clone(),
        }))
    }

    fn delete(&self, name: &str, _sync: bool) -> Result<(), Code> {
        // Kills leave the page cache alone: no flush of the folder is needed to see what they do.
        self.quirk
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
    quirk: Arc<Quirk>,
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
        self.quirk
            .step(|| self.file.write_all_at(bytes, at))
            .map_err(|_| ffi::SQLITE_IOERR_WRITE)
    }

    fn truncate(&mut self, len: u64) -> Result<(), Code> {
        self.quirk
            .step(|| self.file.set_len(len))
            .map_err(|_| ffi::SQLITE_IOERR_TRUNCATE)
    }

    fn sync(&mut self) -> Result<(), Code> {
        if let Quirk::SlowFlush(longer) = *self.quirk {
            std::thread::sleep(longer);
        }
        self.quirk
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
