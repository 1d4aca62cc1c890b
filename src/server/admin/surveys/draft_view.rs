//! The page of a draft: what is wrong, the survey as a whole, its questions.

use super::{
    fields::{list, text},
    kind_name,
    marks::{Work, anchor, place, question_of, words},
};
use crate::{
    domain::survey::{SurveyKind, edit::KINDS},
    server::admin::page::{self, Page},
};
use axum::response::Html;
use dioxus::prelude::*;
use serde_json::Value;

/// The other pages of a draft.
pub(super) fn tabs(page: &Page, work: &Work, here: &str) -> Element {
    let id = work.draft.id;
    let entries = [
        ("draft", page.say("Soạn câu hỏi", "Questions")),
        ("languages", page.say("Ngôn ngữ, ghi âm", "Languages, clips")),
        ("preview", page.say("Xem trước", "Preview")),
        ("difference", page.say("Khác gì bản gốc", "Differences")),
        ("publish", page.say("Công bố", "Publish")),
    ];
    rsx! {
        nav { class: "tabs", "aria-label": page.say("Các bước của bản nháp", "Steps of this draft"),
            for (name , label) in entries {
                a { href: "/admin/surveys/{name}?draft={id}", "aria-current": (name == here).then_some("page"), {label} }
            }
        }
    }
}

/// The hidden fields of every form of a draft.
pub(super) fn hidden(page: &Page, work: &Work) -> Element {
    rsx! {
        {page.csrf()}
        input { r#type: "hidden", name: "draft", value: "{work.draft.id}" }
        input { r#type: "hidden", name: "revision", value: "{work.draft.revision}" }
    }
}

/// Somebody else saved meanwhile.
pub(super) fn overtaken(page: &Page, who: Option<&str>) -> Element {
    match who {
        None => rsx! {},
        Some(who) => rsx! {
            p { class: "notice", role: "alert", "data-overtaken": true,
                strong { "{who}" }
                {page.say(
                    " vừa lưu bản nháp này trước. Những gì Ông/Bà đã nhập vẫn ở dưới đây và CHƯA được lưu. Nhấn Lưu lần nữa để ghi đè, hoặc mở lại bản nháp để xem bản của người kia.",
                    " saved this draft before you. What you typed is below and is NOT saved. Save again to overwrite, or open the draft anew to see theirs.",
                )}
            }
        },
    }
}

/// Everything that is wrong, each with the way to it.
pub(super) fn mistakes(page: &Page, work: &Work) -> Element {
    let id = work.draft.id;
    let all = work.marks.0.iter().map(|error| {
        let to = match question_of(&error.at) {
            Some(n) => format!("/admin/surveys/question?draft={id}&n={n}#{}", anchor(&error.at)),
            None => format!("/admin/surveys/draft?draft={id}#{}", anchor(&error.at)),
        };
        (to, error.at.clone(), words(page, error), error.problem.code())
    });
    let count = work.mistakes();
    if count == 0 {
        return rsx! {
            p { class: "notice ok", "data-mistakes": "0",
                {page.say("Không còn chỗ nào cần sửa. Có thể xem trước và công bố.", "Nothing to correct. It can be previewed and published.")}
            }
        };
    }
    rsx! {
        section { class: "card attention", "data-mistakes": "{count}",
            h2 { "{count} " {page.say("chỗ cần sửa trước khi công bố", "things to correct before it can be published")} }
            ul { class: "mistakes",
                for (lang , fault) in &work.faults {
                    li { "data-at": fault.at.clone(), "data-problem": "words",
                        a { href: "/admin/surveys/languages?draft={id}&tag={lang}", {super::languages::said(page, &fault.what)} } " " code { "{lang}: {fault.at}" }
                    }
                }
                for (to , at , words , code) in all {
                    li { "data-at": at.clone(), "data-problem": code, a { href: to, {words} } " " small { {place(page, &at)} } }
                }
            }
        }
    }
}

pub(super) fn document(page: &Page, work: &Work, overtaken_by: Option<&str>) -> Html<String> {
    let document = &work.draft.document;
    let name = text(document, "name");
    let title = format!("{}: {name}", page.say("Bản nháp", "Draft"));
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } }
        div { class: "title", h1 { {title.clone()} }
            form { method: "post", action: "/admin/surveys/draft/discard",
                {page.csrf()}
                input { r#type: "hidden", name: "draft", value: "{work.draft.id}" }
                button { class: "quiet", r#type: "submit", {page.say("Bỏ bản nháp", "Discard this draft")} }
            }
        }
        {tabs(page, work, "draft")}
        {overtaken(page, overtaken_by)}
        form { method: "post", action: "/admin/surveys/draft/save", id: "whole",
            {hidden(page, work)}
            // Enter in a field saves; it must not press the first button of the list.
            button { class: "hidden", r#type: "submit", tabindex: "-1", "aria-hidden": "true", {page.say("Lưu", "Save")} }
            {mistakes(page, work)}
            div { class: "grid survey",
                {questions(page, work)}
                {whole(page, work)}
            }
        }
    };
    page::document(page, &title, body)
}

fn whole(page: &Page, work: &Work) -> Element {
    let (document, marks) = (&work.draft.document, &work.marks);
    let value = |name| text(document, name);
    let scales: Vec<(String, String)> = list(document, "questions")
        .iter()
        .filter(|question| text(question, "kind") == "scale")
        .map(|question| (text(question, "id"), wording(question)))
        .collect();
    let headline = value("headline");
    let is_known = scales.iter().any(|(id, _)| *id == headline);
    let reference = document.get("reference").and_then(Value::as_bool) == Some(true);
    rsx! {
        section { class: "card stack",
            h2 { {page.say("Cả bộ câu hỏi", "The whole survey")} }
            label { id: anchor("name"), span { {page.say("Tên (chỉ cán bộ thấy)", "Name (staff only)")} }
                input { name: "name", value: value("name"), "aria-invalid": marks.invalid("name") }
                {marks.beside(page, "name")}
            }
            label { id: anchor("headline"), span { {page.say("Câu chính: tính tỷ lệ hài lòng", "Main question, which makes the rate")} }
                select { name: "headline", "aria-invalid": marks.invalid("headline"),
                    if !is_known {
                        option { value: headline.clone(), selected: true, "{headline}" }
                    }
                    for (id , words) in scales {
                        option { value: id.clone(), selected: id == headline, {words} }
                    }
                }
                {marks.beside(page, "headline")}
            }
            p { class: "small", {page.say("Loại số liệu: ", "Kind of figures: ")} strong { {page.say(SurveyKind::vietnamese(work.base.kind), SurveyKind::english(work.base.kind))} }
                {page.say(". Loại đi theo bản gốc, không đổi được.", ". It follows the original and can't be changed.")}
                {marks.beside(page, "kind")}
            }
            fieldset {
                legend { {page.say("Câu chữ chính thức", "Official wording")} }
                label { class: "line", id: anchor("reference"),
                    input { r#type: "checkbox", name: "reference", value: "on", checked: reference }
                    span { {page.say("Mẫu tham khảo: cơ quan ban hành chưa xác nhận câu chữ", "For reference: not confirmed by the issuing office")} }
                }
                {marks.beside(page, "reference")}
                label { id: anchor("superseded"), span { {page.say("Đã được thay bằng", "Superseded by")} " " small { "({page.t.optional})" } }
                    input { name: "superseded", value: value("superseded"), "aria-invalid": marks.invalid("superseded") }
                    {marks.beside(page, "superseded")}
                }
                label { id: anchor("valid_to"), span { {page.say("Quy định có hiệu lực đến hết ngày", "Last day of the rule behind it")} " " small { "({page.t.optional})" } }
                    input { name: "valid_to", r#type: "date", value: value("valid_to"), "aria-invalid": marks.invalid("valid_to") }
                    {marks.beside(page, "valid_to")}
                }
            }
            for at in ["document", "v"] {
                {marks.beside(page, at)}
            }
            p { class: "actions", button { r#type: "submit", {page.say("Lưu", "Save")} } }
            p { class: "small",
                {page.say("Lưu lần cuối: ", "Last saved: ")} "{work.draft.who}, " {super::hour(page, work.draft.hour)}
            }
        }
    }
}

/// What a question asks, or its id where it asks nothing yet.
pub(super) fn wording(question: &Value) -> String {
    let words = question
        .get("text")
        .map(|words| text(words, "text"))
        .unwrap_or_default();
    if words.is_empty() {
        format!("[{}]", text(question, "id"))
    } else {
        words
    }
}

fn questions(page: &Page, work: &Work) -> Element {
    let document = &work.draft.document;
    let all = list(document, "questions");
    let headline = text(document, "headline");
    let rows = all.iter().enumerate().map(|(n, question)| {
        let wrong = work.marks.within(&format!("questions[{n}]")).count();
        let kind = text(question, "kind");
        let answers = crate::domain::survey::edit::answers_of(&kind).map_or(0, |name| list(question, name).len());
        let facts = [
            Some(kind_name(page, &kind)),
            (answers > 0 && kind != "scale").then(|| format!("{answers} {}", page.say("lựa chọn", "answers"))),
            (!list(question, "shown_if").is_empty()).then(|| page.say("có điều kiện", "conditional").to_owned()),
            (text(question, "id") == headline).then(|| page.say("câu chính", "main question").to_owned()),
        ];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        let number = n + 1;
        let href = format!("/admin/surveys/question?draft={}&n={n}", work.draft.id);
        let label = |vi: &str, en: &str| format!("{} {number}", page.say(vi.to_owned(), en.to_owned()));
        let button = |what: &str| format!("{what}:{n}");
        rsx! {
            tr { id: anchor(&format!("questions[{n}]")),
                td { class: "num muted", "{number}" }
                th { scope: "row",
                    a { href, {wording(question)} }
                    span { class: "facts", {facts.join(" · ")}
                        if wrong > 0 {
                            " " span { class: "state warn", "{wrong} " {page.say("chỗ cần sửa", "to correct")} }
                        }
                    }
                }
                td { class: "moves",
                    button { class: "quiet", r#type: "submit", name: "do", value: button("up"), disabled: n == 0, "aria-label": label("Đưa lên: câu", "Move up: question"), "↑" }
                    button { class: "quiet", r#type: "submit", name: "do", value: button("down"), disabled: number == all.len(), "aria-label": label("Đưa xuống: câu", "Move down: question"), "↓" }
                    button { class: "quiet", r#type: "submit", name: "do", value: button("remove"), "aria-label": label("Bỏ câu", "Remove question"), {page.say("Bỏ", "Remove")} }
                }
            }
        }
    });
    rsx! {
        section { class: "card", id: anchor("questions"),
            h2 { {page.say("Câu hỏi, theo thứ tự hỏi", "Questions, in the order they are asked")} }
            {work.marks.beside(page, "questions")}
            table { class: "list", tbody { {rows} } }
            fieldset { class: "add",
                legend { {page.say("Thêm câu hỏi", "Add a question")} }
                div { class: "line",
                    input { name: "new_text", size: "34", placeholder: page.say("Ông/Bà …?", "What it asks, in Vietnamese"), "aria-label": page.say("Câu hỏi mới", "New question") }
                    select { name: "new_kind", "aria-label": page.say("Loại câu hỏi", "Kind"),
                        for (name , vi , en) in KINDS {
                            option { value: name, selected: name == "tiles", {page.say(vi, en)} }
                        }
                    }
                    button { class: "quiet", r#type: "submit", name: "do", value: "add", {page.say("Thêm", "Add")} }
                }
            }
            p { class: "small",
                {page.say(
                    "Câu chính luôn được hỏi trước, trên màn hình chờ. Mã của câu và của ô giữ nguyên ý nghĩa mãi mãi: bỏ đi rồi thì không dùng lại mã đó cho ý khác.",
                    "The main question always comes first, on the idle screen. Ids keep their meaning for ever: one that was removed is not used again.",
                )}
            }
        }
    }
}
