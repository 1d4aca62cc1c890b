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

/// Writes the pages as files: `HAILONG_GALLERY=dir cargo test --test gallery pages -- --ignored`, for pictures of them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes files for people to look at"]
async fn pages() {
    let dir = std::path::PathBuf::from(std::env::var("HAILONG_GALLERY").unwrap());
    let district = site::lived();
    let nodes = district.store.read(hailong::store::places::nodes).unwrap();
    let site = site::Site::signed_in(&district).await;
    let ward = nodes[1].id;
    let filed = [("node", ward.to_string()), ("month", "2026-10".to_owned())];
    let volume = [
        ("first", "2026-10-01"),
        ("last", "2026-10-31"),
        ("transactions", "2400"),
        ("total", "1042"),
        ("on_time", "971"),
        ("pending", "56"),
        ("late", "15"),
    ];
    let fields: Vec<(&str, &str)> = filed.iter().map(|(k, v)| (*k, v.as_str())).collect();
    site.submit("/admin/reports/volume", &[&fields[..], &volume[..]].concat())
        .await;
    site.submit("/admin/reports", &fields).await;
    for (name, path) in [
        ("overview", "/admin/".to_owned()),
        ("units", "/admin/units?period=2026-10&sort=rate".to_owned()),
        ("detail", format!("/admin/detail?node={ward}")),
        ("counter", format!("/admin/detail?counter={}", district.counters[4])),
        ("reports", format!("/admin/reports?node={ward}&no=1")),
        ("commune-report", format!("/admin/reports?node={}", nodes[0].id)),
        ("filed", "/admin/reports/filed?no=1".to_owned()),
        ("volume", format!("/admin/reports/volume?node={ward}")),
        ("export", "/admin/export".to_owned()),
        ("style", "/admin/style.css".to_owned()),
    ] {
        let page = site.page(&path).await.replace("/admin/style.css", "style.css");
        let end = if name == "style" { "css" } else { "html" };
        std::fs::write(dir.join(format!("{name}.{end}")), page).unwrap();
    }
    for no in [1] {
        let document = site
            .get(&format!("/admin/reports/file?no={no}"))
            .await
            .bytes()
            .await
            .unwrap();
        std::fs::write(dir.join(format!("report-{no}.docx")), document).unwrap();
    }
    let book = site
        .get("/admin/export/file?when=month&month=2026-10&format=xlsx&what=figures")
        .await;
    std::fs::write(dir.join("figures.xlsx"), book.bytes().await.unwrap()).unwrap();
    site.stop().await;
}
