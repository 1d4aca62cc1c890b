//! Operator mode on the screen: in by taps and by keys, a file out and receipts in, the erase.

use crate::chromium::{Chromium, Tab, until};
use crate::rig::*;
use chromiumoxide::cdp::browser_protocol::browser::{SetDownloadBehaviorBehavior, SetDownloadBehaviorParams};
use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};
use hailong::domain::settings::NodeSettings;
use hailong::store::{devices, places};
use hailong::wire::{code::Purpose, pin};
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

const PIN: &str = "204816";

/// Bound as a whole: a browser or a server that nobody holds is gone.
struct Stage {
    folder: TempDir,
    downloads: TempDir,
    server: District,
    _browser: Chromium,
    tab: Tab,
    _profile: TempDir,
}

async fn set_stage(with_pin: bool) -> Stage {
    let (folder, profile, downloads) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    if with_pin {
        let (now, nodes) = (clock.now(), server.store.read(places::nodes).unwrap());
        server
            .store
            .write(move |tx| {
                let settings = NodeSettings {
                    pin: pin::hash(PIN, &[7; 16]),
                    ..NodeSettings::default()
                };
                nodes
                    .iter()
                    .try_for_each(|node| tx.set_settings(node.id, &settings, "admin", now))
            })
            .unwrap();
    }
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.0
        .execute(
            SetDownloadBehaviorParams::builder()
                .behavior(SetDownloadBehaviorBehavior::Allow)
                .download_path(downloads.path().to_str().unwrap())
                .build()
                .unwrap(),
        )
        .await
        .unwrap();
    tab.open_tablet(&format!("{}/tablet/#{}", server.url(), server.code(0)))
        .await;
    Stage {
        folder,
        downloads,
        server,
        _browser: browser,
        tab,
        _profile: profile,
    }
}

async fn five_taps(tab: &Tab) {
    for _ in 0..5 {
        tab.tap("[data-operator]").await;
    }
}

async fn keys(tab: &Tab, text: &str) {
    for key in text.chars() {
        tab.tap(&format!("[data-key=\"{key}\"]")).await;
    }
}

async fn enter(tab: &Tab) {
    five_taps(tab).await;
    tab.screen("operator-pin").await;
    keys(tab, PIN).await;
    tab.screen("operator").await;
}

/// Types a code over what stands there, and waits until the screen has followed the last key.
async fn type_code(tab: &Tab, code: &str) {
    // A tap in the moment when a screen has just come may not be heard, as a person's: it is tapped again.
    until("the field is touched", async || {
        tab.tap("#erase-code").await;
        let touched = tab.eval("document.activeElement.id === 'erase-code'").await;
        (touched == true).then_some(())
    })
    .await;
    tab.eval("document.querySelector('#erase-code').select()").await;
    let field = tab.0.find_element("#erase-code").await.unwrap();
    field.type_str(code).await.unwrap();
    tab.wait(&format!(
        "document.querySelector('#erase-code').value === {code:?} && !document.querySelector('[data-action=operator-erase-yes]').disabled"
    ))
    .await;
}

async fn said(tab: &Tab, what: &str) {
    tab.wait_for(&format!("[data-result={what}]")).await;
}

/// The first file of this ending among the downloads, once it is whole.
async fn downloaded(dir: &Path) -> PathBuf {
    until("the file is saved", async || {
        let mut files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|end| end == "hlb"))
    })
    .await
}

async fn choose(tab: &Tab, selector: &str, file: &Path) {
    let input = tab.0.find_element(selector).await.unwrap();
    tab.0
        .execute(
            SetFileInputFilesParams::builder()
                .file(file.to_str().unwrap())
                .backend_node_id(input.backend_node_id)
                .build()
                .unwrap(),
        )
        .await
        .unwrap();
}

fn only_device(server: &District) -> devices::Device {
    server.store.read(devices::all).unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_comes_in_by_taps_or_keys_and_a_citizen_does_not() {
    let stage = set_stage(true).await;
    let Stage { tab, .. } = &stage;
    // Ctrl+Alt+O, and back out.
    for kind in [DispatchKeyEventType::RawKeyDown, DispatchKeyEventType::KeyUp] {
        let key = DispatchKeyEventParams::builder()
            .r#type(kind)
            .modifiers(1 | 2)
            .code("KeyO")
            .key("o")
            .build()
            .unwrap();
        tab.0.execute(key).await.unwrap();
    }
    tab.screen("operator-pin").await;
    tab.screenshot("operator-pin-820").await;
    tab.axe("operator-pin").await;
    keys(tab, "111112").await;
    tab.wait_for("[data-refused]").await;
    tab.screenshot("operator-pin-wrong-820").await;
    tab.tap("[data-action=operator-leave]").await;
    tab.screen("question").await;
    enter(tab).await;
    fits(tab, "operator").await;
    for page in ["files", "counter", "tests", "erase"] {
        tab.tap(&format!("[data-action=operator-{page}]")).await;
        tab.screen(&format!("operator-{page}")).await;
        fits(tab, &format!("operator-{page}")).await;
        tab.tap("[data-action=operator-back]").await;
        tab.screen("operator").await;
    }
    tab.tap("[data-action=operator-tests]").await;
    tab.tap("[data-action=operator-storage]").await;
    said(tab, "storage-good").await;
    tab.tap("[data-action=operator-self-test]").await;
    tab.screen("self-test").await;
    tab.wait_for("[data-check=storage][data-fine=true]").await;
    tab.tap("[data-action=done]").await;
    tab.screen("operator-tests").await;
    tab.tap("[data-action=operator-screen]").await;
    for _ in 0..4 {
        tab.tap("[data-action=operator-colour]").await;
    }
    for field in 0..24 {
        tab.tap(&format!("[data-field=\"{field}\"]")).await;
    }
    tab.screen("operator-tests").await;
    tab.tap("[data-action=operator-leave]").await;
    tab.screen("question").await;
    let html = tab.eval("document.body.innerHTML").await;
    assert!(!html.as_str().unwrap().contains("data-queue"), "nothing of it is left");
    tab.cast(4).await;
}

/// Both ways round, without a scroll bar and with targets for a finger.
async fn fits(tab: &Tab, name: &str) {
    for (width, height) in [(820, 1180), (1180, 820)] {
        tab.size(width, height).await;
        tab.faultless(&format!("{name}-{width}x{height}"), false).await;
    }
    tab.size(820, 1180).await;
    tab.axe(name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_travel_in_a_file_and_their_receipts_back() {
    let stage = set_stage(true).await;
    stage.tab.wait_for_service_worker().await;
    // The network goes; three citizens rate.
    let addr = stage.server.addr;
    let Stage {
        downloads,
        server,
        tab,
        _browser,
        _profile,
        folder,
    } = stage;
    server.stop().await;
    for level in [1, 3, 5] {
        tab.cast(level).await;
    }
    enter(&tab).await;
    tab.wait("document.querySelector('[data-queue=waiting]').innerText.startsWith('3')")
        .await;
    tab.screenshot("operator-offline-820").await;
    tab.tap("[data-action=operator-files]").await;
    tab.tap("[data-action=operator-save]").await;
    said(&tab, "saved").await;
    tab.screenshot("operator-saved-820").await;
    let file = downloaded(downloads.path()).await;
    // A wrong file first: it says so and changes nothing.
    let wrong = downloads.path().join("anh.jpg");
    std::fs::write(&wrong, b"\xff\xd8\xff\xe0 a photo").unwrap();
    choose(&tab, "#receipts", &wrong).await;
    said(&tab, "taken").await;
    assert!(tab.text().await.contains("không phải tệp biên nhận"));
    // At the district.
    let clock = TestClock::at(hailong::platform::unix_now());
    let bytes = std::fs::read(&file).unwrap();
    let imported = hailong::store::Store::open(folder.path())
        .unwrap()
        .import(&bytes, "admin", clock.now())
        .unwrap();
    assert_eq!(imported.new, 3);
    let receipts = downloads.path().join("bien-nhan.hlr");
    std::fs::write(&receipts, &imported.receipts).unwrap();
    choose(&tab, "#receipts", &receipts).await;
    tab.wait("document.querySelector('[data-result=taken]')?.innerText.includes('đã đến máy chủ')")
        .await;
    tab.tap("[data-action=operator-back]").await;
    tab.wait("document.querySelector('[data-queue=waiting]').innerText.startsWith('0')")
        .await;
    tab.wait("document.querySelector('[data-queue=sent]').innerText.startsWith('3')")
        .await;
    // The network comes back: nothing counts twice.
    let server = District::start(folder.path(), &clock, addr.port()).await;
    tab.tap("[data-action=operator-leave]").await;
    tab.cast(2).await;
    until("the fourth arrived", async || {
        (stored_salts(folder.path()).len() == 4).then_some(())
    })
    .await;
    assert!(stored_salts(folder.path()).values().all(|n| *n == 1));
    drop(_browser);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erase_is_refused_while_ballots_wait_and_allowed_by_the_code() {
    let stage = set_stage(false).await;
    let Stage {
        downloads: _downloads,
        server,
        tab,
        _browser,
        _profile,
        folder,
    } = stage;
    let (id, now) = (only_device(&server).id, server.clock.now());
    let code = |purpose| {
        let made = server.store.write(move |tx| tx.operator_code(id, purpose, "lan", now));
        made.unwrap().grouped()
    };
    let (unlock, release) = (code(Purpose::Unlock), code(Purpose::Erase));
    tab.wait_for_service_worker().await;
    let (addr, clock) = (server.addr, server.clock.clone());
    server.stop().await;
    tab.cast(1).await;
    // No PIN was set: it says so, and the district's code opens without a network.
    five_taps(&tab).await;
    tab.screen("operator-pin").await;
    keys(&tab, PIN).await;
    tab.wait_for("[data-refused]").await;
    assert!(tab.text().await.contains("chưa đặt mã PIN"));
    tab.screenshot("operator-no-pin-820").await;
    tab.tap("[data-action=operator-other]").await;
    tab.screen("operator-code").await;
    keys(&tab, &unlock.replace('-', "")).await;
    for (width, height) in [(1180, 820), (820, 1180)] {
        tab.size(width, height).await;
        tab.screenshot(&format!("operator-code-{width}")).await;
    }
    tab.tap("[data-action=operator-open]").await;
    tab.screen("operator").await;
    tab.tap("[data-action=operator-erase]").await;
    tab.screen("operator-erase").await;
    tab.wait_for("[data-erasable=false]").await;
    assert!(tab.text().await.contains("1 phiếu chưa có biên nhận"));
    type_code(&tab, "0000-0000-0000-0000").await;
    tab.tap("[data-action=operator-erase-yes]").await;
    said(&tab, "wrong").await;
    // The network comes back before the tap: even this ballot is not lost. Typed before it does, since the field goes
    // away with the last ballot that waits.
    type_code(&tab, &release).await;
    let server = District::start(folder.path(), &clock, addr.port()).await;
    tab.tap("[data-action=operator-erase-yes]").await;
    tab.screen("enrol").await;
    assert_eq!(stored_salts(folder.path()).len(), 1);
    assert_ne!(
        server
            .store
            .write(move |tx| tx.operator_code(id, Purpose::Erase, "lan", now))
            .unwrap()
            .grouped(),
        release,
        "it has heard of the erase"
    );
    drop(_browser);
    server.stop().await;
}
