//! From the navigation to the question that hears a tap, in a new browser process, with the server gone.

use crate::chromium::{Chromium, tablet_dir};
use crate::common::Spread;
use crate::{district, head, measured, times};
use std::path::Path;
use tempfile::tempdir;

/// Counts from the start of the navigation to the frame in which the first face can be tapped.
const WATCH: &str = r#"(() => {
  const ready = '[data-screen=question]:not([data-deaf]) [data-face]:not(:disabled)';
  const look = () => {
    if (!document.querySelector(ready)) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { window.measured = performance.now(); };
      after.port2.postMessage(null);
    });
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})()"#;

/// A page with one button and the tablet's own service worker.
const SMALL: [(&str, &str); 2] = [
    (
        "index.html",
        "<!doctype html><script type=module src=boot.js></script><body><div data-screen=question><button data-face=1>1",
    ),
    ("boot.js", "navigator.serviceWorker.register('sw.js')"),
];

pub async fn bench(starts: usize) {
    let profile = tempdir().unwrap();
    let (tablet, small) = install(profile.path()).await;
    let mut found = [Vec::new(), Vec::new()];
    // The first start of each is not counted.
    for start in 0..=starts {
        for (found, url) in found.iter_mut().zip([&tablet, &small]) {
            let browser = Chromium::start(profile.path()).await;
            let tab = browser.tab(820, 1180).await;
            tab.before_load(WATCH).await;
            tab.goto(url).await;
            let millis = measured(&tab).await;
            browser.kill();
            if start > 0 {
                found.push(millis);
            }
        }
        eprintln!("  start {start} of {starts}");
    }
    head(&format!(
        "Navigation to the first question that can be touched: no server, a new browser process, {starts} starts"
    ));
    times("tablet", &found[0]);
    times("a page with one button, same service worker", &found[1]);
    let [tablet, small] = found.map(|millis| Spread::of(millis).median);
    println!("the medians' ratio is {:.1}", tablet / small);
}

/// Visits both pages once with the servers there, then stops the servers. Answers the pages' addresses.
async fn install(profile: &Path) -> (String, String) {
    let (folder, app) = (tempdir().unwrap(), tempdir().unwrap());
    for (name, text) in SMALL {
        std::fs::write(app.path().join(name), text).unwrap();
    }
    let worker = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/tablet/sw.js")).unwrap();
    let hashes = SMALL.map(|(name, text)| format!("{name:?}: \"{}\"", hailong::wire::keys::sha256(&[text.as_bytes()])));
    let files = format!("{{{}}}", hashes.join(", "));
    let worker = worker
        .replace("__CACHE__", "hailong-small")
        .replace("__FILES__", &files);
    std::fs::write(app.path().join("sw.js"), worker).unwrap();

    let server = district(folder.path(), &tablet_dir()).await;
    let other = tempdir().unwrap();
    let small = district(other.path(), app.path()).await;
    let browser = Chromium::start(profile).await;
    let urls = [&server, &small].map(|at| format!("{}/tablet/", at.url()));
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&format!("{}#{}", urls[0], server.code(0))).await;
    tab.wait_for_service_worker().await;
    // One whole visit, so that the tablet has something to open.
    tab.cast(4).await;
    let tab = browser.tab(820, 1180).await;
    tab.goto(&urls[1]).await;
    tab.wait_for_service_worker().await;
    browser.kill();
    small.stop().await;
    server.stop().await;
    let [tablet, small] = urls;
    (tablet, small)
}
