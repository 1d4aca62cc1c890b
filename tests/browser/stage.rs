//! A district, a browser and a tablet in it, enrolled.

use crate::chromium::{Chromium, Tab};
use crate::clock;
use crate::rig::*;
use hailong::store::places;
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// Bound as a whole: a browser or a server that nobody holds is gone.
pub struct Stage {
    pub folder: TempDir,
    pub server: District,
    pub browser: Chromium,
    pub tab: Tab,
    _profile: TempDir,
}

/// Makes the page an installed app, as far as it can tell.
pub const INSTALLED: &str = "Object.defineProperty(navigator, 'standalone', {get: () => true});";

/// Gives the device a voice for both languages, so that "Nghe" is there; this browser has none.
pub const VOICED: &str = "(() => { const voice = lang => Object.create(SpeechSynthesisVoice.prototype, \
    { lang: { value: lang }, localService: { value: true } }); const voices = [voice('vi-VN'), voice('en-GB')]; \
    SpeechSynthesis.prototype.getVoices = () => voices; })();";

impl Stage {
    /// The app as it was built, at the screen after enrolment.
    pub async fn set(demo: bool) -> Self {
        Self::with(demo, None, &[]).await
    }

    /// The app from a folder, with scripts that run before the page's own.
    pub async fn with(demo: bool, app: Option<&Path>, scripts: &[&str]) -> Self {
        let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
        let clock = TestClock::at(hailong::platform::unix_now());
        let mut server = District::create(folder.path(), demo, &clock).await;
        if let Some(app) = app {
            let other = District::start_with_tablet(&server, app).await;
            server.stop().await;
            server = other;
        }
        let browser = Chromium::start(profile.path()).await;
        let tab = browser.tab(820, 1180).await;
        tab.before_load(clock::PAGE).await;
        for script in scripts {
            tab.before_load(script).await;
        }
        tab.goto(&format!("{}/tablet/#{}", server.url(), server.code(0))).await;
        Self {
            folder,
            server,
            browser,
            tab,
            _profile: profile,
        }
    }

    /// Moves the tablet to a counter whose unit and own name are as long as real ones get.
    pub async fn move_to_long_names(&self) {
        let now = self.server.clock.now();
        let place = self.server.store.write(move |tx| {
            let node = tx.add_node(
                &places::NewNode {
                    name: "Trung tâm Phục vụ hành chính công xã Hiệp Hòa".into(),
                    kind: Some(places::NodeKind::Commune),
                    parent: None,
                    contact: Some(
                        "Số 1, đường Nguyễn Văn Linh, thôn Trung, xã Hiệp Hòa, tỉnh Bắc Ninh\nĐiện thoại: 0204 3 123 456\n\
                         Đường dây nóng: 0204 3 654 321"
                            .into(),
                    ),
                },
                now,
            )?;
            let counter = places::NewCounter {
                node,
                name: "Quầy 12 – Tiếp nhận và trả kết quả: Đất đai, Môi trường".into(),
                moment: hailong::domain::ballot::Moment::Reception,
                field: None,
            };
            tx.add_counter(&counter, now)
        });
        let place = place.unwrap();
        let at = self
            .server
            .counters()
            .iter()
            .position(|counter| *counter == place)
            .unwrap();
        // Another tablet, in a profile of its own.
        let code = self.server.code(at);
        self.tab
            .0
            .execute(
                chromiumoxide::cdp::browser_protocol::storage::ClearDataForOriginParams::new(self.server.url(), "all"),
            )
            .await
            .unwrap();
        self.tab.goto("about:blank").await;
        self.tab.goto(&format!("{}/tablet/#{code}", self.server.url())).await;
        self.tab
            .wait("document.body.innerText.includes('Trung tâm Phục vụ hành chính công xã Hiệp Hòa')")
            .await;
    }

    /// Waits until so many ballots are at the district, each once.
    pub async fn has(&self, ballots: usize) {
        crate::chromium::until("the ballots arrived", async || {
            (stored_salts(self.folder.path()).len() >= ballots).then_some(())
        })
        .await;
        let salts = stored_salts(self.folder.path());
        assert!(
            salts.len() == ballots && salts.values().all(|times| *times == 1),
            "{salts:?}"
        );
    }
}

impl Tab {
    /// "Cảm ơn" ends by itself.
    pub async fn thanks_and_back(&self) {
        self.screen("thanks").await;
        self.pass(13).await;
        self.screen("question").await;
        self.wait("!document.querySelector('[data-deaf]')").await;
    }
}
