//! A district, a browser and a tablet in it, enrolled.

use crate::chromium::{Chromium, Tab};
use crate::clock;
use crate::rig::*;
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
