//! Many tablets over a simulated month, with a bad network; some fall silent, some are put back, damaged or withdrawn, one
//! is copied (`swarm::play_month`). The test knows what became of each: the page of the tablets names exactly these, with
//! what may be missing, and every figure counts exactly what it must.
//!
//! `HAILONG_TABLETS=1000` is the long form, `HAILONG_SEED=3` another month.
#![cfg(all(feature = "server", feature = "swarm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "month/pages.rs"]
mod pages;
#[path = "rig/serving.rs"]
mod serving;
mod support;

use hailong::{
    domain::{
        period::Period,
        time::{LocalDay, Month as Calendar},
    },
    store::{CreateOptions, FILE, Store, StoreError, codes::Length, figures, places, verify, visits},
    swarm::{Event, Month, SwarmError, play_month},
    sync::Http,
};
use pages::{its_counter, its_report, lost_count, short, the_morning_card, the_overview, the_page_of_the_tablets};
use serving::Serving;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Instant,
};
use support::{DAY, District, HOUR, site::Site};

const MONTH: Calendar = Calendar { year: 2026, month: 12 };

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Communes of twenty counters each, in a folder that believes the tablets' clocks.
fn province(counters: usize, now: i64) -> District {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create(&dir.path().join("data"), CreateOptions { demo: true, now }).unwrap();
    let communes = (0..counters).step_by(20).map(|first| {
        let name = format!("Xã số {}", first / 20 + 1);
        support::commune_since(&store, &name, 20.min(counters - first), now)
    });
    let counters = communes.flatten().collect();
    District { dir, store, counters }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_many_tablets_is_told_exactly() {
    let tablets = asked("HAILONG_TABLETS").unwrap_or(30) as usize;
    let (first, last) = (MONTH.first(), LocalDay(MONTH.end().0 - 1));
    let month = Month {
        first,
        last,
        per_day: 2,
        seed: asked("HAILONG_SEED").unwrap_or(1),
        troubles: true,
    };
    let begin = first.start() - DAY;
    let district = province(tablets, begin);
    let site = Site::serve(&district).await;
    site.now.store(begin, Ordering::Relaxed);
    let ids = district.counters.clone();
    let codes: Result<Vec<String>, StoreError> = district.store.write(move |tx| {
        let made = ids
            .iter()
            .map(|id| Ok(tx.make_code(*id, Length::Sheet, begin)?.code.grouped()));
        made.collect()
    });
    let (folder, start) = (tempfile::tempdir().unwrap(), Instant::now());
    let hear = |event| {
        match event {
            Event::Evening(now) => site.now.store(now, Ordering::Relaxed),
            Event::Withdraw(device) => {
                let now = site.now.load(Ordering::Relaxed) + 13 * HOUR;
                let done = district.store.revoke(device, now);
                done.map_err(|error| SwarmError::District(error.to_string()))?;
            }
        }
        Ok(())
    };
    let http = Http::new(&site.base).unwrap();
    let lives = play_month(&codes.unwrap(), folder.path(), &month, &http, hear)
        .await
        .unwrap();
    let played = start.elapsed();

    let (days, now) = (month.days(), last.start() + 18 * HOUR + HOUR / 2);
    site.now.store(now, Ordering::Relaxed);
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    the_page_of_the_tablets(&site, &lives, &days, now).await;
    the_overview(&site, &lives).await;
    the_morning_card(&site).await;
    let waiting = site.page("/admin/waiting").await;
    let troubled = || lives.iter().enumerate().filter(|(_, life)| life.trouble.is_some());
    for (at, life) in troubled() {
        its_counter(&site, &district, at, life).await;
        assert_eq!(waiting.contains(&short(life)), life.undecided > 0, "{life:?}");
    }
    // What the pages read, counter by counter: each ballot once, with its level.
    let numbers: Vec<_> = district.store.read(places::counters).unwrap();
    let numbers: BTreeMap<_, _> = numbers.into_iter().map(|counter| (counter.id, counter.no)).collect();
    let read = district.store.read(|conn| {
        let scope = figures::Scope::of(conn, None)?;
        let begun = |id: &_| {
            let scope = figures::Scope::of_counters(conn, &[*id])?;
            let sources = figures::sources(conn, &scope, Period::month(MONTH))?;
            Ok((sources.started, visits::inexact(conn, &scope, Period::month(MONTH))?))
        };
        let begun: Result<Vec<_>, StoreError> = district.counters.iter().map(begun).collect();
        Ok((figures::tallies(conn, &scope, Period::month(MONTH))?, begun?))
    });
    let (tallies, begun) = read.unwrap();
    for ((id, life), (started, inexact)) in district.counters.iter().zip(&lives).zip(begun) {
        assert_eq!(tallies[&numbers[id]].levels(), life.levels, "{life:?}");
        assert_eq!(started, life.visits, "{life:?}");
        assert_eq!(inexact, u64::from(lost_count(life)), "{life:?}");
    }
    let stored: u64 = rusqlite::Connection::open(district.store.dir().join(FILE))
        .unwrap()
        .query_row("select count(*) from record where kind = 1", [], |row| row.get(0))
        .unwrap();
    let sent: u64 = lives.iter().map(|life| life.counted() + life.undecided).sum();
    assert_eq!(stored, sent, "once, and nothing that nobody cast");
    let report = verify::verify(district.store.dir()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    site.now.store(now + DAY, Ordering::Relaxed);
    assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
    its_report(&site, &district, &lives).await;
    println!(
        "{tablets} tablets, {} working days, {sent} ballots in {:.0} s; {} tablets in trouble",
        days.len(),
        played.as_secs_f64(),
        troubled().count()
    );
    site.stop().await;
}

/// The programs, as somebody rehearses with them.
#[cfg(unix)]
#[test]
fn hailong_swarm_plays_it_against_a_served_folder_and_says_what_became_of_each() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let district = |words: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_hailong-district"))
            .args(words)
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        let text = String::from_utf8(done.stdout).unwrap();
        let read = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap_or_default();
        text.lines().map(read).collect::<Vec<_>>()
    };
    district(&["init", "--demo=empty"]);
    let counters = district(&["show", "counters", "--json"]);
    let codes: Vec<String> = (0..8)
        .map(|n| district(&["code", "--json", "--counter", counters[n % 6]["id"].as_str().unwrap()])[0].to_string())
        .collect();
    std::fs::write(dir.path().join("codes"), codes.join("\n")).unwrap();
    let mut serving = Serving::at(&data, "127.0.0.1:0");
    let swarm = Command::new(env!("CARGO_BIN_EXE_hailong-swarm"))
        .args([
            "--district",
            &serving.url,
            "--codes",
            dir.path().join("codes").to_str().unwrap(),
        ])
        .args([
            "--tablets",
            "8",
            "--ballots",
            "20",
            "--from",
            "2026-10-05",
            "--troubles",
            "12",
        ])
        .args(["--data", data.to_str().unwrap()])
        .output();
    serving.kill();
    let swarm = swarm.unwrap();
    assert!(swarm.status.success(), "{}", String::from_utf8_lossy(&swarm.stderr));
    let devices = district(&["show", "devices", "--json"]);
    let mut troubles = BTreeSet::new();
    for line in String::from_utf8(swarm.stdout).unwrap().lines() {
        let life: serde_json::Value = serde_json::from_str(line).unwrap();
        let device = devices.iter().find(|device| device["id"] == life["device"]).unwrap();
        assert_eq!(device["revoked"], life["trouble"] == "Withdrawn", "{line}");
        let sent = life["counted"].as_u64().unwrap() + life["undecided"].as_u64().unwrap();
        assert_eq!(device["ballots"], sent, "{line}");
        troubles.insert(life["trouble"].to_string());
    }
    assert_eq!(troubles.len(), 7, "each of the six, and none: {troubles:?}");
    district(&["verify"]);
}
