//! The markup.

use super::{
    model::{Language, Model},
    recordings::{Bad, Fault, OF_KEY},
};
use crate::{
    domain::{
        pack::{Clip, Wanted},
        policy::{MAX_CLIP_BYTES, MAX_PACK_TEXT},
    },
    server::{
        admin::{
            page::{self, Page},
            surveys::{
                draft_view::{hidden, overtaken, tabs},
                marks::Work,
            },
        },
        auth::permission::Right,
    },
};
use axum::response::Html;
use dioxus::prelude::*;

/// Languages that are spoken or asked for at counters in Vietnam: tag (BCP 47), name in itself as far as it is known,
/// name in Vietnamese. Any other can be typed.
pub(super) const KNOWN: [(&str, &str, &str); 17] = [
    ("tyz", "Tiếng Tày", "Tày"),
    ("nut", "Tiếng Nùng", "Nùng"),
    ("hmn", "Tiếng Mông", "Mông (H’Mông)"),
    ("ium", "Tiếng Dao", "Dao"),
    ("mlc", "Tiếng Cao Lan", "Cao Lan (Sán Chay)"),
    ("blt", "Tiếng Thái", "Thái"),
    ("mtq", "Tiếng Mường", "Mường"),
    ("jra", "Tiếng Gia Rai", "Gia Rai"),
    ("rad", "Tiếng Ê Đê", "Ê Đê"),
    ("bdq", "Tiếng Ba Na", "Ba Na"),
    ("kpm", "Tiếng Cơ Ho", "Cơ Ho"),
    ("cjm", "Tiếng Chăm", "Chăm"),
    ("km", "ភាសាខ្មែរ", "Khmer"),
    ("zh", "中文", "Trung"),
    ("ko", "한국어", "Hàn"),
    ("ja", "日本語", "Nhật"),
    ("fr", "Français", "Pháp"),
];

/// What stands above the page.
pub(super) enum Notice<'a> {
    None,
    /// Somebody else saved meanwhile.
    Overtaken(&'a str),
    /// Files that were not taken; all else is saved.
    Files(&'a [Bad]),
    /// What is no tag of a language.
    Tag(&'a str),
}

/// What is wrong with words: the check's own sentence is English.
pub(in super::super) fn said(page: &Page, what: &str) -> String {
    page.say(
        "Chữ dài quá hoặc có ký tự không dùng được (như dấu < >).".to_owned(),
        format!("{what}."),
    )
}

pub(super) fn document(page: &Page, model: &Model, id: &str, lang: &str, notice: Notice<'_>) -> Html<String> {
    let title = format!(
        "{}: {}",
        page.say("Ngôn ngữ, ghi âm", "Languages, clips"),
        model.survey.name
    );
    let this = match &model.work {
        Some(work) => format!("draft={}", work.draft.id),
        None => format!("id={id}"),
    };
    let chosen = model.language(lang).or_else(|| model.language("en"));
    let heard = model.wanted().iter().filter(|wanted| wanted.heard.is_some()).count();
    let rows = model.languages.iter().map(|language| {
        let (missing, silent) = (model.missing(language).len(), model.silent(language).len());
        let here = chosen.is_some_and(|chosen| chosen.tag == language.tag);
        rsx! {
            tr { class: here.then_some("here"), "data-language": language.tag.clone(),
                th { scope: "row", a { href: "/admin/surveys/languages?{this}&tag={language.tag}", "{language.name}" } " " code { class: "muted", "{language.tag}" } }
                td {
                    if missing == 0 { span { class: "state", {page.say("đủ chữ", "complete")} } } else { span { class: "state warn", {page.say("thiếu ", "lacks ")} "{missing} " {page.say("câu chữ", "texts")} } }
                    if language.new { " " span { class: "state", {page.say("mới", "new")} } }
                }
                td { {page.say("đã ghi âm ", "recorded: ")} "{heard - silent.min(heard)}/{heard}" }
            }
        }
    });
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} }
            if model.work.is_none() { " › " a { href: "/admin/surveys/version?id={id}", "{model.survey.name}" } }
        }
        div { class: "title", h1 { {title.clone()} }
            if model.work.is_none() && page.may(Right::Surveys) {
                form { method: "post", action: "/admin/surveys/draft",
                    {page.csrf()}
                    input { r#type: "hidden", name: "id", value: id }
                    button { class: "quiet", r#type: "submit", {page.say("Thêm chữ, ghi âm, ngôn ngữ", "Add texts, clips, a language")} }
                }
            }
        }
        if let Some(work) = &model.work {
            {tabs(page, work, "languages")}
        }
        {told(page, &notice)}
        section { class: "card",
            table { class: "tight", tbody { {rows} } }
            p { class: "small", {page.say(
                "Chỗ thiếu chữ hiện tiếng Việt; chỗ chưa ghi âm thì giọng của máy đọc, nếu máy có giọng ấy. Chữ và bản ghi âm được công bố cùng bộ câu hỏi, vào gói ngôn ngữ chung của mọi đơn vị.",
                "What lacks a text is shown in Vietnamese; what has no recording is read by a voice of the tablet, if it has one. Texts and recordings are published with the survey, into the packs that all units share.",
            )} }
            if let Some(work) = &model.work {
                if model.over {
                    {another(page, work)}
                } else {
                    p { class: "small", {page.say(
                        "Ngôn ngữ mới, và sửa chữ hay bản ghi âm đã công bố: do cấp quản lý mọi đơn vị làm.",
                        "New languages, and changes of what was published, are made by whoever looks after all units.",
                    )} }
                }
            }
        }
        if let Some(language) = chosen {
            {texts(page, model, language)}
        }
    };
    page::document(page, &title, body)
}

fn told(page: &Page, notice: &Notice<'_>) -> Element {
    match notice {
        Notice::None => rsx! {},
        Notice::Overtaken(who) => rsx! {
            {overtaken(page, Some(who))}
            p { class: "notice", {page.say("Tệp ghi âm vừa gửi cũng chưa được lưu, xin chọn lại.", "Recordings that you sent are not saved either; please choose them again.")} }
        },
        Notice::Files(bad) => rsx! {
            section { class: "card attention", role: "alert",
                h2 { "{bad.len()} " {page.say("tệp chưa dùng được; những gì khác đã được lưu", "files were not taken; all else is saved")} }
                ul { class: "plain", for (name , fault) in bad.iter() { li { "data-file": name.clone(), code { "{name}" } ": " {why(page, *fault)} } } }
            }
        },
        Notice::Tag(tag) => rsx! {
            p { class: "notice", role: "alert",
                {page.say(
                    format!("“{tag}” không phải mã ngôn ngữ. Xin chọn một ngôn ngữ trong danh sách, hoặc ghi mã gồm 2 đến 3 chữ thường, như “tyz”."),
                    format!("“{tag}” is no language tag. Choose a language of the list, or type a tag of two or three small letters, like “tyz”."),
                )}
            }
        },
    }
}

fn why(page: &Page, fault: Fault) -> String {
    match fault {
        Fault::TooLarge => page.say(
            format!("quá {} KB, tức dài hơn khoảng 30 giây. Xin ghi ngắn hơn.", MAX_CLIP_BYTES / 1024),
            format!("more than {} KB, about 30 seconds. Please record less.", MAX_CLIP_BYTES / 1024),
        ),
        Fault::NotSound => page.say(
            "không phải tệp âm thanh M4A, MP3 hay OGG.".into(),
            "no sound file of the kinds M4A, MP3 and OGG.".into(),
        ),
        Fault::NoText => page.say(
            "tên tệp không trùng mã của câu nào được đọc lên. Xin đặt tên như cột “Mã”, hoặc chọn tệp ở đúng dòng.".into(),
            "its name is not the id of a text that is read aloud. Name it as the column “Id” says, or choose it in its row.".into(),
        ),
    }
}

/// Adds a language.
fn another(page: &Page, work: &Work) -> Element {
    rsx! {
        details { class: "row",
            summary { {page.say("Thêm ngôn ngữ", "Add a language")} }
            form { class: "stack short", method: "post", action: "/admin/surveys/language",
                {hidden(page, work)}
                label { span { {page.say("Ngôn ngữ", "Language")} }
                    select { name: "tag",
                        for (tag , _ , name) in KNOWN { option { value: tag, "{name}" } }
                        option { value: "", {page.say("Ngôn ngữ khác (ghi mã ở dưới)", "Another (type its tag)")} }
                    }
                }
                label { span { {page.say("Mã của ngôn ngữ khác", "Tag of another language")} " " small { "(" {page.t.optional} ")" } }
                    input { name: "other", maxlength: "35", placeholder: "hre" }
                    small { {page.say("Theo BCP 47, như “hre” (Hrê).", "BCP 47, like “hre”.")} }
                }
                label { span { {page.say("Tên hiện trên máy tính bảng", "Name on the tablet")} " " small { "(" {page.t.optional} ")" } }
                    input { name: "name", maxlength: "40" }
                    small { {page.say("Người nói thứ tiếng ấy gọi nó thế nào, như “Tiếng Tày”.", "What its speakers call it, like “Tiếng Tày”.")} }
                }
                button { r#type: "submit", {page.say("Thêm ngôn ngữ", "Add the language")} }
            }
        }
    }
}

fn texts(page: &Page, model: &Model, language: &Language) -> Element {
    let (own, apps): (Vec<Wanted>, Vec<Wanted>) = model
        .wanted()
        .into_iter()
        .partition(|wanted| !wanted.key.starts_with('@'));
    // Of the app's own words only what can be said anew or is heard.
    let apps: Vec<Wanted> = apps
        .into_iter()
        .filter(|wanted| wanted.heard.is_some() || language.pack.takes_text(&wanted.key))
        .collect();
    let lacking = model
        .missing(language)
        .iter()
        .filter(|wanted| wanted.key.starts_with('@'))
        .count();
    let body = rsx! {
        {table(page, model, language, &own)}
        details { class: "row", open: lacking > 0,
            summary { {page.say("Lời của ứng dụng", "The app's own words")} " (" "{apps.len()}" ")"
                if lacking > 0 { " " span { class: "state warn", {page.say("thiếu ", "lacks ")} "{lacking}" } }
            }
            {table(page, model, language, &apps)}
        }
    };
    rsx! {
        section { class: "card",
            div { class: "title", h2 { "{language.name}" }
                if let Some(work) = model.work.as_ref().filter(|_| language.new) {
                    form { method: "post", action: "/admin/surveys/language",
                        {hidden(page, work)}
                        input { r#type: "hidden", name: "tag", value: language.tag.clone() }
                        button { class: "quiet", r#type: "submit", name: "do", value: "out", {page.say("Bỏ ngôn ngữ này", "Take this language out")} }
                    }
                }
            }
            match &model.work {
                Some(work) => rsx! {
                    form { method: "post", action: "/admin/surveys/languages", enctype: "multipart/form-data",
                        {hidden(page, work)}
                        input { r#type: "hidden", name: "tag", value: language.tag.clone() }
                        label { class: "many", span { {page.say("Nhiều bản ghi âm một lần", "Many recordings at once")} }
                            input { r#type: "file", name: "clips", multiple: true, accept: SOUND }
                            small { {page.say("Đặt tên mỗi tệp theo mã ở dưới câu, như “ly_do.thai_do.m4a”. M4A, MP3 hoặc OGG, mỗi tệp tới 512 KB (khoảng 30 giây).", "Name each file after the id below its text, like “ly_do.thai_do.m4a”. M4A, MP3 or OGG, up to 512 KB each (about 30 seconds).")} }
                        }
                        {body}
                        p { class: "actions stay", button { r#type: "submit", {page.say("Lưu chữ và ghi âm", "Save texts and clips")} } }
                    }
                },
                None => body,
            }
        }
    }
}

/// What a file chooser offers.
const SOUND: &str = ".m4a,.mp3,.ogg,audio/mp4,audio/mpeg,audio/ogg";

fn table(page: &Page, model: &Model, language: &Language, wanted: &[Wanted]) -> Element {
    let missing = model.missing(language);
    let rows = wanted.iter().map(|wanted| {
        let lacks = missing.iter().any(|other| other.key == wanted.key);
        rsx! {
            tr { "data-key": wanted.key.clone(), "data-missing": lacks.then_some("true"),
                th { scope: "row", "{wanted.text}" span { class: "facts", code { {wanted.key.clone()} } } }
                td { {text(page, model, language, wanted)} }
                td { {recording(page, model, language, wanted)} }
            }
        }
    });
    rsx! {
        table { class: "fields",
            thead { tr {
                th { scope: "col", {page.say("Câu chữ chính thức và mã", "Official wording and id")} }
                th { scope: "col", if language.tag == "vi" { {page.say("Máy đọc lên", "Spoken")} } else { "{language.name}" } }
                th { scope: "col", {page.say("Ghi âm", "Clip")} }
            } }
            tbody { {rows} }
        }
    }
}

fn text(page: &Page, model: &Model, language: &Language, wanted: &Wanted) -> Element {
    let key = &wanted.key;
    if language.tag == "vi" {
        return rsx! { "{wanted.spoken}" };
    }
    let known = language.text(key);
    if !model.takes_text(language, key) {
        return match known {
            Some(known) => rsx! { "{known}" },
            None if language.pack.takes_text(key) => {
                rsx! { span { class: "state warn", {page.say("thiếu", "missing")} } }
            }
            None => rsx! { span { class: "muted", {page.say("có sẵn trong ứng dụng", "built in")} } },
        };
    }
    let typed = model.typed(language, key);
    // What is typed stands over what was published.
    let (text, speech) = match known.filter(|_| typed.text.is_empty()) {
        Some(known) => (known, language.speech(key)),
        None => (typed.text, typed.speech),
    };
    let place = format!("texts[\"{key}\"]");
    let faults = model.work.iter().flat_map(|work| &work.faults);
    let faults = faults.filter(|(lang, fault)| *lang == language.tag && fault.at.starts_with(&place));
    let faults: Vec<String> = faults.map(|(_, fault)| said(page, &fault.what)).collect();
    rsx! {
        input { r#type: "hidden", name: "key", value: key.clone() }
        input { name: "text", value: text, maxlength: "{MAX_PACK_TEXT}", lang: language.tag.clone(), "aria-label": "{wanted.text}" }
        input { name: "speech", value: speech, maxlength: "{MAX_PACK_TEXT}", lang: language.tag.clone(), placeholder: page.say("đọc lên, nếu khác", "spoken, if different"), "aria-label": page.say("đọc lên", "spoken") }
        for fault in faults { span { class: "mistake", role: "alert", {fault} } }
    }
}

fn recording(page: &Page, model: &Model, language: &Language, wanted: &Wanted) -> Element {
    let key = &wanted.key;
    if wanted.heard.is_none() {
        return rsx! { span { class: "muted", {page.say("không đọc lên", "not read aloud")} } };
    }
    let waiting = model.typed(language, key).clip;
    let kept = waiting.or(language.clip(key));
    rsx! {
        match kept {
            Some(clip) => player(page, clip, wanted),
            None => rsx! { span { class: "muted", {page.say("chưa ghi âm", "no recording")} } },
        }
        if waiting.is_some() {
            label { class: "line", input { r#type: "checkbox", name: "drop", value: key.clone() } span { {page.say("bỏ bản ghi mới này", "drop this new recording")} } }
        }
        if model.takes_clip(language, wanted) {
            input { r#type: "file", name: "{OF_KEY}{key}", accept: SOUND, "aria-label": page.say(format!("Ghi âm: {}", wanted.text), format!("Clip: {}", wanted.text)) }
        }
    }
}

/// Plays a recording; nothing is loaded before somebody asks for it.
fn player(page: &Page, clip: Clip, wanted: &Wanted) -> Element {
    rsx! {
        audio { controls: true, preload: "none", src: "/tablet/clips/{clip}", "aria-label": page.say(format!("Nghe: {}", wanted.text), format!("Listen: {}", wanted.text)) }
    }
}
