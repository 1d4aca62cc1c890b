//! Signing in and out.

use super::{
    Admin,
    error::PageError,
    page::{self, Page},
};
use crate::{
    domain::role::Role,
    server::{
        auth::{Form, SignInError, from_here, secure_cookies, session, token_sent},
        caller::Caller,
    },
    store::users,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use serde::Deserialize;

/// What is typed to sign in.
#[derive(Deserialize)]
pub(super) struct Typed {
    user: String,
    password: String,
}

/// What went wrong at the last try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Wrong,
    Wait(i64),
}

/// `GET /admin/sign-in`.
pub(super) async fn page(caller: Caller, page: Page, headers: HeaderMap) -> Response {
    let safe = is_safe(caller, &headers);
    page::document(&page, page.t.sign_in, markup(&page, None, safe)).into_response()
}

/// `POST /admin/sign-in`.
pub(super) async fn enter(
    State(admin): State<Admin>,
    page: Page,
    caller: Caller,
    headers: HeaderMap,
    axum::extract::Form(typed): axum::extract::Form<Typed>,
) -> Result<Response, PageError> {
    if !from_here(&headers) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let now = admin.clock.now();
    let tried = admin
        .sign_in
        .try_in(&admin.store, &typed.user, &typed.password, caller.address, now)
        .await;
    let again = |status, trouble| {
        let body = markup(&page, Some(trouble), is_safe(caller, &headers));
        (status, page::document(&page, page.t.sign_in, body)).into_response()
    };
    match tried {
        Ok(token) => {
            // What this browser was signed in with before is worth nothing from here on.
            if let Some(before) = token_sent(&headers) {
                let hash = before.hash();
                admin.store.write_async(move |tx| tx.end_session(&hash, now)).await?;
            }
            let cookie = token.cookie(secure_cookies(&headers));
            let name = typed.user;
            let officer = admin
                .read(move |conn| users::user(conn, &name))
                .await?
                .is_some_and(|user| user.access.role == Role::Officer);
            let home = if officer { "/admin/mine" } else { "/admin/" };
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(home)).into_response())
        }
        Err(SignInError::Wrong) => Ok(again(StatusCode::UNAUTHORIZED, Trouble::Wrong)),
        Err(SignInError::Wait(wait)) => {
            let mut response = again(StatusCode::TOO_MANY_REQUESTS, Trouble::Wait(wait.seconds));
            response.headers_mut().insert(header::RETRY_AFTER, wait.seconds.into());
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /admin/sign-out`.
pub(super) async fn leave(State(admin): State<Admin>, headers: HeaderMap, form: Form) -> Result<Response, PageError> {
    let (hash, now) = (form.visitor.token.hash(), admin.clock.now());
    admin.store.write_async(move |tx| tx.end_session(&hash, now)).await?;
    let cookie = session::clear_cookie(secure_cookies(&headers));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/admin/sign-in")).into_response())
}

/// Whether a password may travel this way: over https, here or at a proxy before us, or not over a network at all.
fn is_safe(caller: Caller, headers: &HeaderMap) -> bool {
    caller.https || !secure_cookies(headers)
}

pub(super) fn markup(page: &Page, trouble: Option<Trouble>, safe: bool) -> Element {
    let t = page.t;
    rsx! {
        section { class: "card narrow",
            h1 { {t.sign_in} }
            if !safe {
                p { class: "notice", role: "alert", {t.plain_http} }
            }
            match trouble {
                None => rsx! {},
                Some(Trouble::Wrong) => rsx! { p { class: "notice", role: "alert", {t.wrong} } },
                Some(Trouble::Wait(seconds)) => rsx! {
                    p { class: "notice", role: "alert", "{t.wait_before} {seconds} {t.wait_after}" }
                },
            }
            form { class: "stack", method: "post", action: "/admin/sign-in",
                label { span { {t.user} }
                    input { name: "user", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true, autofocus: true }
                }
                label { span { {t.password} }
                    input { name: "password", r#type: "password", autocomplete: "current-password", required: true }
                }
                button { r#type: "submit", {t.sign_in_button} }
            }
            p { class: "small", {t.signed_out_note} }
            p { class: "small", {t.forgotten} }
        }
    }
}
