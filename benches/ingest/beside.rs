//! Ours over HTTP (signatures, receipts, log) beside SQLite's own program and nothing but the rows.

use crate::common::Spread;
use crate::load::{BALLOTS, Load};
use crate::ways::Way;
use crate::{after, disk, peer};
use std::path::Path;
use std::sync::Arc;

/// Prints the ratios, then what a ballot takes and how fast the folder verifies and comes back.
pub fn bench(folder: &Path, rounds: usize, load: &Arc<Load>) {
    let (template, dir) = (folder.join("template"), folder.join("run"));
    let scripts = [
        ("a commit for each 50 ballots (goal 1.0x)", false),
        ("one commit for all", true),
    ];
    let scripts = scripts.map(|(name, one)| (name, folder.join(format!("{one}.sql")), one));
    let ballots = load.bundles() * BALLOTS;
    let (mut http, mut peers) = (Vec::new(), [Vec::new(), Vec::new()]);
    for round in 0..=rounds {
        disk::copy(&template, &dir);
        let time = Way::Http.run(&dir, load).as_secs_f64();
        if round == 0 && peer::is_there() {
            for (_, script, one) in &scripts {
                peer::script(&template, &dir, script, *one);
            }
        }
        if round == rounds {
            after::bytes(&template, &dir, load);
            after::again(&dir, ballots, load.now);
        }
        std::fs::remove_dir_all(&dir).unwrap();
        // The first round warms up.
        if round > 0 {
            http.push(time);
        }
        for ((_, script, _), times) in scripts
            .iter()
            .zip(&mut peers)
            .filter(|((_, script, _), _)| script.exists())
        {
            disk::copy(&template, &dir);
            let time = peer::run(&dir, script).as_secs_f64();
            assert_eq!(disk::ballots(&dir), ballots);
            std::fs::remove_dir_all(&dir).unwrap();
            if round > 0 {
                times.push(time);
            }
        }
    }
    println!();
    for ((name, ..), times) in scripts.iter().zip(&peers).filter(|(_, times)| !times.is_empty()) {
        let rate = Spread::of(times.iter().map(|time| ballots as f64 / time));
        let ratio = Spread::of(times.iter().zip(&http).map(|(peer, http)| peer / http));
        println!(
            "the same rows by sqlite3, {name}: {:.0} ballots/s; over HTTP is {:.2}x ({:.2} to {:.2})",
            rate.median, ratio.median, ratio.min, ratio.max
        );
    }
}
