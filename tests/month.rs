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

#[path = "rig/serving.rs"]
mod serving;
mod support;

use hailong::{
    domain::{
        period::Period,
        time::{LocalDay, Month as Calendar},
    },
    store::{CreateOptions, FILE, Store, StoreError, codes::Length, figures, places, verify, visits},
    swarm::{Event, Life, Month, SwarmError, Trouble, play_month},
    sync::Http,
};
use serving::Serving;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Instant,
};
use support::{DAY, District, HOUR, site::Site};

const MONTH: Calendar = Calendar { year: 2026, month: 12 };
/// The page may weigh so much (design §5).
const PAGE_BYTES: usize = 150 * 1024;

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

/// The page of the tablets, all its hundreds: rows by the first characters of the id.
async fn listed(site: &Site, show: &str) -> BTreeMap<String, String> {
    let mut rows = BTreeMap::new();
    for no in 1.. {
        let page = site.page(&format!("/admin/devices?show={show}&page={no}")).await;
        assert!(page.len() <= PAGE_BYTES, "{} bytes", page.len());
        for row in page.split("<tr>").filter(|row| row.contains("<td><code>")) {
            let id = row.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
            let row = row.split("</tr>").next().unwrap();
            assert!(
                rows.insert(id.to_owned(), row.to_owned()).is_none(),
                "{id} is there twice"
            );
        }
        if !page.contains(&format!("devices?page={}&#38;show={show}", no + 1)) {
            return rows;
        }
    }
    unreachable!()
}

fn short(life: &Life) -> String {
    life.device.to_string().chars().take(8).collect()
}

/// As a page writes it.
fn number(n: u64) -> String {
    hailong::domain::number::integer(n)
}

const COPIED: &str = "Bị sao chép hoặc dữ liệu quay về bản cũ";
const WENT_BACK: &str = "Bộ nhớ từng quay về thời điểm cũ";
const DAMAGED: &str = "Tệp dữ liệu từng bị hỏng";
const FORGOTTEN: &str = "Quá 14 ngày không liên lạc mà chưa đóng";
const SILENT: &str = "Im lặng trên 1 ngày";
const REVOKED: &str = "Đã thu hồi";
const FINE: &str = "Không có gì cần để ý";

/// Whether a silent tablet was silent for long enough that somebody should take it out of use.
fn forgotten(life: &Life, days: &[LocalDay], now: i64) -> bool {
    life.trouble.is_some_and(|(trouble, day)| {
        let before = days[days.iter().position(|other| *other == day).unwrap() - 1];
        trouble == Trouble::Silent && now - (before.start() + 18 * HOUR) > 14 * DAY
    })
}

/// What its row must say; of these words no other.
fn signs(life: &Life, days: &[LocalDay], now: i64) -> Vec<&'static str> {
    match life.trouble {
        None => vec![FINE],
        Some((Trouble::Silent, _)) if forgotten(life, days, now) => vec![SILENT, FORGOTTEN],
        Some((Trouble::Silent, _)) => vec![SILENT],
        Some((Trouble::PutBack | Trouble::Copied, _)) => vec![COPIED],
        Some((Trouble::QueuePutBack, _)) => vec![WENT_BACK],
        Some((Trouble::Damaged, _)) => vec![DAMAGED],
        Some((Trouble::Withdrawn, _)) => vec![REVOKED],
    }
}

async fn the_page_of_the_tablets(site: &Site, lives: &[Life], days: &[LocalDay], now: i64) {
    let all = listed(site, "").await;
    assert_eq!(all.len(), lives.len());
    for life in lives {
        let (row, wanted) = (&all[&short(life)], signs(life, days, now));
        for word in [COPIED, WENT_BACK, DAMAGED, FORGOTTEN, SILENT, REVOKED, FINE] {
            assert_eq!(row.contains(word), wanted.contains(&word), "{life:?}: {word}\n{row}");
        }
        assert!(!row.contains("(×"), "{life:?}: once\n{row}");
        let missing = format!("có thể thiếu ít nhất {} phiếu", number(life.gone));
        assert_eq!(row.contains("có thể thiếu"), life.gone > 0, "{life:?}\n{row}");
        assert!(life.gone == 0 || row.contains(&missing), "{life:?}\n{row}");
        let held = format!(">{}</td>", number(life.counted() + life.undecided));
        assert!(row.contains(&held), "{life:?}: {held}\n{row}");
    }
    let of = |is: &dyn Fn(&Life) -> bool| lives.iter().filter(|life| is(life)).map(short).collect::<BTreeSet<_>>();
    let ids = |rows: BTreeMap<String, String>| rows.into_keys().collect::<BTreeSet<_>>();
    let trouble = |life: &Life| life.trouble.map(|(trouble, _)| trouble);
    let look = of(&|life| match trouble(life) {
        Some(Trouble::Silent) => forgotten(life, days, now),
        Some(trouble) => trouble != Trouble::Withdrawn,
        None => false,
    });
    assert_eq!(ids(listed(site, "look").await), look);
    assert_eq!(
        ids(listed(site, "silent").await),
        of(&|life| trouble(life) == Some(Trouble::Silent))
    );
    assert_eq!(
        ids(listed(site, "revoked").await),
        of(&|life| trouble(life) == Some(Trouble::Withdrawn))
    );
    let page = site.page("/admin/devices").await;
    for (word, n) in [("Tất cả", lives.len()), ("Cần xem", look.len())] {
        assert!(page.contains(&format!("{word}: {}", number(n as u64))), "{word}: {n}");
    }
}

/// The number beside a label of the card that tells where ballots went.
fn source(page: &str, label: &str) -> String {
    let (_, card) = page.split_once("<dl class=\"sources\">").unwrap();
    let (_, after) = card.split_once(&format!("<dt>{label}</dt><dd>")).unwrap();
    after.split('<').next().unwrap().to_owned()
}

/// Whether its visits are known only approximately.
fn lost_count(life: &Life) -> bool {
    use Trouble::{Copied, Damaged, PutBack, QueuePutBack};
    matches!(life.trouble, Some((PutBack | QueuePutBack | Damaged | Copied, _)))
}

/// What a page says of visits that are known only approximately.
fn inexact(tablets: u64) -> String {
    let n = number(tablets);
    format!("số lượt chỉ là gần đúng: {n} máy từng bị đưa về dữ liệu cũ, bị sao chép hoặc mất dữ liệu")
}

async fn the_overview(site: &Site, lives: &[Life]) {
    let sum = |of: &dyn Fn(&Life) -> u64| lives.iter().map(of).sum::<u64>();
    let (counted, undecided) = (sum(&|life| life.counted()), sum(&|life| life.undecided));
    let page = site.page("/admin/?month=2026-12").await;
    assert!(page.len() <= PAGE_BYTES, "{} bytes", page.len());
    for (label, n) in [
        ("nhận được", counted + undecided),
        ("được tính", counted),
        ("cần kiểm tra", undecided),
        ("chưa biết ngày", 0),
    ] {
        if n > 0 || page.contains(&format!("<dt>{label}</dt>")) {
            assert_eq!(source(&page, label), number(n), "{label}");
        }
    }
    let visits = source(&page, "lượt bắt đầu");
    assert_eq!(visits, number(sum(&|life| life.visits)));
    let doubted = inexact(lives.iter().filter(|life| lost_count(life)).count() as u64);
    assert!(page.contains(&doubted), "{doubted}");
    let rate = format!("n = {}", number(counted));
    assert!(page.contains(&rate), "{rate}");
    let missing = format!("có thể thiếu ít nhất {} phiếu", number(sum(&|life| life.gone)));
    assert!(page.contains(&missing), "{missing}");
    let in_use = |life: &&Life| life.trouble.is_none_or(|(trouble, _)| trouble != Trouble::Withdrawn);
    let unheard: Vec<u64> = lives
        .iter()
        .filter(in_use)
        .map(|life| life.unheard)
        .filter(|n| *n > 0)
        .collect();
    let words = format!(
        "mất liên lạc: {} ngày làm việc ({} máy)",
        number(unheard.iter().sum()),
        number(unheard.len() as u64)
    );
    assert!(page.contains(&words), "{words}");
}

/// The card that is looked at each morning leads to as many tablets as the page of the tablets then lists.
async fn the_morning_card(site: &Site) {
    let page = site.page("/admin/").await;
    for (show, words) in [("look", "máy cần xem"), ("silent", "máy im lặng trên 1 ngày")] {
        let n = listed(site, show).await.len() as u64;
        let link = format!(
            "<a href=\"/admin/devices?show={show}\"><strong>{} {words}</strong></a>",
            number(n)
        );
        assert_eq!(page.contains(&link), n > 0, "{link}");
    }
}

/// The page of a counter whose tablet met something.
async fn its_counter(site: &Site, district: &District, at: usize, life: &Life) {
    let page = site
        .page(&format!(
            "/admin/detail?counter={}&period=2026-12",
            district.counters[at]
        ))
        .await;
    let n = format!("n = {}", number(life.counted()));
    assert!(page.contains(&n), "{life:?}: {n}");
    let missing = format!("có thể thiếu ít nhất {} phiếu", number(life.gone));
    assert_eq!(page.contains("có thể thiếu"), life.gone > 0, "{life:?}");
    assert!(life.gone == 0 || page.contains(&missing), "{life:?}");
    assert_eq!(page.contains(&inexact(1)), lost_count(life), "{life:?}");
    let visits = format!("lượt bắt đầu {}", number(life.visits));
    assert!(page.contains(&visits), "{life:?}: {visits}");
    let waits = format!("cần kiểm tra {}", number(life.undecided));
    assert!(page.contains(&waits) || life.undecided == 0, "{life:?}: {waits}");
}

/// The report of the first commune of which visits are known only approximately.
async fn its_report(site: &Site, district: &District, lives: &[Life]) {
    let counters = district.store.read(places::counters).unwrap();
    let node = |at: usize| {
        counters
            .iter()
            .find(|one| one.id == district.counters[at])
            .unwrap()
            .node
    };
    let at = lives.iter().position(lost_count).unwrap();
    let inside = lives.iter().enumerate().filter(|(other, _)| node(*other) == node(at));
    let tablets = inside.filter(|(_, life)| lost_count(life)).count() as u64;
    let page = site
        .page(&format!("/admin/reports?node={}&month=2026-12", node(at)))
        .await;
    let words = format!("Số lượt chỉ là gần đúng: {} máy", number(tablets));
    assert!(page.contains(&words), "{words}");
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
