//! A leader changes the survey in the browser, previews, publishes to one counter; the tablet there asks it from its next
//! visit on, and what waited under the old version arrives and counts. Pictures go to `target/screenshots/`.

use crate::chromium::{Chromium, Tab};
use crate::rig::{District, assert_sound};
use crate::stage::Stage;
use hailong::domain::{pack::Pack, role::Role};
use hailong::server::auth;
use hailong::store::{places, publications, users::Access};
use serde_json::json;
use tempfile::tempdir;

/// An old office screen.
const OFFICE: (i64, i64) = (1366, 768);

/// Signs in a leader of the first unit.
async fn sign_in(admin: &Tab, server: &District) {
    let node = server.store.read(places::nodes).unwrap()[0].id;
    let access = Access {
        role: Role::Leader,
        node: Some(node),
        until: None,
    };
    let password = auth::add_user(&server.store, "chi-lan", access, server.clock.now()).unwrap();
    admin.goto(&format!("{}/admin/", server.url())).await;
    admin.wait_for("input[type=password]").await;
    admin
        .eval(&format!(
            "document.querySelector('input[autocomplete=username]').value = 'chi-lan', \
             document.querySelector('input[type=password]').value = {password:?}, \
             document.querySelector('input[type=password]').form.submit()"
        ))
        .await;
    admin.wait("!document.querySelector('input[type=password]')").await;
}

/// Writes into a field, as a person would.
async fn write(admin: &Tab, field: &str, words: &str) {
    admin.wait_for(field).await;
    admin
        .eval(&format!("document.querySelector({field:?}).value = {words:?}"))
        .await;
}

/// A whole page, however long.
async fn picture(admin: &Tab, name: &str) {
    admin.screenshot(name).await;
    let height = admin
        .eval("document.documentElement.scrollHeight")
        .await
        .as_i64()
        .unwrap_or(768);
    admin.size(OFFICE.0, height.max(768)).await;
    admin.screenshot(&format!("{name}-whole")).await;
    admin.size(OFFICE.0, OFFICE.1).await;
}

/// What a browser keeps for this site: files, caches, service workers, databases, storage.
async fn kept(tab: &Tab) -> serde_json::Value {
    tab.eval(
        "window.kept = null, void (async () => { \
         const files = []; for await (const [name] of (await navigator.storage.getDirectory()).entries()) files.push(name); \
         window.kept = { files, caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length, \
           databases: (await indexedDB.databases()).length, local: localStorage.length, session: sessionStorage.length, \
           locks: (await navigator.locks.query()).held.length }; })()",
    )
    .await;
    tab.wait("window.kept").await;
    tab.eval("window.kept").await
}

/// The document inside a frame of the preview.
const FRAME: &str = "document.querySelector('.frame.portrait iframe').contentDocument";

async fn in_frame(admin: &Tab, selector: &str) {
    admin.wait(&format!("{FRAME}?.querySelector({selector:?})")).await;
}

async fn tap_in_frame(admin: &Tab, selector: &str) {
    in_frame(admin, selector).await;
    admin.wait(&format!("!{FRAME}.querySelector('[data-deaf]')")).await;
    admin
        .eval(&format!("{FRAME}.querySelector({selector:?}).click()"))
        .await;
}

/// Chooses a recording for a field, as somebody would from their disk.
async fn choose(admin: &Tab, field: &str, name: &str) {
    admin
        .eval(&format!(
            "{{ const chosen = new DataTransfer(); \
             chosen.items.add(new File([new Uint8Array([0, 0, 0, 28, 102, 116, 121, 112, 77, 52, 65, 32])], {name:?})); \
             document.querySelector({field:?}).files = chosen.files }}"
        ))
        .await;
}

/// The draft's recording is played in the preview, and is there to be fetched, before anything is published.
async fn hear_the_preview(admin: &Tab) {
    admin.goto(admin.eval("location.href").await.as_str().unwrap()).await;
    in_frame(admin, "[data-screen=question]").await;
    tap_in_frame(admin, "[data-action=language]").await;
    tap_in_frame(admin, "[data-language=tyz]").await;
    admin
        .eval(&format!(
            "{FRAME}.defaultView.HTMLMediaElement.prototype.play = function () {{ window.heard = this.src; return Promise.resolve() }}"
        ))
        .await;
    tap_in_frame(admin, "[data-action=listen]").await;
    admin.wait("window.heard").await;
    admin
        .eval(&format!(
            "void {FRAME}.defaultView.fetch(window.heard).then((answer) => {{ window.fetched = answer.headers.get('content-type') }})"
        ))
        .await;
    admin.wait("window.fetched === 'audio/mp4'").await;
    picture(admin, "surveys-preview-language").await;
    tap_in_frame(admin, "[data-face='1']").await;
    admin
        .wait(&format!("{FRAME}.body.innerText.includes('Tày: lý do')"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_changes_the_survey_and_a_tablet_asks_it_at_its_next_visit() {
    let mut stage = Stage::set(true).await;
    stage.tab.screen("question").await;
    stage.tab.cast(4).await;
    stage.has(1).await;
    // The network goes; two citizens come, and two more ballots wait.
    let (folder, clock, port) = (
        stage.folder.path().to_owned(),
        stage.server.clock.clone(),
        stage.server.addr.port(),
    );
    stage.server.stop().await;
    stage.server = District::start(&folder, &clock, 0).await;
    stage.tab.cast(2).await;
    stage.tab.cast(5).await;

    let profile = tempdir().unwrap();
    let browser = Chromium::start(profile.path()).await;
    let admin = browser.tab(OFFICE.0, OFFICE.1).await;
    let url = stage.server.url();
    sign_in(&admin, &stage.server).await;
    admin.goto(&format!("{url}/admin/surveys")).await;
    admin.wait_for("form[action='/admin/surveys/draft'] button").await;
    picture(&admin, "surveys-list").await;
    admin.tap("form[action='/admin/surveys/draft'] button").await;
    admin.wait_for("[data-mistakes='0']").await;
    admin.tap("#questions-0- th a").await;
    write(
        &admin,
        "input[name=text]",
        "Ông/Bà đánh giá như thế nào về sự phục vụ lần này?",
    )
    .await;
    write(
        &admin,
        "input[name=speech]",
        "Ông bà đánh giá như thế nào về sự phục vụ lần này?",
    )
    .await;
    picture(&admin, "surveys-scale").await;
    admin.tap("button[value=back]").await;
    admin.tap("#questions-1- th a").await;
    admin.tap("button[value=add]").await;
    admin.wait_for("#questions-1--tiles-7-").await;
    // Nothing was filled in yet, and the page says so beside the field.
    admin.wait_for("[data-at='questions[1].tiles[7].text']").await;
    write(&admin, "#questions-1--tiles-7- input[name=item_text]", "Biết xin lỗi").await;
    picture(&admin, "surveys-question").await;
    admin.tap("button[value=back]").await;
    admin.wait_for("[data-mistakes='0']").await;
    // One more question, only for those who were not content.
    write(&admin, "input[name=new_text]", "Ông/Bà có phải chờ lâu không?").await;
    admin
        .eval("document.querySelector('select[name=new_kind]').value = 'yesno'")
        .await;
    admin.tap("button[value=add]").await;
    admin.wait_for("input[name=cond]").await;
    admin
        .eval("document.querySelector('details').open = true, document.querySelectorAll('input[value=\"hai_long:1\"], input[value=\"hai_long:2\"]').forEach(box => { box.checked = true; })")
        .await;
    admin.tap("button[value=back]").await;
    admin.wait_for("#questions-2-").await;
    picture(&admin, "surveys-draft").await;
    // English for the new words.
    admin.tap(".tabs a[href*=languages]").await;
    admin.wait_for("tr[data-missing] input[name=text]").await;
    picture(&admin, "surveys-languages").await;
    write(
        &admin,
        "tr[data-key='ly_do.biet_xin_loi'] input[name=text]",
        "Apologises for mistakes",
    )
    .await;
    write(
        &admin,
        "tr[data-key='co_phai_cho_lau_khong'] input[name=text]",
        "Did you have to wait long?",
    )
    .await;
    admin.tap("form[action='/admin/surveys/languages'] button").await;
    admin.wait("!document.querySelector('tr[data-missing]')").await;

    // Another language lacks almost everything: one sentence is written, one recorded.
    let pack = json!({"lang": "tyz", "name": "Tiếng Tày", "texts": {"@send": {"text": "Tày: gửi"}}, "v": 1});
    let (pack, now) = (Pack::parse(pack.to_string().as_bytes()).unwrap(), clock.now());
    let published = stage
        .server
        .store
        .write(move |tx| tx.publish_pack(&pack, &[], "quantri", now));
    published.unwrap();
    admin.goto(admin.eval("location.href").await.as_str().unwrap()).await;
    admin.tap("[data-language=tyz] a").await;
    admin.wait_for("[data-language=tyz].here").await;
    write(&admin, "tr[data-key=ly_do] input[name=text]", "Tày: lý do").await;
    choose(&admin, "[name='clip:hai_long']", "ghi-am.m4a").await;
    admin.tap("form[action='/admin/surveys/languages'] button").await;
    admin.wait_for("tr[data-key=hai_long] audio").await;
    picture(&admin, "surveys-new-language").await;

    // The preview: the tablet's own screens, and nothing is kept of it.
    admin.tap(".tabs a[href*=preview]").await;
    in_frame(&admin, "[data-screen=question]").await;
    picture(&admin, "surveys-preview").await;
    tap_in_frame(&admin, "[data-face='1']").await;
    in_frame(&admin, "[data-tile=biet_xin_loi]").await;
    tap_in_frame(&admin, "[data-tile=biet_xin_loi]").await;
    picture(&admin, "surveys-preview-reasons").await;
    tap_in_frame(&admin, "[data-action=next]").await;
    in_frame(&admin, "[data-question=co_phai_cho_lau_khong]").await;
    tap_in_frame(&admin, "[data-action=language]").await;
    tap_in_frame(&admin, "[data-language=en]").await;
    admin
        .wait(&format!(
            "{FRAME}.body.innerText.includes('Did you have to wait long?')"
        ))
        .await;
    tap_in_frame(&admin, "[data-row='1']").await;
    tap_in_frame(&admin, "[data-action=finish], [data-action=send]").await;
    in_frame(&admin, "[data-screen=thanks]").await;
    hear_the_preview(&admin).await;
    assert_eq!(
        kept(&admin).await,
        json!({"files": [], "caches": [], "workers": 0, "databases": 0, "local": 0, "session": 0, "locks": 0})
    );
    assert_eq!(crate::rig::stored_salts(&folder).len(), 1, "no ballot came of it");

    // Published to the tablet's counter, and only there.
    let counter = stage.server.counters()[0];
    admin.tap(".tabs a[href*=publish]").await;
    admin.tap(&format!("input[name=counter][value='{counter}']")).await;
    admin.tap("input[name=same]").await;
    picture(&admin, "surveys-publish").await;
    admin.tap("form[action='/admin/surveys/publish'] button").await;
    admin.wait_for("[data-published]").await;
    picture(&admin, "surveys-history").await;
    admin.tap("a[href*='difference?from']").await;
    admin.wait_for("[data-change=added]").await;
    picture(&admin, "surveys-difference").await;
    admin.goto(&format!("{url}/admin/surveys")).await;
    admin.wait_for("table").await;
    picture(&admin, "surveys-after").await;
    admin.tap("tbody a[href*='version?id']").await;
    admin.wait_for("ol.asked").await;
    picture(&admin, "surveys-version").await;
    let published = stage.server.store.read(publications::all).unwrap();
    assert_eq!(published[0].places, [publications::Place::Counter(counter)]);

    // The network is back: what waited arrives under the old version, and the next visit asks the new one.
    stage.server.stop().await;
    stage.server = District::start(&folder, &clock, port).await;
    let tab = &stage.tab;
    tab.pass(301).await;
    stage.has(3).await;
    // The receipt told of a newer setup; nobody is rating, so it is shown at once.
    tab.wait("document.querySelector('#ask').innerText.includes('lần này')")
        .await;
    tab.tap("[data-face='2']").await;
    tab.wait_for("[data-tile=biet_xin_loi]").await;
    tab.tap("[data-tile=biet_xin_loi]").await;
    tab.screenshot("surveys-on-the-tablet").await;
    tab.tap("[data-action=next]").await;
    tab.tap("[data-question=co_phai_cho_lau_khong] [data-row='1'], [data-row='1']")
        .await;
    tab.tap("[data-action=finish], [data-action=send]").await;
    tab.thanks_and_back().await;
    stage.has(4).await;
    let conn = rusqlite::Connection::open(folder.join(hailong::store::FILE)).unwrap();
    let mut rows = conn
        .prepare("select substr(hex(s.id), 1, 8), sum(r.n) from rollup r join survey s on s.no = r.survey_no where r.question = 0 and r.state = 1 group by 1 order by 2")
        .unwrap();
    let counted: Vec<i64> = rows
        .query_map([], |row| row.get(1))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        counted,
        [1, 3],
        "every ballot counts under the version it was cast under"
    );
    assert_sound(&folder);
}
