//! Ours over HTTP (signatures, receipts, log) beside SQLite's own program and nothing but the rows.

use crate::common::Spread;
use crate::load::{BALLOTS, Load};
use crate::peer::{self, Peer};
use crate::ways::Way;
use crate::{after, disk};
use std::path::Path;
use std::sync::Arc;

/// Prints the ratios, then what a ballot takes and how fast the folder verifies and comes back.
pub fn bench(folder: &Path, rounds: usize, load: &Arc<Load>) {
    let (template, dir) = (folder.join("template"), folder.join("run"));
    let scripts = Peer::ALL.map(|peer| (peer, folder.join(format!("{peer:?}.sql"))));
    let ballots = load.bundles() * BALLOTS;
    let (mut http, mut peers) = (Vec::new(), Peer::ALL.map(|_| Vec::new()));
    for round in 0..=rounds {
        disk::copy(&template, &dir);
        let time = Way::Http.run(&dir, load).as_secs_f64();
        if round == 0 && peer::is_there() {
            for (peer, script) in &scripts {
                peer.prepare(&template, &dir, script);
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
        for ((peer, script), times) in scripts
            .iter()
            .zip(&mut peers)
            .filter(|((_, script), _)| script.exists())
        {
            disk::copy(&template, &dir);
            let time = peer::run(&dir, script).as_secs_f64();
            assert_eq!(peer.ballots(&dir), ballots);
            std::fs::remove_dir_all(&dir).unwrap();
            if round > 0 {
                times.push(time);
            }
        }
    }
    println!();
    for ((peer, _), times) in scripts.iter().zip(&peers).filter(|(_, times)| !times.is_empty()) {
        let rate = Spread::of(times.iter().map(|time| ballots as f64 / time));
        let ratio = Spread::of(times.iter().zip(&http).map(|(peer, http)| peer / http));
        println!(
            "the same rows by sqlite3, {}: {:.0} ballots/s; over HTTP is {:.2}x ({:.2} to {:.2})",
            peer.name(),
            rate.median,
            ratio.median,
            ratio.min,
            ratio.max
        );
    }
}
