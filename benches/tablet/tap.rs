//! From the finger leaving "Gửi" to the frame with "Cảm ơn": the ballot is on the disk in between.

use crate::chromium::{Chromium, Tab, tablet_dir};
use crate::common::Spread;
use crate::{district, head, measured, times};
use chromiumoxide::cdp::browser_protocol::emulation::SetCpuThrottlingRateParams;
use tempfile::tempdir;

/// Starts at the event's own time (before any handler) and ends when the frame that first holds the screen is made:
/// a task posted from its animation frame runs after layout and paint.
const WATCH: &str = r#"(() => {
  let from = null;
  addEventListener('pointerup', event => {
    if (event.target.closest('[data-action=send]')) from = event.timeStamp;
  }, true);
  new MutationObserver(() => {
    if (from === null || !document.querySelector('[data-screen=thanks]')) return;
    const began = from;
    from = null;
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { window.measured = performance.now() - began; };
      after.port2.postMessage(null);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true });
})()"#;

/// The least a page can do: a button that adds an element.
const EMPTY: &str = "data:text/html,<!doctype html><body><button data-action=send style='width:300px;height:100px' \
    onclick=\"document.body.insertAdjacentHTML('beforeend','<p data-screen=thanks>1')\">1</button>";

/// Slow-downs of the page's thread; the engine's Worker, where the ballot is written, is not slowed down.
const SLOWER: [f64; 2] = [1.0, 4.0];

pub async fn bench(visits: usize) {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let server = district(folder.path(), &tablet_dir()).await;
    let browser = Chromium::start(profile.path()).await;
    let (empty, tablet) = (browser.tab(820, 1180).await, browser.tab(820, 1180).await);
    for tab in [&empty, &tablet] {
        tab.before_load(WATCH).await;
    }
    empty.goto(EMPTY).await;
    let link = format!("{}/tablet/#{}", server.url(), server.code(0));
    tablet.open_tablet(&link).await;

    // One visit that is not counted, then turn by turn: page as it is, page slowed down, each beside the empty page.
    let mut found = [const { [Vec::new(), Vec::new()] }; SLOWER.len()];
    for visit in 0..=visits {
        for (slower, found) in SLOWER.into_iter().zip(&mut found) {
            let millis = [tap_empty(&empty, slower).await, tap_send(&tablet, slower).await];
            if visit > 0 {
                found.iter_mut().zip(millis).for_each(|(all, one)| all.push(one));
            }
        }
        if visit % 10 == 0 {
            eprintln!("  visit {visit} of {visits}");
        }
    }
    browser.kill();
    server.stop().await;

    head(&format!("Tap on \"Gửi\" to \"Cảm ơn\" on the screen, {visits} visits"));
    for (slower, [empty, tablet]) in SLOWER.into_iter().zip(&found) {
        let at = if slower > 1.0 {
            format!(", page {slower:.0}x slower")
        } else {
            String::new()
        };
        times(&format!("tablet{at}"), tablet);
        times(&format!("empty page{at}"), empty);
        let ratio = Spread::of(tablet.iter().copied()).median / Spread::of(empty.iter().copied()).median;
        println!("the medians' ratio is {ratio:.1}");
    }
}

async fn slow(tab: &Tab, rate: f64) {
    tab.0.bring_to_front().await.unwrap();
    tab.0.execute(SetCpuThrottlingRateParams::new(rate)).await.unwrap();
}

async fn tap_empty(tab: &Tab, slower: f64) -> f64 {
    slow(tab, slower).await;
    tab.tap("[data-action=send]").await;
    let millis = measured(tab).await;
    tab.eval("document.querySelector('[data-screen=thanks]').remove()")
        .await;
    millis
}

async fn tap_send(tab: &Tab, slower: f64) -> f64 {
    slow(tab, slower).await;
    tab.cast_to_thanks(4).await;
    let millis = measured(tab).await;
    slow(tab, 1.0).await;
    tab.back_to_question().await;
    millis
}
