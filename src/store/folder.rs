//! The data folder: closed to others, and served by one program at a time.

use super::{FILE, Result, StoreError};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

/// Name of the file that a serving program holds locked.
const LOCK: &str = "serve.lock";

/// Holds a folder for one serving program; the system lets go of it when the program ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Takes the folder for a program that serves it. A second one is refused: each would release and make checkpoints.
pub fn lock(dir: &Path) -> Result<FolderLock> {
    let folder = |source| StoreError::Folder {
        path: dir.display().to_string(),
        source,
    };
    let file = File::create(dir.join(LOCK)).map_err(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(dir.display().to_string())),
        Err(TryLockError::Error(error)) => Err(folder(error)),
    }
}

/// The database of a folder that has one.
pub(super) fn database(dir: &Path) -> Result<PathBuf> {
    let file = dir.join(FILE);
    if file.exists() {
        return Ok(file);
    }
    Err(StoreError::Missing(dir.display().to_string()))
}

/// Refuses a folder that has a database, or what is left of one: SQLite would play a log that was left behind over the new
/// file, which would be the old one again.
pub(super) fn refuse_used(dir: &Path) -> Result<()> {
    let file = dir.join(FILE);
    if file.exists() {
        return Err(StoreError::Exists(dir.display().to_string()));
    }
    match parts(&file).iter().find(|part| part.exists()) {
        Some(part) => Err(StoreError::LeftOver(part.display().to_string())),
        None => Ok(()),
    }
}

/// What SQLite keeps beside a database while it is in use.
pub(super) fn parts(database: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|part| {
        let mut name = database.as_os_str().to_owned();
        name.push(part);
        name.into()
    })
}

/// Keeps a folder to its owner where the system knows such a thing: it holds the district's private key.
pub(super) fn restrict(dir: &Path) -> std::io::Result<()> {
    mode(dir, 0o700)
}

/// Keeps a file to its owner.
pub(super) fn restrict_file(file: &Path) -> std::io::Result<()> {
    mode(file, 0o600)
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}
