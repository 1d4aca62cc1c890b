//! The page of one question of a draft: wording, answers, conditions, each with what is wrong beside it.

use super::{
    conditions::conditions,
    draft_view::{hidden, overtaken, tabs, wording},
    fields::{list, text},
    kind_name,
    marks::{Work, anchor},
};
use crate::{
    domain::{
        ballot::Moment,
        survey::{
            Factor,
            edit::{KINDS, PICTURES, answers_of, is_fixed, is_fixed_answer},
        },
    },
    server::admin::page::{self, Page},
    store::places,
};
use axum::response::Html;
use dioxus::prelude::*;
use serde_json::Value;

/// What the parts of the page share.
pub(super) struct Sheet<'a> {
    pub(super) page: &'a Page,
    pub(super) work: &'a Work,
    pub(super) question: &'a Value,
    pub(super) n: usize,
    kind: String,
    /// Its id was published: id and kind stay.
    fixed: bool,
}

impl Sheet<'_> {
    /// A place inside the question, as the document has it.
    pub(super) fn at(&self, rest: &str) -> String {
        format!("questions[{}]{rest}", self.n)
    }

    fn beside(&self, rest: &str) -> Element {
        self.work.marks.beside(self.page, &self.at(rest))
    }

    fn invalid(&self, rest: &str) -> Option<&'static str> {
        self.work.marks.invalid(&self.at(rest))
    }

    /// A field of one line with what is wrong beside it; its place in the document is its anchor.
    fn field(&self, label: String, name: &str, value: String, at: &str) -> Element {
        rsx! {
            label { id: anchor(&self.at(at)), span { {label} }
                input { name, value, "aria-invalid": self.invalid(at) }
                {self.beside(at)}
            }
        }
    }
}

/// The page; `None` if the draft has no such question.
pub(super) fn document(page: &Page, work: &Work, n: usize, overtaken_by: Option<&str>) -> Option<Html<String>> {
    let all = list(&work.draft.document, "questions");
    let question = all.get(n)?;
    let sheet = Sheet {
        page,
        work,
        question,
        n,
        kind: text(question, "kind"),
        fixed: is_fixed(&work.base, &text(question, "id")),
    };
    let title = format!("{} {}: {}", page.say("Câu", "Question"), n + 1, wording(question));
    let id = work.draft.id;
    let previous = n.checked_sub(1);
    let next = Some(n + 1).filter(|next| *next < all.len());
    let answers = match sheet.kind.as_str() {
        "scale" => labels(&sheet),
        "tiles" | "choice" => items(&sheet),
        _ => rsx! {
            {work.marks.beside_all(page, &sheet.at(".options"))}
            {work.marks.beside_all(page, &sheet.at(".tiles"))}
        },
    };
    let body = rsx! {
        p { class: "crumb",
            a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} } " › "
            a { href: "/admin/surveys/draft?draft={id}", {text(&work.draft.document, "name")} }
        }
        div { class: "title", h1 { {title.clone()} }
            p { class: "actions",
                if let Some(n) = previous {
                    a { class: "button quiet", href: "/admin/surveys/question?draft={id}&n={n}", "← " {page.say("Câu trước", "Previous")} }
                }
                if let Some(n) = next {
                    a { class: "button quiet", href: "/admin/surveys/question?draft={id}&n={n}", {page.say("Câu sau", "Next")} " →" }
                }
            }
        }
        {tabs(page, work, "draft")}
        {overtaken(page, overtaken_by)}
        form { method: "post", action: "/admin/surveys/question",
            {hidden(page, work)}
            input { r#type: "hidden", name: "n", value: "{n}" }
            button { class: "hidden", r#type: "submit", tabindex: "-1", "aria-hidden": "true", {page.say("Lưu", "Save")} }
            {work.marks.beside(page, &sheet.at(""))}
            {asks(&sheet)}
            {answers}
            {conditions(&sheet)}
            p { class: "actions sticky",
                button { r#type: "submit", name: "do", value: "save", {page.say("Lưu", "Save")} }
                button { class: "quiet", r#type: "submit", name: "do", value: "back", {page.say("Lưu và về danh sách", "Save and back to the list")} }
            }
        }
    };
    Some(page::document(page, &title, body))
}

/// A member of a member: the words of a question or an answer.
pub(super) fn part(question: &Value, of: &str, name: &str) -> String {
    question.get(of).map(|part| text(part, name)).unwrap_or_default()
}

fn factors(page: &Page, chosen: &str) -> Element {
    let is_known = chosen.is_empty() || Factor::ALL.iter().any(|factor| factor.code() == chosen);
    rsx! {
        option { value: "", selected: chosen.is_empty(), {page.say("không", "none")} }
        for factor in Factor::ALL {
            option { value: factor.code(), selected: factor.code() == chosen, title: factor.vietnamese(), {factor.code()} }
        }
        if !is_known {
            option { value: chosen, selected: true, {chosen} }
        }
    }
}

fn asks(sheet: &Sheet<'_>) -> Element {
    let Sheet {
        page, question, kind, ..
    } = sheet;
    let is_known = KINDS.iter().any(|(name, ..)| name == kind);
    rsx! {
        section { class: "card stack",
            div { class: "pair",
                {sheet.field(page.say("Câu hỏi, như người dân đọc", "The question, as citizens read it").into(), "text", part(question, "text", "text"), ".text")}
                {sheet.field(page.say("Như máy đọc lên (khi khác chữ: “ông bà”)", "As it is spoken, where that differs").into(), "speech", part(question, "text", "speech"), ".text.speech")}
            }
            div { class: "pair three",
                if sheet.fixed {
                    div { id: anchor(&sheet.at(".id")),
                        span { class: "label", {page.say("Mã và loại", "Id and kind")} }
                        p { class: "fixed", code { {text(question, "id")} } " · " {kind_name(page, kind)} }
                        input { r#type: "hidden", name: "id", value: text(question, "id") }
                        input { r#type: "hidden", name: "kind", value: kind.clone() }
                        {sheet.beside(".id")}
                        {sheet.beside(".kind")}
                        small { {page.say("Đã công bố: giữ nguyên mã và loại.", "Published: id and kind stay.")} }
                    }
                } else {
                    label { id: anchor(&sheet.at(".kind")), span { {page.say("Loại", "Kind")} }
                        select { name: "kind", "aria-invalid": sheet.invalid(".kind"),
                            for (name , vi , en) in KINDS {
                                option { value: name, selected: name == kind, {page.say(vi, en)} }
                            }
                            if !is_known {
                                option { value: kind.clone(), selected: true, {kind.clone()} }
                            }
                        }
                        {sheet.beside(".kind")}
                    }
                    label { id: anchor(&sheet.at(".id")), span { {page.say("Mã (để trống: tự đặt)", "Id (empty: made of the words)")} }
                        input { name: "id", value: text(question, "id"), "aria-invalid": sheet.invalid(".id") }
                        {sheet.beside(".id")}
                    }
                }
                label { id: anchor(&sheet.at(".factor")), span { {page.say("Yếu tố SIPAS", "SIPAS factor")} }
                    select { name: "factor", "aria-invalid": sheet.invalid(".factor"), {factors(page, &text(question, "factor"))} }
                    {sheet.beside(".factor")}
                }
                if kind == "scale" {
                    label { id: anchor(&sheet.at(".style")), span { {page.say("Hiện dưới dạng", "Looks like")} }
                        select { name: "style", "aria-invalid": sheet.invalid(".style"),
                            option { value: "faces", selected: text(question, "style").is_empty(), {page.say("năm khuôn mặt", "five faces")} }
                            option { value: "plain", selected: text(question, "style") == "plain", {page.say("năm dòng chữ", "five rows of words")} }
                        }
                        {sheet.beside(".style")}
                    }
                }
            }
        }
    }
}

fn labels(sheet: &Sheet<'_>) -> Element {
    let page = sheet.page;
    let rows = list(sheet.question, "labels").iter().enumerate().map(|(l, label)| {
        let (at, spoken) = (format!(".labels[{l}]"), format!(".labels[{l}].speech"));
        let name = |vi: &str, en: &str| format!("{} {}", page.say(vi.to_owned(), en.to_owned()), l + 1);
        rsx! {
            tr {
                th { scope: "row", class: "num", "{l + 1}" }
                td { id: anchor(&sheet.at(&at)),
                    input { name: "label", value: text(label, "text"), "aria-label": name("Nhãn mức", "Label of level"), "aria-invalid": sheet.invalid(&at) }
                    {sheet.beside(&at)}
                }
                td { id: anchor(&sheet.at(&spoken)),
                    input { name: "label_speech", value: text(label, "speech"), "aria-label": name("Đọc lên mức", "Spoken level"), "aria-invalid": sheet.invalid(&spoken) }
                    {sheet.beside(&spoken)}
                }
            }
        }
    });
    rsx! {
        section { class: "card", id: "answers",
            h2 { {page.say("Năm mức, từ kém nhất (1) đến tốt nhất (5)", "Five levels, worst (1) to best (5)")} }
            {sheet.beside(".labels")}
            table { class: "fields",
                thead { tr {
                    th { scope: "col", {page.say("Mức", "Level")} }
                    th { scope: "col", {page.say("Người dân đọc", "Shown")} }
                    th { scope: "col", {page.say("Máy đọc lên (nếu khác)", "Spoken, if different")} }
                } }
                tbody { {rows} }
            }
        }
    }
}

fn items(sheet: &Sheet<'_>) -> Element {
    let (page, kind) = (sheet.page, sheet.kind.as_str());
    let name = answers_of(kind).unwrap_or_default();
    let all = list(sheet.question, name);
    let tiles = kind == "tiles";
    let rows = all
        .iter()
        .enumerate()
        .map(|(i, item)| rsx! { {row(sheet, name, item, i, all.len())} });
    rsx! {
        section { class: "card", id: "answers",
            h2 { if tiles { {page.say("Các ô, theo thứ tự trên màn hình", "Tiles, in the order of the screen")} } else { {page.say("Các lựa chọn, theo thứ tự trên màn hình", "Answers, in the order of the screen")} } }
            {sheet.beside(&format!(".{name}"))}
            table { class: "fields",
                thead { tr {
                    th { scope: "col", {page.say("Người dân đọc", "Shown")} }
                    th { scope: "col", {page.say("Máy đọc lên (nếu khác)", "Spoken, if different")} }
                    th { scope: "col", {page.say("Mã", "Id")} }
                    if tiles {
                        th { scope: "col", {page.say("Hình", "Picture")} }
                        th { scope: "col", {page.say("Hỏi khi", "Asked at")} }
                    }
                    th { scope: "col", "SIPAS" }
                    th { scope: "col", span { class: "hidden", {page.say("Thứ tự", "Order")} } }
                } }
                tbody { {rows} }
            }
            p { class: "actions",
                button { class: "quiet", r#type: "submit", name: "do", value: "add", if tiles { {page.say("Thêm ô", "Add a tile")} } else { {page.say("Thêm lựa chọn", "Add an answer")} } }
            }
        }
    }
}

fn row(sheet: &Sheet<'_>, list_name: &str, item: &Value, i: usize, count: usize) -> Element {
    let page = sheet.page;
    let at = |rest: &str| format!(".{list_name}[{i}]{rest}");
    let id = text(item, "id");
    let fixed = is_fixed_answer(&sheet.work.base, &text(sheet.question, "id"), &id);
    let named = |vi: &str, en: &str| format!("{} {}", page.say(vi.to_owned(), en.to_owned()), i + 1);
    let picture = text(item, "picture");
    let knows_picture = PICTURES.iter().any(|(name, ..)| *name == picture);
    let moments: Vec<String> = list(item, "moments")
        .iter()
        .filter_map(|moment| moment.as_str().map(str::to_owned))
        .collect();
    let all_moments = [Moment::Reception, Moment::Returned, Moment::Result];
    let all_moments = all_moments.map(|moment| (places::moment_name(moment), page.lang.moment(moment)));
    let button = |what: &str| format!("{what}:{i}");
    rsx! {
        tr { id: anchor(&sheet.at(&at(""))),
            td { id: anchor(&sheet.at(&at(".text"))),
                input { name: "item_text", value: part(item, "text", "text"), "aria-label": named("Chữ của ô", "Words of answer"), "aria-invalid": sheet.invalid(&at(".text")) }
                {sheet.beside(&at(".text"))}
                {sheet.beside(&at(""))}
            }
            td { id: anchor(&sheet.at(&at(".text.speech"))),
                input { name: "item_speech", value: part(item, "text", "speech"), "aria-label": named("Đọc lên ô", "Spoken answer"), "aria-invalid": sheet.invalid(&at(".text.speech")) }
                {sheet.beside(&at(".text.speech"))}
            }
            td { class: "short", id: anchor(&sheet.at(&at(".id"))),
                if fixed {
                    code { {id.clone()} }
                    input { r#type: "hidden", name: "item_id", value: id.clone() }
                } else {
                    input { name: "item_id", value: id.clone(), placeholder: page.say("tự đặt", "made"), "aria-label": named("Mã ô", "Id of answer"), "aria-invalid": sheet.invalid(&at(".id")) }
                }
                {sheet.beside(&at(".id"))}
            }
            if list_name == "tiles" {
                td { class: "short", id: anchor(&sheet.at(&at(".picture"))),
                    select { name: "item_picture", "aria-label": named("Hình của ô", "Picture of tile"), "aria-invalid": sheet.invalid(&at(".picture")),
                        for (name , vi , en) in PICTURES {
                            option { value: name, selected: name == picture, {page.say(vi, en)} }
                        }
                        if !knows_picture {
                            option { value: picture.clone(), selected: true, {picture.clone()} }
                        }
                    }
                    {sheet.beside(&at(".picture"))}
                }
                td { class: "moments", id: anchor(&sheet.at(&at(".moments"))),
                    for (name , label) in all_moments {
                        label { input { r#type: "checkbox", name: "moment_{i}", value: name, checked: moments.is_empty() || moments.iter().any(|moment| moment == name) } " " {label} }
                    }
                    {sheet.work.marks.beside_all(page, &sheet.at(&at(".moments")))}
                }
            }
            td { class: "short tight", id: anchor(&sheet.at(&at(".factor"))),
                select { name: "item_factor", "aria-label": named("Yếu tố SIPAS của ô", "SIPAS factor of answer"), "aria-invalid": sheet.invalid(&at(".factor")), {factors(page, &text(item, "factor"))} }
                {sheet.beside(&at(".factor"))}
            }
            td { class: "moves",
                button { class: "quiet", r#type: "submit", name: "do", value: button("up"), disabled: i == 0, "aria-label": named("Đưa lên: ô", "Move up: answer"), "↑" }
                button { class: "quiet", r#type: "submit", name: "do", value: button("down"), disabled: i + 1 == count, "aria-label": named("Đưa xuống: ô", "Move down: answer"), "↓" }
                button { class: "quiet", r#type: "submit", name: "do", value: button("remove"), "aria-label": named("Bỏ ô", "Remove answer"), {page.say("Bỏ", "Remove")} }
            }
        }
    }
}
