//! What stands under and beside a figure counts what it says: ballots nobody sent, transactions that are too few, the five
//! factors apart from the rate, the middle level where the unit wants it.

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::{
        ballot::{Answer, Ended},
        ids::{NodeId, Slug},
        period::Period,
        survey::{Factor, SHIPPED},
        time::{LocalDay, Month},
    },
    server::report,
    store::{
        FILE,
        exclusions::NewExclusion,
        figures::{self, Scope},
        places,
        verify::verify,
    },
    wire::{canon, survey_id},
};

const OCTOBER: i64 = MORNING - 40 * DAY;

fn month() -> Month {
    LocalDay::of(OCTOBER).month()
}

fn node(district: &District) -> NodeId {
    district.store.read(places::nodes).unwrap()[0].id
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_that_nobody_sent_are_told_of_those_that_count() {
    let district = District::since(MORNING - 90 * DAY);
    let mut tablet = district.tablet_at(1, district.counters[0], OCTOBER - 10 * DAY);
    let mut epoch = tablet.epoch(1, None);
    // Two days with ten ballots each, seven and four of them not sent.
    for (day, silent) in [(0, 7), (1, 4)] {
        for n in 0..10 {
            let mut ballot = tablet.ballot(4, OCTOBER - day * DAY);
            ballot.ended = if n < silent { Ended::Silent } else { Ended::Sent };
            epoch.push(canon::line_of(&ballot));
        }
    }
    tablet.deliver(&district.store, &epoch, OCTOBER + HOUR);
    district.store.release_due(OCTOBER + DAY).unwrap();
    let sources = || {
        let read =
            |conn: &hailong::store::Reader| figures::sources(conn, &Scope::of(conn, None)?, Period::month(month()));
        let sources = district.store.read(read).unwrap();
        (sources.counted, sources.excluded, sources.silent)
    };
    assert_eq!(sources(), (20, 0, 11));
    let facts = || {
        let read = |conn: &hailong::store::Reader| report::draft(conn, node(&district), month(), MORNING);
        district.store.read(read).unwrap()
    };
    assert_eq!(facts().silent, 11);
    let scope = NewExclusion {
        counter: Some(district.counters[0]),
        device: None,
        first: LocalDay::of(OCTOBER),
        last: LocalDay::of(OCTOBER),
        flag: None,
        reason: "Máy để trẻ em nghịch".into(),
    };
    district.store.write(move |tx| tx.exclude(&scope, MORNING)).unwrap();
    assert_eq!(
        sources(),
        (10, 10, 4),
        "the seven are among the excluded, not among the counted"
    );
    assert_eq!((facts().silent, facts().counted, facts().excluded), (4, 10, 10));
    // A report of before counted otherwise, and still comes to the same when it is counted again.
    let mut old = facts();
    (old.v, old.silent) = (1, 11);
    assert_eq!(district.store.read(|conn| old.again(conn)).unwrap(), old);
    let site = Site::signed_in(&district).await;
    let page = site.page("/admin/?month=2026-10").await;
    assert!(page.contains("tính 10 (trong đó 4 "), "{page}");
    let page = site
        .page(&format!("/admin/detail?node={}&period=2026-10", node(&district)))
        .await;
    assert!(
        page.contains("bị loại 10"),
        "what is excluded stands under every figure: {page}"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_ballots_than_people_served_is_told_of_the_unit_that_said_so() {
    let district = District::since(MORNING - 90 * DAY);
    let ballots: Vec<_> = (0..12).map(|_| (5, OCTOBER)).collect();
    site::cast(&district, 1, 0, &ballots, OCTOBER + HOUR);
    let site = Site::signed_in(&district).await;
    let id = node(&district).to_string();
    for (transactions, told) in [("12", false), ("11", true)] {
        let fields = [
            ("node", id.as_str()),
            ("month", "2026-10"),
            ("first", "2026-10-01"),
            ("last", "2026-10-31"),
            ("transactions", transactions),
        ];
        assert_eq!(site.submit("/admin/reports/volume", &fields).await.status(), 303);
        let page = site.page("/admin/exclusions?month=2026-10").await;
        assert_eq!(
            page.contains("có 12 phiếu nhưng chỉ có 11 lượt giao dịch được khai"),
            told,
            "{page}"
        );
        assert!(
            !site
                .page("/admin/exclusions?month=2026-09")
                .await
                .contains("lượt giao dịch được khai")
        );
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_five_factors_are_a_figure_of_their_own() {
    let district = District::since(MORNING - 90 * DAY);
    let sipas: serde_json::Value = serde_json::from_str(SHIPPED[1].json).unwrap();
    district
        .store
        .write(|tx| tx.publish_survey(SHIPPED[1].json, OCTOBER - 20 * DAY))
        .unwrap();
    let slug = |text: &str| Slug::parse(text).unwrap();
    let mut tablet = district.tablet_at(1, district.counters[0], OCTOBER - 10 * DAY);
    tablet.survey = survey_id(&sipas);
    let mut epoch = tablet.epoch(1, None);
    let factors = || {
        let read =
            |conn: &hailong::store::Reader| figures::factors(conn, &Scope::of(conn, None)?, Period::month(month()));
        district.store.read(read).unwrap()
    };
    for n in 0..12 {
        let mut ballot = tablet.ballot(5, OCTOBER);
        ballot.answers = [
            ("chung", 5),
            ("c1_1", 4),
            ("c1_2", if n < 3 { 1 } else { 5 }),
            ("c2_1", 3),
        ]
        .map(|(question, level)| (slug(question), Answer::Level(level)))
        .into();
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, OCTOBER + HOUR);
    assert_eq!(factors().ballots, 0, "nothing before the night");
    district.store.release_due(OCTOBER + DAY).unwrap();
    assert_eq!(factors().ballots, 12);
    assert_eq!(factors().tallies[&Factor::Tc].levels(), [3, 0, 0, 12, 9]);
    assert_eq!(factors().tallies[&Factor::Tthc].levels(), [0, 0, 12, 0, 0]);
    let unasked = factors().tallies.get(&Factor::Gy).map_or(0, |tally| tally.n());
    assert_eq!(unasked, 0);
    let site = Site::signed_in(&district).await;
    let page = site
        .page(&format!("/admin/detail?node={}&period=2026-10", node(&district)))
        .await;
    let card = page.split("theo 5 yếu tố").nth(1).unwrap();
    let line = card
        .split("Tiếp cận dịch vụ")
        .nth(1)
        .unwrap()
        .split("</tr>")
        .next()
        .unwrap();
    assert!(line.contains("88%") && line.contains(">24<"), "21 of 24: {line}");
    assert!(
        page.contains("Chưa đủ phiếu để tính tỷ lệ (n = 0)"),
        "none of them is in the rate at the counter"
    );
    let read = |conn: &hailong::store::Reader| report::draft(conn, node(&district), month(), MORNING);
    let facts = district.store.read(read).unwrap();
    assert_eq!(
        (facts.sipas, facts.by_factor["TC"], facts.pooled().n()),
        (12, [3, 0, 0, 12, 9], 0)
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_middle_level_goes_where_the_unit_says() {
    let district = District::since(MORNING - 90 * DAY);
    let ballots: Vec<_> = [(1, 6), (2, 7), (3, 8), (4, 9), (5, 70)]
        .into_iter()
        .flat_map(|(level, n)| (0..n).map(move |_| (level, OCTOBER)))
        .collect();
    site::cast(&district, 1, 0, &ballots, OCTOBER + HOUR);
    district.store.release_due(OCTOBER + DAY).unwrap();
    let site = Site::signed_in(&district).await;
    let id = node(&district).to_string();
    for (middle, told) in [
        ("satisfied", ";100;13;17;70;"),
        ("left_out", ";100;13;9;70;"),
        ("", ";100;21;9;70;"),
    ] {
        let fields = [("node", id.as_str()), ("middle", middle)];
        assert_eq!(site.submit("/admin/reports/settings", &fields).await.status(), 303);
        let page = site.page(&format!("/admin/reports?node={id}")).await;
        assert!(
            page.contains(&format!("<option value=\"{middle}\" selected=true")),
            "{middle}: {page}"
        );
        let path = format!("/admin/export/file?node={id}&when=month&month=2026-10&format=csv&what=figures3");
        let csv = site.get(&path).await.text().await.unwrap();
        assert!(csv.contains(told), "{middle}: {csv}");
    }
    site.stop().await;
}

#[test]
fn verify_finds_a_tally_that_is_not_the_sum_of_its_half_month() {
    for sql in [
        "update tally set n4 = n4 + 1 where question > 0",
        "update tally set n = n - 1 where question = 0",
        "delete from tally where question = 0",
        "insert into tally values (0, 2, 20000, 1, 1, 5, 0, 0, 0, 0, 0)",
    ] {
        let district = District::since(MORNING - 90 * DAY);
        let ballots: Vec<_> = (0..12).map(|_| (4, OCTOBER)).collect();
        site::cast(&district, 1, 0, &ballots, OCTOBER + HOUR);
        district.store.release_due(OCTOBER + DAY).unwrap();
        assert_eq!(verify(district.store.dir()).unwrap().broken, []);
        let conn = rusqlite::Connection::open(district.store.dir().join(FILE)).unwrap();
        assert!(conn.execute(sql, []).unwrap() > 0, "{sql}");
        let broken = verify(district.store.dir()).unwrap().broken;
        assert_eq!(broken.first().map(|found| found.kind), Some("tally"), "{sql}");
    }
}
