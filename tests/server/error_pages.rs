//! What somebody reads when a page can't be had: every refusal is a page of ours, in the language of whoever asked.

use crate::support::{District, MORNING, site::Site};
use hailong::{
    domain::role::Role,
    server::auth,
    store::{FILE, places, users::Access},
};
use reqwest::Response;

async fn read(answer: Response, status: u16, lang: &str, words: &str) {
    let found = answer.status().as_u16();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let policy = answer.headers().contains_key("content-security-policy");
    let page = answer.text().await.unwrap();
    assert_eq!(found, status, "{page}");
    assert!(kind.starts_with("text/html") && policy, "{status}: {kind}");
    assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{status}: {page}");
    assert!(page.contains(words), "{status}: {page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_page_in_the_readers_language() {
    for (lang, words) in [
        (
            "vi",
            [
                "Tài khoản này không được làm việc ấy",
                "Không tìm thấy trang",
                "lớn hơn mức máy chủ nhận",
                "không thuộc lần đăng nhập hiện tại",
                "Đã nhập sai nhiều lần",
                "không hiểu yêu cầu",
                "Máy chủ chưa làm được",
            ],
        ),
        (
            "en",
            [
                "This account may not do that",
                "Page not found",
                "larger than this server takes",
                "not of the present session",
                "seconds",
                "did not understand",
                "The server could not do this",
            ],
        ),
    ] {
        let [forbidden, missing, large, foreign, wait, method, failed] = words;
        let district = District::new();
        let site = Site::serve(&district).await;
        let access = Access {
            role: Role::Clerk,
            node: Some(district.store.read(places::nodes).unwrap()[0].id),
            until: None,
        };
        let password = auth::add_user(&district.store, "chi-can-bo", access, MORNING).unwrap();
        site.sign_in("chi-can-bo", &password).await;
        site.get(&format!("/admin/?lang={lang}")).await;
        read(site.get("/admin/users").await, 403, lang, forbidden).await;
        read(site.get("/admin/khong-co").await, 404, lang, missing).await;
        read(site.get("/admin/reports/filed?no=77").await, 404, lang, missing).await;
        let long = "a".repeat(70_000);
        read(site.submit("/admin/account", &[("old", &long)]).await, 413, lang, large).await;
        read(site.post("/admin/account", &[("csrf", "00")]).await, 403, lang, foreign).await;
        read(site.post("/admin/manage", &[]).await, 405, lang, method).await;
        for _ in 0..6 {
            site.sign_in("ai-do", "sai").await;
        }
        read(site.sign_in("ai-do", "sai").await, 429, lang, wait).await;
        // Somebody took a table away under the running server.
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        conn.execute_batch("alter table tally rename to gone").unwrap();
        read(site.get("/admin/").await, 503, lang, failed).await;
        site.stop().await;
    }
}
