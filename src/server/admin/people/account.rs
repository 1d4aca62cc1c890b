//! "Tài khoản của tôi": who I am here, and my password.

use crate::{
    domain::{number, time::LocalDay},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{
            Form, SignInError, Visitor,
            password::{Password, PasswordError},
            policy, secure_cookies,
        },
        caller::Caller,
    },
    store::{Refusal, StoreError, places, sessions, users::NewPassword},
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;

/// `GET /admin/account`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
) -> Result<Response, PageError> {
    let node = visitor.node;
    let (name, own, now) = (visitor.name.clone(), visitor.token.hash(), admin.clock.now());
    let living = (now - policy::SESSION_MAX_SECS, now - policy::SESSION_IDLE_SECS);
    let (unit, sessions) = admin
        .read(move |conn| {
            let unit = node.map(|id| places::node(conn, id)).transpose()?;
            Ok((unit, sessions::of_user(conn, &name, &own, living)?))
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let title = page.say("Tài khoản của tôi", "My account");
    let unit = unit.map_or(page.t.all_units.to_owned(), |unit| unit.name);
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            if visitor.must_change {
                p { class: "notice", role: "alert",
                    {page.say(
                        "Mật khẩu này do người khác cấp. Xin đặt mật khẩu riêng trước khi làm việc.",
                        "Somebody else made this password. Please choose your own first.",
                    )}
                }
            }
            p { strong { "{visitor.name}" } " · " {super::view::role(&page, visitor.role)} " · {unit}" }
            form { class: "stack", method: "post", action: "/admin/account",
                {page.csrf()}
                label { span { {page.say("Mật khẩu hiện tại", "Present password")} }
                    input { name: "old", r#type: "password", autocomplete: "current-password", required: true }
                }
                label { span { {page.say("Mật khẩu mới", "New password")} }
                    input { name: "new", r#type: "password", autocomplete: "new-password", required: true, minlength: "12" }
                    small { {page.say("Ít nhất 12 ký tự; một câu dễ nhớ là tốt nhất.", "At least 12 characters; a sentence is best.")} }
                }
                label { span { {page.say("Nhập lại mật khẩu mới", "New password again")} }
                    input { name: "again", r#type: "password", autocomplete: "new-password", required: true }
                }
                button { r#type: "submit", {page.say("Đổi mật khẩu", "Change password")} }
            }
            p { class: "small", {page.say("Sau khi đổi, các máy khác đang đăng nhập bằng tài khoản này bị đăng xuất.", "Other browsers of this account are signed out.")} }
        }
        {elsewhere(&page, &sessions)}
    };
    Ok(page::document(&page, title, body).into_response())
}

/// Where this account is signed in, and a way to end it there.
fn elsewhere(page: &Page, sessions: &[(bool, i64, i64)]) -> Element {
    rsx! {
        section { class: "card narrow",
            h2 { {page.say("Đang đăng nhập", "Signed in")} }
            ul {
                for (own , began , seen) in sessions {
                    li {
                        {page.say("từ ", "since ")} {moment(*began)} {page.say(", dùng lần cuối ", ", last used ")} {moment(*seen)}
                        if *own {
                            " · " strong { {page.say("máy này", "this browser")} }
                        }
                    }
                }
            }
            if sessions.len() > 1 {
                form { class: "stack", method: "post", action: "/admin/account/elsewhere",
                    {page.csrf()}
                    label { span { {page.say("Mật khẩu hiện tại", "Present password")} }
                        input { name: "old", r#type: "password", autocomplete: "current-password", required: true }
                    }
                    button { class: "quiet", r#type: "submit", {page.say("Đăng xuất ở mọi máy khác", "Sign out everywhere else")} }
                }
            }
        }
    }
}

/// Day and time, Việt Nam's.
fn moment(unix: i64) -> String {
    let (day, seconds) = (LocalDay::of(unix), unix - LocalDay::of(unix).start());
    format!("{:02}:{:02} {}", seconds / 3600, seconds / 60 % 60, number::date(day))
}

/// Whether they know the present password. The same limits as at the door: whoever found an open browser must not guess
/// here.
async fn know(admin: &Admin, form: &Form, caller: Caller) -> Result<(), PageError> {
    let (name, now) = (form.visitor.name.as_str(), admin.clock.now());
    let known = admin
        .sign_in
        .check(&admin.store, name, form.raw("old"), caller.address, now)
        .await;
    known.map(drop).map_err(|error| match error {
        SignInError::Wrong => StoreError::from(Refusal::WrongPassword).into(),
        error => error.into(),
    })
}

/// `POST /admin/account/elsewhere`.
pub(in super::super) async fn leave_elsewhere(
    State(admin): State<Admin>,
    caller: Caller,
    form: Form,
) -> Result<Response, PageError> {
    know(&admin, &form, caller).await?;
    let (name, own) = (form.visitor.name.clone(), form.visitor.token.hash());
    admin
        .write_as(&form.visitor, move |tx, now| tx.end_other_sessions(&name, &own, now))
        .await?;
    Ok(Redirect::to("/admin/account").into_response())
}

/// `POST /admin/account`.
pub(in super::super) async fn change(
    State(admin): State<Admin>,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    if form.raw("new") != form.raw("again") {
        return Err(StoreError::from(Refusal::PasswordTwice).into());
    }
    let (name, now) = (form.visitor.name.clone(), admin.clock.now());
    let chosen = Password::chosen(form.raw("new"), &name).map_err(|error| {
        StoreError::from(match error {
            PasswordError::Common => Refusal::CommonPassword,
            _ => Refusal::Password,
        })
    })?;
    know(&admin, &form, caller).await?;
    let hash = tokio::task::spawn_blocking(move || chosen.hash()).await;
    let password = NewPassword {
        hash: hash.map_err(|_| PageError::Closing)??,
        must_change: false,
    };
    let own = name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| tx.set_password(&own, &password, now))
        .await?;
    let token = admin.sign_in.begin(&admin.store, &name, now).await?;
    let cookie = token.cookie(secure_cookies(&headers));
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/admin/")).into_response())
}
