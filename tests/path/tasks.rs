//! Bad news: from two taps on a tablet to the leader's page the next morning to a line of the month's report; and never
//! twice, whatever is made again.

use crate::rig::*;
use hailong::domain::{
    ballot::{Answer, Answers, Ended},
    hex::Hex,
    ids::{NodeId, Slug},
    tasks::Outcome,
    time::{LocalDay, Month},
};
use hailong::outbox::{Tap, Visit};
use hailong::server::report::{self, Facts};
use hailong::store::{Store, backup, log, places, reports, tasks};
use hailong::sync::Http;
use tempfile::tempdir;

const HOUR: i64 = 3600;

/// One visit as the screen makes it: a face, two reasons, "Gửi".
fn tap(counter: &mut Counter<Http>, level: i64, reasons: &[&str], now: i64) {
    let slug = |text: &str| Slug::parse(text).unwrap();
    let mut answers = Answers::from([(slug("hai_long"), Answer::Level(level))]);
    if !reasons.is_empty() {
        let tiles = reasons.iter().map(|reason| slug(reason)).collect();
        answers.insert(slug("ly_do"), Answer::Tiles(tiles));
    }
    let outbox = &mut counter.tablet.outbox;
    let setup = &outbox.identity.enrolment().unwrap().setup;
    let (survey, _) = setup.parse_survey().unwrap();
    let salt = Hex(hailong::platform::random().unwrap());
    let tap = Tap {
        answers,
        salt,
        since_cast: Some(300),
        survey,
        took: 12,
    };
    outbox.count_visit(Visit::Began, now).unwrap();
    let ballot = outbox.ballot(tap, now).unwrap();
    outbox.draft(&ballot, now).unwrap();
    outbox.cast(salt, Ended::Sent, now).unwrap();
    outbox.mark(now).unwrap();
}

async fn sent(counter: &mut Counter<Http>, clock: &TestClock, now: i64) {
    clock.set(now);
    counter.tablet.drain(now, 60).await.unwrap();
}

fn only_node(store: &Store) -> NodeId {
    store.read(places::nodes).unwrap()[0].id
}

fn open(store: &Store) -> Vec<tasks::Task> {
    store
        .read(|conn| tasks::open(conn, &tasks::among(conn, None)?, 100))
        .unwrap()
}

/// What the log says of tasks.
fn entries(store: &Store) -> Vec<serde_json::Value> {
    let all = store.read(|conn| log::page(conn, i64::MAX, 1_000)).unwrap();
    let of = all.iter().rev().filter(|entry| entry.kind == "task");
    of.map(|entry| serde_json::from_str(&entry.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_bad_taps_are_on_the_leaders_page_the_next_morning_and_in_the_months_report() {
    let folder = tempdir().unwrap();
    // A Monday: 23 November 2026.
    let monday = MIDNIGHT + DAY;
    let clock = TestClock::at(monday + 8 * HOUR);
    let district = District::create(folder.path(), false, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), clock.now()).await;
    // Somebody tries the tablet out first: that is no news.
    tap(&mut counter, 1, &["thai_do"], monday + 8 * HOUR);
    tap(&mut counter, 1, &[], monday + 8 * HOUR + 60);
    counter.tablet.outbox.start_counting(monday + 8 * HOUR + 120).unwrap();
    tap(&mut counter, 5, &[], monday + 9 * HOUR);
    tap(&mut counter, 2, &["thai_do", "thoi_gian"], monday + 10 * HOUR);
    sent(&mut counter, &clock, monday + 16 * HOUR).await;
    // On Tuesday one more, by a tablet that sends on Wednesday only.
    let tuesday = monday + DAY;
    assert_eq!(
        district.store.open_tasks(tuesday + 60).unwrap(),
        0,
        "one alone is no task"
    );
    tap(&mut counter, 1, &["thai_do"], tuesday + 15 * HOUR);
    let wednesday = tuesday + DAY;
    assert_eq!(
        district.store.open_tasks(wednesday + 60).unwrap(),
        0,
        "it has not come yet"
    );
    sent(&mut counter, &clock, wednesday + 9 * HOUR).await;
    assert_eq!(
        district.store.open_tasks(wednesday + 10 * HOUR).unwrap(),
        0,
        "today has had its look"
    );
    let thursday = wednesday + DAY;
    clock.set(thursday + 60);
    assert_eq!(district.store.open_tasks(thursday + 60).unwrap(), 1);
    assert_eq!(district.store.open_tasks(thursday + 120).unwrap(), 0, "nor twice");

    let store = district.store.clone();
    let [task] = &open(&store)[..] else {
        panic!("{:?}", open(&store))
    };
    assert_eq!((task.ballots, task.level, task.late), (2, 2, false));
    assert_eq!(task.day, LocalDay::of(thursday));
    let reasons: Vec<_> = task.reasons.iter().map(|(reason, n)| (reason.as_str(), *n)).collect();
    assert_eq!(reasons, [("Thái độ của cán bộ", 2), ("Thời gian, ngày hẹn", 1)]);
    let said = entries(&store);
    assert_eq!(said.len(), 1);
    for never in ["counter", "device", "officer", "at", "hour_of_day"] {
        assert!(said[0].get(never).is_none(), "{never} in {}", said[0]);
    }

    // The leader closes it; December files November.
    let no = task.no;
    let friday = thursday + DAY;
    store
        .write(move |tx| {
            let words = "Đã họp điểm tiếp nhận, phân công lại giờ cao điểm. Liên hệ 0912 345 678";
            tx.by("anh-lanh-dao")
                .close_task(no, Outcome::Reminded, words, friday + 8 * HOUR)
        })
        .unwrap();
    assert!(open(&store).is_empty());
    let december = LocalDay::from_date("2026-12-02".parse().unwrap()).start() + 9 * HOUR;
    clock.set(december);
    let month = Month { year: 2026, month: 11 };
    let node = only_node(&store);
    let filed = report::file(&store, node, month, "chi-van-thu", december).unwrap();
    let facts = store
        .read(|conn| Facts::parse(&reports::by_no(conn, filed)?.facts))
        .unwrap();
    let paper = report::paper(&facts, false, LocalDay::of(december));
    let text = format!("{:?}", paper.blocks);
    for said in [
        "Việc cần xử lý mở từ đánh giá thấp: 1. Lãnh đạo đơn vị đã xử lý: động viên 0; nhắc nhở 1; không xác minh được 0; \
         chưa xử lý xong: 0.",
        "\"Xã Thử\", \"26/11/2026\", \"2\", \"nhắc nhở (27/11/2026)\"",
        "phân công lại giờ cao điểm. Liên hệ [đã ẩn]",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    // What happens later is not in the filed report; the next draft says it.
    store
        .write(move |tx| {
            tx.by("anh-lanh-dao")
                .reopen_task(no, "Người dân phản ánh lại", december + HOUR)
        })
        .unwrap();
    let again = store.read(|conn| facts.again(conn)).unwrap();
    assert_eq!(again.json(), facts.json(), "counted again as of its position");
    let now = store
        .read(|conn| report::draft(conn, node, month, december + 2 * HOUR))
        .unwrap();
    let text = format!("{:?}", report::paper(&now, false, LocalDay::of(december)).blocks);
    assert!(
        text.contains("chưa xử lý xong: 1.") && text.contains("đang xử lý"),
        "{text}"
    );
    let whats: Vec<_> = entries(&store)
        .iter()
        .map(|entry| entry["what"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(whats, ["opened", "closed", "reopened"]);
    drop(store);
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_morning_after_a_restart_or_a_restore_makes_no_second_task() {
    let (old, new, shelf) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let monday = MIDNIGHT + DAY;
    let clock = TestClock::at(monday + 8 * HOUR);
    let district = District::create(old.path(), false, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), clock.now()).await;
    counter.tablet.outbox.start_counting(monday + 8 * HOUR).unwrap();
    for n in 0..2 {
        tap(&mut counter, 1, &["thai_do"], monday + (9 + n) * HOUR);
    }
    sent(&mut counter, &clock, monday + 16 * HOUR).await;
    let addr = district.stop().await;

    // Off over midnight: the server opens it when it starts, before it answers anybody, and once.
    let tuesday = monday + DAY;
    clock.set(tuesday + 7 * HOUR);
    let district = District::start(old.path(), &clock, addr.port()).await;
    assert_eq!(open(&district.store).len(), 1);
    let addr = district.stop().await;
    let district = District::start(old.path(), &clock, addr.port()).await;
    assert_eq!(open(&district.store).len(), 1, "started again on the same day");

    // A backup with this task; then two more ratings and their task, which the backup does not have.
    let file = shelf.path().join("backup");
    district.store.backup(&file, clock.now()).unwrap();
    for n in 0..2 {
        tap(&mut counter, 2, &[], tuesday + (9 + n) * HOUR);
    }
    sent(&mut counter, &clock, tuesday + 16 * HOUR).await;
    let wednesday = tuesday + DAY;
    clock.set(wednesday + 60);
    assert_eq!(district.store.open_tasks(clock.now()).unwrap(), 1);
    let addr = district.stop().await;

    // Restored elsewhere: the first task is there, the tablet sends its ratings again, and the second is opened again, once.
    let dir = new.path().join("data");
    backup::restore(&dir, &file, wednesday + HOUR).unwrap();
    clock.set(wednesday + 2 * HOUR);
    let district = District::start(&dir, &clock, addr.port()).await;
    assert_eq!(
        open(&district.store).len(),
        1,
        "the ratings of the second have not come yet"
    );
    let mut mono = std::time::Duration::from_secs(10_000);
    counter.call(&mut mono, wednesday + 2 * HOUR).await;
    sent(&mut counter, &clock, wednesday + 2 * HOUR).await;
    for day in 1..4 {
        clock.set(wednesday + day * DAY + 60);
        district.store.open_tasks(clock.now()).unwrap();
        district.store.open_tasks(clock.now()).unwrap();
    }
    let days: Vec<_> = open(&district.store)
        .iter()
        .map(|task| (task.day, task.ballots))
        .collect();
    assert_eq!(days, [(LocalDay::of(tuesday), 2), (LocalDay::of(wednesday + DAY), 2)]);
    district.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    assert_sound(&dir);
}
