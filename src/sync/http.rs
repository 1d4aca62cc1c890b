//! The network: reqwest natively, `fetch` in a browser. Neither follows a redirect, and an answer of any length is read
//! only so far.

use super::{Call, Reply, Transport};
use crate::domain::policy;
use std::time::Duration;

/// Largest answer read, in bytes; a login page may be any size.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// The address can't be used.
#[derive(Debug, thiserror::Error)]
#[error("no way to the district: {0}")]
pub struct HttpError(String);

/// A district at an address.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    #[cfg(not(target_family = "wasm"))]
    client: reqwest::Client,
}

/// A call as HTTP has it.
struct Request {
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
}

impl Http {
    /// A district at `base`, such as `https://hailong.example.vn`, without a path.
    pub fn new(base: &str) -> Result<Self, HttpError> {
        crate::platform::choose_tls();
        #[cfg(not(target_family = "wasm"))]
        let client = reqwest::Client::builder()
            // A redirect is a proxy's or a login page's: never followed with a ballot in hand.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| HttpError(error.to_string()))?;
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            #[cfg(not(target_family = "wasm"))]
            client,
        })
    }

    fn request(&self, call: Call) -> Request {
        let (method, path, headers, body) = match call {
            Call::Bundle(body) => {
                let kind = ("content-type", "application/x-ndjson".into());
                (
                    "POST",
                    "bundles",
                    vec![kind, ("content-encoding", "gzip".into())],
                    Some(body),
                )
            }
            Call::Enrol(body) => {
                let kind = ("content-type", "application/x-ndjson".into());
                ("POST", "enrol", vec![kind], Some(body.into_bytes()))
            }
            Call::Comment { token, body } => {
                let token = ("authorization", format!("Bearer {token}"));
                let kind = ("content-type", "application/json".into());
                ("POST", "comments", vec![token, kind], Some(body.into()))
            }
            Call::Setup { token, have } => {
                let token = ("authorization", format!("Bearer {token}"));
                (
                    "GET",
                    "setup",
                    vec![token, ("if-none-match", format!("\"{have}\""))],
                    None,
                )
            }
        };
        Request {
            method,
            url: format!("{}/api/v1/{path}", self.base),
            headers,
            body,
        }
    }

    /// Every error is "not reached": which kind it is differs between platforms and decides nothing.
    #[cfg(not(target_family = "wasm"))]
    async fn send(&self, request: Request) -> Option<Reply> {
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).ok()?;
        let mut building = self
            .client
            .request(method, request.url)
            .timeout(policy::REQUEST_TIMEOUT);
        for (name, value) in request.headers {
            building = building.header(name, value);
        }
        if let Some(body) = request.body {
            building = building.body(body);
        }
        let mut response = building.send().await.ok()?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok());
        let (status, retry_after) = (response.status().as_u16(), seconds(retry_after));
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.ok()? {
            body.extend_from_slice(&part);
            if body.len() > MAX_ANSWER_BYTES {
                body.clear();
                break;
            }
        }
        Some(Reply {
            status,
            body,
            retry_after,
        })
    }

    #[cfg(target_family = "wasm")]
    async fn send(&self, request: Request) -> Option<Reply> {
        let question = crate::platform::fetch::Question {
            method: request.method,
            url: &request.url,
            headers: &request.headers,
            body: request.body.as_deref(),
        };
        let answer = crate::platform::fetch::fetch(question, MAX_ANSWER_BYTES, policy::REQUEST_TIMEOUT).await?;
        Some(Reply {
            status: answer.status,
            body: answer.body,
            retry_after: seconds(answer.retry_after.as_deref()),
        })
    }
}

/// `Retry-After` in seconds; as a date it is not obeyed.
fn seconds(value: Option<&str>) -> Option<Duration> {
    value?.parse().ok().map(Duration::from_secs)
}

impl Transport for Http {
    async fn call(&self, call: Call) -> Option<Reply> {
        self.send(self.request(call)).await
    }
}
