//! What a leader does by hand: signs in, fills forms as they stand, publishes.

use crate::support::{District, MORNING, site::Site};
use hailong::{
    domain::{
        ids::{CounterId, NodeId},
        role::Role,
        survey::{DEFAULT_SURVEY_JSON, Survey},
        time::LocalDay,
    },
    server::auth,
    store::{Store, places, publications, users::Access},
    wire,
};

pub fn name_of(json: &str) -> String {
    wire::survey_id(&serde_json::from_str(json).unwrap()).to_string()
}

/// Somebody of a unit, signed in.
pub async fn leader(district: &District, site: &Site, user: &str, node: NodeId) {
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
pub async fn draft(site: &Site, version: &str) -> String {
    let answer = site.submit("/admin/surveys/draft", &[("id", version)]).await;
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    to.strip_prefix("/admin/surveys/draft?draft=").unwrap().to_owned()
}

/// What a page's form would send as it stands: the fields of the form with this action.
pub fn fields(page: &str, action: &str) -> Vec<(String, String)> {
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
            let sent = kind.as_deref() != Some("file");
            if sent && (kind.as_deref() != Some("checkbox") || checked) {
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

pub fn unescape(text: &str) -> String {
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
pub async fn change(
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

/// Saves a language of a draft as its page stands, but for the words of some keys (text and speech), and with these files.
pub async fn words(
    site: &Site,
    page: &str,
    changes: &[(&str, &str, &str)],
    more: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> reqwest::Response {
    let action = "/admin/surveys/languages";
    let mut fields = fields(&site.page(page).await, action);
    for (key, text, speech) in changes {
        let row = fields.iter().position(|(name, value)| name == "key" && value == key);
        let row = row.unwrap_or_else(|| panic!("no row {key}"));
        (fields[row + 1].1, fields[row + 2].1) = ((*text).to_owned(), (*speech).to_owned());
    }
    let mut all: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    all.extend(more);
    site.upload_all(action, &all, files).await
}

pub async fn question(site: &Site, draft: &str, n: usize, changes: &[(&str, usize, &str)], more: &[(&str, &str)]) {
    let page = format!("/admin/surveys/question?draft={draft}&n={n}");
    let answer = change(site, &page, "/admin/surveys/question", changes, more).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
}

pub async fn whole(site: &Site, draft: &str, changes: &[(&str, usize, &str)], more: &[(&str, &str)]) {
    let page = format!("/admin/surveys/draft?draft={draft}");
    let answer = change(site, &page, "/admin/surveys/draft/save", changes, more).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
}

/// Adds a tile to "lý do" of a copy of the default survey; answers the draft.
pub async fn with_tile(site: &Site, words: &str) -> String {
    let draft = draft(site, &name_of(DEFAULT_SURVEY_JSON)).await;
    question(site, &draft, 1, &[], &[("do", "add")]).await;
    question(site, &draft, 1, &[("item_text", 7, words)], &[]).await;
    draft
}

pub async fn publish(site: &Site, fields: &[(&str, &str)], draft: &str) -> reqwest::Response {
    let (day, places): (Vec<_>, Vec<_>) = fields.iter().copied().partition(|(name, _)| *name == "from");
    let form = format!("/admin/surveys/publish?draft={draft}");
    let day: Vec<(&str, usize, &str)> = day.into_iter().map(|(name, day)| (name, 0, day)).collect();
    change(site, &form, "/admin/surveys/publish", &day, &places).await
}

/// What is wrong on a page: place and code of each message in its list.
pub fn mistakes(page: &str) -> Vec<(String, String)> {
    let list = page.split("<li data-at=\"").skip(1).map(|item| {
        let at = item.split('"').next().unwrap().to_owned();
        let code = item.split_once("data-problem=\"").unwrap().1.split('"').next().unwrap();
        (at, code.to_owned())
    });
    list.collect()
}

/// The survey that a counter asks, as its tablets' setups would have it.
pub fn asks(store: &Store, counter: CounterId, now: i64) -> Survey {
    let survey = store.read(|conn| {
        let no = places::counter(conn, counter)?.no;
        let id = publications::at_counter(conn, no, LocalDay::of(now))?;
        Ok(hailong::store::surveys::document(conn, id)?.unwrap())
    });
    survey.unwrap()
}

pub fn has_tile(survey: &Survey, words: &str) -> bool {
    let text = serde_json::to_string(survey).unwrap();
    text.contains(words)
}
