//! The visit on the screen: sizes, silence, nothing left behind.

use crate::chromium::{Chromium, Tab};
use crate::rig::*;
use tempfile::{TempDir, tempdir};

/// Bound as a whole: a browser or a server that nobody holds is gone.
struct Stage {
    folder: TempDir,
    server: District,
    _browser: Chromium,
    tab: Tab,
    _profile: TempDir,
}

async fn set_stage(demo: bool) -> Stage {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), demo, &clock).await;
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.goto(&format!("{}/tablet/#{}", server.url(), server.code(0))).await;
    Stage {
        folder,
        server,
        _browser: browser,
        tab,
        _profile: profile,
    }
}

/// Everything that is cut off, too small, or outside the screen.
pub const FAULTS: &str = r#"(() => {
  const faults = [];
  const root = document.scrollingElement;
  if (root.scrollHeight > innerHeight + 1 || root.scrollWidth > innerWidth + 1)
    faults.push(`scrolls: ${root.scrollWidth}x${root.scrollHeight} in ${innerWidth}x${innerHeight}`);
  for (const b of document.querySelectorAll('button, input')) {
    const r = b.getBoundingClientRect();
    const name = b.dataset.action || b.dataset.face || b.dataset.tile || b.tagName;
    if (r.width < 63.5 || r.height < 63.5) faults.push(`${name}: ${r.width}x${r.height}`);
    if (r.left < -0.5 || r.top < -0.5 || r.right > innerWidth + 0.5 || r.bottom > innerHeight + 0.5) faults.push(`${name} is outside`);
    if (b.scrollWidth > b.clientWidth + 1) faults.push(`${name}: text is cut`);
  }
  for (const f of document.querySelectorAll('[data-face] svg')) {
    const r = f.getBoundingClientRect();
    if (Math.min(r.width, r.height) < 119.5) faults.push(`face ${r.width}x${r.height}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.checkVisibility() || e.closest('[data-offscreen]')) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < 20) faults.push(`text of ${size} px: ${walker.currentNode.textContent.trim().slice(0, 30)}`);
  }
  return faults;
})()"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_of_the_visit_fits_every_tablet_without_scrolling() {
    let stage = set_stage(true).await;
    let Stage { tab, .. } = &stage;
    let sizes = [
        (744, 1133),
        (820, 1180),
        (1024, 1366),
        (800, 1280),
        (1133, 744),
        (1180, 820),
        (1366, 1024),
        (1280, 800),
    ];
    for (width, height) in sizes {
        tab.size(width, height).await;
        tab.screen("question").await;
        check(tab, "question", width, height).await;
        tab.tap("[data-face=\"2\"]").await;
        tab.screen("reasons").await;
        check(tab, "reasons", width, height).await;
        tab.tap("[data-action=send]").await;
        tab.screen("thanks").await;
        check(tab, "thanks", width, height).await;
        tab.back_to_question().await;
    }
}

async fn check(tab: &Tab, screen: &str, width: i64, height: i64) {
    tab.screenshot(&format!("visit-{screen}-{width}x{height}")).await;
    let faults = tab.eval(FAULTS).await;
    assert_eq!(faults, serde_json::json!([]), "{screen} at {width}x{height}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_visit_nothing_of_it_is_left_on_the_page() {
    let stage = set_stage(true).await;
    let Stage { tab, .. } = &stage;
    tab.screen("question").await;
    let html = "document.body.innerHTML.replace(/ (id|data-dioxus-id|data-node-hydration)=\"[^\"]*\"/g, '')";
    let before = tab.eval(html).await;
    let history = tab.eval("history.length + location.href").await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.tap("[data-tile]").await;
    tab.tap("[data-action=send]").await;
    tab.screen("thanks").await;
    tab.back_to_question().await;
    assert_eq!(tab.eval(html).await, before);
    assert_eq!(tab.eval("history.length + location.href").await, history);
    assert_eq!(tab.eval("document.activeElement.tagName").await, "BODY");
    assert_eq!(tab.eval("localStorage.length + sessionStorage.length").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_face_tapped_and_left_alone_is_cast_by_silence_and_no_face_leaves_nothing() {
    let stage = set_stage(true).await;
    let Stage { tab, folder, .. } = &stage;
    tab.screen("question").await;
    tab.tap("[data-action=large]").await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.wait_for("[data-screen=more-time]").await;
    assert!(tab.text().await.contains("Ông/Bà có cần thêm thời gian không?"));
    tab.screenshot("visit-more-time").await;
    tab.screen("thanks").await;
    crate::chromium::until("the ballot arrived", async || {
        (stored_salts(folder.path()).len() == 1).then_some(())
    })
    .await;
    let conn = rusqlite::Connection::open(folder.path().join(hailong::store::FILE)).unwrap();
    let silent: i64 = conn
        .query_row(
            "select count(*) from body where cast(bytes as text) like '%\"ended\":\"silent\"%'",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(silent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_folder_starts_in_practice_with_a_ribbon_until_counting_begins() {
    let stage = set_stage(false).await;
    let Stage { tab, server, .. } = &stage;
    tab.screen("offer").await;
    tab.screenshot("tablet-offer").await;
    tab.tap("[data-action=stay]").await;
    tab.screen("question").await;
    assert!(tab.text().await.contains("DÙNG THỬ"));
    tab.screenshot("tablet-practice").await;
    tab.cast(5).await;
    tab.goto(&format!("{}/tablet/", server.url())).await;
    tab.screen("offer").await;
    tab.tap("[data-action=start-counting]").await;
    tab.screen("question").await;
    tab.wait("!document.body.innerText.includes('DÙNG THỬ')").await;
}
