//! The extractors: who is asking, and whether a form is ours. Both take what the gate found: a handler behind no gate
//! is reached by nobody.

use super::{
    gate::{Gate, Stop},
    permission::{self, Right},
    session::{self, Token},
};
use crate::domain::{ids::NodeId, role::Role};
use axum::{
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

/// Somebody who has signed in, at a page they may use.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// By which name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Their unit; none for a system administrator.
    pub node: Option<NodeId>,
    /// They must choose another password first.
    pub must_change: bool,
    /// For the forms of this session.
    pub csrf: String,
    /// The session.
    pub token: Token,
}

impl Visitor {
    /// Whether they have this right.
    pub fn may(&self, right: Right) -> bool {
        permission::may(self.role, right)
    }

    /// The unit a page is about: the one that was asked for (the gate saw to it that it is theirs), else their own;
    /// `None`: everything.
    pub fn scope(&self, asked: Option<NodeId>) -> Option<NodeId> {
        asked.or(self.node)
    }
}

/// Whether cookies to this host must be `Secure`: always, except on the machine itself.
pub fn secure_cookies(headers: &HeaderMap) -> bool {
    !text(headers, header::HOST).is_some_and(session::is_loopback)
}

/// The session token that a browser sent, if it sent one.
pub fn token_sent(headers: &HeaderMap) -> Option<Token> {
    let secure = secure_cookies(headers);
    let mut cookies = headers.get_all(header::COOKIE).iter();
    cookies.find_map(|value| Token::from_cookies(value.to_str().ok()?, secure))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a POST comes from a page of this server, as far as the browser tells.
pub fn from_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    session::same_origin(text(headers, header::HOST), text(headers, header::ORIGIN), site)
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor
where
    Gate: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match parts.extensions.get::<Self>() {
            Some(visitor) => Ok(visitor.clone()),
            // No gate stands before this handler.
            None => Err((Gate::from_ref(state).stopped)(&Stop::SignIn)),
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

    /// The first value of a field exactly as it was typed: a password's spaces belong to it.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The form that these fields are, if it is one of this very session and names nothing of another unit.
    pub async fn of(visitor: Visitor, fields: Vec<(String, String)>, gate: &Gate) -> Result<Self, Response> {
        let given = fields.iter().find(|(name, _)| name == "csrf");
        if !given.is_some_and(|(_, value)| visitor.token.csrf_matches(value)) {
            tracing::warn!(user = visitor.name, "a form without this session's token was refused");
            return Err(StatusCode::FORBIDDEN.into_response());
        }
        let values = fields.iter().map(|(_, value)| value.as_str());
        gate.within(&visitor, values)
            .await
            .map_err(|stop| (gate.stopped)(&stop))?;
        Ok(Self { visitor, fields })
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
            tracing::warn!(user = visitor.name, "a form of another site was refused");
            return Err(StatusCode::FORBIDDEN.into_response());
        }
        let request = Request::from_parts(parts, body);
        let fields = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::extract::Form(fields) = fields.map_err(IntoResponse::into_response)?;
        Self::of(visitor, fields, &Gate::from_ref(state)).await
    }
}
