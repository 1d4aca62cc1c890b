//! The network in a browser: one request by `fetch`, which page and Worker both have.
//!
//! Written here rather than with reqwest, which in a browser only wraps `fetch` and costs 70 KB of download, follows
//! redirects and reads an answer of any length.

use super::{global, sleep};
use futures_util::future::{Either, select};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use std::{pin::pin, time::Duration};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, RequestCache, RequestInit, RequestRedirect,
    Response,
};

/// What is asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// `GET`, `POST`.
    pub method: &'static str,
    /// The whole address.
    pub url: &'a str,
    /// Names and values.
    pub headers: &'a [(&'static str, String)],
    /// The body, if there is one.
    pub body: Option<&'a [u8]>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`, as it was given.
    pub retry_after: Option<String>,
    /// The body; empty if it was longer than allowed.
    pub body: Vec<u8>,
}

/// Asks, and reads at most `limit` bytes of an answer. `None`: nothing came in this time, or a redirect, which is a
/// proxy's or a login page's and never followed.
pub async fn fetch(question: Question<'_>, limit: usize, patience: Duration) -> Option<Answer> {
    let abort = AbortController::new().ok()?;
    let signal = abort.signal();
    let answer = pin!(ask(question, limit, &signal));
    let answer = match select(answer, pin!(sleep(patience))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => None,
    };
    // What is still on its way is not wanted any more.
    abort.abort();
    answer
}

async fn ask(question: Question<'_>, limit: usize, signal: &AbortSignal) -> Option<Answer> {
    let headers = Headers::new().ok()?;
    for (name, value) in question.headers {
        headers.set(name, value).ok()?;
    }
    let init = RequestInit::new();
    init.set_method(question.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Error);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(signal));
    if let Some(body) = question.body {
        init.set_body(&Uint8Array::from(body));
    }
    let fetch = global("fetch")?.dyn_into::<Function>().ok()?;
    let url = JsValue::from_str(question.url);
    let asked = fetch.call2(&js_sys::global(), &url, &init).ok()?;
    let response = JsFuture::from(asked.dyn_into::<Promise>().ok()?).await.ok()?;
    let response = response.dyn_into::<Response>().ok()?;
    Some(Answer {
        status: response.status(),
        retry_after: response.headers().get("retry-after").ok().flatten(),
        body: read(&response, limit).await?,
    })
}

async fn read(response: &Response, limit: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        return Some(body);
    };
    let reader = stream.get_reader().dyn_into::<ReadableStreamDefaultReader>().ok()?;
    loop {
        let part = JsFuture::from(reader.read()).await.ok()?;
        if Reflect::get(&part, &JsValue::from_str("done")).ok()?.is_truthy() {
            return Some(body);
        }
        let bytes = Reflect::get(&part, &JsValue::from_str("value")).ok()?;
        body.extend(bytes.dyn_into::<Uint8Array>().ok()?.to_vec());
        if body.len() > limit {
            return Some(Vec::new());
        }
    }
}
