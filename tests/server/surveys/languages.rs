//! Words, recordings and languages that a draft adds: checked, named when missing, heard in the preview, published with it.

use crate::support::{District, MORNING, site::Site};
use crate::surveys::hand::*;
use hailong::{
    domain::{
        pack::Pack,
        policy::{MAX_CLIP_BYTES, MAX_PACKS},
        survey::DEFAULT_SURVEY_JSON,
        time::LocalDay,
    },
    store::{
        packs,
        places::{NewNode, nodes},
        publications,
        verify::verify,
    },
    wire::keys::sha256,
};

const M4A: &[u8] = b"\0\0\0\x1cftypM4A recorded";
const OTHER: &[u8] = b"ID3\x04 said anew";

fn name(bytes: &[u8], ending: &str) -> String {
    format!("{}.{ending}", sha256(&[bytes]))
}

/// The pack of a language in use.
fn pack(district: &District, lang: &str) -> Option<Pack> {
    let packs = district.store.read(packs::current).unwrap();
    let pack = packs.into_iter().find(|pack| pack.lang == lang)?;
    Some(Pack::parse(pack.document.as_bytes()).unwrap())
}

async fn publish_today(site: &Site, draft: &str) {
    let today = LocalDay::of(MORNING).date().to_string();
    let place = ("node", district_node(site, draft).await);
    let answer = publish(site, &[("from", &today), (place.0, &place.1)], draft).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
}

/// The first unit that the page of publishing offers.
async fn district_node(site: &Site, draft: &str) -> String {
    let page = site.page(&format!("/admin/surveys/publish?draft={draft}")).await;
    let (_, after) = page.split_once("name=\"node\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

async fn language(site: &Site, draft: &str, fields: &[(&str, &str)]) -> reqwest::Response {
    let page = site.page(&format!("/admin/surveys/languages?draft={draft}")).await;
    let mut all: Vec<(String, String)> = fields_of(&page);
    all.extend(
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    site.post("/admin/surveys/language", &all).await
}

/// Whose form this is: token, draft and revision.
fn fields_of(page: &str) -> Vec<(String, String)> {
    let all = fields(page, "/admin/surveys/languages");
    let own = ["csrf", "draft", "revision"];
    all.into_iter()
        .filter(|(name, _)| own.contains(&name.as_str()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_in_other_languages_are_checked_named_when_missing_and_published_with_the_survey() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = with_tile(&site, "Biết xin lỗi").await;
    let page = format!("/admin/surveys/languages?draft={id}&tag=en");
    let key = "ly_do.biet_xin_loi";
    let shown = site.page(&page).await;
    assert!(
        shown.contains(&format!("data-key=\"{key}\" data-missing=\"true\"")),
        "{shown}"
    );
    assert_eq!(
        shown.matches("data-missing").count(),
        1,
        "only the new one lacks English"
    );
    // Markup is no text of a pack; it is told, kept, and not let out.
    assert_eq!(
        words(&site, &page, &[(key, "<b>Sorry</b>", "")], &[], &[])
            .await
            .status(),
        303
    );
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
    let said = [(key, "Apologises", "apologises")];
    assert_eq!(words(&site, &page, &said, &[], &[]).await.status(), 303);
    assert!(!site.page(&page).await.contains("data-missing"));
    publish_today(&site, &id).await;
    let english = pack(&district, "en").unwrap();
    assert_eq!(
        english.texts.len(),
        1,
        "what is built in and was left as it is is no word of the pack"
    );
    assert_eq!(english.texts[key].text.as_deref(), Some("Apologises"));
    let version = district.store.read(publications::all).unwrap()[0].survey;
    let shown = site
        .page(&format!("/admin/surveys/languages?id={version}&tag=en"))
        .await;
    assert!(shown.contains("Apologises") && !shown.contains("data-missing"));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_and_its_recordings_are_added_on_the_page_and_reach_the_tablet() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let refused = language(&site, &id, &[("tag", ""), ("other", "Tiếng Tày")]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("không phải mã ngôn ngữ"));
    let added = language(&site, &id, &[("tag", "tyz")]).await;
    let page = format!("/admin/surveys/languages?draft={id}&tag=tyz");
    assert_eq!(added.headers()["location"], page.as_str());
    let shown = site.page(&page).await;
    assert!(
        shown.contains("Tiếng Tày") && shown.contains("data-language=\"tyz\""),
        "{shown}"
    );

    // One recording by its row, one by its name; three files that are none keep nothing else from being saved.
    let large = [M4A, &vec![0; MAX_CLIP_BYTES]].concat();
    let files: [(&str, &str, &[u8]); 6] = [
        ("clip:hai_long", "Bản ghi mới 12.m4a", M4A),
        ("clip:@send", "", b""),
        ("clips", "@voluntary.mp3", OTHER),
        ("clips", "ly_do.m4a", b"<html>"),
        ("clips", "hai_long.5.m4a", &large),
        ("clips", "nothing.m4a", M4A),
    ];
    let said = [("hai_long", "Cần slon", ""), ("@send", "Sống", "")];
    let told = words(&site, &page, &said, &[], &files).await;
    assert_eq!(told.status(), 422);
    let told = told.text().await.unwrap();
    for (file, why) in [
        ("ly_do.m4a", "không phải tệp âm thanh"),
        ("hai_long.5.m4a", "dài hơn khoảng 30 giây"),
        ("nothing.m4a", "không trùng mã"),
    ] {
        let (_, after) = told.split_once(&format!("data-file=\"{file}\"")).unwrap();
        assert!(after.split("</li>").next().unwrap().contains(why), "{file}");
    }
    assert_eq!(told.matches("data-file").count(), 3);
    let (clip, other) = (name(M4A, "m4a"), name(OTHER, "mp3"));
    let shown = site.page(&page).await;
    for kept in ["Cần slon", "Sống", &clip, &other] {
        assert!(shown.contains(kept), "{kept}");
    }
    // Heard before it is published, in the page and in the preview, and by no tablet.
    let answer = site.get(&format!("/tablet/clips/{clip}")).await;
    assert_eq!(answer.headers()["content-type"], "audio/mp4");
    assert_eq!(answer.bytes().await.unwrap(), M4A);
    let counter = district.counters[0];
    let preview = site
        .page(&format!("/admin/surveys/preview.json?draft={id}&counter={counter}"))
        .await;
    assert!(preview.contains(&clip) && preview.contains("Cần slon"), "{preview}");
    assert_eq!(pack(&district, "tyz"), None);
    // One is taken out again, and its bytes go.
    assert_eq!(
        words(&site, &page, &[], &[("drop", "@voluntary")], &[]).await.status(),
        303
    );
    assert_eq!(site.get(&format!("/tablet/clips/{other}")).await.status(), 404);

    let unit = district_node(&site, &id).await;
    publish_today(&site, &id).await;
    let tay = pack(&district, "tyz").unwrap();
    assert_eq!((tay.name.as_str(), tay.texts.len()), ("Tiếng Tày", 2));
    assert_eq!(tay.texts["hai_long"].clip.unwrap().to_string(), clip);
    let setup = district.tablet(1).open_setup();
    assert_eq!(setup.packs[0].document["texts"]["@send"]["text"], "Sống");
    assert_eq!(site.get(&format!("/tablet/clips/{clip}")).await.status(), 200);
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);

    // A unit offers what it chose.
    assert!(
        site.page(&format!("/admin/places/unit?node={unit}"))
            .await
            .contains("Tiếng Tày")
    );
    for (tags, offered) in [(vec![], 0), (vec![("tag", "tyz")], 1)] {
        let fields = [vec![("node", unit.as_str()), ("whose", "own")], tags].concat();
        assert_eq!(site.submit("/admin/places/languages", &fields).await.status(), 303);
        assert_eq!(district.tablet(1).open_setup().packs.len(), offered);
    }

    // Said anew: what was recorded were other words.
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let page = format!("/admin/surveys/languages?draft={id}&tag=tyz");
    assert!(
        site.page(&page).await.contains("Cần slon"),
        "as it was published, to be corrected"
    );
    assert_eq!(
        words(&site, &page, &[("hai_long", "Cần slon lẻo", "")], &[], &[])
            .await
            .status(),
        303
    );
    publish_today(&site, &id).await;
    let tay = pack(&district, "tyz").unwrap();
    assert_eq!(tay.texts["hai_long"].text.as_deref(), Some("Cần slon lẻo"));
    assert_eq!(
        (tay.texts["hai_long"].clip, tay.texts["@send"].text.as_deref()),
        (None, Some("Sống"))
    );
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_fills_in_what_a_pack_lacks_and_changes_nothing_of_it() {
    let district = District::new();
    let below = district
        .store
        .write(|tx| {
            let top = nodes(tx.conn())?[0].id;
            let unit = NewNode {
                name: "Thôn Dưới".into(),
                parent: Some(top),
                kind: None,
                contact: None,
            };
            tx.add_node(&unit, MORNING)
        })
        .unwrap();
    let site = Site::signed_in(&district).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    assert_eq!(language(&site, &id, &[("tag", "tyz")]).await.status(), 303);
    let page = format!("/admin/surveys/languages?draft={id}&tag=tyz");
    let files: [(&str, &str, &[u8]); 1] = [("clip:hai_long", "a.m4a", M4A)];
    assert_eq!(
        words(&site, &page, &[("hai_long", "Cần slon", "")], &[], &files)
            .await
            .status(),
        303
    );
    publish_today(&site, &id).await;

    leader(&district, &site, "anh-nam", below).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let refused = language(&site, &id, &[("tag", "nut")]).await;
    assert!(refused.status().is_client_error(), "{}", refused.status());
    let page = format!("/admin/surveys/languages?draft={id}&tag=tyz");
    let shown = site.page(&page).await;
    let row = shown
        .split_once("data-key=\"hai_long\"")
        .unwrap()
        .1
        .split("</tr>")
        .next()
        .unwrap();
    assert!(row.contains("Cần slon") && !row.contains("<input"), "{row}");
    // Sent by hand all the same: what is said stays, what is lacking is filled in.
    let sent = [("key", "hai_long"), ("text", "Khác"), ("speech", "")];
    let files: [(&str, &str, &[u8]); 2] = [("clip:hai_long", "b.mp3", OTHER), ("clip:ly_do", "c.mp3", OTHER)];
    let kept = words(&site, &page, &[("ly_do", "Lẹo", "")], &sent, &files).await;
    assert_eq!(kept.status(), 303);
    publish_today(&site, &id).await;
    let tay = pack(&district, "tyz").unwrap();
    assert_eq!(tay.texts["hai_long"].text.as_deref(), Some("Cần slon"));
    assert_eq!(tay.texts["hai_long"].clip.unwrap().to_string(), name(M4A, "m4a"));
    assert_eq!(tay.texts["ly_do"].text.as_deref(), Some("Lẹo"));
    assert_eq!(tay.texts["ly_do"].clip.unwrap().to_string(), name(OTHER, "mp3"));
    assert_eq!(verify(district.store.dir()).unwrap().broken, []);
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings_go_with_their_draft_and_too_many_languages_are_refused_in_words() {
    let district = District::new();
    let site = Site::signed_in(&district).await;
    let id = draft(&site, &name_of(DEFAULT_SURVEY_JSON)).await;
    let tags = ["tyz", "nut", "hmn", "ium", "mlc", "blt", "mtq", "jra", "rad"];
    for (n, tag) in tags.iter().take(MAX_PACKS + 1).enumerate() {
        assert_eq!(language(&site, &id, &[("tag", tag)]).await.status(), 303);
        let page = format!("/admin/surveys/languages?draft={id}&tag={tag}");
        let bytes = [M4A, &[u8::try_from(n).unwrap()]].concat();
        let files: [(&str, &str, &[u8]); 1] = [("clip:hai_long", "a.m4a", &bytes)];
        assert_eq!(words(&site, &page, &[], &[], &files).await.status(), 303);
    }
    let today = LocalDay::of(MORNING).date().to_string();
    let answer = publish(&site, &[("from", &today), ("district", "on")], &id).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("nhiều nhất 8 ngôn ngữ"));
    assert_eq!(district.store.read(packs::current).unwrap(), [], "nothing half-done");
    // A language is taken out again, with what was said in it.
    let last = name(&[M4A, &[8]].concat(), "m4a");
    assert_eq!(site.get(&format!("/tablet/clips/{last}")).await.status(), 200);
    assert_eq!(
        language(&site, &id, &[("tag", "rad"), ("do", "out")]).await.status(),
        303
    );
    assert_eq!(site.get(&format!("/tablet/clips/{last}")).await.status(), 404);
    let first = name(&[M4A, &[0]].concat(), "m4a");
    assert_eq!(site.get(&format!("/tablet/clips/{first}")).await.status(), 200);
    assert_eq!(
        site.submit("/admin/surveys/draft/discard", &[("draft", &id)])
            .await
            .status(),
        303
    );
    assert_eq!(site.get(&format!("/tablet/clips/{first}")).await.status(), 404);
    site.stop().await;
}
