//! Comparing units and counters on pages and in files.

use crate::support::{DAY, District, HOUR, MORNING, site, site::Site};
use hailong::{
    domain::{ballot::Moment, ids::NodeId, time::LocalDay},
    server::export::{self, Only, Request, Scale, What},
    store::places::{self, NewCounter, NewNode, NodeKind},
    table::{Format, Separator},
    wire::canon,
};

/// A province with communes of these names, a counter each.
fn province(names: &[&str]) -> (District, NodeId) {
    let mut district = District::since(MORNING - 400 * DAY);
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let (top, counters) = district
        .store
        .write(move |tx| {
            let unit = |name: &str, parent, kind| NewNode {
                name: name.to_owned(),
                parent,
                kind: Some(kind),
                contact: None,
            };
            let now = MORNING - 400 * DAY;
            let top = tx.add_node(&unit("Tỉnh Mẫu", None, NodeKind::Province), now)?;
            let mut counters = Vec::new();
            for name in &names {
                let node = tx.add_node(&unit(name, Some(top), NodeKind::Commune), now)?;
                let counter = NewCounter {
                    name: "Quầy 1".into(),
                    node,
                    moment: Moment::Reception,
                    field: None,
                };
                counters.push(tx.add_counter(&counter, now)?);
            }
            Ok((top, counters))
        })
        .unwrap();
    district.counters = counters;
    (district, top)
}

fn places_of(page: &str, names: &[&str]) -> Vec<usize> {
    let table = page.split("<tbody>").nth(1).unwrap();
    names
        .iter()
        .map(|name| table.find(&format!(">{name}</a>")).unwrap_or_else(|| panic!("{name}")))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_over_all_units_is_in_vietnamese_order_and_can_be_turned() {
    let names = [
        "Xã An Bình",
        "Xã Ân Thi",
        "Xã Ba Vì",
        "Xã Dân Chủ",
        "Xã Đa Mai",
        "Xã Đại Phúc",
        "Xã Yên Lư",
    ];
    let mut shuffled = names.to_vec();
    shuffled.reverse();
    let (district, top) = province(&shuffled);
    let october = MORNING - 40 * DAY;
    // The last in the alphabet is the best, the fifth the worst, both with many ballots.
    let cast = |seed: u8, counter: usize, good: usize, n: usize| {
        let ballots: Vec<_> = (0..n)
            .map(|place| (if place < good { 5 } else { 2 }, october))
            .collect();
        site::cast(&district, seed, counter, &ballots, october + HOUR);
    };
    cast(1, 0, 198, 200); // Xã Yên Lư
    cast(2, 2, 120, 200); // Xã Đa Mai
    cast(3, 4, 7, 8); // Xã Ba Vì: too few
    district.store.release_due(october + DAY).unwrap();
    let site = Site::signed_in(&district).await;
    let page = site.page(&format!("/admin/units?node={top}&period=2026-10")).await;
    let found = places_of(&page, &names);
    assert!(found.is_sorted(), "{found:?}");
    assert!(
        page.contains("chưa đủ phiếu") && page.contains("Nhóm 1 cao nhất"),
        "{page}"
    );
    let page = site
        .page(&format!("/admin/units?node={top}&period=2026-10&sort=rate"))
        .await;
    let found = places_of(&page, &["Xã Đa Mai", "Xã Yên Lư", "Xã Ba Vì"]);
    assert!(found.is_sorted(), "worst first, without a rate last: {found:?}");
    let page = site
        .page(&format!("/admin/units?node={top}&period=2026-10&sort=best"))
        .await;
    let found = places_of(&page, &["Xã Yên Lư", "Xã Đa Mai", "Xã Ba Vì"]);
    assert!(found.is_sorted(), "{found:?}");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_many_units_stays_small() {
    let names: Vec<String> = (1..=130).map(|n| format!("Xã Mẫu Số {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (district, top) = province(&names);
    let october = MORNING - 40 * DAY;
    for counter in 0..20u8 {
        let ballots: Vec<_> = (0..40).map(|n| (if n < 36 { 5 } else { 2 }, october)).collect();
        site::cast(&district, counter + 1, usize::from(counter), &ballots, october + HOUR);
    }
    district.store.release_due(october + DAY).unwrap();
    let site = Site::signed_in(&district).await;
    for path in [
        format!("/admin/units?node={top}&period=2026-10"),
        format!("/admin/units?node={top}&period=2026-10&page=2"),
        format!("/admin/detail?node={top}&period=2026-10"),
        "/admin/".to_owned(),
    ] {
        let page = site.page(&path).await;
        assert!(page.len() < 150_000, "{path}: {} bytes", page.len());
    }
    let second = site.page(&format!("/admin/units?node={top}&page=2")).await;
    let table = second.split("<tbody>").nth(1).unwrap();
    assert!(
        table.contains("Xã Mẫu Số 130") && !table.contains("Xã Mẫu Số 2<"),
        "numbers in their order"
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_finds_which_counter_drags_the_figure_down_and_why() {
    let district = District::since(MORNING - 400 * DAY);
    let october = MORNING - 40 * DAY;
    let slug = |text: &str| hailong::domain::ids::Slug::parse(text).unwrap();
    for (n, good) in [(0usize, 95i64), (1, 60)] {
        let mut tablet = district.tablet_at(u8::try_from(n).unwrap() + 1, district.counters[n], october - 3 * DAY);
        let mut epoch = tablet.epoch(1, None);
        for place in 0..100 {
            let mut ballot = tablet.ballot(if place < good { 5 } else { 2 }, october - place % 3 * 25 * HOUR);
            let why = if place < good { "huong_dan" } else { "thoi_gian" };
            ballot
                .answers
                .insert(slug("ly_do"), hailong::domain::ballot::Answer::Tiles(vec![slug(why)]));
            epoch.push(canon::line_of(&ballot));
        }
        tablet.deliver(&district.store, &epoch, october + HOUR);
    }
    district.store.release_due(october + DAY).unwrap();
    let site = Site::signed_in(&district).await;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let page = site.page(&format!("/admin/detail?node={node}&period=2026-10")).await;
    let parts = page.split("Phần nào kéo tỷ lệ lên hay xuống").nth(1).unwrap();
    let (worse, better) = (parts.find("Quầy 2").unwrap(), parts.find("Quầy 1").unwrap());
    assert!(worse < better, "the counter that costs most comes first");
    assert!(parts[worse..better].contains("thấp hơn"), "and is told apart");
    let counter = district.counters[1];
    let page = site
        .page(&format!("/admin/detail?counter={counter}&period=2026-10"))
        .await;
    let reasons = page.split("Lý do: nơi này và các quầy khác").nth(1).unwrap();
    let line = reasons.split("Thời gian, ngày hẹn").nth(1).unwrap();
    assert!(
        line[..400].contains("40,0") && line[..400].contains("5,0"),
        "{}",
        &line[..400]
    );
    assert!(page.contains("Theo giờ") && page.contains("Theo thứ trong tuần"));
    let running = site
        .page(&format!("/admin/detail?counter={counter}&period=2026-11"))
        .await;
    assert!(running.contains("Tháng này chưa kết thúc") && !running.contains("Theo giờ"));
    site.stop().await;
}

fn request(what: What, only: Only) -> Request {
    Request {
        node: None,
        from: None,
        to: None,
        format: Format::Csv(Separator::Semicolon),
        evidence: None,
        what,
        only,
    }
}

fn exported(district: &District, request: &Request) -> String {
    let mut bytes = Vec::new();
    export::write(&district.store, request, "test", MORNING, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn figures_go_out_by_counter_and_month_and_in_three_levels_with_a_word_of_warning() {
    let district = District::demo();
    let october = MORNING - 40 * DAY;
    let ballots: Vec<_> = [(1, 6), (2, 7), (3, 8), (4, 9), (5, 70)]
        .into_iter()
        .flat_map(|(level, n)| (0..n).map(move |_| (level, october)))
        .collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let five = exported(&district, &request(What::Figures(Scale::Five), Only::default()));
    assert_eq!(
        five.lines().nth(1).unwrap(),
        "10/2026;Xã Mẫu;;Quầy 1 – Tiếp nhận hồ sơ;100;6;7;8;9;70;\"79,0%\";\"70,0%\";\"85,8%\";5 mức"
    );
    let three = |middle| {
        exported(
            &district,
            &request(What::Figures(Scale::Three(middle)), Only::default()),
        )
    };
    use hailong::domain::settings::Middle;
    assert!(three(Middle::Dissatisfied).contains(";100;21;9;70;\"79,0%\";\"70,0%\";\"85,8%\";3 mức (mất thông tin)"));
    assert!(three(Middle::Satisfied).contains(";100;13;17;70;"));
    assert!(three(Middle::LeftOut).contains(";100;13;9;70;"));
}

#[test]
fn a_small_cell_is_hidden_in_files_and_can_not_be_worked_out() {
    let district = District::demo();
    let october = MORNING - 40 * DAY;
    let ballots: Vec<_> = (0..40).map(|n| (if n < 2 { 1 } else { 5 }, october)).collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let five = exported(&district, &request(What::Figures(Scale::Five), Only::default()));
    let line = five.lines().nth(1).unwrap();
    assert!(line.contains(";40;;0;0;0;;") || line.contains(";;;0;0;0;;"), "{line}");
}

#[test]
fn filters_find_what_may_be_named_and_nothing_else() {
    let district = District::demo();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - HOUR);
    let mut epoch = tablet.epoch(1, None);
    for n in 0..9 {
        let mut ballot = tablet.ballot(5, MORNING - DAY);
        ballot.field = Some(if n < 6 {
            "Hộ tịch".into()
        } else {
            "Đất đai".into()
        });
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    let only = |field: &str| Only {
        field: Some(field.into()),
        moment: None,
    };
    let lines = |field| {
        exported(&district, &request(What::Ballots, only(field)))
            .lines()
            .count()
            - 1
    };
    assert_eq!(
        (lines("Hộ tịch"), lines("Đất đai")),
        (6, 0),
        "three of a field are not told apart"
    );
    let empty = |only| export::is_empty(&district.store, &request(What::Ballots, only), MORNING).unwrap();
    assert!(empty(only("Đất đai")) && !empty(only("Hộ tịch")));
    let moment = Only {
        field: None,
        moment: Some(Moment::Result),
    };
    assert!(empty(moment));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_matches_nothing_says_so() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    for what in ["ballots", "figures"] {
        let answer = site
            .get(&format!("/admin/export/file?when=all&format=xlsx&what={what}"))
            .await;
        assert_eq!(answer.headers()["location"], "/admin/export?none=true", "{what}");
    }
    assert!(
        site.page("/admin/export?none=true")
            .await
            .contains("Không có phiếu nào khớp với lựa chọn này")
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_no_district_knows_cost_nothing_and_a_mistyped_year_is_said() {
    let (district, _) = province(&["Xã Đa Mai"]);
    let october = MORNING - 40 * DAY;
    site::cast(&district, 1, 0, &[(5, october); 12], october + HOUR);
    district.store.release_due(october + DAY).unwrap();
    let table = |from: Option<&str>| {
        let request = Request {
            node: None,
            from: from.map(|day| LocalDay::from_date(day.parse().unwrap())),
            to: None,
            format: Format::Ndjson,
            evidence: None,
            what: What::Figures(Scale::Five),
            only: Only::default(),
        };
        let (mut out, begun) = (Vec::new(), std::time::Instant::now());
        export::write(&district.store, &request, "lan", MORNING, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let rows: Vec<_> = text
            .lines()
            .filter(|line| line.contains("10/2026") || line.contains("2026-10"))
            .collect();
        (rows.join("\n"), begun.elapsed())
    };
    let (all, one) = table(None);
    assert!(!all.is_empty());
    // Twenty thousand months of queries would take hundreds of times as long as one.
    let (same, long) = table(Some("0001-01-01"));
    assert_eq!(same, all);
    assert!(long < one * 50 + std::time::Duration::from_secs(5), "{long:?}, {one:?}");
    let site = Site::signed_in(&district).await;
    for (from, to, says) in [
        ("0026-10-01", "2026-11-01", "bad=true"),
        ("2026-10-01", "20026-11-01", "bad=true"),
        ("2026-01-01", "2026-09-01", "none=true"),
    ] {
        let path = format!("/admin/export/file?when=days&from={from}&to={to}&what=figures&format=csv");
        let answer = site.get(&path).await;
        assert_eq!(answer.status(), 303, "{path}");
        assert!(answer.headers()["location"].to_str().unwrap().ends_with(says), "{path}");
    }
    site.stop().await;
}
