//! The nightly backup: one file a day, the oldest ones go.

use super::config::Backups;
use crate::{
    domain::time::LocalDay,
    store::{Result, Store, StoreError},
};
use chrono::NaiveDate;
use std::{
    fs,
    path::{Path, PathBuf},
};

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
    let mut earlier: Vec<(NaiveDate, PathBuf)> = fs::read_dir(&backups.folder)
        .map_err(folder)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some((day_of(&path)?, path))
        })
        // One of a later day was made by a wrong clock: it must not push out today's for as long as that.
        .filter(|(_, path)| *path < out)
        .collect();
    earlier.sort();
    let surplus = (earlier.len() + 1).saturating_sub(backups.keep.max(1));
    for (_, old) in earlier.into_iter().take(surplus) {
        fs::remove_file(old).map_err(folder)?;
    }
    Ok(Some(out))
}

/// The day of a backup that a night made. A file of any other name is somebody's own: it is not counted and stays.
fn day_of(path: &Path) -> Option<NaiveDate> {
    let day = path.file_name()?.to_str()?.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    day.parse().ok().filter(|date: &NaiveDate| date.to_string() == day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::CreateOptions;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn only_what_a_night_made_is_removed_and_never_what_this_one_made() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("data"), CreateOptions { demo: false, now: 0 }).unwrap();
        let backups = Backups {
            folder: dir.path().join("shelf"),
            keep: 2,
        };
        fs::create_dir(&backups.folder).unwrap();
        let own = [
            "hailong-2024-1-2.sqlite",
            "hailong-sau-nang-cap.sqlite",
            "hailong-truoc-nang-cap.sqlite",
        ];
        let nights = ["hailong-2024-12-30.sqlite", "hailong-2024-12-31.sqlite"];
        for name in own.iter().chain(&nights) {
            fs::write(backups.folder.join(name), "old").unwrap();
        }
        let first = LocalDay::from_date("2025-01-01".parse().unwrap());
        let made = due(&store, &backups, first.start()).unwrap().unwrap();
        assert!(made.ends_with("hailong-2025-01-01.sqlite"));
        let kept = [
            "hailong-2024-1-2.sqlite",
            nights[1],
            "hailong-2025-01-01.sqlite",
            own[1],
            own[2],
        ];
        assert_eq!(names(&backups.folder), kept);
        // The clock goes back: what it makes now is the oldest by name.
        let earlier = LocalDay(first.0 - 30);
        let made = due(&store, &backups, earlier.start()).unwrap().unwrap();
        assert!(made.exists(), "{:?}", names(&backups.folder));
        assert_eq!(
            names(&backups.folder).len(),
            own.len() + backups.keep + 1,
            "those of later days stay"
        );
    }
}
