//! The figures on the pages and the rows of the exports, counted again by somebody who knows only what was cast.

use crate::support::{DAY, District, HOUR, MORNING, site};
use calamine::{Data, Reader};
use hailong::{
    domain::{
        period::Period,
        stats::{Figure, Tally},
        time::LocalDay,
    },
    server::export::{self, Request},
    store::{
        figures::{self, Scope},
        log, places,
    },
    table::{Format, Separator},
    wire::canon,
};
use std::collections::{BTreeMap, BTreeSet};

fn request(format: Format) -> Request {
    Request {
        node: None,
        from: None,
        to: None,
        format,
        evidence: None,
        what: export::What::default(),
        only: export::Only::default(),
    }
}

fn exported(district: &District, request: &Request) -> String {
    let mut bytes = Vec::new();
    export::write(&district.store, request, "test", MORNING, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn lines(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Three counters of Xã Mẫu with 1,077 ballots in 21 months, as the founding commune had.
fn commune() -> (District, Vec<Vec<(i64, i64)>>) {
    let district = District::demo();
    let mut cast = Vec::new();
    for (counter, per_month) in (0u8..).zip([20, 18, 13]) {
        let ballots = site::history(21, per_month, i64::from(counter), MORNING - HOUR);
        site::cast(&district, counter + 1, usize::from(counter), &ballots, MORNING);
        cast.push(ballots);
    }
    (district, cast)
}

#[test]
fn figures_equal_an_independent_recount() {
    let (district, cast) = commune();
    let scope = district.store.read(|conn| Scope::of(conn, None)).unwrap();
    let today = LocalDay::of(MORNING);
    let mut periods = Period::fallbacks(today).to_vec();
    periods.extend((0..22).map(|back| Period::month(today.month().minus(back))));
    periods.push(Period::all());
    for period in periods {
        let answers = district
            .store
            .read(|conn| figures::answers(conn, &scope, period))
            .unwrap();
        let mut all = Tally::default();
        for (counter, ballots) in scope.counters.iter().zip(&cast) {
            let mut own = Tally::default();
            let inside = ballots.iter().filter(|(_, at)| period.contains(LocalDay::of(*at)));
            inside.for_each(|(level, _)| own.add(*level, 1));
            assert_eq!(
                answers.tallies.get(&counter.no).copied().unwrap_or_default(),
                own,
                "{period:?}"
            );
            all = all.plus(own);
        }
        assert_eq!(answers.pooled(), all);
        assert_eq!(answers.reasons.values().sum::<u64>(), all.n());
        let sources = district
            .store
            .read(|conn| figures::sources(conn, &scope, period))
            .unwrap();
        assert_eq!(
            (sources.received, sources.counted, sources.waiting),
            (all.n(), all.n(), 0)
        );
    }
    let live = district.store.read(|conn| figures::live(conn, &scope, today)).unwrap();
    let total: u64 = live.values().map(|live| live.all).sum();
    assert_eq!(total, cast.iter().map(Vec::len).sum::<usize>() as u64);
}

#[test]
fn nothing_about_answers_is_read_before_its_release() {
    let district = District::new();
    let ballots: Vec<_> = (0..12)
        .map(|n| (if n == 0 { 1 } else { 5 }, MORNING - 3 * HOUR))
        .collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let scope = district.store.read(|conn| Scope::of(conn, None)).unwrap();
    let period = Period::last(1, LocalDay::of(MORNING));
    let read = || {
        let answers = district
            .store
            .read(|conn| figures::answers(conn, &scope, period))
            .unwrap();
        let live = district
            .store
            .read(|conn| figures::live(conn, &scope, LocalDay::of(MORNING)))
            .unwrap();
        let live = live.values().next().copied().unwrap();
        (
            Figure::of(answers.pooled(), period).n(),
            answers.reasons.len(),
            live.today,
            live.waiting,
        )
    };
    assert_eq!(read(), (0, 0, 12, 12), "the count is live, the answers wait");
    assert_eq!(exported(&district, &request(Format::Ndjson)), "");
    district.store.release_due(MORNING + DAY).unwrap();
    assert_eq!(read(), (12, 1, 12, 0));
    assert_eq!(lines(&exported(&district, &request(Format::Ndjson))).len(), 12);
}

#[test]
fn the_commune_form_tells_no_order_no_device_and_no_lonely_day() {
    let (district, cast) = commune();
    let rows = lines(&exported(&district, &request(Format::Ndjson)));
    assert_eq!(rows.len(), cast.iter().map(Vec::len).sum::<usize>());
    let ids: Vec<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| id.len() == 13 && id.starts_with('p')));
    let groups = rows.chunk_by(|a, b| (&a["month"], &a["counter"]) == (&b["month"], &b["counter"]));
    let groups: Vec<_> = groups.collect();
    let of_one: BTreeSet<_> = (groups
        .iter()
        .map(|rows| (rows[0]["month"].to_string(), rows[0]["counter"].to_string())))
    .collect();
    assert_eq!(of_one.len(), groups.len(), "a counter's month stands together");
    assert!(groups.iter().any(|rows| rows.len() > 9));
    assert!(
        groups
            .iter()
            .all(|rows| rows.is_sorted_by_key(|row| row["id"].as_str()))
    );
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let mut per_day: BTreeMap<(usize, LocalDay), u64> = BTreeMap::new();
    for (counter, ballots) in cast.iter().enumerate() {
        ballots
            .iter()
            .for_each(|(_, at)| *per_day.entry((counter, LocalDay::of(*at))).or_default() += 1);
    }
    let shown = per_day.values().filter(|n| **n >= 5).sum::<u64>();
    assert_eq!(rows.iter().filter(|row| !row["day"].is_null()).count() as u64, shown);
    for forbidden in ["device", "epoch", "seq", "salt", "leaf", "at", "hour"] {
        assert!(rows[0].get(forbidden).is_none(), "{forbidden}");
    }
    let levels = |level: i64| rows.iter().filter(|row| row["level"] == level).count();
    let recount = |level: i64| cast.iter().flatten().filter(|(own, _)| *own == level).count();
    (1..=5).for_each(|level| assert_eq!(levels(level), recount(level), "{level}"));
}

#[test]
fn a_day_is_named_only_where_five_ballots_share_it_and_a_rare_moment_becomes_other() {
    use hailong::domain::ballot::Moment;
    let district = District::demo();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - HOUR);
    let mut epoch = tablet.epoch(1, None);
    for day in [1, 1, 1, 1, 1, 2, 2, 2, 2] {
        let mut ballot = tablet.ballot(5, MORNING - day * DAY);
        ballot.moment = if day == 1 { Moment::Reception } else { Moment::Result };
        ballot.field = Some(if day == 1 {
            "Đất đai".into()
        } else {
            "=Hộ tịch".into()
        });
        epoch.push(canon::line_of(&ballot));
    }
    tablet.deliver(&district.store, &epoch, MORNING);
    let rows = lines(&exported(&district, &request(Format::Ndjson)));
    let count = |key: &str, value: &str| rows.iter().filter(|row| row[key] == value).count();
    assert_eq!((count("moment", "Tiếp nhận hồ sơ"), count("moment", "khác")), (5, 4));
    assert_eq!((count("field", "Đất đai"), count("field", "khác")), (5, 4));
    assert_eq!(
        (
            count("day", "2026-11-22"),
            rows.iter().filter(|row| row["day"].is_null()).count()
        ),
        (5, 4)
    );
    // What the column hides, the choice of days must not tell.
    let days = |from, to| {
        let request = Request {
            from: Some(LocalDay::of(MORNING + from * DAY)),
            to: Some(LocalDay::of(MORNING + to * DAY)),
            ..request(Format::Ndjson)
        };
        lines(&exported(&district, &request)).len()
    };
    assert_eq!((days(-2, -2), days(-2, -1), days(-1, -1), days(-22, 6)), (0, 5, 5, 5));
    assert_eq!(days(-22, 7), 9, "the whole of November");
}

#[test]
fn what_comes_late_to_a_day_that_was_told_comes_without_the_day() {
    let district = District::new();
    let mut tablet = district.tablet_at(1, district.counters[0], MORNING - 30 * DAY);
    let half_over = MORNING + 8 * DAY;
    let mut epoch = tablet.epoch(1, None);
    (0..6).for_each(|_| epoch.push(canon::line_of(&tablet.ballot(5, MORNING - 2 * DAY))));
    tablet.deliver(&district.store, &epoch, MORNING);
    district.store.release_due(half_over).unwrap();
    // One more of that day, and four of others.
    let mut late = tablet.epoch(2, Some(epoch.tip(&tablet)));
    for day in [2, 3, 4, 5, 6] {
        late.push(canon::line_of(&tablet.ballot(1, MORNING - day * DAY)));
    }
    tablet.deliver(&district.store, &late, half_over + HOUR);
    district.store.release_due(half_over + DAY).unwrap();
    let rows = lines(&exported(&district, &request(Format::Ndjson)));
    let told = |level: i64| {
        let of_level = rows.iter().filter(|row| row["level"] == level);
        of_level.filter(|row| !row["day"].is_null()).count()
    };
    assert_eq!((rows.len(), told(5), told(1)), (11, 6, 0));
    // Nor does the file of that day alone.
    let day = Some(LocalDay::of(MORNING - 2 * DAY));
    let alone = Request {
        from: day,
        to: day,
        ..request(Format::Ndjson)
    };
    assert_eq!(lines(&exported(&district, &alone)).len(), 6);
}

#[test]
fn evidence_has_every_ballot_whatever_its_status_and_is_logged_with_its_purpose() {
    let district = District::new();
    let mut tablet = district.tablet(1);
    let mut epoch = tablet.voted(1, None, 3, MORNING - 2 * HOUR);
    let mut practice = tablet.ballot(1, MORNING - 2 * HOUR);
    practice.practice = true;
    let mut elsewhere = tablet.ballot(2, MORNING - 2 * HOUR);
    elsewhere.counter = hailong::domain::ids::CounterId(uuid::Uuid::from_u128(7));
    epoch.push(canon::line_of(&practice));
    epoch.push(canon::line_of(&elsewhere));
    epoch.push("not json");
    tablet.deliver(&district.store, &epoch, MORNING);
    let evidence = Request {
        evidence: Some("Thanh tra tỉnh, công văn 12".into()),
        ..request(Format::Ndjson)
    };
    let mut rows = lines(&exported(&district, &evidence));
    // The lines that prove it are read by `tests/second_verifier.py`.
    rows.retain(|row| row.get("proof").is_none());
    let status: Vec<_> = rows.iter().map(|row| row["status"].as_str().unwrap()).collect();
    let expected = [
        "counted",
        "counted",
        "counted",
        "practice",
        "quarantined(counter)",
        "quarantined(malformed)",
    ];
    assert_eq!(status, expected);
    assert_eq!(rows[0]["device"], tablet.key.id().to_string());
    assert_eq!(rows[0]["leaf"], epoch.lines[1].leaf().to_string());
    assert_eq!(
        (rows[0]["seq"].as_i64(), rows[0]["salt"].as_str().unwrap().len()),
        (Some(1), 32)
    );
    let entries = district.store.read(|conn| log::page(conn, i64::MAX, 1)).unwrap();
    assert_eq!(entries[0].kind, "export");
    assert!(
        entries[0].body.contains("Thanh tra tỉnh, công văn 12") && entries[0].body.contains("\"form\":\"evidence\"")
    );
    let unsaid = Request {
        evidence: Some(" ".into()),
        ..request(Format::Ndjson)
    };
    assert!(
        export::write(&district.store, &unsaid, "test", MORNING, Vec::new()).is_err(),
        "a purpose is needed"
    );
}

#[test]
fn the_table_is_the_same_in_every_format_and_demo_files_say_so() {
    let (district, _) = commune();
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let month = LocalDay::of(MORNING).month();
    let asked = |format| Request {
        node: Some(node),
        from: Some(month.first()),
        to: Some(LocalDay(month.end().0 - 1)),
        format,
        evidence: None,
        what: export::What::default(),
        only: export::Only::default(),
    };
    let json = lines(&exported(&district, &asked(Format::Ndjson)));
    let csv = exported(&district, &asked(Format::Csv(Separator::Semicolon)));
    assert_eq!(csv.lines().count(), json.len() + 1);
    assert_eq!(
        csv.lines().next().unwrap(),
        "\u{feff}Tháng;Đơn vị;Điểm tiếp nhận;Quầy;Thời điểm;Lĩnh vực;Mức (1–5);Mức độ hài lòng;Lý do;Bấm Gửi;\
         Đồng bộ trễ;Bị loại;Mã bộ câu hỏi;Mã phiếu;Ngày;Loại phiếu;Câu trả lời khác"
    );
    assert!(
        csv.lines()
            .skip(1)
            .all(|line| line.starts_with("11/2026;Xã Mẫu;;Quầy "))
    );
    let mut bytes = Vec::new();
    let rows = export::write(&district.store, &asked(Format::Xlsx), "test", MORNING, &mut bytes).unwrap();
    assert_eq!(rows, json.len() as u64);
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Phiếu").unwrap();
    let levels = sheet.rows().skip(1).map(|row| match row[6] {
        Data::Float(level) => level as i64,
        ref other => panic!("{other:?}"),
    });
    let expected = json.iter().map(|row| row["level"].as_i64().unwrap());
    assert!(levels.eq(expected));
    let words = book.worksheet_range("Định nghĩa").unwrap();
    assert!(
        words
            .cells()
            .any(|(_, _, cell)| cell.to_string().starts_with("SỐ LIỆU MINH HỌA"))
    );
    let name = export::file_name(&district.store, &asked(Format::Xlsx));
    assert_eq!(
        name,
        "SO-LIEU-MINH-HOA_phieu-hai-long_xa-mau_2026-11-01_2026-11-30.xlsx"
    );
}
