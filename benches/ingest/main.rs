//! Durable signed ingest: over HTTP, beside the same work in this process and beside one commit for each bundle.
//!
//! `cargo xtask bench ingest [--rounds N] [--tablets N] [--bundles N] [--disks N] [--held N]`. Every round runs all ways, one after the
//! other in a changing order, each on a fresh copy of one folder with the same bundles; ratios are taken inside a
//! round. What a shared commit saves is the disk's flush, so all of it runs on slower disks, too (`--disks 0`: on
//! none). Then the same rows by `sqlite3`, the bytes of a ballot, and with `--held N` a district that holds N ballots beside
//! one that holds 100,000. Nothing here fails because it was slow.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench may stop where it stands"
)]

mod after;
mod beside;
#[path = "../common/mod.rs"]
mod common;
mod disk;
mod held;
mod load;
#[path = "../admin/make.rs"]
mod make;
mod peer;
mod ways;

use common::{Spread, option, row, rule};
use hailong::store::verify::verify;
use load::Load;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use test_shims::{FolderDisk, mount_folder, unmount};
use ways::Way;

/// Flushes as this disk has them, as on a solid-state disk without a capacitor, and as on a hard disk (a turn at
/// 7,200 a minute), in ms on top of this disk's own.
const FLUSHES: [u64; 3] = [0, 2, 8];

fn main() {
    let (rounds, tablets, bundles) = (option("--rounds", 5), option("--tablets", 128), option("--bundles", 12));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let template = folder.path().join("template");
    let load = Arc::new(load::prepare(&template, tablets, bundles));
    println!("\nDurable signed ingest");
    println!(
        "{tablets} tablets at once, {bundles} bundles each, {} ballots a bundle: {} bundles, {} ballots a run; \
         {rounds} rounds",
        load::BALLOTS,
        load.bundles(),
        load.bundles() * load::BALLOTS,
    );
    for flush in FLUSHES.into_iter().take(option("--disks", FLUSHES.len())) {
        on_a_disk(Duration::from_millis(flush), rounds, folder.path(), &load);
    }
    let syncs = Spread::of((0..3).map(|_| disk::syncs_per_second(folder.path())));
    beside::bench(folder.path(), rounds, &load);
    held::bench(folder.path(), rounds);
    println!(
        "this disk: {:.0} times 4 KiB + fdatasync a second ({:.0} to {:.0})",
        syncs.median, syncs.min, syncs.max
    );
}

/// All rounds, each flush taking `flush` longer than this disk's own.
fn on_a_disk(flush: Duration, rounds: usize, folder: &Path, load: &Arc<Load>) {
    let ballots = load.bundles() * load::BALLOTS;
    let (mut seconds, mut syncs) = (vec![Vec::new(); Way::ALL.len()], Vec::new());
    for round in 0..=rounds {
        syncs.push(disk::syncs_per_second(folder));
        for turn in 0..Way::ALL.len() {
            let at = (round + turn) % Way::ALL.len();
            let dir = folder.join("run");
            disk::copy(&folder.join("template"), &dir);
            if !flush.is_zero() {
                mount_folder(&dir, FolderDisk::with_slow_flush(&dir, flush));
            }
            let time = Way::ALL[at].run(&dir, load);
            unmount(&dir);
            assert_eq!(disk::ballots(&dir), ballots);
            if round == rounds && at == 0 {
                sound(&dir);
            }
            std::fs::remove_dir_all(&dir).unwrap();
            // The first round warms up caches and the disk.
            if round > 0 {
                seconds[at].push(time.as_secs_f64());
            }
        }
        eprintln!("  round {round} of {rounds}");
    }
    if !flush.is_zero() {
        println!(
            "\na disk whose flush takes {} ms longer than this one's:",
            flush.as_millis()
        );
    }
    report(&seconds, load.bundles() as f64, &Spread::of(syncs));
}

/// What came over HTTP is not only there, it also verifies.
fn sound(dir: &Path) {
    let report = verify(dir).unwrap();
    assert!(report.broken.is_empty(), "{:?}", report.broken);
}

fn report(seconds: &[Vec<f64>], bundles: f64, syncs: &Spread) {
    let widths = [28, 9, 15, 9, 18, 18];
    println!();
    row(
        &widths,
        &[
            "way",
            "bundles/s",
            "min to max",
            "ballots/s",
            "HTTP is (goal)",
            "min to max",
        ],
    );
    rule(&widths);
    for (way, times) in Way::ALL.into_iter().zip(seconds) {
        let rate = Spread::of(times.iter().map(|time| bundles / time));
        let ratio = Spread::of(times.iter().zip(&seconds[0]).map(|(other, http)| other / http));
        let goal = match way {
            Way::InProcess => " (0.7)",
            Way::OneCommit => " (3.5)",
            Way::Http | Way::WriterAlone => "",
        };
        row(
            &widths,
            &[
                way.name(),
                &format!("{:.0}", rate.median),
                &format!("{:.0} to {:.0}", rate.min, rate.max),
                &format!("{:.0}", rate.median * load::BALLOTS as f64),
                &format!("{:.2}x{goal}", ratio.median),
                &format!("{:.2} to {:.2}", ratio.min, ratio.max),
            ],
        );
    }
    println!(
        "\nthis disk: {:.0} times 4 KiB + fdatasync a second ({:.0} to {:.0})",
        syncs.median, syncs.min, syncs.max
    );
}
