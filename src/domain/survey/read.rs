//! Reads a survey out of JSON, and says of everything that is not as it should be where it stands.
//!
//! What can't be read is replaced by something harmless, so that the rest can be looked at too; whoever got errors
//! must not use the survey.

use super::{
    Survey, SurveyKind,
    problem::{Problem, SurveyError},
    question::{Choice, Condition, Factor, Given, Question, QuestionKind, Style, Tile},
    text::Text,
};
use crate::domain::{ballot::Moment, ids::Slug};
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// The survey of a document, and all that was wrong with its shape.
pub(super) fn survey(document: &Value) -> (Survey, Vec<SurveyError>) {
    let mut reader = Reader { errors: Vec::new() };
    let known = [
        "headline",
        "kind",
        "name",
        "questions",
        "reference",
        "superseded",
        "v",
        "valid_to",
    ];
    let survey = reader.object("", Some(document), &known, |reader, whole| Survey {
        headline: reader.id("headline", whole.get("headline")),
        kind: whole.get("kind").map_or(SurveyKind::default(), |kind| {
            let known = SurveyKind::ALL.map(|kind| (kind.name(), kind));
            let kind = reader.word("kind", kind, &known, "counter, sipas, nd61");
            kind.unwrap_or_default()
        }),
        name: reader.string("name", whole.get("name")),
        questions: reader.list("questions", whole.get("questions"), Reader::question),
        reference: whole
            .get("reference")
            .is_some_and(|value| reader.yes("reference", value)),
        superseded: whole
            .get("superseded")
            .map(|text| reader.string("superseded", Some(text))),
        v: reader.version(whole.get("v")),
        valid_to: whole.get("valid_to").and_then(|date| reader.date("valid_to", date)),
    });
    (survey, reader.errors)
}

struct Reader {
    errors: Vec<SurveyError>,
}

/// Members of an object; those of something that is none are none.
struct Members<'a>(Option<&'a Map<String, Value>>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.and_then(|members| members.get(name))
    }
}

/// `name` inside `at`.
fn inside(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

impl Reader {
    fn fail(&mut self, at: &str, problem: Problem) {
        let at = if at.is_empty() { "document" } else { at }.to_owned();
        self.errors.push(SurveyError { at, problem });
    }

    fn wrong(&mut self, at: &str, value: Option<&Value>, expected: &'static str) {
        let problem = match value {
            None | Some(Value::Null) => Problem::Missing,
            Some(_) => Problem::WrongType { expected },
        };
        self.fail(at, problem);
    }

    /// Reads an object's members. Of something that is no object only that is said.
    fn object<T>(
        &mut self,
        at: &str,
        value: Option<&Value>,
        known: &[&str],
        read: impl FnOnce(&mut Self, &Members<'_>) -> T,
    ) -> T {
        let members = Members(value.and_then(Value::as_object));
        match members.0 {
            Some(members) => {
                for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
                    // A name of megabytes is not repeated.
                    let short: String = name.chars().take(40).collect();
                    self.fail(&inside(at, &short), Problem::UnknownMember);
                }
            }
            None => self.wrong(at, value, "{…}"),
        }
        let said = self.errors.len();
        let out = read(self, &members);
        if members.0.is_none() {
            self.errors.truncate(said);
        }
        out
    }

    fn list<T>(
        &mut self,
        at: &str,
        value: Option<&Value>,
        mut each: impl FnMut(&mut Self, &str, &Value) -> T,
    ) -> Vec<T> {
        let Some(Value::Array(items)) = value else {
            self.wrong(at, value, "[…]");
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items.map(|(i, item)| each(self, &format!("{at}[{i}]"), item)).collect()
    }

    /// Like [`Self::list`]; a list that is not there is empty.
    fn list_or_none<T>(
        &mut self,
        at: &str,
        value: Option<&Value>,
        each: impl FnMut(&mut Self, &str, &Value) -> T,
    ) -> Vec<T> {
        match value {
            None => Vec::new(),
            value => self.list(at, value, each),
        }
    }

    fn string(&mut self, at: &str, value: Option<&Value>) -> String {
        if let Some(Value::String(text)) = value {
            return text.clone();
        }
        self.wrong(at, value, "\"…\"");
        String::new()
    }

    fn yes(&mut self, at: &str, value: &Value) -> bool {
        value.as_bool().unwrap_or_else(|| {
            self.wrong(at, Some(value), "true / false");
            false
        })
    }

    fn version(&mut self, value: Option<&Value>) -> u32 {
        let number = value.and_then(Value::as_u64);
        number.and_then(|v| u32::try_from(v).ok()).unwrap_or_else(|| {
            self.wrong("v", value, "1");
            0
        })
    }

    fn date(&mut self, at: &str, value: &Value) -> Option<NaiveDate> {
        // By hand: chrono's own reader of dates is a large part of a tablet's download.
        let date = value.as_str().and_then(|text| {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let digits = |part: &str, n| part.len() == n && part.bytes().all(|c| c.is_ascii_digit());
            let shaped = digits(year, 4) && digits(month, 2) && digits(day, 2);
            let ymd = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
            NaiveDate::from_ymd_opt(ymd.0, ymd.1, ymd.2).filter(|_| shaped)
        });
        if date.is_none() {
            self.fail(at, Problem::BadDate);
        }
        date
    }

    fn id(&mut self, at: &str, value: Option<&Value>) -> Slug {
        match value {
            Some(Value::String(text)) => match Slug::parse(text) {
                Ok(id) => return id,
                Err(_) => self.fail(at, Problem::BadId),
            },
            value => self.wrong(at, value, "\"…\""),
        }
        Slug::nothing()
    }

    fn word<T: Copy>(&mut self, at: &str, value: &Value, known: &[(&str, T)], names: &'static str) -> Option<T> {
        let Value::String(found) = value else {
            self.wrong(at, Some(value), "\"…\"");
            return None;
        };
        let word = known.iter().find(|(name, _)| name == found);
        if word.is_none() {
            let found = found.chars().take(40).collect();
            self.fail(at, Problem::UnknownWord { found, known: names });
        }
        word.map(|(_, word)| *word)
    }

    /// A wording. Its place is that of the object: it is what a person has to fill in.
    fn text(&mut self, at: &str, value: Option<&Value>) -> Text {
        self.object(at, value, &["speech", "text"], |reader, members| Text {
            speech: members
                .get("speech")
                .map(|speech| reader.string(&inside(at, "speech"), Some(speech))),
            text: reader.string(at, members.get("text")),
        })
    }

    fn factor(&mut self, at: &str, members: &Members<'_>) -> Option<Factor> {
        let known = Factor::ALL.map(|factor| (factor.code(), factor));
        let value = members.get("factor")?;
        self.word(&inside(at, "factor"), value, &known, "TC, TTHC, CC, KQ, GY")
    }

    fn question(&mut self, at: &str, value: &Value) -> Question {
        let own: &[&str] = match value.get("kind").and_then(Value::as_str) {
            Some("scale") => &["labels", "style"],
            Some("choice") => &["options"],
            Some("tiles") => &["tiles"],
            Some("yesno" | "trips" | "text") => &[],
            // Of an unknown kind nobody knows what belongs to it.
            _ => &["labels", "options", "style", "tiles"],
        };
        let known = [&["factor", "id", "kind", "shown_if", "text"], own].concat();
        self.object(at, Some(value), &known, |reader, members| Question {
            factor: reader.factor(at, members),
            id: reader.id(&inside(at, "id"), members.get("id")),
            kind: reader.kind(at, members),
            shown_if: reader.list_or_none(&inside(at, "shown_if"), members.get("shown_if"), Self::condition),
            text: reader.text(&inside(at, "text"), members.get("text")),
        })
    }

    fn kind(&mut self, at: &str, members: &Members<'_>) -> QuestionKind {
        let inner = |name| inside(at, name);
        let name = match members.get("kind") {
            Some(Value::String(name)) => name.as_str(),
            other => {
                self.wrong(&inner("kind"), other, "\"…\"");
                return QuestionKind::Text;
            }
        };
        match name {
            "scale" => QuestionKind::Scale {
                labels: Box::new(self.labels(&inner("labels"), members.get("labels"))),
                style: members.get("style").map_or(Style::Faces, |style| {
                    let known = [("faces", Style::Faces), ("plain", Style::Plain)];
                    let style = self.word(&inner("style"), style, &known, "faces, plain");
                    style.unwrap_or_default()
                }),
            },
            "choice" => QuestionKind::Choice {
                options: self.list(&inner("options"), members.get("options"), Self::option),
            },
            "tiles" => QuestionKind::Tiles {
                tiles: self.list(&inner("tiles"), members.get("tiles"), Self::tile),
            },
            "yesno" => QuestionKind::YesNo,
            "trips" => QuestionKind::Trips,
            "text" => QuestionKind::Text,
            other => {
                let other = other.chars().take(40).collect();
                self.fail(&inner("kind"), Problem::UnknownKind(other));
                QuestionKind::Text
            }
        }
    }

    fn labels(&mut self, at: &str, value: Option<&Value>) -> [Text; 5] {
        let found = self.list(at, value, |reader, at, label| reader.text(at, Some(label)));
        found.try_into().unwrap_or_else(|_| {
            if value.is_some_and(Value::is_array) {
                self.fail(at, Problem::Count { least: 5, most: 5 });
            }
            std::array::from_fn(|_| Text {
                speech: None,
                text: String::new(),
            })
        })
    }

    fn option(&mut self, at: &str, value: &Value) -> Choice {
        self.object(at, Some(value), &["factor", "id", "text"], |reader, members| Choice {
            factor: reader.factor(at, members),
            id: reader.id(&inside(at, "id"), members.get("id")),
            text: reader.text(&inside(at, "text"), members.get("text")),
        })
    }

    fn tile(&mut self, at: &str, value: &Value) -> Tile {
        let known = ["factor", "id", "moments", "picture", "text"];
        self.object(at, Some(value), &known, |reader, members| Tile {
            factor: reader.factor(at, members),
            id: reader.id(&inside(at, "id"), members.get("id")),
            moments: reader
                .list_or_none(&inside(at, "moments"), members.get("moments"), Self::moment)
                .into_iter()
                .flatten()
                .collect(),
            picture: reader.id(&inside(at, "picture"), members.get("picture")),
            text: reader.text(&inside(at, "text"), members.get("text")),
        })
    }

    fn moment(&mut self, at: &str, value: &Value) -> Option<Moment> {
        let known = [
            ("reception", Moment::Reception),
            ("returned", Moment::Returned),
            ("result", Moment::Result),
        ];
        self.word(at, value, &known, "reception, returned, result")
    }

    fn condition(&mut self, at: &str, value: &Value) -> Condition {
        self.object(at, Some(value), &["answers", "question"], |reader, members| Condition {
            answers: reader.list(&inside(at, "answers"), members.get("answers"), Self::given),
            question: reader.id(&inside(at, "question"), members.get("question")),
        })
    }

    fn given(&mut self, at: &str, value: &Value) -> Given {
        match value.as_i64() {
            Some(number) => Given::Number(number),
            None => Given::Item(self.id(at, Some(value))),
        }
    }
}
