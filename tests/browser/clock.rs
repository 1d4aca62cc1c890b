//! Time that a test passes in the page, and in the Worker of an altered app, without waiting for it.
//!
//! What is simulated: `Date` and `performance.now()`. Timers run in real time, but the app's own loop looks at the
//! clock ten times a second, so that what is due happens at once.

use crate::chromium::Tab;

/// For the page. `pass(ms)` moves both clocks on; `setWall(unix)` only the wall clock, as a person in Settings would.
pub const PAGE: &str = r#"(() => {
  let wall = 0, gone = 0;
  const channel = new BroadcastChannel('test-clock');
  const tell = () => channel.postMessage([wall, gone]);
  const RealDate = Date, now = performance.now.bind(performance);
  performance.now = () => now() + gone;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(RealDate.now() + wall + gone); }
    static now() { return RealDate.now() + wall + gone; }
  };
  globalThis.pass = (ms) => { gone += ms; tell(); };
  globalThis.setWall = (unix) => { wall = unix * 1000 - RealDate.now() - gone; tell(); };
})()"#;

/// For the Worker: follows the page's.
pub const WORKER: &str = r#"{
  let wall = 0, gone = 0;
  new BroadcastChannel('test-clock').onmessage = (message) => { [wall, gone] = message.data; };
  const RealDate = Date, now = performance.now.bind(performance);
  performance.now = () => now() + gone;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(RealDate.now() + wall + gone); }
    static now() { return RealDate.now() + wall + gone; }
  };
}"#;

impl Tab {
    /// Lets so many seconds pass in the page (and in a Worker that follows it).
    pub async fn pass(&self, seconds: i64) {
        self.eval(&format!("void pass({})", seconds * 1000)).await;
    }

    /// Sets the page's wall clock.
    pub async fn set_wall(&self, unix: i64) {
        self.eval(&format!("void setWall({unix})")).await;
    }
}
