//! The pictures of the printed cards (`docs/huong-dan`) and of the README, each of a step as the tests take it.
//!
//! They go to `target/gallery/`; with `HAILONG_GALLERY` set, to `docs/screenshots/`.

use crate::admin::{Desk, whole_page};
use crate::chromium::Tab;
use crate::counter::{MONDAY, open_on_weekdays};
use crate::rig::{District, TestClock};
use crate::stage::{INSTALLED, Stage, VOICED};
use crate::support::{DAY, HOUR, MORNING};
use chromiumoxide::cdp::browser_protocol::emulation::SetEmulatedMediaParams;
use chromiumoxide::page::ScreenshotParams;
use hailong::store::{settings, withdraw::Reason};
use std::path::Path;
use tempfile::tempdir;

async fn picture(tab: &Tab, name: &str) {
    tab.wait("!document.querySelector('[data-deaf]') || document.querySelector('[data-screen=thanks]')")
        .await;
    keep(
        name,
        &tab.0.screenshot(ScreenshotParams::builder().build()).await.unwrap(),
    );
}

fn keep(name: &str, bytes: &[u8]) {
    let docs = std::env::var_os("HAILONG_GALLERY").is_some();
    let folder = if docs { "docs/screenshots" } else { "target/gallery" };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_the_cards_can_be_taken() {
    let stage = Stage::with(false, None, &[INSTALLED, VOICED]).await;
    let (tab, server) = (&stage.tab, &stage.server);
    tab.screen("offer").await;
    picture(tab, "huong-dan-3-bat-dau").await;
    tab.tap("[data-action=start-counting]").await;
    tab.screen("question").await;
    picture(tab, "the-1-cau-hoi").await;
    tab.tap("[data-face=\"4\"]").await;
    tab.screen("reasons").await;
    tab.tap("[data-tile=thoi_gian]").await;
    tab.wait("document.querySelector('[data-tile=thoi_gian][aria-pressed=true]')")
        .await;
    picture(tab, "the-2-ly-do").await;
    tab.pass(31).await;
    tab.screen("more-time").await;
    picture(tab, "huong-dan-6-them-thoi-gian").await;
    tab.tap("[data-action=more]").await;
    tab.tap("[data-screen=reasons] [data-action=send]").await;
    tab.screen("thanks").await;
    picture(tab, "the-3-cam-on").await;
    tab.thanks_and_back().await;
    tab.size(1180, 820).await;
    picture(tab, "the-4-ngang").await;
    tab.size(820, 1180).await;
    for _ in 0..2 {
        tab.tap("[data-action=large]").await;
        tab.pass(1).await;
    }
    tab.wait_for(".app.contrast").await;
    picture(tab, "the-5-tuong-phan").await;
    tab.pass(51).await;
    tab.wait("!document.querySelector('.app.contrast')").await;
    // After hours.
    open_on_weekdays(server);
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.wait_for("[data-screen=question], [data-screen=resting]").await;
    tab.set_wall(MONDAY + 18 * 3600).await;
    tab.screen("resting").await;
    picture(tab, "huong-dan-5-nghi").await;
    // The self-test.
    tab.wait_for_service_worker().await;
    tab.goto("about:blank").await;
    tab.goto(&format!("{}/tablet/#self-test", server.url())).await;
    tab.wait_for("[data-check=storage][data-fine=true]").await;
    tab.wait_for("[data-check=offline][data-fine=true]").await;
    picture(tab, "huong-dan-4-tu-kiem-tra").await;
    // The administrator looks at the old tablet before it is replaced, and withdraws it.
    let (user, password) = hailong::server::auth::create_first_admin(&server.store, server.clock.now()).unwrap();
    let admin = stage.browser.tab(1180, 820).await;
    admin.goto(&format!("{}/admin/", server.url())).await;
    admin.wait_for("input[type=password]").await;
    admin
        .eval(&format!(
            "document.querySelector('input[autocomplete=username]').value = {user:?}, \
             document.querySelector('input[type=password]').value = {password:?}, \
             document.querySelector('input[type=password]').form.submit()"
        ))
        .await;
    admin.wait("!document.querySelector('input[type=password]')").await;
    admin.goto(&format!("{}/admin/devices", server.url())).await;
    admin.wait("document.querySelector('table')").await;
    picture(&admin, "thay-may-1-thiet-bi").await;
    let (device, now) = (
        server.store.read(hailong::store::devices::all).unwrap()[0].id,
        server.clock.now(),
    );
    server.store.write(move |tx| tx.revoke(device, now)).unwrap();
    tab.goto("about:blank").await;
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.wait_for("[data-block=revoked]").await;
    picture(tab, "thay-may-2-thu-hoi").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_of_the_installation_can_be_taken() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let browser = crate::chromium::Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.screen("enrol").await;
    tab.faultless("enrol", false).await;
    tab.axe("enrol").await;
    picture(&tab, "huong-dan-2-nhap-ma").await;
    let plain = browser.tab(820, 1180).await;
    plain
        .before_load(
            "Object.defineProperty(navigator, 'userAgent', {get: () => 'Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X)'}); \
             Object.defineProperty(navigator, 'standalone', {get: () => false});",
        )
        .await;
    plain
        .goto(&format!("{}/tablet/#{}", server.url(), server.code(0)))
        .await;
    plain.screen("add-to-home").await;
    for (width, height) in [(1133, 744), (744, 1133), (820, 1180)] {
        plain.size(width, height).await;
        plain
            .faultless(&format!("add-to-home-{width}x{height}"), width > height)
            .await;
    }
    plain.axe("add-to-home").await;
    picture(&plain, "huong-dan-1-man-hinh-chinh").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_that_a_leader_shows_can_be_taken() {
    let desk = Desk::open(true).await;
    desk.busy().await;
    desk.sign_in(&desk.site.user, &desk.site.password).await;
    let ward = desk.ward();
    let counter = desk.district.counters[4];
    for (name, path) in [
        ("admin-overview", format!("/admin/?node={ward}")),
        ("admin-units", "/admin/units".to_owned()),
        ("admin-detail", format!("/admin/detail?node={ward}")),
        ("admin-counter", format!("/admin/detail?counter={counter}")),
        ("admin-report", format!("/admin/reports?node={ward}")),
        ("admin-export", "/admin/export".to_owned()),
        ("admin-exclusions", "/admin/exclusions?month=2026-10".to_owned()),
    ] {
        desk.tab.goto(&format!("{}{path}", desk.site.base)).await;
        desk.tab.wait("document.readyState === 'complete'").await;
        keep(name, &whole_page(&desk.tab).await);
    }
    desk.site.stop().await;
}

/// What runs beside the figures: the tablets, the tasks, and what everybody sees.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_running_it_can_be_taken() {
    let desk = Desk::open(true).await;
    desk.busy().await;
    desk.sign_in(&desk.site.user, &desk.site.password).await;
    let (district, ward) = (&desk.district, desk.ward());
    // One tablet was copied and owes ballots, one was forgotten in a drawer, one was lost.
    let mut copied = district.tablet_at(20, district.counters[1], MORNING - 20 * DAY);
    for (id, ballots) in [(1, 2), (2, 1)] {
        let epoch = copied.voted(id, None, ballots, MORNING - HOUR);
        copied.deliver(&district.store, &epoch, MORNING);
    }
    let epoch = copied.voted(3, None, 4, MORNING - HOUR);
    let part = copied.part(&epoch, 0, 3, MORNING);
    copied.send(&district.store, &part, MORNING);
    district.tablet_at(21, district.counters[2], MORNING - 20 * DAY);
    let lost = district.tablet_at(22, district.counters[5], MORNING - 3 * DAY).key.id();
    let done = district.store.write(move |tx| {
        tx.by("quan-tri")
            .withdraw(lost, Some(Reason::Lost), "Biên bản số 7", MORNING)?;
        let mut own = settings::own(tx.conn(), ward)?;
        own.public = Some(true);
        tx.set_settings(ward, &own, "quan-tri", MORNING)?;
        tx.release_due(MORNING)?;
        tx.publish_due(MORNING)?;
        tx.checkpoint(MORNING)
    });
    done.unwrap();
    district.store.open_tasks(MORNING).unwrap();
    for (name, path) in [
        ("admin-devices", "/admin/devices".to_owned()),
        ("admin-tasks", "/admin/tasks".to_owned()),
        ("admin-digest", "/admin/tasks/digest".to_owned()),
        ("public-unit", format!("/cong-khai/{ward}")),
    ] {
        desk.tab.goto(&format!("{}{path}", desk.site.base)).await;
        desk.tab.wait("document.readyState === 'complete'").await;
        keep(name, &whole_page(&desk.tab).await);
    }
    let shot = || desk.tab.0.screenshot(ScreenshotParams::builder().build());
    // A television.
    desk.tab.size(1920, 1080).await;
    desk.tab
        .goto(&format!("{}/cong-khai/{ward}/bang", desk.site.base))
        .await;
    desk.tab.wait("document.readyState === 'complete'").await;
    let (width, height) = (
        "document.documentElement.scrollWidth",
        "document.documentElement.scrollHeight",
    );
    let scrolls = format!("{width} > innerWidth || {height} > innerHeight");
    assert_eq!(desk.tab.eval(&scrolls).await, false, "the board is shown whole");
    keep("public-board", &shot().await.unwrap());
    // A sheet of A4, as it is printed.
    let print = SetEmulatedMediaParams::builder().media("print").build();
    desk.tab.0.execute(print).await.unwrap();
    desk.tab.size(794, 1123).await;
    desk.tab
        .goto(&format!("{}/cong-khai/{ward}/to-roi", desk.site.base))
        .await;
    desk.tab.wait("document.readyState === 'complete'").await;
    assert_eq!(desk.tab.eval(&scrolls).await, false, "the poster is one page");
    keep("public-poster", &shot().await.unwrap());
    desk.site.stop().await;
}
