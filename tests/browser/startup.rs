use crate::chromium::Chromium;
use crate::rig::*;
use tempfile::tempdir;

const WATCH: &str = r#"(() => {
  window.marks = [];
  const mark = (name) => marks.push([name, Math.round(performance.now())]);
  mark('script');
  const compile = WebAssembly.compileStreaming;
  WebAssembly.compileStreaming = async (source) => { mark('compile begins'); const r = await source; mark('wasm response'); const m = await compile(r); mark('compiled'); return m; };
  const inst = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...a) => { mark('instantiate'); const r = await inst(...a); mark('instantiated'); return r; };
  const W = Worker;
  globalThis.Worker = class extends W { constructor(...a) { super(...a); mark('worker new'); this.addEventListener('message', e => mark('worker says ' + String(e.data).slice(0, 40))); } };
  const observer = new MutationObserver(() => {
    const s = document.querySelector('[data-screen]')?.dataset.screen;
    if (s && marks.at(-1)[0] !== 'screen ' + s && !marks.some(m => m[0] === 'screen ' + s)) mark('screen ' + s);
    if (document.querySelector('[data-screen=question]:not([data-deaf]) [data-face]') && !window.done) { window.done = true; requestAnimationFrame(() => { mark('frame'); window.measured = true; }); }
  });
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})()"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore]
async fn measure() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let url = format!("{}/tablet/", server.url());
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&format!("{url}#{}", server.code(0))).await;
    tab.wait_for_service_worker().await;
    tab.cast(4).await;
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    browser.kill();
    server.stop().await;
    for _ in 0..4 {
        let browser = Chromium::start(profile.path()).await;
        let tab = browser.tab(820, 1180).await;
        tab.before_load(WATCH).await;
        tab.goto(&url).await;
        tab.wait("window.measured").await;
        println!("{}", tab.eval("JSON.stringify(marks)").await);
        println!("{}", tab.eval("JSON.stringify([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(e => [e.name.split('/').pop(), Math.round(e.startTime), Math.round(e.workerStart), Math.round(e.responseStart), Math.round(e.responseEnd)]))").await);
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        browser.kill();
    }
}
