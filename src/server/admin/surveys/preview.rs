//! The preview: the tablet's own screens, in frames of `/tablet/#preview`, and the document that they ask for. Nothing of
//! it is stored, here or in the browser.

use super::{
    Which, World, draft_for,
    draft_view::{mistakes, tabs},
    marks::Work,
};
use crate::{
    domain::{ids::CounterId, survey::Survey},
    server::{
        admin::{
            Admin,
            error::PageError,
            headers::Frames,
            page::{self, Nav, Page},
        },
        auth::Visitor,
    },
    store::{Reader, StoreError, drafts, packs, places, settings, surveys},
    wire::setup::{self, Preview},
};
use axum::{
    Extension,
    extract::{Query, State},
    http::header,
    response::{Html, IntoResponse, Response},
};
use dioxus::prelude::*;

/// `GET /admin/surveys/preview`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (who, now) = (visitor.clone(), admin.clock.now());
    let asked = which.draft.clone();
    let (world, work) = admin
        .read(move |conn| {
            let work = match asked.as_str() {
                "" => None,
                id => Some(Work::on(conn, draft_for(conn, &who, id)?)?),
            };
            Ok((World::of(conn, who.node, now)?, work))
        })
        .await?;
    let page = page.of(&visitor, Nav::Manage);
    let shown = match &work {
        Some(work) => view(
            &page,
            &world,
            work.draft
                .document
                .get("name")
                .and_then(|name| name.as_str())
                .unwrap_or(""),
            &which,
            Some(work),
        ),
        None => view(&page, &world, &world.version(&which.id)?.survey.name, &which, None),
    };
    Ok((Extension(Frames), shown).into_response())
}

/// Sizes in CSS pixels that are shown, with their names and the class that scales them.
const SIZES: [(u32, u32, &str, &str, &str); 2] = [
    (820, 1180, "portrait", "iPad dọc", "iPad, portrait"),
    (1180, 820, "landscape", "iPad ngang", "iPad, landscape"),
];

fn view(page: &Page, world: &World, name: &str, which: &Which, work: Option<&Work>) -> Html<String> {
    let title = format!("{}: {name}", page.say("Xem trước", "Preview"));
    let chosen = which
        .counter
        .parse::<CounterId>()
        .ok()
        .or(world.counters.first().map(|counter| counter.id));
    let of = match work {
        Some(work) => ("draft", work.draft.id.to_string()),
        None => ("id", which.id.clone()),
    };
    let ready = work.is_none_or(|work| work.survey.is_some());
    // The name was looked up, the counter parsed: both are hex digits and dashes.
    let address = chosen.map(|counter| format!("/tablet/#preview?{}={}&counter={counter}", of.0, of.1));
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} }
            if work.is_none() { " › " a { href: "/admin/surveys/version?id={which.id}", "{name}" } }
        }
        div { class: "title", h1 { {title.clone()} }
            form { class: "choose", method: "get", action: "/admin/surveys/preview",
                input { r#type: "hidden", name: of.0, value: of.1.clone() }
                label { {page.say("Như ở quầy", "As at")}
                    select { name: "counter",
                        for counter in &world.counters {
                            option { value: "{counter.id}", selected: Some(counter.id) == chosen,
                                "{counter.name}, {world.node(counter.node)} ({page.lang.moment(counter.moment)})"
                            }
                        }
                    }
                }
                button { class: "quiet", r#type: "submit", {page.say("Xem", "Show")} }
            }
        }
        if let Some(work) = work {
            {tabs(page, work, "preview")}
        }
        if !ready {
            if let Some(work) = work { {mistakes(page, work)} }
        } else if let Some(address) = address {
            p { class: "small",
                {page.say(
                    "Đúng màn hình của máy tính bảng, thu nhỏ còn một nửa; chạm thử như người dân. Không phiếu nào được ghi, không gì được lưu.",
                    "The tablet's own screens at half their size; tap as a citizen would. No ballot is cast, nothing is stored.",
                )}
            }
            noscript { p { class: "notice", {page.say("Xem trước cần bật JavaScript trong trình duyệt; soạn và công bố thì không cần.", "The preview needs JavaScript in the browser; writing and publishing do not.")} } }
            div { class: "frames",
                for (width , height , class , vi , en) in SIZES {
                    figure { class: "frame {class}",
                        figcaption { {page.say(vi, en)} " ({width} × {height})" }
                        div { iframe { src: address.clone(), width: "{width}", height: "{height}", title: page.say(vi, en) } }
                    }
                }
            }
        } else {
            p { class: "notice", {page.say("Chưa có quầy nào để xem như ở đó.", "There is no counter to show it at.")} }
        }
    };
    page::document(page, &title, body)
}

/// `GET /admin/surveys/preview.json`: what the frames show.
pub(in super::super) async fn document(
    State(admin): State<Admin>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let now = admin.clock.now();
    let preview = admin
        .blocking(move |store| {
            let demo = store.identity().demo;
            store.read(|conn| read(conn, &visitor, &which, demo, now))
        })
        .await?;
    let text = serde_json::to_string(&preview).map_err(|_| PageError::Bad)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

fn read(conn: &Reader, visitor: &Visitor, which: &Which, demo: bool, now: i64) -> Result<Preview, StoreError> {
    let counter: CounterId = which.counter.parse().map_err(|_| StoreError::NotFound("counter"))?;
    let counter = places::counter(conn, counter)?;
    let node = places::node(conn, counter.node)?;
    let decided = settings::effective(conn, node.id)?;
    let mut shown = packs::for_setup(conn, decided.languages.as_deref())?;
    let survey = if which.draft.is_empty() {
        let id = World::of(conn, visitor.node, now)?.version(&which.id)?.id;
        let text = surveys::text(conn, id)?.ok_or(StoreError::NotFound("survey"))?;
        serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("survey"))?
    } else {
        let draft = draft_for(conn, visitor, &which.draft)?;
        if let Some(survey) = Survey::draft(draft.document.to_string().as_bytes()) {
            drafts::add_words(conn, &draft, &survey, &mut shown)?;
        }
        draft.document
    };
    Ok(Preview {
        comments: decided.comments == Some(true),
        counter: setup::Counter {
            field: counter.field,
            id: counter.id,
            moment: counter.moment,
            name: counter.name,
        },
        demo,
        node: setup::Node {
            contact: node.contact,
            id: node.id,
            name: node.name,
        },
        packs: shown,
        survey,
    })
}
