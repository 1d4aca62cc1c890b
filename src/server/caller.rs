//! Who asks, and which way: the address that limits are kept for, and whether the way is https.
//!
//! Behind a proxy both are the proxy's word. `X-Forwarded-For` is believed only from the proxy that the configuration
//! names, and only its last hop, which that proxy wrote itself: whoever could write the header could guess passwords from
//! as many addresses as they like. `X-Forwarded-Proto` is believed from everybody: it decides on a warning and on a
//! header that browsers ignore over plain http, so who lies fools only their own browser.

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::net::{IpAddr, SocketAddr};

/// What the server knows of the ways to it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// The server itself speaks https.
    pub tls: bool,
    /// The proxy whose word about addresses is believed.
    pub proxy: Option<IpAddr>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// From where, as far as anybody who can be believed knows.
    pub address: IpAddr,
    /// Over https, here or at a proxy before us.
    pub https: bool,
}

impl Caller {
    fn of(peer: IpAddr, headers: &HeaderMap, ways: Ways) -> Self {
        let (peer, proxy) = (peer.to_canonical(), ways.proxy.map(|proxy| proxy.to_canonical()));
        let told = (proxy == Some(peer)).then(|| last_hop(headers)).flatten();
        let forwarded = headers.get("x-forwarded-proto");
        Self {
            address: told.unwrap_or(peer),
            https: ways.tls || forwarded.is_some_and(|scheme| scheme == "https"),
        }
    }
}

/// The address that the nearest proxy put at the end; with a port or without.
fn last_hop(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all("x-forwarded-for").iter().next_back()?;
    let hop = value.to_str().ok()?.rsplit(',').next()?.trim();
    let plain = hop.trim_start_matches('[').trim_end_matches(']');
    let address = plain.parse().ok();
    address.or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
}

/// Finds out who asks and for which host, for everything behind it.
pub(super) async fn find(State(ways): State<Ways>, mut request: Request, next: Next) -> Response {
    // HTTP/2 names the host in the address. Forms and cookies depend on it, so it stands in one place for all.
    let named = request
        .uri()
        .authority()
        .map(|host| HeaderValue::from_str(host.as_str()));
    if let (false, Some(Ok(host))) = (request.headers().contains_key(header::HOST), named) {
        request.headers_mut().insert(header::HOST, host);
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let caller = Caller::of(peer.ip(), request.headers(), ways);
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        // Only a router that was put together wrongly has none.
        let found = parts.extensions.get::<Self>().copied();
        found.ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(proxy: Option<&str>, peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let ways = Ways {
            tls: false,
            proxy: proxy.map(|proxy| proxy.parse().unwrap()),
        };
        Caller::of(peer.parse().unwrap(), &headers, ways).address.to_string()
    }

    #[test]
    fn only_the_named_proxy_is_believed_and_only_its_own_hop() {
        let proxy = Some("127.0.0.1");
        assert_eq!(address(proxy, "127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(address(proxy, "127.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(address(proxy, "127.0.0.1", &["1.1.1.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(address(proxy, "127.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(address(proxy, "127.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(address(proxy, "127.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(address(proxy, "::ffff:127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(address(proxy, "127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(address(proxy, "127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(
            address(proxy, "198.51.100.1", &["203.0.113.9"]),
            "198.51.100.1",
            "not the proxy"
        );
        assert_eq!(
            address(None, "127.0.0.1", &["203.0.113.9"]),
            "127.0.0.1",
            "no proxy is named"
        );
    }
}
