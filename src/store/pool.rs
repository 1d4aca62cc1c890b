//! Readers beside the writer: connections that are opened when needed and kept.

use super::Result;
use crate::sqlite::Db;
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// Idle connections that are kept, each with what it remembers. More may be open at once, while they are in use.
const KEPT: usize = 4;

/// Connections for reading.
#[derive(Debug)]
pub(super) struct Readers {
    file: PathBuf,
    idle: Mutex<Vec<Db>>,
}

impl Readers {
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file,
            idle: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut db = match kept {
            Some(db) => db,
            None => Db::open_read_only(&self.file)?,
        };
        let result = db.read(|tx| work(tx));
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(db);
        }
        result
    }

    /// Outside any transaction, on a connection of its own: for what SQLite refuses inside one.
    pub(super) fn alone<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(Db::open_read_only(&self.file)?.connection())
    }
}
