//! Another question set while ballots wait: what was answered under the old one counts under the old one, and figures of
//! different kinds are not summed.

use crate::rig::*;
use hailong::domain::{period::Period, survey::SHIPPED};
use hailong::server::export::{Request, write};
use hailong::store::figures::{self, Scope};
use hailong::table::Format;
use serde_json::{Value, json};
use tempfile::tempdir;

fn exported(district: &District) -> Vec<Value> {
    let request = Request {
        node: None,
        from: None,
        to: None,
        format: Format::Ndjson,
        evidence: None,
        what: Default::default(),
        only: Default::default(),
    };
    let mut bytes = Vec::new();
    write(&district.store, &request, "test", TEN, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Publishes; answers the name.
fn publish(district: &District, json: &str, now: i64) -> String {
    let json = json.to_owned();
    let id = district.store.write(move |tx| tx.publish_survey(&json, now)).unwrap();
    id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn queued_ballots_keep_their_survey_and_each_kind_its_figures() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let district = District::create(folder.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(5, TEN);
    let sipas = publish(&district, SHIPPED[1].json, TEN + 60);
    // Not heard of yet: the tablet asks what it asked before.
    counter.cast(1, TEN + 300);
    counter.tablet.drain(TEN + 600, 40).await.unwrap();
    counter.cast(4, TEN + 900);
    let nd61 = publish(&district, SHIPPED[2].json, TEN + 960);
    counter.tablet.drain(TEN + 1200, 40).await.unwrap();
    counter.cast(3, TEN + 1500);
    counter.tablet.drain(TEN + 1800, 40).await.unwrap();

    let rows = exported(&district);
    let of = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).collect::<Vec<_>>();
    let (plain, by_sipas) = (of("Phiếu tại quầy"), of("Theo tiêu chí SIPAS"));
    let by_nd61 = of("Theo Nghị định 61/2018/NĐ-CP");
    assert_eq!((plain.len(), by_sipas.len(), by_nd61.len()), (6, 4, 3));
    assert!(plain.iter().all(|row| row["level"].is_i64() && row["others"].is_null()));
    let others = |row: &Value| row["others"].as_str().unwrap().split(" | ").count();
    for (rows, id, answers) in [(&by_sipas, &sipas, 23), (&by_nd61, &nd61, 5)] {
        for row in rows {
            assert_eq!(row["survey"], id[..12]);
            assert_eq!(
                (&row["level"], &row["reasons"]),
                (&json!(null), &json!(null)),
                "no level to sum"
            );
            assert_eq!(others(row), answers, "{row}");
        }
    }
    let trips = "Ông/Bà phải liên hệ mấy lần với nơi tiếp nhận để hoàn thiện hồ sơ, kể cả trực tuyến?: ";
    let said = by_nd61[0]["others"].as_str().unwrap();
    let (_, said) = said.split_once(trips).unwrap();
    let words = ["Không lần nào", "Một lần", "Từ hai lần trở lên"];
    assert!(words.iter().any(|words| said.starts_with(words)), "{said}");

    let (answers, sources) = district
        .store
        .read(|conn| {
            let scope = Scope::of(conn, None)?;
            let period = Period::all();
            Ok((
                figures::answers(conn, &scope, period)?,
                figures::sources(conn, &scope, period)?,
            ))
        })
        .unwrap();
    assert_eq!(answers.pooled().n(), 6, "only ballots at the counter make its rate");
    assert_eq!((sources.counted, sources.other_kind), (13, 7));
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}
