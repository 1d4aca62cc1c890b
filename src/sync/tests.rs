//! Only a signed answer with our nonce is an answer. The stories with a real district are in `tests/`.

use super::*;
use crate::domain::hex::Hex;
use crate::outbox::{Durability, Outbox};
use crate::wire::answer::{Answer, Code, Refusal};
use crate::wire::{keys::Key, signed};

mod answered;
mod at;
mod comments;
#[cfg(feature = "server")]
mod http;
mod refused;

fn take(outbox: &mut Outbox, expected: &Expected, body: Vec<u8>) -> Outcome {
    take_with(200, outbox, expected, body)
}

fn take_with(status: u16, outbox: &mut Outbox, expected: &Expected, body: Vec<u8>) -> Outcome {
    let mut sender = Sender::new(Duration::ZERO, None);
    let reply = Reply {
        status,
        body,
        retry_after: None,
    };
    sender.took(outbox, expected, Some(reply), Duration::ZERO, 0).unwrap()
}

#[test]
fn a_tablet_without_a_district_sends_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = Outbox::open(dir.path(), 0, Durability::Simulated).unwrap();
    let step = Sender::new(Duration::ZERO, None)
        .next(&mut outbox, Duration::ZERO, 0)
        .unwrap();
    assert!(matches!(step, Step::Wait(_)));
}

#[test]
fn a_login_page_with_status_200_is_not_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = Outbox::open(dir.path(), 0, Durability::Simulated).unwrap();
    let nonce = Hex([1; 16]);
    let expected = Expected::FirstEnrolment { nonce };
    for body in [
        "<html>Đăng nhập Wi-Fi</html>",
        "",
        "{}\n{}\n",
        "{\"type\":\"receipt\"}\n",
    ] {
        assert_eq!(take(&mut outbox, &expected, body.into()), Outcome::NotReached, "{body}");
    }
    let key = Key::from_seed(&[3; 32]);
    let refusal = |nonce| Answer::Refusal(Refusal::new(nonce, Code::UsedCode, ""));
    let signed = |nonce| signed::seal(&key, signed::ANSWER, &refusal(nonce)).into_bytes();
    assert_eq!(take(&mut outbox, &expected, signed(None)), Outcome::NotReached);
    assert_eq!(
        take(&mut outbox, &expected, signed(Some(Hex([2; 16])))),
        Outcome::NotReached
    );
    assert_eq!(
        take(&mut outbox, &expected, signed(Some(nonce))),
        Outcome::Refused(Code::UsedCode)
    );
}

#[test]
fn no_status_without_a_signature_is_an_answer() {
    let dir = tempfile::tempdir().unwrap();
    let mut outbox = Outbox::open(dir.path(), 0, Durability::Simulated).unwrap();
    let expected = Expected::FirstEnrolment { nonce: Hex([1; 16]) };
    for status in [
        200, 204, 301, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 502, 503,
    ] {
        let problem = br#"{"type":"urn:hailong:problem:unknown_device","code":"unknown_device"}"#;
        let outcome = take_with(status, &mut outbox, &expected, problem.to_vec());
        assert_eq!(outcome, Outcome::NotReached, "{status}");
    }
}
