//! `/api/v1/openapi.json` against the router and against what is really answered.

use crate::support::{
    HOUR, MORNING,
    http::{Response, TestApp},
    tablet::Tablet,
};
use hailong::{
    domain::{hex::Hex, time::LocalDay},
    server::api::{routes, v1::openapi::DOCUMENT},
    store::{codes::Length, comments, places},
    wire::{answer::Code, canon, comment::SealedComment, signed},
};
use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// What a value lacks to be of a schema: the words of JSON Schema that the document uses, and no others. Members that no
/// schema names are wrong, too: the document would not be true to the wire.
fn wrong(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    const WORDS: [&str; 18] = [
        "$ref",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "const",
        "pattern",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "oneOf",
        "additionalProperties",
        "description",
        "format",
    ];
    let schema = schema.as_object().unwrap();
    for word in schema.keys() {
        assert!(WORDS.contains(&word.as_str()), "{at}: this test does not know {word}");
    }
    let no = |why: &str| Some(format!("{at}: {why}: {value}"));
    if let Some(name) = schema.get("$ref") {
        let pointer = name.as_str().unwrap().trim_start_matches('#');
        return wrong(
            root,
            root.pointer(pointer).unwrap_or_else(|| panic!("{name}")),
            value,
            at,
        );
    }
    if let Some(choices) = schema.get("oneOf") {
        let fits = choices
            .as_array()
            .unwrap()
            .iter()
            .filter(|s| wrong(root, s, value, at).is_none())
            .count();
        return if fits == 1 {
            None
        } else {
            no("not exactly one of the choices")
        };
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return no("another constant");
    }
    if schema
        .get("enum")
        .is_some_and(|all| !all.as_array().unwrap().contains(value))
    {
        return no("not one of the list");
    }
    let fits = match schema.get("type").and_then(Value::as_str) {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        None => true,
        Some(other) => panic!("{at}: {other}"),
    };
    if !fits {
        return no("another type");
    }
    let number = |word: &str| schema.get(word).and_then(Value::as_i64);
    let within = |n: i64, low: &str, high: &str| {
        number(low).is_none_or(|least| n >= least) && number(high).is_none_or(|most| n <= most)
    };
    match value {
        Value::String(text) => {
            let length = i64::try_from(text.chars().count()).unwrap();
            if !within(length, "minLength", "maxLength") {
                return no("another length");
            }
            let hex = schema
                .get("pattern")
                .and_then(Value::as_str)
                .is_some_and(|p| p.contains("a-f"));
            if hex && !text.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c)) {
                return no("not lower-case hex");
            }
        }
        Value::Number(n) if !within(n.as_i64().unwrap_or(i64::MAX), "minimum", "maximum") => {
            return no("out of bounds");
        }
        Value::Array(items) => {
            if !within(i64::try_from(items.len()).unwrap(), "minItems", "maxItems") {
                return no("another number of items");
            }
            return items
                .iter()
                .enumerate()
                .find_map(|(i, item)| wrong(root, &schema["items"], item, &format!("{at}/{i}")));
        }
        Value::Object(members) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            if let Some(missing) = required
                .map(|name| name.as_str().unwrap())
                .find(|name| !members.contains_key(*name))
            {
                return no(&format!("lacks {missing}"));
            }
            return members.iter().find_map(|(name, member)| {
                let at = format!("{at}/{name}");
                match (
                    schema.get("properties").and_then(|all| all.get(name)),
                    schema.get("additionalProperties"),
                ) {
                    (Some(named), _) => wrong(root, named, member, &at),
                    (None, Some(Value::Bool(true))) => None,
                    (None, Some(any)) => wrong(root, any, member, &at),
                    (None, None) => Some(format!("{at}: no schema names it")),
                }
            });
        }
        _ => {}
    }
    None
}

/// Checks an answer against what the document says of its address: status, type, each line.
fn described(method: &str, path: &str, answer: &Response) {
    let root = document();
    let place = format!("{method} {path} {}", answer.status);
    let said = &root["paths"][path][method]["responses"][answer.status.to_string()];
    assert!(said.is_object(), "{place} is not described");
    let Some(content) = said.get("content").and_then(Value::as_object) else {
        assert!(answer.body.is_empty(), "{place}: {}", answer.text());
        return;
    };
    let kind = answer.header("content-type").unwrap();
    let media = content.get(kind).unwrap_or_else(|| panic!("{place}: {kind}"));
    let text = answer.text();
    if let Some(lines) = media.get("x-lines").and_then(Value::as_array) {
        let answered: Vec<&str> = text.trim_end().split('\n').collect();
        assert_eq!(answered.len(), lines.len(), "{place}: {text}");
        for (schema, line) in lines.iter().zip(answered) {
            assert_eq!(wrong(&root, schema, &serde_json::from_str(line).unwrap(), &place), None);
        }
    } else if kind == "application/json" {
        assert_eq!(
            wrong(&root, &media["schema"], &serde_json::from_str(&text).unwrap(), &place),
            None
        );
    }
}

/// Checks the lines of a request: the first and the last, what is between are records.
fn sent(path: &str, body: &[u8]) {
    let root = document();
    let content = &root["paths"][path]["post"]["requestBody"]["content"];
    let text = String::from_utf8(body.to_vec()).unwrap();
    let lines: Vec<&str> = text.trim_end().split('\n').collect();
    let schemas: Vec<&Value> = match content.get("application/x-ndjson") {
        Some(media) => media["x-lines"].as_array().unwrap().iter().collect(),
        None => vec![&content["application/json"]["schema"]],
    };
    let ends = [lines.first().unwrap(), lines.last().unwrap()];
    for (schema, line) in schemas.into_iter().zip(ends) {
        assert_eq!(wrong(&root, schema, &serde_json::from_str(line).unwrap(), path), None);
    }
}

#[test]
fn every_address_for_programs_is_in_the_document_and_no_other() {
    let root = document();
    assert_eq!(root["openapi"], "3.1.0");
    let described: BTreeSet<(String, String)> = root["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(move |method| (method.clone(), path.clone()))
        })
        .collect();
    let routed = routes::listed()
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()));
    // Of the public pages only what is for programs.
    let kept = ("get".to_owned(), "/cong-khai/diem-chot.json".to_owned());
    assert_eq!(described, routed.chain([kept]).collect());
}

#[test]
fn every_refusal_is_in_the_document() {
    let root = document();
    let listed = root
        .pointer("/components/schemas/Problem/properties/code/enum")
        .unwrap();
    let listed: BTreeSet<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap())
        .collect();
    let page = include_str!("../../docs/protocol.md");
    for code in &listed {
        let known: Code = serde_json::from_value((*code).into()).unwrap();
        assert_eq!(known.name(), *code);
        let row = format!("| `{code}` | {} |", known.status());
        assert!(page.contains(&row), "{row}");
    }
    let rows = page.lines().filter(|line| {
        line.starts_with("| `")
            && line
                .split('|')
                .nth(2)
                .is_some_and(|s| s.trim().len() == 3 && s.trim().parse::<u16>().is_ok())
    });
    assert_eq!(rows.count(), listed.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_what_the_document_says() {
    let app = TestApp::spawn().await;
    let district = &app.district;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    district
        .store
        .ask_comments(node, Some(true), "test", MORNING - HOUR)
        .unwrap();
    // Enrolment, right and wrong.
    let mut tablet = Tablet::new(7, district.counters[0], district.store.identity().id);
    let code = district
        .store
        .make_code(district.counters[0], Length::Sheet, MORNING - HOUR)
        .unwrap()
        .code
        .grouped();
    let wrong_code = tablet.request(Some("0000-0000-0000-0000".into()), None);
    let enrolment = tablet.request(Some(code), None);
    for (request, status) in [(wrong_code, 403), (enrolment, 200)] {
        let body = tablet.sealed(&request);
        sent("/api/v1/enrol", body.as_bytes());
        let answer = app.post("/api/v1/enrol", body.as_bytes()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        described("post", "/api/v1/enrol", &answer);
        if status == 200 {
            let line: Value = serde_json::from_str(answer.text().lines().next().unwrap()).unwrap();
            tablet.enrolled = Some(serde_json::from_value(line).unwrap());
        }
    }
    described("post", "/api/v1/enrol", &app.post("/api/v1/enrol", b"x\n").await);
    // Bundles: stored, of a stranger, changed, unreadable.
    let epoch = tablet.voted(1, None, 3, MORNING - HOUR);
    let bundle = tablet.bundle(&epoch, MORNING);
    sent("/api/v1/bundles", &bundle);
    let mut stranger = Tablet::new(9, district.counters[0], district.store.identity().id);
    let strange = stranger.voted(1, None, 1, MORNING);
    let strange = stranger.bundle(&strange, MORNING);
    let changed = String::from_utf8(bundle.clone())
        .unwrap()
        .replacen("\"ballots\":3", "\"ballots\":4", 1);
    let cut: Vec<u8> = bundle[..bundle.len() / 2].to_vec();
    for (body, status) in [(bundle, 200), (strange, 404), (changed.into_bytes(), 401), (cut, 400)] {
        let answer = app.post("/api/v1/bundles", &body).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        described("post", "/api/v1/bundles", &answer);
    }
    // The setup, with its token and without.
    let bearer = format!("Bearer {}", tablet.enrolled.as_ref().unwrap().token);
    let setup = app.get("/api/v1/setup", &[("authorization", &bearer)]).await;
    assert_eq!(setup.status, 200);
    described("get", "/api/v1/setup", &setup);
    let etag = setup.header("etag").unwrap().to_owned();
    let again = app
        .get("/api/v1/setup", &[("authorization", &bearer), ("if-none-match", &etag)])
        .await;
    assert_eq!(again.status, 304);
    described("get", "/api/v1/setup", &again);
    described("get", "/api/v1/setup", &app.get("/api/v1/setup", &[]).await);
    // A comment.
    let key = district.store.read(comments::public_key).unwrap().unwrap();
    let month = LocalDay::of(MORNING).month();
    let sealed = SealedComment::seal([3; 32], &key, Hex([3; 16]), (node, month), "Xin cảm ơn").unwrap();
    let line = canon::line_of(&sealed.request(Hex([5; 16])));
    sent("/api/v1/comments", line.as_bytes());
    let length = line.len().to_string();
    for (headers, status) in [
        (
            vec![("content-length", length.as_str()), ("authorization", bearer.as_str())],
            200,
        ),
        (vec![("content-length", length.as_str())], 401),
    ] {
        let answer = app.send("POST", "/api/v1/comments", &headers, line.as_bytes()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        described("post", "/api/v1/comments", &answer);
    }
    district.store.checkpoint(MORNING).unwrap();
    for path in [
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/cong-khai/diem-chot.json",
    ] {
        let answer = app.get(path, &[]).await;
        assert_eq!(answer.status, 200, "{path}");
        described("get", path, &answer);
        if let Some(etag) = answer.header("etag") {
            let again = app.get(path, &[("if-none-match", etag)]).await;
            assert_eq!(again.status, 304, "{path}");
            described("get", path, &again);
        }
    }
    // What the signature is over is the first line: the document's example of a client's check.
    let key = district.store.identity().public_key();
    let unknown = app.get("/api/v1/khong-co", &[]).await;
    assert!(signed::open::<Value>(&key, signed::ANSWER, &unknown.body).is_ok());
    assert_eq!(unknown.status, 404);
    app.running.stop().await.unwrap();
}
