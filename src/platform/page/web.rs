//! The page in a browser.

use super::Life;
use web_sys::{
    Document, HtmlElement, HtmlLinkElement, Url, Window,
    js_sys::{self, Function, Reflect},
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The fragment that asks for the self-test. As long as a code, and none.
pub(super) const SELF_TEST: &str = "self-test";

/// The fragment of a preview; `boot.js` knows it too.
const PREVIEW: &str = "#preview";
/// Longest document of a preview in bytes: a survey and eight language packs are less than half of it.
const MAX_PAGE_BYTES: usize = 1 << 20;

/// The code in the address, if it was opened with one: `#<code>`, or `?c=<code>` from the Home Screen.
pub fn code_in_address() -> Option<String> {
    let url = Url::new(&web_sys::window()?.location().href().ok()?).ok()?;
    let fragment = url.hash().trim_start_matches('#').to_owned();
    let code = Some(fragment)
        .filter(|code| looks_like_code(code) && code != SELF_TEST)
        .or_else(|| url.search_params().get("c"));
    code.filter(|code| looks_like_code(code))
}

/// 8 or 16 letters and digits, however grouped; `#preview` is not one. The district knows the rest.
fn looks_like_code(text: &str) -> bool {
    let code = text.chars().filter(|c| !matches!(c, '-' | ' '));
    matches!(code.clone().count(), 8 | 16) && code.clone().all(|c| c.is_ascii_alphanumeric())
}

/// Where to read what this page is a preview of: `#preview?…` in its address is a question to the district's pages.
pub fn preview_address() -> Option<String> {
    let hash = web_sys::window()?.location().hash().ok()?;
    let question = hash.strip_prefix(PREVIEW)?.strip_prefix('?').unwrap_or_default();
    Some(format!(
        "{}/admin/surveys/preview.json?{question}",
        crate::platform::district_url()
    ))
}

/// What stands at an address of the district, for whoever is signed in there.
pub async fn fetch_page(url: &str) -> Option<Vec<u8>> {
    let question = crate::platform::fetch::Question {
        method: "GET",
        url,
        headers: &[],
        body: None,
    };
    let answer = crate::platform::fetch::fetch(question, MAX_PAGE_BYTES, std::time::Duration::from_secs(30)).await?;
    (answer.status == 200).then_some(answer.body)
}

/// Takes the code out of the address and the history.
pub fn forget_address() {
    let clean = || {
        let window = web_sys::window()?;
        let path = window.location().pathname().ok()?;
        let history = window.history().ok()?;
        history.replace_state_with_url(&JsValue::NULL, "", Some(&path)).ok()
    };
    let _ = clean();
}

/// Whether this is a plain tab on an iPad or iPhone, whose storage the Home Screen app does not share.
pub fn is_plain_apple_tab() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator = window.navigator();
    let agent = navigator.user_agent().unwrap_or_default();
    // An iPad asking for desktop pages calls itself a Macintosh; no Macintosh has a touch screen.
    let is_ipad_in_disguise = agent.contains("Macintosh") && navigator.max_touch_points() > 1;
    let is_apple_tablet = is_ipad_in_disguise || ["iPad", "iPhone", "iPod"].iter().any(|name| agent.contains(name));
    is_apple_tablet && !is_standalone(&window)
}

pub(super) fn is_standalone(window: &Window) -> bool {
    let apple = Reflect::get(&window.navigator(), &JsValue::from_str("standalone"));
    let by_media = ["standalone", "fullscreen"].iter().any(|mode| {
        let query = window.match_media(&format!("(display-mode: {mode})"));
        query.ok().flatten().is_some_and(|query| query.matches())
    });
    by_media || apple.is_ok_and(|value| value.as_bool() == Some(true))
}

/// Makes an app installed from this page start with the code.
pub fn install_with_code(code: &str) {
    let link = document().and_then(|document| document.query_selector("link[rel=manifest]").ok().flatten());
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlLinkElement>().ok()) {
        link.set_href(&format!(
            "manifest.webmanifest?c={}",
            js_sys::encode_uri_component(code)
        ));
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Says what language the document is in.
pub fn set_language(tag: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", tag);
    }
}

/// Puts the focus on the dialog of the screen, or on its heading, unless somebody was quicker and types already. Waits for
/// the screen to be drawn.
pub fn focus_heading() {
    crate::platform::spawn(async {
        crate::platform::sleep(std::time::Duration::from_millis(30)).await;
        let find = |selector| document()?.query_selector(selector).ok().flatten();
        let heading = || match find("input:focus, textarea:focus") {
            Some(_) => None,
            None => find("[data-heading]"),
        };
        let element = find("[role=dialog] button").or_else(heading);
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}

/// Takes the focus and the selection from wherever they are and shows the top.
pub fn leave_nothing() {
    let Some(window) = web_sys::window() else { return };
    let active = window.document().and_then(|document| document.active_element());
    if let Some(active) = active.and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
        let _ = active.blur();
    }
    window.scroll_to_with_x_and_y(0.0, 0.0);
}

/// Calls when the page is hidden and when it is shown again, as long as the page lives.
pub fn on_life(call: impl Fn(Life) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let call = std::rc::Rc::new(call);
    for (name, life) in [("pagehide", Life::Hidden), ("pageshow", Life::Shown)] {
        let call = call.clone();
        listen(&window, name, move || call(life));
    }
}

/// Calls on every event of this name, for as long as the page lives.
pub(super) fn listen(target: &web_sys::EventTarget, name: &str, call: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(call).into_js_value();
    if let Some(function) = closure.dyn_ref::<Function>() {
        let _ = target.add_event_listener_with_callback(name, function);
    }
}
