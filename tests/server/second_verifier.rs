//! A second verifier, written in another language from `docs/protocol.md` alone, reads our evidence: honest exports hold,
//! and each sort of tampering is found, with its place.
//!
//! It needs Python 3, so these tests run where the browser tests do (`cargo xtask test`, feature `browser`), and a bare
//! `cargo test` says that it leaves them out.

use crate::support::{DAY, District, HOUR, MORNING, commune, site};
use hailong::{
    domain::{hex::PublicKey, ids::NodeId, time::LocalDay},
    server::export::{self, Only, Request, What},
    store::{decisions::Key as Place, log, places},
    table::Format,
    wire::{keys::Key, signed},
};
use serde_json::{Value, json};
use std::{path::Path, process::Command};

/// A district in which much has happened: two communes, a conflict, a revoked tablet whose ballots somebody counted,
/// a second day.
fn eventful() -> District {
    let district = District::new();
    let ballots: Vec<_> = (0..12).map(|i| (1 + i % 5, MORNING - 30 * HOUR + i * 60)).collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    district.store.checkpoint(MORNING).unwrap();
    // The same keys once more with other ballots: a copied tablet.
    let mut copied = district.tablet_at(2, district.counters[1], MORNING - HOUR);
    let first = copied.voted(1, None, 3, MORNING - HOUR);
    let second = copied.voted(1, None, 4, MORNING - HOUR);
    copied.deliver(&district.store, &first, MORNING);
    copied.deliver(&district.store, &second, MORNING);
    let mut revoked = district.tablet_at(3, district.counters[1], MORNING - HOUR);
    district.store.revoke(revoked.key.id(), MORNING).unwrap();
    let late = revoked.voted(1, None, 2, MORNING - HOUR);
    revoked.deliver(&district.store, &late, MORNING);
    let keys = [1, 2].map(|seq| Place {
        device: revoked.key.id(),
        epoch: late.id,
        seq,
    });
    let count = move |tx: &hailong::store::WriteTx<'_>| tx.decide(&keys, true, "lan", "Máy bị thu hồi nhầm", MORNING);
    district.store.write(count).unwrap();
    let counter = commune(&district.store, "Xã Khác", 1)[0];
    let mut other = district.tablet_at(4, counter, MORNING - HOUR);
    let mut epoch = other.voted(1, None, 5, MORNING - HOUR);
    epoch.push("không phải JSON");
    other.deliver(&district.store, &epoch, MORNING + DAY);
    district.store.checkpoint(MORNING + DAY).unwrap();
    district
}

/// What `export --format ndjson --evidence` writes, line by line.
fn evidence(district: &District, node: Option<NodeId>) -> Vec<String> {
    let request = Request {
        node,
        from: None,
        to: None,
        format: Format::Ndjson,
        evidence: Some("Đoàn kiểm tra số 5".into()),
        what: What::Ballots,
        only: Only::default(),
    };
    let mut out = Vec::new();
    export::write(&district.store, &request, "test", MORNING + 2 * DAY, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

/// What outsiders kept: every checkpoint, as the public page gives it.
fn kept(district: &District) -> Vec<Value> {
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 1000)).unwrap();
    let made = entries.iter().filter(|entry| entry.kind == "checkpoint");
    made.map(|entry| serde_json::from_str::<Value>(&entry.body).unwrap()["checkpoint"].clone())
        .map(|checkpoint| json!({"checkpoint": checkpoint, "v": 1}))
        .collect()
}

/// Runs the verifier; answers its exit code and what it said.
fn run(lines: &[String], checkpoints: &[Value], key: PublicKey) -> (i32, String) {
    let dir = tempfile::tempdir().unwrap();
    let (file, copies) = (dir.path().join("evidence.ndjson"), dir.path().join("kept.ndjson"));
    std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    let copied: String = checkpoints.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&copies, copied).unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/second_verifier.py");
    let ended = Command::new("python3")
        .arg("-B")
        .arg(program)
        .arg(&file)
        .args(["--key", &key.to_string(), "--checkpoints"])
        .arg(&copies)
        .output()
        .expect("python3 is missing: install it, or run `cargo xtask test`, which does");
    let said = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
    (ended.status.code().unwrap(), said)
}

/// The place of a line in which this stands.
fn find(lines: &[String], part: &str) -> usize {
    lines
        .iter()
        .position(|line| line.contains(part))
        .unwrap_or_else(|| panic!("{part}"))
}

fn edit(line: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::from_str(line).unwrap();
    change(&mut value);
    value.to_string()
}

/// Where a row's record is: `<device>/<epoch>/<seq>`.
fn place(row: &str) -> String {
    let row: Value = serde_json::from_str(row).unwrap();
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    format!("{}/{}/{}", text("device"), text("epoch"), row["seq"])
}

/// Does what a clever operator would: makes the heads fit again.
fn rechain(lines: &mut [String]) {
    let mut head = hailong::domain::hex::Hex([0; 32]);
    for line in lines.iter_mut().filter(|line| line.contains("\"proof\":\"log\"")) {
        *line = edit(line, |entry| {
            let leaf = match entry.get("body") {
                Some(body) => log::leaf(body.as_str().unwrap().as_bytes()),
                None => hailong::domain::hex::Hex::parse(entry["leaf"].as_str().unwrap()).unwrap(),
            };
            head = log::link(&head, &leaf);
            entry["head"] = head.to_string().into();
        });
    }
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Python 3: cargo xtask test runs it")]
fn an_honest_export_holds() {
    let district = eventful();
    let key = district.store.identity().public_key();
    let lines = evidence(&district, None);
    let (code, said) = run(&lines, &kept(&district), key);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("all holds: 27 rows") && said.contains("2 kept checkpoints"),
        "{said}"
    );
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Python 3: cargo xtask test runs it")]
fn an_export_of_one_commune_holds_and_says_nothing_of_the_other() {
    let district = eventful();
    let key = district.store.identity().public_key();
    let nodes = district.store.read(places::nodes).unwrap();
    let lines = evidence(&district, Some(nodes[0].id));
    let (code, said) = run(&lines, &kept(&district), key);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("all holds: 21 rows"), "{said}");
    assert!(!lines.iter().any(|line| line.contains("Xã Khác")));
    assert!(
        lines
            .iter()
            .any(|line| line.contains("\"proof\":\"log\"") && !line.contains("\"body\""))
    );
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Python 3: cargo xtask test runs it")]
fn what_retention_deleted_is_explained_by_the_log_and_what_somebody_deleted_is_not() {
    let district = eventful();
    let key = district.store.identity().public_key();
    let later = MORNING + 40 * DAY;
    let gone = district
        .store
        .write(move |tx| tx.retain(LocalDay::of(later), later))
        .unwrap();
    assert!(gone > 20, "{gone}");
    let mut lines = evidence(&district, None);
    assert!(lines[0].contains("\"record\":null"), "{}", lines[0]);
    let (code, said) = run(&lines, &kept(&district), key);
    assert_eq!(code, 0, "{said}");
    // The same gap without the entry that tells of it.
    let entry = find(&lines, "before_day");
    lines[entry] = edit(&lines[entry], |entry| {
        let leaf = log::leaf(entry["body"].as_str().unwrap().as_bytes());
        entry.as_object_mut().unwrap().remove("body");
        entry["leaf"] = leaf.to_string().into();
    });
    let (code, said) = run(&lines, &kept(&district), key);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains(&format!("BROKEN {}: its bytes are missing", place(&lines[0]))),
        "{said}"
    );
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Python 3: cargo xtask test runs it")]
fn each_sort_of_tampering_is_found_with_its_place() {
    let district = eventful();
    let key = district.store.identity().public_key();
    let (honest, copies) = (evidence(&district, None), kept(&district));
    let ballot = find(&honest, "\\\"hai_long\\\":2");
    let gone = edit(&honest[find(&honest, "\"proof\":\"district\"")], |line| {
        line["rows"] = (line["rows"].as_u64().unwrap() - 1).into();
    });
    let (district_line, end) = (find(&honest, "\"proof\":\"district\""), honest.len() - 1);
    type Change<'a> = Box<dyn Fn(&mut Vec<String>) + 'a>;
    let cases: Vec<(&str, String, Change<'_>)> = vec![
        (
            "one byte of a ballot",
            format!(
                "{}: the bytes of the record are not those of its leaf",
                place(&honest[ballot])
            ),
            Box::new(|lines| lines[ballot] = lines[ballot].replace("\\\"hai_long\\\":2", "\\\"hai_long\\\":5")),
        ),
        (
            "the column that people read",
            format!("{}: the column level", place(&honest[ballot])),
            Box::new(|lines| lines[ballot] = lines[ballot].replace("\"level\":2", "\"level\":5")),
        ),
        (
            "another state",
            format!("{}: status", place(&honest[ballot])),
            Box::new(|lines| lines[ballot] = lines[ballot].replace("\"counted\"", "\"practice\"")),
        ),
        (
            "a removed ballot",
            format!("{}: the row of this record is missing", place(&honest[ballot])),
            Box::new(|lines| {
                lines[district_line] = gone.clone();
                lines.remove(ballot);
            }),
        ),
        (
            "a ballot removed with its record",
            format!("{}: the record is missing", place(&honest[ballot])),
            Box::new(|lines| {
                let leaf = serde_json::from_str::<Value>(&lines[ballot]).unwrap()["leaf"].clone();
                lines[end] = edit(&lines[end], |line| {
                    line["lines"] = (line["lines"].as_u64().unwrap() - 1).into()
                });
                lines[district_line] = gone.clone();
                lines.retain(|line| !line.contains(leaf.as_str().unwrap()));
            }),
        ),
        (
            "two entries of the log in each other's place",
            "log/".to_owned() + &position(&honest, 0).to_string() + ": the entry is not the one that was logged",
            Box::new(|lines| swap_bundles(lines)),
        ),
        (
            "the same with heads that fit again",
            "the receipt is for something else".to_owned(),
            Box::new(|lines| {
                swap_bundles(lines);
                rechain(lines);
            }),
        ),
        (
            "an entry that never was, with heads that fit again",
            format!("checkpoint/{}: the log is not the one", copies[0]["checkpoint"]["size"]),
            Box::new(|lines| {
                let entry = find(lines, "\"proof\":\"log\"");
                lines[entry] = edit(&lines[entry], |entry| {
                    assert!(
                        entry.get("body").is_none(),
                        "the first entry is of no interest to outsiders"
                    );
                    entry["leaf"] = "22".repeat(32).into();
                });
                rechain(lines);
            }),
        ),
        (
            "a decision about another ballot",
            "the decisions are not those that were logged".to_owned(),
            Box::new(|lines| {
                let at = find(lines, "\"proof\":\"decision\"");
                lines[at] = edit(&lines[at], |line| line["rows"][0][1] = 3.into());
            }),
        ),
        (
            "an export cut short",
            "end: the export was cut short".to_owned(),
            Box::new(|lines| lines.truncate(lines.len() - 3)),
        ),
    ];
    for (name, expected, change) in cases {
        let mut lines = honest.clone();
        change(&mut lines);
        assert_ne!(lines, honest, "{name}");
        let (code, said) = run(&lines, &copies, key);
        assert_eq!(code, 1, "{name}: {said}");
        assert!(
            said.contains("BROKEN ") && said.contains(&expected),
            "{name}: {expected}\n{said}"
        );
    }
}

/// Lines of the log's bundle entries.
fn bundles(lines: &[String]) -> Vec<usize> {
    let bundle = |line: &String| line.contains("\"proof\":\"log\"") && line.contains("\\\"kind\\\":\\\"bundle\\\"");
    (0..lines.len()).filter(|at| bundle(&lines[*at])).collect()
}

fn position_line(lines: &[String], which: usize) -> usize {
    bundles(lines)[which]
}

fn position(lines: &[String], which: usize) -> u64 {
    let line: Value = serde_json::from_str(&lines[position_line(lines, which)]).unwrap();
    line["pos"].as_u64().unwrap()
}

fn swap_bundles(lines: &mut [String]) {
    let (one, two) = (position_line(lines, 0), position_line(lines, 1));
    let body = |line: &str| serde_json::from_str::<Value>(line).unwrap()["body"].clone();
    let (first, second) = (body(&lines[one]), body(&lines[two]));
    lines[one] = edit(&lines[one], |line| line["body"] = second);
    lines[two] = edit(&lines[two], |line| line["body"] = first);
}

#[test]
#[cfg_attr(not(feature = "browser"), ignore = "needs Python 3: cargo xtask test runs it")]
fn checkpoints_that_outsiders_kept_bind_the_operator() {
    let district = eventful();
    let key = district.store.identity().public_key();
    let early = evidence(&district, None);
    let copies = kept(&district);
    // A changed copy.
    let mut changed = copies.clone();
    changed[1]["checkpoint"]["head"] = "00".repeat(32).into();
    let (code, said) = run(&early, &changed, key);
    assert!(
        code == 1 && said.contains("the checkpoint is not signed by the district"),
        "{said}"
    );
    // Another district's key.
    let (code, said) = run(&early, &copies, Key::from_seed(&[9; 32]).public());
    assert!(
        code == 1 && said.contains("BROKEN district: it is not the district whose key you gave"),
        "{said}"
    );
    // A log that is shorter than somebody was told.
    evidence(&district, None);
    district.store.checkpoint(MORNING + 3 * DAY).unwrap();
    let newer = kept(&district);
    let size = newer[0]["checkpoint"]["size"].clone();
    let (code, said) = run(&early, &newer, key);
    assert!(
        code == 1
            && said.contains(&format!(
                "BROKEN checkpoint/{size}: the checkpoint names {size} entries"
            )),
        "{said}"
    );
    // Rightly signed, but of another log: the district's own key holder rewrote it.
    let mut lie = newer[1]["checkpoint"].clone();
    lie["head"] = "11".repeat(32).into();
    lie.as_object_mut().unwrap().remove("sig");
    let forged = district.store.identity().seal(signed::CHECKPOINT, &lie);
    lie["sig"] = serde_json::from_str::<Value>(forged.lines().nth(1).unwrap()).unwrap()["sig"].clone();
    let (code, said) = run(&early, &[lie.clone()], key);
    let place = format!("BROKEN checkpoint/{}: the log is not the one", lie["size"]);
    assert!(code == 1 && said.contains(&place), "{said}");
    let (code, _) = run(&[], &[], key);
    assert_eq!(code, 1, "nothing is no evidence");
}
