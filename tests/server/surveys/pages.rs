//! What the pages are made of: text stays text, they are small, and frames stand in one of them only.

use crate::support::{District, MORNING, site::Site};
use crate::surveys::hand::*;
use hailong::{
    domain::{
        survey::{DEFAULT_SURVEY_JSON, SHIPPED},
        time::LocalDay,
    },
    store::publications,
};

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_text_in_every_field_and_on_every_page() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;</textarea>";
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let add = [
        ("name", 0, evil),
        ("superseded", 0, evil),
        ("new_kind", 0, "choice"),
        ("new_text", 0, evil),
    ];
    whole(&site, &id, &add, &[("do", "add")]).await;
    question(
        &site,
        &id,
        0,
        &[
            ("text", 0, evil),
            ("speech", 0, evil),
            ("label", 0, evil),
            ("label_speech", 0, evil),
        ],
        &[],
    )
    .await;
    question(
        &site,
        &id,
        1,
        &[("item_text", 0, evil), ("item_speech", 0, evil)],
        &[("cond", evil)],
    )
    .await;
    question(
        &site,
        &id,
        2,
        &[
            ("speech", 0, evil),
            ("item_text", 0, evil),
            ("item_id", 1, evil),
            ("item_text", 1, "a"),
        ],
        &[],
    )
    .await;
    let csrf = site.csrf().await;
    let words = [
        ("csrf", csrf.as_str()),
        ("tag", "en"),
        ("key", evil),
        ("text", evil),
        ("speech", evil),
        ("draft", id.as_str()),
        ("revision", "5"),
    ];
    assert_eq!(
        site.upload_all("/admin/surveys/languages", &words, &[]).await.status(),
        303
    );
    let harmless = async |path: &str| {
        let page = site.page(path).await;
        for tag in ["<script", "<img", "</textarea"] {
            assert!(!page.contains(tag), "{path}: {tag}");
        }
        page
    };
    for path in ["draft", "publish", "difference", "preview", "languages"] {
        harmless(&format!("/admin/surveys/{path}?draft={id}")).await;
    }
    for n in 0..3 {
        assert!(
            harmless(&format!("/admin/surveys/question?draft={id}&n={n}"))
                .await
                .contains("&#60;script")
        );
    }
    // Right as a survey: markup is words.
    question(&site, &id, 1, &[], &[]).await;
    let page = format!("/admin/surveys/question?draft={id}&n=1");
    let kept: Vec<_> = fields(&site.page(&page).await, "/admin/surveys/question");
    let kept: Vec<(&str, &str)> = kept
        .iter()
        .filter(|(name, _)| name != "cond")
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(site.post("/admin/surveys/question", &kept).await.status(), 303);
    question(&site, &id, 2, &[("item_id", 1, "")], &[]).await;
    let today = LocalDay::of(MORNING).date().to_string();
    let answer = publish(&site, &[("from", &today), ("district", "on"), ("same", "on")], &id).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let version = district.store.read(publications::all).unwrap()[0].survey;
    let default = name_of(DEFAULT_SURVEY_JSON);
    for path in [
        "".to_owned(),
        "/history?done=2".to_owned(),
        format!("/version?id={version}"),
        format!("/preview?id={version}"),
        format!("/languages?id={version}"),
        format!("/publish?id={version}"),
        format!("/difference?from={default}&to={version}"),
    ] {
        assert!(
            harmless(&format!("/admin/surveys{path}")).await.contains("&#60;script"),
            "{path}"
        );
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_small_and_only_the_preview_holds_frames() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let sipas = name_of(SHIPPED[1].json);
    let id = draft(&site, &sipas).await;
    for path in [
        "".to_owned(),
        "/history".to_owned(),
        format!("/version?id={sipas}"),
        format!("/draft?draft={id}"),
        format!("/question?draft={id}&n=22"),
        format!("/languages?draft={id}&tag=en"),
        format!("/publish?draft={id}"),
        format!("/preview?draft={id}"),
    ] {
        let answer = site.get(&format!("/admin/surveys{path}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        let csp = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert_eq!(
            csp.contains("frame-src 'self'"),
            path.starts_with("/preview"),
            "{path}: {csp}"
        );
        assert!(
            csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"),
            "{csp}"
        );
        let page = answer.text().await.unwrap();
        assert!(page.len() < 150_000, "{path}: {} bytes", page.len());
        assert_eq!(page.contains("<iframe"), path.starts_with("/preview"), "{path}");
    }
    // The tablet's page may stand in a frame of ours, nothing else may.
    let framed = async |path: &str| {
        let answer = site.get(path).await;
        answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("frame-ancestors 'self'")
    };
    assert!(framed("/tablet/").await && !framed("/tablet/boot.js").await && !framed("/healthz").await);
    site.stop().await;
}
