//! The network: reqwest natively, `fetch` in a browser.

use super::{Call, Reply, Transport};
use crate::domain::policy;
use std::time::Duration;

/// Largest answer read, in bytes; a login page may be any size.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// A district at an address.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    client: reqwest::Client,
}

impl Http {
    /// A district at `base`, such as `https://hailong.example.vn`, without a path.
    pub fn new(base: &str) -> Result<Self, reqwest::Error> {
        crate::platform::choose_tls();
        let builder = reqwest::Client::builder();
        // A redirect is a proxy's or a login page's: never followed with a ballot in hand. Browsers decide themselves.
        #[cfg(not(target_family = "wasm"))]
        let builder = builder.redirect(reqwest::redirect::Policy::none());
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            client: builder.build()?,
        })
    }

    fn request(&self, call: Call) -> reqwest::RequestBuilder {
        let url = |path: &str| format!("{}/api/v1/{path}", self.base);
        match call {
            Call::Bundle(body) => self
                .client
                .post(url("bundles"))
                .header("content-type", "application/x-ndjson")
                .header("content-encoding", "gzip")
                .body(body),
            Call::Enrol(body) => self
                .client
                .post(url("enrol"))
                .header("content-type", "application/x-ndjson")
                .body(body),
            Call::Comment { token, body } => self
                .client
                .post(url("comments"))
                .header("content-type", "application/json")
                .header("authorization", format!("Bearer {token}"))
                .body(body),
            Call::Setup { token, have } => self
                .client
                .get(url("setup"))
                .header("authorization", format!("Bearer {token}"))
                .header("if-none-match", format!("\"{have}\"")),
        }
    }
}

impl Transport for Http {
    async fn call(&self, call: Call) -> Option<Reply> {
        // Every error is "not reached": which kind it is differs between platforms and decides nothing.
        let response = self.request(call).timeout(policy::REQUEST_TIMEOUT).send().await.ok()?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse().ok());
        let status = response.status().as_u16();
        if response
            .content_length()
            .is_some_and(|length| length > MAX_ANSWER_BYTES as u64)
        {
            return Some(Reply {
                status,
                body: Vec::new(),
                retry_after: retry_after.map(Duration::from_secs),
            });
        }
        let body = response.bytes().await.ok()?.to_vec();
        Some(Reply {
            status,
            body,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }
}
