//! A tablet's days were excluded at one unit, and the tablet went to another: whose figure moved sees it and decides.

use super::*;
use crate::support::{site::Site, tablet::Tablet};
use hailong::{
    domain::{ballot::Moment, ids::CounterId, role::Role},
    server::auth,
    store::{
        places::{NewCounter, NewNode},
        users::Access,
        waiting,
    },
};

const LEADERS: [&str; 2] = ["lanhdao-a", "lanhdao-b"];

struct Points {
    district: District,
    site: Site,
    tablet: Tablet,
    /// Counters of the two points of one commune.
    counters: Vec<CounterId>,
    passwords: Vec<String>,
}

/// Two reception points of one commune, each with a leader, and a tablet with twelve ballots at the first.
async fn points() -> Points {
    let district = District::since(MORNING - 30 * DAY);
    let commune = district.store.read(places::nodes).unwrap()[0].id;
    let (mut counters, mut passwords) = (Vec::new(), Vec::new());
    for (name, user) in [("Điểm A", LEADERS[0]), ("Điểm B", LEADERS[1])] {
        let add = move |tx: &hailong::store::WriteTx<'_>| {
            let new = NewNode {
                name: name.into(),
                parent: Some(commune),
                kind: None,
                contact: None,
            };
            let node = tx.add_node(&new, MORNING - 30 * DAY)?;
            let new = NewCounter {
                name: format!("Quầy của {name}"),
                node,
                moment: Moment::Reception,
                field: None,
            };
            Ok((node, tx.add_counter(&new, MORNING - 30 * DAY)?))
        };
        let (node, counter) = district.store.write(add).unwrap();
        let access = Access {
            role: Role::Leader,
            node: Some(node),
            until: None,
        };
        passwords.push(auth::add_user(&district.store, user, access, MORNING).unwrap());
        counters.push(counter);
    }
    let mut tablet = district.tablet_at(1, counters[0], MORNING - 20 * DAY);
    let epoch = tablet.voted(1, None, 12, MORNING - 2 * DAY);
    tablet.deliver(&district.store, &epoch, MORNING - DAY);
    district.store.release_due(MORNING).unwrap();
    Points {
        site: Site::serve(&district).await,
        district,
        tablet,
        counters,
        passwords,
    }
}

impl Points {
    async fn enter(&self, place: usize) {
        let answer = self.site.sign_in(LEADERS[place], &self.passwords[place]).await;
        assert_eq!(answer.status(), 303);
    }

    async fn undo(&self) -> u16 {
        let fields = [("no", "1"), ("reason", "Tính lại cho đủ")];
        self.site
            .submit("/admin/exclusions/undo", &fields)
            .await
            .status()
            .as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exclusion_stays_with_the_unit_whose_figure_it_moved_wherever_the_tablet_goes() {
    let p = points().await;
    p.enter(0).await;
    let (over, date) = (format!("device {}", p.tablet.key.id()), day(-2).date().to_string());
    let fields = [
        ("over", over.as_str()),
        ("from", &date),
        ("to", &date),
        ("reason", "Máy để trẻ em nghịch"),
    ];
    assert_eq!(p.site.submit("/admin/exclusions/add", &fields).await.status(), 303);
    let (id, there) = (p.tablet.key.id(), p.counters[1]);
    p.district
        .store
        .write(move |tx| tx.move_device(id, there, MORNING))
        .unwrap();
    // Whoever has the tablet now neither sees it nor counts the other's ballots again.
    p.enter(1).await;
    assert_eq!(p.undo().await, 404);
    assert!(!p.site.page("/admin/exclusions").await.contains("Máy để trẻ em nghịch"));
    assert_eq!(figure(&p.district, false), []);
    p.enter(0).await;
    let page = p.site.page("/admin/exclusions?month=2026-11").await;
    let named = page.contains(&id.to_string()[..8]);
    assert!(
        page.contains("Máy để trẻ em nghịch") && page.contains("Điểm A") && named,
        "{page}"
    );
    assert_eq!(p.undo().await, 303);
    assert_eq!(figure(&p.district, false), [(4, 12)]);
    p.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_only_some_of_the_ballots_sees_the_decision_and_leaves_it_to_the_unit_above() {
    let mut p = points().await;
    p.tablet.counter = p.counters[1];
    let here = p.tablet.voted(2, None, 12, MORNING - 2 * DAY);
    let (id, there) = (p.tablet.key.id(), p.counters[1]);
    p.district
        .store
        .write(move |tx| tx.move_device(id, there, MORNING))
        .unwrap();
    p.tablet.deliver(&p.district.store, &here, MORNING + HOUR);
    p.district.store.release_due(MORNING + DAY).unwrap();
    p.enter(1).await;
    let (over, date) = (format!("device {id}"), day(-2).date().to_string());
    let fields = [
        ("over", over.as_str()),
        ("from", &date),
        ("to", &date),
        ("reason", "Máy để trẻ em nghịch"),
    ];
    assert_eq!(p.site.submit("/admin/exclusions/add", &fields).await.status(), 422);
    let new = NewExclusion {
        device: Some(id),
        ..ask(-2, -2, None)
    };
    exclude(&p.district, new).unwrap();
    for place in [0, 1] {
        p.enter(place).await;
        assert!(p.site.page("/admin/exclusions").await.contains("cán bộ tự bấm"));
        assert_eq!(p.undo().await, 422);
    }
    assert_eq!(figure(&p.district, true), [(4, 24)]);
    assert_eq!(figure(&p.district, false), []);
    p.site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_of_no_known_counter_are_for_who_sees_everything() {
    let mut p = points().await;
    p.tablet.counter = CounterId(uuid::Uuid::from_u128(7));
    let nowhere = p.tablet.voted(2, None, 9, MORNING - 2 * DAY);
    p.tablet.deliver(&p.district.store, &nowhere, MORNING + HOUR);
    let waiting = p.district.store.read(waiting::all).unwrap();
    let group = waiting[0].group;
    let count = move |tx: &hailong::store::WriteTx<'_>| tx.settle(&group, true, "Máy khai nhầm quầy", MORNING);
    assert_eq!(p.district.store.write(count).unwrap(), 9);
    p.district.store.release_due(HALF_OVER).unwrap();
    let date = day(-2).date().to_string();
    let over = format!("device {}", p.tablet.key.id());
    let fields = [
        ("over", over.as_str()),
        ("from", &date),
        ("to", &date),
        ("reason", "Máy để trẻ em nghịch"),
    ];
    p.enter(0).await;
    assert_eq!(p.site.submit("/admin/exclusions/add", &fields).await.status(), 422);
    assert_eq!(p.site.sign_in(&p.site.user, &p.site.password).await.status(), 303);
    assert_eq!(p.site.submit("/admin/exclusions/add", &fields).await.status(), 303);
    assert_eq!(figure(&p.district, false), []);
    assert_eq!(p.undo().await, 303);
    assert_eq!(figure(&p.district, false), [(4, 21)]);
    p.site.stop().await;
}
