//! The nightly backup: one file a day, the oldest ones go.

use super::config::Backups;
use crate::{
    domain::time::LocalDay,
    store::{Result, Store, StoreError},
};
use std::{fs, path::PathBuf};

const PREFIX: &str = "hailong-";
const SUFFIX: &str = ".sqlite";

/// Makes the day's backup if it is not there yet, and removes the oldest above the number to keep. Answers the file that
/// was made. Blocks.
pub(super) fn due(store: &Store, backups: &Backups, now: i64) -> Result<Option<PathBuf>> {
    let out = backups
        .folder
        .join(format!("{PREFIX}{}{SUFFIX}", LocalDay::of(now).date()));
    if out.exists() {
        return Ok(None);
    }
    let folder = |source| StoreError::Folder {
        path: backups.folder.display().to_string(),
        source,
    };
    fs::create_dir_all(&backups.folder).map_err(folder)?;
    store.backup(&out, now)?;
    let mut kept: Vec<PathBuf> = fs::read_dir(&backups.folder)
        .map_err(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // One of a later day was made by a wrong clock: it must not push out today's for as long as that.
            name.starts_with(PREFIX) && name.ends_with(SUFFIX) && *path <= out
        })
        .collect();
    // Their names sort by day.
    kept.sort();
    let surplus = kept.len().saturating_sub(backups.keep.max(1));
    for old in kept.into_iter().take(surplus) {
        fs::remove_file(old).map_err(folder)?;
    }
    Ok(Some(out))
}
