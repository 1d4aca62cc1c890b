//! `?lang=en` on any page sets a cookie and returns to the page. What has no page of its own (an error) is in the
//! language of its request too.

use super::texts::Lang;
use crate::server::auth::{secure_cookies, session::cookie_value};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

/// Name and place of the cookie, as for the session's: over https browsers hold it to this very host.
fn cookie(headers: &HeaderMap) -> (&'static str, &'static str) {
    match secure_cookies(headers) {
        true => ("__Host-hailong_lang", "Path=/; Secure"),
        false => ("hailong_lang", "Path=/admin"),
    }
}

tokio::task_local! {
    /// The language of the request that is being answered.
    static LANG: Lang;
}

/// The language of the request that is being answered; Vietnamese outside of one.
pub(super) fn current() -> Lang {
    LANG.try_with(|lang| *lang).unwrap_or_default()
}

/// The language the browser asked for last.
pub(super) fn chosen(headers: &HeaderMap) -> Lang {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let (name, _) = cookie(headers);
    let code = cookies.filter_map(|header| cookie_value(header, name)).next();
    code.and_then(Lang::parse).unwrap_or_default()
}

/// Keeps the language of `?lang=`.
pub(super) async fn choose(request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let (lang, rest): (Vec<_>, Vec<_>) = query.split('&').partition(|pair| pair.starts_with("lang="));
    let lang = lang
        .first()
        .and_then(|pair| Lang::parse(pair.trim_start_matches("lang=")));
    // Only to our own pages: a browser takes `//host/…` for another server.
    let ours = request.uri().path().starts_with("/admin");
    let Some(lang) = lang.filter(|_| ours && request.method() == Method::GET) else {
        let chosen = chosen(request.headers());
        return LANG.scope(chosen, next.run(request)).await;
    };
    let rest = rest.join("&");
    let mark = if rest.is_empty() { "" } else { "?" };
    let (name, place) = cookie(request.headers());
    let mut response = Redirect::to(&format!("{}{mark}{rest}", request.uri().path())).into_response();
    let cookie = format!(
        "{name}={}; {place}; SameSite=Strict; HttpOnly; Max-Age=31536000",
        lang.code()
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
