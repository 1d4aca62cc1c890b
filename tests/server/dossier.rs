//! The evidence pack for ISO 9001: what an auditor finds in it, and that nothing else is there.

use crate::support::{DAY, District, HOUR, MORNING, commune, site, site::Site};
use hailong::{
    domain::{hex::Hex, role::Role, tasks::Outcome, time::LocalDay},
    server::auth,
    store::{devices, exclusions::NewExclusion, log, places, proof, reports, users::Access},
    wire::keys::sha256,
};
use serde_json::Value;
use std::{collections::BTreeMap, io::Read, process::Command};

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn unzip(bytes: Vec<u8>) -> Files {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let count = zip.len();
    let read = |place: usize| {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(read).collect()
}

/// Every file but the manifest and the sums is in both, with its hash and size.
fn whole(files: &Files) -> Value {
    let manifest: Value = serde_json::from_slice(&files["MANIFEST.json"]).unwrap();
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 2, files.len(), "nothing is there twice or unlisted");
    for file in listed {
        let path = file["path"].as_str().unwrap();
        let hash = sha256(&[&files[path]]).to_string();
        assert_eq!(file["sha256"], *hash, "{path}");
        assert_eq!(file["bytes"], files[path].len(), "{path}");
        assert!(sums.contains(&format!("{hash}  {path}\n")), "{path}");
    }
    manifest
}

/// A district where two communes reported October, and one excluded a day.
async fn reported() -> (District, Site) {
    let district = District::new();
    let october: Vec<_> = (0..40).map(|i| (4, MORNING - 42 * DAY + i * HOUR)).collect();
    site::cast(&district, 1, 0, &october, MORNING);
    commune(&district.store, "Xã Khác", 1);
    district
        .store
        .write(|tx| {
            tx.release_due(MORNING)?;
            tx.checkpoint(MORNING)
        })
        .unwrap();
    let counter = district.counters[0];
    let day = LocalDay::of(MORNING - 42 * DAY);
    let exclude = move |tx: &hailong::store::WriteTx<'_>| {
        let new = NewExclusion {
            counter: Some(counter),
            device: None,
            first: day,
            last: day,
            flag: None,
            reason: "Tập huấn cán bộ trên máy thật".into(),
        };
        tx.by("anh-lanh-dao").exclude(&new, MORNING)
    };
    district.store.write(exclude).unwrap();
    // Two low ratings, a task the next morning, and what the leader did about it.
    let low = [(1, MORNING - 2 * DAY), (2, MORNING - 2 * DAY)];
    site::cast(&district, 2, 0, &low, MORNING - 2 * DAY + HOUR);
    assert_eq!(district.store.open_tasks(MORNING).unwrap(), 1);
    let close = |tx: &hailong::store::WriteTx<'_>| {
        tx.by("anh-lanh-dao")
            .close_task(1, Outcome::Reminded, "Đã họp với bộ phận một cửa", MORNING)
    };
    district.store.write(close).unwrap();
    let site = Site::signed_in(&district).await;
    for node in district.store.read(places::nodes).unwrap() {
        let fields = [("node", node.id.to_string()), ("month", "2026-10".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(site.submit("/admin/reports", &fields).await.status(), 303);
    }
    (district, site)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_finds_questions_reports_decisions_and_checkpoints_with_their_hashes() {
    let (district, site) = reported().await;
    let answer = site.get("/admin/dossier/file?from=2025-11&to=2026-11").await;
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert!(
        answer.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("ho-so-iso-9001_")
    );
    let files = unzip(answer.bytes().await.unwrap().to_vec());
    let manifest = whole(&files);
    assert_eq!(manifest["by"], site.user.as_str());
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    // The question sets have the names that ballots call them by.
    for (id, document) in district.store.read(proof::surveys).unwrap() {
        let short: String = id.to_string().chars().take(12).collect();
        let name = files.keys().find(|name| name.contains(&short)).unwrap();
        assert_eq!(text(name), document);
    }
    // The reports are those that were filed, byte by byte. What was counted for them is there by its hash alone: it holds
    // small cells.
    let filed_as = text("bao-cao/danh-sach.csv");
    assert!(!files.keys().any(|name| name.ends_with("so-lieu.json")));
    for no in [1, 2] {
        let filed = district.store.read(|conn| reports::by_no(conn, no)).unwrap();
        let name = format!("bao-cao/{no:03}_{}", filed.name);
        assert_eq!(sha256(&[&files[&name]]), filed.document);
        assert!(
            filed_as.contains(&reports::facts_hash(&filed.facts).to_string()),
            "{filed_as}"
        );
    }
    let decisions = text("quyet-dinh/loai-khoi-thong-ke.csv");
    assert!(
        decisions.contains("Tập huấn cán bộ trên máy thật") && decisions.contains("anh-lanh-dao"),
        "{decisions}"
    );
    let actions = text("viec-da-xu-ly/viec-da-xu-ly.csv");
    assert!(
        actions.contains("nhắc nhở;Đã họp với bộ phận một cửa") && actions.contains("anh-lanh-dao"),
        "{actions}"
    );
    let kept: Value = serde_json::from_str(text("diem-chot/diem-chot.ndjson").lines().next().unwrap()).unwrap();
    assert!(kept["checkpoint"]["sig"].is_string());
    assert!(text("DOC-TRUOC.txt").contains("HỒ SƠ BẰNG CHỨNG ISO 9001:2015\nTất cả đơn vị"));
    // No device and no ballot.
    let device = district.store.read(devices::all).unwrap()[0].id.to_string();
    for (name, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains(&device), "{name}");
    }
    // Somebody took it out: the log says who.
    let newest = district.store.read(|conn| log::page(conn, i64::MAX, 1)).unwrap();
    assert!(
        newest[0].body.contains("\"iso9001\"") && newest[0].body.contains(&site.user),
        "{}",
        newest[0].body
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_of_one_unit_and_one_time() {
    let (district, site) = reported().await;
    let nodes = district.store.read(places::nodes).unwrap();
    let get = async |query: &str| {
        let answer = site.get(&format!("/admin/dossier/file?{query}")).await;
        unzip(answer.bytes().await.unwrap().to_vec())
    };
    let other = get(&format!("node={}", nodes[1].id)).await;
    whole(&other);
    assert!(!other.keys().any(|name| name.contains("001_")) && other.keys().any(|name| name.contains("002_")));
    assert!(!String::from_utf8_lossy(&other["viec-da-xu-ly/viec-da-xu-ly.csv"]).contains("Đã họp"));
    assert!(!String::from_utf8_lossy(&other["quyet-dinh/loai-khoi-thong-ke.csv"]).contains("Tập huấn"));
    let early = get("from=2026-01&to=2026-09").await;
    whole(&early);
    assert!(!early.keys().any(|name| name.ends_with(".docx")));
    assert_eq!(
        site.get("/admin/dossier/file?from=2026-09&to=2026-01").await.status(),
        400
    );
    assert!(site.page("/admin/dossier").await.contains("Tải hồ sơ (ZIP)"));
    assert!(site.page("/admin/manage").await.contains("href=\"/admin/dossier\""));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspector_takes_out_the_pack_of_their_unit_and_the_log_says_so() {
    let (district, site) = reported().await;
    let nodes = district.store.read(places::nodes).unwrap();
    let access = Access {
        role: Role::Inspector,
        node: Some(nodes[1].id),
        until: Some(MORNING + 30 * DAY),
    };
    let password = auth::add_user(&district.store, "anh-thanh-tra", access, MORNING).unwrap();
    assert_eq!(site.sign_in("anh-thanh-tra", &password).await.status(), 303);
    assert!(site.page("/admin/manage").await.contains("href=\"/admin/dossier\""));
    let form = site.page("/admin/dossier").await;
    assert!(form.contains("Tải hồ sơ (ZIP)") && form.contains("Xã Khác") && !form.contains("Xã Thử"));
    // Whatever the form leaves open is their unit.
    let answer = site.get("/admin/dossier/file").await;
    let files = unzip(answer.bytes().await.unwrap().to_vec());
    let manifest = whole(&files);
    assert_eq!(
        (&manifest["by"], &manifest["unit"]),
        (&"anh-thanh-tra".into(), &"Xã Khác".into())
    );
    assert!(!files.keys().any(|name| name.contains("001_")) && files.keys().any(|name| name.contains("002_")));
    let newest = district.store.read(|conn| log::page(conn, i64::MAX, 1)).unwrap();
    let said = &newest[0].body;
    assert!(said.contains("\"iso9001\"") && said.contains("anh-thanh-tra"), "{said}");
    let elsewhere = format!("/admin/dossier/file?node={}", nodes[0].id);
    assert_eq!(site.get(&elsewhere).await.status(), 404);
    site.stop().await;
}

#[test]
fn the_command_line_makes_the_same_pack() {
    let district = District::demo();
    let out = district.dir.path().join("iso.zip");
    let ended = Command::new(env!("CARGO_BIN_EXE_hailong-district"))
        .args(["export", "--format", "iso", "--data"])
        .arg(district.store.dir())
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let files = unzip(std::fs::read(&out).unwrap());
    let manifest = whole(&files);
    assert_eq!(manifest["demo"], "SỐ LIỆU MINH HỌA");
    assert_eq!(manifest["district"], district.store.identity().id.to_string());
    assert_ne!(Hex([0; 32]).to_string(), manifest["log"]["head"].as_str().unwrap());
}
