//! What a citizen waits for, in a real Chromium: "Cảm ơn" after "Gửi", and the question after a start without a
//! network. Each beside the least a browser can do.
//!
//! `cargo xtask bench tablet [--visits N] [--starts N] [--backlog N]` (0 leaves one out; the last is how many unsent
//! ballots the long queue has). Times are taken inside the page.
//! Nothing here fails because it was slow.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench may stop where it stands"
)]

mod backlog;
#[path = "../../tests/browser/chromium.rs"]
#[allow(dead_code)]
mod chromium;
#[path = "../common/mod.rs"]
mod common;
#[path = "../../tests/rig/mod.rs"]
mod rig;
mod start;
mod tap;

use common::{Spread, row, rule};

const WIDTHS: [usize; 5] = [46, 9, 9, 9, 9];

fn main() {
    let (visits, starts) = (common::option("--visits", 30), common::option("--starts", 7));
    let backlog = common::option("--backlog", 100_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        if visits > 0 {
            tap::bench(visits).await;
        }
        if visits > 0 && backlog > 0 {
            backlog::bench(backlog as u64, visits).await;
        }
        if starts > 0 {
            start::bench(starts).await;
        }
    });
}

fn head(title: &str) {
    println!("\n{title}");
    row(&WIDTHS, &["milliseconds", "median", "p95", "min", "max"]);
    rule(&WIDTHS);
}

fn times(name: &str, millis: &[f64]) {
    let of = Spread::of(millis.iter().copied());
    let cells = [of.median, of.p95, of.min, of.max].map(|value| format!("{value:.1}"));
    row(&WIDTHS, &[name, &cells[0], &cells[1], &cells[2], &cells[3]]);
}

/// The number a page left in `window.measured`, taken out.
async fn measured(tab: &chromium::Tab) -> f64 {
    tab.wait("typeof window.measured === 'number'").await;
    let value = tab.eval("window.measured").await;
    tab.eval("window.measured = null").await;
    value.as_f64().unwrap()
}

/// A demo district that serves an app from a folder: the real one, or another.
async fn district(folder: &std::path::Path, app: &std::path::Path) -> rig::District {
    let clock = rig::TestClock::at(hailong::platform::unix_now());
    let built_in = rig::District::create(folder, true, &clock).await;
    let district = rig::District::start_with_tablet(&built_in, app).await;
    built_in.stop().await;
    district
}
