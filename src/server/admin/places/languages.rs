//! Which of the published languages a unit's tablets offer besides Vietnamese and English.

use super::{Unit, back, node_of, unit::this};
use crate::{
    domain::pack,
    server::{
        admin::{Admin, error::PageError, page::Page},
        auth::Form,
    },
    store::{Reader, StoreError, packs},
};
use axum::{extract::State, response::Response};
use dioxus::prelude::*;

/// Tag and name of each language that was published and is not built in.
pub(super) fn published(conn: &Reader) -> Result<Vec<(String, String)>, StoreError> {
    let packs = packs::current(conn)?.into_iter();
    let packs = packs.filter(|published| !pack::is_built_in(&published.lang));
    packs
        .map(|published| {
            let pack = pack::Pack::parse(published.document.as_bytes());
            let pack = pack.map_err(|_| StoreError::Corrupt("language pack"))?;
            Ok((pack.lang, pack.name))
        })
        .collect()
}

/// The card of a unit's page; nothing where no language was published.
pub(super) fn card(page: &Page, unit: &Unit) -> Element {
    if unit.languages.is_empty() {
        return rsx! {};
    }
    let own = unit.own.languages.is_some();
    let offered = |tag: &String| unit.effective.languages.as_ref().is_none_or(|tags| tags.contains(tag));
    rsx! {
        section { class: "card",
            h2 { {page.say("Ngôn ngữ trên máy tính bảng", "Languages on the tablets")} }
            p { {page.say(
                "Ngoài tiếng Việt và tiếng Anh, luôn có sẵn. Ngôn ngữ và bản ghi âm mới được thêm khi soạn bộ câu hỏi.",
                "Besides Vietnamese and English, which are always there. New languages and recordings are added with the questions.",
            )} }
            form { class: "stack", method: "post", action: "/admin/places/languages",
                {page.csrf()}
                {this(unit)}
                div {
                    label { class: "line",
                        input { r#type: "radio", name: "whose", value: "above", checked: !own }
                        span { {page.say("Theo đơn vị cấp trên (không khai ở đâu: mọi ngôn ngữ)", "As the unit above (nobody says: all of them)")} }
                    }
                    label { class: "line",
                        input { r#type: "radio", name: "whose", value: "own", checked: own }
                        span { {page.say("Chỉ những ngôn ngữ này:", "Only these:")} }
                    }
                    for (tag , name) in &unit.languages {
                        label { class: "line",
                            input { r#type: "checkbox", name: "tag", value: tag.clone(), checked: offered(tag) }
                            span { "{name} " code { class: "muted", "{tag}" } }
                        }
                    }
                }
                button { r#type: "submit", {page.say("Lưu ngôn ngữ", "Save languages")} }
            }
        }
    }
}

/// `POST /admin/places/languages`.
pub(in super::super) async fn change(State(admin): State<Admin>, form: Form) -> Result<Response, PageError> {
    let node = node_of(&form)?;
    let tags: Vec<String> = form.all("tag").into_iter().map(str::to_owned).collect();
    let languages = match form.get("whose") {
        "own" if tags.iter().all(|tag| pack::is_language_tag(tag)) => Some(tags),
        "above" => None,
        _ => return Err(PageError::Bad),
    };
    let who = form.visitor.name.clone();
    admin
        .write_as(&form.visitor, move |tx, now| {
            tx.change_settings(node, &who, now, |own| own.languages.clone_from(&languages))
        })
        .await?;
    Ok(back(node))
}
