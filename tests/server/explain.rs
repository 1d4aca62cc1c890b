//! What an officer sees and says: figures of their own of months that have ended, and their explanation beside the score.

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::{
        ids::{NodeId, OfficerId},
        role::Role,
        time::{LocalDay, Month},
    },
    server::{auth, report},
    store::{
        FILE, Refusal, StoreError, explain, log, places,
        roster::{self, Shift},
        tasks,
        users::Access,
        verify::verify,
    },
};

const OCTOBER: Month = Month { year: 2026, month: 10 };

/// Monday, 12 October 2026, nine o'clock.
fn october() -> i64 {
    LocalDay::from_date("2026-10-12".parse().unwrap()).start() + 9 * HOUR
}

fn node(d: &District) -> NodeId {
    d.store.read(places::nodes).unwrap()[0].id
}

/// Lan was at the first counter on the 12th of October, Minh at the second; two low ratings became a task that evening's
/// morning. Both may sign in.
fn staffed() -> (District, [String; 2]) {
    let d = District::since(MORNING - 60 * DAY);
    let (node, counters) = (node(&d), d.counters.clone());
    let day = LocalDay::of(october());
    d.store
        .write(move |tx| {
            for (name, counter) in ["Nguyễn Thị Lan", "Trần Văn Minh"].into_iter().zip(&counters) {
                let officer = tx.add_officer(node, name, None, MORNING - 59 * DAY)?;
                tx.add_duty(officer, *counter, Shift { day, from: 28, to: 68 }, MORNING - 59 * DAY)?;
            }
            Ok(())
        })
        .unwrap();
    let lan: Vec<_> = [1, 2, 5, 5, 5, 5, 5, 5, 4, 4, 4, 4]
        .map(|level| (level, october()))
        .to_vec();
    site::cast(&d, 1, 0, &lan, october() + HOUR);
    site::cast(&d, 2, 1, &[(4, october()); 7], october() + HOUR);
    d.store.release_due(october() + DAY).unwrap();
    // Minh's seven wait until the half month is over.
    d.store.release_due(october() + 4 * DAY).unwrap();
    assert_eq!(d.store.open_tasks(october() + DAY).unwrap(), 1);
    let officers = d.store.read(roster::officers).unwrap();
    let passwords = ["lan", "minh"].map(|name| {
        let access = Access {
            role: Role::Officer,
            node: Some(node),
            until: None,
        };
        auth::add_user(&d.store, name, access, MORNING).unwrap()
    });
    for (name, officer) in ["lan", "minh"].into_iter().zip(&officers) {
        let id = officer.id;
        d.store.write(move |tx| tx.link_officer(name, id, MORNING)).unwrap();
    }
    (d, passwords)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_sees_their_own_closed_months_with_the_guards_of_small_numbers() {
    let (d, [lan, minh]) = staffed();
    let site = Site::serve(&d).await;
    let answer = site.sign_in("lan", &lan).await;
    assert_eq!(answer.headers()["location"], "/admin/mine");
    let page = site.page("/admin/mine").await;
    assert!(
        page.contains("Nguyễn Thị Lan") && page.contains("83%") && page.contains("n = 12"),
        "{page}"
    );
    assert!(
        page.contains("Dưới 30 phiếu") && !page.contains("Trần Văn Minh"),
        "{page}"
    );
    let now = site.get("/admin/mine?month=2026-11").await;
    assert_eq!(now.status(), 422);
    assert!(now.text().await.unwrap().contains("Tháng này chưa kết thúc"));
    let entries = d.store.read(|conn| log::page(conn, i64::MAX, 50)).unwrap();
    let views: Vec<_> = entries.iter().filter(|entry| entry.kind == "view").collect();
    assert!(
        views.len() == 1 && views[0].body.contains("\"by\":\"lan\""),
        "each look is logged: {views:?}"
    );
    site.sign_in("minh", &minh).await;
    let page = site.page("/admin/mine").await;
    assert!(page.contains("(n = 7)") && !page.contains('%'), "{page}");
    for path in [
        "/admin/",
        "/admin/units",
        "/admin/officers",
        "/admin/tasks",
        "/admin/roster",
        "/admin/export",
    ] {
        assert_eq!(site.get(path).await.status(), 403, "{path}");
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_officer_explains_stands_beside_the_score_and_without_a_name_elsewhere() {
    let (d, [lan, _]) = staffed();
    let node = node(&d);
    let site = Site::serve(&d).await;
    site.sign_in("lan", &lan).await;
    let page = site.page("/admin/mine?month=2026-10").await;
    assert!(page.contains("Việc số 1 (13/10/2026)"), "{page}");
    let send = async |month: &str, task: &str, words: &str| {
        let fields = [("month", month), ("task", task), ("words", words)];
        site.post_own("/admin/mine", "/admin/mine/explain", &fields)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(
        send("2026-10", "1", "Hôm đó mất mạng <i>nửa ngày</i>, số 0912345678").await,
        303
    );
    assert_eq!(send("2026-10", "", "Tháng 10 thiếu người trực").await, 303);
    assert_eq!(send("2026-10", "", "  ").await, 422, "without words");
    assert_eq!(send("2026-11", "", "Chưa hết tháng").await, 422, "the month runs");
    assert_eq!(send("2026-10", "2", "Việc khác").await, 404);
    assert_eq!(send("2026-09", "1", "Tháng khác").await, 404);
    assert!(
        site.page("/admin/mine?month=2026-10")
            .await
            .contains("&#60;i&#62;nửa ngày&#60;/i&#62;, số [đã ẩn]")
    );

    site.sign_in(&site.user, &site.password).await;
    let officers = site.page("/admin/officers?month=2026-10").await;
    assert!(
        officers.contains("Nguyễn Thị Lan") && officers.contains("việc số 1: </strong>Hôm đó mất mạng"),
        "{officers}"
    );
    let page = site.page("/admin/tasks").await;
    assert!(
        page.contains("Giải trình của cán bộ: </strong>Hôm đó mất mạng") && !page.contains("Lan"),
        "{page}"
    );
    let facts = d
        .store
        .read(|conn| report::draft(conn, node, OCTOBER, MORNING))
        .unwrap();
    let paper = report::paper(&facts, false, LocalDay::of(MORNING));
    let annex = format!("{:?}", paper.annex);
    for said in [
        "Giải trình của cán bộ",
        "\"Việc số 1\", \"Hôm đó mất mạng",
        "\"Kết quả của tháng\", \"Tháng 10 thiếu người trực\"",
    ] {
        assert!(annex.contains(said), "{said}: {annex}");
    }
    assert!(!format!("{paper:?}").contains("Lan"));
    // A later word is not in what was counted as of before.
    d.store
        .write(|tx| tx.by("lan").explain(OCTOBER, None, "Xin bổ sung", MORNING))
        .unwrap();
    let again = d.store.read(|conn| facts.again(conn)).unwrap();
    assert_eq!(again.json(), facts.json());
    site.stop().await;
    assert_eq!(verify(d.store.dir()).unwrap().broken, []);
}

#[test]
fn a_report_of_before_tasks_is_still_counted_again_to_the_same() {
    let (d, _) = staffed();
    let node = node(&d);
    let facts = d
        .store
        .read(|conn| report::draft(conn, node, OCTOBER, MORNING))
        .unwrap();
    let mut old: serde_json::Value = serde_json::from_str(&facts.json()).unwrap();
    for member in ["tasks", "explained"] {
        assert!(old.as_object_mut().unwrap().remove(member).is_some());
    }
    old["labels"].as_object_mut().unwrap().remove("points");
    let filed = report::Facts::parse(&old.to_string()).unwrap();
    let again = d.store.read(|conn| filed.again(conn)).unwrap();
    assert_eq!(again.json(), filed.json());
    let text = format!("{:?}", report::paper(&filed, false, LocalDay::of(MORNING)).blocks);
    assert!(
        !text.contains("Việc cần xử lý"),
        "it said nothing of tasks, and says nothing now"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_makes_an_officers_account_on_the_page_of_users() {
    let (d, _) = staffed();
    let (own, officers) = (node(&d).to_string(), d.store.read(roster::officers).unwrap());
    let site = Site::signed_in(&d).await;
    let add = async |user: &str, officer: &str| {
        let fields = [
            ("user", user),
            ("role", "officer"),
            ("node", own.as_str()),
            ("officer", officer),
        ];
        site.submit("/admin/users/add", &fields).await
    };
    assert_eq!(add("khong-ai", "").await.status(), 422);
    assert_eq!(
        add("nguoi-la", &OfficerId(uuid::Uuid::from_u128(9)).to_string())
            .await
            .status(),
        404
    );
    assert_eq!(add("co-lan", &officers[0].id.to_string()).await.status(), 200);
    let linked = d
        .store
        .read(|conn| explain::officer_of(conn, "co-lan"))
        .unwrap()
        .unwrap();
    assert_eq!(linked.no, officers[0].no);
    assert!(
        d.store
            .read(|conn| explain::officer_of(conn, "khong-ai"))
            .unwrap()
            .is_none()
    );
    // Somebody else's account from now on, and then no officer's at all.
    let change = async |role: &str, officer: &str| {
        let fields = [
            ("user", "co-lan"),
            ("role", role),
            ("node", own.as_str()),
            ("officer", officer),
        ];
        site.submit("/admin/users/change", &fields).await.status()
    };
    assert_eq!(change("officer", &officers[1].id.to_string()).await, 303);
    let linked = d
        .store
        .read(|conn| explain::officer_of(conn, "co-lan"))
        .unwrap()
        .unwrap();
    assert_eq!(linked.no, officers[1].no);
    assert_eq!(change("clerk", &officers[1].id.to_string()).await, 303);
    assert!(
        d.store
            .read(|conn| explain::officer_of(conn, "co-lan"))
            .unwrap()
            .is_none()
    );
    site.stop().await;
    assert_eq!(verify(d.store.dir()).unwrap().broken, []);
}

#[test]
fn accounts_and_words_of_officers_are_held_to_the_log() {
    for sql in [
        "update explanation set words = 'Tôi sai'",
        "delete from explanation",
        "insert into explanation select 9, officer_no, year, month, task_no, words, hour, pos + 90 from explanation",
        "update officer_account set officer_no = 2 where officer_no = 1",
        "delete from officer_account where officer_no = 1",
        "insert into officer_account select 1, 1, pos + 90 from officer_account where officer_no = 1",
    ] {
        let (d, _) = staffed();
        d.store
            .write(|tx| tx.by("lan").explain(OCTOBER, Some(1), "Hôm đó mất mạng", MORNING))
            .unwrap();
        assert_eq!(verify(d.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(d.store.dir().join(FILE)).unwrap();
        assert!(
            sql.starts_with("insert") || conn.execute_batch(sql).is_err(),
            "append-only: {sql}"
        );
        crate::support::drop_triggers(&conn);
        conn.execute_batch(&format!("pragma foreign_keys = off; {sql}"))
            .unwrap();
        assert!(!verify(d.store.dir()).unwrap().broken.is_empty(), "{sql}");
    }
}

#[test]
fn only_an_officer_explains_and_only_a_month_that_has_ended() {
    let (d, _) = staffed();
    let explain = |who: &'static str, month: Month| {
        d.store
            .write(move |tx| tx.by(who).explain(month, None, "Xin giải trình", MORNING))
    };
    assert!(matches!(
        explain("lan", OCTOBER.plus(1)),
        Err(StoreError::Refused(Refusal::OpenMonth))
    ));
    assert!(matches!(
        explain("ai-do", OCTOBER),
        Err(StoreError::Refused(Refusal::OfficerAccount))
    ));
    let task = d.store.read(|conn| tasks::by_no(conn, 1)).unwrap();
    assert_eq!(task.ballots, 2);
    // A clerk is no officer, whatever they are linked to.
    let (node, officer) = (node(&d), d.store.read(roster::officers).unwrap()[0].id);
    let access = Access {
        role: Role::Clerk,
        node: Some(node),
        until: None,
    };
    auth::add_user(&d.store, "chi-can-bo", access, MORNING).unwrap();
    let linked = d.store.write(move |tx| tx.link_officer("chi-can-bo", officer, MORNING));
    assert!(matches!(linked, Err(StoreError::Refused(Refusal::OfficerAccount))));
}
