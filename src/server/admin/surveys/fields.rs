//! From the fields of a form to the document of a draft: exactly what was typed, right or wrong.

use super::made_id;
use crate::{
    domain::survey::edit::{self, Step},
    server::auth::Form,
};
use serde_json::{Map, Value, json};

/// What a document has at a member, as a field shows it.
pub(super) fn text(of: &Value, name: &str) -> String {
    match of.get(name) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// A list of a document.
pub(super) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A wording: shown and spoken.
fn wording(shown: &str, spoken: &str) -> Value {
    let mut wording = json!({"text": shown});
    put(&mut wording, "speech", spoken);
    wording
}

/// Sets a member; empty is none.
fn put(of: &mut Value, name: &str, text: &str) {
    if let Some(members) = of.as_object_mut() {
        if text.is_empty() {
            members.remove(name);
        } else {
            members.insert(name.into(), text.into());
        }
    }
}

/// The members of the whole survey, from the form of the draft.
pub(super) fn whole(document: &mut Value, form: &Form) {
    for name in ["name", "headline"] {
        if let Some(members) = document.as_object_mut() {
            members.insert(name.into(), form.get(name).into());
        }
    }
    for name in ["superseded", "valid_to"] {
        put(document, name, form.get(name));
    }
    if let Some(members) = document.as_object_mut() {
        match form.get("reference") {
            "" => drop(members.remove("reference")),
            _ => drop(members.insert("reference".into(), true.into())),
        }
    }
}

/// A question, from its form. `id_for` makes an id of words where none was typed.
pub(super) fn question(before: &Value, form: &Form, id_for: impl Fn(&str) -> String) -> Value {
    let kind = form.get("kind");
    let typed = form.get("id");
    let id = if typed.is_empty() && !form.get("text").is_empty() {
        id_for(form.get("text"))
    } else {
        typed.to_owned()
    };
    let was = text(before, "kind");
    // Another kind has other answers; tiles and options are much the same.
    let (named, was_named) = (edit::answers_of(kind), edit::answers_of(&was));
    let mut question = if kind == was || (named.is_some() && was_named.is_some() && kind != "scale" && was != "scale") {
        json!({"id": id, "kind": kind})
    } else {
        edit::question(kind, &id, "")
    };
    let fresh = list(&question, named.unwrap_or_default()).to_vec();
    if let Some(members) = question.as_object_mut() {
        members.insert("text".into(), wording(form.get("text"), form.get("speech")));
    }
    put(&mut question, "factor", form.get("factor"));
    let answers = match kind {
        "scale" => labels(form, fresh),
        "tiles" | "choice" => items(form, kind, fresh),
        _ => Vec::new(),
    };
    if let Some(list) = named.and_then(|name| edit::list(&mut question, name)) {
        *list = answers;
    }
    if kind == "scale" {
        // Faces are what a document says by saying nothing.
        put(
            &mut question,
            "style",
            Some(form.get("style"))
                .filter(|style| *style != "faces")
                .unwrap_or_default(),
        );
    }
    let conditions = conditions(form);
    if let Some(members) = question.as_object_mut().filter(|_| !conditions.is_empty()) {
        members.insert("shown_if".into(), conditions.into());
    }
    question
}

fn labels(form: &Form, fresh: Vec<Value>) -> Vec<Value> {
    let (shown, spoken) = (form.all("label"), form.all("label_speech"));
    if shown.is_empty() {
        return fresh;
    }
    let spoken = spoken.into_iter().chain(std::iter::repeat(""));
    shown
        .into_iter()
        .zip(spoken)
        .map(|(shown, spoken)| wording(shown, spoken))
        .collect()
}

fn items(form: &Form, kind: &str, fresh: Vec<Value>) -> Vec<Value> {
    let all = |name| form.all(name).into_iter().chain(std::iter::repeat(""));
    let (ids, shown) = (form.all("item_id"), form.all("item_text"));
    if ids.is_empty() {
        return fresh;
    }
    let mut items: Vec<Value> = Vec::new();
    let others = all("item_speech").zip(all("item_factor")).zip(all("item_picture"));
    for (place, ((typed, shown), ((spoken, factor), picture))) in ids.iter().zip(shown).zip(others).enumerate() {
        let taken =
            |id: &str| ids.contains(&id) || items.iter().any(|item| item.get("id").is_some_and(|known| known == id));
        let id = if typed.is_empty() && !shown.is_empty() {
            made_id::id_for(shown, taken)
        } else {
            (*typed).to_owned()
        };
        let mut item = json!({"id": id, "text": wording(shown, spoken)});
        put(&mut item, "factor", factor);
        if let Some(members) = item.as_object_mut().filter(|_| kind == "tiles") {
            members.insert(
                "picture".into(),
                if picture.is_empty() { "tam_the" } else { picture }.into(),
            );
            let moments = form.all(&format!("moment_{place}"));
            // At every moment is what a document says by naming none.
            if !moments.is_empty() && moments.len() < 3 {
                members.insert("moments".into(), json!(moments));
            }
        }
        items.push(item);
    }
    items
}

/// Checked answers, "question:answer", by question in their order.
fn conditions(form: &Form) -> Vec<Value> {
    let mut by_question: Vec<(String, Vec<Value>)> = Vec::new();
    for checked in form.all("cond") {
        let (question, answer) = checked.split_once(':').unwrap_or((checked, ""));
        let answer = answer.parse::<i64>().map_or_else(|_| Value::from(answer), Value::from);
        match by_question.iter_mut().find(|(id, _)| id == question) {
            Some((_, answers)) => answers.push(answer),
            None => by_question.push((question.to_owned(), vec![answer])),
        }
    }
    let members = by_question.into_iter().map(|(question, answers)| {
        let members = [
            ("answers".to_owned(), answers.into()),
            ("question".to_owned(), question.into()),
        ];
        Value::Object(Map::from_iter(members))
    });
    members.collect()
}

/// Does to a list what a button says, beside saving.
pub(super) fn step(list: Option<&mut Vec<Value>>, button: &str) {
    if let (Some(list), Some(step)) = (list, Step::parse(button)) {
        step.apply(list);
    }
}
