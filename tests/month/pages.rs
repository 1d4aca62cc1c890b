//! What the pages must say of a month of many tablets, and of each of them.

use crate::support::{DAY, District, HOUR, site::Site};
use hailong::{
    domain::time::LocalDay,
    store::places,
    swarm::{Life, Trouble},
};
use std::collections::{BTreeMap, BTreeSet};

/// The page may weigh so much (design §5).
const PAGE_BYTES: usize = 150 * 1024;

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

pub fn short(life: &Life) -> String {
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
const SILENT: &str = "Mất liên lạc trên 1 ngày";
const REVOKED: &str = "Đã ngừng dùng";
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

pub async fn the_page_of_the_tablets(site: &Site, lives: &[Life], days: &[LocalDay], now: i64) {
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
pub fn lost_count(life: &Life) -> bool {
    use Trouble::{Copied, Damaged, PutBack, QueuePutBack};
    matches!(life.trouble, Some((PutBack | QueuePutBack | Damaged | Copied, _)))
}

/// What a page says of visits that are known only approximately.
fn inexact(tablets: u64) -> String {
    let n = number(tablets);
    format!("số lượt chỉ là gần đúng: {n} máy từng bị đưa về dữ liệu cũ, bị sao chép hoặc mất dữ liệu")
}

pub async fn the_overview(site: &Site, lives: &[Life]) {
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
pub async fn the_morning_card(site: &Site) {
    let page = site.page("/admin/").await;
    for (show, words) in [("look", "máy cần xem"), ("silent", "máy mất liên lạc trên 1 ngày")] {
        let n = listed(site, show).await.len() as u64;
        let link = format!(
            "<a href=\"/admin/devices?show={show}\"><strong>{} {words}</strong></a>",
            number(n)
        );
        assert_eq!(page.contains(&link), n > 0, "{link}");
    }
}

/// The page of a counter whose tablet met something.
pub async fn its_counter(site: &Site, district: &District, at: usize, life: &Life) {
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
pub async fn its_report(site: &Site, district: &District, lives: &[Life]) {
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
