//! The disk under the folders, and looks into them.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often 4 KiB can be written over and synced, one after the other, in half a second.
pub fn syncs_per_second(dir: &Path) -> f64 {
    let path = dir.join("sync");
    let mut file = File::create(&path).unwrap();
    let page = [1u8; 4096];
    let (start, mut done) = (Instant::now(), 0u32);
    while start.elapsed() < Duration::from_millis(500) {
        file.seek(SeekFrom::Start(u64::from(done % 256) * 4096)).unwrap();
        file.write_all(&page).unwrap();
        file.sync_data().unwrap();
        done += 1;
    }
    let rate = f64::from(done) / start.elapsed().as_secs_f64();
    fs::remove_file(path).unwrap();
    rate
}

/// Copies a folder of files, and waits until the copy is on the disk: its write-back must not fall into a run.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        fs::copy(entry.path(), &to).unwrap();
        File::open(to).unwrap().sync_all().unwrap();
    }
}

/// Ballots in a folder, counted with plain SQL.
pub fn ballots(dir: &Path) -> usize {
    let conn = rusqlite::Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let sql = "select count(*) from record where kind = 1 and state = 1";
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}
