//! What tests need from below Rust's safety: a disk under SQLite, and a count of memory ([`heap`]).
//!
//! The disk keeps what was not flushed apart, and on a power cut lets any part of it survive, in any order, torn in the
//! middle. It can lie about flushes, be full, and kill the process at a chosen operation.
//!
//! [`mount`] puts one under a folder: every database that this process then opens in it, by its usual path, is on that
//! disk; all other paths stay with the operating system. The code under test knows nothing of it.
//!
//! - [`MemoryDisk`] lives in memory and can lose power.
//! - [`FolderDisk`] is the real folder; it ends the process before or after its n-th operation, or flushes slowly.
//!
//! What it believes of a disk: a write that was flushed is there; one that was not is there or not, piece by piece of
//! 512 bytes, and now and then only a part of a piece; bytes that nobody wrote do not change (SQLite's "power-safe
//! overwrite", which it assumes of every disk by default); a file's name is on the disk once the file was flushed, and a
//! name's removal once its folder was. `unsafe` is in `shim.rs`, which hands SQLite's C calls to safe code, and in
//! `heap.rs`, which counts what it passes on.

mod folder;
pub mod heap;
mod locks;
mod memory;
mod shim;

pub use folder::{FolderDisk, MINE_HIT, When};
pub use memory::{Flush, MemoryDisk};

use locks::Shared;
use std::{path::Path, sync::Arc};

/// SQLite's error codes as they go back over the C interface.
type Code = i32;

/// A folder's files.
trait Volume: Send + Sync {
    /// Opens a file, or makes it.
    fn open(&self, name: &str, create: bool) -> Result<Box<dyn Handle>, Code>;
    /// Removes a file; with `sync`, its removal is on the disk when this returns.
    fn delete(&self, name: &str, sync: bool) -> Result<(), Code>;
    /// Whether there is such a file.
    fn exists(&self, name: &str) -> bool;
    /// What all openings of a file share while the power is on.
    fn shared(&self, name: &str) -> Arc<Shared>;
}

/// An open file.
trait Handle: Send {
    /// Reads as much as there is.
    fn read(&mut self, at: u64, buf: &mut [u8]) -> Result<usize, Code>;
    /// Writes all.
    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code>;
    /// Cuts the file.
    fn truncate(&mut self, len: u64) -> Result<(), Code>;
    /// Flushes the file, and its name if it is new.
    fn sync(&mut self) -> Result<(), Code>;
    /// Its length.
    fn size(&mut self) -> Result<u64, Code>;
}

/// Puts a disk under a folder for this process. The folder must exist; nothing but empty files will be made in it.
pub fn mount(dir: &Path, disk: &MemoryDisk) {
    disk.shadow(dir);
    shim::mount(dir, Arc::new(disk.clone()));
}

/// Puts the folder's own files, with a quirk, under it.
pub fn mount_folder(dir: &Path, disk: FolderDisk) {
    shim::mount(dir, Arc::new(disk));
}

/// Takes the disk away. Databases on it must be closed.
pub fn unmount(dir: &Path) {
    shim::unmount(dir);
}
