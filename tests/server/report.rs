//! The monthly report: filed in three clicks, counted again as of its position, refused while the month runs; and the
//! transactions beside it.

use crate::support::{DAY, District, HOUR, MORNING, commune_since, site, site::Site};
use hailong::{
    domain::{
        ids::NodeId,
        period::{MonthKind, Period},
        settings::NodeSettings,
        time::{LocalDay, Month},
        volume::{Papers, Volume},
    },
    server::report::{self, Facts},
    store::{FILE, StoreError, log, places, reports, tree, verify::verify, volumes::Sums},
};
use std::io::Read;

/// October 2026; `MORNING` is the 23rd of November.
const OCTOBER: Month = Month { year: 2026, month: 10 };

fn node(district: &District) -> NodeId {
    district.store.read(places::nodes).unwrap()[0].id
}

/// A part of the .docx.
fn part(document: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(document)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clerk_files_last_month_in_three_clicks_and_gets_the_document() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    let node = node(&district);
    // One: the page, on which the newest ended month of the first unit is chosen already.
    let page = site.page("/admin/reports").await;
    assert!(page.contains("Kết quả đánh giá mức độ hài lòng tháng 10/2026 (từ ngày 01/10/2026 đến ngày 31/10/2026)"));
    assert!(
        page.contains("Nộp báo cáo và lấy tệp Word") && page.len() < 150_000,
        "{}",
        page.len()
    );
    // Two: file it. Three: the document.
    let answer = site
        .submit("/admin/reports", &[("node", &node.to_string()), ("month", "2026-10")])
        .await;
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    let done = site.page(&to).await;
    assert!(done.contains("Đã nộp báo cáo.") && done.contains("/admin/reports/file?no=1"));
    let answer = site.get("/admin/reports/file?no=1").await;
    assert_eq!(
        answer.headers()["content-disposition"],
        "attachment; filename=\"SO-LIEU-MINH-HOA_bao-cao-hai-long_xa-mau_2026-10.docx\""
    );
    let bytes = answer.bytes().await.unwrap();
    let filed = district.store.read(|conn| reports::by_no(conn, 1)).unwrap();
    assert_eq!(filed.document, reports::document_hash(&bytes));
    let text = part(&bytes, "word/document.xml");
    for said in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND XÃ MẪU",
        "Tỷ lệ hài lòng (phiếu tại quầy)",
        "./.",
    ] {
        assert!(text.contains(said), "{said}");
    }
    assert!(
        text.contains("w:w=\"11906\" w:h=\"16838\"") && text.contains("w:left=\"1701\""),
        "A4 and its margins"
    );
    let footer = part(&bytes, "word/footer1.xml");
    assert!(
        footer.contains("vị trí nhật ký") && footer.contains("tháng 10/2026"),
        "{footer}"
    );
    let styles = part(&bytes, "word/styles.xml");
    assert!(styles.contains("Times New Roman") && styles.contains("vi-VN"));
    // It can be counted again to the same, and the log knows it.
    let again = site.page("/admin/reports/filed?no=1").await;
    assert!(again.contains("kết quả khớp"), "{again}");
    let entry = district.store.read(|conn| log::page(conn, filed.pos + 1, 1)).unwrap();
    assert!(entry[0].kind == "report" && entry[0].body.contains(&filed.document.to_string()));
    // And the month's ballots are one link away from the same page.
    let export = format!("/admin/export/file?node={node}&when=days&from=2026-10-01&to=2026-10-31&format=xlsx");
    assert!(page.replace("&#38;", "&").contains(&export));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_has_not_ended_is_refused_and_the_day_is_named() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    let node = node(&district).to_string();
    let refused = site
        .submit("/admin/reports", &[("node", &node), ("month", "2026-11")])
        .await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await.unwrap();
    assert!(
        page.contains(
            "Kỳ báo cáo tháng 11/2026 chưa kết thúc: còn đến hết ngày 30/11/2026. Lập báo cáo được từ ngày 01/12/2026."
        ),
        "{page}"
    );
    assert!(
        site.page(&format!("/admin/reports?node={node}&month=2026-11"))
            .await
            .contains("chưa kết thúc")
    );
    site.stop().await;
}

#[test]
fn a_statutory_month_ends_on_the_14th() {
    let district = site::commune();
    let node = node(&district);
    let settings = NodeSettings {
        month: Some(MonthKind::Statutory),
        ..NodeSettings::default()
    };
    district
        .store
        .write(move |tx| tx.set_settings(node, &settings, "lan", MORNING))
        .unwrap();
    district
        .store
        .read(|conn| {
            let (_, due) = report::due(conn, node, LocalDay::of(MORNING))?;
            assert_eq!(
                due.to_string(),
                "11/2026",
                "on the 23rd, the month up to the 14th is over"
            );
            let facts = report::draft(conn, node, due, MORNING)?;
            assert_eq!(facts.period().vietnamese(), "tháng 11/2026 (15/10/2026–14/11/2026)");
            let next = report::draft(conn, node, due.plus(1), MORNING);
            assert!(matches!(next, Err(StoreError::Invalid(why)) if why.contains("từ ngày 15/12/2026")));
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_comes_later_is_late_in_the_next_report_and_changes_no_filed_one() {
    let district = District::since(MORNING - 60 * DAY);
    let node = node(&district);
    let october = LocalDay::from_date("2026-10-12".parse().unwrap()).start() + 9 * HOUR;
    let mut tablet = district.tablet_at(1, district.counters[0], october - DAY);
    let mut first = tablet.epoch(1, None);
    (0..12).for_each(|n| {
        first.push(hailong::wire::canon::line_of(
            &tablet.ballot(if n < 2 { 1 } else { 5 }, october),
        ))
    });
    tablet.deliver(&district.store, &first, october + HOUR);
    district.store.release_due(october + DAY).unwrap();
    let november = LocalDay::from_date("2026-11-02".parse().unwrap()).start() + 9 * HOUR;
    let no = report::file(&district.store, node, OCTOBER, "lan", november).unwrap();
    let filed = district.store.read(|conn| reports::by_no(conn, no)).unwrap();
    let facts = Facts::parse(&filed.facts).unwrap();
    assert_eq!((facts.ballots, facts.pooled().satisfied(), facts.late), (12, 10, None));
    // Six more of October come in November, and six of November.
    let mut more = tablet.epoch(2, Some(first.tip(&tablet)));
    (0..6).for_each(|_| more.push(hailong::wire::canon::line_of(&tablet.ballot(1, october + DAY))));
    (0..6).for_each(|_| more.push(hailong::wire::canon::line_of(&tablet.ballot(5, november))));
    tablet.deliver(&district.store, &more, november + HOUR);
    district.store.release_due(november + DAY).unwrap();
    let again = district.store.read(|conn| facts.again(conn)).unwrap();
    assert_eq!(
        again.json(),
        filed.facts,
        "the filed report is counted again to the same"
    );
    let december = LocalDay::from_date("2026-12-01".parse().unwrap()).start() + 9 * HOUR;
    district.store.release_due(december).unwrap();
    let next = district
        .store
        .read(|conn| report::draft(conn, node, OCTOBER.plus(1), december))
        .unwrap();
    assert_eq!((next.ballots, next.late), (6, Some(6)));
    let said = format!("{:?}", report::paper(&next, false, LocalDay::of(december)));
    assert!(
        said.contains("Phiếu đến muộn của kỳ trước (không tính vào kỳ này): 6."),
        "{said}"
    );
    // The page of October shows them all the same.
    let october = district
        .store
        .read(|conn| report::draft(conn, node, OCTOBER, december))
        .unwrap();
    assert_eq!(october.ballots, 18);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}

#[test]
fn a_filed_report_that_was_changed_is_found() {
    let district = site::commune();
    let node = node(&district);
    report::file(&district.store, node, OCTOBER, "lan", MORNING).unwrap();
    let dir = district.store.dir().to_owned();
    assert_eq!(verify(&dir).unwrap().broken, []);
    let conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    assert!(
        conn.execute("update report set facts = '{}'", []).is_err(),
        "append-only"
    );
    conn.execute_batch("drop trigger report_no_update; update report set facts = replace(facts, '\"v\":3', '\"v\":4')")
        .unwrap();
    let kinds: Vec<_> = verify(&dir)
        .unwrap()
        .broken
        .into_iter()
        .map(|finding| finding.kind)
        .collect();
    assert!(kinds.contains(&"report"), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_must_add_up_and_be_of_the_same_days() {
    let district = site::commune();
    let site = Site::signed_in(&district).await;
    let node = node(&district).to_string();
    let send = async |fields: &[(&str, &str)]| {
        let mut all = vec![("node", node.as_str()), ("month", "2026-10")];
        all.extend_from_slice(fields);
        let answer = site.submit("/admin/reports/volume", &all).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let october = [
        ("first", "2026-10-01"),
        ("last", "2026-10-31"),
        ("transactions", "1.042"),
        ("total", "1.042"),
        ("on_time", "971"),
    ];
    let (status, page) = send(&[&october[..], &[("pending", "56"), ("late", "")]].concat()).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("Tổng 1.042 khác 971 + 56 + 0 = 1.027: còn 15 hồ sơ chưa rõ. Có phải quá hạn = 15?"),
        "{page}"
    );
    let days = [
        ("first", "2026-09-15"),
        ("last", "2026-10-14"),
        ("transactions", "1042"),
    ];
    let (status, page) = send(&days).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("không khớp kỳ báo cáo của đơn vị: tháng 10/2026 (từ 01/10/2026 đến 31/10/2026)"),
        "{page}"
    );
    let (status, page) = send(&[
        ("first", "2026-10-01"),
        ("last", "2026-10-31"),
        ("transactions", "nhiều"),
    ])
    .await;
    assert!(
        status == 422 && page.contains("ô “Số lượt giao dịch tại quầy”"),
        "{page}"
    );
    let (status, _) = send(&[&october[..], &[("pending", "56"), ("late", "15")]].concat()).await;
    assert_eq!(status, 303);
    let page = site.page(&format!("/admin/reports?node={node}&month=2026-10")).await;
    assert!(
        page.contains("Trong kỳ có 1.042 lượt giao dịch") && page.contains("98,5% (971/986)"),
        "{page}"
    );
    assert!(page.contains("cần 289 phiếu"), "1.042·400/1.442 = 289");
    let units = site.page("/admin/units?period=2026-10").await;
    assert!(units.contains("(51/1.042)") || units.contains("/1.042)"), "{units}");
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[test]
fn a_rate_above_98_among_few_carries_its_caveat() {
    let district = District::demo();
    let at = LocalDay::from_date("2026-10-12".parse().unwrap()).start() + 9 * HOUR;
    let ballots: Vec<_> = (0..100).map(|n| (if n == 0 { 1 } else { 5 }, at)).collect();
    site::cast(&district, 1, 0, &ballots, MORNING);
    let node = node(&district);
    let period = Period::month(OCTOBER);
    let paper = |transactions: u64| {
        let volume = Volume {
            transactions,
            papers: Papers::new(10, 10, 0, 0).ok(),
        };
        district
            .store
            .write(move |tx| tx.enter_volume(node, period, OCTOBER, volume, "lan", MORNING))
            .unwrap();
        let facts = district
            .store
            .read(|conn| report::draft(conn, node, OCTOBER, MORNING))
            .unwrap();
        format!("{:?}", report::paper(&facts, false, LocalDay::of(MORNING)))
    };
    assert!(
        paper(501).contains("không đại diện cho mọi người đã đến giao dịch"),
        "99 of 501"
    );
    assert!(!paper(500).contains("không đại diện"), "20 % have spoken");
}

#[test]
fn a_small_month_has_no_rate_and_its_table_hides_small_cells() {
    let district = District::demo();
    let at = LocalDay::from_date("2026-10-12".parse().unwrap()).start() + 9 * HOUR;
    site::cast(
        &district,
        1,
        0,
        &[(1, at), (5, at), (5, at), (5, at), (5, at), (5, at), (4, at)],
        MORNING,
    );
    let node = node(&district);
    let facts = district
        .store
        .read(|conn| report::draft(conn, node, OCTOBER, MORNING))
        .unwrap();
    let said = format!("{:?}", report::paper(&facts, true, LocalDay::of(MORNING)));
    assert!(said.contains("Chưa đủ phiếu để tính tỷ lệ (n = 7)") && said.contains("SỐ LIỆU MINH HỌA"));
    assert!(!said.contains("86%") && !said.contains("14%"), "{said}");
}

/// A commune with a reception point since long ago, both of them known, and what the point entered for October.
fn with_point() -> (District, NodeId, NodeId) {
    let district = District::since(MORNING - 400 * DAY);
    let top = since_long_ago(&district, "Xã Có Điểm");
    let point = add_point(&district, top, "Điểm Một", MORNING - 400 * DAY);
    enter(&district, point, 100);
    (district, top, point)
}

fn since_long_ago(district: &District, name: &str) -> NodeId {
    commune_since(&district.store, name, 1, MORNING - 400 * DAY);
    district.store.read(places::nodes).unwrap().pop().unwrap().id
}

fn add_point(district: &District, top: NodeId, name: &str, now: i64) -> NodeId {
    let new = places::NewNode {
        name: name.into(),
        parent: Some(top),
        kind: None,
        contact: None,
    };
    district.store.write(move |tx| tx.add_node(&new, now)).unwrap()
}

fn enter(district: &District, unit: NodeId, transactions: u64) {
    let volume = Volume {
        transactions,
        papers: None,
    };
    let period = Period::month(OCTOBER);
    district
        .store
        .write(move |tx| tx.enter_volume(unit, period, OCTOBER, volume, "lan", MORNING))
        .unwrap();
}

fn october_transactions(district: &District, node: NodeId) -> Option<u64> {
    let found = district.store.read(|conn| {
        let head = log::head(conn)?.pos;
        Sums::of(conn, Period::month(OCTOBER), head)?.volume(conn, node)
    });
    found.unwrap().map(|volume| volume.transactions)
}

#[test]
fn a_unit_that_was_not_there_in_a_month_is_not_waited_for() {
    let (district, top, _) = with_point();
    assert_eq!(october_transactions(&district, top), Some(100));
    let close = |point, date: &str| {
        let day = LocalDay::from_date(date.parse().unwrap());
        district
            .store
            .write(move |tx| tx.close_node(point, Some(day), MORNING))
            .unwrap();
    };
    let second = add_point(&district, top, "Điểm Hai", MORNING - 300 * DAY);
    assert_eq!(
        october_transactions(&district, top),
        None,
        "it was there and entered nothing"
    );
    close(second, "2026-10-02");
    assert_eq!(october_transactions(&district, top), None, "it was there for a day");
    close(second, "2026-10-01");
    assert_eq!(october_transactions(&district, top), Some(100));
    // One that came in November.
    let third = add_point(&district, top, "Điểm Ba", MORNING);
    assert_eq!(october_transactions(&district, top), Some(100));
    // What they entered all the same is counted.
    enter(&district, third, 7);
    assert_eq!(october_transactions(&district, top), Some(107));
}

#[test]
fn a_unit_that_comes_moves_or_closes_later_changes_no_filed_report() {
    let (district, top, point) = with_point();
    let second = add_point(&district, top, "Điểm Hai", MORNING - 300 * DAY);
    enter(&district, second, 20);
    let no = report::file(&district.store, top, OCTOBER, "lan", MORNING).unwrap();
    let filed = district.store.read(|conn| reports::by_no(conn, no)).unwrap();
    let facts = Facts::parse(&filed.facts).unwrap();
    assert_eq!(facts.volume.map(|volume| volume.transactions), Some(120));
    let same = |what: &str| {
        let again = district.store.read(|conn| facts.again(conn)).unwrap();
        assert_eq!(again.json(), filed.facts, "{what}");
    };
    // Each is entered late, of a day before the month had ended.
    let early = LocalDay::from_date("2026-10-02".parse().unwrap());
    let third = places::NewNode {
        name: "Điểm Ba".into(),
        parent: Some(top),
        kind: None,
        contact: None,
    };
    district
        .store
        .write(move |tx| tx.add_unit(&third, None, early, MORNING))
        .unwrap();
    same("a unit was added");
    let elsewhere = since_long_ago(&district, "Xã Khác");
    let moved = tree::NodeChange {
        name: "Điểm Một".into(),
        code: None,
        parent: Some(elsewhere),
    };
    district
        .store
        .write(move |tx| tx.change_node(point, &moved, early, MORNING))
        .unwrap();
    same("a unit was moved");
    let before = LocalDay::from_date("2026-09-30".parse().unwrap());
    district
        .store
        .write(move |tx| tx.close_node(second, Some(before), MORNING))
        .unwrap();
    same("a unit was closed");
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
}
