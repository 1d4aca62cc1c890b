//! Session tokens, their cookie, and the CSRF token of their forms. Pure.

use crate::{
    domain::hex::{Hash, Hex},
    platform::{self, RandomError},
    wire::keys::sha256,
};
use std::fmt;

/// Name of the cookie over https. `__Host-` makes browsers hold it to this host, path `/` and https.
const SECURE_NAME: &str = "__Host-hailong";
/// Name over http on the machine itself, where browsers refuse the prefix.
const LOOPBACK_NAME: &str = "hailong";

/// What the browser holds: 256 random bits. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Hex<32>);

impl Token {
    /// Makes one.
    pub fn random() -> Result<Self, RandomError> {
        Ok(Self(Hex(platform::random()?)))
    }

    /// What is stored instead of it.
    pub fn hash(&self) -> Hash {
        sha256(&[b"hailong/1/session\0", &self.0.0])
    }

    /// What every form of this session carries. Derived, so that it needs no storage; says nothing about the token.
    pub fn csrf(&self) -> String {
        sha256(&[b"hailong/1/csrf\0", &self.0.0]).to_string()
    }

    /// Whether a form came from one of our own pages. Takes the same time however much of it is right.
    pub fn csrf_matches(&self, given: &str) -> bool {
        same(self.csrf().as_bytes(), given.as_bytes())
    }

    /// The value for `Set-Cookie`. Lives until the browser closes; the server ends it earlier.
    pub fn cookie(&self, secure: bool) -> String {
        let (name, flag) = if secure {
            (SECURE_NAME, "; Secure")
        } else {
            (LOOPBACK_NAME, "")
        };
        format!("{name}={}; Path=/; HttpOnly; SameSite=Strict{flag}", self.0)
    }

    /// Reads the token out of a `Cookie` header.
    pub fn from_cookies(header: &str, secure: bool) -> Option<Self> {
        let name = if secure { SECURE_NAME } else { LOOPBACK_NAME };
        cookie_value(header, name)
            .and_then(|value| Hex::parse(value).ok())
            .map(Self)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The value for `Set-Cookie` that removes the session from the browser.
pub fn clear_cookie(secure: bool) -> String {
    let (name, flag) = if secure {
        (SECURE_NAME, "; Secure")
    } else {
        (LOOPBACK_NAME, "")
    };
    format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{flag}")
}

/// The value of a cookie in a `Cookie` header.
pub fn cookie_value<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && std::hint::black_box(a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b))) == 0
}

/// Whether the `Host` header names this very machine, where plain http is as safe as https.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a POST comes from a page of ours, as far as the browser tells: `Sec-Fetch-Site` where it is sent, and
/// `Origin` must name the host that was asked. Neither is sent by very old browsers; the CSRF token still is.
pub fn same_origin(host: Option<&str>, origin: Option<&str>, fetch_site: Option<&str>) -> bool {
    if fetch_site.is_some_and(|site| site != "same-origin" && site != "none") {
        return false;
    }
    match origin {
        None => true,
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(scheme, rest)| matches!(scheme, "http" | "https") && Some(rest) == host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_and_another_does_not() {
        let token = Token::random().unwrap();
        for secure in [true, false] {
            let set = token.cookie(secure);
            assert!(set.contains("HttpOnly; SameSite=Strict"));
            assert_eq!(set.contains("; Secure"), secure);
            let sent = format!("lang=vi; {}", set.split(';').next().unwrap());
            assert_eq!(Token::from_cookies(&sent, secure), Some(token.clone()));
            assert_eq!(Token::from_cookies(&sent, !secure), None, "the other name is not read");
            assert_eq!(Token::from_cookies("hailong=abc; __Host-hailong=", secure), None);
        }
        assert_ne!(token.csrf(), token.hash().to_string());
        assert!(token.csrf_matches(&token.csrf()) && !token.csrf_matches(""));
        assert!(!Token::random().unwrap().csrf_matches(&token.csrf()));
    }

    #[test]
    fn loopback_is_only_this_machine() {
        for host in [
            "localhost",
            "localhost:8700",
            "127.0.0.1:8700",
            "[::1]:8700",
            "127.1.2.3",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "localhost.example.vn",
            "10.0.0.1:8700",
            "127.0.0.1.example.vn",
            "[2001:db8::1]",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_known_by_its_origin() {
        let host = Some("may.chu.vn");
        assert!(same_origin(host, Some("https://may.chu.vn"), Some("same-origin")));
        assert!(same_origin(host, None, None), "an old browser");
        assert!(!same_origin(host, Some("https://ke.xau.vn"), None));
        assert!(!same_origin(host, Some("null"), None));
        assert!(!same_origin(host, None, Some("cross-site")));
        assert!(!same_origin(None, Some("https://may.chu.vn"), None));
    }
}
