//! SIGKILL of the whole browser while a ballot is cast: the app, its Worker, its storage and the service worker are real,
//! and so is the district. What was thanked for arrives, once; nothing arrives that nobody tapped; the queue opens.
//!
//! Three in four kills fall at a chosen change of the browser's files (a write, a cut or a flush of the Worker's access
//! handles, counted from the tap on "Gửi"), before or after it happened: the Worker stops there and says so. The others
//! fall some milliseconds after the tap. If "Cảm ơn" comes first, they fall then.
//!
//! `HAILONG_BROWSER_KILLS=200` kills more often, `HAILONG_SEED=17` begins elsewhere.

use crate::app::altered;
use crate::chromium::{Chromium, Tab};
use crate::rig::*;
use chromiumoxide::cdp::js_protocol::runtime::{AddBindingParams, EventBindingCalled};
use chromiumoxide::listeners::EventStream;
use fastrand::Rng;
use futures_util::StreamExt;
use hailong::domain::hex::Salt;
use hailong::engine::message::{Command, Event, State};
use hailong::store::{alarms, devices};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

/// A cast makes about 60, the mark with it; some mines lie behind it.
const CHANGES: u32 = 80;

/// In the Worker: stops for ever at a change of its files that the page has named.
const WORKER: &str = "{
  let left = 0, after = false;
  addEventListener('message', ({ data }) => {
    if (!Array.isArray(data)) return;
    [left, after] = data;
    postMessage({ mine: 'laid' });
  });
  const stop = () => { postMessage({ mine: 'hit' }); for (;;); };
  for (const name of ['write', 'truncate', 'flush']) {
    const real = FileSystemSyncAccessHandle.prototype[name];
    FileSystemSyncAccessHandle.prototype[name] = function (...given) {
      const hit = left > 0 && --left === 0;
      if (hit && !after) stop();
      const done = real.apply(this, given);
      if (hit) stop();
      return done;
    };
  }
}";

/// In the page: tells what the screens ask the engine, what it answers, and which screen is shown.
const PAGE: &str = "(() => {
  const Real = Worker;
  globalThis.Worker = class extends Real {
    constructor(...given) {
      super(...given);
      globalThis.layMine = (left, after) => super.postMessage([left, after]);
      this.addEventListener('message', ({ data }) => {
        tell(typeof data === 'string' ? `said ${data}` : `mine ${data.mine}`);
      });
    }
    postMessage(...given) {
      if (typeof given[0] === 'string') tell(`asked ${given[0]}`);
      super.postMessage(...given);
    }
  };
  let last;
  new MutationObserver(() => {
    const screen = document.querySelector('[data-screen]')?.dataset.screen;
    if (screen && screen !== last) tell(`screen ${screen}`);
    last = screen;
  }).observe(document, { subtree: true, childList: true, attributes: true });
})()";

/// What a page tells.
enum Told {
    Asked(Command),
    Said(Event),
    Screen(String),
    Mine(String),
}

impl Told {
    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        Some(match kind {
            "asked" => Self::Asked(serde_json::from_str(rest).unwrap()),
            // The Worker's first word is no event.
            "said" => Self::Said(serde_json::from_str(rest).ok()?),
            "screen" => Self::Screen(rest.to_owned()),
            _ => Self::Mine(rest.to_owned()),
        })
    }

    fn is_screen(&self, name: &str) -> bool {
        matches!(self, Self::Screen(screen) if screen == name)
    }

    fn is_mine(&self, what: &str) -> bool {
        matches!(self, Self::Mine(mine) if mine == what)
    }
}

/// What became of all visits, over all lives.
#[derive(Default)]
struct Visits {
    /// A face was tapped.
    tried: BTreeSet<Salt>,
    /// The page heard that the tap is on the disk.
    drafted: BTreeSet<Salt>,
    /// "Cảm ơn" was on the screen.
    thanked: BTreeSet<Salt>,
    cast: Option<Salt>,
    mines: u32,
}

impl Visits {
    fn hear(&mut self, told: &Told) {
        match told {
            Told::Asked(Command::Draft(draft)) => drop(self.tried.insert(draft.salt)),
            Told::Asked(Command::Cast { salt, .. }) => self.cast = Some(*salt),
            Told::Said(Event::Drafted { salt }) => drop(self.drafted.insert(*salt)),
            Told::Said(Event::State(State::Blocked(why))) => panic!("the queue did not open: {why:?}"),
            Told::Screen(screen) if screen == "thanks" => drop(self.thanked.insert(self.cast.unwrap())),
            Told::Mine(what) if what == "hit" => self.mines += 1,
            _ => {}
        }
    }
}

/// One life of the browser, at the question.
struct Life<'a> {
    browser: Chromium,
    tab: Tab,
    told: EventStream<EventBindingCalled>,
    visits: &'a mut Visits,
}

impl<'a> Life<'a> {
    async fn begin(profile: &Path, url: &str, visits: &'a mut Visits) -> Self {
        let browser = Chromium::start(profile).await;
        let tab = browser.tab(820, 1180).await;
        let told = tab.0.event_listener::<EventBindingCalled>().await.unwrap();
        tab.0.execute(AddBindingParams::new("tell")).await.unwrap();
        tab.before_load(PAGE).await;
        tab.open_tablet(url).await;
        Self {
            browser,
            tab,
            told,
            visits,
        }
    }

    /// Listens until the page tells what is waited for.
    async fn until(&mut self, what: &str, mut is: impl FnMut(&Told) -> bool) {
        let listen = async {
            while let Some(event) = self.told.next().await {
                let Some(told) = Told::parse(&event.payload) else {
                    continue;
                };
                self.visits.hear(&told);
                if is(&told) {
                    return;
                }
            }
            panic!("the browser is gone before: {what}");
        };
        let heard = tokio::time::timeout(Duration::from_secs(60), listen).await;
        assert!(heard.is_ok(), "waited in vain: {what}");
    }

    /// A face: the tap is on the disk.
    async fn tap_a_face(&mut self, level: u8) {
        self.tab.tap(&format!("[data-face=\"{level}\"]")).await;
        self.until("the tap is kept", |told| {
            matches!(told, Told::Said(Event::Drafted { .. }))
        })
        .await;
    }

    async fn lay_mine(&mut self, change: u32, after: bool) {
        self.tab.eval(&format!("void layMine({change}, {after})")).await;
        self.until("the mine is laid", |told| told.is_mine("laid")).await;
    }

    /// What was told before the kill counts, read by now or not.
    async fn kill(mut self) {
        self.browser.kill();
        while let Some(event) = self.told.next().await {
            if let Some(told) = Told::parse(&event.payload) {
                self.visits.hear(&told);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_killed_while_it_casts_loses_nothing_and_sends_nothing_twice() {
    let ask = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let kills = ask("HAILONG_BROWSER_KILLS").unwrap_or(8);
    let mut rng = Rng::with_seed(ask("HAILONG_SEED").unwrap_or(1));
    let (folder, profile, app) = (tempdir().unwrap(), tempdir().unwrap(), altered(WORKER));
    let clock = TestClock::at(hailong::platform::unix_now());
    District::create(folder.path(), true, &clock).await.stop().await;
    let mut server = District::start_on(folder.path(), &clock, 0, app.path()).await;
    let (port, url) = (server.addr.port(), format!("{}/tablet/", server.url()));

    let mut visits = Visits::default();
    let link = format!("{url}#{}", server.code(0));
    let life = Life::begin(profile.path(), &link, &mut visits).await;
    life.tab.wait_for_service_worker().await;
    life.kill().await;
    for kill in 1..=kills {
        // Half of the time nobody is there to send to; else receipts are settled beside the cast.
        if rng.bool() {
            kill_once(profile.path(), &url, &mut visits, &mut rng).await;
        } else {
            server.stop().await;
            kill_once(profile.path(), &url, &mut visits, &mut rng).await;
            server = District::start_on(folder.path(), &clock, port, app.path()).await;
        }
        if kill % 50 == 0 {
            println!("{kill} of {kills} kills");
        }
    }
    let thanked = visits.thanked.len();
    send_all(profile.path(), &url, &mut visits, folder.path()).await;
    println!(
        "{kills} kills, {} of them at a chosen change of the files; {} ratings tapped, {thanked} thanked for before the kill",
        visits.mines,
        visits.tried.len()
    );
    assert_all_is_there(&server, &visits);
    server.stop().await;
    assert_sound(folder.path());
    assert!(
        kills < 8 || (visits.mines > 0 && thanked > 0),
        "no kill fell into a cast, or none behind it"
    );
}

/// Opens the tablet, rates, taps "Gửi", and kills the browser.
async fn kill_once(profile: &Path, url: &str, visits: &mut Visits, rng: &mut Rng) {
    let (mine, pause) = (rng.u8(..) < 192, Duration::from_millis(rng.u64(0..60)));
    let mut life = Life::begin(profile, url, visits).await;
    life.tap_a_face(rng.u8(1..=5)).await;
    life.tab.screen("reasons").await;
    if mine {
        life.lay_mine(rng.u32(1..=CHANGES), rng.bool()).await;
    }
    life.tab.tap("[data-action=send]").await;
    if mine {
        let over = |told: &Told| told.is_mine("hit") || told.is_screen("thanks");
        life.until("the mine, or the thanks", over).await;
    } else {
        // Not a wait for anything: when the kill falls.
        tokio::time::sleep(pause).await;
    }
    life.kill().await;
}

/// One more visit, undisturbed; then all that waits is sent.
async fn send_all(profile: &Path, url: &str, visits: &mut Visits, dir: &Path) {
    let mut life = Life::begin(profile, url, visits).await;
    life.tap_a_face(5).await;
    life.tab.screen("reasons").await;
    life.tab.tap("[data-action=send]").await;
    life.until("thanks", |told| told.is_screen("thanks")).await;
    let last = life.visits.cast.unwrap();
    life.until("all is sent", |told| {
        matches!(told, Told::Said(Event::Status(status)) if status.waiting == 0)
            && stored_salts(dir).contains_key(&last)
    })
    .await;
    life.kill().await;
}

fn assert_all_is_there(server: &District, visits: &Visits) {
    let (stored, counted) = (stored_salts(&server.dir), counted_salts(&server.dir));
    let lost: Vec<_> = visits
        .thanked
        .iter()
        .filter(|salt| !stored.contains_key(*salt))
        .collect();
    assert!(lost.is_empty(), "thanked for and gone: {lost:?}");
    let lost: Vec<_> = visits
        .drafted
        .iter()
        .filter(|salt| !stored.contains_key(*salt))
        .collect();
    assert!(lost.is_empty(), "tapped, kept and gone: {lost:?}");
    assert!(stored.values().all(|times| *times == 1), "stored twice: {stored:?}");
    assert_eq!(stored, counted, "each counts once");
    let made_up: Vec<_> = stored.keys().filter(|salt| !visits.tried.contains(salt)).collect();
    assert!(made_up.is_empty(), "nobody cast {made_up:?}");
    // One tablet, one file from the first visit to the last.
    let told = server.store.read(alarms::of_devices).unwrap();
    assert!(
        told.is_empty(),
        "a fork, a conflict, a damaged or turned-back file: {told:?}"
    );
    assert_eq!(server.store.read(alarms::missing).unwrap(), []);
    assert_eq!(server.store.read(devices::all).unwrap().len(), 1);
}
