//! Languages and clips of a version or a draft: what is missing, by name; words that a draft adds. What a pack says already
//! is every unit's and is not changed from here.

use super::{
    Which, World,
    draft::{Saved, keep},
    draft_for,
    draft_view::{hidden, overtaken, tabs},
    marks::Work,
};
use crate::{
    domain::{
        pack::{self, ENGLISH_JSON, Pack, Wanted},
        policy::MAX_PACK_TEXT,
        survey::Survey,
    },
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{self, Nav, Page},
        },
        auth::{Form, Visitor},
    },
    store::{
        Reader, StoreError,
        drafts::{Texts, Words},
        packs,
    },
};
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use dioxus::prelude::*;
use std::{collections::BTreeMap, sync::Arc};

/// A language that citizens may choose.
struct Language {
    tag: String,
    name: String,
    /// What was published of it.
    pack: Pack,
}

/// What the page is about.
struct Model {
    survey: Survey,
    work: Option<Work>,
    languages: Vec<Language>,
}

fn languages_of(conn: &Reader) -> Result<Vec<Language>, StoreError> {
    let built_in = [("vi", "Tiếng Việt"), ("en", "English")].map(|(tag, name)| Language {
        tag: tag.into(),
        name: name.into(),
        pack: Pack {
            lang: tag.into(),
            name: name.into(),
            ..Pack::default()
        },
    });
    let mut languages = Vec::from(built_in);
    for published in packs::current(conn)? {
        let pack = Pack::parse(published.document.as_bytes()).map_err(|_| StoreError::Corrupt("language pack"))?;
        match languages.iter_mut().find(|language| language.tag == pack.lang) {
            Some(language) => language.pack = pack,
            None => languages.push(Language {
                tag: pack.lang.clone(),
                name: pack.name.clone(),
                pack,
            }),
        }
    }
    Ok(languages)
}

fn model(conn: &Reader, visitor: &Visitor, which: &Which, now: i64) -> Result<Model, StoreError> {
    let languages = languages_of(conn)?;
    if which.draft.is_empty() {
        let survey = World::of(conn, visitor.node, now)?.version(&which.id)?.survey.clone();
        return Ok(Model {
            survey,
            work: None,
            languages,
        });
    }
    let work = Work::on(conn, draft_for(conn, visitor, &which.draft)?)?;
    Ok(of_work(work, languages))
}

fn of_work(work: Work, languages: Vec<Language>) -> Model {
    // Of a draft that is being written, what can be read.
    let survey = Survey::draft(work.draft.document.to_string().as_bytes()).unwrap_or_else(|| work.base.clone());
    Model {
        survey,
        work: Some(work),
        languages,
    }
}

impl Model {
    fn wanted(&self) -> Vec<Wanted> {
        pack::wanted(std::slice::from_ref(&self.survey))
    }

    /// What a language shows for a key now: of the pack, or built in.
    fn text(&self, language: &Language, key: &str) -> Option<String> {
        let own = language.pack.texts.get(key).and_then(|entry| entry.text.clone());
        own.or_else(|| if language.tag == "en" { english(key) } else { None })
    }

    /// The survey's keys that a language has no text for; those that the draft adds are not missing.
    fn missing(&self, language: &Language) -> Vec<Wanted> {
        let typed = self.work.as_ref().and_then(|work| work.draft.texts.get(&language.tag));
        let mut wanted = self.wanted();
        wanted.retain(|wanted| {
            let said = typed.and_then(|words| words.get(&wanted.key));
            let apps = wanted.key.starts_with('@') && language.pack.is_built_in();
            language.tag != "vi"
                && !apps
                && self.text(language, &wanted.key).is_none()
                && said.is_none_or(|words| words.text.trim().is_empty())
        });
        wanted
    }

    /// What is read aloud and has no recording.
    fn silent(&self, language: &Language) -> Vec<Wanted> {
        let mut wanted = self.wanted();
        wanted.retain(|wanted| {
            let entry = language.pack.texts.get(&wanted.key);
            wanted.heard.is_some() && entry.is_none_or(|entry| entry.clip.is_none())
        });
        wanted
    }
}

/// What is wrong with words: the check's own sentence is English.
pub(super) fn said(page: &Page, what: &str) -> String {
    page.say(
        "Chữ dài quá hoặc có ký tự không dùng được (như dấu < >).".to_owned(),
        format!("{what}."),
    )
}

fn english(key: &str) -> Option<String> {
    // The file is ours and read by a test of the screens.
    let texts: BTreeMap<String, String> = serde_json::from_str(ENGLISH_JSON).unwrap_or_default();
    texts.get(key).cloned()
}

/// `GET /admin/surveys/languages`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (who, now) = (visitor.clone(), admin.clock.now());
    let lang = which.tag.clone();
    let id = which.id.clone();
    let model = admin.read(move |conn| model(conn, &who, &which, now)).await?;
    Ok(view(&page.of(&visitor, Nav::Manage), &model, &id, &lang, None).into_response())
}

/// `POST /admin/surveys/languages`: the words of one language of a draft.
pub(in super::super) async fn save(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let (id, lang) = (form.get("draft").to_owned(), form.get("tag").to_owned());
    if !pack::is_language_tag(&lang) {
        return Err(PageError::Bad);
    }
    let form = Arc::new(form);
    let typed = form.clone();
    let saved = keep(&admin, &form, move |work| {
        let tag = typed.get("tag").to_owned();
        let (keys, texts, speeches) = (typed.all("key"), typed.all("text"), typed.all("speech"));
        let words = keys.iter().zip(texts).zip(speeches).map(|((key, text), speech)| {
            let (text, speech) = (text.to_owned(), speech.to_owned());
            ((*key).to_owned(), Words { text, speech })
        });
        let words = words.filter(|(_, words)| *words != Words::default()).collect();
        work.draft.texts.insert(tag, words);
        Ok(())
    })
    .await?;
    match saved {
        Saved::Yes => Ok(Redirect::to(&format!("/admin/surveys/languages?draft={id}&tag={lang}")).into_response()),
        Saved::Not(work, who) => {
            let languages = admin.read(languages_of).await?;
            let page = page.of(&form.visitor, Nav::Manage);
            Ok(view(&page, &of_work(*work, languages), "", &lang, Some(&who)).into_response())
        }
    }
}

fn view(page: &Page, model: &Model, id: &str, lang: &str, overtaken_by: Option<&str>) -> Html<String> {
    let title = format!(
        "{}: {}",
        page.say("Ngôn ngữ, ghi âm", "Languages, clips"),
        model.survey.name
    );
    let this = match &model.work {
        Some(work) => format!("draft={}", work.draft.id),
        None => format!("id={id}"),
    };
    let chosen = model.languages.iter().find(|language| language.tag == lang);
    let chosen = chosen.or_else(|| model.languages.iter().find(|language| language.tag == "en"));
    let heard = model.wanted().iter().filter(|wanted| wanted.heard.is_some()).count();
    let rows = model.languages.iter().map(|language| {
        let (missing, silent) = (model.missing(language).len(), model.silent(language).len());
        let here = chosen.is_some_and(|chosen| chosen.tag == language.tag);
        rsx! {
            tr { class: here.then_some("here"),
                th { scope: "row", a { href: "/admin/surveys/languages?{this}&tag={language.tag}", "{language.name}" } " " code { class: "muted", "{language.tag}" } }
                td { if missing == 0 { span { class: "state", {page.say("đủ chữ", "complete")} } } else { span { class: "state warn", {page.say("thiếu ", "lacks ")} "{missing} " {page.say("câu chữ", "texts")} } } }
                td { {page.say("đã ghi âm ", "recorded: ")} "{heard - silent.min(heard)}/{heard}" }
            }
        }
    });
    let body = rsx! {
        p { class: "crumb", a { href: "/admin/surveys", {page.say("Bộ câu hỏi", "Questions")} }
            if model.work.is_none() { " › " a { href: "/admin/surveys/version?id={id}", "{model.survey.name}" } }
        }
        div { class: "title", h1 { {title.clone()} } }
        if let Some(work) = &model.work {
            {tabs(page, work, "languages")}
        }
        {overtaken(page, overtaken_by)}
        section { class: "card",
            table { class: "tight", tbody { {rows} } }
            p { class: "small", {page.say(
                "Chỗ thiếu chữ hiện tiếng Việt; chỗ chưa ghi âm thì giọng của máy đọc, nếu máy có giọng ấy. Gói ngôn ngữ mới và tệp ghi âm: người quản trị máy chủ đưa vào bằng lệnh “hailong-district pack publish”.",
                "What lacks a text is shown in Vietnamese; what has no recording is read by a voice of the tablet, if it has one. New languages and recordings are brought in by the server's administrator: “hailong-district pack publish”.",
            )} }
        }
        if let Some(language) = chosen {
            {texts(page, model, language)}
        }
    };
    page::document(page, &title, body)
}

fn texts(page: &Page, model: &Model, language: &Language) -> Element {
    let (missing, silent) = (model.missing(language), model.silent(language));
    let typed: Texts = model
        .work
        .as_ref()
        .map(|work| work.draft.texts.clone())
        .unwrap_or_default();
    let typed = typed.get(&language.tag).cloned().unwrap_or_default();
    let writes = model.work.as_ref().filter(|_| language.tag != "vi");
    let own = model.wanted().into_iter().filter(|wanted| !wanted.key.starts_with('@'));
    let rows = own.map(|wanted| {
        let (known, said) = (model.text(language, &wanted.key), typed.get(&wanted.key).cloned().unwrap_or_default());
        let lacks = missing.iter().any(|other| other.key == wanted.key);
        let clip = !silent.iter().any(|other| other.key == wanted.key);
        let key = wanted.key.clone();
        let place = format!("texts[\"{key}\"]");
        let faults = model.work.iter().flat_map(|work| &work.faults);
        let faults = faults.filter(|(lang, fault)| *lang == language.tag && fault.at.starts_with(&place));
        let faults: Vec<String> = faults.map(|(_, fault)| self::said(page, &fault.what)).collect();
        rsx! {
            tr { "data-key": key.clone(), "data-missing": lacks.then_some("true"),
                th { scope: "row", "{wanted.text}" span { class: "facts", code { {key.clone()} } } }
                td {
                    if language.tag == "vi" {
                        "{wanted.spoken}"
                    } else if let Some(known) = known {
                        {known}
                    } else if writes.is_some() {
                        input { r#type: "hidden", name: "key", value: key.clone() }
                        input { name: "text", value: said.text.clone(), maxlength: "{MAX_PACK_TEXT}", lang: language.tag.clone(), "aria-label": "{wanted.text}" }
                        input { name: "speech", value: said.speech.clone(), maxlength: "{MAX_PACK_TEXT}", lang: language.tag.clone(), placeholder: page.say("đọc lên, nếu khác", "spoken, if different"), "aria-label": page.say("đọc lên", "spoken") }
                        for fault in faults { span { class: "mistake", role: "alert", {fault} } }
                    } else {
                        span { class: "state warn", {page.say("thiếu", "missing")} }
                    }
                }
                td { if clip { {page.say("có ghi âm", "recorded")} } else { span { class: "muted", {page.say("chưa ghi âm", "no recording")} } } }
            }
        }
    });
    let table = rsx! {
        table { class: "fields",
            thead { tr {
                th { scope: "col", {page.say("Câu chữ chính thức", "Official wording")} }
                th { scope: "col", if language.tag == "vi" { {page.say("Máy đọc lên", "Spoken")} } else { "{language.name}" } }
                th { scope: "col", {page.say("Ghi âm", "Clip")} }
            } }
            tbody { {rows} }
        }
    };
    let apps: Vec<Wanted> = missing
        .iter()
        .filter(|wanted| wanted.key.starts_with('@'))
        .cloned()
        .collect();
    let apps_silent: Vec<Wanted> = silent
        .iter()
        .filter(|wanted| wanted.key.starts_with('@'))
        .cloned()
        .collect();
    let named = |label: String, all: Vec<Wanted>| {
        rsx! {
            if !all.is_empty() {
                details { class: "row",
                    summary { {label} " (" "{all.len()}" ")" }
                    ul { class: "plain", for wanted in all { li { "{wanted.text} " code { class: "muted", "{wanted.key}" } } } }
                }
            }
        }
    };
    rsx! {
        section { class: "card",
            h2 { "{language.name}" }
            match writes {
                Some(work) => rsx! {
                    form { method: "post", action: "/admin/surveys/languages",
                        {hidden(page, work)}
                        input { r#type: "hidden", name: "tag", value: language.tag.clone() }
                        {table}
                        p { class: "actions", button { r#type: "submit", {page.say("Lưu câu chữ", "Save the words")} } }
                        p { class: "small", {page.say("Câu chữ này được công bố cùng bộ câu hỏi, vào gói ngôn ngữ chung của mọi đơn vị. Chữ đã có trong gói không sửa ở đây.", "These words are published with the survey, into the pack that all units share. What the pack says already is not changed here.")} }
                    }
                },
                None => table,
            }
            {named(page.say("Câu chữ của ứng dụng còn thiếu".to_owned(), "Texts of the app that are missing".to_owned()), apps)}
            {named(page.say("Lời của ứng dụng chưa ghi âm".to_owned(), "The app's own words without a recording".to_owned()), apps_silent)}
        }
    }
}
