//! The vectors: one of each document, made of fixed keys.

use hailong::domain::{
    ballot::{Answer as Given, Ballot, Ended, Moment, Pace, Took},
    hex::{EpochId, Generation, Hash, Hex, Nonce, Salt},
    ids::{CounterId, NodeId, Slug},
    survey::DEFAULT_SURVEY_JSON,
    time::{Bucket, Month},
};
use hailong::store;
use hailong::wire::{
    self,
    answer::{Answer, Code as Problem, Enrolled, Receipt, Refusal, Stored},
    bundle::{self, Checkpoint, Header, Health, Line, Run, Tip},
    canon, chain,
    code::{Code, Purpose},
    comment::SealedComment,
    enrol::{Certificate, Request},
    keys::{self, Key},
    pack_id,
    record::{self, Day, Note, Open, What, Why},
    seal,
    seal::SecretKey,
    setup::{Counter, Node, Settings, Setup},
    signed, survey_id,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// 2026-11-22T12:00:00+07:00.
pub const NOON: i64 = 1_795_323_600;
pub const EPOCH: EpochId = Hex([3; 8]);
pub const SALT: Salt = Hex([4; 16]);
pub const NONCE: Nonce = Hex([5; 16]);
pub const GENERATION: Generation = Hex([6; 16]);

pub fn device() -> Key {
    Key::from_seed(&[1; 32])
}

pub fn district() -> Key {
    Key::from_seed(&[2; 32])
}

pub fn counter() -> CounterId {
    "07070707-0707-4707-8707-070707070707".parse().unwrap()
}

pub fn default_survey() -> Value {
    serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap()
}

/// The line of a signed document and what is signed with it.
pub fn parts(context: &[u8], text: &str) -> Value {
    let (line, signature) = signed::split(text.as_bytes()).unwrap();
    let hash = keys::sha256(&[line]);
    json!({
        "line": std::str::from_utf8(line).unwrap(),
        "line_sha256": hash,
        "sig": signature,
        "signed_bytes": format!("{}{hash}", hex(context)),
    })
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn ballot() -> Ballot {
    let slug = |text| Slug::parse(text).unwrap();
    Ballot {
        answers: BTreeMap::from([
            (slug("hai_long"), Given::Level(4)),
            (slug("ly_do"), Given::Tiles(vec![slug("thai_do"), slug("thoi_gian")])),
        ]),
        app: "0.1.0".into(),
        at: Bucket::of(NOON),
        counter: counter(),
        ended: Ended::Sent,
        field: Some("Đất đai".into()),
        moment: Moment::Result,
        pace: Pace::First,
        practice: false,
        salt: SALT,
        step: 0,
        survey: survey_id(&default_survey()),
        ticketed: false,
        took: Took::Normal,
    }
}

/// Two records: the lines, their leaves, the head after each.
pub struct Chain {
    pub lines: [String; 2],
    pub leaves: [Hash; 2],
    pub heads: [Hash; 2],
}

pub fn two_records() -> Chain {
    let open = canon::line_of(&Open {
        draft: false,
        mark: None,
        prev: None,
        why: Why::New,
    });
    let lines = [open, canon::line_of(&ballot())];
    let leaves = lines.each_ref().map(|line| chain::leaf(line.as_bytes()));
    let first = chain::open(device().id(), EPOCH, leaves[0]);
    Chain {
        lines,
        leaves,
        heads: [first, chain::link(first, leaves[1])],
    }
}

pub fn tip() -> Tip {
    Tip {
        ballots: 1,
        epoch: EPOCH,
        head: two_records().heads[1],
        seq: 1,
    }
}

pub fn header() -> Header {
    Header {
        app: "0.1.0".into(),
        checkpoint: None,
        clock: NOON + 1500,
        device: device().id(),
        district: district().id(),
        health: Health {
            persisted: Some(true),
            practice: false,
            queued: 2,
            self_test: None,
            setup: NOON,
            setup_unread: false,
        },
        mark: Some(tip()),
        nonce: NONCE,
        runs: vec![Run {
            count: 2,
            epoch: EPOCH,
            first: 0,
            from: None,
            head: tip().head,
        }],
        step: 0,
        surveys: BTreeMap::new(),
        tip: Some(tip()),
        v: 1,
    }
}

pub fn sealed_bundle() -> String {
    let lines = two_records().lines.map(|line| Line::Record(line.into_bytes()));
    String::from_utf8(bundle::seal(&device(), &header(), &lines)).unwrap()
}

pub fn checkpoint() -> Checkpoint {
    let unsigned = json!({"day": 20_779, "generation": GENERATION, "head": log()[1], "size": 1});
    let mut members = unsigned.clone();
    let line = canon::to_line(&unsigned);
    members["sig"] = json!(district().sign(signed::CHECKPOINT, line.as_bytes()));
    serde_json::from_value(members).unwrap()
}

/// A log entry's leaf and the head after it, for an empty log before.
pub fn log() -> [Hash; 2] {
    let leaf = store::log::leaf(LOG_BODY.as_bytes());
    [leaf, store::log::link(&Hex([0; 32]), &leaf)]
}

pub const LOG_BODY: &str = r#"{"hour":1795323600,"kind":"survey","what":"published"}"#;

pub fn receipt() -> String {
    let receipt = Receipt {
        checkpoint: Some(checkpoint()),
        district: district().id(),
        generation: GENERATION,
        held: 2,
        nonce: NONCE,
        position: 2,
        received: NOON,
        revoked: false,
        runs: vec![Stored {
            epoch: EPOCH,
            first: 0,
            head: tip().head,
            last: 1,
        }],
        setup: NOON,
        v: 1,
        wanted: Vec::new(),
    };
    signed::seal(&district(), signed::ANSWER, &Answer::Receipt(receipt))
}

pub fn refusal() -> String {
    let refusal = Refusal::new(Some(NONCE), Problem::UnknownDevice, "");
    signed::seal(&district(), signed::ANSWER, &Answer::Refusal(refusal))
}

pub fn certificate() -> String {
    let certificate = Certificate {
        counter: counter(),
        device: device().id(),
        district: district().id(),
        issued: NOON,
        key: device().public(),
        v: 1,
    };
    signed::seal(&district(), signed::CERTIFICATE, &certificate)
}

pub fn request() -> String {
    let request = Request {
        app: "0.1.0".into(),
        certificate: None,
        code: Some("0123-4567-89AB-CDEF".into()),
        key: device().public(),
        nonce: NONCE,
        v: 1,
    };
    request.seal(&device())
}

pub fn setup() -> String {
    let setup = Setup {
        comment_key: None,
        counter: Counter {
            field: Some("Đất đai".into()),
            id: counter(),
            moment: Moment::Result,
            name: "Quầy 1".into(),
        },
        demo: false,
        device: device().id(),
        district: district().id(),
        file_key: None,
        node: Node {
            contact: Some("Bộ phận một cửa, 0200 000 0000".into()),
            id: "08080808-0808-4808-8808-080808080808".parse::<NodeId>().unwrap(),
            name: "Xã Mẫu".into(),
        },
        operator: None,
        packs: Vec::new(),
        practice_since: Some(NOON),
        settings: Settings {
            hold: true,
            hours: None,
            prune_days: 30,
        },
        survey: default_survey(),
        version: NOON,
        v: 1,
    };
    signed::seal(&district(), signed::SETUP, &setup)
}

pub fn enrolled() -> String {
    let enrolled = Enrolled {
        certificate: certificate(),
        device: device().id(),
        district_key: district().public(),
        nonce: NONCE,
        setup: setup(),
        token: "00112233445566778899aabbccddeeff".into(),
        v: 1,
    };
    signed::seal(&district(), signed::ANSWER, &Answer::Enrolled(Box::new(enrolled)))
}

/// A comment, sealed to the key derived from 32 times 0a with 32 times 0b for random bytes.
pub fn comment() -> SealedComment {
    let key = SecretKey::derive(&[10; 32]);
    let node = "08080808-0808-4808-8808-080808080808".parse::<NodeId>().unwrap();
    let month = Month { year: 2026, month: 11 };
    SealedComment::seal([11; 32], &key.public(), Hex([12; 16]), (node, month), "Xin cảm ơn").unwrap()
}

pub fn pack() -> Value {
    json!({"lang": "tyz", "name": "Tiếng Tày", "texts": {"@send": {"speech": "gửi", "text": "Gửi"}}, "v": 1})
}

/// Everything the page shows, computed.
pub fn vectors() -> Value {
    let Chain { lines, leaves, heads } = two_records();
    let [log_leaf, log_head] = log();
    let survey = canon::to_line(&default_survey());
    let code = |bytes: &[u8]| {
        let code = Code::from_random(bytes);
        json!({"grouped": code.grouped(), "hash": code.hash(), "random": hex(bytes)})
    };
    let second: Vec<u8> = (16..24).collect();
    let untidy = json!({"b": [1, true, null], "a": "e\u{302}\u{323}\n\u{1}\"\\/", "A": {}});
    let checkpoint = checkpoint();
    let checkpoint_line = store::checkpoint::signed_line(&checkpoint);

    let day = Day {
        abandoned: 2,
        cast: 17,
        comments: 0,
        day: 20_779,
        started: 19,
        step: 0,
    };
    let sent = canon::line_of(&comment().request(NONCE));
    let note = Note {
        at: Bucket::of(NOON),
        counter: None,
        step: 0,
        what: What::CountingBegan,
    };
    json!({
        "canonical": {"line": canon::to_line(&untidy)},
        "certificate": parts(signed::CERTIFICATE, &certificate()),
        "checkpoint": {"line": checkpoint_line, "sig": checkpoint.sig},
        "codes": {
            "sheet": code(&(0..16).collect::<Vec<u8>>()),
            "screen": code(&second),
        },
        "comment": {
            "public": SecretKey::derive(&[10; 32]).public(),
            "request": {"bytes": sent.len(), "sha256": keys::sha256(&[sent.as_bytes()])},
            "sealed": keys::sha256(&[&comment().sealed]),
        },
        "device": {"id": device().id(), "public": device().public(), "seed": hex(&device().seed())},
        "district": {"id": district().id(), "public": district().public(), "seed": hex(&district().seed())},
        "enrol": {"answer": parts(signed::ANSWER, &enrolled()), "request": parts(signed::ENROL, &request())},
        "bundle": {
            "header": parts(signed::BUNDLE, &format!(
                "{}\n{}\n", sealed_bundle().lines().next().unwrap(), sealed_bundle().lines().last().unwrap(),
            )),
            "bytes": sealed_bundle().len(),
            "sha256": keys::sha256(&[sealed_bundle().as_bytes()]),
        },
        "file": {
            "bytes": bundle_file().len(),
            "enc": hex(&bundle_file()[42..74]),
            "key": file_key().public(),
            "sha256": keys::sha256(&[&bundle_file()]),
        },
        "once": {
            "erase": once().hash_for(Purpose::Erase),
            "unlock": once().hash_for(Purpose::Unlock),
        },
        "log": {"body": LOG_BODY, "head": log_head, "leaf": log_leaf},
        "records": {
            "ballot": {"head": heads[1], "leaf": leaves[1], "line": lines[1]},
            "day": {"leaf": chain::leaf(canon::line_of(&day).as_bytes()), "line": canon::line_of(&day)},
            "hole": {"line": record::hole_line(&leaves[1])},
            "note": {"leaf": chain::leaf(canon::line_of(&note).as_bytes()), "line": canon::line_of(&note)},
            "open": {"head": heads[0], "leaf": leaves[0], "line": lines[0]},
        },
        "pack": {"id": pack_id(&pack()), "line": canon::to_line(&pack())},
        "receipt": parts(signed::ANSWER, &receipt()),
        "refusal": parts(signed::ANSWER, &refusal()),
        "setup": parts(signed::SETUP, &setup()),
        "survey": {"bytes": survey.len(), "id": survey_id(&default_survey()), "line": survey},
    })
}

pub fn file_key() -> seal::SecretKey {
    seal::SecretKey::derive(&[9; 32])
}

/// A file with the bundle, not packed, sealed with a one-time key of 32 bytes that nobody should use.
pub fn bundle_file() -> Vec<u8> {
    let sealed = seal::seal([8; 32], &file_key().public(), seal::FILE, sealed_bundle().as_bytes());
    wire::file::pack(district().id(), &[sealed.unwrap()])
}

pub fn once() -> Code {
    Code::parse("0123-4567-89AB-CDEF").unwrap()
}
