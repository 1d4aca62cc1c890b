//! A day without an operator (F07): nobody but citizens touches the tablet.
//!
//! Simulated: the clocks of the page and of the Worker, moved on together. Real: the district, its network, the app's
//! files on it, the browser, its storage and its service worker.

use crate::app::{altered, publish};
use crate::clock;
use crate::counter::{MONDAY, open_on_weekdays};
use crate::rig::District;
use crate::stage::{INSTALLED, Stage};
use hailong::domain::survey::DEFAULT_SURVEY_JSON;

const HOUR: i64 = 3600;

#[tokio::test(flavor = "multi_thread")]
async fn from_opening_to_closing_nothing_needs_a_hand() {
    let app = altered(clock::WORKER);
    let mut stage = Stage::with(true, Some(app.path()), &[INSTALLED]).await;
    let mut cast = 0;
    let tab = crate::chromium::Tab(stage.tab.0.clone());
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    open_on_weekdays(&stage.server);
    // Before opening: at rest, once the setup with the hours has come.
    tab.set_wall(MONDAY + 6 * HOUR).await;
    tab.pass(HOUR).await;
    tab.screen("resting").await;
    tab.pass(HOUR / 2).await;
    tab.screen("question").await;
    // The morning, with the network.
    for level in [4, 5, 3] {
        tab.cast(level).await;
        cast += 1;
    }
    stage.has(cast).await;
    // The network goes, citizens come.
    let (folder, clock) = (stage.folder.path().to_owned(), stage.server.clock.clone());
    let port = stage.server.addr.port();
    stage.server = swap(stage.server, &folder).await;
    for level in [1, 2] {
        tab.pass(HOUR / 2).await;
        tab.cast(level).await;
        cast += 1;
    }
    // It comes back; the pauses of the sender are at most five minutes.
    let back = District::start_on(&folder, &clock, port, app.path()).await;
    stage.server.stop().await;
    stage.server = back;
    tab.pass(301).await;
    stage.has(cast).await;
    // Another question is asked from now on.
    let survey = DEFAULT_SURVEY_JSON.replace("sự phục vụ hôm nay", "việc tiếp đón hôm nay");
    let now = clock.now();
    stage
        .server
        .store
        .write(move |tx| {
            tx.publish_survey(&survey, now)?;
            tx.refresh_setups(now)
        })
        .unwrap();
    tab.pass(2 * HOUR).await;
    tab.wait("document.body.innerText.includes('việc tiếp đón hôm nay')")
        .await;
    tab.cast(5).await;
    cast += 1;
    stage.has(cast).await;
    // A new version of the app is put on the district.
    publish(app.path(), "boot.js", |text| {
        text + "\ndocument.documentElement.dataset.version = 'new';\n"
    });
    tab.pass(HOUR + 1).await;
    tab.wait("window.waits === true || (void navigator.serviceWorker.getRegistration().then(r => { window.waits = !!r.waiting; }))")
        .await;
    tab.pass(35).await;
    tab.wait("document.documentElement.dataset.version === 'new'").await;
    // The new page's simulated clock begins anew: back to the afternoon.
    tab.set_wall(MONDAY + 15 * HOUR).await;
    tab.screen("question").await;
    tab.cast(4).await;
    cast += 1;
    stage.has(cast).await;
    // Closing time.
    tab.set_wall(MONDAY + 17 * HOUR).await;
    tab.pass(130).await;
    tab.screen("resting").await;
    stage.has(cast).await;
    crate::rig::assert_sound(stage.folder.path());
}

/// Stops the district's server and puts one in its place that nobody can reach at the old address.
async fn swap(server: District, folder: &std::path::Path) -> District {
    let clock = server.clock.clone();
    server.stop().await;
    District::start(folder, &clock, 0).await
}
