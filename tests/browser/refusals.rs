//! What the tablet says when it can't take ratings, and that it takes none then.

use crate::chromium::{Chromium, until};
use crate::rig::*;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn wrong_used_and_expired_codes_are_answered_in_words_and_the_right_one_still_works() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    let used = server.code(0);
    let _first = Counter::enrol(&server.url(), &used, clock.now()).await;
    let expired = server.code(0);
    clock.set(clock.now() + 15 * 86_400);
    let good = server.code(1);
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.screen("enrol").await;
    assert!(
        tab.text()
            .await
            .contains("Máy này chưa được kích hoạt. Nhập mã trên phiếu kích hoạt.")
    );
    tab.screenshot("tablet-enrol").await;
    let said = [
        ("0000-0000-0000-0000", "Mã không đúng. Xin kiểm tra từng ký tự."),
        ("chào", "Mã không đúng. Xin kiểm tra từng ký tự."),
        (
            used.as_str(),
            "Mã này đã được dùng cho máy khác. Hãy lấy mã mới ở mục Thiết bị.",
        ),
        (expired.as_str(), "Mã đã hết hạn. Hãy lấy mã mới ở mục Thiết bị."),
    ];
    for (code, text) in said {
        type_code(&tab, code).await;
        tab.wait(&format!("document.body.innerText.includes({text:?})")).await;
    }
    type_code(&tab, &good.to_lowercase().replace('-', " ")).await;
    tab.screen("question").await;
}

async fn type_code(tab: &crate::chromium::Tab, code: &str) {
    tab.wait_for("[data-screen=enrol] input").await;
    tab.eval(&format!(
        "(() => {{ const i = document.querySelector('[data-screen=enrol] input'); i.focus(); i.value = {code:?}; \
         i.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
    ))
    .await;
    tab.tap("[data-action=enrol]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_window_is_told_so_and_takes_over_when_the_first_is_closed() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    let first = browser.tab(820, 1180).await;
    first
        .open_tablet(&format!("{}/tablet/#{}", server.url(), server.code(0)))
        .await;
    let second = browser.tab(820, 1180).await;
    second.goto(&format!("{}/tablet/", server.url())).await;
    second.wait_for("[data-block=second-window]").await;
    assert!(
        second
            .text()
            .await
            .contains("Ứng dụng đang mở ở cửa sổ khác. Hãy đóng cửa sổ này.")
    );
    first.cast(4).await;
    first.0.close().await.unwrap();
    second.screen("question").await;
    second.cast(5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_access_handles_or_with_denied_storage_takes_no_rating() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    // The Worker's global can't be reached from here, so the app is served with a worker.js that lacks the handles,
    // as WebKitGTK and old iPads do, or denies the directory, as private modes do.
    let cases = [
        (
            "delete FileSystemFileHandle.prototype.createSyncAccessHandle;",
            "no-opfs",
        ),
        (
            "navigator.storage.getDirectory = () => Promise.reject(new DOMException('denied', 'SecurityError'));",
            "storage",
        ),
    ];
    for (script, block) in cases {
        let app = crate::app::altered(script);
        let port = District::start_with_tablet(&server, app.path()).await;
        let tab = browser.tab(820, 1180).await;
        tab.goto(&format!("http://127.0.0.1:{}/tablet/", port.addr.port()))
            .await;
        tab.wait_for(&format!("[data-block={block}]")).await;
        assert!(tab.eval("document.querySelector('[data-face]')").await.is_null());
        tab.screenshot(&format!("tablet-{block}")).await;
        port.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_from_another_host_says_what_address_to_use() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start_with(profile.path(), &["--host-resolver-rules=MAP hailong.test 127.0.0.1"]).await;
    let tab = browser.tab(820, 1180).await;
    tab.goto(&format!("http://hailong.test:{}/tablet/", server.addr.port()))
        .await;
    tab.wait_for("[data-block=plain-http]").await;
    let said = tab.text().await;
    let text = "Địa chỉ này không dùng https nên máy không giữ được phiếu. Hãy mở địa chỉ bắt đầu bằng https://";
    assert!(said.contains(text), "{said}");
    assert!(tab.eval("document.querySelector('[data-face]')").await.is_null());
    tab.screenshot("tablet-plain-http").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_tablet_takes_no_new_rating_but_sends_what_it_has() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&format!("{}/tablet/#{}", server.url(), server.code(0)))
        .await;
    tab.cast(3).await;
    let device = server.store.read(hailong::store::devices::all).unwrap()[0].id;
    let now = clock.now();
    server.store.write(move |tx| tx.revoke(device, now)).unwrap();
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.wait_for("[data-block=revoked]").await;
    assert!(tab.text().await.contains("Máy này đã ngừng nhận phiếu."));
    assert_eq!(stored_salts(folder.path()).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_ipad_tab_consumes_no_code_and_shows_how_to_install() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    // iPadOS says it is a Mac; it has touch points.
    tab.before_load(
        "Object.defineProperty(navigator, 'maxTouchPoints', {get: () => 5}); \
         Object.defineProperty(navigator, 'platform', {get: () => 'MacIntel'}); \
         Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \
         AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15'});",
    )
    .await;
    let code = server.code(0);
    tab.goto(&format!("{}/tablet/#{code}", server.url())).await;
    tab.screen("add-to-home").await;
    tab.screenshot("tablet-add-to-home").await;
    assert!(
        tab.text()
            .await
            .replace(['\n', ' '], "")
            .contains(&code.replace('-', ""))
            || tab.text().await.contains(&code)
    );
    let manifest = tab
        .eval("document.querySelector('link[rel=manifest]').getAttribute('href')")
        .await;
    assert!(manifest.as_str().unwrap().contains("c="), "{manifest}");
    assert!(
        server.store.read(hailong::store::devices::all).unwrap().is_empty(),
        "the code was consumed"
    );
    // The installed app starts with the manifest's start_url.
    let installed = browser.tab(820, 1180).await;
    installed.goto(&format!("{}/tablet/?c={code}", server.url())).await;
    installed.screen("question").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_storage_shows_no_thanks_and_the_tablet_goes_on_when_there_is_room_again() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let plain = District::create(folder.path(), true, &clock).await;
    // Chromium's own quota is only asked for whole megabytes of growth; here the disk is full when the page says so.
    let app = crate::app::altered(
        "let full = false; \
         new BroadcastChannel('disk').onmessage = (message) => { full = message.data; }; \
         const write = FileSystemSyncAccessHandle.prototype.write; \
         FileSystemSyncAccessHandle.prototype.write = function (...rest) { \
           if (full) throw new DOMException('full', 'QuotaExceededError'); \
           return write.apply(this, rest); };",
    );
    let server = District::start_with_tablet(&plain, app.path()).await;
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&format!("{}/tablet/#{}", server.url(), plain.code(0)))
        .await;
    tab.cast(4).await;
    tab.eval("window.disk = new BroadcastChannel('disk'); disk.postMessage(true)")
        .await;
    tab.tap("[data-face=\"1\"]").await;
    tab.wait_for("[data-block=storage]").await;
    assert!(
        tab.eval("document.querySelector('[data-screen=thanks]')")
            .await
            .is_null()
    );
    tab.eval("disk.postMessage(false)").await;
    tab.cast(2).await;
    let salts = || stored_salts(folder.path());
    until("what was kept arrived", async || (salts().len() >= 2).then_some(())).await;
    assert!(salts().values().all(|n| *n == 1));
}
