//! Makes a folder to look at: `HAILONG_GALLERY=dir cargo test --test gallery -- --ignored`, then serve it.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod support;

use hailong::store::{CreateOptions, Store};
use support::{District, HOUR, site};

#[test]
#[ignore = "makes a folder for people to look at"]
fn make() {
    let dir = std::path::PathBuf::from(std::env::var("HAILONG_GALLERY").unwrap());
    let now = hailong::platform::unix_now();
    let options = CreateOptions {
        demo: std::env::var("HAILONG_REAL").is_err(),
        now,
    };
    let store = Store::create(&dir, options).unwrap();
    let mut counters: Vec<_> = store
        .read(hailong::store::places::counters)
        .unwrap()
        .iter()
        .map(|c| c.id)
        .collect();
    if counters.is_empty() {
        counters = support::commune(&store, "Xã Thử", 3);
    }
    let (user, password) = hailong::server::auth::create_first_admin(&store, now).unwrap();
    std::fs::write(dir.join("login"), format!("{user}\n{password}\n")).unwrap();
    let district = District {
        dir: tempfile::tempdir().unwrap(),
        store,
        counters,
    };
    for (counter, per_month) in (0u8..).zip([20, 18, 13, 320, 300, 280]).take(district.counters.len()) {
        let ballots = site::history(21, per_month, i64::from(counter), now - HOUR);
        site::cast(&district, counter + 1, usize::from(counter), &ballots, now);
    }
}
