//! What is wrong with a draft, and the words for it beside each field.

use super::{
    super::{Admin, error::PageError, page::Page},
    draft_for,
};
use crate::{
    domain::{
        pack::Fault,
        survey::{Meaning, Survey, SurveyError},
    },
    server::auth::Visitor,
    store::{
        Reader, StoreError,
        drafts::{self, Draft},
        publications, surveys,
    },
};
use dioxus::prelude::*;

/// Everything that is wrong with a draft, by its places.
pub(super) struct Marks(pub(super) Vec<SurveyError>);

/// A draft with what belongs to it.
pub(super) struct Work {
    pub(super) draft: Draft,
    /// What it was made from.
    pub(super) base: Survey,
    pub(super) marks: Marks,
    /// What is wrong with its words in other languages: language and fault.
    pub(super) faults: Vec<(String, Fault)>,
    /// The draft as a survey, if nothing is wrong with it.
    pub(super) survey: Option<Survey>,
    /// What was ever published: ids that are taken.
    pub(super) published: Vec<Survey>,
}

impl Work {
    /// A draft that the visitor may work on.
    pub(super) async fn load(admin: &Admin, visitor: &Visitor, draft: String) -> Result<Self, PageError> {
        let who = visitor.clone();
        admin
            .read(move |conn| Self::on(conn, draft_for(conn, &who, &draft)?))
            .await
    }

    pub(super) fn on(conn: &Reader, draft: Draft) -> Result<Self, StoreError> {
        let base = surveys::document(conn, draft.base)?.ok_or(StoreError::NotFound("survey"))?;
        let published = publications::published(conn)?;
        let text = draft.document.to_string();
        let (survey, mut errors) = match Survey::check_all(text.as_bytes()) {
            Ok(survey) => (Some(survey), Vec::new()),
            Err(errors) => (None, errors),
        };
        // As far as it can be read at all: a changed meaning is told beside everything else.
        let readable = survey.clone().or_else(|| Survey::draft(text.as_bytes()));
        let faults = match &readable {
            Some(readable) => drafts::faults(conn, &draft, readable)?,
            None => Vec::new(),
        };
        // A draft that is as it was published breaks nothing.
        if let Some(readable) = readable.filter(|readable| *readable != base) {
            let meaning = Meaning {
                published: &published,
                base: Some(&base),
            };
            errors.extend(meaning.broken_by(&readable));
        }
        Ok(Self {
            draft,
            base,
            survey: survey.filter(|_| errors.is_empty() && faults.is_empty()),
            marks: Marks(errors),
            faults,
            published,
        })
    }

    /// How many things are wrong.
    pub(super) fn mistakes(&self) -> usize {
        self.marks.0.len() + self.faults.len()
    }

    /// Whether an id was published, or stands elsewhere in the draft.
    pub(super) fn is_taken(&self, id: &str, but: Option<usize>) -> bool {
        let meaning = Meaning {
            published: &self.published,
            base: None,
        };
        let published = crate::domain::ids::Slug::parse(id).is_ok_and(|id| meaning.has(&id, None));
        let questions = self.draft.document.get("questions").and_then(|list| list.as_array());
        let mut others = questions.into_iter().flatten().enumerate();
        published || others.any(|(n, other)| Some(n) != but && other.get("id").is_some_and(|known| known == id))
    }
}

impl Marks {
    /// What is wrong at exactly this place.
    pub(super) fn at<'a>(&'a self, at: &'a str) -> impl Iterator<Item = &'a SurveyError> {
        self.0.iter().filter(move |error| error.at == at)
    }

    /// What is wrong at this place or inside it.
    pub(super) fn within<'a>(&'a self, at: &'a str) -> impl Iterator<Item = &'a SurveyError> {
        self.0.iter().filter(move |error| {
            let rest = error.at.strip_prefix(at);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Beside a field: what is wrong with it.
    pub(super) fn beside(&self, page: &Page, at: &str) -> Element {
        told(page, self.at(at))
    }

    /// Beside something with parts that have no field of their own.
    pub(super) fn beside_all(&self, page: &Page, at: &str) -> Element {
        told(page, self.within(at))
    }

    /// `aria-invalid` of a field.
    pub(super) fn invalid(&self, at: &str) -> Option<&'static str> {
        self.at(at).next().is_some().then_some("true")
    }
}

fn told<'a>(page: &Page, errors: impl Iterator<Item = &'a SurveyError>) -> Element {
    let errors = errors.map(|error| (words(page, error), error.at.clone(), error.problem.code()));
    rsx! {
        for (words , at , code) in errors {
            span { class: "mistake", role: "alert", "data-at": at.clone(), "data-problem": code, "{words} " code { {at.clone()} } }
        }
    }
}

/// The sentence.
pub(super) fn words(page: &Page, error: &SurveyError) -> String {
    let vi = error.problem.vietnamese();
    let mut letters = vi.chars();
    let vi = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect::<String>())
        .unwrap_or_default();
    page.say(format!("{vi}."), format!("{}.", error.problem))
}

/// A place as people count: "câu 2, ô 8"; as it is written where there is nothing to count.
pub(super) fn place(page: &Page, at: &str) -> String {
    let part = |part: &str| {
        let (name, rest) = part.split_once('[')?;
        let n: usize = rest.split_once(']')?.0.parse().ok()?;
        let word = match name {
            "questions" => page.say("câu", "question"),
            "tiles" => page.say("ô", "tile"),
            "options" => page.say("lựa chọn", "answer"),
            "labels" => page.say("mức", "level"),
            "shown_if" => page.say("điều kiện", "condition"),
            _ => return None,
        };
        Some(format!("{word} {}", n + 1))
    };
    let parts: Vec<String> = at.split('.').filter_map(part).collect();
    if parts.is_empty() {
        at.to_owned()
    } else {
        parts.join(", ")
    }
}

/// The question that a place lies in.
pub(super) fn question_of(at: &str) -> Option<usize> {
    at.strip_prefix("questions[")?.split_once(']')?.0.parse().ok()
}

/// A place as the id of a field.
pub(super) fn anchor(at: &str) -> String {
    at.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}
