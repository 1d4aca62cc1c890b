//! A Chromium of our own: started on a profile, driven over its protocol, killed as a whole.

use chromiumoxide::cdp::browser_protocol::browser::{SetDownloadBehaviorBehavior, SetDownloadBehaviorParams};
use chromiumoxide::cdp::browser_protocol::emulation::SetDeviceMetricsOverrideParams;
use chromiumoxide::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;
use chromiumoxide::cdp::browser_protocol::target::SetAutoAttachParams;
use chromiumoxide::error::CdpError;
use chromiumoxide::handler::{Handler, HandlerConfig};
use chromiumoxide::layout::Point;
use chromiumoxide::page::ScreenshotParams;
use chromiumoxide::{Browser, Page};
use futures_util::{FutureExt, StreamExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a condition may take on a busy machine. Not a promise, only an end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser.
pub struct Chromium {
    child: Child,
    browser: Browser,
}

/// A page.
pub struct Tab(pub Page);

/// Where the tests find the browser; a missing one is a failure, never a silent pass.
fn program() -> PathBuf {
    std::env::var_os("HAILONG_CHROME")
        .map(PathBuf::from)
        .expect("HAILONG_CHROME is not set; run the browser tests with `cargo xtask test`")
}

/// Where the tests find the tablet app.
pub fn tablet_dir() -> PathBuf {
    std::env::var_os("HAILONG_TABLET_DIR")
        .map(PathBuf::from)
        .expect("HAILONG_TABLET_DIR is not set; run the browser tests with `cargo xtask test`")
}

/// A busy machine may take long over a page; what a test waits for says itself when it never comes.
fn patient() -> HandlerConfig {
    HandlerConfig {
        request_timeout: Duration::from_secs(120),
        ..HandlerConfig::default()
    }
}

impl Chromium {
    /// Starts on a profile, which outlives it.
    pub async fn start(profile: &Path) -> Self {
        Self::start_with(profile, &[]).await
    }

    pub async fn start_with(profile: &Path, more: &[&str]) -> Self {
        let port_file = profile.join("DevToolsActivePort");
        let _ = std::fs::remove_file(&port_file);
        let child = Command::new(program())
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args([
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--lang=vi",
                "--mute-audio",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.display()))
            .args(more)
            .arg("about:blank")
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let address = until("Chromium listens", async || {
            let text = std::fs::read_to_string(&port_file).ok()?;
            let mut lines = text.lines();
            Some(format!("ws://127.0.0.1:{}{}", lines.next()?, lines.next()?))
        })
        .await;
        let (browser, handler) = Browser::connect_with_config(address, patient()).await.unwrap();
        tokio::spawn(drive(handler));
        Self { child, browser }
    }

    /// A page of a size in CSS pixels.
    pub async fn tab(&self, width: i64, height: i64) -> Tab {
        let page = self.browser.new_page("about:blank").await.unwrap();
        // chromiumoxide lets a service worker wait for a debugger that it then never resumes.
        page.execute(SetAutoAttachParams::new(false, false)).await.unwrap();
        let tab = Tab(page);
        tab.size(width, height).await;
        tab
    }

    /// Where files go that a page hands out.
    pub async fn downloads_to(&self, folder: &Path) {
        let allow = SetDownloadBehaviorParams::builder()
            .behavior(SetDownloadBehaviorBehavior::Allow)
            .download_path(folder.to_str().unwrap())
            .build();
        self.browser.execute(allow.unwrap()).await.unwrap();
    }

    /// SIGKILL to every process of the browser, then waits until it is gone.
    pub fn kill(mut self) {
        kill_group(&self.child);
        let _ = self.child.wait();
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            kill_group(&self.child);
            let _ = self.child.wait();
        }
    }
}

fn kill_group(child: &Child) {
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -9 -{}", child.id())])
        .stderr(Stdio::null())
        .status();
}

/// Until the browser is gone: chromiumoxide would wait for ever, and so would whoever listens to its events.
async fn drive(mut handler: Handler) {
    while let Some(done) = handler.next().await {
        if matches!(done, Err(CdpError::Ws(_))) {
            // Once more, for what was read together with the end.
            let _ = handler.next().now_or_never();
            return;
        }
    }
}

/// Waits for a condition; looks again every 20 ms.
pub async fn until<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Tab {
    pub async fn size(&self, width: i64, height: i64) {
        // A busy Chromium now and then never answers this one; asking again does no harm.
        let ask = || {
            self.0
                .execute(SetDeviceMetricsOverrideParams::new(width, height, 1.0, false))
        };
        for _ in 0..3 {
            if ask().await.is_ok() {
                return;
            }
        }
        ask().await.unwrap();
    }

    pub async fn goto(&self, url: &str) {
        // chromiumoxide now and then misses a load that is over at once, and waits for it in vain.
        if let Err(error) = self.0.goto(url).await {
            let here = self.eval("location.href").await;
            let page = url.split('#').next().unwrap_or(url);
            assert!(
                here.as_str().is_some_and(|here| here.starts_with(page)),
                "{url}: {error}, at {here}"
            );
        }
    }

    /// Runs a script in every page before the page's own.
    pub async fn before_load(&self, script: &str) {
        self.0
            .execute(AddScriptToEvaluateOnNewDocumentParams::new(script))
            .await
            .unwrap();
    }

    /// The value of an expression, `null` while the page is between documents.
    pub async fn eval(&self, expression: &str) -> serde_json::Value {
        match self.0.evaluate_expression(expression).await {
            Ok(result) => result.value().cloned().unwrap_or_default(),
            Err(_) => serde_json::Value::Null,
        }
    }

    /// Waits until an expression is true.
    pub async fn wait(&self, expression: &str) {
        let start = Instant::now();
        loop {
            if self.eval(&format!("Boolean({expression})")).await == true {
                return;
            }
            if start.elapsed() > PATIENCE {
                let body = self
                    .eval(
                        "document.body.innerText + ' ' + (document.querySelector('[data-screen]')||{}).dataset?.screen",
                    )
                    .await;
                panic!("waited in vain for {expression}; the page says: {body}");
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    pub async fn wait_for(&self, selector: &str) {
        self.wait(&format!("document.querySelector({selector:?})")).await;
    }

    pub async fn screen(&self, name: &str) {
        self.wait_for(&format!("[data-screen={name}]")).await;
    }

    /// Taps the middle of an element, as a finger would, once the screen hears taps.
    pub async fn tap(&self, selector: &str) {
        self.wait_for(selector).await;
        self.hears().await;
        let at = self
            .eval(&format!(
                "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'nearest'}}); \
                 const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
            ))
            .await;
        let point = Point::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        self.0.click(point).await.unwrap();
    }

    /// The screen is deaf for a moment after it changed (a trembling finger), and in the first part of "Cảm ơn".
    async fn hears(&self) {
        self.wait("!document.querySelector('[data-deaf]')").await;
    }

    /// What is to be read, in one line.
    pub async fn text(&self) -> String {
        self.eval("document.body.innerText.replace(/\\s+/g, ' ')")
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub async fn screenshot(&self, name: &str) {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&dir).unwrap();
        let bytes = self.0.screenshot(ScreenshotParams::builder().build()).await.unwrap();
        std::fs::write(dir.join(format!("{name}.png")), bytes).unwrap();
    }

    /// Opens the tablet and waits for the question.
    pub async fn open_tablet(&self, url: &str) {
        self.goto(url).await;
        self.screen("question").await;
    }

    /// The service worker has everything it needs to start without a network.
    pub async fn wait_for_service_worker(&self) {
        self.eval("void navigator.serviceWorker.ready.then(() => { window.swReady = true })")
            .await;
        self.wait("window.swReady === true").await;
    }

    /// One whole visit: a face, "Gửi", "Cảm ơn", and back to the question.
    pub async fn cast(&self, level: u8) {
        self.cast_to_thanks(level).await;
        self.back_to_question().await;
    }

    pub async fn cast_to_thanks(&self, level: u8) {
        self.screen("question").await;
        self.tap(&format!("[data-face=\"{level}\"]")).await;
        self.screen("reasons").await;
        self.tap("[data-action=send]").await;
        self.screen("thanks").await;
    }

    /// Touches in the first two seconds of "Cảm ơn" do nothing; one after that ends it.
    pub async fn back_to_question(&self) {
        // Where the test has the clock, "Cảm ơn" ends by itself.
        self.eval("globalThis.pass && void pass(13000)").await;
        until("the question is back", async || {
            if self
                .eval("Boolean(document.querySelector('[data-screen=question]'))")
                .await
                == true
            {
                return Some(());
            }
            if self.eval("!globalThis.pass").await == true {
                let _ = self.0.click(Point::new(300.0, 300.0)).await;
            }
            // The click that ends "Cảm ơn" must not also reach a face.
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        })
        .await;
        self.hears().await;
    }
}
