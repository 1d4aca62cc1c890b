//! When a question is asked: boxes for the answers to what is asked before it.

use super::{
    draft_view::wording,
    fields::{list, text},
    marks::anchor,
    question_view::{Sheet, part},
};
use crate::domain::survey::{TRIPS_VI, YES_NO_VI, edit::answers_of};
use dioxus::prelude::*;
use serde_json::Value;

/// Answers that a condition may name, with their words: of one question, by its id.
fn choices(question: &Value) -> Vec<(String, String)> {
    let kind = text(question, "kind");
    let named = |words: &[&str]| -> Vec<(String, String)> {
        words
            .iter()
            .enumerate()
            .map(|(n, words)| (n.to_string(), (*words).to_owned()))
            .collect()
    };
    match kind.as_str() {
        "yesno" => named(&YES_NO_VI),
        "trips" => named(&TRIPS_VI),
        "scale" => {
            let labels = list(question, "labels").iter().enumerate();
            labels
                .map(|(l, label)| ((l + 1).to_string(), text(label, "text")))
                .collect()
        }
        _ => {
            let items = list(question, answers_of(&kind).unwrap_or_default()).iter();
            items
                .map(|item| (text(item, "id"), part(item, "text", "text")))
                .collect()
        }
    }
}

/// The boxes, and what is wrong with those that are ticked.
pub(super) fn conditions(sheet: &Sheet<'_>) -> Element {
    let Sheet {
        page,
        work,
        question,
        n,
        ..
    } = sheet;
    let document = &work.draft.document;
    let headline = text(document, "headline");
    let set: Vec<String> = list(question, "shown_if")
        .iter()
        .flat_map(|condition| {
            let question = text(condition, "question");
            let answers = list(condition, "answers").iter();
            answers.map(move |answer| {
                format!(
                    "{question}:{}",
                    answer.as_str().map_or_else(|| answer.to_string(), str::to_owned)
                )
            })
        })
        .collect();
    // What is asked before this one: the headline, then what stands above.
    let all = list(document, "questions").iter().enumerate();
    let earlier: Vec<&Value> = all
        .filter(|(other, question)| *other != *n && (*other < *n || text(question, "id") == headline))
        .map(|(_, question)| question)
        .collect();
    let groups: Vec<(String, Vec<(String, String)>)> = earlier
        .iter()
        .map(|question| {
            let id = text(question, "id");
            let choices = choices(question).into_iter();
            let choices = choices
                .map(|(answer, words)| (format!("{id}:{answer}"), words))
                .collect();
            (wording(question), choices)
        })
        .collect();
    let offered = |value: &String| {
        groups
            .iter()
            .any(|(_, choices)| choices.iter().any(|(known, _)| known == value))
    };
    let strays: Vec<String> = set.iter().filter(|value| !offered(value)).cloned().collect();
    let is_headline = text(question, "id") == headline;
    let open = !set.is_empty() || work.marks.within(&sheet.at(".shown_if")).next().is_some();
    let at = sheet.at(".shown_if");
    rsx! {
        details { class: "card", id: anchor(&at), open,
            summary { {page.say("Điều kiện: chỉ hỏi khi…", "Condition: asked only if…")}
                if set.is_empty() { " " span { class: "muted", {page.say("(luôn hỏi)", "(always asked)")} } }
            }
            {work.marks.beside_all(page, &at)}
            if is_headline && set.is_empty() {
                p { class: "muted", {page.say("Câu chính luôn được hỏi.", "The main question is always asked.")} }
            } else {
                p { class: "small", {page.say(
                    "Chọn một hay nhiều câu trả lời của những câu hỏi trước. Cùng một câu: chỉ cần một trong các ô đã chọn. Nhiều câu: phải đúng hết. Không chọn gì: luôn hỏi.",
                    "Tick answers to earlier questions. Of one question any of them is enough; several questions must all hold. Nothing ticked: always asked.",
                )} }
                if !strays.is_empty() {
                    fieldset { class: "condition",
                        legend { {page.say("Không còn hợp lệ, xin bỏ chọn", "No longer valid, please untick")} }
                        for value in strays {
                            label { input { r#type: "checkbox", name: "cond", value: value.clone(), checked: true } " " code { {value.clone()} } }
                        }
                    }
                }
                for (words , choices) in groups {
                    if !choices.is_empty() {
                        fieldset { class: "condition",
                            legend { {words} }
                            for (value , words) in choices {
                                label { input { r#type: "checkbox", name: "cond", value: value.clone(), checked: set.contains(&value) } " " {words} }
                            }
                        }
                    }
                }
            }
        }
    }
}
