//! A browser without JavaScript: keeps cookies, follows nothing, fills in forms.

use super::{District, MORNING};
use hailong::server::{self, Clock, Config, Running, auth};
use reqwest::{
    Client, Response,
    header::{COOKIE, HOST, ORIGIN, SET_COOKIE},
    redirect::Policy,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

/// A served district and a browser in front of it.
pub struct Site {
    pub base: String,
    pub user: String,
    pub password: String,
    pub cookies: Mutex<BTreeMap<String, String>>,
    pub now: Arc<AtomicI64>,
    client: Client,
    /// None: it runs in a process of its own.
    running: Option<Running>,
}

impl Site {
    /// Serves the district with a clock that stands still; nobody has signed in.
    pub async fn serve(district: &District) -> Self {
        let (user, password) = auth::create_first_admin(&district.store, MORNING).unwrap();
        let now = Arc::new(AtomicI64::new(MORNING));
        let ticks = now.clone();
        let config = Config {
            clock: Clock::simulated(move || ticks.load(Ordering::Relaxed)),
            ..Config::for_testing()
        };
        let running = server::serve(district.store.clone(), config).await.unwrap();
        let mut site = Self::at(&running.url(), user, password);
        (site.now, site.running) = (now, Some(running));
        site
    }

    /// A browser in front of a district that is served already; its clock is not ours.
    pub fn at(base: &str, user: String, password: String) -> Self {
        hailong::platform::choose_tls();
        Self {
            base: base.to_owned(),
            user,
            password,
            cookies: Mutex::default(),
            now: Arc::default(),
            client: Client::builder().redirect(Policy::none()).no_proxy().build().unwrap(),
            running: None,
        }
    }

    /// The same, signed in.
    pub async fn signed_in(district: &District) -> Self {
        let site = Self::serve(district).await;
        let answer = site.sign_in(&site.user, &site.password).await;
        assert_eq!(answer.status(), 303);
        site
    }

    pub fn wait(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> Response {
        self.post("/admin/sign-in", &[("user", user), ("password", password)])
            .await
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn keep(&self, response: Response) -> Response {
        let mut cookies = self.cookies.lock().unwrap();
        for set in response.headers().get_all(SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        response
    }

    pub async fn get(&self, path: &str) -> Response {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .header(COOKIE, self.cookie_header());
        self.keep(request.send().await.unwrap())
    }

    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    /// Posts a form as a browser does: with the origin of its page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_from(&self.base.clone(), path, fields).await
    }

    pub async fn post_from(&self, origin: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(COOKIE, self.cookie_header())
            .header(ORIGIN, origin)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&"));
        self.keep(request.send().await.unwrap())
    }

    /// Posts a form with a file in it.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Response {
        self.upload_all(path, fields, &[("file", "a.csv", file)]).await
    }

    /// Posts a form with files: the field of each, its name and its bytes.
    pub async fn upload_all(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Response {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--b0undary\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!("content-disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
            body.extend(format!("--b0undary\r\n{head}\r\n\r\n").into_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--b0undary--\r\n");
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header(COOKIE, self.cookie_header())
            .header(ORIGIN, &self.base)
            .header("content-type", "multipart/form-data; boundary=b0undary")
            .body(body);
        self.keep(request.send().await.unwrap())
    }

    /// Posts a form of our own pages: with this session's token.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_own("/admin/export", path, fields).await
    }

    /// The same for somebody who may not export: with the token of another page.
    pub async fn post_own(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let csrf = self.csrf_of(page).await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    /// The token in the forms of this session.
    pub async fn csrf(&self) -> String {
        self.csrf_of("/admin/export").await
    }

    /// The token in the forms of a page.
    pub async fn csrf_of(&self, page: &str) -> String {
        let page = self.page(page).await;
        let (_, after) = page.split_once("name=\"csrf\" value=\"").unwrap();
        after.split('"').next().unwrap().to_owned()
    }

    /// A request that names another host, as an office network would.
    pub async fn get_as_host(&self, host: &str, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.base)).header(HOST, host);
        request.send().await.unwrap()
    }

    pub async fn stop(self) {
        if let Some(running) = self.running {
            running.stop().await.unwrap();
        }
    }
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Ballots of one counter: level and unix time of each, sent in bundles of 400. A tablet's ballots are younger than itself,
/// but for those of a demo folder.
pub fn cast(district: &District, seed: u8, counter: usize, ballots: &[(i64, i64)], now: i64) {
    use hailong::wire::canon;
    let times = ballots.iter().map(|(_, at)| *at);
    let oldest = times.filter(|_| !district.store.identity().demo).fold(now, i64::min);
    let mut tablet = district.tablet_at(seed, district.counters[counter], oldest - super::HOUR);
    let mut prev = None;
    for (place, chunk) in ballots.chunks(400).enumerate() {
        let mut epoch = tablet.epoch(u8::try_from(place + 1).unwrap(), prev);
        for (level, at) in chunk {
            epoch.push(canon::line_of(&tablet.ballot(*level, *at)));
        }
        tablet.deliver(&district.store, &epoch, now);
        prev = Some(epoch.tip(&tablet));
    }
}

/// A commune's history: so many ballots a month for some months, ending at `now`, mostly content.
pub fn history(months: i64, per_month: i64, salt: i64, now: i64) -> Vec<(i64, i64)> {
    let span = months * 30 * super::DAY;
    let total = months * per_month;
    (0..total)
        .map(|n| {
            let level = match (n * 7 + salt) % 91 {
                0 => 1,
                1 => 2,
                2..=4 => 3,
                5..=40 => 4,
                _ => 5,
            };
            (level, now - span + n * span / total)
        })
        .collect()
}

/// The same day, or the Friday before, in the hours in which counters are open.
fn at_work(unix: i64, nth: usize) -> i64 {
    let day = hailong::domain::time::LocalDay::of(unix);
    // 1970-01-01 was a Thursday.
    let back = ((day.0 + 3).rem_euclid(7) - 4).max(0);
    let quarter = [30, 31, 33, 34, 36, 38, 39, 41, 43, 44, 54, 55, 57, 58, 60, 62, 63][nth * 11 % 17];
    hailong::domain::time::LocalDay(day.0 - back).start() + quarter * 900
}

/// A demo commune with two years of ballots, and names that only whole diacritics can write.
pub fn commune() -> District {
    let district = District::demo();
    for (counter, per_month) in (0u8..).zip([20, 18, 13]) {
        let ballots = history(21, per_month, i64::from(counter), MORNING - super::HOUR);
        cast(&district, counter + 1, usize::from(counter), &ballots, MORNING);
    }
    district
}

/// A demo folder as a leader would meet it: a small commune and a busy ward, where one counter has had trouble for some
/// months and its citizens say why.
pub fn lived() -> District {
    use hailong::{domain::ballot::Answer, domain::ids::Slug, wire::canon};
    let slug = |text: &str| Slug::parse(text).unwrap();
    let district = District::demo();
    for (counter, per_month) in (0u8..).zip([20, 18, 13, 320, 300, 280]).take(district.counters.len()) {
        let mut ballots = history(21, per_month, i64::from(counter), MORNING - super::HOUR);
        let since = ballots.len() * 3 / 4;
        if counter == 4 {
            let troubled = ballots.iter_mut().skip(since).enumerate();
            troubled
                .filter(|(nth, _)| nth * 37 % 101 < 20)
                .for_each(|(_, (level, _))| *level = 2);
        }
        let at = usize::from(counter);
        let mut tablet = district.tablet_at(counter + 1, district.counters[at], MORNING - super::HOUR);
        let mut prev = None;
        for (place, chunk) in ballots.chunks(400).enumerate() {
            let mut epoch = tablet.epoch(u8::try_from(place + 1).unwrap(), prev);
            for (nth, (level, when)) in chunk.iter().enumerate() {
                let mut ballot = tablet.ballot(*level, at_work(*when, nth).min(MORNING - super::HOUR));
                let why = match (level, nth % 7) {
                    (1 | 2, _) => Some("thoi_gian"),
                    (_, 0) => Some("thai_do"),
                    (_, 3) => Some("huong_dan"),
                    _ => None,
                };
                ballot.answers.remove(&slug("ly_do"));
                if let Some(why) = why {
                    ballot.answers.insert(slug("ly_do"), Answer::Tiles(vec![slug(why)]));
                }
                ballot.field = [Some("Hộ tịch"), Some("Chứng thực"), None][nth % 3].map(str::to_owned);
                epoch.push(canon::line_of(&ballot));
            }
            tablet.deliver(&district.store, &epoch, MORNING);
            prev = Some(epoch.tip(&tablet));
        }
    }
    district
}
