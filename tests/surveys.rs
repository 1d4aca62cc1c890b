//! The survey editor as a browser without JavaScript uses it: drafts that are wrong in many ways, ids that keep their
//! meaning, publishing to counters from a day on, going back, history, and whose draft is whose.
#![cfg(all(feature = "server", feature = "client"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

mod support;

use hailong::{
    domain::{
        ids::{CounterId, NodeId},
        role::Role,
        survey::{DEFAULT_SURVEY_JSON, SHIPPED, Survey},
        time::LocalDay,
    },
    server::auth,
    store::{FILE, Store, log, places, publications, users::Access, verify::verify},
    wire,
};
use serde_json::Value;
use support::{DAY, District, HOUR, MORNING, commune, drop_triggers, site::Site};

fn name_of(json: &str) -> String {
    wire::survey_id(&serde_json::from_str(json).unwrap()).to_string()
}

/// Somebody of a unit, signed in.
async fn leader(district: &District, site: &Site, user: &str, node: NodeId) {
    let access = Access {
        role: Role::Leader,
        node: Some(node),
        until: None,
    };
    let password = auth::add_user(&district.store, user, access, MORNING).unwrap();
    let answer = site.sign_in(user, &password).await;
    assert_eq!(answer.headers()["location"], "/admin/");
}

/// Makes a draft of a version; answers its id.
async fn draft(site: &Site, version: &str) -> String {
    let answer = site.submit("/admin/surveys/draft", &[("id", version)]).await;
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    to.strip_prefix("/admin/surveys/draft?draft=").unwrap().to_owned()
}

/// What a page's form would send as it stands: the fields of the form with this action.
fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let start = page
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form {action} in {page}"));
    let form = &page[start..];
    let form = &form[..form.find("</form>").unwrap()];
    let mut fields = Vec::new();
    let mut select = None;
    for tag in form.split('<').skip(1) {
        let attribute = |name: &str| {
            let value = tag.split_once(&format!(" {name}=\""))?.1;
            Some(unescape(value.split('"').next()?))
        };
        let checked = tag.contains(" checked=true") || tag.contains(" checked=\"true\"") || tag.contains(" checked");
        if tag.starts_with("input") {
            let (Some(name), kind) = (attribute("name"), attribute("type")) else {
                continue;
            };
            if kind.as_deref() != Some("checkbox") || checked {
                fields.push((name, attribute("value").unwrap_or_default()));
            }
        } else if tag.starts_with("select") {
            select = attribute("name");
        } else if tag.starts_with("option") && (tag.contains(" selected")) {
            fields.push((select.clone().unwrap(), attribute("value").unwrap_or_default()));
        }
    }
    fields
}

fn unescape(text: &str) -> String {
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// Sends a form of a page as it stands, but for some fields: the n-th of a name, counted from 0.
async fn change(
    site: &Site,
    page: &str,
    action: &str,
    changes: &[(&str, usize, &str)],
    more: &[(&str, &str)],
) -> reqwest::Response {
    let mut fields = fields(&site.page(page).await, action);
    for (name, n, value) in changes {
        let field = fields.iter_mut().filter(|(known, _)| known == name).nth(*n);
        field.unwrap_or_else(|| panic!("no field {name} {n}")).1 = (*value).to_owned();
    }
    let mut all: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend(more);
    site.post(action, &all).await
}

async fn question(site: &Site, draft: &str, n: usize, changes: &[(&str, usize, &str)], more: &[(&str, &str)]) {
    let page = format!("/admin/surveys/question?draft={draft}&n={n}");
    let answer = change(site, &page, "/admin/surveys/question", changes, more).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
}

async fn whole(site: &Site, draft: &str, changes: &[(&str, usize, &str)], more: &[(&str, &str)]) {
    let page = format!("/admin/surveys/draft?draft={draft}");
    let answer = change(site, &page, "/admin/surveys/draft/save", changes, more).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
}

/// Adds a tile to "lý do" of a copy of the default survey; answers the draft.
async fn with_tile(site: &Site, words: &str) -> String {
    let draft = draft(site, &name_of(DEFAULT_SURVEY_JSON)).await;
    question(site, &draft, 1, &[], &[("do", "add")]).await;
    question(site, &draft, 1, &[("item_text", 7, words)], &[]).await;
    draft
}

async fn publish(site: &Site, fields: &[(&str, &str)], draft: &str) -> reqwest::Response {
    let (day, places): (Vec<_>, Vec<_>) = fields.iter().copied().partition(|(name, _)| *name == "from");
    let form = format!("/admin/surveys/publish?draft={draft}");
    let day: Vec<(&str, usize, &str)> = day.into_iter().map(|(name, day)| (name, 0, day)).collect();
    change(site, &form, "/admin/surveys/publish", &day, &places).await
}

/// What is wrong on a page: place and code of each message in its list.
fn mistakes(page: &str) -> Vec<(String, String)> {
    let list = page.split("<li data-at=\"").skip(1).map(|item| {
        let at = item.split('"').next().unwrap().to_owned();
        let code = item.split_once("data-problem=\"").unwrap().1.split('"').next().unwrap();
        (at, code.to_owned())
    });
    list.collect()
}

/// The survey that a counter asks, as its tablets' setups would have it.
fn asks(store: &Store, counter: CounterId, now: i64) -> Survey {
    let survey = store.read(|conn| {
        let no = places::counter(conn, counter)?.no;
        let id = publications::at_counter(conn, no, LocalDay::of(now))?;
        Ok(hailong::store::surveys::document(conn, id)?.unwrap())
    });
    survey.unwrap()
}

fn has_tile(survey: &Survey, words: &str) -> bool {
    let text = serde_json::to_string(survey).unwrap();
    text.contains(words)
}

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
    let words = [
        ("tag", "en"),
        ("key", evil),
        ("text", evil),
        ("speech", evil),
        ("draft", id.as_str()),
        ("revision", "5"),
    ];
    assert_eq!(site.submit("/admin/surveys/languages", &words).await.status(), 303);
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
async fn words_in_other_languages_are_checked_named_when_missing_and_published_with_the_survey() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = with_tile(&site, "Biết xin lỗi").await;
    let page = format!("/admin/surveys/languages?draft={id}&tag=en");
    let action = "/admin/surveys/languages";
    let shown = site.page(&page).await;
    assert!(
        shown.contains("data-key=\"ly_do.biet_xin_loi\" data-missing=\"true\""),
        "{shown}"
    );
    assert_eq!(
        shown.matches("data-missing").count(),
        1,
        "only the new one lacks English"
    );
    // Markup is no text of a pack; it is told, kept, and not let out.
    change(&site, &page, action, &[("text", 0, "<b>Sorry</b>")], &[]).await;
    let shown = site.page(&page).await;
    assert!(
        shown.contains("class=\"mistake\"") && shown.contains("&#60;b&#62;Sorry"),
        "{shown}"
    );
    let draft = site.page(&format!("/admin/surveys/draft?draft={id}")).await;
    assert_eq!(
        mistakes(&draft),
        [("texts[&#34;ly_do.biet_xin_loi&#34;].text".into(), "words".into())]
    );
    change(
        &site,
        &page,
        action,
        &[("text", 0, "Apologises"), ("speech", 0, "apologises")],
        &[],
    )
    .await;
    assert!(!site.page(&page).await.contains("data-missing"));
    let today = LocalDay::of(MORNING).date().to_string();
    assert_eq!(
        publish(&site, &[("from", &today), ("district", "on")], &id)
            .await
            .status(),
        303
    );
    let packs = district.store.read(hailong::store::packs::current).unwrap();
    assert_eq!(packs.len(), 1);
    assert!(
        packs[0].lang == "en" && packs[0].document.contains("Apologises"),
        "{packs:?}"
    );
    let version = district.store.read(publications::all).unwrap()[0].survey;
    let shown = site
        .page(&format!("/admin/surveys/languages?id={version}&tag=en"))
        .await;
    assert!(shown.contains("Apologises") && !shown.contains("data-missing"));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
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
