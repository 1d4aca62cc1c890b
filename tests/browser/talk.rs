//! Languages, reading aloud and comments in a real Chromium. Only its voice and its loudspeaker are made up: they note
//! what they were asked to say.

use crate::chromium::{Chromium, Tab, until};
use crate::rig::*;
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use hailong::{
    domain::{pack::Pack, time::LocalDay},
    store::{comments, packs::Recording, places},
};
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// A Vietnamese voice and a loudspeaker, both silent.
const HEARING: &str = r#"
  window.heard = [];
  const voice = Object.create(SpeechSynthesisVoice.prototype, {
    lang: { value: 'vi-VN' }, localService: { value: true }, name: { value: 'Lan' },
  });
  Object.defineProperty(SpeechSynthesisUtterance.prototype, 'voice', { set() {}, get() { return voice; } });
  speechSynthesis.getVoices = () => (window.mute ? [] : [voice]);
  speechSynthesis.speak = (said) => {
    heard.push(said.lang + ': ' + said.text);
    setTimeout(() => said.dispatchEvent(new Event('end')), 5);
  };
  speechSynthesis.cancel = () => heard.push('hush');
  HTMLMediaElement.prototype.play = function () {
    heard.push('clip: ' + this.src.split('/').pop());
    setTimeout(() => this.dispatchEvent(new Event('ended')), 5);
    return Promise.resolve();
  };
"#;

struct Stage {
    folder: TempDir,
    server: District,
    browser: Chromium,
    tab: Tab,
    profile: TempDir,
}

async fn set_stage(script: Option<&str>, comments: bool) -> Stage {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    if comments {
        let counter = server.counters()[0];
        let node = server.store.read(|conn| places::counter(conn, counter)).unwrap().node;
        server
            .store
            .ask_comments(node, Some(true), "quantri", clock.now())
            .unwrap();
    }
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    if let Some(script) = script {
        tab.before_load(script).await;
    }
    tab.goto(&format!("{}/tablet/#{}", server.url(), server.code(0))).await;
    tab.screen("question").await;
    Stage {
        folder,
        server,
        browser,
        tab,
        profile,
    }
}

/// Files below a folder that hold these words, in UTF-8 or in the browser's own UTF-16.
fn holding(dir: &Path, words: &str) -> Vec<String> {
    let wide: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else if let Ok(bytes) = std::fs::read(&path) {
            let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            if holds(words.as_bytes()) || holds(&wide) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

async fn write(tab: &Tab, text: &str) {
    tab.tap("#comment").await;
    tab.wait("document.activeElement.id === 'comment'").await;
    tab.0.execute(InsertTextParams::new(text)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_with_a_phone_number_arrives_without_it_and_leaves_nothing_on_the_tablet() {
    let Stage {
        folder,
        server,
        browser,
        tab,
        profile,
    } = set_stage(None, true).await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.tap("[data-action=send]").await;
    tab.screen("comment").await;
    tab.screenshot("tablet-comment").await;
    write(&tab, "Quầy rất chu đáo, xin gọi 0912.345.678 hoặc 024 0870 01234 nhé.").await;
    assert_eq!(
        tab.eval("document.querySelector('[data-action=comment]').disabled")
            .await,
        true
    );
    tab.tap("[data-action=consent]").await;
    tab.wait("!document.querySelector('[data-action=comment]').disabled")
        .await;
    tab.screenshot("tablet-comment-written").await;
    tab.axe("comment").await;
    tab.size(1180, 820).await;
    tab.screenshot("tablet-comment-landscape").await;
    tab.size(820, 1180).await;
    tab.tap("[data-action=comment]").await;
    tab.screen("thanks").await;
    assert!(
        !tab.eval("document.documentElement.outerHTML")
            .await
            .as_str()
            .unwrap()
            .contains("chu đáo")
    );
    let counter = server.counters()[0];
    let node = server.store.read(|conn| places::counter(conn, counter)).unwrap().node;
    let month = LocalDay::of(hailong::platform::unix_now()).month();
    let read = || server.store.read_comments(node, month, "quantri", 0).unwrap();
    let came = until("the comment arrived", async || read().pop()).await;
    assert_eq!(
        came.text.as_deref(),
        Some("Quầy rất chu đáo, xin gọi [đã ẩn] hoặc [đã ẩn] nhé.")
    );
    tab.back_to_question().await;
    assert_eq!(
        tab.eval("document.querySelector('#comment')").await,
        serde_json::Value::Null
    );
    // Not in the queue, and not in anything else that the browser keeps: its sessions, its caches, its forms.
    tab.goto("about:blank").await;
    browser.kill();
    for words in ["chu đáo", "0912.345", "0870 01234"] {
        assert_eq!(holding(profile.path(), words), [""; 0], "{words}");
    }
    assert_eq!(holding(folder.path(), "chu đáo"), [""; 0]);
    assert_eq!(stored_salts(folder.path()).len(), 1);
    let heaps = server.store.read(|conn| comments::heaps(conn, true, 0)).unwrap();
    assert_eq!(heaps[0].held, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_may_be_skipped_and_needs_the_consent() {
    let stage = set_stage(None, true).await;
    let Stage { tab, server, .. } = &stage;
    for skipped in [true, false] {
        tab.tap("[data-face=\"5\"]").await;
        tab.tap("[data-action=send]").await;
        tab.screen("comment").await;
        assert_eq!(
            tab.eval("document.querySelector('#comment').value").await,
            "",
            "nothing of the one before"
        );
        assert_eq!(
            tab.eval("document.querySelector('[data-action=consent]').ariaChecked")
                .await,
            "false"
        );
        write(tab, "Xin cảm ơn").await;
        if skipped {
            tab.tap("[data-action=skip]").await;
        } else {
            // Reached by its name and by the keyboard, as VoiceOver would.
            tab.eval("document.querySelector('[role=checkbox]').click()").await;
            tab.tap("[data-action=comment]").await;
        }
        tab.screen("thanks").await;
        tab.back_to_question().await;
    }
    let held = || server.store.read(|conn| comments::heaps(conn, true, 0)).unwrap();
    let heaps = until("the second one arrived", async || {
        Some(held()).filter(|heaps| !heaps.is_empty())
    })
    .await;
    assert_eq!(heaps[0].held, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_language_is_offered_at_the_next_visit_and_its_recordings_play_without_a_network() {
    let stage = set_stage(Some(HEARING), false).await;
    let Stage { tab, server, .. } = &stage;
    tab.wait_for_service_worker().await;
    let recording = Recording::of([b"\0\0\0\x1cftypM4A ".as_slice(), &[7; 5000]].concat()).unwrap();
    let clip = recording.clip.to_string();
    let pack = serde_json::json!({"lang": "tyz", "name": "Tiếng Tày", "v": 1, "texts": {
        "hai_long": {"text": "Tày: câu hỏi", "clip": clip},
        "@touch_a_face": {"text": "Tày: chạm"},
    }});
    let pack = Pack::parse(pack.to_string().as_bytes()).unwrap();
    let now = server.clock.now();
    server
        .store
        .write(move |tx| tx.publish_pack(&pack, std::slice::from_ref(&recording), "quantri", now))
        .unwrap();

    // The next bundle's receipt tells of the new setup.
    tab.cast(4).await;
    tab.wait("document.querySelector('[data-action=language][aria-haspopup]')")
        .await;
    tab.screenshot("tablet-with-languages").await;
    tab.tap("[data-action=language]").await;
    tab.wait_for("[data-language=tyz]").await;
    tab.screenshot("tablet-languages").await;
    tab.tap("[data-language=tyz]").await;
    tab.wait("document.body.innerText.includes('Tày: câu hỏi')").await;
    assert_eq!(tab.eval("document.documentElement.lang").await, "tyz");
    tab.screenshot("tablet-tay").await;
    let kept = format!("caches.match('clips/{clip}').then((kept) => {{ window.kept = Boolean(kept); }})");
    until("the clip is kept", async || {
        tab.eval(&format!("void {kept}")).await;
        (tab.eval("window.kept").await == true).then_some(())
    })
    .await;

    tab.eval("heard.length = 0").await;
    tab.tap("[data-action=listen]").await;
    tab.wait("heard.some((said) => said.includes('Hài lòng'))").await;
    let heard = tab.eval("heard.filter((said) => said !== 'hush')").await;
    // Recorded, not recorded and no voice (left out), not translated (Vietnamese, by its voice).
    assert_eq!(heard[0], format!("clip: {clip}"));
    assert_eq!(heard[1], "vi-VN: Rất không hài lòng");

    stage.server.stop().await;
    tab_ranges(&stage.tab, &clip).await;
    // The next citizen begins in Vietnamese; nothing goes on talking.
    stage.tab.tap("[data-face=\"2\"]").await;
    stage.tab.screen("reasons").await;
    assert_eq!(stage.tab.eval("heard.at(-1)").await, "hush");
}

/// A part of a clip, as Safari asks for it, from the cache alone.
async fn tab_ranges(tab: &Tab, clip: &str) {
    let script = format!(
        "void fetch('clips/{clip}', {{ headers: {{ range: 'bytes=4-7' }} }}).then(async (answer) => {{
           window.part = [answer.status, answer.headers.get('content-range'), await answer.text()];
         }})"
    );
    tab.eval(&script).await;
    tab.wait("window.part").await;
    assert_eq!(
        tab.eval("window.part").await,
        serde_json::json!([206, "bytes 4-7/5012", "ftyp"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_aloud_is_hidden_without_a_voice_and_never_says_the_choice() {
    let stage = set_stage(None, false).await;
    assert_eq!(
        stage.tab.eval("speechSynthesis.getVoices().length").await,
        0,
        "this browser has no voice"
    );
    assert_eq!(
        stage.tab.eval("document.querySelector('[data-action=listen]')").await,
        serde_json::Value::Null
    );
    drop(stage);

    let stage = set_stage(Some(HEARING), false).await;
    let tab = &stage.tab;
    let mut said = Vec::new();
    for face in [1, 5] {
        tab.eval("heard.length = 0").await;
        tab.tap("[data-action=listen]").await;
        tab.wait("heard.some((said) => said.includes('tự nguyện'))").await;
        tab.tap(&format!("[data-face=\"{face}\"]")).await;
        tab.screen("reasons").await;
        tab.tap("[data-action=listen]").await;
        tab.wait("heard.some((said) => said.includes('Chỗ ngồi') || said.includes('Kết quả nhận được'))")
            .await;
        tab.tap("[data-action=send]").await;
        tab.screen("thanks").await;
        tab.tap("[data-action=listen]").await;
        tab.wait("heard.some((said) => said.includes('đã được ghi nhận'))")
            .await;
        tab.screenshot("tablet-thanks-listen").await;
        said.push(tab.eval("heard").await);
        tab.back_to_question().await;
    }
    assert_eq!(said[0], said[1], "whichever face was chosen");
    let all = said[0].as_array().unwrap();
    assert!(
        all.contains(&"vi-VN: Ông bà đánh giá như thế nào về sự phục vụ hôm nay?".into()),
        "{all:?}"
    );
    assert!(!all.iter().any(|said| said.as_str().unwrap().contains("Ông/Bà")));
}
