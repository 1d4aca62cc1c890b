//! Publishing to counters from a day on, going back, ids that keep their meaning, and the words that go with a survey.

use crate::support::{DAY, District, HOUR, MORNING, drop_triggers, site::Site};
use crate::surveys::hand::*;
use hailong::{
    domain::{
        survey::{DEFAULT_SURVEY_JSON, SHIPPED},
        time::LocalDay,
    },
    store::{FILE, log, places, publications, verify::verify},
};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_publishes_to_one_counter_and_goes_back() {
    let district = District::new();
    let [first, second] = [district.counters[0], district.counters[1]];
    let mut tablet = district.tablet(1);
    let other = district.tablet_at(2, second, MORNING - HOUR);
    let site = Site::serve(&district).await;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    leader(&district, &site, "chi-lan", node).await;
    let epoch = tablet.voted(1, None, 1, MORNING - HOUR);
    let before = tablet.deliver(&district.store, &epoch, MORNING).setup;
    let id = with_tile(&site, "Biết xin lỗi").await;
    assert!(
        site.page(&format!("/admin/surveys/draft?draft={id}"))
            .await
            .contains("data-mistakes=\"0\"")
    );
    let today = LocalDay::of(MORNING).date().to_string();
    let answer = publish(&site, &[("from", &today), ("counter", &first.to_string())], &id).await;
    assert_eq!(answer.headers()["location"], "/admin/surveys/history?done=2");
    let history = site.page("/admin/surveys/history?done=2").await;
    assert!(
        history.contains("data-published=\"2\"") && history.contains("Quầy 1, Xã Thử") && history.contains("chi-lan")
    );
    assert!(has_tile(&asks(&district.store, first, MORNING), "Biết xin lỗi"));
    assert!(!has_tile(&asks(&district.store, second, MORNING), "Biết xin lỗi"));
    // The tablet there hears of a newer setup with its next receipt; the one at the other counter does not.
    let setups = || -> Vec<(i64, String)> {
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        let mut rows = conn
            .prepare("select version, document from setup order by device_no")
            .unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let now = setups();
    assert!(now[0].0 > before && now[0].1.contains("biet_xin_loi"), "{}", now[0].0);
    assert!(!now[1].1.contains("biet_xin_loi"));
    drop(other);
    // The draft is a version now, and a draft no longer.
    assert_eq!(
        site.get(&format!("/admin/surveys/draft?draft={id}")).await.status(),
        404
    );
    // Back: the default again, from its own publish page.
    let default = name_of(DEFAULT_SURVEY_JSON);
    let form = format!("/admin/surveys/publish?id={default}");
    let answer = change(
        &site,
        &form,
        "/admin/surveys/publish",
        &[],
        &[("from", &today), ("counter", &first.to_string())],
    )
    .await;
    assert_eq!(answer.status(), 303);
    assert!(!has_tile(&asks(&district.store, first, MORNING), "Biết xin lỗi"));
    let history = site.page("/admin/surveys/history").await;
    assert!(history.contains("công bố lại bản cũ"));
    // What is different, in words.
    let from = history
        .split("difference?from=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let page = site
        .page(&format!("/admin/surveys/difference?from={}", unescape(&from)))
        .await;
    assert!(
        page.contains("data-change=\"removed\"") && page.contains("Biết xin lỗi"),
        "{page}"
    );
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 100)).unwrap();
    let told: Vec<Value> = entries
        .iter()
        .filter(|entry| entry.kind == "survey")
        .map(|entry| serde_json::from_str(&entry.body).unwrap())
        .collect();
    assert_eq!(told.len(), 3);
    assert_eq!(
        (&told[0]["by"], &told[0]["no"]),
        (&Value::from("chi-lan"), &Value::from(3))
    );
    assert_eq!(told[1]["places"][0]["counter"], first.to_string());
    let report = verify(district.store.dir()).unwrap();
    assert_eq!(report.broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_day_comes_by_itself_with_the_next_bundle_or_minute() {
    let district = District::new();
    let first = district.counters[0];
    let mut tablet = district.tablet(1);
    let site = Site::signed_in(&district).await;
    let id = with_tile(&site, "Biết xin lỗi").await;
    let tomorrow = LocalDay(LocalDay::of(MORNING).0 + 1);
    let answer = publish(
        &site,
        &[("from", &tomorrow.date().to_string()), ("district", "on")],
        &id,
    )
    .await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let list = site.page("/admin/surveys").await;
    assert!(list.contains("24/11/2026: Phiếu đánh giá tại quầy"), "{list}");
    assert!(!has_tile(&asks(&district.store, first, MORNING), "Biết xin lỗi"));
    let epoch = tablet.voted(1, None, 1, MORNING - HOUR);
    let before = tablet.deliver(&district.store, &epoch, MORNING).setup;
    // Nothing but a bundle comes on that day, and its receipt tells of the new setup.
    let late = tomorrow.start() + 60;
    let epoch = tablet.voted(2, Some(epoch.tip(&tablet)), 1, late);
    let after = tablet.deliver(&district.store, &epoch, late).setup;
    assert!(after > before, "{after} {before}");
    assert!(has_tile(&asks(&district.store, first, late), "Biết xin lỗi"));
    // A day that has passed is refused, and what was typed stands there again.
    let other = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let yesterday = LocalDay(LocalDay::of(MORNING).0 - 1).date().to_string();
    let answer = publish(&site, &[("from", &yesterday), ("district", "on")], &other).await;
    assert_eq!(answer.status(), 422);
    let answer = publish(&site, &[("from", &tomorrow.date().to_string())], &other).await;
    assert!(answer.text().await.unwrap().contains("Chưa chọn nơi dùng"));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_keeps_its_meaning() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let today = LocalDay::of(MORNING).date().to_string();
    let wrong = async |draft: &str| mistakes(&site.page(&format!("/admin/surveys/draft?draft={draft}")).await);
    // Another kind under a published id.
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    question(&site, &id, 1, &[("kind", 0, "yesno")], &[]).await;
    assert_eq!(wrong(&id).await, [("questions[1].kind".into(), "kind_changed".into())]);
    let page = site.page(&format!("/admin/surveys/question?draft={id}&n=1")).await;
    assert!(page.contains("đã công bố là câu loại “tiles”"), "{page}");
    // Levels that change places.
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    question(
        &site,
        &id,
        0,
        &[("label", 0, "Rất hài lòng"), ("label", 4, "Rất không hài lòng")],
        &[],
    )
    .await;
    let both = [0, 4].map(|l| (format!("questions[0].labels[{l}]"), "swapped".to_owned()));
    assert_eq!(wrong(&id).await, both);
    // A tile goes; its id is not given to another one.
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    question(&site, &id, 1, &[], &[("do", "remove:3")]).await;
    assert_eq!(
        publish(&site, &[("from", &today), ("district", "on")], &id)
            .await
            .status(),
        303
    );
    let newest = district.store.read(publications::all).unwrap()[0].survey.to_string();
    let id = draft(&site, &newest).await;
    question(&site, &id, 1, &[], &[("do", "add")]).await;
    question(
        &site,
        &id,
        1,
        &[("item_text", 6, "Wi-Fi cho người dân"), ("item_id", 6, "di_lai")],
        &[],
    )
    .await;
    assert_eq!(wrong(&id).await, [("questions[1].tiles[6].id".into(), "reused".into())]);
    question(&site, &id, 1, &[("item_id", 6, "")], &[]).await;
    assert_eq!(wrong(&id).await, []);
    // A question of another survey, published or shipped, is taken too.
    whole(
        &site,
        &id,
        &[("new_kind", 0, "yesno"), ("new_text", 0, "Chờ lâu?")],
        &[("do", "add")],
    )
    .await;
    question(&site, &id, 2, &[("id", 0, "chi_so_3")], &[]).await;
    assert_eq!(wrong(&id).await, [("questions[2].id".into(), "reused".into())]);
    question(&site, &id, 2, &[("id", 0, "")], &[]).await;
    // Other words under an id that goes on: somebody says that they mean the same, and the log knows it.
    question(
        &site,
        &id,
        0,
        &[("text", 0, "Ông/Bà thấy việc phục vụ hôm nay thế nào?")],
        &[],
    )
    .await;
    let answer = publish(&site, &[("from", &today), ("district", "on")], &id).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("vẫn cùng một ý"));
    let answer = publish(&site, &[("from", &today), ("district", "on"), ("same", "on")], &id).await;
    assert_eq!(answer.status(), 303);
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 20)).unwrap();
    assert!(entries.iter().any(|entry| entry.body.contains("\"reworded\":1")));
    // The command line is held to it too.
    let mut other: Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
    other["questions"][1]["kind"] = "text".into();
    other["questions"][1].as_object_mut().unwrap().remove("tiles");
    let refused = district
        .store
        .write(move |tx| tx.publish_survey(&other.to_string(), MORNING));
    assert!(refused.unwrap_err().to_string().contains("kind_changed"));
    // What ships with the program is at peace with itself.
    for shipped in SHIPPED {
        district
            .store
            .write(move |tx| tx.publish_survey(shipped.json, MORNING))
            .unwrap();
    }
    site.stop().await;
}

#[test]
fn verify_sees_a_publication_that_was_made_up_moved_or_lost() {
    for tamper in [
        "insert into survey_use (no, survey_no, from_day, who, hour, pos) select 2, survey_no, from_day, 'x', hour, pos from survey_use",
        "update survey_use set from_day = from_day - 1",
        "update survey_use_place set counter_no = 1",
        "delete from survey_use_place; delete from survey_use",
    ] {
        let district = District::new();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        let refused = conn.execute_batch(tamper).is_err();
        assert!(refused || tamper.starts_with("insert"), "{tamper}");
        drop_triggers(&conn);
        conn.execute_batch(tamper).ok();
        drop(conn);
        let report = verify(district.store.dir()).unwrap();
        assert!(
            report.broken.iter().any(|finding| finding.kind == "survey_use"),
            "{tamper}: {report:?}"
        );
    }
}

#[test]
fn a_unit_above_the_unit_and_the_counter_may_all_publish_and_the_newest_that_has_begun_counts() {
    let district = District::new();
    let [first, second] = [district.counters[0], district.counters[1]];
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let put = |json: &'static str, place: publications::Place, day: i64| {
        let new = publications::NewPublication {
            document: json.into(),
            base: None,
            places: vec![place],
            from: LocalDay::of(MORNING + day * DAY),
            same_meaning: true,
        };
        district.store.write(move |tx| tx.publish(&new, MORNING)).unwrap();
    };
    let kinds =
        |day: i64| [first, second].map(|counter| asks(&district.store, counter, MORNING + day * DAY).kind.name());
    assert_eq!(kinds(0), ["counter"; 2]);
    put(SHIPPED[1].json, publications::Place::Node(node), 0);
    put(SHIPPED[2].json, publications::Place::Counter(first), 2);
    assert_eq!(
        (kinds(0), kinds(1), kinds(2)),
        (["sipas"; 2], ["sipas"; 2], ["nd61", "sipas"])
    );
    put(SHIPPED[0].json, publications::Place::District, 1);
    assert_eq!(
        (kinds(0), kinds(1), kinds(2)),
        (["sipas"; 2], ["counter"; 2], ["nd61", "counter"])
    );
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}
