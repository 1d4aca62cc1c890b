//! The protocol page and the code say the same bytes. Every vector is computed here through the library's public
//! functions from fixed keys, compared with `tests/vectors/v1.json`, and looked up in `docs/protocol.md`.
//!
//! These bytes are on devices and in courts' hands: a vector that changes is a new protocol version, not a new file.
//! If the file must be written anew all the same, the first test prints it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed, which is what it is for"
)]

mod vectors;

use hailong::domain::hex::Hex;
use hailong::store;
use hailong::wire::{
    self,
    answer::{Answer, Code as Problem, Enrolled},
    bundle::Unverified,
    canon,
    enrol::Request,
    record, seal,
    seal::SecretKey,
    setup::Setup,
};
use serde_json::Value;
use std::fs;
use vectors::*;

fn file(path: &str) -> String {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    fs::read_to_string(format!("{root}/{path}")).unwrap_or_default()
}

#[test]
fn the_code_makes_the_bytes_of_the_vectors() {
    let computed = vectors();
    let stored: Value = serde_json::from_str(&file("tests/vectors/v1.json")).unwrap_or_default();
    if stored != computed {
        let pretty = serde_json::to_string_pretty(&computed).unwrap();
        panic!("tests/vectors/v1.json is not what the code makes, which is:\n{pretty}\n");
    }
}

#[test]
fn the_page_shows_every_vector() {
    let page = file("docs/protocol.md");
    let mut missing = Vec::new();
    look_up(&vectors(), "", &page, &mut missing);
    assert!(missing.is_empty(), "not in docs/protocol.md:\n{}", missing.join("\n"));
}

/// Texts and hex values stand on the page as they are; a document too long to read there is shown by its hash.
fn look_up(value: &Value, path: &str, page: &str, missing: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                look_up(value, &format!("{path}/{name}"), page, missing);
            }
        }
        Value::String(text) if text.len() <= 1_500 && !page.contains(text.as_str()) => {
            missing.push(format!("{path} = {text}"));
        }
        Value::Number(number) if !page.contains(&number.to_string()) => missing.push(format!("{path} = {number}")),
        _ => {}
    }
}

#[test]
fn the_page_lists_every_problem_with_its_status() {
    use Problem::*;
    let page = file("docs/protocol.md");
    for code in [
        BadFraming,
        BadHeader,
        BadSignature,
        BadChain,
        TooLarge,
        TooSlow,
        UnknownDevice,
        BadCertificate,
        WrongCode,
        UsedCode,
        ExpiredCode,
        ExpiredComment,
        TooManyTries,
        Unauthorized,
        NotFound,
        Busy,
        Internal,
    ] {
        let row = format!("| `{}` | {} |", code.name(), code.status());
        assert!(page.contains(&row), "not in docs/protocol.md: {row}");
    }
}

#[test]
fn the_vectors_are_what_a_tablet_and_a_district_accept() {
    let file = bundle_file();
    let file = wire::file::unpack(&file).unwrap();
    assert_eq!(file.district, district().id());
    assert_eq!(
        seal::open(&file_key(), seal::FILE, file.sealed[0]).unwrap(),
        sealed_bundle().as_bytes()
    );

    let bundle = Unverified::parse(sealed_bundle().as_bytes()).unwrap();
    let bundle = bundle.verify(&device().public()).unwrap();
    assert_eq!(bundle.header, header());
    assert!(record::is_ballot(two_records().lines[1].as_bytes()));

    let key = district().public();
    assert!(store::checkpoint::holds(&checkpoint(), &key));
    let read = |text: &str| Answer::open(&key, NONCE, text.as_bytes());
    assert!(matches!(read(&receipt()), Some(Answer::Receipt(r)) if r.runs[0].head == tip().head));
    assert!(matches!(read(&refusal()), Some(Answer::Refusal(r)) if r.problem.code == Problem::UnknownDevice));
    assert_eq!(
        Answer::open(&key, Hex([9; 16]), receipt().as_bytes()),
        None,
        "another request's answer"
    );
    assert!(Enrolled::open_first(device().id(), NONCE, enrolled().as_bytes()).is_some());
    assert_eq!(Request::open(request().as_bytes()).unwrap().key, device().public());
    let (survey, _) = Setup::open(&key, device().id(), setup().as_bytes())
        .unwrap()
        .parse_survey()
        .unwrap();
    assert_eq!(survey, ballot().survey);
    assert_eq!(comment().open(&SecretKey::derive(&[10; 32])).unwrap(), "Xin cảm ơn");
    assert!(hailong::domain::pack::Pack::parse(canon::to_line(&pack()).as_bytes()).is_ok());
}
