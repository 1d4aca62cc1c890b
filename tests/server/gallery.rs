//! Makes a folder to look at: `HAILONG_GALLERY=dir cargo test --test server gallery:: -- --ignored`, then serve it.

use crate::support::{District, HOUR, site};
use hailong::store::{CreateOptions, Store};

#[test]
#[ignore = "makes a folder for people to look at"]
fn make() {
    let dir = std::path::PathBuf::from(std::env::var("HAILONG_GALLERY").unwrap());
    let now = hailong::platform::unix_now();
    let options = CreateOptions {
        demo: std::env::var("HAILONG_REAL").is_err(),
        now,
    };
    let store = Store::create(&dir, options).unwrap();
    let mut counters: Vec<_> = store
        .read(hailong::store::places::counters)
        .unwrap()
        .iter()
        .map(|c| c.id)
        .collect();
    if counters.is_empty() {
        counters = crate::support::commune(&store, "Xã Thử", 3);
    }
    let (user, password) = hailong::server::auth::create_first_admin(&store, now).unwrap();
    std::fs::write(dir.join("login"), format!("{user}\n{password}\n")).unwrap();
    let district = District {
        dir: tempfile::tempdir().unwrap(),
        store,
        counters,
    };
    for (counter, per_month) in (0u8..).zip([20, 18, 13, 320, 300, 280]).take(district.counters.len()) {
        let ballots = site::history(21, per_month, i64::from(counter), now - HOUR);
        site::cast(&district, counter + 1, usize::from(counter), &ballots, now);
    }
}

/// Writes the pages as files: `HAILONG_GALLERY=dir cargo test --test server gallery::pages -- --ignored`, for pictures of them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes files for people to look at"]
async fn pages() {
    let dir = std::path::PathBuf::from(std::env::var("HAILONG_GALLERY").unwrap());
    let district = site::lived();
    let nodes = district.store.read(hailong::store::places::nodes).unwrap();
    let site = site::Site::signed_in(&district).await;
    let ward = nodes[1].id;
    let filed = [("node", ward.to_string()), ("month", "2026-10".to_owned())];
    let volume = [
        ("first", "2026-10-01"),
        ("last", "2026-10-31"),
        ("transactions", "2400"),
        ("total", "1042"),
        ("on_time", "971"),
        ("pending", "56"),
        ("late", "15"),
    ];
    let fields: Vec<(&str, &str)> = filed.iter().map(|(k, v)| (*k, v.as_str())).collect();
    site.submit("/admin/reports/volume", &[&fields[..], &volume[..]].concat())
        .await;
    site.submit("/admin/reports", &fields).await;
    for (name, path) in [
        ("overview", "/admin/".to_owned()),
        ("units", "/admin/units?period=2026-10&sort=rate".to_owned()),
        ("detail", format!("/admin/detail?node={ward}")),
        ("counter", format!("/admin/detail?counter={}", district.counters[4])),
        ("reports", format!("/admin/reports?node={ward}&no=1")),
        ("commune-report", format!("/admin/reports?node={}", nodes[0].id)),
        ("filed", "/admin/reports/filed?no=1".to_owned()),
        ("volume", format!("/admin/reports/volume?node={ward}")),
        ("export", "/admin/export".to_owned()),
        ("style", "/admin/style.css".to_owned()),
    ] {
        let page = site.page(&path).await.replace("/admin/style.css", "style.css");
        let end = if name == "style" { "css" } else { "html" };
        std::fs::write(dir.join(format!("{name}.{end}")), page).unwrap();
    }
    for no in [1] {
        let document = site
            .get(&format!("/admin/reports/file?no={no}"))
            .await
            .bytes()
            .await
            .unwrap();
        std::fs::write(dir.join(format!("report-{no}.docx")), document).unwrap();
    }
    let book = site
        .get("/admin/export/file?when=month&month=2026-10&format=xlsx&what=figures")
        .await;
    std::fs::write(dir.join("figures.xlsx"), book.bytes().await.unwrap()).unwrap();
    site.stop().await;
}

/// The pages of tasks as files: `HAILONG_GALLERY=dir cargo test --test server gallery::tasks -- --ignored`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes files for people to look at"]
async fn tasks() {
    use crate::support::{DAY, MORNING};
    use hailong::{
        domain::{role::Role, tasks::Outcome, time::LocalDay},
        server::auth,
        store::{places, roster::Shift, users::Access},
    };
    let dir = std::path::PathBuf::from(std::env::var("HAILONG_GALLERY").unwrap());
    let district = District::since(MORNING - 70 * DAY);
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let (counter, first) = (district.counters[0], MORNING - 56 * DAY);
    let lan = district
        .store
        .write(move |tx| tx.add_officer(node, "Nguyễn Thị Lan", None, first))
        .unwrap();
    // Eight weeks, a bad day in each, and some ballots that are good.
    for week in 0..8i64 {
        let monday = first + week * 7 * DAY;
        let seed = u8::try_from(week + 1).unwrap();
        let mut ballots: Vec<_> = (0..14)
            .map(|n| (if n % 5 == 0 { 4 } else { 5 }, monday + n * 900))
            .collect();
        ballots.extend((0..2 + week % 4).map(|n| (1 + n % 2, monday + DAY + n * 900)));
        let shift = Shift {
            day: LocalDay::of(monday),
            from: 28,
            to: 68,
        };
        district
            .store
            .write(move |tx| tx.add_duty(lan, counter, shift, monday).map(drop))
            .unwrap();
        site::cast(&district, seed, 0, &ballots, monday + DAY + 5 * HOUR);
        district.store.release_due(monday + 2 * DAY).unwrap();
        district.store.open_tasks(monday + 2 * DAY).unwrap();
        let closings = [
            (
                Outcome::Reminded,
                "Đã nhắc cả bộ phận hẹn đúng giờ, ghi rõ giấy tờ còn thiếu trong một lần",
            ),
            (Outcome::Encouraged, "Đã động viên, bố trí thêm người vào sáng thứ Ba"),
            (Outcome::Unverified, "Đã hỏi bộ phận, chưa rõ sự việc cụ thể"),
        ];
        let (outcome, words) = closings[usize::try_from(week).unwrap() % 3];
        if week < 6 {
            district
                .store
                .write(move |tx| tx.by("chu-tich").close_task(week + 1, outcome, words, monday + 3 * DAY))
                .unwrap();
        }
    }
    let access = Access {
        role: Role::Officer,
        node: Some(node),
        until: None,
    };
    let password = auth::add_user(&district.store, "lan", access, MORNING).unwrap();
    let october = hailong::domain::time::Month { year: 2026, month: 10 };
    district
        .store
        .write(move |tx| {
            tx.by("chu-tich")
                .reopen_task(6, "Có thêm ý kiến ở hòm thư góp ý", MORNING)?;
            tx.link_officer("lan", lan, MORNING)?;
            tx.by("lan").explain(
                october,
                Some(3),
                "Hôm đó hệ thống dịch vụ công bị gián đoạn từ 8 giờ đến 10 giờ",
                MORNING,
            )
        })
        .unwrap();
    let site = site::Site::signed_in(&district).await;
    let keep = async |name: &str, path: &str| {
        let page = site.page(path).await.replace("/admin/style.css", "style.css");
        let end = if name == "style" { "css" } else { "html" };
        std::fs::write(dir.join(format!("{name}.{end}")), page).unwrap();
    };
    keep("overview", "/admin/").await;
    keep("tasks", "/admin/tasks").await;
    keep("digest", "/admin/tasks/digest").await;
    keep("rule", &format!("/admin/tasks/rule?node={node}&level=2&count=3&days=5")).await;
    keep("officers", "/admin/officers?month=2026-10").await;
    keep(
        "report",
        &format!("/admin/reports?node={node}&month=2026-10&print=true"),
    )
    .await;
    keep("users", "/admin/users").await;
    keep("style", "/admin/style.css").await;
    site.sign_in("lan", &password).await;
    keep("mine", "/admin/mine").await;
    site.stop().await;
}
