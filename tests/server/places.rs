//! Units and counters over time: changed on pages, entered late, refused with both names, found again by `verify`.

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::{ids::NodeId, period::Period, time::LocalDay},
    store::{
        FILE, Refusal, StoreError, figures, places,
        places::{NewNode, NodeKind},
        tree::NodeChange,
        verify::verify,
        versions,
    },
};

fn today() -> LocalDay {
    LocalDay::of(MORNING)
}

fn days_ago(n: i64) -> LocalDay {
    LocalDay(today().0 - n)
}

fn add(district: &District, name: &str, parent: Option<NodeId>, since: LocalDay) -> Result<NodeId, StoreError> {
    let new = NewNode {
        name: name.into(),
        parent,
        kind: Some(NodeKind::Commune),
        contact: None,
    };
    district
        .store
        .write(move |tx| tx.add_unit(&new, Some("07681"), since, MORNING))
}

fn change(
    district: &District,
    id: NodeId,
    name: &str,
    parent: Option<NodeId>,
    from: LocalDay,
) -> Result<(), StoreError> {
    let change = NodeChange {
        name: name.into(),
        code: Some("07681".into()),
        parent,
    };
    district
        .store
        .write(move |tx| tx.change_node(id, &change, from, MORNING))
}

fn refused(result: Result<impl std::fmt::Debug, StoreError>) -> Refusal {
    match result {
        Err(StoreError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_commune_that_changed_provinces_counts_for_each_as_it_was() {
    // Demo: ballots are released at arrival. The commune was there before its province was entered.
    let district = District::demo();
    let commune = district.store.read(places::nodes).unwrap()[0].id;
    let far = days_ago(400);
    let north = add(&district, "Tỉnh Bắc", None, far).unwrap();
    let south = add(&district, "Tỉnh Nam", None, far).unwrap();
    // A demo commune begins the day before; its first parent is entered as of that day.
    let begins = days_ago(1);
    change(&district, commune, "Xã Mẫu", Some(north), begins).unwrap();
    let ballots: Vec<_> = (0..30).map(|n| (5, MORNING - 20 * DAY + n * DAY / 2)).collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let ballots = [(1, MORNING - HOUR); 7];
    site::cast(&district, 2, 1, &ballots, MORNING);
    change(&district, commune, "Phường Mẫu Mới", Some(south), today()).unwrap();
    let period = Period::days(days_ago(30), today()).unwrap();
    let n = |node| -> Vec<(i64, u64)> {
        let read = |conn: &hailong::store::Reader| {
            let parts = versions::as_was(conn, node, period)?;
            parts
                .iter()
                .map(|(part, scope)| Ok((part.first().0, figures::answers(conn, scope, *part)?.pooled().n())))
                .collect()
        };
        district.store.read(read).unwrap()
    };
    assert_eq!(n(north), [(days_ago(30).0, 30), (today().0, 0)]);
    assert_eq!(n(south), [(days_ago(30).0, 0), (today().0, 7)]);
    assert_eq!(
        n(commune).iter().map(|(_, n)| n).sum::<u64>(),
        37,
        "the commune keeps its own"
    );
    assert_eq!(n(commune).len(), 1, "what changes above cuts nothing here");
    let names = |day| -> Vec<String> {
        let nodes = district.store.read(|conn| versions::nodes_on(conn, day)).unwrap();
        nodes.into_iter().map(|node| node.name).collect()
    };
    assert_eq!(
        (names(days_ago(1))[0].as_str(), names(today())[0].as_str()),
        ("Xã Mẫu", "Phường Mẫu Mới")
    );
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

#[test]
fn what_can_not_be_is_refused_with_both_names_and_leaves_nothing() {
    let district = District::new();
    let province = add(&district, "Tỉnh Mẫu", None, days_ago(100)).unwrap();
    let a = add(&district, "Xã A", Some(province), days_ago(50)).unwrap();
    let b = add(&district, "Xã B", Some(a), days_ago(40)).unwrap();
    let entries = verify(district.store.dir()).unwrap().entries;
    assert_eq!(
        refused(change(&district, a, "Xã A", Some(b), days_ago(10))),
        Refusal::Cycle {
            node: "Xã A".into(),
            parent: "Xã B".into(),
            day: days_ago(10)
        }
    );
    assert_eq!(
        refused(change(&district, a, "Xã A", Some(a), today())),
        Refusal::Cycle {
            node: "Xã A".into(),
            parent: "Xã A".into(),
            day: today()
        }
    );
    assert_eq!(
        refused(change(&district, b, "Xã C", Some(a), days_ago(41))),
        Refusal::Overlap {
            name: "Xã B".into(),
            last: days_ago(40)
        }
    );
    assert_eq!(
        refused(add(&district, "Xã D", Some(b), days_ago(45))),
        Refusal::Outlived {
            node: "Xã D".into(),
            parent: "Xã B".into(),
            day: days_ago(45)
        }
    );
    assert_eq!(
        refused(change(&district, b, "Xã C", Some(a), LocalDay(today().0 + 1))),
        Refusal::Future
    );
    let twin = Refusal::Twin {
        name: "xã  a".into(),
        parent: "Tỉnh Mẫu".into(),
    };
    assert_eq!(refused(add(&district, "xã  a", Some(province), today())), twin);
    let close = |id, day| district.store.write(move |tx| tx.close_node(id, Some(day), MORNING));
    assert_eq!(
        refused(close(a, today())),
        Refusal::StillOpen {
            node: "Xã A".into(),
            inside: "Xã B".into()
        }
    );
    assert_eq!(
        verify(district.store.dir()).unwrap().entries,
        entries,
        "nothing was written"
    );
    close(b, today()).unwrap();
    close(a, today()).unwrap();
    assert_eq!(
        refused(change(&district, a, "Xã Z", Some(province), today())),
        Refusal::Closed("Xã A".into())
    );
    // The cycle may lie in the past only: a change entered late is held to every later tree.
    let x = add(&district, "Xã X", Some(province), days_ago(50)).unwrap();
    let y = add(&district, "Xã Y", Some(province), days_ago(50)).unwrap();
    change(&district, y, "Xã Y", Some(x), days_ago(5)).unwrap();
    assert_eq!(
        refused(change(&district, x, "Xã X", Some(y), days_ago(20))),
        Refusal::Cycle {
            node: "Xã X".into(),
            parent: "Xã Y".into(),
            day: days_ago(5)
        }
    );
}

#[test]
fn a_tree_can_not_grow_deeper_than_it_is_read() {
    let district = District::new();
    let mut parent = None;
    for level in 1..=16 {
        parent = Some(add(&district, &format!("Cấp {level}"), parent, today()).unwrap());
    }
    assert_eq!(
        refused(add(&district, "Cấp 17", parent, today())),
        Refusal::Depth("Cấp 17".into())
    );
}

#[test]
fn a_counter_with_a_tablet_stays_open_and_a_closed_one_still_counts_late_ballots() {
    let district = District::new();
    let mut tablet = district.tablet(1);
    let epoch = tablet.voted(1, None, 10, MORNING);
    let counter = district.counters[0];
    let close = move |district: &District, day| district.store.write(move |tx| tx.close_counter(counter, day, MORNING));
    assert_eq!(
        refused(close(&district, Some(today()))),
        Refusal::Tablets {
            counter: "Quầy 1".into(),
            devices: 1
        }
    );
    let other = district.counters[1];
    let id = tablet.key.id();
    district
        .store
        .write(move |tx| tx.move_device(id, other, MORNING))
        .unwrap();
    close(&district, Some(today())).unwrap();
    tablet.deliver(&district.store, &epoch, MORNING + HOUR);
    district.store.release_due(MORNING + DAY).unwrap();
    let counted = district.store.read(|conn| {
        let scope = figures::Scope::of(conn, None)?;
        Ok(figures::answers(conn, &scope, Period::all())?.pooled().n())
    });
    assert_eq!(counted.unwrap(), 10);
    let code = district
        .store
        .make_code(counter, hailong::store::codes::Length::Sheet, MORNING);
    assert_eq!(refused(code.map(drop)), Refusal::Closed("Quầy 1".into()));
    close(&district, None).unwrap();
    assert!(
        district
            .store
            .make_code(counter, hailong::store::codes::Length::Sheet, MORNING)
            .is_ok()
    );
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

#[test]
fn verify_follows_renames_and_moves_and_finds_what_nobody_entered() {
    let cases = [
        (
            "update node_version set name = 'Xã Z' where from_day = (select max(from_day) from node_version)",
            "node",
        ),
        ("update node_version set from_day = from_day - 1", "node"),
        (
            "delete from node_version where pos = (select max(pos) from node_version)",
            "node",
        ),
        (
            "insert into node_version select node_no, 1, from_day, name, code, parent_no from node_version limit 1",
            "node",
        ),
        ("update node set code = '1' where no = 2", "node"),
        ("update node set valid_to = null where no = 3", "node"),
        ("update node set contact = 'x' where no = 1", "node"),
        ("update counter set name = 'x' where no = 1", "counter"),
        ("update counter set valid_to = 5 where no = 1", "counter"),
    ];
    for (sql, kind) in cases {
        let district = District::new();
        let node = district.store.read(places::nodes).unwrap()[0].id;
        let a = add(&district, "Tỉnh A", None, days_ago(9)).unwrap();
        let b = add(&district, "Tỉnh B", None, days_ago(9)).unwrap();
        change(&district, node, "Xã Mới", Some(a), today()).unwrap();
        let counter = district.counters[0];
        district
            .store
            .write(move |tx| {
                tx.set_contact(node, "Trung tâm\r\nĐT 0123", MORNING)?;
                tx.close_node(b, Some(today()), MORNING)?;
                let change = hailong::store::tree::CounterChange {
                    name: "Quầy một".into(),
                    moment: hailong::domain::ballot::Moment::Result,
                    field: Some("Hộ tịch".into()),
                };
                tx.change_counter(counter, &change, MORNING)
            })
            .unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        crate::support::drop_triggers(&conn);
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some(kind), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_changed_on_its_page_and_its_tablets_are_told() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let tablet = district.tablet(1);
    let node = district.store.read(places::nodes).unwrap()[0].id.to_string();
    let path = format!("/admin/places/unit?node={node}");
    let day = today().date().to_string();
    let setup = || {
        district
            .store
            .setup_by_token(&tablet.enrolled.as_ref().unwrap().token)
            .unwrap()
            .unwrap()
    };
    let before = setup().version;
    let fields = [
        ("node", node.as_str()),
        ("contact", "Trung tâm <b>\r\nĐT 0204 3333 444"),
    ];
    assert_eq!(site.submit("/admin/places/contact", &fields).await.status(), 303);
    assert!(setup().version > before && setup().document.contains("ĐT 0204 3333 444"));
    let page = site.page(&path).await;
    assert!(page.contains("Trung tâm &#60;b&#62;\nĐT 0204 3333 444"), "{page}");
    let mut week = vec![("node", node.as_str()), ("whose", "own")];
    for open in [true, true, true, true, true, false, false] {
        week.push(("opens", if open { "07:30" } else { "" }));
        week.push(("closes", if open { "17:00" } else { "" }));
    }
    assert_eq!(site.submit("/admin/places/hours", &week).await.status(), 303);
    assert_eq!(site.page(&path).await.matches("value=\"07:30\"").count(), 5);
    week[2].1 = "18:00";
    let answer = site.submit("/admin/places/hours", &week).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("giờ đóng phải sau giờ mở"));
    // The same official code at another unit is no identity; the page says so.
    let other = [
        ("name", "Xã Khác"),
        ("kind", "commune"),
        ("parent", ""),
        ("code", "07681"),
        ("from", &day),
    ];
    assert_eq!(site.submit("/admin/places/add", &other).await.status(), 303);
    let rename = [
        ("node", node.as_str()),
        ("name", "Phường Yên Dũng"),
        ("parent", ""),
        ("code", "07681"),
        ("from", &day),
    ];
    assert_eq!(site.submit("/admin/places/rename", &rename).await.status(), 303);
    let page = site.page(&path).await;
    assert!(page.contains("Mã này cũng được dùng cho: Xã Khác"), "{page}");
    assert!(setup().document.contains("Phường Yên Dũng"));
    let counter = district.counters[0].to_string();
    let close = [("counter", counter.as_str()), ("from", &day)];
    let answer = site.submit("/admin/places/counter/close", &close).await;
    assert_eq!(answer.status(), 422);
    let said = answer.text().await.unwrap();
    assert!(
        said.contains("Chưa đóng được “Quầy 1”: còn 1 máy đang dùng ở đây."),
        "{said}"
    );
    assert!(site.page("/admin/places").await.len() < 150_000);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}
