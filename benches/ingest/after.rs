//! What a load comes to: bytes on the wire and on the disk, and how fast the folder verifies and comes back from a backup.

use crate::common::{row, rule};
use crate::load::{BALLOTS, Load};
use hailong::store::{FILE, Store, backup, verify::verify};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// Bytes of a ballot's salt, which nothing packs.
const SALT: f64 = 16.0;

/// Prints the bytes of a ballot.
pub fn bytes(before: &Path, after: &Path, load: &Load) {
    let ballots = (load.bundles() * BALLOTS) as f64;
    let wire: usize = load.tablets.iter().flatten().map(|sent| sent.body.len()).sum();
    let wire = wire as f64 / ballots;
    println!(
        "\nOn the wire {wire:.1} bytes a ballot in bundles of {BALLOTS} (header and signature included), {:.1} besides \
         the salt (aim 8)",
        wire - SALT
    );
    let (old, new) = (pages(before), pages(after));
    let grown = |name: &str| (new[name] - old.get(name).copied().unwrap_or(0)) as f64 / ballots;
    let mut parts: Vec<(&str, f64)> = new.keys().map(|name| (name.as_str(), grown(name))).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let sum: f64 = parts.iter().map(|part| part.1).sum();
    println!("On the disk {sum:.0} bytes a ballot (aim 450), by table and index:\n");
    let widths = [32, 18];
    row(&widths, &["", "bytes a ballot"]);
    rule(&widths);
    for (name, bytes) in parts.iter().filter(|part| part.1 >= 0.5) {
        row(&widths, &[name, &format!("{bytes:.1}")]);
    }
}

/// Bytes of each table and index.
fn pages(dir: &Path) -> BTreeMap<String, i64> {
    let conn = Connection::open(dir.join(FILE)).unwrap();
    let mut statement = conn.prepare("select name, sum(pgsize) from dbstat group by 1").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// Prints how long `verify`, a backup and its restore take.
pub fn again(dir: &Path, ballots: usize, now: i64) {
    let bytes = |path: &Path| std::fs::metadata(path).unwrap().len() as f64 / 1e6;
    let timed = |what: &str, work: &mut dyn FnMut() -> f64| {
        let start = Instant::now();
        let mb = work();
        let secs = start.elapsed().as_secs_f64();
        println!(
            "{what}: {secs:.2} s, {:.0} ballots/s, {:.0} MB/s",
            ballots as f64 / secs,
            mb / secs
        );
    };
    println!();
    let store = Store::open(dir).unwrap();
    let (file, back) = (dir.with_extension("backup"), dir.with_extension("back"));
    timed("backup ", &mut || {
        store.backup(&file, now).unwrap();
        bytes(&file)
    });
    timed("restore", &mut || {
        backup::restore(&back, &file, now).unwrap();
        bytes(&back.join(FILE))
    });
    drop(store);
    timed("verify ", &mut || {
        let report = verify(dir).unwrap();
        assert!(report.broken.is_empty(), "{:?}", report.broken);
        bytes(&dir.join(FILE))
    });
    std::fs::remove_file(file).unwrap();
    std::fs::remove_dir_all(back).unwrap();
}
