//! A person opposite learns nothing of the choice, and nothing is left of a visit.

use crate::chromium::Tab;
use crate::stage::{INSTALLED, Stage};
use crate::ways::{ax_tree, said};
use chromiumoxide::page::ScreenshotParams;

/// Writes down what leaves the page's script: what the engine is told, what is spoken, played or buzzed, and which
/// timers are set. The voice is made up: this browser has none.
const EAR: &str = r#"(() => {
  globalThis.heard = [];
  globalThis.timers = new Set();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (typeof message === 'string') {
      const command = JSON.parse(message);
      heard.push('engine ' + (typeof command === 'string' ? command : Object.keys(command)[0]));
    }
    return post.call(this, message, ...rest);
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const set = globalThis[name];
    globalThis[name] = (call, delay, ...rest) => { timers.add(`${name} ${delay}`); return set(call, delay, ...rest); };
  }
  const voice = Object.create(SpeechSynthesisVoice.prototype, { lang: { value: 'vi-VN' }, localService: { value: true } });
  SpeechSynthesis.prototype.getVoices = () => [voice];
  SpeechSynthesis.prototype.cancel = () => heard.push('hush');
  SpeechSynthesis.prototype.speak = (said) => heard.push('speak ' + said.text);
  globalThis.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  HTMLMediaElement.prototype.play = () => { heard.push('play'); return Promise.resolve(); };
  Navigator.prototype.vibrate = () => heard.push('buzz');
})()"#;

/// One visit with this face; every screen's markup and pixels without the words of the choice, and what was heard.
async fn visit(tab: &Tab, level: u8) -> (Vec<String>, Vec<Vec<u8>>, serde_json::Value) {
    let (mut markup, mut pixels) = (Vec::new(), Vec::new());
    tab.screen("question").await;
    tab.eval("heard.length = 0, void timers.clear()").await;
    tab.tap(&format!("[data-face=\"{level}\"]")).await;
    tab.screen("reasons").await;
    let shown = tab.eval("document.querySelector('.chosen-words').innerText").await;
    assert!(shown.as_str().unwrap().starts_with("Ông/Bà đã chọn:"), "{shown}");
    look(tab, &mut markup, &mut pixels).await;
    tab.tap("[data-action=listen]").await;
    tab.tap("[data-action=large]").await;
    look(tab, &mut markup, &mut pixels).await;
    tab.tap("[data-tile=thai_do]").await;
    look(tab, &mut markup, &mut pixels).await;
    tab.tap("[data-action=send]").await;
    tab.screen("thanks").await;
    look(tab, &mut markup, &mut pixels).await;
    tab.thanks_and_back().await;
    look(tab, &mut markup, &mut pixels).await;
    let heard = tab.eval("({ heard: heard.slice(), timers: [...timers].sort() })").await;
    (markup, pixels, heard)
}

async fn look(tab: &Tab, markup: &mut Vec<String>, pixels: &mut Vec<Vec<u8>>) {
    tab.wait("!document.querySelector('[data-deaf]') || document.querySelector('[data-screen=thanks]')")
        .await;
    tab.wait("document.querySelector('[data-screen=question]') || document.querySelector('[data-screen=thanks]') || document.querySelector('[data-drafted]')").await;
    let html = tab
        .eval(
            "(() => { const copy = document.querySelector('.app').cloneNode(true); \
             copy.querySelector('.chosen-words')?.replaceChildren(); copy.removeAttribute('data-deaf'); \
             return copy.outerHTML.replace(/ data-(dioxus-id|node-hydration)=\"[^\"]*\"/g, ''); })()",
        )
        .await;
    markup.push(html.as_str().unwrap().to_owned());
    tab.eval("document.querySelector('.chosen-words')?.style.setProperty('visibility', 'hidden')")
        .await;
    let shot = ScreenshotParams::builder().build();
    pixels.push(tab.0.screenshot(shot).await.unwrap());
    tab.eval("document.querySelector('.chosen-words')?.removeAttribute('style')")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_with_different_faces_differ_only_in_the_words_of_the_choice() {
    let stage = Stage::with(true, None, &[EAR, INSTALLED]).await;
    let tab = &stage.tab;
    for (width, height) in [(744, 1133), (1180, 820)] {
        tab.size(width, height).await;
        // A first visit, so that what is done once has been done.
        visit(tab, 3).await;
        let (markup, pixels, heard) = visit(tab, 1).await;
        assert!(heard["heard"].as_array().unwrap().len() >= 9, "{heard}");
        for level in 2..=5 {
            let other = visit(tab, level).await;
            assert_eq!(other.0, markup, "the markup of face {level}");
            assert_eq!(other.2, heard, "what was said and done after face {level}");
            for (at, (one, two)) in pixels.iter().zip(&other.1).enumerate() {
                if one == two {
                    continue;
                }
                std::fs::write("target/screenshots/differs-1.png", one).unwrap();
                std::fs::write("target/screenshots/differs-2.png", two).unwrap();
                let differ = differ(&stage, one, two).await;
                assert!(
                    differ <= HARDLY,
                    "picture {at} of face {level} at {width}x{height} differs by {differ}: target/screenshots/differs-*.png"
                );
            }
        }
    }
}

/// The compositor may draw an edge a shade lighter the second time; no eye sees that. Of 255 per colour.
const HARDLY: u64 = 8;

/// How far two pictures are apart where they differ most, as a canvas decodes them.
async fn differ(stage: &Stage, one: &[u8], two: &[u8]) -> u64 {
    let page = stage.browser.tab(800, 600).await;
    for picture in [one, two] {
        let blob = format!("void (window.blobs ??= []).push(new Blob([new Uint8Array({picture:?})]))");
        page.eval(&blob).await;
    }
    page.eval(
        "void Promise.all(blobs.map(blob => createImageBitmap(blob))).then(([a, b]) => { \
         const data = (of) => { const c = new OffscreenCanvas(a.width, a.height).getContext('2d'); c.drawImage(of, 0, 0); \
           return c.getImageData(0, 0, a.width, a.height).data; }; \
         const [x, y] = [data(a), data(b)]; let most = a.width === b.width && a.height === b.height ? 0 : 255; \
         for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - y[i])); window.most = most; })",
    )
    .await;
    page.wait("typeof most === 'number'").await;
    page.eval("most").await.as_u64().unwrap()
}

/// Everything a page could remember, besides what the outbox keeps in its files.
async fn traces(tab: &Tab) -> serde_json::Value {
    tab.eval(
        "window.traces = null, void (async () => { \
         const files = []; \
         const list = async (dir, path) => { for await (const [name, entry] of dir.entries()) { \
           files.push(path + name); if (entry.kind === 'directory') await list(entry, path + name + '/'); } }; \
         await list(await navigator.storage.getDirectory(), '/'); \
         const kept = []; \
         for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname); \
         window.traces = { files: files.sort(), kept: kept.sort(), cookie: document.cookie, \
           databases: (await indexedDB.databases()).map(d => d.name), \
           local: Object.entries(localStorage), session: Object.entries(sessionStorage), \
           history: [history.length, history.state, location.href], \
           focus: document.activeElement.tagName, selected: String(getSelection()), scrolled: [scrollX, scrollY], \
           fields: document.querySelectorAll('input, textarea, select, form').length, title: document.title, \
           lang: document.documentElement.lang, \
           html: document.body.innerHTML.replace(/ data-(dioxus-id|node-hydration)=\"[^\"]*\"/g, '') }; })()",
    )
    .await;
    tab.wait("window.traces").await;
    tab.eval("window.traces").await
}

async fn tree(tab: &Tab) -> Vec<String> {
    let nodes = ax_tree(tab).await.into_iter().map(|node| {
        let properties = node.properties.unwrap_or_default();
        let mut states: Vec<_> = properties
            .iter()
            .map(|p| format!("{:?}={}", p.name, p.value.value.clone().unwrap_or_default()))
            .collect();
        states.sort();
        let (role, name) = (said(node.role.as_ref()), said(node.name.as_ref()));
        format!("{role} {name} {} {states:?}", said(node.value.as_ref()))
    });
    nodes.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_visit_nothing_of_it_is_left_anywhere_but_in_the_outbox() {
    let stage = Stage::set(true).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    tab.wait_for_service_worker().await;
    // Every file of the pool is there, and the page has said all it says of itself once.
    tab.cast(3).await;
    stage.has(1).await;
    tab.wait_for("[data-status=clear]").await;
    let (before, before_tree) = (traces(tab).await, tree(tab).await);
    assert!(before["files"].as_array().unwrap().len() > 2, "{before}");
    assert_eq!(before["databases"], serde_json::json!([]));
    tab.tap("[data-action=language]").await;
    tab.tap("[data-action=large]").await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.tap("[data-tile]").await;
    tab.tap("[data-action=again]").await;
    tab.tap("[data-screen=question] [data-face=\"2\"]").await;
    tab.tap("[data-screen=reasons] [data-action=send]").await;
    assert_ne!(tree(tab).await, before_tree);
    tab.thanks_and_back().await;
    stage.has(2).await;
    assert_eq!(traces(tab).await, before);
    assert_eq!(tree(tab).await, before_tree);
}
