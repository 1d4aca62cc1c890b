//! Every address of the server, and what every answer must carry.

use crate::support::MORNING;
use crate::support::{
    District,
    http::{Response, exchange},
};
use hailong::server::{self, Clock, Config, Running, admin, auth};
use std::{collections::BTreeSet, fs, path::Path};

/// A served district and a browser that reads raw answers, at a host that is not this machine's name.
pub struct Crawler {
    pub district: District,
    pub running: Running,
    /// The session, once signed in.
    pub cookie: String,
    pub csrf: String,
    pub password: String,
}

/// The host that [`exchange`] names.
const ORIGIN: &str = "http://test";

impl Crawler {
    pub async fn start(change: impl FnOnce(&mut Config)) -> Self {
        let district = District::new();
        let (_, password) = auth::create_first_admin(&district.store, MORNING).unwrap();
        let mut config = Config {
            clock: Clock::simulated(|| MORNING),
            ..Config::for_testing()
        };
        change(&mut config);
        let running = server::serve(district.store.clone(), config).await.unwrap();
        let (cookie, csrf) = (String::new(), String::new());
        Self {
            district,
            running,
            cookie,
            csrf,
            password,
        }
    }

    pub async fn sign_in(&mut self) -> Response {
        let form = format!("user=quantri&password={}", self.password);
        let answer = self.form("/admin/sign-in", ORIGIN, &form, &[]).await;
        let set = answer.header("set-cookie").expect("a session").to_owned();
        self.cookie = set.split(';').next().unwrap().to_owned();
        let page = self.ask("GET", "/admin/export", &[], b"").await.text();
        let (_, after) = page.split_once("name=\"csrf\" value=\"").unwrap();
        self.csrf = after.split('"').next().unwrap().to_owned();
        answer
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut all = vec![("cookie", self.cookie.as_str())];
        all.extend_from_slice(headers);
        exchange(self.running.addr, method, path, &all, body).await
    }

    /// Sends a form as a page of this origin does.
    pub async fn form(&self, path: &str, origin: &str, body: &str, headers: &[(&str, &str)]) -> Response {
        let length = body.len().to_string();
        let mut all = vec![
            ("origin", origin),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", &length),
        ];
        all.extend_from_slice(headers);
        self.ask("POST", path, &all, body.as_bytes()).await
    }

    /// Sends the same as a form with a file.
    pub async fn upload(&self, path: &str, origin: &str, csrf: &str) -> Response {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
             --b\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\nnodes\r\n\
             --b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nTên\nXã Giả\n\r\n--b--\r\n"
        );
        let length = body.len().to_string();
        let headers = [
            ("origin", origin),
            ("content-type", "multipart/form-data; boundary=b"),
            ("content-length", &length),
        ];
        self.ask("POST", path, &headers, body.as_bytes()).await
    }

    /// Paths of forms behind the gate, from the one table.
    pub fn forms(&self) -> Vec<&'static str> {
        let pages = admin::Admin::new(self.district.store.clone(), Clock::simulated(|| MORNING), false);
        let routes = admin::routes(&pages).into_iter().filter(|route| route.method == "POST");
        routes.map(|route| route.path).collect()
    }

    /// Every address there is: those behind the gate and those for programs from their tables, the others from the
    /// places in the sources where they are given to the router.
    pub fn addresses(&self) -> BTreeSet<String> {
        let pages = admin::Admin::new(self.district.store.clone(), Clock::simulated(|| MORNING), false);
        let mut found: BTreeSet<String> = admin::routes(&pages)
            .into_iter()
            .map(|route| route.path.to_owned())
            .collect();
        found.extend(
            server::api::routes::listed()
                .into_iter()
                .map(|(_, path)| path.to_owned()),
        );
        in_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"), &mut found);
        found.into_iter().map(|path| filled(&path)).collect()
    }

    pub fn log_size(&self) -> i64 {
        self.district.store.read(hailong::store::log::head).unwrap().pos
    }

    pub async fn stop(self) {
        self.running.stop().await.unwrap();
    }
}

/// Every `.route("…"` below a folder.
fn in_sources(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            in_sources(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for after in text.split(".route(").skip(1) {
            match after.trim_start().strip_prefix('"') {
                Some(named) => drop(found.insert(named.split('"').next().unwrap().to_owned())),
                // The two tables' own.
                None => assert!(
                    path.ends_with("admin/routes.rs") || path.ends_with("api/routes.rs"),
                    "{}: an address that is no literal",
                    path.display()
                ),
            }
        }
    }
}

/// The path with something in the place of its parameters.
fn filled(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "thu" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What is wrong with an answer's headers, if anything.
pub fn faults(path: &str, https: bool, answer: &Response) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |good: bool, what: &str| {
        if !good {
            faults.push(what.to_owned());
        }
    };
    let path = path.split('?').next().unwrap();
    let tablet = path == "/tablet" || path.starts_with("/tablet/");
    let is = |name: &str, value: &str| answer.header(name) == Some(value);

    let policy = answer.header("content-security-policy").unwrap_or_default();
    let sources = |name: &str| {
        let mut directives = policy.split(';').map(|directive| directive.split_whitespace());
        let found = directives.find_map(|mut words| (words.next() == Some(name)).then(|| words.collect::<Vec<_>>()));
        found.unwrap_or_default()
    };
    let or_default = |name: &str| match sources(name) {
        none if none.is_empty() => sources("default-src"),
        named => named,
    };
    for name in ["default-src", "script-src", "style-src", "worker-src", "connect-src"] {
        let loose = |source: &&str| !matches!(*source, "'self'" | "'none'" | "'wasm-unsafe-eval'");
        must(!or_default(name).is_empty(), "a policy for everything");
        must(!or_default(name).iter().any(loose), "only our own files");
    }
    must(
        tablet || or_default("script-src") == ["'none'"],
        "no script outside the tablet app",
    );
    must(or_default("object-src") == ["'none'"], "no plug-in");
    must(sources("base-uri") == ["'none'"], "no other base");
    must(
        matches!(sources("form-action").as_slice(), ["'self'" | "'none'"]),
        "forms only to here",
    );
    let framed = sources("frame-ancestors");
    must(
        framed == ["'none'"] || (tablet && framed == ["'self'"]),
        "no frame around",
    );

    must(is("x-content-type-options", "nosniff"), "no guessing of types");
    must(
        is("referrer-policy", "no-referrer") || is("referrer-policy", "same-origin"),
        "no referrer elsewhere",
    );
    must(is("cross-origin-opener-policy", "same-origin"), "no opener");
    must(
        is("cross-origin-resource-policy", "same-origin"),
        "no use by other sites",
    );
    let features = answer.header("permissions-policy").unwrap_or_default();
    must(
        ["camera=()", "microphone=()", "geolocation=()"]
            .iter()
            .all(|off| features.contains(off)),
        "features off",
    );

    let kept = answer.header("cache-control").unwrap_or_default();
    // The look, the app, and what is put out for everybody.
    let open = path.ends_with(".css") || tablet || path.starts_with("/cong-khai") || path == "/api/v1/openapi.json";
    must(
        kept == "no-store" || (open && !kept.is_empty()),
        "nothing is kept but what is open to all",
    );
    must(
        https == answer.header("strict-transport-security").is_some(),
        "https only, said over https only",
    );
    if let Some(strict) = answer.header("strict-transport-security") {
        let age = strict
            .strip_prefix("max-age=")
            .and_then(|rest| rest.split(';').next()?.parse().ok());
        must(
            age.unwrap_or(0) >= 31_536_000_u64 && strict.contains("includeSubDomains"),
            "for a year and below",
        );
    }

    for line in answer.head.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "set-cookie" => {
                let words: Vec<_> = value.split(';').map(str::trim).collect();
                let has = |word: &str| words.contains(&word);
                must(
                    value.starts_with("__Host-") && has("Secure") && has("Path=/"),
                    "cookies for this host only",
                );
                must(
                    has("HttpOnly") && has("SameSite=Strict"),
                    "cookies that no script and no other site uses",
                );
            }
            "location" => must(
                value.starts_with('/') && !value.starts_with("//"),
                "nobody is sent elsewhere",
            ),
            "server" | "x-powered-by" => must(false, "no word about the software"),
            "access-control-allow-origin" => must(false, "no other origin"),
            _ => {}
        }
    }
    let kind = answer.header("content-type").unwrap_or_default();
    let body = !answer.body.is_empty() && answer.header("content-length") != Some("0");
    must(!body || !kind.is_empty(), "a type for every body");
    must(
        !kind.starts_with("text/") || kind.contains("charset=utf-8"),
        "a character set for every text",
    );
    if answer.status >= 400 {
        let text = answer.text().to_lowercase();
        let inside = ["panicked", ".rs:", "rusqlite", "sqlite", "stack backtrace"];
        must(
            !inside.iter().any(|word| text.contains(word)),
            "no word about the inside",
        );
    }
    faults
}
