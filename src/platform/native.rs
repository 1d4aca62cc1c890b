//! The platform under Linux, macOS, Windows, Android and iOS.

use super::StorageError;
use std::{
    fs::{File, TryLockError},
    future::Future,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Time since the program started; unlike the wall clock it never jumps.
pub fn monotonic() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Waits.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// The folder that holds a tablet's files, locked against a second program.
#[derive(Debug)]
pub struct Storage {
    dir: PathBuf,
    lock: File,
}

impl Storage {
    /// Locks the folder; makes it if needed.
    pub async fn acquire(dir: &Path) -> Result<Self, StorageError> {
        let denied = |error: std::io::Error| StorageError::Denied(error.to_string());
        std::fs::create_dir_all(dir).map_err(denied)?;
        let lock = File::create(dir.join("lock")).map_err(denied)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                dir: dir.to_owned(),
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(StorageError::InUse),
            Err(TryLockError::Error(error)) => Err(denied(error)),
        }
    }

    /// Where the files are.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the system promised to keep the files. It is a disk: nothing to ask.
    pub async fn persisted(&self) -> Option<bool> {
        None
    }

    /// Deletes the tablet's files, which must be closed.
    pub fn wipe(&self) -> Result<(), StorageError> {
        let denied = |error: std::io::Error| StorageError::Denied(error.to_string());
        for entry in std::fs::read_dir(&self.dir).map_err(denied)? {
            let path = entry.map_err(denied)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            // Their journals too.
            let ours = name.is_some_and(|name| {
                ["outbox-", "identity.", "identity-"]
                    .iter()
                    .any(|begin| name.starts_with(begin))
            });
            if ours {
                std::fs::remove_file(path).map_err(denied)?;
            }
        }
        Ok(())
    }

    /// Lets go of the folder. The files must be closed.
    pub async fn release(self) {
        let _ = self.lock.unlock();
    }
}

/// Runs a future to its end on a thread of its own.
pub fn spawn_thread<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) {
    std::thread::spawn(move || {
        // Without a runtime nothing could be sent, but the screens hear that their channel closed.
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
            runtime.block_on(work());
        }
    });
}

/// The folder for the tablet's files on a desktop or mobile system: `HAILONG_DATA`, else `.hailong` at home.
pub fn data_dir() -> PathBuf {
    std::env::var_os("HAILONG_DATA").map_or_else(
        || std::env::home_dir().unwrap_or_default().join(".hailong"),
        PathBuf::from,
    )
}

/// The district's address on a desktop or mobile system: `HAILONG_DISTRICT`.
pub fn district_url() -> String {
    std::env::var("HAILONG_DISTRICT").unwrap_or_else(|_| "http://127.0.0.1:8700".into())
}
