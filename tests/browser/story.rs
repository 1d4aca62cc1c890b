//! The main story: enrol, rate, lose the network, lose the browser three times, come back, and everything is there
//! once. Then the operator changes one byte, and it shows.

use crate::chromium::{Chromium, until};
use crate::rig::*;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::tempdir;

const DISTRICT: &str = env!("CARGO_BIN_EXE_hailong-district");

fn district(args: &[&str]) -> Output {
    Command::new(DISTRICT).args(args).output().unwrap()
}

/// The column "Mã phiếu" of the exported CSV, one a ballot.
fn exported(dir: &Path) -> Vec<String> {
    let out = dir.join("xuat.csv");
    let output = district(&[
        "export",
        "--data",
        dir.to_str().unwrap(),
        "--format",
        "csv",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(out).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<_> = lines.next().unwrap().split(';').collect();
    let at = names
        .iter()
        .position(|name| name.trim_matches('"') == "Mã phiếu")
        .unwrap();
    lines
        .map(|line| line.split(';').nth(at).unwrap().trim_matches('"').to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rating_is_lost_or_counted_twice_through_outage_and_kills() {
    let (folder, profile) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(hailong::platform::unix_now());
    let server = District::create(folder.path(), true, &clock).await;
    let tablet = format!("{}/tablet/", server.url());
    let link = format!("{tablet}#{}", server.code(0));

    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&link).await;
    tab.wait_for_service_worker().await;
    for level in 1..=5 {
        tab.cast(level).await;
    }
    tab.screenshot("cable-1-online").await;

    let addr = server.stop().await;
    for n in 0..6 {
        tab.cast(1 + n % 5).await;
    }
    tab.cast_to_thanks(2).await;
    tab.screenshot("cable-2-offline-thanks").await;
    tab.back_to_question().await;
    // 7 of 20. The browser dies between two visits.
    browser.kill();

    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&tablet).await;
    for n in 0..5 {
        tab.cast(1 + n % 5).await;
    }
    // 12. A face was tapped, "Gửi" was not: the tap counts. The draft is on the disk once the reasons are shown.
    tab.tap("[data-face=\"1\"]").await;
    tab.screen("reasons").await;
    tab.wait("document.querySelector('[data-drafted]')").await;
    browser.kill();

    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&tablet).await;
    // 13, cast by the start. Killed the moment "Cảm ơn" is shown.
    tab.cast_to_thanks(5).await;
    browser.kill();

    let browser = Chromium::start(profile.path()).await;
    let tab = browser.tab(820, 1180).await;
    tab.open_tablet(&tablet).await;
    for n in 0..6 {
        tab.cast(1 + n % 5).await;
    }
    // 20.
    let server = District::start(folder.path(), &clock, addr.port()).await;
    tab.open_tablet(&tablet).await;
    until("all 25 arrived", async || {
        (stored_salts(folder.path()).len() == 25).then_some(())
    })
    .await;
    tab.screenshot("cable-3-arrived").await;
    browser.kill();
    server.stop().await;

    let salts = stored_salts(folder.path());
    assert!(salts.len() == 25 && salts.values().all(|n| *n == 1), "{salts:?}");
    let rows = exported(folder.path());
    assert_eq!(rows.len(), 25);
    assert_eq!(
        rows.iter().collect::<BTreeSet<_>>().len(),
        25,
        "a ballot is exported twice"
    );
    let data = folder.path().to_str().unwrap();
    let verified = district(&["verify", "--data", data]);
    assert_eq!(
        verified.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );

    let changed = change_one_byte(folder.path());
    let verified = district(&["verify", "--data", data]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned() + &String::from_utf8_lossy(&verified.stderr);
    assert_eq!(verified.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&changed),
        "the changed record {changed} is not named: {said}"
    );
}

/// As the operator with the file in hand: drops the triggers, turns one stored rating around. Answers the epoch.
fn change_one_byte(dir: &Path) -> String {
    let conn = rusqlite::Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let triggers: Vec<String> = conn
        .prepare("select name from sqlite_master where type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for trigger in triggers {
        conn.execute_batch(&format!("drop trigger {trigger}")).unwrap();
    }
    let bodies: Vec<(i64, i64, Vec<u8>)> = conn
        .prepare("select epoch_no, seq, bytes from body")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut bodies = bodies.into_iter().map(|(epoch_no, seq, stored)| {
        let bytes = hailong::store::body::unpack(&stored).unwrap().into_owned();
        (epoch_no, seq, String::from_utf8(bytes).unwrap())
    });
    let (epoch_no, seq, text) = bodies.find(|body| body.2.contains("\"hai_long\":1")).unwrap();
    let text = text.replacen("\"hai_long\":1", "\"hai_long\":5", 1);
    let sql = "update body set bytes = ?1 where epoch_no = ?2 and seq = ?3";
    conn.execute(sql, (text.into_bytes(), epoch_no, seq)).unwrap();
    let epoch: Vec<u8> = conn
        .query_row("select id from epoch where no = ?1", [epoch_no], |row| row.get(0))
        .unwrap();
    epoch.iter().map(|byte| format!("{byte:02x}")).collect()
}
