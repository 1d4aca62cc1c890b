//! "Tài khoản của tôi": who I am here, and my password.

use crate::{
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Form, SignInError, Visitor, password::Password, secure_cookies},
    },
    store::{Refusal, StoreError, places, users::NewPassword},
};
use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use std::net::SocketAddr;

/// `GET /admin/account`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
) -> Result<Response, PageError> {
    let node = visitor.node;
    let unit = admin
        .blocking(move |store| store.read(|conn| node.map(|id| places::node(conn, id)).transpose()))
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
    };
    Ok(page::document(&page, title, body).into_response())
}

/// `POST /admin/account`.
pub(in super::super) async fn change(
    State(admin): State<Admin>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    if form.raw("new") != form.raw("again") {
        return Err(StoreError::from(Refusal::PasswordTwice).into());
    }
    let chosen = Password::chosen(form.raw("new")).map_err(|_| StoreError::from(Refusal::Password))?;
    let (name, now) = (form.visitor.name.clone(), admin.clock.now());
    // The same limits as at the door: whoever found an open browser must not guess here.
    admin
        .sign_in
        .check(&admin.store, &name, form.raw("old"), address.ip(), now)
        .await
        .map_err(|error| match error {
            SignInError::Wrong => PageError::from(StoreError::from(Refusal::WrongPassword)),
            error => error.into(),
        })?;
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
