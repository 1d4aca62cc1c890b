//! Every way through a visit ends in exactly one ballot: whoever walks away when, by finger, keyboard or screen
//! reader.

use crate::chromium::Tab;
use crate::stage::Stage;
use chromiumoxide::cdp::browser_protocol::accessibility::{AxNode, GetFullAxTreeParams};
use chromiumoxide::cdp::browser_protocol::dom::ResolveNodeParams;
use chromiumoxide::cdp::browser_protocol::input::{DispatchKeyEventParams, DispatchKeyEventType};
use chromiumoxide::cdp::js_protocol::runtime::CallFunctionOnParams;

#[tokio::test(flavor = "multi_thread")]
async fn one_two_or_three_taps_make_one_ballot_each_and_none_makes_none() {
    let stage = Stage::set(true).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    // One tap, then walking away.
    tab.tap("[data-action=large]").await;
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.pass(31).await;
    tab.screen("more-time").await;
    assert!(tab.text().await.contains("Ông/Bà có cần thêm thời gian không?"));
    assert!(tab.text().await.contains("Phiếu sẽ được gửi sau 20 giây."));
    tab.screenshot("visit-more-time").await;
    tab.pass(20).await;
    tab.thanks_and_back().await;
    stage.has(1).await;
    // Two taps.
    tab.tap("[data-face=\"5\"]").await;
    tab.tap("[data-screen=reasons] [data-action=send]").await;
    tab.thanks_and_back().await;
    stage.has(2).await;
    // Three taps.
    tab.tap("[data-face=\"3\"]").await;
    tab.tap("[data-screen=reasons] [data-tile=thoi_gian]").await;
    tab.tap("[data-action=send]").await;
    tab.thanks_and_back().await;
    stage.has(3).await;
    // Chosen again and left: the last choice.
    tab.tap("[data-face=\"1\"]").await;
    tab.tap("[data-screen=reasons] [data-action=again]").await;
    tab.tap("[data-screen=question] [data-face=\"2\"]").await;
    tab.screen("reasons").await;
    tab.pass(51).await;
    tab.thanks_and_back().await;
    stage.has(4).await;
    // No face: nothing.
    tab.tap("[data-action=language]").await;
    tab.wait("document.documentElement.lang === 'en'").await;
    tab.pass(51).await;
    tab.wait("document.documentElement.lang === 'vi'").await;
    tab.cast(4).await;
    stage.has(5).await;
    let conn = rusqlite::Connection::open(stage.folder.path().join(hailong::store::FILE)).unwrap();
    let mut bodies = conn.prepare("select bytes from body").unwrap();
    let bodies = bodies.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let silent = bodies.map(Result::unwrap).filter(|stored| {
        let bytes = hailong::store::body::unpack(stored).unwrap().into_owned();
        String::from_utf8(bytes).unwrap().contains("\"ended\":\"silent\"")
    });
    assert_eq!(silent.count(), 2);
}

impl Tab {
    async fn key(&self, key: &str, code: i64, text: Option<&str>) {
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::builder()
                .r#type(kind.clone())
                .key(key)
                .code(if key == " " { "Space" } else { key })
                .windows_virtual_key_code(code);
            if let (Some(text), DispatchKeyEventType::KeyDown) = (text, kind) {
                event = event.text(text);
            }
            self.0.execute(event.build().unwrap()).await.unwrap();
        }
    }

    /// Tab until the focus is there; a loop that never comes there is a trap.
    async fn tab_to(&self, selector: &str) {
        self.wait("!document.querySelector('[data-deaf]')").await;
        for _ in 0..30 {
            if self
                .eval(&format!("document.activeElement.matches({selector:?})"))
                .await
                == true
            {
                let seen = "(() => { const s = getComputedStyle(document.activeElement); \
                            return parseFloat(s.outlineWidth) >= 3 && s.outlineStyle !== 'none'; })()";
                assert_eq!(self.eval(seen).await, true, "the focus on {selector} can't be seen");
                return;
            }
            self.key("Tab", 9, None).await;
        }
        panic!("no way to {selector} with the Tab key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_by_keyboard_alone_is_one_ballot() {
    let stage = Stage::set(true).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    tab.tab_to("[data-face=\"1\"]").await;
    for _ in 0..3 {
        tab.key("ArrowRight", 39, None).await;
    }
    assert_eq!(tab.eval("document.activeElement.dataset.face").await, "4");
    assert_eq!(
        tab.eval("document.querySelectorAll('[aria-pressed=true]').length")
            .await,
        0,
        "moving chooses nothing"
    );
    tab.key("Enter", 13, Some("\r")).await;
    tab.screen("reasons").await;
    tab.wait("document.activeElement.matches('[data-heading]')").await;
    tab.tab_to("[data-tile=huong_dan]").await;
    tab.key(" ", 32, Some(" ")).await;
    tab.wait("document.querySelector('[data-tile=huong_dan][aria-pressed=true]')")
        .await;
    tab.tab_to("[data-action=send]").await;
    tab.key("Enter", 13, Some("\r")).await;
    tab.screen("thanks").await;
    tab.wait("document.activeElement.matches('[data-heading]')").await;
    tab.thanks_and_back().await;
    // A ring is drawn anew by a visit that left its focus nowhere.
    assert_eq!(tab.eval("document.activeElement.tagName").await, "BODY");
    stage.has(1).await;
}

/// What a screen reader finds.
pub async fn ax_tree(tab: &Tab) -> Vec<AxNode> {
    let answer = tab.0.execute(GetFullAxTreeParams::default()).await.unwrap();
    let nodes = answer.result.nodes.into_iter().filter(|node| !node.ignored);
    nodes.collect()
}

/// A value of the tree, as text.
pub fn said(value: Option<&chromiumoxide::cdp::browser_protocol::accessibility::AxValue>) -> String {
    let value = value.and_then(|value| value.value.clone());
    value
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Activates what has this role and name, as VoiceOver's double tap does.
async fn activate(tab: &Tab, role: &str, name: &str) {
    tab.wait("!document.querySelector('[data-deaf]')").await;
    let tree = ax_tree(tab).await;
    let found: Vec<_> = tree
        .iter()
        .filter(|node| said(node.role.as_ref()) == role && said(node.name.as_ref()) == name)
        .collect();
    assert_eq!(found.len(), 1, "{role} {name:?} in {:?}", names(&tree));
    let node = ResolveNodeParams::builder()
        .backend_node_id(found[0].backend_dom_node_id.unwrap())
        .build();
    let object = tab.0.execute(node).await.unwrap().result.object.object_id.unwrap();
    let click = CallFunctionOnParams::builder()
        .object_id(object)
        .function_declaration("function() { this.click(); }")
        .build()
        .unwrap();
    tab.0.execute(click).await.unwrap();
}

fn names(tree: &[AxNode]) -> Vec<(String, String)> {
    let all = tree
        .iter()
        .map(|node| (said(node.role.as_ref()), said(node.name.as_ref())));
    all.filter(|(_, name)| !name.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_by_roles_and_names_alone_is_one_ballot() {
    let stage = Stage::set(true).await;
    let tab = &stage.tab;
    tab.screen("question").await;
    let tree = names(&ax_tree(tab).await);
    let question = "Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?";
    assert!(tree.contains(&("heading".into(), question.into())), "{tree:?}");
    assert!(tree.contains(&("group".into(), question.into())), "{tree:?}");
    let faces: Vec<_> = tree
        .iter()
        .filter(|(role, name)| role == "button" && name.to_lowercase().contains("lòng") || name == "Bình thường")
        .map(|(_, name)| name.as_str())
        .collect();
    assert!(faces.len() >= 5, "{tree:?}");
    activate(tab, "button", "Không hài lòng").await;
    tab.screen("reasons").await;
    activate(tab, "button", "Thái độ của cán bộ").await;
    tab.wait("document.querySelector('[data-tile=thai_do][aria-pressed=true]')")
        .await;
    activate(tab, "button", "Gửi").await;
    tab.screen("thanks").await;
    let tree = names(&ax_tree(tab).await);
    assert!(
        tree.contains(&("heading".into(), "Trân trọng cảm ơn Ông/Bà!".into())),
        "{tree:?}"
    );
    tab.thanks_and_back().await;
    stage.has(1).await;
}
