//! The hall's screen, the poster, and what stands on every public page.

use super::{closed, node, shown};
use crate::support::{DAY, District, HOUR, MORNING, site};
use hailong::{domain::time::LocalDay, store::FILE};
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_renews_itself_and_what_is_old_looks_old() {
    let (_district, id, site) = shown(40).await;
    let board = site.page(&format!("/cong-khai/{id}/bang")).await;
    assert!(board.contains("http-equiv=\"refresh\" content=\"300\""), "{board}");
    assert!(!board.contains("<script") && !board.contains("SỐ LIỆU CŨ"));
    assert!(board.contains("Màn hình cập nhật lúc 09:00 ngày 23/11/2026"));
    let style = site.page("/cong-khai/style.css").await;
    assert!(
        style.contains("animation: appear 1s 900s forwards"),
        "three renewals missed"
    );
    // A month later nobody has closed November: the figures are October's, and say so.
    site.now
        .store(LocalDay::of(MORNING + 10 * DAY).start(), Ordering::Relaxed);
    let board = site.page(&format!("/cong-khai/{id}/bang")).await;
    assert!(
        board.contains("SỐ LIỆU CŨ: tháng 11/2026 chưa được chốt, đây vẫn là số liệu tháng 10/2026.")
            && board.contains("<main class=\"stale\">"),
        "{board}"
    );
    assert!(
        site.page(&format!("/cong-khai/{id}/to-roi"))
            .await
            .contains("SỐ LIỆU CŨ")
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_was_refused_asks_again() {
    let (district, id, site) = shown(40).await;
    let refused = async |path: &str, status: u16| {
        let answer = site.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        let page = answer.text().await.unwrap();
        page.contains("http-equiv=\"refresh\" content=\"300\"")
    };
    let nobody = uuid::Uuid::from_u128(7);
    assert!(refused(&format!("/cong-khai/{nobody}/bang"), 404).await);
    assert!(refused("/cong-khai/x/bang?lang=en", 404).await);
    assert!(!refused(&format!("/cong-khai/{nobody}"), 404).await);
    assert!(!refused(&format!("/cong-khai/{nobody}/to-roi"), 404).await);
    // Somebody took a table away under the running server, and put it back.
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    conn.execute_batch("alter table publication rename to gone").unwrap();
    assert!(refused(&format!("/cong-khai/{id}/bang"), 503).await);
    for page in ["", "/to-roi"] {
        assert!(!refused(&format!("/cong-khai/{id}{page}"), 503).await, "{page}");
    }
    conn.execute_batch("alter table gone rename to publication").unwrap();
    let board = site.page(&format!("/cong-khai/{id}/bang")).await;
    assert!(board.contains("90%") && board.contains("content=\"300\""), "{board}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_names_an_officer() {
    let (_district, id, site) = shown(40).await;
    site.sign_in(&site.user, &site.password).await;
    let own = id.to_string();
    let fields = [
        ("node", own.as_str()),
        ("name", "Nguyễn Thị Hồng Nhung"),
        ("code", "CB01"),
    ];
    let added = site.submit("/admin/roster/officer", &fields).await.status().as_u16();
    assert!(added < 400, "{added}");
    assert!(site.page("/admin/roster").await.contains("Hồng Nhung"));
    for path in [
        "/cong-khai/",
        &format!("/cong-khai/{id}"),
        &format!("/cong-khai/{id}/bang"),
        &format!("/cong-khai/{id}/to-roi"),
    ] {
        let page = site.page(path).await;
        assert!(!page.contains("Hồng Nhung") && !page.contains("CB01"), "{path}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_shows_its_units_and_says_what_it_is() {
    let district = District::demo();
    for (counter, per_month) in (0u8..).zip([20, 18, 13]) {
        let ballots = site::history(3, per_month, i64::from(counter), MORNING - HOUR);
        site::cast(&district, counter + 1, usize::from(counter), &ballots, MORNING);
    }
    let site = closed(&district).await;
    let list = site.page("/cong-khai/").await;
    assert!(list.contains("Xã Mẫu") && list.contains("Phường Mẫu") && list.contains("SỐ LIỆU MINH HỌA"));
    let id = node(&district);
    for page in ["", "/bang", "/to-roi"] {
        assert!(
            site.page(&format!("/cong-khai/{id}{page}"))
                .await
                .contains("SỐ LIỆU MINH HỌA")
        );
    }
    site.stop().await;
}
