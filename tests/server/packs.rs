//! Language packs from the command line to the tablet's setup, and what is refused on the way.

use crate::support::{District, http::TestApp};
use hailong::{
    domain::{pack, policy, survey::DEFAULT_SURVEY_JSON, survey::Survey},
    store::{packs, places},
    wire::keys::sha256,
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

const M4A: &[u8] = b"\0\0\0\x1cftypM4A recorded";

fn program(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hailong-district"))
        .args(args)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A pack that lacks nothing: every text is its own key.
fn complete() -> Value {
    let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
    let wanted = pack::wanted(&[survey]);
    let texts: serde_json::Map<_, _> = wanted
        .iter()
        .map(|wanted| (wanted.key.clone(), json!({"text": format!("tyz {}", wanted.key)})))
        .collect();
    json!({"lang": "tyz", "name": "Tiếng Tày", "texts": texts, "v": 1})
}

fn save(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_and_its_recordings_reach_the_tablet() {
    let app = TestApp::spawn().await;
    let (district, dir) = (&app.district, tempfile::tempdir().unwrap());
    let data = district.store.dir().to_str().unwrap();
    let file = save(dir.path(), "tay/pack.json", complete().to_string());
    save(dir.path(), "tay/hai_long.m4a", M4A);
    save(dir.path(), "tay/@voluntary.m4a", [M4A, b" too"].concat());
    let file = file.to_str().unwrap();
    let checked = program(&["pack", "check", "--data", data, file]);
    let text = said(&checked);
    assert!(
        checked.status.success() && text.contains("missing clip ly_do.thai_do “Thái độ của cán bộ”"),
        "{text}"
    );
    assert!(
        !text.contains("missing clip hai_long ") && !text.contains("missing text"),
        "{text}"
    );
    let published = program(&["pack", "publish", "--data", data, file]);
    assert!(published.status.success(), "{}", said(&published));

    let tablet = district.tablet(1);
    let setup = tablet.open_setup();
    assert_eq!(setup.packs.len(), 1);
    assert_eq!(setup.packs[0].id.to_string(), said(&published).trim());
    let clip = format!("{}.m4a", sha256(&[M4A]));
    assert_eq!(setup.packs[0].document["texts"]["hai_long"]["clip"], clip.as_str());
    let response = app.get(&format!("/tablet/clips/{clip}"), &[]).await;
    assert_eq!((response.status, response.body.as_slice()), (200, M4A));
    assert_eq!(response.header("content-type"), Some("audio/mp4"));
    assert!(response.header("cache-control").unwrap().contains("immutable"));
    assert!(
        response
            .header("content-security-policy")
            .unwrap()
            .contains("media-src 'self'")
    );
    let other = clip.replace(".m4a", ".ogg");
    for path in [
        "x.m4a",
        &other,
        &format!("{}.m4a", "0".repeat(64)),
        "..%2F..%2Fdistrict.sqlite",
    ] {
        assert_eq!(
            app.get(&format!("/tablet/clips/{path}"), &[]).await.status,
            404,
            "{path}"
        );
    }

    // A unit offers what it wants to; a newer one takes the place of the older.
    let node = district.store.read(places::nodes).unwrap()[0].id.to_string();
    let offer = |more: &[&str]| {
        let output = program(&[&["pack", "offer", "--data", data, "--node", &node], more].concat());
        assert!(output.status.success(), "{}", said(&output));
        district.tablet(2).open_setup().packs.len()
    };
    assert_eq!(
        (offer(&[]), offer(&["--lang", "hmn"]), offer(&["--lang", "tyz"])),
        (0, 0, 1)
    );
    let mut newer = complete();
    newer["texts"]["hai_long"]["text"] = "mới".into();
    let newer = save(dir.path(), "newer/pack.json", newer.to_string());
    assert!(
        program(&["pack", "publish", "--data", data, newer.to_str().unwrap()])
            .status
            .success()
    );
    let current = district.store.read(packs::current).unwrap();
    assert!(current.len() == 1 && current[0].document.contains("mới"));
    assert_eq!(program(&["verify", "--data", data]).status.code(), Some(0));

    // As the operator with the file in hand: another word in a citizen's mouth shows.
    let conn = rusqlite::Connection::open(district.store.dir().join(hailong::store::FILE)).unwrap();
    conn.execute("update pack set document = replace(document, 'mới', 'xấu')", [])
        .unwrap();
    conn.execute("update clip set bytes = cast(bytes || 'x' as blob) where rowid = 1", [])
        .unwrap();
    let verified = program(&["verify", "--data", data]);
    let text = said(&verified);
    assert_eq!(verified.status.code(), Some(1));
    assert!(
        text.contains("BROKEN pack pack/") && text.contains("BROKEN clip clip/"),
        "{text}"
    );
}

#[test]
fn a_bad_pack_is_refused_with_everything_that_is_wrong() {
    let district = District::new();
    let data = district.store.dir().to_str().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let refused = |folder: &str, document: &str, beside: &[(&str, &[u8])], words: &[&str]| {
        let file = save(dir.path(), &format!("{folder}/pack.json"), document);
        for (name, bytes) in beside {
            save(dir.path(), &format!("{folder}/{name}"), bytes);
        }
        for command in ["check", "publish"] {
            let output = program(&["pack", command, "--data", data, file.to_str().unwrap()]);
            let text = said(&output);
            assert_eq!(output.status.code(), Some(1), "{folder}: {text}");
            for words in words {
                assert!(text.contains(words), "{folder}: {words} is not in: {text}");
            }
        }
        assert_eq!(district.store.read(packs::current).unwrap(), [], "{folder}");
    };
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = complete();
        change(&mut document);
        document.to_string()
    };
    let good = complete().to_string();
    let big = vec![0; policy::MAX_CLIP_BYTES + 1];
    refused(
        "markup",
        &changed(&|d| d["texts"]["@send"]["text"] = "<b>Gửi</b>".into()),
        &[],
        &["texts[\"@send\"].text: character 1 is"],
    );
    refused("10mb", &" ".repeat(10_000_000), &[], &["10000000 bytes; at most"]);
    refused(
        "tag",
        &changed(&|d| d["lang"] = "Tày".into()),
        &[],
        &["lang: must be a language tag"],
    );
    refused(
        "unknown",
        &changed(&|d| d["texts"]["hai_long.6"] = json!({"text": "x"})),
        &[],
        &["unknown key hai_long.6"],
    );
    refused(
        "missing",
        &changed(&|d| drop(d["texts"].as_object_mut().unwrap().remove("ly_do.thai_do"))),
        &[],
        &["missing text ly_do.thai_do “Thái độ của cán bộ”"],
    );
    refused(
        "no-sound",
        &good,
        &[("hai_long.m4a", b"<html>")],
        &["hai_long.m4a: not a sound file"],
    );
    refused(
        "other-sound",
        &good,
        &[("hai_long.mp3", M4A)],
        &["hai_long.mp3: holds m4a, not mp3"],
    );
    refused(
        "too-big",
        &good,
        &[("hai_long.m4a", &big)],
        &["hai_long.m4a: 524289 bytes; at most"],
    );
    refused(
        "no-key",
        &good,
        &[("hai_lung.m4a", M4A)],
        &["hai_lung.m4a: no text has this key"],
    );
    let named = format!("{}.m4a", "0".repeat(64));
    refused("hash", &good, &[(&named, M4A)], &["its bytes have another hash"]);
    let names = |document: &mut Value| document["texts"]["hai_long"]["clip"] = named.as_str().into();
    refused(
        "nowhere",
        &changed(&names),
        &[],
        &["neither beside the pack nor published before"],
    );
    refused(
        "differs",
        &changed(&names),
        &[("hai_long.m4a", M4A)],
        &["texts[\"hai_long\"].clip: hai_long.m4a has another hash"],
    );
    assert_eq!(program(&["pack", "check", "/no/such/pack.json"]).status.code(), Some(1));
}

#[test]
fn a_pack_may_be_published_with_gaps_on_purpose_and_vietnamese_may_bring_recordings_alone() {
    let district = District::new();
    let data = district.store.dir().to_str().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut gaps = complete();
    gaps["texts"].as_object_mut().unwrap().remove("@send");
    let gaps = save(dir.path(), "gaps/pack.json", gaps.to_string());
    let output = program(&[
        "pack",
        "publish",
        "--incomplete",
        "--data",
        data,
        gaps.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let spoken = json!({"lang": "vi", "name": "Tiếng Việt", "texts": {}, "v": 1});
    let spoken = save(dir.path(), "vi/pack.json", spoken.to_string());
    save(dir.path(), "vi/hai_long.m4a", M4A);
    let output = program(&["pack", "publish", "--data", data, spoken.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    let node = district.store.read(places::nodes).unwrap()[0].id.to_string();
    assert!(
        program(&["pack", "offer", "--data", data, "--node", &node])
            .status
            .success()
    );
    let packs = district.tablet(1).open_setup().packs;
    assert_eq!(packs.len(), 1, "Vietnamese is always offered, with its recordings");
    let listed = said(&program(&["pack", "list", "--data", data]));
    assert!(listed.starts_with("tyz  ") && listed.contains("\nvi  "), "{listed}");
    let script = said(&program(&["pack", "script", "--pack", gaps.to_str().unwrap()]));
    assert!(script.contains("| `hai_long.m4a` | Ông bà đánh giá như thế nào về sự phục vụ hôm nay? | tyz hai_long |"));
    assert!(said(&program(&["pack", "template"])).contains("\"@send\""));
}
