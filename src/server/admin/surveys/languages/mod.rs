//! Languages and clips of a version or a draft: what is missing, by name; words, recordings and languages that a draft adds.

mod model;
mod recordings;
mod view;

use super::{
    Which,
    draft::{Saved, keep},
    seen_in,
};
use crate::{
    domain::{pack, policy::MAX_PACK_CLIP_BYTES},
    server::{
        admin::{
            Admin,
            error::PageError,
            page::{Nav, Page},
            upload,
        },
        auth::{Form, Gate, Visitor},
    },
    store::{Refusal, StoreError, drafts},
};
use axum::{
    extract::{FromRef, Multipart, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use model::Model;
use std::{collections::BTreeMap, sync::Arc};
pub(super) use view::said;
use view::{Notice, document};

/// Largest upload: all recordings of a language at once, with the words around them.
pub(in super::super) const UPLOAD_BYTES: usize = MAX_PACK_CLIP_BYTES + 1024 * 1024;
/// Most fields of the form: key, text and speech of each text that a pack may have.
const FIELDS: usize = 2_000;

/// `GET /admin/surveys/languages`.
pub(in super::super) async fn page(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (who, now) = (visitor.clone(), admin.clock.now());
    let (lang, id) = (which.tag.clone(), which.id.clone());
    let model = admin.read(move |conn| Model::of(conn, &who, &which, now)).await?;
    Ok(document(&page.of(&visitor, Nav::Manage), &model, &id, &lang, Notice::None).into_response())
}

/// `POST /admin/surveys/languages`: the words and recordings of one language of a draft.
pub(in super::super) async fn save(
    State(admin): State<Admin>,
    visitor: Visitor,
    page: Page,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, PageError> {
    let page = page.of(&visitor, Nav::Manage);
    let too_large = page.say(
        "Các tệp ghi âm gửi một lần có nhiều nhất 24 MB. Xin chọn ít tệp hơn rồi gửi làm nhiều lần.",
        "At most 24 MB of recordings are taken at once. Please choose fewer files and send the rest afterwards.",
    );
    let sender = (visitor, &headers, &Gate::from_ref(&admin));
    let sent = match upload::read(parts, sender, &page, FIELDS, too_large).await {
        Ok(sent) => sent,
        Err(response) => return Ok(response),
    };
    let form = Arc::new(sent.form);
    let (draft, _) = seen_in(&form)?;
    let (lang, model) = (form.get("tag").to_owned(), load(&admin, &form, draft.clone()).await?);
    let Some(language) = model.language(&lang) else {
        return Err(PageError::Bad);
    };
    let (recordings, faults) = recordings::take(sent.files, &model.wanted());
    let said = words(&form, language);
    let named: BTreeMap<String, pack::Clip> = recordings
        .iter()
        .map(|(key, taken)| (key.clone(), taken.clip))
        .collect();
    let (tag, typed) = (lang.clone(), form.clone());
    let kept = recordings.into_iter().map(|(_, recording)| recording).collect();
    let saved = keep(&admin, &form, kept, move |work| {
        let mut said = said.clone();
        let old = work.draft.texts.remove(&tag).unwrap_or_default();
        let dropped = typed.all("drop");
        let old = old.into_iter().filter_map(|(key, words)| Some((key, words.clip?)));
        let old = old.filter(|(key, _)| !dropped.contains(&key.as_str()));
        for (key, clip) in old.chain(named.clone()) {
            said.entry(key).or_default().clip = Some(clip);
        }
        work.draft.texts.insert(tag.clone(), said);
        Ok(())
    })
    .await?;
    let to = format!("/admin/surveys/languages?draft={draft}&tag={lang}");
    match saved {
        Saved::Yes if faults.is_empty() => Ok(Redirect::to(&to).into_response()),
        Saved::Yes => {
            let now = load(&admin, &form, draft).await?;
            let shown = document(&page, &now, "", &lang, Notice::Files(&faults));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response())
        }
        Saved::Not(work, who) => {
            let model = admin.read(move |conn| Model::of_work(conn, *work)).await?;
            Ok(document(&page, &model, "", &lang, Notice::Overtaken(&who)).into_response())
        }
    }
}

/// The draft as it stands.
async fn load(admin: &Admin, form: &Form, draft: String) -> Result<Model, PageError> {
    let (who, now) = (form.visitor.clone(), admin.clock.now());
    let which = Which {
        draft,
        ..Which::default()
    };
    admin.read(move |conn| Model::of(conn, &who, &which, now)).await
}

/// What was typed and is not what the language says already.
fn words(form: &Form, language: &model::Language) -> BTreeMap<String, drafts::Words> {
    let (keys, texts, speeches) = (form.all("key"), form.all("text"), form.all("speech"));
    let typed = keys.into_iter().zip(texts).zip(speeches);
    let typed = typed.map(|((key, text), speech)| {
        let (text, speech) = (text.to_owned(), speech.to_owned());
        let words = drafts::Words {
            text,
            speech,
            clip: None,
        };
        (key.to_owned(), words)
    });
    let new = typed.filter(|(key, words)| {
        let same = language.text(key).as_deref() == Some(&words.text) && language.speech(key) == words.speech;
        *words != drafts::Words::default() && !same
    });
    new.collect()
}

/// `POST /admin/surveys/language`: adds a language to a draft, or takes one out again that nobody published.
pub(in super::super) async fn add(State(admin): State<Admin>, page: Page, form: Form) -> Result<Response, PageError> {
    let (draft, _) = seen_in(&form)?;
    let form = Arc::new(form);
    let chosen = if form.get("tag").is_empty() {
        form.get("other")
    } else {
        form.get("tag")
    };
    let (lang, typed) = (chosen.to_owned(), form.clone());
    let out = form.get("do") == "out";
    let model = load(&admin, &form, draft.clone()).await?;
    if !pack::is_language_tag(&lang) {
        let page = page.of(&form.visitor, Nav::Manage);
        let shown = document(&page, &model, "", "", Notice::Tag(&lang));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    if !model.over {
        return Err(StoreError::from(Refusal::NotYours).into());
    }
    let tag = lang.clone();
    let saved = keep(&admin, &form, Vec::new(), move |work| {
        if out {
            work.draft.languages.remove(&tag);
            work.draft.texts.remove(&tag);
        } else {
            let known = view::KNOWN.iter().find(|(known, ..)| *known == tag);
            let name = match (typed.get("name"), known) {
                ("", Some((_, name, _))) => name,
                ("", None) => tag.as_str(),
                (name, _) => name,
            };
            work.draft.languages.insert(tag.clone(), name.to_owned());
        }
        Ok(())
    })
    .await?;
    match saved {
        Saved::Yes if out => Ok(Redirect::to(&format!("/admin/surveys/languages?draft={draft}")).into_response()),
        Saved::Yes => Ok(Redirect::to(&format!("/admin/surveys/languages?draft={draft}&tag={lang}")).into_response()),
        Saved::Not(work, who) => {
            let page = page.of(&form.visitor, Nav::Manage);
            let model = admin.read(move |conn| Model::of_work(conn, *work)).await?;
            Ok(document(&page, &model, "", &lang, Notice::Overtaken(&who)).into_response())
        }
    }
}
