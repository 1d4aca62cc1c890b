//! The journal in its JSON form, from the real program at the loudest level that it has: each line is one object, and none
//! holds what somebody typed, carried or answered.

use super::{Serving, district, lines};
use crate::support::{
    commune_since,
    http::{Response, exchange},
    tablet::Tablet,
};
use hailong::{
    domain::{hex::Hex, time::LocalDay},
    platform::unix_now,
    store::{Store, codes::Length, comments, places},
    wire::{answer::Answer, canon, comment::SealedComment, signed},
};
use serde_json::Value;
use std::{net::SocketAddr, path::Path};

/// Addresses of made-up networks, as the proxy tells them.
const OFFICE: &str = "203.0.113.9";
const COUNTER: &str = "203.0.113.77";
const WRONG: [&str; 3] = [
    "mat-khau-sai-roi",
    "0000-0000-0000-0000",
    "00112233445566778899aabbccddeeff",
];
const COMMENT: &str = "Chị ở quầy rất tận tình";

/// Whoever asks through the proxy.
struct Asking {
    addr: SocketAddr,
    from: &'static str,
}

impl Asking {
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
        let length = body.len().to_string();
        let mut all = vec![
            ("x-forwarded-for", self.from),
            ("x-forwarded-proto", "https"),
            ("origin", "https://test"),
            ("content-length", &length),
        ];
        all.extend(headers);
        exchange(self.addr, method, path, &all, body.as_bytes()).await
    }

    async fn sign_in(&self, password: &str) -> Response {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = format!("user=quantri&password={password}");
        self.send("POST", "/admin/sign-in", &form, &body).await
    }

    /// As a tablet sends it; answers what came with this status.
    async fn tell(&self, path: &str, token: Option<&str>, body: &str, status: u16) -> Vec<u8> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let method = if body.is_empty() { "GET" } else { "POST" };
        let answer = self.send(method, path, &headers, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        answer.body
    }
}

/// A wrong password, the right one, a page with a secret in its cookie. Answers what nobody may read afterwards.
async fn at_the_office(office: &Asking, password: &str) -> Vec<String> {
    assert_eq!(office.sign_in(WRONG[0]).await.status, 401);
    let entered = office.sign_in(password).await;
    assert_eq!(entered.status, 303);
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap();
    let page = office.send("GET", "/admin/export", &[("cookie", cookie)], "").await;
    assert_eq!(page.status, 200);
    let page = page.text();
    let (_, csrf) = page.split_once("name=\"csrf\" value=\"").unwrap();
    let csrf = csrf.split('"').next().unwrap();
    [password, cookie.split_once('=').unwrap().1, csrf]
        .map(str::to_owned)
        .into()
}

/// The code in a query, a wrong code, the enrolment, a ballot, a comment, the token in a header, a wrong one. Answers what
/// nobody may read afterwards.
async fn at_the_counter(home: &Asking, store: &Store) -> Vec<String> {
    let (now, counter) = (unix_now(), store.read(places::counters).unwrap()[0].clone());
    let code = store.make_code(counter.id, Length::Sheet, now).unwrap().code.grouped();
    let manifest = format!("/tablet/manifest.webmanifest?c={code}");
    home.send("GET", &manifest, &[], "").await;
    let mut tablet = Tablet::new(1, counter.id, store.identity().id);
    let request = tablet.request(Some(WRONG[1].into()), None);
    home.tell("/api/v1/enrol", None, &tablet.sealed(&request), 403).await;
    let request = tablet.request(Some(code.clone()), None);
    let enrolled = home.tell("/api/v1/enrol", None, &tablet.sealed(&request), 200).await;
    let Ok(Answer::Enrolled(enrolled)) = signed::open(&store.identity().public_key(), signed::ANSWER, &enrolled) else {
        panic!("not enrolled")
    };
    let mut epoch = tablet.epoch(1, None);
    let ballot = tablet.ballot(4, now);
    epoch.push(canon::line_of(&ballot));
    let bundle = String::from_utf8(tablet.bundle(&epoch, now)).unwrap();
    home.tell("/api/v1/bundles", None, &bundle, 200).await;
    let place = (counter.node, LocalDay::of(now).month());
    let key = store.read(comments::public_key).unwrap().unwrap();
    let comment = SealedComment::seal([1; 32], &key, Hex([1; 16]), place, COMMENT).unwrap();
    let comment = canon::line_of(&comment.request(Hex([7; 16])));
    let token = enrolled.token;
    home.tell("/api/v1/comments", Some(&token), &comment, 200).await;
    home.tell("/api/v1/setup", Some(&token), "", 200).await;
    home.tell("/api/v1/setup", Some(WRONG[2]), "", 401).await;
    vec![code.replace('-', ""), code, token, ballot.salt.to_string(), comment]
}

/// What the program writes while somebody signs in and a tablet comes to a counter, and the secrets of both.
async fn a_morning(dir: &Path) -> (String, Vec<String>) {
    let (data, file, journal) = (dir.join("data"), dir.join("hailong.toml"), dir.join("journal"));
    let made = lines(&district(&["init", "--json"], &data));
    let store = Store::open(&data).unwrap();
    commune_since(&store, "Xã Thử", 1, unix_now());
    let node = store.read(places::nodes).unwrap()[0].id;
    store.ask_comments(node, Some(true), "quantri", unix_now()).unwrap();
    let text = format!(
        "data = {data:?}\nlisten = \"127.0.0.1:0\"\ntrusted_proxy = \"127.0.0.1\"\n\
         [log]\nlevel = \"debug\"\nformat = \"json\"\n"
    );
    std::fs::write(&file, text).unwrap();
    let out = std::fs::File::create(&journal).unwrap();
    let serving = Serving::telling(&["--config", file.to_str().unwrap()], out.into());
    let asking = |from| {
        let addr = serving.addr.parse().unwrap();
        Asking { addr, from }
    };
    let mut secrets = at_the_office(&asking(OFFICE), made[0]["password"].as_str().unwrap()).await;
    secrets.extend(at_the_counter(&asking(COUNTER), &store).await);
    assert_eq!(serving.end(), "");
    (std::fs::read_to_string(&journal).unwrap(), secrets)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_journal_is_an_object_a_line_and_tells_no_secret_and_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    let (journal, secrets) = a_morning(dir.path()).await;
    let object = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let objects: Vec<Value> = journal.lines().map(object).collect();
    for object in &objects {
        let text = |name: &str| object[name].as_str().unwrap_or_else(|| panic!("no {name}: {object}"));
        chrono::DateTime::parse_from_rfc3339(text("timestamp")).unwrap();
        assert!(["ERROR", "WARN", "INFO", "DEBUG"].contains(&text("level")), "{object}");
        assert!(!text("target").is_empty() && object["fields"].is_object(), "{object}");
    }
    // What it is for is there: each request, and each that was stopped.
    for (path, status) in [
        ("/admin/sign-in", 401),
        ("/admin/sign-in", 303),
        ("/admin/export", 200),
        ("/api/v1/enrol", 403),
        ("/api/v1/enrol", 200),
        ("/api/v1/bundles", 200),
        ("/api/v1/comments", 200),
        ("/api/v1/setup", 200),
        ("/api/v1/setup", 401),
    ] {
        let it = |object: &&Value| object["fields"]["path"] == path && object["fields"]["status"] == status;
        let told = objects.iter().find(it);
        let told = told.unwrap_or_else(|| panic!("{path} {status}\n{journal}"));
        let mut names: Vec<&String> = told["fields"].as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["method", "ms", "path", "status"], "{told}");
    }
    assert!(journal.contains("\"/tablet/manifest.webmanifest\""));
    let said = |words: &str| {
        let message = |object: &&Value| {
            object["fields"]["message"]
                .as_str()
                .is_some_and(|text| text.contains(words))
        };
        objects.iter().filter(message).count()
    };
    assert_eq!(
        (said("a password was wrong"), said("says to be one, was refused")),
        (1, 2)
    );
    // An address stands where somebody guesses a password, and nowhere near a tablet.
    let named = |object: &&Value| object.to_string().contains("203.0.113.");
    let named: Vec<&Value> = objects.iter().filter(named).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert_eq!(named[0]["fields"]["address"], OFFICE);
    let answers = ["hai_long", "thai_do", "tận tình", "127.0.0.1"];
    let secrets = secrets.iter().map(String::as_str);
    for secret in secrets.chain(WRONG).chain(answers) {
        assert!(!journal.contains(secret), "{secret}\n{journal}");
    }
}
