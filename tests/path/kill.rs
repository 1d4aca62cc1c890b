//! kill -9 of the district under load: what has a receipt is there afterwards.

use crate::rig::*;
use serving::Serving;
use std::process::Command;
use std::time::Duration;
use tempfile::tempdir;

const DISTRICT: &str = env!("CARGO_BIN_EXE_hailong-district");

fn run(args: &[&str]) -> String {
    let output = Command::new(DISTRICT).args(args).output().unwrap();
    assert!(
        output.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_ballot_with_a_receipt_survives_three_kills_under_load() {
    let folder = tempdir().unwrap();
    let dir = folder.path().join("data");
    let data = dir.to_str().unwrap();
    run(&["init", "--data", data, "--demo=empty", "--json"]);
    let counters = run(&["show", "counters", "--data", data, "--json"]);
    let counter = serde_json::from_str::<serde_json::Value>(counters.lines().next().unwrap()).unwrap();
    let codes: Vec<String> = (0..4)
        .map(|_| {
            let made = run(&[
                "code",
                "--data",
                data,
                "--counter",
                counter["id"].as_str().unwrap(),
                "--json",
            ]);
            serde_json::from_str::<serde_json::Value>(&made).unwrap()["code"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let mut serving = Serving::at(&dir, "127.0.0.1:0");
    let url = serving.url.clone();
    let listen = url.trim_start_matches("http://").to_owned();
    let mut tablets = Vec::new();
    for code in &codes {
        tablets.push(Counter::enrol(&url, code, TEN).await);
    }
    for round in 0..3u64 {
        // The four tablets cast and send as fast as they can; the kill comes in the middle of it.
        let (calls, mut seen) = tokio::sync::watch::channel(0u64);
        let load = tablets.iter_mut().map(|counter| {
            let calls = &calls;
            async move {
                let mut mono = Duration::ZERO;
                for _ in 0..40 {
                    counter.cast(2, TEN);
                    counter.call(&mut mono, TEN).await;
                    calls.send_modify(|n| *n += 1);
                }
            }
        });
        let mut load = Box::pin(futures_util::future::join_all(load));
        tokio::select! {
            _ = &mut load => panic!("the load was over before the kill"),
            _ = seen.wait_for(|n| *n >= 25 + round * 40) => {}
        }
        serving.kill();
        load.await;
        let stored = stored_salts(&dir);
        for counter in &tablets {
            for (salt, _) in counter.ballots().into_iter().filter(|(_, settled)| *settled) {
                assert!(
                    stored.contains_key(&salt),
                    "round {round}: {salt} has a receipt and is gone"
                );
            }
        }
        serving = Serving::at(&dir, &listen);
    }
    let mut cast = std::collections::BTreeMap::new();
    for counter in &mut tablets {
        counter.tablet.drain(TEN, 1000).await.unwrap();
        cast.extend(counter.ballots());
    }
    assert_eq!(cast.len(), 4 * 3 * 80);
    serving.kill();
    assert_exactly_once(&dir, &cast);
    run(&["verify", "--data", data]);
}
