//! The history: each publication beside what the counters it is for asked before.

use crate::support::{DAY, District, MORNING, commune, site::Site};
use crate::surveys::hand::*;
use hailong::{
    domain::{ballot::Moment, survey::SHIPPED, time::LocalDay},
    store::{
        places,
        publications::{NewPublication, Place},
    },
};

/// Publishes a survey that ships with the program, from so many days after today on.
fn put(district: &District, shipped: usize, place: Place, days: i64) {
    let new = NewPublication {
        document: SHIPPED[shipped].json.into(),
        base: None,
        places: vec![place],
        from: LocalDay::of(MORNING + days * DAY),
        same_meaning: true,
    };
    district.store.write(move |tx| tx.publish(&new, MORNING)).unwrap();
}

/// Of each publication from the second on: the survey that it is compared with, and whether it is marked as a return.
async fn rows(site: &Site) -> Vec<(Option<usize>, bool)> {
    let page = site.page("/admin/surveys/history").await;
    let named = |name: &str| {
        SHIPPED
            .iter()
            .position(|shipped| name_of(shipped.json) == name)
            .unwrap()
    };
    let row = |no: usize| {
        let (_, row) = page.split_once(&format!("id=\"p{no}\""))?;
        let row = row.split("</tr>").next()?;
        let from = row.split_once("difference?from=");
        let from = from.map(|(_, from)| named(from.split('&').next().unwrap()));
        Some((from, row.contains("công bố lại bản cũ")))
    };
    (2..).map_while(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pilot_at_one_counter_makes_no_old_version_of_what_everybody_gets() {
    let district = District::new();
    let first = Place::Counter(district.counters[0]);
    put(&district, 1, first, 0);
    put(&district, 1, Place::District, 0);
    let site = Site::signed_in(&district).await;
    assert_eq!(rows(&site).await, [(Some(0), false), (Some(0), false)]);
    // The end of another pilot is a return, whether it is told to that counter or to all.
    put(&district, 2, first, 0);
    put(&district, 1, Place::District, 0);
    assert_eq!(rows(&site).await[2..], [(Some(1), false), (Some(2), true)]);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_units_with_surveys_of_their_own_have_histories_of_their_own() {
    let district = District::new();
    let far = commune(&district.store, "Xã Đông", 3);
    let nodes = district.store.read(places::nodes).unwrap();
    let [near, east] = [0, 1].map(|n| Place::Node(nodes[n].id));
    put(&district, 1, near, 0);
    put(&district, 2, east, 0);
    // What the neighbour asks already is new here.
    put(&district, 1, east, 0);
    put(&district, 2, near, 0);
    // What one counter of theirs had comes back there.
    put(&district, 2, Place::Counter(far[0]), 0);
    let site = Site::signed_in(&district).await;
    let all = [
        (Some(0), false),
        (Some(0), false),
        (Some(2), false),
        (Some(1), false),
        (Some(1), true),
    ];
    assert_eq!(rows(&site).await, all);
    // A leader sees the same, without the neighbour's rows.
    let near = nodes[0].id;
    leader(&district, &site, "chi-lan", near).await;
    let page = site.page("/admin/surveys/history").await;
    assert!(page.contains("id=\"p2\"") && page.contains("id=\"p5\"") && !page.contains("id=\"p3\""));
    assert!(!page.contains("công bố lại bản cũ"), "{page}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_says_so_and_one_that_comes_later_is_compared_with_what_will_be_there() {
    let district = District::new();
    let node = Place::Node(district.store.read(places::nodes).unwrap()[0].id);
    put(&district, 1, node, 0);
    // The same once more is no return, and differs from what was there before both.
    put(&district, 1, node, 0);
    put(&district, 0, Place::District, 2);
    // Published after it, and of before it.
    put(&district, 2, Place::Counter(district.counters[0]), 1);
    put(&district, 2, Place::Counter(district.counters[1]), 1);
    let site = Site::signed_in(&district).await;
    let all = [
        (Some(0), false),
        (Some(0), false),
        (Some(2), true),
        (Some(1), false),
        (Some(1), false),
    ];
    assert_eq!(rows(&site).await, all);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_unit_changes_no_other_units_counters_and_a_unit_above_changes_all_below_it() {
    const LATER: &str = "24/11/2026: ";
    const CLOSED: &str = "Mọi quầy của một đơn vị đã đóng";
    const ABOVE: &str = "Mọi quầy (đơn vị cấp trên công bố)";
    let district = District::new();
    let own = district.store.read(places::nodes).unwrap()[0].id;
    let counter = commune(&district.store, "Xã Cũ", 1)[0];
    let old = district.store.read(|conn| places::counter(conn, counter)).unwrap().node;
    put(&district, 1, Place::Node(old), 1);
    let site = Site::signed_in(&district).await;
    assert!(site.page("/admin/surveys").await.contains(LATER));
    let today = Some(LocalDay::of(MORNING));
    let close = move |tx: &hailong::store::WriteTx<'_>| {
        tx.close_counter(counter, today, MORNING)?;
        tx.close_node(old, today, MORNING)
    };
    district.store.write(close).unwrap();
    assert!(!site.page("/admin/surveys").await.contains(LATER));
    let history = site.page("/admin/surveys/history").await;
    assert!(history.contains(CLOSED) && !history.contains(ABOVE));

    let below = move |tx: &hailong::store::WriteTx<'_>| {
        let new = places::NewNode {
            name: "Thôn Dưới".into(),
            parent: Some(own),
            kind: None,
            contact: None,
        };
        let node = tx.add_node(&new, MORNING)?;
        let new = places::NewCounter {
            name: "Quầy 1".into(),
            node,
            moment: Moment::Reception,
            field: None,
        };
        tx.add_counter(&new, MORNING).map(|_| node)
    };
    let below = district.store.write(below).unwrap();
    leader(&district, &site, "chi-lan", below).await;
    assert!(!site.page("/admin/surveys").await.contains(LATER));
    put(&district, 2, Place::Node(own), 1);
    assert!(site.page("/admin/surveys").await.contains(LATER));
    let history = site.page("/admin/surveys/history").await;
    assert!(history.contains(ABOVE) && !history.contains(CLOSED));
    site.stop().await;
}
