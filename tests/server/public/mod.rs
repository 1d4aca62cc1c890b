//! What everybody may see: only of units that switched it on, only months that have ended, and nothing that tells what
//! one citizen answered.

mod screens;
mod verify;

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::{
        ballot::Moment,
        ids::{CounterId, NodeId},
        time::LocalDay,
    },
    store::{
        places::{self, NewCounter, NewNode},
        settings,
        verify::verify,
    },
    wire::canon,
};
use std::sync::atomic::Ordering;

/// 2026-10-12 09:00 local time: a Monday of the month that has ended when [`MORNING`] comes.
const OCTOBER: i64 = MORNING - 42 * DAY;

/// So many ballots of October, every tenth of them dissatisfied.
fn october(n: i64) -> Vec<(i64, i64)> {
    (0..n)
        .map(|i| (if i % 10 == 3 { 2 } else { 5 }, OCTOBER + i * HOUR))
        .collect()
}

fn node(district: &District) -> NodeId {
    district.store.read(places::nodes).unwrap()[0].id
}

fn switch(district: &District, node: NodeId, on: bool) {
    let set = move |tx: &hailong::store::WriteTx<'_>| {
        let mut own = settings::own(tx.conn(), node)?;
        own.public = Some(on);
        tx.set_settings(node, &own, "test", MORNING)
    };
    district.store.write(set).unwrap();
}

/// The district's pages once the night's work is done, which the server's own timer does beside the first requests.
async fn closed(district: &District) -> Site {
    let night = |tx: &hailong::store::WriteTx<'_>| {
        tx.release_due(MORNING)?;
        tx.publish_due(MORNING)?;
        tx.checkpoint(MORNING)
    };
    district.store.write(night).unwrap();
    Site::serve(district).await
}

/// The pages of a unit that shows them, after an October of so many ballots.
async fn shown(ballots: i64) -> (District, NodeId, Site) {
    let district = District::new();
    site::cast(&district, 1, 0, &october(ballots), MORNING);
    let id = node(&district);
    switch(&district, id, true);
    let site = closed(&district).await;
    (district, id, site)
}

/// The part of a page that holds the figure.
fn figure(page: &str) -> &str {
    let (_, after) = page.split_once("class=\"card headline\"").unwrap();
    after.split_once("</section>").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_did_not_switch_it_on_looks_like_one_that_does_not_exist() {
    let district = District::new();
    site::cast(&district, 1, 0, &october(40), MORNING);
    let site = closed(&district).await;
    let id = node(&district);
    let list = site.page("/cong-khai/").await;
    assert!(!list.contains("Xã Thử") && list.contains("Chưa có đơn vị nào công khai"));
    let nobody = uuid::Uuid::from_u128(7);
    for page in ["", "/bang", "/to-roi"] {
        let (own, none) = (
            site.get(&format!("/cong-khai/{id}{page}")).await,
            site.get(&format!("/cong-khai/{nobody}{page}")).await,
        );
        assert_eq!((own.status().as_u16(), none.status().as_u16()), (404, 404));
        assert_eq!(own.text().await.unwrap(), none.text().await.unwrap(), "{page}");
    }
    assert_eq!(site.get("/cong-khai/x%20y").await.status(), 404);
    // Somebody with the right switches it on, on the unit's page.
    site.sign_in(&site.user, &site.password).await;
    let fields = [("node", id.to_string()), ("public", "on".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(site.submit("/admin/places/public", &fields).await.status(), 303);
    assert!(site.page("/cong-khai/").await.contains("Xã Thử"));
    let unit = site.page(&format!("/admin/places/unit?node={id}")).await;
    assert!(unit.contains(&format!("href=\"/cong-khai/{id}/bang\"")));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_ended_month_stands_there_with_its_n_and_its_interval() {
    let district = District::new();
    site::cast(&district, 1, 0, &october(40), MORNING);
    // Of the running month: none of it is out.
    let november: Vec<_> = (0..60).map(|i| (1, MORNING - 5 * DAY + i * 60)).collect();
    site::cast(&district, 2, 1, &november, MORNING);
    let id = node(&district);
    switch(&district, id, true);
    let contact = |tx: &hailong::store::WriteTx<'_>| {
        tx.set_contact(node_in(tx), "Chủ tịch <xã>: 0219 000 001\nthu@xa-thu.example", MORNING)
    };
    district.store.write(contact).unwrap();
    let site = closed(&district).await;
    let page = site.page(&format!("/cong-khai/{id}")).await;
    for said in [
        "tháng 10/2026",
        "class=\"big\">90%",
        "77–96%",
        "n = 40",
        "Chủ tịch &#60;xã&#62;: 0219 000 001",
        "thu@xa-thu.example",
        "không phải Chỉ số SIPAS",
        "Chốt lúc 9 giờ ngày 23/11/2026",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
    let english = site.page(&format!("/cong-khai/{id}?lang=en")).await;
    assert!(english.contains("<html lang=\"en\">") && english.contains("estimated between"));
    // The checkpoint that outsiders keep is the district's newest.
    let newest = district
        .store
        .read(hailong::store::checkpoint::newest)
        .unwrap()
        .unwrap();
    let kept: serde_json::Value = serde_json::from_str(&site.page("/cong-khai/diem-chot.json").await).unwrap();
    assert_eq!(kept["checkpoint"], serde_json::to_value(&newest).unwrap());
    assert!(page.contains(&newest.sig.to_string()) && page.contains(&newest.head.to_string()));
    assert_eq!(kept["key"], district.store.identity().public_key().to_string());
    for page in ["", "/bang", "/to-roi"] {
        let page = site.page(&format!("/cong-khai/{id}{page}")).await;
        assert!(page.len() < 60_000 && page.contains("90%") && page.contains("n = 40"));
    }
    site.stop().await;
}

fn node_in(tx: &hailong::store::WriteTx<'_>) -> NodeId {
    places::nodes(tx.conn()).unwrap()[0].id
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_may_keep_it_and_nobody_gets_a_cookie() {
    let (_district, id, site) = shown(40).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in [
        "/cong-khai/".to_owned(),
        format!("/cong-khai/{id}"),
        format!("/cong-khai/{id}/bang"),
        format!("/cong-khai/{id}/to-roi?lang=en"),
        "/cong-khai/diem-chot.json".to_owned(),
        "/cong-khai/style.css".to_owned(),
    ] {
        let url = format!("{}{path}", site.base);
        let first = client.get(&url).send().await.unwrap();
        let head = |name: &str| first.headers()[name].to_str().unwrap().to_owned();
        assert!(
            head("content-security-policy").starts_with("default-src 'none'"),
            "{path}"
        );
        assert!(!head("content-security-policy").contains("script-src"), "{path}");
        assert!(first.headers().get("set-cookie").is_none(), "{path}");
        assert!(
            head("cache-control").starts_with(if path.ends_with("/bang") {
                "no-cache"
            } else {
                "public, max-age="
            }),
            "{path}"
        );
        let again = client
            .get(&url)
            .header("if-none-match", head("etag"))
            .send()
            .await
            .unwrap();
        assert_eq!(
            (again.status().as_u16(), again.headers()["etag"].to_str().unwrap()),
            (304, &*head("etag"))
        );
        assert!(again.text().await.unwrap().is_empty(), "{path}");
    }
    site.stop().await;
}

/// The pages of a commune before and after five late ballots of the month that is out; one citizen's is among them.
async fn one_late_ballot(level: i64) -> [String; 2] {
    let (district, id, site) = shown(40).await;
    let before = site.page(&format!("/cong-khai/{id}")).await;
    let mut late = vec![(level, OCTOBER)];
    late.extend((0..4).map(|i| (5, OCTOBER + i * HOUR)));
    site::cast(&district, 2, 0, &late, MORNING + 6 * HOUR);
    let night = LocalDay::of(MORNING + DAY).start();
    let released = district
        .store
        .write(move |tx| {
            let released = tx.release_due(night)?;
            assert!(!tx.publish_due(night)?, "a month is put out once");
            Ok(released)
        })
        .unwrap();
    assert_eq!(released, 5);
    site.now.store(night + HOUR, Ordering::Relaxed);
    let after = site.page(&format!("/cong-khai/{id}")).await;
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
    [before, after].map(|page| figure(&page).to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_citizen_more_changes_nothing_that_is_out() {
    let [before, after] = one_late_ballot(1).await;
    assert_eq!(before, after);
    // Whatever they answered, the page is the same.
    assert_eq!(one_late_ballot(5).await, [before, after]);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_thirty_ballots_there_is_no_rate() {
    let (_district, id, site) = shown(29).await;
    for page in ["", "/bang", "/to-roi"] {
        let page = site.page(&format!("/cong-khai/{id}{page}")).await;
        assert!(
            page.contains("Chưa đủ 30 phiếu nên không công bố tỷ lệ (n = 29)"),
            "{page}"
        );
        assert!(!page.contains('%') && !page.contains("class=\"interval\""), "{page}");
    }
    assert!(!site.page("/cong-khai/").await.contains('%'));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reception_point_gives_way_where_the_difference_would_tell_on_one_citizen() {
    let district = District::new();
    let top = node(&district);
    let (point, counter): (NodeId, CounterId) = district
        .store
        .write(move |tx| {
            let new = NewNode {
                name: "Điểm tiếp nhận Thượng".into(),
                parent: Some(top),
                kind: None,
                contact: None,
            };
            let point = tx.add_node(&new, MORNING - DAY)?;
            let new = NewCounter {
                name: "Quầy điểm".into(),
                node: point,
                moment: Moment::Reception,
                field: None,
            };
            Ok((point, tx.add_counter(&new, MORNING - DAY)?))
        })
        .unwrap();
    switch(&district, top, true);
    let mut far = district.tablet_at(9, counter, OCTOBER - 31 * DAY);
    let mut epoch = far.epoch(1, None);
    for (level, at) in october(40) {
        epoch.push(canon::line_of(&far.ballot(level, at)));
    }
    far.deliver(&district.store, &epoch, MORNING);
    // At the commune's own counter five ballots of October, of which one answers the question.
    let mut tablet = district.tablet_at(1, district.counters[0], OCTOBER - 31 * DAY);
    let mut epoch = tablet.epoch(1, None);
    for n in 0..5 {
        let mut ballot = tablet.ballot(1, OCTOBER);
        if n > 0 {
            ballot.answers.clear();
        }
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    let site = closed(&district).await;
    let page = site.page(&format!("/cong-khai/{top}")).await;
    assert!(page.contains("n = 41"), "{}", figure(&page));
    // Inherits the switch, and says why it shows no rate.
    let page = site.page(&format!("/cong-khai/{point}")).await;
    assert!(page.contains("Không công bố riêng") && !page.contains('%'), "{page}");
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}
