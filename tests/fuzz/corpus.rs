//! Where the good inputs of the corpus come from.

use crate::kept::{folder, of};
use crate::support::MORNING;
use crate::support::tablet::{Epoch, Tablet};
use crate::targets::{TARGETS, device, district};
use hailong::domain::hex::{Hex, Nonce};
use hailong::domain::ids::{CounterId, NodeId};
use hailong::domain::time::Month;
use hailong::wire::answer::{Answer, Code, Enrolled, Receipt, Refusal, Stored};
use hailong::wire::bundle::{Line, Tip};
use hailong::wire::record::{Day, Note, Open, What, Why};
use hailong::wire::{canon, chain, comment::SealedComment, enrol, file, gzip, seal, setup, signed};
use std::collections::BTreeMap;
use std::path::PathBuf;
use uuid::Uuid;

/// Makes the good ones anew. Files that are there stay: a found input is never overwritten.
#[test]
#[ignore = "writes files"]
fn write_the_corpus() {
    for (target, name, bytes) in good() {
        let path = folder().join(target).join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !path.exists() {
            std::fs::write(path, bytes).unwrap();
        }
    }
    assert!(TARGETS.iter().all(|target| !of(target.name).is_empty()));
}

fn nonce() -> Nonce {
    Hex([7; 16])
}

fn tablet() -> Tablet {
    let mut tablet = Tablet::new(1, CounterId(Uuid::nil()), district().id());
    tablet.key = device();
    tablet
}

fn good() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut all = Vec::new();
    bundles(&mut all);
    answers(&mut all);
    documents(&mut all);
    texts(&mut all);
    all
}

type Files = Vec<(&'static str, &'static str, Vec<u8>)>;

fn bundles(all: &mut Files) {
    let mut tablet = tablet();
    let one = tablet.voted(1, None, 3, MORNING);
    let plain = tablet.bundle(&one, MORNING);
    all.push(("bundle", "packed", gzip::pack(&plain)));
    all.push(("gzip", "bundle", gzip::pack(&plain)));
    all.push(("gzip", "bomb", gzip::pack(&vec![b' '; 1 << 20])));
    all.push(("bundle", "plain", plain));
    let mut two = tablet.voted(2, Some(one.tip(&tablet)), 1, MORNING);
    two.lines.push(Line::Hole(chain::leaf(b"gone")));
    let runs = vec![one.run(&tablet, 1, 2), two.run(&tablet, 0, 3)];
    let mut header = tablet.header(runs, Some(two.tip(&tablet)), MORNING);
    header.surveys = BTreeMap::from([(tablet.survey.to_string(), crate::support::tablet::default_survey())]);
    let lines: Vec<Line> = one.lines[1..3].iter().chain(&two.lines).cloned().collect();
    let mixed = hailong::wire::bundle::seal(&tablet.key, &header, &lines);
    all.push(("bundle", "two_runs_a_hole_a_survey", mixed.clone()));
    let heartbeat = tablet.header(Vec::new(), None, MORNING);
    all.push((
        "bundle",
        "heartbeat",
        hailong::wire::bundle::seal(&tablet.key, &heartbeat, &[]),
    ));
    let key = seal::SecretKey::derive(&[3; 32]).public();
    let sealed = seal::seal([5; 32], &key, seal::FILE, &gzip::pack(&mixed)).unwrap();
    all.push(("hlb", "two", file::pack(district().id(), &[sealed.clone(), sealed])));
    records(all, &mut tablet, &one);
}

fn records(all: &mut Files, tablet: &mut Tablet, epoch: &Epoch) {
    let prev: Tip = epoch.tip(tablet);
    let open = Open {
        draft: false,
        mark: Some(prev),
        prev: Some(prev),
        why: Why::RolledBack,
    };
    let day = Day {
        abandoned: 1,
        cast: 2,
        comments: 0,
        day: 20_000,
        started: 4,
        step: 0,
    };
    let at = hailong::domain::time::Bucket::of(MORNING);
    let note = Note {
        at,
        counter: None,
        step: 1,
        what: What::ClockStep,
    };
    all.push((
        "record",
        "ballot",
        canon::line_of(&tablet.ballot(4, MORNING)).into_bytes(),
    ));
    all.push(("record", "open", canon::line_of(&open).into_bytes()));
    all.push(("record", "day", canon::line_of(&day).into_bytes()));
    all.push(("record", "note", canon::line_of(&note).into_bytes()));
    all.push((
        "record",
        "hole",
        hailong::wire::record::hole_line(&prev.head).into_bytes(),
    ));
    all.push((
        "record",
        "of_tomorrow",
        br#"{"kind":"sound","level":[1,2,{"a":"\u1ebf"}]}"#.to_vec(),
    ));
}

fn receipt() -> Answer {
    Answer::Receipt(Receipt {
        checkpoint: None,
        district: district().id(),
        generation: Hex([4; 16]),
        held: 4,
        nonce: nonce(),
        position: 9,
        received: MORNING,
        revoked: false,
        runs: vec![Stored {
            epoch: Hex([1; 8]),
            first: 0,
            head: Hex([5; 32]),
            last: 3,
        }],
        setup: 1,
        v: 1,
        wanted: vec![Hex([6; 32])],
    })
}

fn the_setup() -> String {
    let setup = setup::Setup {
        comment_key: Some(seal::SecretKey::derive(&[3; 32]).public()),
        counter: setup::Counter {
            field: Some("Đất đai".into()),
            id: CounterId(Uuid::nil()),
            moment: hailong::domain::ballot::Moment::Result,
            name: "Quầy 1".into(),
        },
        demo: false,
        device: device().id(),
        district: district().id(),
        file_key: Some(seal::SecretKey::derive(&[3; 32]).public()),
        node: setup::Node {
            contact: Some("Một cửa, 028".into()),
            id: NodeId(Uuid::nil()),
            name: "Xã Mẫu".into(),
        },
        operator: None,
        packs: Vec::new(),
        practice_since: Some(MORNING),
        settings: setup::Settings {
            hold: true,
            hours: None,
            prune_days: 30,
        },
        survey: crate::support::tablet::default_survey(),
        version: 3,
        v: 1,
    };
    signed::seal(&district(), signed::SETUP, &setup)
}

fn answers(all: &mut Files) {
    let sealed = |answer: &Answer| signed::seal(&district(), signed::ANSWER, answer);
    let receipt = sealed(&receipt());
    all.push((
        "hlr",
        "receipt_and_setup",
        file::receipts(district().id(), [receipt.as_str(), the_setup().as_str()]).into(),
    ));
    all.push(("answer", "receipt", receipt.into()));
    let refusal = Answer::Refusal(Refusal::new(Some(nonce()), Code::Busy, "later"));
    all.push(("answer", "refusal", sealed(&refusal).into()));
    let taken = Answer::Taken(hailong::wire::answer::Taken {
        id: Hex([8; 16]),
        nonce: nonce(),
        v: 1,
    });
    all.push(("answer", "taken", sealed(&taken).into()));
    let enrolled = Answer::Enrolled(Box::new(Enrolled {
        certificate: "{}\n{\"sig\":\"\"}\n".into(),
        device: device().id(),
        district_key: district().public(),
        nonce: nonce(),
        setup: the_setup(),
        token: "00112233445566778899aabbccddeeff".into(),
        v: 1,
    }));
    all.push(("answer", "enrolled", sealed(&enrolled).into()));
    all.push(("first_answer", "enrolled", sealed(&enrolled).into()));
    all.push(("first_answer", "refusal", sealed(&refusal).into()));
}

fn documents(all: &mut Files) {
    all.push(("setup", "whole", the_setup().into()));
    let request = |code: Option<&str>, certificate: Option<&str>| enrol::Request {
        app: "test".into(),
        certificate: certificate.map(str::to_owned),
        code: code.map(str::to_owned),
        key: device().public(),
        nonce: nonce(),
        v: 1,
    };
    all.push((
        "enrol",
        "code",
        request(Some("0123-4567-89AB-CDEF"), None).seal(&device()).into(),
    ));
    all.push((
        "enrol",
        "certificate",
        request(None, Some("{}\n{}\n")).seal(&device()).into(),
    ));
    let key = seal::SecretKey::derive(&[3; 32]).public();
    let month = Month { year: 2026, month: 11 };
    let place = (NodeId(Uuid::nil()), month);
    let comment = SealedComment::seal([5; 32], &key, Hex([9; 16]), place, "Cảm ơn").unwrap();
    all.push((
        "comment",
        "short",
        canon::line_of(&comment.request(nonce())).into_bytes(),
    ));
}

fn texts(all: &mut Files) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &str| std::fs::read(root.join(path)).unwrap();
    all.push(("pack", "bad_incomplete", text("assets/lang/en.json")));
    all.push(("pack", "the_apps_own", text("assets/lang/vi.json")));
    let clip = format!("{}.m4a", "ab".repeat(32));
    let pack = serde_json::json!({"lang": "hmn-Latn", "name": "Hmoob", "v": 1, "texts": {
        "@voluntary": {"text": "Yeem", "speech": "yeem", "clip": clip},
        "hai_long": {"text": "Zoo"}, "hai_long.5": {"text": "Zoo heev"}, "ly_do.thai_do": {"clip": clip, "text": "Ua"}}});
    all.push(("pack", "with_clips", pack.to_string().into_bytes()));
    all.push(("survey", "default", text("assets/surveys/mac-dinh.json")));
    all.push(("config", "example", text("packaging/hailong-district.toml")));
    let offered: String = String::from_utf8(text("packaging/hailong-district.toml"))
        .unwrap()
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' '))
                .unwrap_or(line)
                .to_owned()
                + "\n"
        })
        .collect();
    all.push(("config", "all", offered.into_bytes()));
    all.push(("code", "sheet", b"0123-4567-89AB-CDEF".to_vec()));
    all.push(("code", "short", b"oil1 2345".to_vec()));
    let csv = "\u{feff}Tên;Mã\r\n\"Xã \"\"A\"\"\";1\r\n=1+1;2\r\n".as_bytes().to_vec();
    all.push(("list", "csv", csv));
    let book = {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in [["Tên", "Mã"], ["Xã A", "1"]].iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet
                    .write(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *cell)
                    .unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    };
    all.push(("list", "xlsx", book));
}
