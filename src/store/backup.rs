//! Backups: one file with everything, made while the district works; and a district made from one.
//!
//! A backup is a database like the district's own, private key included: whoever has the file can be the district.
//! A restored district gets a new generation, so that every tablet sends again what it still keeps, and says in its log
//! what it was made from.

use super::{FILE, MIGRATIONS, Result, Store, StoreError, folder, log, log::Kind, meta};
use crate::{
    domain::hex::{DistrictId, Generation, Hex},
    platform,
    sqlite::{Db, Journal, SqliteError},
};
use rusqlite::OptionalExtension;
use serde_json::json;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Fact of the folder: the hour of the newest backup, 8 bytes big-endian.
const MADE: &str = "backup.hour";

/// What a restored district was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Entries in the backup's log.
    pub entries: i64,
    /// Hour of the newest of them: what came later is lost here, and comes again from the tablets that still keep it.
    pub newest: i64,
    /// The new generation.
    pub generation: Generation,
    /// Who it is.
    pub district: DistrictId,
    /// Its topmost units, by name.
    pub units: Vec<String>,
    /// Citizens write comments there; what opens them is in no backup.
    pub comments: bool,
}

impl Store {
    /// Writes a backup to a file that does not exist yet; it is complete and on the disk when this returns. The
    /// district goes on working meanwhile.
    pub fn backup(&self, out: &Path, now: i64) -> Result<()> {
        if out.exists() {
            return Err(StoreError::Invalid(format!("{} exists already", out.display())));
        }
        let part = beside(out);
        let made = self.copy_to(&part).and_then(|()| {
            fs::rename(&part, out).map_err(folder_error(out))?;
            sync_folder(out)
        });
        if made.is_err() {
            // Nothing half-done is left to be taken for a backup.
            let _ = fs::remove_file(&part);
        }
        made?;
        let hour = log::hour(now).to_be_bytes();
        self.write(move |tx| tx.put_meta(MADE, &hour))
    }

    fn copy_to(&self, part: &Path) -> Result<()> {
        let _ = fs::remove_file(part);
        // Made by us first: SQLite would give it the permissions of any file.
        let file = File::create(part).map_err(folder_error(part))?;
        folder::restrict_file(part).map_err(folder_error(part))?;
        let copied = self.read_alone(|conn| {
            conn.execute("vacuum into ?1", [part.display().to_string()])?;
            Ok(())
        });
        copied.map_err(|error| match error {
            // Nearly always; SQLite itself says "disk I/O error", or names no file.
            StoreError::Sqlite(error) if !error.is_corrupt() => {
                folder_error(part)(std::io::Error::other(format!("{error}; is the disk full?")))
            }
            other => other,
        })?;
        file.sync_all().map_err(folder_error(part))
    }

    /// Unix time, to the hour, of the newest backup.
    pub fn last_backup(&self) -> Result<Option<i64>> {
        let made = self.read(|conn| meta::get(conn, MADE))?;
        Ok(made.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes))
    }
}

/// Makes a district in a folder that has none from a backup.
pub fn restore(dir: &Path, backup: &Path, now: i64) -> Result<Restored> {
    folder::refuse_used(dir)?;
    check(backup)?;
    fs::create_dir_all(dir).map_err(folder_error(dir))?;
    folder::restrict(dir).map_err(folder_error(dir))?;
    let part = beside(&dir.join(FILE));
    // Of a restore that was cut short: its log would be played over this one.
    forget(&part);
    let restored = fs::copy(backup, &part)
        .map_err(folder_error(&part))
        .and_then(|_| begin_again(&part, now));
    match restored {
        Ok(restored) => {
            fs::rename(&part, dir.join(FILE)).map_err(folder_error(dir))?;
            sync_folder(&dir.join(FILE))?;
            Ok(restored)
        }
        Err(error) => {
            forget(&part);
            Err(error)
        }
    }
}

/// Removes an unfinished database with all that stands beside it.
fn forget(part: &Path) {
    for file in folder::parts(part).iter().map(PathBuf::as_path).chain([part]) {
        let _ = fs::remove_file(file);
    }
}

/// Whether a file is a sound backup of a district.
fn check(backup: &Path) -> Result<()> {
    let not_one = |why: String| StoreError::Invalid(format!("{} is not a backup: {why}", backup.display()));
    if !backup.is_file() {
        return Err(not_one("no such file".into()));
    }
    let mut db = Db::open_read_only(backup).map_err(|error| not_one(error.to_string()))?;
    let conn = db.connection();
    let sound: std::result::Result<String, _> = conn.query_row("pragma quick_check(1)", [], |row| row.get(0));
    match sound {
        Ok(answer) if answer == "ok" => {}
        Ok(answer) => return Err(not_one(format!("it is damaged: {answer}"))),
        Err(error) => return Err(not_one(error.to_string())),
    }
    meta::load(conn)
        .map(drop)
        .map_err(|_| not_one("it holds no district".into()))
}

/// Gives the copy a new generation and says so in its log; nobody is signed in any more.
fn begin_again(part: &Path, now: i64) -> Result<Restored> {
    folder::restrict_file(part).map_err(folder_error(part))?;
    // A backup of an earlier version is brought up to date; one of a later version is refused here.
    let mut db = Db::open(part, Journal::Wal, MIGRATIONS)?;
    let identity = db.read(|conn| meta::load(conn))?;
    let generation: Generation = Hex(platform::random()?);
    let restored = db.write(|conn| {
        let head = log::head(conn)?;
        let newest: Option<i64> = conn
            .query_row("select hour from log where pos = ?1", [head.pos], |row| row.get(0))
            .optional()?;
        let tx = super::WriteTx {
            conn,
            identity: &identity,
            opened: head.pos,
            by: None,
        };
        let body = json!({"from": identity.generation, "to": generation, "entries": head.pos});
        tx.log(Kind::Restore, now, body)?;
        tx.put_meta("generation", &generation.0)?;
        conn.execute("delete from session", [])?;
        let mut units = conn.prepare("select name from node where parent_no is null order by name limit 5")?;
        let units = units.query_map([], |row| row.get(0))?;
        Ok::<_, StoreError>(Restored {
            entries: head.pos,
            newest: newest.unwrap_or(0),
            generation,
            district: identity.id,
            units: units.collect::<std::result::Result<_, _>>()?,
            comments: meta::get(conn, "comment_key")?.is_some(),
        })
    })?;
    // One file again, so that the rename moves all of it.
    db.connection()
        .pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))
        .map_err(SqliteError::from)?;
    drop(db);
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(folder_error(part))?;
    Ok(restored)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// A rename is on the disk once its folder is.
fn sync_folder(path: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)
            .and_then(|folder| folder.sync_all())
            .map_err(folder_error(parent))?;
    }
    Ok(())
}

fn folder_error(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::Folder { path, source }
}
