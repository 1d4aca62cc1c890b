//! Drafts: what is wrong with them is told, what was typed is kept, and whose draft is whose.

use crate::support::{District, MORNING, commune, site::Site};
use crate::surveys::hand::*;
use hailong::{
    domain::{survey::DEFAULT_SURVEY_JSON, time::LocalDay},
    store::{places, publications},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_wrong_in_twenty_ways_gets_twenty_messages_and_nothing_typed_is_lost() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let long = "dài ".repeat(90);
    question(
        &site,
        &id,
        0,
        &[
            ("text", 0, ""),
            ("speech", 0, "xuôi\u{202e}ngược"),
            ("label", 2, ""),
            ("label", 4, long.trim()),
            ("factor", 0, "XX"),
            ("style", 0, "stars"),
        ],
        &[("cond", "khong_co:1")],
    )
    .await;
    question(
        &site,
        &id,
        1,
        &[
            ("text", 0, long.trim()),
            ("item_id", 1, "thai_do"),
            ("item_text", 2, ""),
            ("item_id", 3, "có dấu"),
            ("item_picture", 4, "hình"),
            ("item_factor", 5, "ZZ"),
            ("item_speech", 6, "có\ttab"),
        ],
        &[("cond", "ly_do:thai_do"), ("cond", "hai_long:9")],
    )
    .await;
    whole(
        &site,
        &id,
        &[
            ("name", 0, ""),
            ("headline", 0, "khong_co"),
            ("superseded", 0, "a\tb"),
            ("valid_to", 0, "31/12/2026"),
            ("new_kind", 0, "radio"),
            ("new_text", 0, "Câu lạ"),
        ],
        &[("do", "add")],
    )
    .await;
    let page = site.page(&format!("/admin/surveys/draft?draft={id}")).await;
    let found = mistakes(&page);
    let expected = [
        ("name", "empty_text"),
        ("headline", "headline_not_faces"),
        ("superseded", "control_character"),
        ("valid_to", "bad_date"),
        ("questions[0].text", "empty_text"),
        ("questions[0].text.speech", "control_character"),
        ("questions[0].labels[2]", "empty_text"),
        ("questions[0].labels[4]", "long_text"),
        ("questions[0].factor", "unknown_word"),
        ("questions[0].style", "unknown_word"),
        ("questions[0].shown_if[0].question", "unknown_question"),
        ("questions[1].text", "long_text"),
        ("questions[1].tiles[1].id", "duplicate"),
        ("questions[1].tiles[2].text", "empty_text"),
        ("questions[1].tiles[3].id", "bad_id"),
        ("questions[1].tiles[4].picture", "bad_id"),
        ("questions[1].tiles[5].factor", "unknown_word"),
        ("questions[1].tiles[6].text.speech", "control_character"),
        ("questions[1].shown_if[0].question", "loop"),
        ("questions[1].shown_if[1].answers[0]", "impossible_answer"),
        ("questions[2].kind", "unknown_kind"),
    ];
    for (at, code) in expected {
        assert!(
            found.contains(&(at.into(), code.into())),
            "{at} {code} is not in {found:#?}"
        );
    }
    assert!(
        page.contains(&format!("data-mistakes=\"{}\"", found.len())) && found.len() >= 21,
        "{found:#?}"
    );
    // Beside its field, with its exact place, and what was typed is still there.
    for (n, at) in [
        (0, "questions[0].labels[4]"),
        (1, "questions[1].tiles[3].id"),
        (1, "questions[1].shown_if[1].answers[0]"),
    ] {
        let page = site.page(&format!("/admin/surveys/question?draft={id}&n={n}")).await;
        assert!(
            page.contains(&format!("class=\"mistake\" role=\"alert\" data-at=\"{at}\"")),
            "{at}: {page}"
        );
    }
    let second = site.page(&format!("/admin/surveys/question?draft={id}&n=1")).await;
    for typed in [
        "có dấu",
        "hình",
        "ZZ",
        "có\ttab",
        long.trim(),
        "hai_long:9",
        "ly_do:thai_do",
    ] {
        assert!(second.contains(&format!("\"{typed}\"")), "{typed} is lost: {second}");
    }
    for typed in ["khong_co", "a\tb", "31/12/2026"] {
        assert!(page.contains(&format!("\"{typed}\"")), "{typed} is lost");
    }
    // Neither page nor store lets it out.
    let answer = site.page(&format!("/admin/surveys/publish?draft={id}")).await;
    assert!(!answer.contains("action=\"/admin/surveys/publish\"") && answer.contains("data-mistakes=\""));
    let today = LocalDay::of(MORNING).date().to_string();
    let counter = district.counters[0].to_string();
    let fields = [
        ("draft", id.as_str()),
        ("revision", "4"),
        ("from", &today),
        ("counter", &counter),
    ];
    assert_eq!(site.submit("/admin/surveys/publish", &fields).await.status(), 422);
    let made = district.store.read(publications::all).unwrap();
    assert_eq!(made.len(), 1, "the default survey only");
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saves_over_somebody_else_is_told_and_loses_nothing() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let page = format!("/admin/surveys/question?draft={id}&n=0");
    let seen = fields(&site.page(&page).await, "/admin/surveys/question");
    question(&site, &id, 0, &[("speech", 0, "Người kia nhập")], &[]).await;
    let mine: Vec<(&str, &str)> = seen
        .iter()
        .map(|(name, value)| {
            (
                name.as_str(),
                if name == "speech" {
                    "Tôi nhập"
                } else {
                    value.as_str()
                },
            )
        })
        .collect();
    let answer = site.post("/admin/surveys/question", &mine).await;
    assert_eq!(answer.status(), 200);
    let told = answer.text().await.unwrap();
    assert!(told.contains("data-overtaken") && told.contains("Tôi nhập"), "{told}");
    assert!(
        site.page(&page).await.contains("Người kia nhập"),
        "nothing was overwritten"
    );
    let again = fields(&told, "/admin/surveys/question");
    let again: Vec<(&str, &str)> = again.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(site.post("/admin/surveys/question", &again).await.status(), 303);
    assert!(site.page(&page).await.contains("Tôi nhập"));
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_units_draft_counter_and_survey_look_like_none() {
    let district = District::new();
    let theirs = commune(&district.store, "Xã Khác", 1)[0].to_string();
    let nodes = district.store.read(places::nodes).unwrap();
    let site = Site::serve(&district).await;
    let today = LocalDay::of(MORNING).date().to_string();
    leader(&district, &site, "xa-khac", nodes[1].id).await;
    let foreign = with_tile(&site, "Chuyện riêng xã khác").await;
    let secret = with_tile(&site, "Đã công bố ở xã khác").await;
    assert_eq!(
        publish(&site, &[("from", &today), ("counter", &theirs)], &secret)
            .await
            .status(),
        303
    );
    let version = district.store.read(publications::all).unwrap()[0].survey;
    leader(&district, &site, "xa-thu", nodes[0].id).await;
    for path in [
        format!("draft?draft={foreign}"),
        format!("question?draft={foreign}&n=0"),
        format!("publish?draft={foreign}"),
        format!("preview?draft={foreign}"),
        format!("preview.json?draft={foreign}&counter={}", district.counters[0]),
        format!("languages?draft={foreign}"),
        format!("difference?draft={foreign}"),
        format!("version?id={version}"),
        format!("preview?id={version}"),
        format!("publish?id={version}"),
        format!("preview.json?id={version}&counter={}", district.counters[0]),
        format!("preview.json?id={}&counter={theirs}", name_of(DEFAULT_SURVEY_JSON)),
        format!("difference?from={version}&to={}", name_of(DEFAULT_SURVEY_JSON)),
    ] {
        assert_eq!(
            site.get(&format!("/admin/surveys/{path}")).await.status(),
            404,
            "{path}"
        );
    }
    let own = with_tile(&site, "Của mình").await;
    for (address, fields) in [
        ("draft", vec![("id", version.to_string())]),
        ("draft/discard", vec![("draft", foreign.clone())]),
        (
            "draft/save",
            vec![
                ("draft", foreign.clone()),
                ("revision", "3".into()),
                ("name", "x".into()),
            ],
        ),
        (
            "publish",
            vec![
                ("draft", own.clone()),
                ("revision", "3".into()),
                ("from", today.clone()),
                ("counter", theirs.clone()),
            ],
        ),
        (
            "publish",
            vec![
                ("draft", own.clone()),
                ("revision", "3".into()),
                ("from", today.clone()),
                ("node", nodes[1].id.to_string()),
            ],
        ),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        assert_eq!(
            site.submit(&format!("/admin/surveys/{address}"), &fields)
                .await
                .status(),
            404,
            "{address} {fields:?}"
        );
    }
    let everywhere = [
        ("draft", own.as_str()),
        ("revision", "3"),
        ("from", &today),
        ("district", "on"),
    ];
    assert_eq!(site.submit("/admin/surveys/publish", &everywhere).await.status(), 400);
    for path in ["", "/history"] {
        let page = site.page(&format!("/admin/surveys{path}")).await;
        assert!(
            !page.contains("xã khác") && !page.contains("Xã Khác") && !page.contains("xa-khac"),
            "{page}"
        );
    }
    assert_eq!(district.store.read(publications::all).unwrap().len(), 2);
    site.stop().await;
}
