//! The gate before every page: who is it, may they do this, and is every id they send one of their unit's.

use super::{
    permission::Right,
    policy,
    visitor::{Visitor, token_sent},
};
use crate::{
    domain::ids::NodeId,
    server::config::Clock,
    store::{Store, StoreError, scope, sessions},
};
use axum::{
    extract::{FromRequestParts, Query, RawPathParams, Request},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::Response,
};
use uuid::Uuid;

/// What the gate and the extractors need of the server's state.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Users and sessions.
    pub store: Store,
    /// Unix seconds.
    pub clock: Clock,
    /// The page for those who do not get in.
    pub stopped: fn(&Stop) -> Response,
}

/// Why somebody does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// They have not signed in.
    SignIn,
    /// They must choose a password of their own first.
    ChoosePassword,
    /// Their role may not.
    Forbidden,
    /// It is of another unit, or of none: both look the same.
    Missing,
    /// The store can't be read.
    Failed,
}

impl Gate {
    /// Lets a request through to what needs this right, with its [`Visitor`], or answers why not.
    pub async fn let_in(&self, right: Right, request: Request, next: Next) -> Response {
        let (mut parts, body) = request.into_parts();
        match self.check(right, &mut parts).await {
            Ok(visitor) => {
                parts.extensions.insert(visitor);
                next.run(Request::from_parts(parts, body)).await
            }
            Err(stop) => (self.stopped)(&stop),
        }
    }

    async fn check(&self, right: Right, parts: &mut Parts) -> Result<Visitor, Stop> {
        let visitor = self.visitor(&parts.headers).await.ok_or(Stop::SignIn)?;
        if visitor.must_change && right != Right::Own {
            return Err(Stop::ChoosePassword);
        }
        // A journal line, not an entry of the log: nothing was done.
        let stopped = |why| tracing::warn!(user = visitor.name, ?right, why, "somebody was stopped");
        if !visitor.may(right) {
            stopped("their role may not");
            return Err(Stop::Forbidden);
        }
        let path = RawPathParams::from_request_parts(parts, &()).await;
        let path = path.map_err(|_| Stop::Missing)?;
        // What no form of ours sends has no ids either.
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Stop::Missing)?;
        let values = path.iter().map(|(_, value)| value);
        let values = values.chain(query.0.iter().map(|(_, value)| value.as_str()));
        self.within(&visitor, values)
            .await
            .inspect_err(|_| stopped("not of their unit"))?;
        Ok(visitor)
    }

    /// Whether every id among these values names something that the visitor may see.
    pub(super) async fn within(&self, visitor: &Visitor, values: impl Iterator<Item = &str>) -> Result<(), Stop> {
        let Some(node) = visitor.node else { return Ok(()) };
        let ids: Vec<[u8; 16]> = values.filter_map(id_in).collect();
        if ids.is_empty() {
            return Ok(());
        }
        match self.blocking(move |store| all_inside(&store, node, &ids)).await {
            Some(Ok(true)) => Ok(()),
            Some(Ok(false)) => Err(Stop::Missing),
            _ => Err(Stop::Failed),
        }
    }

    async fn visitor(&self, headers: &HeaderMap) -> Option<Visitor> {
        let token = token_sent(headers)?;
        let (now, hash) = (self.clock.now(), token.hash());
        let limits = (now - policy::SESSION_MAX_SECS, now - policy::SESSION_IDLE_SECS);
        let found = self.blocking(move |store| store.read(|conn| sessions::session(conn, &hash, limits, now)));
        let session = found.await?.ok()??;
        if now - session.seen >= policy::SESSION_TOUCH_SECS {
            // A failure only ends the session earlier.
            let _ = self.store.write_async(move |tx| tx.touch_session(&hash, now)).await;
        }
        Some(Visitor {
            name: session.name,
            role: session.role,
            node: session.node,
            must_change: session.must_change,
            csrf: token.csrf(),
            token,
        })
    }

    async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(Store) -> T + Send + 'static) -> Option<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(store)).await.ok()
    }
}

/// The id that a value is, if it is one: a UUID in any of its spellings, or a tablet's 32 hex digits.
fn id_in(value: &str) -> Option<[u8; 16]> {
    Uuid::parse_str(value.trim()).ok().map(Uuid::into_bytes)
}

fn all_inside(store: &Store, node: NodeId, ids: &[[u8; 16]]) -> Result<bool, StoreError> {
    store.read(|conn| {
        for id in ids {
            if !scope::holds(conn, node, id)? {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_known_in_every_spelling() {
        let id = Uuid::from_u128(7);
        for text in [
            id.to_string(),
            id.simple().to_string(),
            id.braced().to_string(),
            format!(" {} ", id.urn()),
            id.simple().to_string().to_uppercase(),
        ] {
            assert_eq!(id_in(&text), Some(id.into_bytes()), "{text}");
        }
        assert_eq!(id_in("Quầy 1"), None);
    }
}
