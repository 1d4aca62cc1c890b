//! The platform in a browser: page and Worker.

use std::{future::Future, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Time since the page or Worker started; unlike the wall clock it never jumps.
pub fn monotonic() -> Duration {
    let global = js_sys::global();
    let performance = js_sys::Reflect::get(&global, &JsValue::from_str("performance"));
    let now = performance
        .ok()
        .and_then(|p| p.dyn_into::<web_sys::Performance>().ok())
        .map_or(0.0, |p| p.now());
    Duration::from_micros((now * 1000.0) as u64)
}

/// Waits. Works in a page and in a Worker.
pub async fn sleep(duration: Duration) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let global = js_sys::global();
        let set_timeout = js_sys::Reflect::get(&global, &JsValue::from_str("setTimeout"));
        let millis = JsValue::from_f64(duration.as_millis() as f64);
        if let Some(set_timeout) = set_timeout.ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok()) {
            let wake = Closure::once_into_js(move || {
                let _ = resolve.call0(&JsValue::NULL);
            });
            let _ = set_timeout.call2(&global, &wake, &millis);
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Runs a future beside the caller.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
