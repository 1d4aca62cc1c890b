//! The extractors: who is asking, and whether a form is ours. A handler that takes a [`Visitor`] can't be reached
//! without signing in, one that takes a [`Form`] not without a form of this very session.

use super::{
    policy,
    session::{self, Token},
};
use crate::{
    server::config::Clock,
    store::{Store, users},
};
use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

/// What the extractors need of the server's state.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Users and sessions.
    pub store: Store,
    /// Unix seconds.
    pub clock: Clock,
    /// Where those are sent who have not signed in.
    pub sign_in: &'static str,
}

/// Somebody who has signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// By which name.
    pub name: String,
    /// For the forms of this session.
    pub csrf: String,
    /// The session.
    pub token: Token,
}

/// Whether cookies to this host must be `Secure`: always, except on the machine itself.
pub fn secure_cookies(headers: &HeaderMap) -> bool {
    !text(headers, header::HOST).is_some_and(session::is_loopback)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a POST comes from a page of this server, as far as the browser tells.
pub fn from_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    session::same_origin(text(headers, header::HOST), text(headers, header::ORIGIN), site)
}

async fn visitor(headers: &HeaderMap, gate: &Gate) -> Option<Visitor> {
    let secure = secure_cookies(headers);
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let token = cookies
        .filter_map(|header| Token::from_cookies(header, secure))
        .next()?;
    let (now, hash, store) = (gate.clock.now(), token.hash(), gate.store.clone());
    let found = tokio::task::spawn_blocking(move || {
        store.read(|conn| {
            users::session(
                conn,
                &hash,
                now - policy::SESSION_MAX_SECS,
                now - policy::SESSION_IDLE_SECS,
            )
        })
    });
    let session = found.await.ok()?.ok()??;
    if now - session.seen >= policy::SESSION_TOUCH_SECS {
        // A failure only ends the session earlier.
        let _ = gate.store.write_async(move |tx| tx.touch_session(&hash, now)).await;
    }
    Some(Visitor {
        name: session.name,
        csrf: token.csrf(),
        token,
    })
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    Gate: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let gate = Gate::from_ref(state);
        match visitor(&parts.headers, &gate).await {
            Some(visitor) => Ok(visitor),
            None => Err(Redirect::to(gate.sign_in).into_response()),
        }
    }
}

/// A form of this session.
#[derive(Debug)]
pub struct Form {
    /// Who sent it.
    pub visitor: Visitor,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The first value of a field, trimmed; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    /// All values of a field in their order, trimmed.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let fields = self.fields.iter().filter(|(key, _)| key == name);
        fields.map(|(_, value)| value.trim()).collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Form
where
    Gate: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        if !from_here(&parts.headers) {
            return Err(StatusCode::FORBIDDEN.into_response());
        }
        let request = Request::from_parts(parts, body);
        let fields = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::extract::Form(fields) = fields.map_err(IntoResponse::into_response)?;
        let given = fields.iter().find(|(name, _)| name == "csrf");
        if !given.is_some_and(|(_, value)| visitor.token.csrf_matches(value)) {
            return Err(StatusCode::FORBIDDEN.into_response());
        }
        Ok(Self { visitor, fields })
    }
}
