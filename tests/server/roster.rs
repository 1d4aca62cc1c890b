//! Duties, and whose a ballot is: by counter and quarter of an hour, or nobody's.

use crate::support::{DAY, District, HOUR, MORNING, commune, site::Site};
use hailong::{
    domain::{
        role::Role,
        stats::Figure,
        time::{LocalDay, Month},
    },
    server::auth,
    store::{
        FILE, Refusal, StoreError, log, places,
        roster::{self, Attribution, Shift},
        users::Access,
        verify::verify,
    },
    wire::canon,
};

const MONTH: Month = Month { year: 2026, month: 11 };

fn shift(day: i64, from: u8, to: u8) -> Shift {
    Shift {
        day: LocalDay(LocalDay::of(MORNING).0 + day),
        from,
        to,
    }
}

/// Lan in the morning and Minh from eleven on, with an hour that both are there.
fn staffed() -> (District, [i64; 2]) {
    let district = District::new();
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let counter = district.counters[0];
    let work = move |tx: &hailong::store::WriteTx<'_>| {
        let lan = tx.add_officer(node, "Nguyễn Thị Lan", Some("012"), MORNING)?;
        let minh = tx.add_officer(node, "Trần Văn Minh", None, MORNING)?;
        tx.add_duty(lan, counter, shift(-5, 30, 48), MORNING)?;
        tx.add_duty(minh, counter, shift(-5, 44, 68), MORNING)
    };
    district.store.write(work).unwrap();
    let officers = district.store.read(roster::officers).unwrap();
    (district, [officers[0].no, officers[1].no])
}

#[test]
fn a_ballot_is_somebodys_only_where_one_officer_was_on_duty() {
    let (district, [lan, minh]) = staffed();
    let at = |day, hour, quarter| {
        let day = LocalDay(LocalDay::of(MORNING).0 + day);
        district
            .store
            .read(|conn| roster::officer_of(conn, 1, day, hour, quarter))
            .unwrap()
    };
    assert_eq!(at(-5, 7, Some(30)), Attribution::Officer(lan));
    assert_eq!(at(-5, 7, Some(29)), Attribution::Unknown, "before the duty");
    assert_eq!(at(-5, 10, Some(43)), Attribution::Officer(lan));
    assert_eq!(at(-5, 11, Some(44)), Attribution::Unknown, "two duties");
    assert_eq!(at(-5, 12, Some(48)), Attribution::Officer(minh));
    assert_eq!(at(-5, 17, Some(68)), Attribution::Unknown, "half-open");
    assert_eq!(at(-4, 8, Some(32)), Attribution::Unknown, "another day");
    // Without a quarter the whole hour must be one officer's.
    assert_eq!(
        (at(-5, 8, None), at(-5, 7, None)),
        (Attribution::Officer(lan), Attribution::Unknown)
    );
}

#[test]
fn a_correction_replaces_a_duty_and_the_old_one_stays() {
    let (district, [lan, minh]) = staffed();
    let officers = district.store.read(roster::officers).unwrap();
    let at = |quarter| {
        let day = LocalDay(LocalDay::of(MORNING).0 - 5);
        district
            .store
            .read(|conn| roster::officer_of(conn, 1, day, 0, Some(quarter)))
            .unwrap()
    };
    let correct = |no, officer: Option<usize>, shift| {
        let officer = officer.map(|place| officers[place].id);
        district
            .store
            .write(move |tx| tx.correct_duty(no, officer, shift, MORNING + HOUR))
    };
    let newer = correct(2, Some(1), shift(-5, 48, 68)).unwrap();
    assert_eq!(
        (at(44), at(48)),
        (Attribution::Officer(lan), Attribution::Officer(minh))
    );
    let refused = |result: Result<i64, StoreError>| match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(correct(2, Some(0), shift(-5, 48, 68))), Refusal::Corrected);
    assert_eq!(refused(correct(newer, Some(0), shift(-5, 68, 48))), Refusal::Duty);
    assert_eq!(refused(correct(newer, Some(0), shift(-5, 48, 97))), Refusal::Duty);
    correct(newer, None, shift(-5, 48, 68)).unwrap();
    assert_eq!(at(48), Attribution::Unknown, "taken back");
    let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
    let kept: i64 = conn
        .query_row("select count(*) from duty", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 4);
    assert!(
        conn.execute("update duty set officer_no = 1", []).is_err(),
        "append-only"
    );
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

#[test]
fn figures_of_an_officer_are_of_closed_months_released_ballots_and_enough_of_them() {
    let (district, [lan, minh]) = staffed();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    let (mut epoch, midnight) = (tablet.epoch(1, None), shift(-5, 0, 1).day.start());
    // Twelve of Lan's, nine of Minh's, five of both, four of nobody.
    for (n, hour, level) in [(12, 9, 5), (9, 15, 4), (5, 11, 1), (4, 18, 2)] {
        for _ in 0..n {
            epoch.push(canon::line_of(&tablet.ballot(level, midnight + hour * HOUR)));
        }
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    let after = LocalDay::of(MORNING + 14 * DAY);
    let tallies = |today| district.store.read(|conn| roster::tallies(conn, &[1], MONTH, today));
    let open = tallies(LocalDay::of(MORNING));
    assert!(matches!(open, Err(StoreError::Refused(Refusal::OpenMonth))), "{open:?}");
    assert!(tallies(after).unwrap().is_empty(), "nothing is released yet");
    district.store.release_due(MORNING + DAY).unwrap();
    let found = tallies(after).unwrap();
    let n = |whose| found.get(&whose).map_or(0, |tally| tally.n());
    assert_eq!(
        [
            Attribution::Officer(lan),
            Attribution::Officer(minh),
            Attribution::Unknown
        ]
        .map(n),
        [12, 9, 9]
    );
    let period = hailong::domain::period::Period::month(MONTH);
    let figure = |whose| Figure::of(found[&whose], period);
    assert!(
        matches!(figure(Attribution::Officer(lan)), Figure::Unranked(_)),
        "below 30: no rank"
    );
    assert!(
        matches!(figure(Attribution::Officer(minh)), Figure::TooFew { n: 9, .. }),
        "below 10: no rate"
    );
}

/// Ballots of Lan's, each at an hour and minute of the 18th of November.
fn cast(district: &District, seed: u8, ballots: &[(i64, i64)], now: i64) {
    let day = shift(-5, 0, 1).day.start();
    let ballots: Vec<_> = ballots
        .iter()
        .map(|(level, minute)| (*level, day + minute * 60))
        .collect();
    crate::support::site::cast(district, seed, 0, &ballots, now);
}

#[test]
fn no_correction_of_a_duty_tells_what_one_citizen_chose() {
    let (district, [lan, _]) = staffed();
    // One in the first quarter of an hour, thirty after it.
    let mut ballots = vec![(5, 9 * 60); 30];
    ballots.push((1, 7 * 60 + 30));
    cast(&district, 1, &ballots, MORNING);
    district.store.release_due(MORNING + DAY).unwrap();
    let december = |day: i64| MONTH.end().start() + day * DAY + 9 * HOUR;
    let tally = |now| {
        let found = district
            .store
            .read(|conn| roster::tallies(conn, &[1], MONTH, LocalDay::of(now)))?;
        Ok::<_, StoreError>(found[&Attribution::Officer(lan)].n())
    };
    let officer = district.store.read(roster::officers).unwrap()[0].id;
    let counter = district.counters[0];
    let correct = |no, shift, now| {
        let corrected = district
            .store
            .write(move |tx| tx.correct_duty(no, Some(officer), shift, now));
        corrected.map_err(|error| error.to_string())
    };
    // While corrections are taken, nobody sees figures that they move.
    let newer = correct(1, shift(-5, 31, 48), december(4)).unwrap();
    assert!(tally(december(4)).is_err());
    let newest = correct(newer, shift(-5, 30, 48), december(4)).unwrap();
    // From then on the other way round.
    assert_eq!(tally(december(5)).unwrap(), 31);
    let now = december(5);
    for refused in [
        correct(newest, shift(-5, 31, 48), now),
        correct(newest, shift(15, 31, 48), now),
        district
            .store
            .write(move |tx| tx.add_duty(officer, counter, shift(-5, 48, 68), now))
            .map_err(|error| error.to_string()),
    ] {
        assert!(refused.clone().unwrap_err().contains("11/2026"), "{refused:?}");
    }
    assert_eq!(tally(now).unwrap(), 31);
    // What is of a month that is not closed can be entered and corrected, but not moved into one that is.
    let entered = district
        .store
        .write(move |tx| tx.add_duty(officer, counter, shift(15, 30, 48), now))
        .unwrap();
    assert!(correct(entered, shift(-5, 48, 68), now).is_err());
    correct(entered, shift(15, 31, 48), now).unwrap();
}

#[test]
fn nothing_that_comes_after_the_closing_day_moves_an_officers_figure() {
    let (district, _) = staffed();
    cast(&district, 1, &[(5, 9 * 60); 20], MORNING);
    district.store.release_due(MORNING + DAY).unwrap();
    let closed = MONTH.end().start() + 5 * DAY;
    let tallies = || {
        district
            .store
            .read(|conn| roster::tallies(conn, &[1], MONTH, LocalDay::of(closed)))
            .unwrap()
    };
    let before = tallies();
    // Four of Minh's and one of Lan's, of a tablet that was offline until now.
    cast(
        &district,
        2,
        &[(4, 15 * 60), (4, 15 * 60), (4, 15 * 60), (4, 15 * 60), (1, 9 * 60)],
        closed,
    );
    assert_eq!(district.store.release_due(closed + DAY).unwrap(), 5);
    assert_eq!(tallies(), before);
    // An exclusion takes Lan's late one out of other figures, with Minh's.
    let exclude = hailong::store::exclusions::NewExclusion {
        counter: Some(district.counters[0]),
        device: None,
        first: shift(-5, 0, 1).day,
        last: shift(-5, 0, 1).day,
        flag: None,
        reason: "Tập huấn cán bộ trên máy thật".into(),
    };
    let no = district
        .store
        .write(move |tx| tx.exclude(&exclude, closed + DAY))
        .unwrap();
    assert_eq!(tallies(), before);
    district
        .store
        .write(move |tx| tx.include(no, "Nhầm ngày", closed + 2 * DAY))
        .unwrap();
    assert_eq!(tallies(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_officers_is_logged_and_an_open_month_is_refused() {
    let (district, _) = staffed();
    commune(&district.store, "Xã Khác", 1);
    let nodes = district.store.read(places::nodes).unwrap();
    let add = |name: &str, role, node| {
        let access = Access {
            role,
            node: Some(node),
            until: None,
        };
        auth::add_user(&district.store, name, access, MORNING).unwrap()
    };
    let (leader, other) = (
        add("lanhdao", Role::Leader, nodes[0].id),
        add("xa-khac", Role::Clerk, nodes[1].id),
    );
    let site = Site::serve(&district).await;
    site.sign_in("lanhdao", &leader).await;
    let open = site.get("/admin/officers?month=2026-11").await;
    assert_eq!(open.status(), 422);
    assert!(open.text().await.unwrap().contains("Tháng này chưa kết thúc."));
    site.page("/admin/officers?month=2026-10").await;
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 3)).unwrap();
    let views: Vec<_> = entries.iter().filter(|entry| entry.kind == "view").collect();
    assert_eq!(views.len(), 1, "the refused one showed nothing");
    assert!(views[0].body.contains("\"by\":\"lanhdao\"") && views[0].body.contains("officer_figures"));
    let page = site.page("/admin/roster").await;
    assert!(
        page.contains("Nguyễn Thị Lan") && page.contains("07:30–12:00"),
        "{page}"
    );
    let officer = district.store.read(roster::officers).unwrap()[0].id.to_string();
    let counter = district.counters[0].to_string();
    let add = [
        ("officer", officer.as_str()),
        ("counter", &counter),
        ("day", "2026-11-20"),
        ("from", "07:30"),
        ("to", "11:20"),
    ];
    assert_eq!(
        site.submit("/admin/roster/add", &add).await.status(),
        422,
        "not on a quarter"
    );
    // Somebody of another commune: their duties and officers are as if they were not there.
    site.sign_in("xa-khac", &other).await;
    assert!(!site.page("/admin/roster").await.contains("Nguyễn Thị Lan"));
    assert_eq!(site.submit("/admin/roster/add", &add).await.status(), 404);
    let correct = [
        ("no", "1"),
        ("officer", ""),
        ("day", "2026-11-18"),
        ("from", "07:30"),
        ("to", "12:00"),
    ];
    assert_eq!(site.submit("/admin/roster/correct", &correct).await.status(), 404);
    assert_eq!(site.get("/admin/roster/duty?no=1").await.status(), 404);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn until_a_month_is_closed_pages_say_from_when_on_there_are_figures() {
    let (district, _) = staffed();
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let access = |role| Access {
        role,
        node: Some(node),
        until: None,
    };
    let leader = auth::add_user(&district.store, "lanhdao", access(Role::Leader), MORNING).unwrap();
    let lan = auth::add_user(&district.store, "lan", access(Role::Officer), MORNING).unwrap();
    let officer = district.store.read(roster::officers).unwrap()[0].id;
    district
        .store
        .write(move |tx| tx.link_officer("lan", officer, MORNING))
        .unwrap();
    let site = Site::serve(&district).await;
    // The 3rd of December.
    site.wait(10 * DAY);
    site.sign_in("lanhdao", &leader).await;
    let early = site.get("/admin/officers?month=2026-11").await;
    assert_eq!(early.status(), 422);
    assert!(
        early
            .text()
            .await
            .unwrap()
            .contains("của tháng 11/2026 có từ ngày 06/12/2026")
    );
    assert!(
        site.page("/admin/officers").await.contains("10/2026"),
        "the newest that is closed"
    );
    let november = site.page("/admin/roster?month=2026-11").await;
    assert!(
        november.contains("Thêm, sửa được đến hết ngày 05/12/2026") && november.contains("/admin/roster/duty?no=1")
    );
    let october = site.page("/admin/roster?month=2026-10").await;
    assert!(october.contains("Ca trực tháng này đã chốt"), "{october}");
    let (officer, counter) = (officer.to_string(), district.counters[0].to_string());
    let add = [
        ("officer", officer.as_str()),
        ("counter", &counter),
        ("day", "2026-10-20"),
        ("from", "07:30"),
        ("to", "11:30"),
    ];
    let refused = site.submit("/admin/roster/add", &add).await;
    assert_eq!(refused.status(), 422);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("Ca trực tháng 10/2026 đã chốt từ ngày 06/11/2026")
    );
    site.sign_in("lan", &lan).await;
    let own = site.page("/admin/mine").await;
    assert!(
        own.contains("số liệu có từ ngày 06/12/2026") && own.contains("Gửi giải trình"),
        "{own}"
    );
    site.wait(3 * DAY);
    site.sign_in("lanhdao", &leader).await;
    assert!(site.page("/admin/officers").await.contains("11/2026"));
    assert!(
        !site
            .page("/admin/roster?month=2026-11")
            .await
            .contains("/admin/roster/duty?no=1")
    );
    site.stop().await;
}

#[test]
fn verify_finds_a_duty_that_nobody_entered() {
    for sql in [
        "update duty set officer_no = 2 where no = 1",
        "update duty set to_quarter = 96 where no = 1",
        "delete from duty where no = 2",
        "insert into duty values (9, 1, 1, 20000, 0, 4, null, 2)",
        "update officer set name = 'Người khác' where no = 1",
        "insert into officer values (9, zeroblob(16), 'Ma', null, 1, 2)",
    ] {
        let (district, _) = staffed();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        for name in [
            "duty_no_update",
            "duty_no_delete",
            "officer_no_update",
            "officer_no_delete",
        ] {
            conn.execute_batch(&format!("drop trigger {name}")).unwrap();
        }
        assert_eq!(conn.execute(sql, []).unwrap(), 1, "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some("roster"), "{sql}");
    }
}
