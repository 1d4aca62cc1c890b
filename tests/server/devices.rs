//! The page of the tablets: what a heartbeat tells, what there is to note, and taking a tablet out of use with a reason.

use crate::support::{
    DAY, District, HOUR, MORNING, commune,
    site::Site,
    tablet::{Epoch, Tablet},
};
use hailong::{
    domain::role::Role,
    server::auth,
    store::{devices, places, users::Access, verify::verify},
    wire::bundle::{self, Health, SelfTest},
};
use std::sync::atomic::Ordering;

/// The row of a tablet on the page.
fn row(page: &str, tablet: &Tablet) -> String {
    let id: String = tablet.key.id().to_string().chars().take(8).collect();
    let rows = page
        .split("<tr>")
        .filter(|row| row.contains(&format!("<code>{id}</code>")));
    rows.last().unwrap().split("</tr>").next().unwrap().to_owned()
}

/// Sends an epoch and says how the tablet is.
fn tell(district: &District, tablet: &mut Tablet, epoch: &Epoch, health: Health, clock: i64, now: i64) {
    let run = epoch.run(tablet, 0, epoch.lines.len() as u64);
    let mut header = tablet.header(vec![run], Some(epoch.tip(tablet)), clock);
    header.health = health;
    let bytes = bundle::seal(&tablet.key, &header, &epoch.lines);
    tablet.send(&district.store, &bytes, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_heartbeat_tells_stands_beside_the_tablet() {
    let district = District::new();
    let mut well = district.tablet_at(1, district.counters[0], MORNING - DAY);
    let epoch = well.voted(1, None, 2, MORNING - HOUR);
    let health = Health {
        persisted: Some(true),
        queued: 3,
        ..Health::default()
    };
    tell(&district, &mut well, &epoch, health, MORNING, MORNING);
    let mut ill = district.tablet_at(2, district.counters[1], MORNING - DAY);
    let epoch = ill.voted(1, None, 2, MORNING - HOUR);
    let health = Health {
        persisted: Some(false),
        practice: true,
        queued: 1_204,
        self_test: Some(SelfTest {
            at: MORNING,
            failed: vec!["storage".into(), "awake".into()],
        }),
        ..Health::default()
    };
    tell(&district, &mut ill, &epoch, health, MORNING + 25 * 60, MORNING);
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/devices").await;
    let (fine, bad) = (row(&page, &well), row(&page, &ill));
    assert!(
        fine.contains("Không có gì cần để ý") && fine.contains(">3</td>") && fine.contains(">test</td>"),
        "{fine}"
    );
    assert!(!fine.contains("class=\"signs\""), "{fine}");
    for said in [
        "1.204",
        "Đồng hồ nhanh 25 phút",
        "Trình duyệt chưa hứa giữ bộ nhớ",
        "không ghi được bộ nhớ (đầy hoặc hỏng)",
        "Tự kiểm tra chưa đạt: màn hình tự tắt",
        "Đang dùng thử",
    ] {
        assert!(bad.contains(said), "{said}\n{bad}");
    }
    let first = |tablet: &Tablet| page.find(&row(&page, tablet)).unwrap();
    assert!(first(&ill) < first(&well), "what needs a look comes first");
    site.stop().await;
}

/// The server's clock goes a year ahead and is put right: what it noted meanwhile is no contact that anybody can rely on.
#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_heard_by_a_clock_that_was_ahead_is_silent_until_the_right_one_has_heard_it() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - DAY);
    let site = Site::serve(&district).await;
    let mut beat = |now: i64| {
        site.now.store(now, Ordering::Relaxed);
        let header = tablet.header(vec![], None, now);
        let bytes = bundle::seal(&tablet.key, &header, &[]);
        tablet.send(&district.store, &bytes, now);
    };
    let seen = async |now: i64| {
        site.now.store(now, Ordering::Relaxed);
        assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
        let overview = site.page("/admin/").await;
        (
            site.page("/admin/devices").await,
            overview,
            district.store.vitals(now).unwrap().silent,
        )
    };
    beat(MORNING);
    beat(MORNING + 365 * DAY);
    let (page, overview, silent) = seen(MORNING + HOUR).await;
    assert_eq!(silent, 1);
    for said in ["Mất liên lạc trên 1 ngày", "Không rõ"] {
        assert!(page.contains(said) && overview.contains(said), "{said}\n{page}");
    }
    // Neither that date nor how long it was silent is known.
    for untrue in ["23/11/2027", "Quá 14 ngày"] {
        assert!(!page.contains(untrue) && !overview.contains(untrue), "{untrue}\n{page}");
    }
    beat(MORNING + 2 * HOUR);
    let (page, overview, silent) = seen(MORNING + 3 * HOUR).await;
    assert_eq!(silent, 0);
    for told in [page, overview] {
        assert!(
            told.contains("23/11/2026 11 giờ") && !told.contains("Không rõ"),
            "{told}"
        );
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_is_silent_copied_or_forgotten_says_so() {
    let district = District::new();
    let mut copied = district.tablet_at(1, district.counters[0], MORNING - 20 * DAY);
    // Two lives that both continue an empty database, and one of four ballots of which two came.
    for (id, ballots) in [(1, 2), (2, 1)] {
        let epoch = copied.voted(id, None, ballots, MORNING - HOUR);
        copied.deliver(&district.store, &epoch, MORNING);
    }
    let epoch = copied.voted(3, None, 4, MORNING - HOUR);
    let part = copied.part(&epoch, 0, 3, MORNING);
    copied.send(&district.store, &part, MORNING);
    let forgotten = district.tablet_at(2, district.counters[1], MORNING - 20 * DAY);
    let silent = district.tablet_at(3, district.counters[1], MORNING - 3 * DAY);
    let elsewhere = commune(&district.store, "Xã Khác", 1)[0];
    let _well = district.tablet_at(4, elsewhere, MORNING - HOUR);
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/devices").await;
    let (of_copied, of_forgotten, of_silent) = (row(&page, &copied), row(&page, &forgotten), row(&page, &silent));
    assert!(
        of_copied.contains("Bị sao chép hoặc dữ liệu quay về bản cũ"),
        "{of_copied}"
    );
    assert!(of_copied.contains("có thể thiếu ít nhất 2 phiếu"), "{of_copied}");
    assert!(
        of_forgotten.contains("Quá 14 ngày không liên lạc mà chưa đóng"),
        "{of_forgotten}"
    );
    assert!(
        of_silent.contains("Mất liên lạc trên 1 ngày") && !of_silent.contains("Quá 14 ngày"),
        "{of_silent}"
    );
    assert!(
        site.page("/admin/").await.contains("có thể thiếu ít nhất 2"),
        "on the overview, too"
    );
    let nodes = district.store.read(places::nodes).unwrap();
    for (node, there) in [(None, true), (Some(nodes[0].id), true), (Some(nodes[1].id), false)] {
        let node = node.map(|id| format!("&node={id}")).unwrap_or_default();
        let page = site.page(&format!("/admin/?month={node}")).await;
        for (show, words) in [("look", "2 máy cần xem"), ("silent", "2 máy mất liên lạc trên 1 ngày")] {
            let list = format!("/admin/devices?show={show}{node}");
            let link = format!(
                "<a href=\"{}\"><strong>{words}</strong></a>",
                list.replace('&', "&#38;")
            );
            assert_eq!(page.contains(&link), there, "{link}\n{page}");
            let rows = site.page(&list).await.matches("<td><code>").count();
            assert_eq!(rows, if there { 2 } else { 0 }, "{list}");
        }
        assert_eq!(page.contains("card attention"), there, "{node}");
    }
    let list = site.page(&format!("/admin/devices?node={}", nodes[1].id)).await;
    assert!(list.contains("<h1>Thiết bị: Xã Khác</h1>"), "{list}");
    let counter = site
        .page(&format!("/admin/detail?counter={}", district.counters[0]))
        .await;
    assert!(
        counter.contains("có thể thiếu ít nhất 2"),
        "and under the counter's figures"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_goes_out_of_use_with_a_reason_and_another_takes_its_place() {
    let district = District::new();
    let mut old = district.tablet_at(1, district.counters[0], MORNING - DAY);
    let epoch = old.voted(1, None, 2, MORNING - HOUR);
    let health = Health {
        queued: 5,
        ..Health::default()
    };
    tell(&district, &mut old, &epoch, health, MORNING, MORNING);
    let lost = district.tablet_at(2, district.counters[1], MORNING - DAY);
    let site = Site::signed_in(&district).await;
    let ids = [old.key.id().to_string(), lost.key.id().to_string()];
    let asked = site.page(&format!("/admin/devices/revoke?device={}", ids[0])).await;
    assert!(asked.contains("máy còn giữ 5 dòng chưa gửi"), "{asked}");
    // Without a reason nothing happens.
    let answer = site
        .submit("/admin/devices/revoke", &[("device", ids[1].as_str())])
        .await;
    assert_eq!(answer.status(), 400);
    let fields = [
        ("device", ids[1].as_str()),
        ("reason", "lost"),
        ("note", "Biên bản số 7 <b>"),
    ];
    assert_eq!(site.submit("/admin/devices/revoke", &fields).await.status(), 303);
    let fields = [("device", ids[0].as_str()), ("reason", "broken"), ("note", "")];
    let sheet = site.submit("/admin/devices/replace", &fields).await;
    assert_eq!(sheet.status(), 200);
    let sheet = sheet.text().await.unwrap();
    assert!(sheet.contains("PHIẾU KÍCH HOẠT") && sheet.contains("Quầy 1") && sheet.contains("class=\"sheet-code\""));
    let page = site.page("/admin/devices").await;
    let (first, second) = (row(&page, &old), row(&page, &lost));
    assert!(first.contains("Đã ngừng dùng") && first.contains("Hỏng, "), "{first}");
    assert!(
        second.contains("Mất máy, ") && second.contains(&format!("bởi {}: Biên bản số 7 &#60;b&#62;", site.user)),
        "{second}"
    );
    // The first reason stays.
    let fields = [("device", ids[1].as_str()), ("reason", "closed")];
    site.submit("/admin/devices/revoke", &fields).await;
    assert!(row(&site.page("/admin/devices").await, &lost).contains("Mất máy"));
    let known = district
        .store
        .read(|conn| devices::find(conn, lost.key.id()))
        .unwrap()
        .unwrap();
    assert!(known.revoked && known.withdrawn.unwrap().note.as_deref() == Some("Biên bản số 7 <b>"));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_keeps_the_server_sees_how_old_the_newest_backup_is() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let backup = |made: i64| {
        let file = district.dir.path().join(format!("{made}.sqlite"));
        district.store.backup(&file, made).unwrap();
    };
    let warns = |words: &str| format!("Bản sao lưu mới nhất: <span class=\"state warn\">{words}</span>");
    let page = site.page("/admin/devices").await;
    assert!(page.contains(&warns("chưa có bản nào")), "{page}");
    backup(MORNING - 3 * DAY);
    let page = site.page("/admin/devices").await;
    assert!(page.contains(&warns("20/11/2026, 3 ngày trước")), "{page}");
    for (made, words) in [
        (MORNING - 2 * DAY, "21/11/2026, 2 ngày trước"),
        (MORNING - DAY, "22/11/2026, 1 ngày trước"),
        (MORNING, "23/11/2026, hôm nay"),
    ] {
        backup(made);
        let page = site.page("/admin/devices").await;
        assert!(
            page.contains(&format!("Bản sao lưu mới nhất: {words}</p>")),
            "{words}\n{page}"
        );
    }
    assert_eq!(site.get("/admin/devices?lang=en").await.status(), 303);
    let page = site.page("/admin/devices").await;
    assert!(page.contains("Newest backup: 23/11/2026, today"), "{page}");
    // A commune has no part in it.
    let access = Access {
        role: Role::Leader,
        node: Some(district.store.read(places::nodes).unwrap()[0].id),
        until: None,
    };
    let password = auth::add_user(&district.store, "anh-lanh-dao", access, MORNING).unwrap();
    assert_eq!(site.sign_in("anh-lanh-dao", &password).await.status(), 303);
    let page = site.page("/admin/devices").await;
    assert!(page.contains("anh-lanh-dao") && !page.contains("backup"), "{page}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_folder_without_a_backup_warns_of_nothing() {
    let district = District::demo();
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/devices").await;
    assert!(page.contains("Bản sao lưu mới nhất: chưa có bản nào</p>"), "{page}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sheets_for_many_counters_are_made_at_once() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/devices").await;
    let ids: Vec<String> = district.counters.iter().map(ToString::to_string).collect();
    let csrf = site.csrf().await;
    for id in &ids {
        assert!(
            page.contains(&format!("type=\"checkbox\" name=\"counter\" value=\"{id}\"")),
            "{page}"
        );
    }
    let fields = [
        ("csrf", csrf.as_str()),
        ("counter", ids[0].as_str()),
        ("counter", ids[1].as_str()),
    ];
    let sheets = site.post("/admin/start/sheets", &fields).await.text().await.unwrap();
    assert_eq!(sheets.matches("class=\"sheet-code\"").count(), 2);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_counter_or_too_many_is_said_and_what_was_ticked_stays() {
    let district = District::new();
    let mut ids: Vec<String> = district.counters.iter().map(ToString::to_string).collect();
    ids.extend(commune(&district.store, "Xã Đông", 49).iter().map(ToString::to_string));
    let site = Site::signed_in(&district).await;
    let asked = async |ids: &[String], status: u16| {
        let fields: Vec<_> = ids.iter().map(|id| ("counter", id.as_str())).collect();
        let answer = site.submit("/admin/start/sheets", &fields).await;
        assert_eq!(answer.status(), status);
        answer.text().await.unwrap()
    };
    let none = asked(&[], 422).await;
    assert!(
        none.contains("role=\"alert\">Xin chọn từ 1 đến 50 quầy.") && !none.contains(" checked"),
        "{none}"
    );
    let many = asked(&ids, 422).await;
    assert!(many.contains("Xin chọn từ 1 đến 50 quầy."), "{many}");
    assert_eq!(many.matches(" checked").count(), 51);
    let codes = district
        .store
        .read(|conn| hailong::store::log::page(conn, i64::MAX, 100));
    assert!(
        !codes.unwrap().iter().any(|entry| entry.kind == "code"),
        "nothing was made"
    );
    assert_eq!(asked(&ids[..50], 200).await.matches("class=\"sheet-code\"").count(), 50);
    site.get("/admin/?lang=en").await;
    assert!(asked(&[], 422).await.contains("Please choose 1 to 50 counters."));
    site.stop().await;
}
