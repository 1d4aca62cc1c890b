//! The data folder: closed to others, and served by one program at a time.

use super::{Result, StoreError};
use std::{
    fs::{File, TryLockError},
    path::Path,
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
