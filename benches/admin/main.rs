//! The administrator's month over a province's folder: figures beside `group by` over the ballots, pages beside an empty
//! page, exports beside `sqlite3 -csv` and Python's xlsxwriter.
//!
//! `cargo xtask bench admin [--ballots N] [--rounds N]`; with `HAILONG_BENCH_DIR` the folder is kept there and taken again.
//! `HAILONG_BENCH_ONLY=figures` (or `pages`, `exports`) leaves the rest out. `sqlite3`, Python's `xlsxwriter` and `duckdb`
//! are used where they are there; what lacks is said. Nothing here fails because it
//! was slow; a figure that differs stops it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench may stop where it stands"
)]

#[path = "../common/mod.rs"]
mod common;
mod duckdb;
mod exports;
mod figures;
mod make;
mod pages;
mod plain;

use common::option;
use hailong::store::{FILE, Store};
use std::time::Instant;

fn main() {
    let (ballots, rounds) = (option("--ballots", 5_000_000), option("--rounds", 5));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = match std::env::var_os("HAILONG_BENCH_DIR") {
        Some(kept) => std::path::PathBuf::from(kept).join(format!("admin-{ballots}")),
        None => folder.path().join("data"),
    };
    if !dir.join(FILE).exists() {
        let start = Instant::now();
        make::make(&dir, ballots);
        eprintln!("made {ballots} ballots in {:.0} s", start.elapsed().as_secs_f64());
    }
    let bytes = std::fs::metadata(dir.join(FILE)).unwrap().len();
    println!(
        "\nThe administrator's month: {ballots} ballots of a province, {} MB",
        bytes / 1_000_000
    );
    let store = Store::open(&dir).unwrap();
    let only = std::env::var("HAILONG_BENCH_ONLY").ok();
    let wanted = |part| only.as_deref().is_none_or(|only| only == part);
    if wanted("figures") {
        figures::bench(&store, &dir, rounds);
    }
    if wanted("pages") {
        pages::bench(&store, rounds);
    }
    drop(store);
    if wanted("exports") {
        exports::bench(&dir, ballots);
    }
}
