//! A proxy between tablet and district that loses, repeats, re-orders and answers in the district's stead.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Nothing.
    Pass,
    /// It never arrives.
    LoseRequest,
    /// It arrives, the answer does not.
    LoseAnswer,
    /// It arrives twice; the second answer comes back.
    Duplicate,
    /// It arrives, and arrives again after the next one.
    Again,
    /// The proxy answers itself.
    Status(u16, Option<u32>),
    /// A Wi-Fi login page, 200.
    LoginPage,
    /// The answer is cut in the middle.
    CutAnswer,
}

#[derive(Clone)]
struct Shared {
    upstream: String,
    client: reqwest::Client,
    plan: Arc<Mutex<VecDeque<Fault>>>,
    held: Arc<Mutex<Vec<(String, Bytes, axum::http::HeaderMap)>>>,
    seen: Arc<Mutex<u64>>,
}

/// A running proxy.
pub struct Proxy {
    pub addr: SocketAddr,
    shared: Shared,
}

impl Proxy {
    /// Starts in front of a district. Requests meet the plan's faults in order, then pass.
    pub async fn start(upstream: &str) -> Self {
        let shared = Shared {
            upstream: upstream.to_owned(),
            client: reqwest::Client::new(),
            plan: Arc::default(),
            held: Arc::default(),
            seen: Arc::default(),
        };
        let app = Router::new().fallback(handle).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { addr, shared }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.plan.lock().unwrap().extend(faults);
    }

    /// Faults not met yet.
    pub fn left(&self) -> usize {
        self.shared.plan.lock().unwrap().len()
    }

    /// Requests that reached the proxy.
    pub fn seen(&self) -> u64 {
        *self.shared.seen.lock().unwrap()
    }
}

async fn handle(State(shared): State<Shared>, request: Request) -> Response {
    *shared.seen.lock().unwrap() += 1;
    let fault = shared.plan.lock().unwrap().pop_front().unwrap_or(Fault::Pass);
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let sent = (parts.method, path, parts.headers, body);
    match fault {
        Fault::LoseRequest => broken(),
        Fault::Status(status, retry_after) => {
            let mut answer = Response::builder().status(status);
            if let Some(seconds) = retry_after {
                answer = answer.header("retry-after", seconds);
            }
            answer.body(Body::from("<html>proxy</html>")).unwrap()
        }
        Fault::LoginPage => Response::new(Body::from("<html><form>Đăng nhập Wi-Fi</form></html>")),
        Fault::LoseAnswer => {
            forward(&shared, &sent).await;
            broken()
        }
        Fault::CutAnswer => {
            let (status, bytes) = forward(&shared, &sent).await;
            let cut = bytes.slice(..bytes.len() / 2);
            Response::builder().status(status).body(Body::from(cut)).unwrap()
        }
        Fault::Duplicate => {
            forward(&shared, &sent).await;
            answer(forward(&shared, &sent).await)
        }
        Fault::Again => {
            shared
                .held
                .lock()
                .unwrap()
                .push((sent.1.clone(), sent.3.clone(), sent.2.clone()));
            answer(forward(&shared, &sent).await)
        }
        Fault::Pass => {
            let answered = answer(forward(&shared, &sent).await);
            let held: Vec<_> = shared.held.lock().unwrap().drain(..).collect();
            for (path, body, headers) in held {
                forward(&shared, &(axum::http::Method::POST, path, headers, body)).await;
            }
            answered
        }
    }
}

type Sent = (axum::http::Method, String, axum::http::HeaderMap, Bytes);

async fn forward(shared: &Shared, (method, path, headers, body): &Sent) -> (u16, Bytes) {
    let mut request = shared
        .client
        .request(method.clone(), format!("{}{path}", shared.upstream));
    for name in ["content-type", "content-encoding", "authorization", "if-none-match"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    match request.body(body.clone()).send().await {
        Ok(response) => (response.status().as_u16(), response.bytes().await.unwrap_or_default()),
        Err(_) => (502, Bytes::new()),
    }
}

fn answer((status, bytes): (u16, Bytes)) -> Response {
    Response::builder().status(status).body(Body::from(bytes)).unwrap()
}

/// A connection that ends before its answer does.
fn broken() -> Response {
    let lost = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("lost")) });
    Response::new(Body::from_stream(lost))
}
