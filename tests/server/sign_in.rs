//! Who gets in: stories told over HTTP to a real server.

use crate::support::{District, HOUR, MORNING, site::Site};
use hailong::{server::auth, store::log};

/// What the log tells of users, oldest first.
fn user_events(district: &District) -> Vec<String> {
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 100)).unwrap();
    let events = entries.into_iter().rev().filter(|entry| entry.kind == "user");
    events
        .map(|entry| {
            let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap();
            format!("{} {}", body["user"].as_str().unwrap(), body["what"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_before_signing_in() {
    let district = District::new();
    let site = Site::serve(&district).await;
    for path in [
        "/admin/",
        "/admin/start",
        "/admin/devices",
        "/admin/export",
        "/admin/export/file?format=csv",
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
            (303, "/admin/sign-in")
        );
    }
    assert_eq!(site.get("/").await.headers()["location"], "/admin/");
    assert!(site.page("/admin/sign-in").await.contains("Đăng nhập quản trị"));
    assert!(site.page("/admin/style.css").await.contains("--blue"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_signs_in_and_signing_out_ends_it() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    assert!(site.page("/admin/").await.contains("Tổng quan"));
    let kept = site.cookies.lock().unwrap().clone();
    assert_eq!(site.submit("/admin/sign-out", &[]).await.status(), 303);
    assert_eq!(site.get("/admin/").await.status(), 303);
    // A copy of the cookie is worth nothing any more.
    *site.cookies.lock().unwrap() = kept;
    assert_eq!(site.get("/admin/").await.status(), 303);
    let events = user_events(&district);
    assert_eq!(events, ["quantri added", "quantri signed_in", "quantri signed_out"]);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_refused_alike_and_then_made_to_wait() {
    let district = District::new();
    let site = Site::serve(&district).await;
    let wrong = site.sign_in("quantri", "0000-0000-0000-0000").await;
    let nobody = site.sign_in("khong-co-ai", "0000-0000-0000-0000").await;
    assert_eq!((wrong.status().as_u16(), nobody.status().as_u16()), (401, 401));
    assert!(wrong.headers().get("set-cookie").is_none());
    assert_eq!(wrong.text().await.unwrap(), nobody.text().await.unwrap());
    for _ in 0..4 {
        assert_eq!(site.sign_in("quantri", "sai").await.status(), 401);
    }
    // The right password waits too, or guessing would go on.
    let waiting = site.sign_in(&site.user, &site.password).await;
    assert_eq!(
        (
            waiting.status().as_u16(),
            waiting.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "15")
    );
    assert!(waiting.text().await.unwrap().contains("Xin thử lại sau 15 giây."));
    site.wait(15);
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    let events = user_events(&district);
    assert_eq!(
        events
            .iter()
            .filter(|event| *event == "quantri sign_in_refused")
            .count(),
        5
    );
    assert!(
        !events.iter().any(|event| event.contains("khong-co-ai")),
        "unknown names are not logged"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_needs_the_token_of_its_session_and_our_origin() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let before = district.store.read(hailong::store::places::nodes).unwrap().len();
    let fields = [("name", "Xã Giả"), ("kind", "commune")];
    assert_eq!(site.post("/admin/start", &fields).await.status(), 403, "no token");
    let forged = [("csrf", "00"), ("name", "Xã Giả")];
    assert_eq!(site.post("/admin/start", &forged).await.status(), 403, "wrong token");
    let csrf = site.csrf().await;
    let real = [("csrf", csrf.as_str()), ("name", "Xã Giả"), ("kind", "commune")];
    for origin in ["https://ke-xau.example", "null"] {
        assert_eq!(
            site.post_from(origin, "/admin/start", &real).await.status(),
            403,
            "{origin}"
        );
        let guess = [("user", site.user.as_str()), ("password", site.password.as_str())];
        assert_eq!(
            site.post_from(origin, "/admin/sign-in", &guess).await.status(),
            403,
            "{origin}"
        );
    }
    assert_eq!(
        district.store.read(hailong::store::places::nodes).unwrap().len(),
        before
    );
    assert_eq!(site.post("/admin/start", &real).await.status(), 303);
    assert_eq!(
        district.store.read(hailong::store::places::nodes).unwrap().len(),
        before + 1
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    site.wait(2 * HOUR - 1);
    assert_eq!(site.get("/admin/").await.status(), 200, "just in time, and used again");
    site.wait(2 * HOUR);
    assert_eq!(site.get("/admin/").await.status(), 303, "idle for two hours");
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    for _ in 0..11 {
        site.wait(HOUR);
        assert_eq!(site.get("/admin/").await.status(), 200);
    }
    site.wait(HOUR);
    assert_eq!(site.get("/admin/").await.status(), 303, "twelve hours at most");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_user_is_out_at_once_and_a_new_password_ends_sessions() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let fresh = auth::reset_password(&district.store, "quantri", MORNING).unwrap();
    assert_eq!(site.get("/admin/").await.status(), 303);
    assert_eq!(site.sign_in("quantri", &site.password).await.status(), 401);
    assert_eq!(
        site.sign_in("QuanTri", &fresh.to_lowercase().replace('-', ""))
            .await
            .status(),
        303
    );
    district.store.write(|tx| tx.disable_user("quantri", MORNING)).unwrap();
    assert_eq!(site.get("/admin/").await.status(), 303);
    assert_eq!(site.sign_in("quantri", &fresh).await.status(), 401);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_ends_what_the_browser_had_before() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let before = site.cookies.lock().unwrap().clone();
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    assert_ne!(*site.cookies.lock().unwrap(), before, "another token");
    assert_eq!(site.get("/admin/").await.status(), 200);
    *site.cookies.lock().unwrap() = before;
    assert_eq!(
        site.get("/admin/").await.status(),
        303,
        "the one before is worth nothing"
    );
    site.stop().await;
}

/// Signs in from a browser that knows no cookie; answers the one it got.
async fn another_browser(site: &Site) -> std::collections::BTreeMap<String, String> {
    site.cookies.lock().unwrap().clear();
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    site.cookies.lock().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ninth_browser_ends_the_first_and_all_others_can_be_ended_with_the_password() {
    let district = District::new();
    let site = Site::serve(&district).await;
    let mut browsers = Vec::new();
    for _ in 0..9 {
        site.wait(60);
        browsers.push(another_browser(&site).await);
    }
    let answers = async |place: usize| {
        *site.cookies.lock().unwrap() = browsers[place].clone();
        site.get("/admin/").await.status().as_u16()
    };
    assert_eq!((answers(0).await, answers(1).await, answers(8).await), (303, 200, 200));
    let page = site.page("/admin/account").await;
    assert_eq!(page.matches("dùng lần cuối").count(), 8);
    assert_eq!(page.matches("máy này").count(), 1);
    let leave = async |password: &str| site.submit("/admin/account/elsewhere", &[("old", password)]).await;
    assert_eq!(leave("sai").await.status(), 422);
    assert_eq!(answers(1).await, 200);
    assert_eq!(answers(8).await, 200);
    assert_eq!(leave(&site.password).await.status(), 303);
    assert_eq!((answers(1).await, answers(7).await, answers(8).await), (303, 303, 200));
    let events = user_events(&district);
    assert!(events.contains(&"quantri signed_out_elsewhere".into()), "{events:?}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_guessers_try_first_is_refused_and_told_why() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let choose = async |new: &str| {
        let fields = [("old", site.password.as_str()), ("new", new), ("again", new)];
        site.submit("/admin/account", &fields).await
    };
    for common in ["Matkhau@2026", "quantri123456", "123456789012"] {
        let answer = choose(common).await;
        assert_eq!(answer.status(), 422, "{common}");
        assert!(answer.text().await.unwrap().contains("dễ bị đoán"), "{common}");
    }
    assert_eq!(choose("sáng nay trời mưa to").await.status(), 303);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_older_parameters_is_renewed_when_its_user_signs_in() {
    let district = District::new();
    let site = Site::serve(&district).await;
    // As a version with cheaper parameters left it.
    let params = argon2::Params::new(8 * 1024, 1, 1, None).unwrap();
    let cheap = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = argon2::PasswordHasher::hash_password(&cheap, b"sang nay troi mua to")
        .unwrap()
        .to_string();
    let old = hailong::store::users::NewPassword {
        hash: hash.clone(),
        must_change: false,
    };
    district
        .store
        .write(move |tx| tx.set_password("quantri", &old, MORNING))
        .unwrap();
    let stored = || {
        let user = district
            .store
            .read(|conn| hailong::store::users::user(conn, "quantri"))
            .unwrap();
        user.unwrap().password
    };
    assert_eq!(site.sign_in("quantri", "sai").await.status(), 401);
    assert_eq!(stored(), hash, "a wrong password renews nothing");
    assert_eq!(site.sign_in("quantri", "sang nay troi mua to").await.status(), 303);
    assert!(stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", stored());
    assert_eq!(site.sign_in("quantri", "sang nay troi mua to").await.status(), 303);
    assert!(user_events(&district).contains(&"quantri password_rehashed".into()));
    assert_eq!(hailong::store::verify::verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_are_strict_and_pages_say_what_a_browser_may_do() {
    let district = District::new();
    let site = Site::serve(&district).await;
    let answer = site.sign_in(&site.user, &site.password).await;
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("hailong=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );
    let page = site.get("/admin/").await;
    let header = |name: &str| page.headers()[name].to_str().unwrap();
    assert!(header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    assert_eq!(
        (header("cache-control"), header("referrer-policy")),
        ("no-store", "same-origin")
    );
    let html = page.text().await.unwrap();
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains("javascript:"));
    let elsewhere = site
        .get_as_host("may-chu.example", "/admin/sign-in")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        elsewhere.contains("không dùng https"),
        "plain http over a network is warned of"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sign_in_leads_through_three_steps() {
    let dir = tempfile::tempdir().unwrap();
    let options = hailong::store::CreateOptions {
        demo: false,
        now: MORNING,
    };
    let store = hailong::store::Store::create(&dir.path().join("data"), options).unwrap();
    let district = District {
        dir,
        store,
        counters: Vec::new(),
    };
    let site = Site::signed_in(&district).await;
    assert_eq!(site.get("/admin/").await.headers()["location"], "/admin/start");
    let next = site
        .submit(
            "/admin/start",
            &[("name", "Xã Thử <b>"), ("kind", "commune"), ("contact", "")],
        )
        .await;
    let next = next.headers()["location"].to_str().unwrap().to_owned();
    assert!(
        site.page(&next).await.contains("Xã Thử &#60;b&#62;"),
        "names are escaped"
    );
    let node = next.split_once("node=").unwrap().1;
    let fields = [
        ("node", node),
        ("name", "Quầy 1"),
        ("moment", "reception"),
        ("field", ""),
        ("name", "Quầy 2"),
        ("moment", "result"),
        ("field", "Hộ tịch"),
        ("name", ""),
        ("moment", "reception"),
        ("field", ""),
    ];
    let next = site.submit("/admin/start/counters", &fields).await;
    let next = next.headers()["location"].to_str().unwrap().to_owned();
    let page = site.page(&next).await;
    assert!(page.contains("Quầy 1") && page.contains("Quầy 2"));
    let counters = district.store.read(hailong::store::places::counters).unwrap();
    assert_eq!(counters.len(), 2);
    let ids: Vec<_> = counters.iter().map(|counter| counter.id.to_string()).collect();
    let chosen: Vec<_> = ids.iter().map(|id| ("counter", id.as_str())).collect();
    let sheets = site.submit("/admin/start/sheets", &chosen).await.text().await.unwrap();
    assert_eq!(sheets.matches("class=\"sheet\"").count(), 2);
    assert!(
        sheets.contains("06/12/2026"),
        "valid for 14 days, the last whole one is told"
    );
    // The code on the sheet enrols a tablet.
    let (_, after) = sheets.split_once("class=\"sheet-code\">").unwrap();
    let code = after.split('<').next().unwrap().to_owned();
    assert_eq!(code.len(), 19);
    let mut tablet = crate::support::tablet::Tablet::new(9, counters[0].id, district.store.identity().id);
    let request = tablet.request(Some(code), None);
    let outcome = district.store.write(move |tx| tx.enrol(&request, MORNING)).unwrap();
    assert!(
        matches!(outcome, hailong::store::enrol::Outcome::Enrolled(_)),
        "{outcome:?}"
    );
    site.stop().await;
}
