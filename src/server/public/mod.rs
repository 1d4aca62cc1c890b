//! `/cong-khai/`: what everybody may see of the units that switched it on. No session, no cookie, no script, no form;
//! every answer may be kept by whoever passes it on, and has an ETag.
//!
//! Four pages: the list, a unit's page, the screen in its hall (`/bang`) and a poster for the village (`/to-roi`). All
//! show the newest month that was put out ([`crate::store::publish`]) and nothing newer, so that they tell nobody one
//! citizen's answer. A unit that did not switch it on looks like one that does not exist. `?lang=en` is English.

mod board;
mod frame;
mod model;
mod page;
mod poster;

use super::{address, admin::texts::Lang, conditional, config::Clock};
use crate::{
    domain::{ids::NodeId, policy},
    store::{Store, StoreError},
    wire::keys::sha256,
};
use axum::{
    Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use frame::Frame;
use model::Board;
use serde::Deserialize;

/// No script, no style but our file, no form, no frame around. A meta refresh is not a matter of this.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; \
                   frame-ancestors 'none'";
const STYLE: &str = include_str!("../../../assets/public/style.css");

/// What the pages share. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Public {
    /// The district's records.
    pub(super) store: Store,
    /// Where `now` comes from.
    pub(super) clock: Clock,
    /// The server itself speaks https.
    pub(super) tls: bool,
}

/// What a page may be asked for.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    lang: String,
}

impl Asked {
    fn lang(&self) -> Lang {
        Lang::parse(&self.lang).unwrap_or_default()
    }
}

/// All pages under `/cong-khai/`.
pub(super) fn router(public: Public) -> Router {
    Router::new()
        .route("/cong-khai", get(|| async { Redirect::permanent("/cong-khai/") }))
        .route("/cong-khai/", get(list))
        .route("/cong-khai/style.css", get(style))
        .route("/cong-khai/diem-chot.json", get(checkpoint))
        .route("/cong-khai/{node}", get(unit))
        .route("/cong-khai/{node}/bang", get(board))
        .route("/cong-khai/{node}/to-roi", get(poster))
        .with_state(public)
        .layer(from_fn(protect))
}

impl Public {
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&crate::store::Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || store.read(work)).await;
        done.unwrap_or_else(|error| Err(StoreError::Busy(error.to_string())))
    }

    fn frame(&self, lang: Lang, path: String) -> Frame {
        Frame {
            lang,
            demo: self.store.identity().demo,
            path,
            refresh: None,
        }
    }

    async fn shown(
        &self,
        frame: Frame,
        node: &str,
        headers: &HeaderMap,
        markup: impl FnOnce(&Frame, &Board) -> String,
    ) -> Response {
        let Ok(id) = node.parse::<NodeId>() else {
            return missing(&frame);
        };
        let (now, identity) = (self.clock.now(), self.store.identity().public_key());
        match self.read(move |conn| model::board(conn, id, identity, now)).await {
            Ok(board) => html(headers, markup(&frame, &board)),
            Err(StoreError::NotFound(_)) => missing(&frame),
            Err(error) => failed(&frame, &error),
        }
    }
}

async fn list(State(public): State<Public>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let frame = public.frame(asked.lang(), "/cong-khai/".into());
    let (now, key) = (public.clock.now(), public.store.identity().public_key());
    let read = public.read(move |conn| model::list(conn, key, now)).await;
    match read {
        Ok(list) => html(&headers, page::list(&frame, &list)),
        Err(error) => failed(&frame, &error),
    }
}

async fn unit(
    State(public): State<Public>,
    Path(node): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let frame = public.frame(asked.lang(), format!("/cong-khai/{node}"));
    public.shown(frame, &node, &headers, page::unit).await
}

async fn board(
    State(public): State<Public>,
    Path(node): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let frame = Frame {
        refresh: Some(policy::BOARD_REFRESH_SECS),
        ..public.frame(asked.lang(), format!("/cong-khai/{node}/bang"))
    };
    let mut response = public.shown(frame, &node, &headers, board::markup).await;
    // It says when it was made, so it must come from here each time.
    let fresh = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, fresh);
    response
}

async fn poster(
    State(public): State<Public>,
    Path(node): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let base = address::base_url(public.tls, &headers);
    let link = base.map(|base| format!("{base}/cong-khai/{node}"));
    let markup = move |frame: &Frame, board: &Board| poster::markup(frame, board, link.as_deref());
    let frame = public.frame(asked.lang(), format!("/cong-khai/{node}/to-roi"));
    public.shown(frame, &node, &headers, markup).await
}

/// The newest checkpoint with the key that signed it, for programs that keep copies.
async fn checkpoint(State(public): State<Public>, headers: HeaderMap) -> Response {
    let identity = public.store.identity();
    let (district, key) = (identity.id, identity.public_key());
    match public.read(crate::store::checkpoint::newest).await {
        Ok(newest) => {
            let body = serde_json::json!({"checkpoint": newest, "district": district, "key": key, "v": 1});
            cached(&headers, "application/json", format!("{body}\n"))
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn style(headers: HeaderMap) -> Response {
    cached(&headers, "text/css; charset=utf-8", STYLE.to_owned())
}

fn html(headers: &HeaderMap, body: String) -> Response {
    cached(headers, "text/html; charset=utf-8", body)
}

/// The body, or 304 for whoever has it already.
fn cached(headers: &HeaderMap, kind: &'static str, body: String) -> Response {
    let etag = format!("\"{}\"", sha256(&[body.as_bytes()]));
    let known = conditional::known(headers, &etag);
    let common = [
        (header::ETAG, etag),
        (
            header::CACHE_CONTROL,
            format!("public, max-age={}", policy::PUBLIC_CACHE_SECS),
        ),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, kind)], body).into_response()
}

fn missing(frame: &Frame) -> Response {
    (StatusCode::NOT_FOUND, axum::response::Html(page::missing(frame))).into_response()
}

fn failed(frame: &Frame, error: &StoreError) -> Response {
    tracing::error!(%error, "a public page failed");
    let body = axum::response::Html(page::failed(frame));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    response
}
