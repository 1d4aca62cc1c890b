//! The bodies as they would lie if nothing packed them: what others than ours are given to read.

use hailong::store::{FILE, body::unpack};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// A file with the table `body` of the folder, its bytes plain; made once.
pub fn copy(dir: &Path) -> PathBuf {
    let path = dir.join("plain.sqlite");
    if path.exists() {
        return path;
    }
    let half = dir.join("plain.half");
    let _ = std::fs::remove_file(&half);
    let from = Connection::open(dir.join(FILE)).unwrap();
    let mut to = Connection::open(&half).unwrap();
    to.execute_batch(
        "pragma journal_mode = off; pragma synchronous = off;
         create table body (epoch_no integer not null, seq integer not null, bytes blob not null,
           primary key (epoch_no, seq)) strict, without rowid",
    )
    .unwrap();
    let tx = to.transaction().unwrap();
    {
        let mut insert = tx.prepare("insert into body values (?1, ?2, ?3)").unwrap();
        let mut rows = from
            .prepare("select epoch_no, seq, bytes from body order by 1, 2")
            .unwrap();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let key: (i64, i64) = (row.get(0).unwrap(), row.get(1).unwrap());
            let stored: Vec<u8> = row.get(2).unwrap();
            insert.execute((key.0, key.1, unpack(&stored).unwrap())).unwrap();
        }
    }
    tx.commit().unwrap();
    drop(to);
    std::fs::rename(half, &path).unwrap();
    path
}

/// Attaches the copy as `plain`.
pub fn attach(conn: &Connection, dir: &Path) {
    let path = copy(dir);
    conn.execute("attach ?1 as plain", [path.to_str().unwrap()]).unwrap();
}
