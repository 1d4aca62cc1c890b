//! What a tablet does that nobody stands in front of: kiosk mode, opening hours, new versions, holes in its cache.

use crate::app::{altered, publish};
use crate::chromium::Tab;
use crate::rig::{District, MIDNIGHT};
use crate::stage::{INSTALLED, Stage};
use hailong::domain::settings::{Hours, NodeSettings, Span};
use hailong::store::places;

/// Monday after the tests' Sunday, midnight.
pub const MONDAY: i64 = MIDNIGHT + 86_400;
const HOUR: i64 = 3600;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_no_installed_app_says_so_and_an_installed_one_does_not() {
    let stage = Stage::set(true).await;
    stage.tab.screen("question").await;
    assert!(stage.tab.text().await.contains("Không phải chế độ quầy"));
    let stage = Stage::with(true, None, &[INSTALLED]).await;
    stage.tab.screen("question").await;
    assert!(!stage.tab.text().await.contains("Không phải chế độ quầy"));
}

/// Monday to Friday, half past seven to five.
pub fn open_on_weekdays(server: &District) {
    let span = Some(Span { from: 450, to: 1020 });
    let mut week = [span; 7];
    (week[5], week[6]) = (None, None);
    let settings = NodeSettings {
        hours: Some(Hours(week)),
        ..NodeSettings::default()
    };
    let (nodes, now) = (server.store.read(places::nodes).unwrap(), server.clock.now());
    server
        .store
        .write(move |tx| {
            nodes
                .iter()
                .try_for_each(|node| tx.set_settings(node.id, &settings, "admin", now))
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_the_opening_hours_the_screen_rests_and_a_touch_still_takes_a_rating() {
    let stage = Stage::with(true, None, &[INSTALLED]).await;
    let (tab, server) = (&stage.tab, &stage.server);
    tab.screen("question").await;
    open_on_weekdays(server);
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.wait_for("[data-screen=question], [data-screen=resting]").await;
    tab.set_wall(MONDAY + 7 * HOUR).await;
    // The setup with the hours comes with the first receipt.
    tab.screen("resting").await;
    let said = tab.text().await;
    assert!(said.contains("Ngoài giờ làm việc") && said.contains("Xã Mẫu"), "{said}");
    for (width, height) in [(744, 1133), (1180, 820)] {
        tab.size(width, height).await;
        tab.faultless(&format!("resting-{width}x{height}"), false).await;
    }
    tab.axe("resting").await;
    tab.tap("[data-screen=resting] h1").await;
    tab.cast(5).await;
    stage.has(1).await;
    tab.pass(100).await;
    tab.screen("question").await;
    tab.pass(30).await;
    tab.screen("resting").await;
    // Half past seven: nobody has to do anything.
    tab.pass(HOUR / 2).await;
    tab.screen("question").await;
    tab.cast(4).await;
    stage.has(2).await;
    // Nobody is sent away at five in the middle of a visit.
    tab.set_wall(MONDAY + 17 * HOUR - 20).await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.pass(25).await;
    tab.tap("[data-action=send]").await;
    tab.screen("thanks").await;
    tab.pass(13).await;
    tab.screen("question").await;
    tab.pass(130).await;
    tab.screen("resting").await;
    stage.has(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_self_test_says_what_works_and_the_district_hears_of_it() {
    let stage = Stage::set(true).await;
    let (tab, server) = (&stage.tab, &stage.server);
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    tab.cast(3).await;
    stage.has(1).await;
    let other = stage.browser.tab(820, 1180).await;
    tab.goto("about:blank").await;
    other.goto(&format!("{}/tablet/#self-test", server.url())).await;
    other.screen("self-test").await;
    other.wait_for("[data-check=storage][data-fine=true]").await;
    for (check, fine) in [
        ("handles", "true"),
        ("offline", "true"),
        ("kiosk", "false"),
        ("voice", "false"),
    ] {
        other.wait_for(&format!("[data-check={check}][data-fine={fine}]")).await;
    }
    other.faultless("self-test", true).await;
    other.axe("self-test").await;
    let heard = async || {
        let health = server.store.read(hailong::store::devices::all).unwrap()[0]
            .health
            .clone();
        let failed = health?["health"]["self_test"]["failed"].clone();
        failed
            .as_array()
            .filter(|failed| failed.contains(&"kiosk".into()))
            .cloned()
    };
    let failed = crate::chromium::until("the district heard of the self-test", heard).await;
    assert!(
        failed.contains(&"voice".into()) && !failed.contains(&"storage".into()),
        "{failed:?}"
    );
    other.tap("[data-action=done]").await;
    other.screen("question").await;
}

/// The names of the app's caches; the clips of language packs have one of their own.
async fn caches(tab: &Tab) -> Vec<String> {
    tab.eval("window.names = null, void caches.keys().then(names => { window.names = names.filter(name => !name.startsWith('clips')); })")
        .await;
    tab.wait("window.names").await;
    serde_json::from_value(tab.eval("window.names").await).unwrap()
}

/// The version that a page says it is.
async fn is_version(tab: &Tab, version: &str) {
    tab.wait(&format!("document.documentElement.dataset.version === {version:?}"))
        .await;
}

/// A script line at the end of `boot.js` that says a version.
fn says(version: &str) -> impl FnOnce(String) -> String {
    let line = format!("\ndocument.documentElement.dataset.version = {version:?};\n");
    move |text| text + &line
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_comes_by_itself_while_nobody_is_there_and_never_within_a_visit() {
    let app = altered("");
    publish(app.path(), "boot.js", says("1"));
    let stage = Stage::with(true, Some(app.path()), &[]).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    let before = caches(tab).await;
    publish(app.path(), "boot.js", says("2"));
    // A visit is under way when the hour is over.
    tab.tap("[data-face=\"2\"]").await;
    tab.screen("reasons").await;
    tab.pass(HOUR + 1).await;
    tab.thanks_and_back().await;
    tab.wait("window.waits === true || (void navigator.serviceWorker.getRegistration().then(r => { window.waits = !!r.waiting; }))")
        .await;
    is_version(tab, "1").await;
    assert_eq!(caches(tab).await.len(), 2, "the old one is kept");
    tab.pass(35).await;
    is_version(tab, "2").await;
    tab.screen("question").await;
    crate::chromium::until("the old one is gone once the new one has started", async || {
        let now = caches(tab).await;
        (now.len() == 1 && now != before).then_some(())
    })
    .await;
    tab.cast(4).await;
    stage.has(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_does_not_start_is_taken_back() {
    let app = altered("");
    publish(app.path(), "boot.js", says("1"));
    let stage = Stage::with(true, Some(app.path()), &[]).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    publish(app.path(), "hailong.js", |text| {
        text.replace("export", "throw new Error('broken'); export")
    });
    tab.pass(HOUR + 1).await;
    tab.wait("window.waits === true || (void navigator.serviceWorker.getRegistration().then(r => { window.waits = !!r.waiting; }))")
        .await;
    tab.eval("window.old = true").await;
    tab.pass(35).await;
    // The broken one took over, said so, and the old one serves again.
    tab.wait("window.old !== true").await;
    tab.screen("question").await;
    is_version(tab, "1").await;
    tab.cast(4).await;
    stage.has(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_in_the_cache_mends_itself() {
    let stage = Stage::set(true).await;
    let Stage { tab, server, .. } = &stage;
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    let holed = "window.holed = null, void caches.keys().then(async ([name]) => { const cache = await caches.open(name); \
                 window.holed = await cache.delete('hailong_bg.wasm') && await cache.delete('./'); })";
    tab.eval(holed).await;
    tab.wait("window.holed === true").await;
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.screen("question").await;
    let whole = "window.whole === true || void caches.match('./').then(async page => { \
                 window.whole = !!page && !!(await caches.match('hailong_bg.wasm')); })";
    tab.wait(whole).await;
    let url = format!("{}/tablet/", server.url());
    let Stage {
        server,
        tab,
        browser,
        folder,
        ..
    } = stage;
    server.stop().await;
    tab.open_tablet(&url).await;
    tab.cast(5).await;
    drop((browser, folder));
}
