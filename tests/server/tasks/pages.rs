//! The pages of the tasks, and what none of them shows.

use crate::support::{DAY, District, HOUR, MORNING, commune, site, site::Site};
use crate::tasks::hand::*;
use hailong::{
    domain::{role::Role, settings::NodeSettings, tasks::Outcome, time::LocalDay},
    server::{auth, report},
    store::{roster::Shift, users::Access},
};

/// A leader, a clerk and an inspector of the commune.
fn users(d: &District) -> [(String, String); 3] {
    let node = node(d);
    [
        ("anh-lanh-dao", Role::Leader),
        ("chi-can-bo", Role::Clerk),
        ("anh-thanh-tra", Role::Inspector),
    ]
    .map(|(name, role)| {
        let access = Access {
            role,
            node: Some(node),
            until: (role == Role::Inspector).then_some(MORNING + 90 * DAY),
        };
        (
            name.to_owned(),
            auth::add_user(&d.store, name, access, MORNING).unwrap(),
        )
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_finds_closes_and_reopens_a_task_without_javascript() {
    let d = District::new();
    site::cast(
        &d,
        1,
        0,
        &[(1, MORNING - DAY), (2, MORNING - DAY)],
        MORNING - DAY + HOUR,
    );
    let [leader, clerk, inspector] = users(&d);
    let site = Site::serve(&d).await;
    site.sign_in(&leader.0, &leader.1).await;
    let overview = site.page("/admin/").await;
    assert!(
        overview.contains("Việc cần xử lý</a>: <strong>1</strong>, 1 mới sáng nay"),
        "{overview}"
    );
    let page = site.page("/admin/tasks").await;
    for said in [
        "Việc số 1 · Xã Thử",
        "2 đánh giá từ mức “Không hài lòng” trở xuống",
        "Mở ngày 23/11/2026",
        "Thái độ của cán bộ (dưới 5)",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let close = async |fields: &[(&str, &str)]| site.submit("/admin/tasks/close", fields).await.status().as_u16();
    assert_eq!(
        close(&[("task", "1"), ("words", "gì đó")]).await,
        422,
        "without an outcome"
    );
    assert_eq!(
        close(&[("task", "1"), ("outcome", "unverified")]).await,
        422,
        "without words"
    );
    assert_eq!(close(&[("task", "x"), ("outcome", "reminded")]).await, 400);
    assert_eq!(close(&[("task", "7"), ("outcome", "reminded")]).await, 404);
    let words = "Đã nhắc nhở cả bộ phận <b>";
    assert_eq!(
        close(&[("task", "1"), ("outcome", "reminded"), ("words", words)]).await,
        303
    );
    let page = site.page("/admin/tasks").await;
    assert!(
        page.contains("Không có việc nào đang mở.") && page.contains("nhắc nhở"),
        "{page}"
    );
    assert!(
        page.contains("bộ phận &#60;b&#62;") && !page.contains("<b>"),
        "markup is text"
    );
    let reopened = site
        .submit("/admin/tasks/reopen", &[("task", "1"), ("words", "Xem lại đã")])
        .await;
    assert_eq!(reopened.status(), 303);
    let page = site.page("/admin/tasks").await;
    assert!(page.contains("mở lại</strong> – Xem lại đã"), "{page}");
    // Who reads only is offered no form, and can't send one.
    for (name, password) in [&clerk, &inspector] {
        site.sign_in(name, password).await;
        let page = site.page("/admin/tasks").await;
        assert!(
            page.contains("Việc số 1") && !page.contains("/admin/tasks/close"),
            "{name}"
        );
        assert_eq!(close(&[("task", "1"), ("outcome", "reminded")]).await, 403, "{name}");
    }
    site.stop().await;
    sound(&d);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_communes_task_is_not_there() {
    let d = District::new();
    let stranger = commune(&d.store, "Xã Khác", 1)[0];
    let both = District {
        counters: vec![d.counters[0], stranger],
        ..d
    };
    site::cast(
        &both,
        1,
        1,
        &[(1, MORNING - DAY), (2, MORNING - DAY)],
        MORNING - DAY + HOUR,
    );
    let [leader, ..] = users(&both);
    let site = Site::serve(&both).await;
    assert_eq!(open(&both.store).len(), 1);
    site.sign_in(&leader.0, &leader.1).await;
    assert!(!site.page("/admin/tasks").await.contains("Xã Khác"));
    let close = site
        .submit("/admin/tasks/close", &[("task", "1"), ("outcome", "reminded")])
        .await;
    let reopen = site
        .submit("/admin/tasks/reopen", &[("task", "1"), ("words", "thử xem")])
        .await;
    assert_eq!((close.status().as_u16(), reopen.status().as_u16()), (404, 404));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_names_an_hour_a_counter_a_tablet_or_an_officer_of_a_task() {
    let d = District::new();
    let (node, counter) = (node(&d), d.counters[0]);
    d.store
        .write(move |tx| {
            let lan = tx.add_officer(node, "Nguyễn Thị Lan", Some("CB-LAN-12"), MORNING)?;
            let shift = Shift {
                day: LocalDay(LocalDay::of(MORNING).0 - 1),
                from: 28,
                to: 68,
            };
            tx.add_duty(lan, counter, shift, MORNING)
        })
        .unwrap();
    // 13:37 on Sunday.
    let at = MORNING - DAY + 4 * HOUR + 37 * 60;
    site::cast(&d, 1, 0, &[(1, at), (2, at)], at + HOUR);
    let site = Site::signed_in(&d).await;
    let device = d.store.read(hailong::store::devices::all).unwrap()[0].id.to_string();
    let task = open(&d.store).remove(0);
    let before = report::draft;
    let december = LocalDay::from_date("2026-12-01".parse().unwrap()).start();
    let month = hailong::domain::time::Month { year: 2026, month: 11 };
    let facts = d.store.read(|conn| before(conn, node, month, december)).unwrap();
    let paper = report::paper(&facts, false, LocalDay::of(december));
    let at = paper
        .blocks
        .iter()
        .position(|block| format!("{block:?}").contains("IV. BIỂU DƯƠNG"))
        .unwrap();
    let pages = [
        site.page("/admin/tasks").await,
        site.page("/admin/tasks/digest").await,
        format!("{:?}", task.reasons),
        format!("{:?}", &paper.blocks[at..at + 5]),
    ];
    for page in &pages {
        for never in [
            "13:",
            "13 giờ",
            "22/11",
            "Quầy",
            "Lan",
            "CB-LAN-12",
            &device[..8],
            &counter.to_string(),
        ] {
            // The report's first words of section IV speak of counters in general, the message of yesterday's count.
            assert!(
                !page.contains(never) || (never == "Quầy" && page.contains("quầy nào")),
                "{never}: {page}"
            );
        }
    }
    assert!(pages[0].contains("Việc số 1") && pages[3].contains("23/11/2026"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_tried_before_it_is_saved() {
    let d = District::since(MORNING - 60 * DAY);
    for week in 1..=2 {
        let at = MORNING - week * 7 * DAY;
        let ballots: Vec<_> = [3, 3, 5, 5, 4, 5, 5, 5, 5, 5].map(|level| (level, at)).to_vec();
        site::cast(&d, u8::try_from(week).unwrap(), 0, &ballots, at + HOUR);
    }
    d.store.release_due(MORNING).unwrap();
    let site = Site::signed_in(&d).await;
    let node = node(&d).to_string();
    let now = site.page(&format!("/admin/tasks/rule?node={node}")).await;
    assert!(
        now.contains("2 đánh giá từ mức “Không hài lòng” trở xuống trong 5 ngày làm việc"),
        "{now}"
    );
    assert!(now.contains("đã mở <strong>0</strong> việc") && !now.contains("Lưu quy tắc này"));
    let tried = site
        .page(&format!("/admin/tasks/rule?node={node}&level=3&count=2&days=5"))
        .await;
    assert!(
        tried.contains("đã mở <strong>2</strong> việc") && tried.contains("Lưu quy tắc này"),
        "{tried}"
    );
    for (level, count, days) in [("3", "1", "5"), ("5", "2", "5"), ("3", "2", "0"), ("3", "hai", "5")] {
        let query = format!("/admin/tasks/rule?node={node}&level={level}&count={count}&days={days}");
        assert_eq!(site.get(&query).await.status(), 422, "{query}");
        let fields = [
            ("node", node.as_str()),
            ("level", level),
            ("count", count),
            ("days", days),
        ];
        assert_eq!(
            site.submit("/admin/tasks/rule", &fields).await.status(),
            422,
            "{fields:?}"
        );
    }
    let fields = [("node", node.as_str()), ("level", "3"), ("count", "4"), ("days", "10")];
    assert_eq!(site.submit("/admin/tasks/rule", &fields).await.status(), 303);
    let now = site.page(&format!("/admin/tasks/rule?node={node}")).await;
    assert!(
        now.contains("4 đánh giá từ mức “Bình thường” trở xuống trong 10 ngày làm việc"),
        "{now}"
    );
    assert_eq!(
        site.submit("/admin/tasks/rule", &[("node", &node), ("whose", "above")])
            .await
            .status(),
        303
    );
    assert!(
        site.page(&format!("/admin/tasks/rule?node={node}"))
            .await
            .contains("chưa tự đặt quy tắc")
    );
    let off = [("node", node.as_str()), ("closed", "16/02/2026\r\n17/02/2026")];
    assert_eq!(site.submit("/admin/tasks/closed-days", &off).await.status(), 303);
    assert!(
        site.page(&format!("/admin/tasks/rule?node={node}"))
            .await
            .contains("16/02/2026\n17/02/2026")
    );
    let wrong = site
        .submit("/admin/tasks/closed-days", &[("node", &node), ("closed", "Tết")])
        .await;
    assert!(wrong.status() == 422 && wrong.text().await.unwrap().contains("“Tết” không phải là ngày"));
    site.stop().await;
    sound(&d);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_off_stretch_the_window_and_put_off_the_date_it_is_overdue() {
    let d = District::new();
    let node = node(&d);
    let off = (0..5).map(|day| LocalDay(LocalDay::of(MORNING).0 + day)).collect();
    let settings = NodeSettings {
        closed_days: Some(off),
        ..NodeSettings::default()
    };
    d.store
        .write(move |tx| tx.set_settings(node, &settings, "lan", MORNING - DAY))
        .unwrap();
    // A Monday that belongs to the Friday before, and the Wednesday of the week after.
    site::cast(&d, 1, 0, &[(1, MORNING)], MORNING + HOUR);
    site::cast(&d, 2, 0, &[(1, MORNING + 9 * DAY)], MORNING + 9 * DAY + HOUR);
    assert_eq!(look(&d, 10), 1);
    let site = Site::serve(&d).await;
    site.wait(10 * DAY);
    site.sign_in(&site.user, &site.password).await;
    assert!(
        site.page("/admin/tasks")
            .await
            .contains("hạn xử lý: hết ngày 10/12/2026")
    );
    assert!(!site.page("/admin/tasks").await.contains("class=\"state warn\""));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_morning_message_is_short_and_whole() {
    let d = District::new();
    site::cast(
        &d,
        1,
        0,
        &[(1, MORNING - DAY), (2, MORNING - DAY), (5, MORNING - DAY)],
        MORNING - DAY + HOUR,
    );
    let site = Site::signed_in(&d).await;
    let page = site.page("/admin/tasks/digest").await;
    let (_, rest) = page.split_once("<textarea").unwrap();
    let text = rest.split_once('>').unwrap().1.split_once("</textarea>").unwrap().0;
    insta::assert_snapshot!(text, @"
    Xã Thử, sáng 23/11/2026
    - Phiếu hôm qua: 3; từ đầu tháng: 3.
    - Việc cần xử lý: 1 (mới sáng nay 1, quá hạn 0).
    - Chưa đủ phiếu để tính tỷ lệ (n = 0).
    - Máy đang dùng: 1, đều có liên lạc trong ngày.
    Xem chi tiết ở trang quản trị Hài Lòng.
    ");
    assert!(rest.contains("readonly") && text.chars().count() <= 600);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_who_was_away_for_weeks_gets_a_page_that_loads_and_reads_in_english_too() {
    let d = District::since(MORNING - 80 * DAY);
    for day in 0..60 {
        let at = MORNING - (60 - day) * DAY;
        let seed = u8::try_from(day + 1).unwrap();
        site::cast(&d, seed, 0, &[(1, at), (2, at)], at + HOUR);
        assert_eq!(d.store.open_tasks(at + DAY).unwrap(), 1);
    }
    for no in 1..=4 {
        let words = "Đã họp bộ phận và phân công lại. ".repeat(15);
        d.store
            .write(move |tx| tx.close_task(no, Outcome::Reminded, &words, MORNING))
            .unwrap();
    }
    let site = Site::signed_in(&d).await;
    let page = site.page("/admin/tasks").await;
    assert!(page.len() < 150_000, "{} bytes", page.len());
    assert_eq!(page.matches("/admin/tasks/close").count(), 50);
    assert!(
        page.contains("Còn nhiều việc đang mở hơn") && page.contains("Việc số 5 ·"),
        "the oldest first"
    );
    assert!(
        site.page("/admin/")
            .await
            .contains("Việc cần xử lý</a>: <strong>56</strong>")
    );
    site.get("/admin/tasks?lang=en").await;
    let page = site.page("/admin/tasks").await;
    for said in [
        "<h1>Tasks</h1>",
        "2 ratings of level 2 or less (of 5)",
        "could not be verified",
        "Thái độ của cán bộ (below 5)",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let rule = site.page("/admin/tasks/rule").await;
    assert!(
        rule.contains("2 ratings of level 2 or less (of 5) within 5 working days"),
        "{rule}"
    );
    site.stop().await;
}
