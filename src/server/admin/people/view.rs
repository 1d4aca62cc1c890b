//! The markup of "Người dùng".

use super::{People, roles};
use crate::{
    domain::{ids::NodeId, number, role::Role, time::LocalDay},
    server::admin::page::{self, Page},
    store::users::{Access, User},
};
use axum::response::Html;
use dioxus::prelude::*;

pub(super) fn role(page: &Page, role: Role) -> &'static str {
    page.say(role.vietnamese(), role.english())
}

/// The last day of an account, included.
fn last_day(until: i64) -> LocalDay {
    LocalDay(LocalDay::of(until).0.saturating_sub(1))
}

pub(super) fn list(page: &Page, people: &People) -> Html<String> {
    let title = page.say("Người dùng", "Users");
    let body = rsx! {
        div { class: "title", h1 { {title} } }
        if let Some(user) = &people.chosen {
            {one(page, people, user)}
        }
        section { class: "card",
            div { class: "scroll",
                table {
                    thead {
                        tr {
                            th { scope: "col", {page.say("Tên đăng nhập", "User name")} }
                            th { scope: "col", {page.say("Vai trò", "Role")} }
                            th { scope: "col", {page.t.unit} }
                            th { scope: "col", {page.say("Dùng đến hết", "Until")} }
                            th { scope: "col", {page.say("Tình trạng", "State")} }
                            td {}
                        }
                    }
                    tbody {
                        for user in &people.users {
                            tr {
                                th { scope: "row", "{user.name}" }
                                td { {role(page, user.access.role)} }
                                td { {unit(page, people, user.access.node)} }
                                td { {user.access.until.map(|until| number::date(last_day(until))).unwrap_or_default()} }
                                td { {state(page, user, people.now)} }
                                td { class: "num",
                                    if page.visitor.as_ref().is_some_and(|visitor| visitor.name == user.name) {
                                        a { href: "/admin/account", {page.say("Đổi mật khẩu", "Change password")} }
                                    } else {
                                        a { href: "/admin/users?user={escaped(&user.name)}", {page.say("Thay đổi", "Change")} }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        {add(page, people)}
    };
    page::document(page, title, body)
}

/// A name as a part of an address.
fn escaped(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn unit(page: &Page, people: &People, node: Option<NodeId>) -> String {
    match node {
        None => page.t.all_units.to_owned(),
        Some(id) => people
            .nodes
            .iter()
            .find(|(node, _)| *node == id)
            .map(|(_, name)| name.clone())
            .unwrap_or_else(|| page.say("(đơn vị đã đóng)", "(a closed unit)").to_owned()),
    }
}

fn state(page: &Page, user: &User, now: i64) -> Element {
    let (class, label) = if user.disabled {
        ("state off", page.say("Đã khóa", "Disabled"))
    } else if !user.may_sign_in(now) {
        ("state off", page.say("Đã hết hạn", "Ended"))
    } else {
        ("state ok", page.say("Đang dùng", "In use"))
    };
    rsx! { span { class, {label} } }
}

fn fields(page: &Page, people: &People, access: Option<&Access>) -> Element {
    let Some(visitor) = &page.visitor else {
        return rsx! {};
    };
    let chosen = access.map_or(Role::Clerk, |access| access.role);
    // Where there is one unit only, a new user of any role but the first belongs to it.
    let only = (people.nodes.len() == 1).then(|| people.nodes.first().map(|(id, _)| *id));
    let node = access.map_or(only.flatten(), |access| access.node);
    let until = access
        .and_then(|access| access.until)
        .map(|until| last_day(until).date().to_string());
    let needs_none = visitor.node.is_none();
    rsx! {
        label { span { {page.say("Vai trò", "Role")} }
            select { name: "role",
                for other in roles(visitor) {
                    option { value: other.name(), selected: other == chosen, {role(page, other)} }
                }
            }
        }
        label { span { {page.t.unit} }
            select { name: "node",
                if needs_none {
                    option { value: "", {page.say("Tất cả (chỉ quản trị hệ thống)", "All (system administrators only)")} }
                }
                for (id , name) in &people.nodes {
                    option { value: "{id}", selected: node == Some(*id), "{name}" }
                }
            }
            small { {page.say("Người này thấy đơn vị đã chọn và mọi đơn vị trực thuộc.", "They see this unit and all below it.")} }
        }
        if !people.officers.is_empty() {
            label { span { {page.say("Cán bộ", "Officer")} " " small { {page.say("(chỉ cho vai trò “Cán bộ tại quầy”)", "(only for “Officer at a counter”)")} } }
                select { name: "officer",
                    option { value: "", "–" }
                    for officer in &people.officers {
                        option { value: "{officer.id}", selected: access.is_some() && people.chosen_officer == Some(officer.id), "{officer.name}" }
                    }
                }
            }
        }
        label { span { {page.say("Dùng đến hết ngày", "Last day")} " " small { {page.say("(bắt buộc với thanh tra, kiểm tra)", "(required for inspectors)")} } }
            input { name: "until", r#type: "date", value: until.unwrap_or_default() }
        }
    }
}

fn one(page: &Page, people: &People, user: &User) -> Element {
    rsx! {
        section { class: "card",
            h2 { {page.say("Thay đổi: ", "Change: ")} "{user.name}" }
            div { class: "grid halves",
                form { class: "stack", method: "post", action: "/admin/users/change",
                    {page.csrf()}
                    input { r#type: "hidden", name: "user", value: "{user.name}" }
                    {fields(page, people, Some(&user.access))}
                    button { r#type: "submit", {page.say("Lưu", "Save")} }
                }
                div {
                    form { class: "stack", method: "post", action: "/admin/users/password",
                        {page.csrf()}
                        input { r#type: "hidden", name: "user", value: "{user.name}" }
                        p { {page.say(
                            "Mật khẩu mới hiện một lần trên màn hình. Người dùng phải tự đổi ngay khi đăng nhập. Tài khoản đã khóa sẽ mở lại.",
                            "The new password is shown once; its user must change it on signing in. A disabled account opens again.",
                        )} }
                        button { class: "quiet", r#type: "submit", {page.say("Cấp mật khẩu mới", "Make a new password")} }
                    }
                    if !user.disabled {
                        form { class: "stack", method: "post", action: "/admin/users/disable",
                            {page.csrf()}
                            input { r#type: "hidden", name: "user", value: "{user.name}" }
                            p { {page.say(
                                "Khóa tài khoản: người này bị đăng xuất ngay và không đăng nhập được. Việc đã làm vẫn còn trong nhật ký.",
                                "Disabling signs them out at once. What they did stays in the log.",
                            )} }
                            button { class: "serious", r#type: "submit", {page.say("Khóa tài khoản", "Disable")} }
                        }
                    }
                }
            }
        }
    }
}

fn add(page: &Page, people: &People) -> Element {
    rsx! {
        section { class: "card",
            h2 { {page.say("Thêm người dùng", "Add a user")} }
            form { class: "stack short", method: "post", action: "/admin/users/add",
                {page.csrf()}
                label { span { {page.say("Tên đăng nhập", "User name")} }
                    input { name: "user", required: true, maxlength: "60", autocomplete: "off", autocapitalize: "none", spellcheck: "false" }
                    small { {page.say("Không có dấu cách, ví dụ: nguyenvana", "No spaces, for example: nguyenvana")} }
                }
                {fields(page, people, None)}
                button { r#type: "submit", {page.say("Thêm và cấp mật khẩu", "Add and make a password")} }
            }
        }
    }
}

/// The one page on which a made password can be read.
pub(super) fn once(page: &Page, name: &str, password: &str) -> Html<String> {
    let title = page.say("Mật khẩu dùng một lần", "One-time password");
    let body = rsx! {
        section { class: "card narrow",
            h1 { {title} }
            p { {page.say("Người dùng", "User")} ": " strong { "{name}" } }
            p { class: "sheet-code", "{password}" }
            p { {page.say(
                "Chỉ hiện một lần ở đây. Xin giao tận tay người dùng; khi đăng nhập, họ phải tự đặt mật khẩu mới.",
                "Shown only here and now. Hand it over in person; they must choose another on signing in.",
            )} }
            p { a { class: "button", href: "/admin/users", {page.say("Xong", "Done")} } }
        }
    };
    page::document(page, title, body)
}
