//! Files that a person saves and chooses, and the keys and the tone of operator mode.

use web_sys::{
    AudioContext, Blob, BlobPropertyBag, HtmlElement, HtmlInputElement, KeyboardEvent, Url,
    js_sys::{Array, Uint8Array},
    wasm_bindgen::{JsCast, closure::Closure},
};

/// Calls when Ctrl+Alt+O is pressed, for as long as the page lives.
pub fn on_operator_keys(call: impl Fn() + 'static) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let closure = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        // The place of the key, not its letter: with Alt some layouts write another one.
        if event.ctrl_key() && event.alt_key() && event.code() == "KeyO" {
            event.prevent_default();
            call();
        }
    });
    let _ = document.add_event_listener_with_callback("keydown", closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Lets the browser save a file; its bytes are hex digits.
pub fn save_file(name: &str, hex: &str) {
    let save = || {
        let digit = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        };
        let bytes: Option<Vec<u8>> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
                _ => None,
            })
            .collect();
        let parts = Array::of1(&Uint8Array::from(bytes?.as_slice()));
        let kind = BlobPropertyBag::new();
        kind.set_type("application/octet-stream");
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let document = web_sys::window()?.document()?;
        let link = document.create_element("a").ok()?;
        link.set_attribute("href", &url).ok()?;
        link.set_attribute("download", name).ok()?;
        link.dyn_into::<HtmlElement>().ok()?.click();
        // The browser has taken it by then; the bytes must not stay in the page.
        crate::platform::spawn(async move {
            crate::platform::sleep(std::time::Duration::from_secs(30)).await;
            let _ = Url::revoke_object_url(&url);
        });
        Some(())
    };
    let _ = save();
}

/// The text of the file that was chosen in an input element; `None` if there is none, it has more than `limit` bytes, or it can't be
/// read. The same file may be chosen again afterwards.
pub async fn read_file(input: &str, limit: usize) -> Option<String> {
    let document = web_sys::window()?.document()?;
    let input = document.get_element_by_id(input)?.dyn_into::<HtmlInputElement>().ok()?;
    let file = input.files()?.get(0)?;
    input.set_value("");
    if file.size() > limit as f64 {
        return None;
    }
    let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
    text.ok()?.as_string()
}

/// Plays a short tone.
pub fn beep() {
    let play = || {
        let context = AudioContext::new().ok()?;
        let tone = context.create_oscillator().ok()?;
        tone.connect_with_audio_node(&context.destination()).ok()?;
        tone.start().ok()?;
        tone.stop_with_when(context.current_time() + 0.6).ok()
    };
    let _ = play();
}
