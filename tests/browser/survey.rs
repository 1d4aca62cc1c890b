//! Forms of every kind on the real screen: they fit, one question a page, and another form waits for the visit's end.

use crate::chromium::{Chromium, Tab, until};
use crate::rig::*;
use hailong::domain::survey::SHIPPED;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

const SIZES: [(i64, i64); 7] = [
    (744, 1133),
    (820, 1180),
    (800, 1280),
    (1024, 1366),
    (1133, 744),
    (1180, 820),
    (1280, 800),
];

/// The size at which each page is looked at by axe-core.
const AXED: (i64, i64) = (820, 1180);

/// Answers whose words reach out of their box.
const CUT: &str = r#"[...document.querySelectorAll('.row, .tile, .face')]
  .filter(b => b.scrollHeight > b.clientHeight + 1).map(b => b.innerText)"#;

/// Bound as a whole: a browser or a server that nobody holds is gone.
struct Stage {
    _folder: TempDir,
    server: District,
    _browser: Chromium,
    tab: Tab,
    _profile: TempDir,
}

/// A tablet that asks this survey from its first visit on.
async fn asking(json: &str) -> Stage {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    publish(&server, json);
    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&format!("{}/tablet/#{}", server.url(), server.code(0)))
        .await;
    Stage {
        _folder: folder,
        server,
        _browser: browser,
        tab,
        _profile: profile,
    }
}

fn publish(server: &District, json: &str) {
    let (json, now) = (json.to_owned(), server.clock.now());
    server.store.write(move |tx| tx.publish_survey(&json, now)).unwrap();
}

/// Goes through a form at every size: what is on each page, whether it fits.
async fn walk(tab: &Tab, sizes: &[(i64, i64)], name: &str, answer: impl Fn(usize) -> &'static str) {
    for &(width, height) in sizes {
        tab.size(width, height).await;
        tab.screen("question").await;
        fits(tab, &format!("{name}-0"), width, height).await;
        tab.tap("[data-face=\"4\"]").await;
        tab.screen("reasons").await;
        for page in 1.. {
            if page > 1 {
                tab.wait_for(&format!("[data-progress^=\"{page}/\"]")).await;
            }
            tab.tap(answer(page)).await;
            tab.wait_for("[data-drafted]").await;
            fits(tab, &format!("{name}-{page}"), width, height).await;
            let is_last = tab.eval("Boolean(document.querySelector('[data-action=send]'))").await;
            if is_last == true {
                break;
            }
            tab.tap("[data-action=next]").await;
        }
        tab.tap("[data-action=send]").await;
        tab.screen("thanks").await;
        tab.back_to_question().await;
    }
}

async fn fits(tab: &Tab, name: &str, width: i64, height: i64) {
    tab.faultless(&format!("form-{name}-{width}x{height}"), false).await;
    let cut = tab.eval(CUT).await;
    assert_eq!(cut, json!([]), "{name} at {width}x{height}");
    // The criteria of SIPAS are one page 22 times.
    let seen = name.starts_with("sipas-") && name != "sipas-1";
    if (width, height) == AXED && !seen {
        tab.axe(name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_of_decree_61_fit_every_tablet_without_scrolling() {
    let stage = asking(SHIPPED[2].json).await;
    walk(&stage.tab, &SIZES, "nd61", |_| ".row:last-child").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_22_criteria_of_sipas_fit_every_tablet_without_scrolling() {
    let stage = asking(SHIPPED[1].json).await;
    walk(
        &stage.tab,
        &[(744, 1133), (1180, 820)],
        "sipas",
        |_| ".row:nth-child(3)",
    )
    .await;
}

fn all_kinds() -> Value {
    let mut document: Value = serde_json::from_str(SHIPPED[0].json).unwrap();
    let text = |text: &str| json!({"text": text});
    let options = |n| -> Vec<_> {
        (1..=n)
            .map(|n| json!({"id": format!("o{n}"), "text": {"text": format!("Đất đai, xây dựng, môi trường {n}")}}))
            .collect()
    };
    let labels = document["questions"][0]["labels"].clone();
    let more = json!([
        {"id": "mat", "kind": "scale", "labels": labels, "text": text("Ông/Bà thấy chỗ ngồi chờ thế nào?")},
        {"id": "cho", "kind": "yesno", "text": text("Ông/Bà có phải chờ lâu không?")},
        {"id": "may_lan", "kind": "trips", "shown_if": [{"question": "cho", "answers": [1]}], "text": text("Ông/Bà phải đi lại mấy lần?")},
        {"id": "muoi", "kind": "choice", "options": options(10), "text": text("Ông/Bà làm thủ tục thuộc lĩnh vực nào?")},
        {"id": "sau", "kind": "choice", "options": options(6), "text": text("Ông/Bà biết nơi này qua đâu?")},
        {"id": "bon", "kind": "choice", "options": options(4), "text": text("Ông/Bà biết nơi này qua đâu?")},
    ]);
    let questions = document["questions"].as_array_mut().unwrap();
    questions.extend(more.as_array().unwrap().clone());
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_every_kind_of_question_fits_every_tablet() {
    let stage = asking(&all_kinds().to_string()).await;
    walk(&stage.tab, &SIZES, "kinds", |page| match page {
        1 => "[data-tile=di_lai]",
        2 => "[data-face=\"3\"]",
        3 => "[data-row=\"1\"]",
        4 => "[data-row=\"2\"]",
        _ => ".row:nth-child(2)",
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_opens_and_closes_the_questions_that_follow_from_it() {
    let stage = asking(&all_kinds().to_string()).await;
    let tab = &stage.tab;
    tab.tap("[data-face=\"2\"]").await;
    for page in 2..=3 {
        tab.tap("[data-action=next]").await;
        tab.wait_for(&format!("[data-progress=\"{page}/6\"]")).await;
    }
    tab.tap("[data-row=\"1\"]").await;
    tab.wait_for("[data-progress=\"3/7\"]").await;
    tab.tap("[data-action=next]").await;
    tab.wait_for("[data-question=may_lan]").await;
    tab.tap("[data-row=\"2\"]").await;
    tab.tap("[data-action=back]").await;
    tab.wait_for("[data-question=cho]").await;
    tab.tap("[data-row=\"0\"]").await;
    tab.wait_for("[data-progress=\"3/6\"]").await;
    tab.tap("[data-action=finish]").await;
    tab.screen("thanks").await;
    let server = &stage.server;
    until("the ballot arrived", async || {
        let conn = rusqlite::Connection::open(server.dir.join(hailong::store::FILE)).unwrap();
        let sql =
            "select bytes from body b join record r on r.epoch_no = b.epoch_no and r.seq = b.seq where r.kind = 1";
        let bytes: Vec<u8> = conn.query_row(sql, [], |row| row.get(0)).ok()?;
        let ballot: Value = serde_json::from_slice(&hailong::store::body::unpack(&bytes).unwrap()).unwrap();
        assert_eq!(
            ballot["answers"],
            json!({"cho": 0, "hai_long": 2}),
            "the trips are gone"
        );
        Some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_form_is_shown_from_the_next_visit_on() {
    let stage = asking(SHIPPED[2].json).await;
    let tab = &stage.tab;
    tab.tap("[data-face=\"2\"]").await;
    tab.wait_for("[data-progress=\"1/4\"]").await;
    publish(&stage.server, SHIPPED[0].json);
    tab.tap("[data-row=\"1\"]").await;
    for page in 2..=4 {
        tab.tap("[data-action=next]").await;
        tab.wait_for(&format!("[data-progress=\"{page}/4\"]")).await;
    }
    tab.tap("[data-action=send]").await;
    tab.screen("thanks").await;
    tab.back_to_question().await;
    // The receipt of that ballot tells of the new setup.
    tab.wait("document.querySelector('#ask').innerText.includes('sự phục vụ hôm nay')")
        .await;
    tab.cast(5).await;
}
