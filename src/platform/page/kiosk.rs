//! What makes a page a counter's screen: always on, filling the glass, its storage kept; and whether all that is so.
//!
//! Browser functions are called by name: web-sys has the wake lock behind an unstable flag, and each of its features
//! costs download.

use super::{
    voices,
    web::{SELF_TEST, document, is_standalone, listen},
};
use web_sys::{
    VisibilityState,
    js_sys::{Function, Promise, Reflect},
    wasm_bindgen::{JsCast, JsValue},
};

/// `target.name`, if there is such a thing.
fn get(target: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(target, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// `target.name(argument)`, if there is such a function; what it promises.
fn call(target: &JsValue, name: &str, argument: &str) -> Option<Promise> {
    let function: Function = get(target, name)?.dyn_into().ok()?;
    let answer = function.call1(target, &JsValue::from_str(argument)).ok()?;
    answer.dyn_into().ok()
}

/// Without a handler a refusal would be an unhandled rejection.
fn whatever_comes(promise: Option<Promise>) {
    crate::platform::spawn(async {
        if let Some(promise) = promise {
            let _ = wait(promise).await;
        }
    });
}

async fn wait(promise: Promise) -> Option<JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise).await.ok()
}

fn navigator() -> Option<JsValue> {
    Some(web_sys::window()?.navigator().into())
}

/// Asks the system to keep the screen on; again whenever the page becomes visible.
pub fn keep_awake() {
    // A refusal (low battery) is nobody's concern here; the self-test tells of it.
    whatever_comes(wake_lock());
    if let Some(document) = document() {
        listen(&document, "visibilitychange", || whatever_comes(wake_lock()));
    }
}

/// Old browsers have none, and a hidden page gets none.
fn wake_lock() -> Option<Promise> {
    if document()?.visibility_state() != VisibilityState::Visible {
        return None;
    }
    call(&get(&navigator()?, "wakeLock")?, "request", "screen")
}

/// Asks the browser to keep our storage. The Worker can't ask in every browser; it reads the answer.
pub fn ask_to_persist() {
    let ask = || call(&get(&navigator()?, "storage")?, "persist", "");
    whatever_comes(ask());
}

/// Whether the page fills the screen: opened from the Home Screen, or in full screen.
pub fn is_kiosk() -> bool {
    web_sys::window().is_some_and(|window| is_standalone(&window))
}

/// Calls when that may have changed.
pub fn on_kiosk_change(change: impl Fn() + 'static) {
    if let Some(document) = document() {
        listen(&document, "fullscreenchange", change);
    }
}

/// Fills the screen where a browser lets a page do so; only right after a touch.
pub fn full_screen() {
    if is_kiosk() {
        return;
    }
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let ask = get(&root, "requestFullscreen").and_then(|ask| ask.dyn_into::<Function>().ok());
        let promise = ask.and_then(|ask| ask.call0(&root).ok()?.dyn_into::<Promise>().ok());
        whatever_comes(promise);
    }
}

/// Whether the address asks for the self-test.
pub fn wants_self_test() -> bool {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    hash.is_some_and(|hash| hash.trim_start_matches('#') == SELF_TEST)
}

/// What the page can tell of itself: name and whether it is in order. Names as in `docs/protocol.md`, `health`.
pub async fn self_test() -> Vec<(&'static str, bool)> {
    let awake = match wake_lock() {
        Some(asked) => wait(asked).await.is_some(),
        None => false,
    };
    let worker = navigator()
        .and_then(|navigator| get(&navigator, "serviceWorker"))
        .and_then(|workers| get(&workers, "controller"));
    vec![
        ("awake", awake),
        ("kiosk", is_kiosk()),
        ("offline", worker.is_some()),
        ("voice", voices().iter().any(|language| language == "vi")),
    ]
}
