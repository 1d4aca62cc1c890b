//! One version, to be read: its questions as they are asked, and where.

use super::{Which, World, hour, kind_name, short};
use crate::{
    domain::{
        number::date,
        survey::{Given, Question, QuestionKind, Survey, SurveyKind, TRIPS_VI, Text, YES_NO_VI},
    },
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Visitor, permission::Right},
    },
};
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
};
use dioxus::prelude::*;

/// `GET /admin/surveys/version`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let world = World::load(&admin, &visitor).await?;
    let version = world.version(&which.id)?;
    Ok(view(&page.of(&visitor, Nav::Manage), &world, version).into_response())
}

fn view(page: &Page, world: &World, version: &super::Version) -> Html<String> {
    let (id, survey) = (version.id, &version.survey);
    let title = survey.name.clone();
    let used: Vec<String> = world
        .counters
        .iter()
        .filter(|counter| world.asks.get(&counter.id) == Some(&id))
        .map(|counter| format!("{}, {}", counter.name, world.node(counter.node)))
        .collect();
    let publications = world.publications.iter().filter(|publication| publication.survey == id);
    let questions = survey
        .in_order()
        .enumerate()
        .map(|(n, question)| rsx! { {asked(page, survey, n, question)} });
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } }
        div { class: "title", h1 { {title.clone()} " " small { class: "muted", code { {short(id)} } } }
            div { class: "actions",
                a { class: "button quiet", href: "/admin/surveys/preview?id={id}", {page.say("Xem trước", "Preview")} }
                a { class: "button quiet", href: "/admin/surveys/languages?id={id}", {page.say("Ngôn ngữ, ghi âm", "Languages, clips")} }
                if page.may(Right::Surveys) {
                    a { class: "button quiet", href: "/admin/surveys/publish?id={id}", {page.say("Công bố", "Publish")} }
                    form { method: "post", action: "/admin/surveys/draft",
                        {page.csrf()}
                        input { r#type: "hidden", name: "id", value: "{id}" }
                        button { r#type: "submit", {page.say("Soạn từ bản này", "Edit a copy")} }
                    }
                }
            }
        }
        div { class: "grid survey",
            section { class: "card", ol { class: "asked", {questions} } }
            section { class: "card",
                h2 { {page.say("Về bản này", "About this version")} }
                dl { class: "columns",
                    div { dt { {page.say("Loại số liệu", "Kind of figures")} } dd { {page.say(SurveyKind::vietnamese(survey.kind), SurveyKind::english(survey.kind))} } }
                    if survey.reference {
                        div { dt { {page.say("Câu chữ", "Wording")} } dd { {page.say("Mẫu tham khảo, cơ quan ban hành chưa xác nhận", "For reference, not confirmed by the issuing office")} } }
                    }
                    if let Some(by) = &survey.superseded {
                        div { dt { {page.say("Đã được thay bằng", "Superseded by")} } dd { "{by}" } }
                    }
                    if let Some(day) = survey.valid_to {
                        div { dt { {page.say("Hiệu lực đến hết", "In force until")} } dd { {date(crate::domain::time::LocalDay::from_date(day))} } }
                    }
                    div { dt { {page.say("Quầy đang hỏi", "Asked now at")} } dd { if used.is_empty() { "–" } else { {used.join("; ")} } } }
                }
                h2 { {page.say("Đã công bố", "Published")} }
                ul { class: "plain",
                    for publication in publications {
                        li { strong { {date(publication.from)} } ": " {world.places(page, publication)} br {} small { {super::who(page, &publication.who)} ", " {hour(page, publication.hour)} } }
                    }
                }
            }
        }
    };
    page::document(page, &title, body)
}

/// The words of a thing that can be answered.
fn words(survey: &Survey, question: &crate::domain::ids::Slug, given: &Given) -> String {
    let words = survey.question(question).and_then(|question| question.words(given));
    words.map_or_else(|| given.to_string(), |words| format!("“{words}”"))
}

fn asked(page: &Page, survey: &Survey, n: usize, question: &Question) -> Element {
    let conditions = question.shown_if.iter().map(|condition| {
        let answers: Vec<String> = condition
            .answers
            .iter()
            .map(|given| words(survey, &condition.question, given))
            .collect();
        let other = survey
            .question(&condition.question)
            .map_or(condition.question.as_str(), |other| other.text.text.as_str());
        format!(
            "{} “{other}” {} {}",
            page.say("chỉ khi", "only if"),
            page.say("trả lời", "is answered"),
            answers.join(page.say(" hoặc ", " or "))
        )
    });
    let conditions: Vec<String> = conditions.collect();
    let answers: Vec<(String, &str, Option<&str>)> = match &question.kind {
        QuestionKind::Scale { labels, .. } => (1u8..)
            .zip(labels.iter())
            .map(|(l, label)| item(l.to_string(), label))
            .collect(),
        QuestionKind::Choice { options } => options
            .iter()
            .map(|option| item(option.id.to_string(), &option.text))
            .collect(),
        QuestionKind::Tiles { tiles } => tiles.iter().map(|tile| item(tile.id.to_string(), &tile.text)).collect(),
        QuestionKind::YesNo => (0u8..)
            .zip(YES_NO_VI)
            .map(|(n, words)| (n.to_string(), words, None))
            .collect(),
        QuestionKind::Trips => (0u8..)
            .zip(TRIPS_VI)
            .map(|(n, words)| (n.to_string(), words, None))
            .collect(),
        QuestionKind::Text => Vec::new(),
    };
    let factor = question
        .factor
        .map(|factor| format!(" · SIPAS: {}", factor.vietnamese()));
    rsx! {
        li { value: "{n + 1}",
            strong { "{question.text.text}" }
            span { class: "facts",
                {kind_name(page, question.kind.name())} " · " code { "{question.id}" }
                {factor.unwrap_or_default()}
                for condition in conditions { " · " {condition} }
            }
            {spoken(page, question.text.speech.as_deref())}
            if !answers.is_empty() {
                ul { class: "answers",
                    for (id , words , speech) in answers {
                        li { "{words} " code { class: "muted", {id} } {spoken(page, speech)} }
                    }
                }
            }
        }
    }
}

fn item(id: String, text: &Text) -> (String, &str, Option<&str>) {
    (id, text.text.as_str(), text.speech.as_deref())
}

fn spoken(page: &Page, speech: Option<&str>) -> Element {
    match speech {
        None => rsx! {},
        Some(speech) => rsx! { span { class: "facts", {page.say("đọc: ", "spoken: ")} "{speech}" } },
    }
}
