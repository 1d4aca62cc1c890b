//! A tap beside a long queue: 100,000 ballots that were never sent, and the sender at work on them.
//!
//! The queue is made by the real client code on this machine and laid into the browser's storage as its pool keeps
//! it. Then two tablets take turns: one with that queue, one with an empty one, in browsers of their own.

use crate::chromium::{Chromium, Tab, tablet_dir};
use crate::common::Spread;
use crate::rig::{Counter, District};
use crate::{district, head, measured, times};
use chromiumoxide::cdp::browser_protocol::emulation::SetCpuThrottlingRateParams;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// From the finger leaving the control to the first frame that shows what follows: for a face the reasons (nothing is
/// waited for), for "Gửi" the thanks (the ballot is on the disk).
const WATCH: &str = r#"(() => {
  let from = null, wanted = null;
  addEventListener('pointerup', event => {
    const control = event.target.closest('[data-face], [data-action=send]');
    if (control) [from, wanted] = [event.timeStamp, control.dataset.face ? 'reasons' : 'thanks'];
  }, true);
  new MutationObserver(() => {
    if (from === null || !document.querySelector(`[data-screen=${wanted}]`)) return;
    const began = from;
    from = null;
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { window.measured = performance.now() - began; };
      after.port2.postMessage(null);
    });
  }).observe(document, { subtree: true, childList: true, attributes: true });
})()"#;

/// Writes files of the served app into the pool of file handles: name (512 bytes), kind (4), content from 4096.
const LAY: &str = r#"(async () => {
  const root = await navigator.storage.getDirectory();
  const pool = await (await root.getDirectoryHandle('.opfs-sahpool', { create: true })).getDirectoryHandle('.opaque', { create: true });
  for (const name of ['identity.db', 'outbox-1.db']) {
    const bytes = await (await fetch('seed/' + name)).arrayBuffer();
    const head = new Uint8Array(4096);
    new TextEncoder().encodeInto(name, head);
    new DataView(head.buffer).setUint32(512, 0x106);
    const out = await (await pool.getFileHandle('seed-' + name.replace('.', '-'), { create: true })).createWritable();
    await out.write(head);
    await out.write(bytes);
    await out.close();
  }
  window.laid = true;
})().catch(error => { window.laid = String(error); })"#;

/// A tablet with a queue, in a browser of its own. Bound as a whole.
struct Seat {
    tab: Tab,
    _browser: Chromium,
    _server: District,
    _dirs: Vec<TempDir>,
}

pub async fn bench(ballots: u64, visits: usize) {
    let seats = [seat(0).await, seat(ballots).await];
    let slower = 4.0;
    for seat in &seats {
        seat.tab
            .0
            .execute(SetCpuThrottlingRateParams::new(slower))
            .await
            .unwrap();
    }
    let mut found = [const { [Vec::new(), Vec::new()] }; 2];
    for visit in 0..=visits {
        for (seat, found) in seats.iter().zip(&mut found) {
            let millis = one_visit(&seat.tab).await;
            if visit > 0 {
                found.iter_mut().zip(millis).for_each(|(all, one)| all.push(one));
            }
        }
        if visit % 10 == 0 {
            eprintln!("  visit {visit} of {visits}");
        }
    }
    head(&format!(
        "Tap to the next screen, page {slower:.0}x slower (the Worker is not), {ballots} unsent ballots and the sender at work, {visits} visits"
    ));
    for (at, what) in ["a face to the reasons", "\"Gửi\" to \"Cảm ơn\""]
        .into_iter()
        .enumerate()
    {
        times(&format!("{what}, long queue"), &found[1][at]);
        times(&format!("{what}, empty queue"), &found[0][at]);
        let [empty, long] = [&found[0][at], &found[1][at]].map(|all| Spread::of(all.iter().copied()).median);
        println!("the medians' ratio is {:.2} (goal 1.2)", long / empty);
    }
}

async fn one_visit(tab: &Tab) -> [f64; 2] {
    tab.0.bring_to_front().await.unwrap();
    tab.screen("question").await;
    tab.tap("[data-face=\"4\"]").await;
    let face = measured(tab).await;
    tab.tap("[data-screen=reasons] [data-action=send]").await;
    let send = measured(tab).await;
    tab.back_to_question().await;
    [face, send]
}

async fn seat(ballots: u64) -> Seat {
    let (folder, profile, app) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    copy_tree(&tablet_dir(), app.path());
    let server = district(folder.path(), app.path()).await;
    let now = hailong::platform::unix_now();
    let mut counter = Counter::enrol(&server.url(), &server.code(0), now).await;
    eprintln!("  casting {ballots} ballots");
    counter.cast(ballots, now - ballots as i64 * 40);
    let Counter { dir, tablet, .. } = counter;
    drop(tablet);
    let seed = app.path().join("seed");
    std::fs::create_dir_all(&seed).unwrap();
    for name in ["identity.db", "outbox-1.db"] {
        std::fs::copy(dir.path().join(name), seed.join(name)).unwrap();
    }
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.before_load(WATCH).await;
    // A page of that origin which does not open the storage itself.
    tab.goto(&format!("{}/tablet/favicon.svg", server.url())).await;
    tab.eval(&format!("void {LAY}")).await;
    tab.wait("window.laid").await;
    assert_eq!(tab.eval("window.laid").await, true);
    let began = std::time::Instant::now();
    tab.open_tablet(&format!("{}/tablet/", server.url())).await;
    eprintln!(
        "  opened with {ballots} ballots in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    Seat {
        tab,
        _browser: browser,
        _server: server,
        _dirs: vec![folder, profile, app, dir],
    }
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
