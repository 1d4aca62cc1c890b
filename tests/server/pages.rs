//! The pages as they are sent: snapshots of a fictional commune on a day that stands still, and their downloads.

use crate::support::{DAY, District, HOUR, MORNING, http, site, site::Site};
use hailong::{
    domain::time::LocalDay,
    store::{devices, places},
};

/// Random ids and tokens by name, and a line for each tag.
fn plain(district: &District, csrf: &str, page: &str) -> String {
    let mut page = page.replace(csrf, "CSRF");
    let ids = district
        .store
        .read(places::nodes)
        .unwrap()
        .into_iter()
        .map(|node| node.id.to_string());
    for (place, id) in ids.enumerate() {
        page = page.replace(&id, &format!("NODE-{}", place + 1));
    }
    for (place, id) in district.counters.iter().enumerate() {
        page = page.replace(&id.to_string(), &format!("COUNTER-{}", place + 1));
    }
    page.replace("><", ">\n<")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_look_as_they_should() {
    let district = site::commune();
    let site = Site::serve(&district).await;
    insta::assert_snapshot!("sign_in", plain(&district, "-", &site.page("/admin/sign-in").await));
    site.sign_in(&site.user, &site.password).await;
    let csrf = site.csrf().await;
    insta::assert_snapshot!("overview", plain(&district, &csrf, &site.page("/admin/").await));
    insta::assert_snapshot!("export", plain(&district, &csrf, &site.page("/admin/export").await));
    assert_eq!(site.get("/admin/?lang=en").await.status(), 303);
    insta::assert_snapshot!("overview_en", plain(&district, &csrf, &site.page("/admin/").await));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_small_and_marked_as_a_demo() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    for path in [
        "/admin/",
        "/admin/start",
        "/admin/start/counters",
        "/admin/start/sheets",
        "/admin/devices",
        "/admin/export",
    ] {
        let page = site.page(path).await;
        assert!(page.len() < 150_000, "{path}: {} bytes", page.len());
        assert!(page.contains("SỐ LIỆU MINH HỌA"), "{path}");
        assert!(page.starts_with("<!doctype html>\n<html lang=\"vi\">"), "{path}");
    }
    assert_eq!(site.get("/admin/khong-co").await.status(), 404);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_percentage_stands_without_its_n_period_and_interval() {
    let district = District::demo();
    site::cast(&district, 1, 0, &site::history(1, 7, 0, MORNING - HOUR), MORNING);
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/").await;
    assert!(page.contains("Chưa đủ phiếu để tính tỷ lệ (n = 7)"));
    assert!(
        !page.contains('%') || page.matches('%').count() == page.matches("95%").count(),
        "no rate at n = 7"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_month_shows_that_month_and_a_chosen_unit_that_unit() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    let node = district.store.read(places::nodes).unwrap()[1].id;
    assert!(site.page("/admin/?month=2026-10").await.contains("tháng 10/2026, "));
    let other = site.page(&format!("/admin/?node={node}")).await;
    assert!(other.contains("Tổng quan: Phường Mẫu") && other.contains("Chưa đủ phiếu để tính tỷ lệ (n = 0)"));
    assert_eq!(
        site.get(&format!("/admin/?node={}", uuid::Uuid::nil())).await.status(),
        404
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_the_figure_stand_the_visits_and_the_days_without_contact() {
    let district = District::new();
    // Enrolled two weeks ago, on a Monday; heard of that day, on the Tuesday after, and once a week later.
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 14 * DAY);
    let mut epoch = tablet.epoch(1, None);
    let told = LocalDay::of(MORNING - 14 * DAY).0;
    epoch.push(format!(
        r#"{{"abandoned":2,"cast":3,"day":{told},"kind":"day","started":6,"step":0}}"#
    ));
    // Of a month before, and the clock stepped since: nobody knows which day this one tells of.
    let before = told - 30;
    epoch.push(format!(
        r#"{{"abandoned":1,"cast":0,"day":{before},"kind":"day","started":1,"step":7}}"#
    ));
    for (first, count, at) in [(0, 2, MORNING - 13 * DAY), (2, 1, MORNING - 6 * DAY)] {
        let bytes = tablet.part(&epoch, first, count, at);
        tablet.send(&district.store, &bytes, at);
    }
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/").await;
    assert!(page.contains("lượt bắt đầu 6 · bỏ dở, chưa chọn mức nào 2"), "{page}");
    assert!(page.contains("mất liên lạc: 7 ngày làm việc (1 máy)"), "{page}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_server() {
    let district = District::new();
    let site = Site::serve(&district).await;
    for path in ["//evil.example/?lang=en", "//evil.example/admin/?lang=vi"] {
        let addr = site.base.trim_start_matches("http://").parse().unwrap();
        let answer = http::exchange(addr, "GET", path, &[], b"").await;
        assert!(
            !answer.header("location").unwrap_or_default().contains("evil"),
            "{answer:?}"
        );
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_is_whole_named_and_logged() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    let answer = site.get("/admin/export/file?when=all&format=csv&separator=comma").await;
    let named = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(
        named,
        "attachment; filename=\"SO-LIEU-MINH-HOA_phieu-hai-long_toan-bo.csv\""
    );
    let csv = answer.text().await.unwrap();
    assert!(csv.starts_with("\u{feff}Tháng,Đơn vị,"));
    assert_eq!(csv.lines().count(), 1_071 + 1);
    let answer = site
        .get("/admin/export/file?when=month&month=2026-10&format=xlsx")
        .await;
    assert!(answer.bytes().await.unwrap().starts_with(b"PK"));
    let answer = site
        .get("/admin/export/file?when=days&from=2026-10-02&to=2026-10-01")
        .await;
    assert_eq!(answer.headers()["location"], "/admin/export?bad=true");
    let entries = district
        .store
        .read(|conn| hailong::store::log::page(conn, i64::MAX, 2))
        .unwrap();
    assert!(
        entries
            .iter()
            .all(|entry| entry.kind == "export" && entry.body.contains("\"who\":\"quantri\""))
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_back_tablet_is_told_in_plain_words_and_revoking_asks_first() {
    let district = District::new();
    let mut tablet = district.tablet(1);
    let first = tablet.voted(1, None, 4, MORNING - 2 * HOUR);
    tablet.deliver(&district.store, &first, MORNING);
    // The disk went back: a new epoch continues behind what the district holds.
    let again = tablet.voted(2, Some(first.tip_at(&tablet, 2)), 1, MORNING);
    tablet.deliver(&district.store, &again, MORNING);
    // And four more ballots are told of that never came.
    let more = tablet.voted(3, Some(again.tip(&tablet)), 5, MORNING);
    let bytes = tablet.part(&more, 0, 2, MORNING);
    tablet.send(&district.store, &bytes, MORNING);
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/").await;
    assert!(
        page.contains("Máy ở Quầy 1, Xã Thử: </strong>dữ liệu đã bị đưa về bản cũ"),
        "{page}"
    );
    assert!(page.contains("có thể thiếu ít nhất 4 phiếu"));
    let device = tablet.key.id().to_string();
    let question = site.page(&format!("/admin/devices/revoke?device={device}")).await;
    assert!(question.contains("Ngừng dùng máy này?"));
    let revoked = || district.store.read(devices::all).unwrap()[0].revoked;
    assert!(!revoked());
    assert_eq!(
        site.submit("/admin/devices/revoke", &[("device", &device), ("reason", "lost")])
            .await
            .status(),
        303
    );
    assert!(revoked());
    assert!(site.page("/admin/devices").await.contains("Đã ngừng dùng"));
    site.stop().await;
}
