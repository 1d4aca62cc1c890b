//! What `docs/security.md` says, held: every requirement is there, every reference exists, every answer of every address
//! carries its headers, no form is taken from elsewhere, and the journal tells no secret.

mod crawl;
mod journal;
mod page;

use crate::support::http;
use crawl::{Crawler, faults};
use std::{collections::BTreeMap, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(page: &str) -> String {
    fs::read_to_string(root().join(page)).unwrap()
}

#[test]
fn every_requirement_of_levels_1_and_2_is_in_the_table_once_with_a_verdict() {
    let required = page::requirements();
    let first = required.iter().filter(|(_, level)| *level == 1).count();
    assert_eq!((first, required.len()), (70, 253), "as many as the standard has");
    let rows = page::rows(&read("docs/security.md"));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *seen.entry(&row.id).or_default() += 1;
        let known = required.iter().any(|(id, _)| *id == row.id);
        assert!(known, "{} is no requirement of level 1 or 2", row.id);
        assert!(
            matches!(row.verdict.as_str(), "met" | "not applicable" | "**not met**"),
            "{}: {}",
            row.id,
            row.verdict
        );
        let shown = !row.references.is_empty() || row.leads;
        assert!(
            row.verdict != "met" || shown,
            "{} is said to be met, by nothing",
            row.id
        );
    }
    let missing: Vec<_> = required
        .iter()
        .filter(|(id, _)| !seen.contains_key(id.as_str()))
        .collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    let twice: Vec<_> = seen.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "more than once: {twice:?}");
    // The sum at the top of the page is the sum.
    let count = |verdict: &str| rows.iter().filter(|row| row.verdict == verdict).count();
    let (met, not, apart) = (count("met"), count("**not met**"), count("not applicable"));
    let sum = format!("{met} met, {not} not met, {apart} not applicable");
    assert!(read("docs/security.md").contains(&sum), "the page should say: {sum}");
}

#[test]
fn every_test_file_and_section_that_the_pages_name_is_there() {
    let mut wrong = Vec::new();
    for name in ["docs/security.md", "docs/threats.md", "SECURITY.md"] {
        let text = read(name);
        let references = page::quoted(&text);
        wrong.extend(references.iter().filter_map(|reference| page::fault(root(), reference)));
        wrong.extend(page::dead_links(root(), name, &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reference_to_nothing_is_found() {
    let text = "| V1.1.1 | x | met | `tests/server/security.rs::nobody`, `tests/none.rs`, `src/server/tries.rs::tests::wait`, `a word` |";
    let rows = page::rows(text);
    assert_eq!(rows[0].references.len(), 3, "{rows:?}");
    let faults: Vec<_> = rows[0]
        .references
        .iter()
        .map(|named| page::fault(root(), named))
        .collect();
    assert!(
        faults[0]
            .as_ref()
            .is_some_and(|fault| fault.contains("no such function"))
    );
    assert!(faults[1].as_ref().is_some_and(|fault| fault.contains("no such file")));
    assert_eq!(faults[2], None, "tests::wait is found by its last word");
    assert_eq!(
        page::dead_links(
            root(),
            "docs/security.md",
            "[a](#nowhere), [b](none.md), [c](protocol.md)"
        )
        .len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_every_address_carries_the_security_headers() {
    let mut crawler = Crawler::start(|_| ()).await;
    let addresses = crawler.addresses();
    assert!(addresses.len() > 60, "found only {addresses:?}");
    assert!(addresses.contains("/tablet/clips/thu") && addresses.contains("/admin/sign-in"));
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let https: [(&str, &str); 1] = [("x-forwarded-proto", "https")];
    let large = vec![b'x'; 300 * 1024];
    let mut answers = 0;
    for signed_in in [false, true] {
        if signed_in {
            let entered = crawler.sign_in().await;
            wrong
                .entry("signing in".into())
                .or_default()
                .extend(faults("/admin/sign-in", false, &entered));
        }
        for path in addresses
            .iter()
            .map(String::as_str)
            .chain(["/khong-co", "/admin/khong-co", "/api/khong-co"])
        {
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
                for (headers, query) in [(&[][..], ""), (&https[..], "?node=%ff&lang=en&x")] {
                    let asked = format!("{path}{query}");
                    let (headers, body) = match method {
                        "POST" if query.is_empty() => (vec![("content-length", "307200")], &large[..]),
                        "POST" => ([headers, &[("content-length", "0")]].concat(), &[][..]),
                        _ => (headers.to_vec(), &[][..]),
                    };
                    let answer = crawler.ask(method, &asked, &headers, body).await;
                    answers += 1;
                    let https = headers.contains(&("x-forwarded-proto", "https"));
                    let found = faults(path, https, &answer);
                    if !found.is_empty() {
                        let place = format!("{method} {asked} {}", answer.status);
                        wrong.entry(place).or_default().extend(found);
                    }
                    if matches!(method, "TRACE" | "PUT" | "DELETE") {
                        assert!(
                            answer.status >= 400 || answer.status == 303,
                            "{method} {path}: {}",
                            answer.status
                        );
                    }
                }
            }
            if signed_in && crawler.ask("GET", "/admin/", &[], b"").await.status != 200 {
                panic!("{path} ended the session without its token");
            }
        }
    }
    wrong.retain(|_, found| !found.is_empty());
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(answers > 1_500, "{answers}");
    // With the token too: what a form of ours is answered, and the cookie that goes.
    for path in crawler
        .forms()
        .into_iter()
        .filter(|path| *path != "/admin/sign-out")
        .chain(["/admin/sign-out"])
    {
        let body = format!("csrf={}", crawler.csrf);
        let answer = crawler.form(path, "http://test", &body, &[]).await;
        assert_eq!(faults(path, false, &answer), [""; 0], "{path} {}", answer.status);
    }
    crawler.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_from_elsewhere_or_without_its_token() {
    let mut crawler = Crawler::start(|_| ()).await;
    crawler.sign_in().await;
    let (before, forms) = (crawler.log_size(), crawler.forms());
    assert!(forms.len() > 30, "{forms:?}");
    for path in forms {
        let (csrf, none) = (crawler.csrf.clone(), "0".repeat(64));
        let with = |token: &str| format!("csrf={token}&name=Giả&kind=commune&user=ma&role=system");
        let asked = format!("{path}?csrf={csrf}");
        let cross = [("sec-fetch-site", "cross-site")];
        let forms = [
            crawler.form(path, "http://test", &with(&none), &[]).await,
            crawler.form(path, "http://test", "name=x", &[]).await,
            crawler.form(path, "https://ke-xau.example", &with(&csrf), &[]).await,
            crawler.form(path, "null", &with(&csrf), &[]).await,
            crawler.form(path, "http://test", &with(&csrf), &cross).await,
            // The token in the address is not the token of a form.
            crawler.form(&asked, "http://test", "name=x", &[]).await,
        ];
        let uploads = [
            crawler.upload(path, "http://test", &none).await,
            crawler.upload(path, "https://ke-xau.example", &csrf).await,
            crawler.upload(path, "null", &csrf).await,
        ];
        // Each address takes one sort of form; the other is not even read.
        let takes_files = forms[0].status == 400;
        let stopped = |status: u16, unread: u16, reads: bool| status == 403 || (!reads && status == unread);
        for answer in &forms {
            assert!(stopped(answer.status, 400, !takes_files), "{path} {}", answer.status);
        }
        for answer in &uploads {
            assert!(stopped(answer.status, 415, takes_files), "{path} {}", answer.status);
        }
    }
    assert_eq!(crawler.log_size(), before, "nothing was done");
    assert_eq!(
        crawler.ask("GET", "/admin/", &[], b"").await.status,
        200,
        "and nobody was signed out"
    );
    crawler.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing_but_the_log_of_who_looked() {
    let mut crawler = Crawler::start(|_| ()).await;
    crawler.sign_in().await;
    let before = crawler.log_size();
    for path in crawler.addresses() {
        crawler.ask("GET", &path, &[], b"").await;
        crawler.ask("HEAD", &path, &[], b"").await;
    }
    let entries = crawler
        .district
        .store
        .read(|conn| hailong::store::log::page(conn, i64::MAX, 200))
        .unwrap();
    for entry in entries.iter().filter(|entry| entry.pos > before) {
        assert!(
            matches!(entry.kind.as_str(), "view" | "export" | "checkpoint"),
            "{} {}",
            entry.kind,
            entry.body
        );
    }
    crawler.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_forms_are_taken_and_browsers_told_to_stay_there_but_never_for_localhost() {
    let dir = tempfile::tempdir().unwrap();
    let names = vec!["localhost".into(), "may-chu.example".into()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    fs::write(&cert, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = hailong::server::Tls { cert, key };
    let app = http::TestApp::with(|config| config.tls = Some(files)).await;
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder()
        .tls_certs_only([root])
        .resolve("may-chu.example", app.running.addr)
        .no_proxy()
        .build()
        .unwrap();
    for (host, strict) in [("may-chu.example", true), ("localhost", false)] {
        let base = format!("https://{host}:{}", app.running.addr.port());
        let answer = client.get(format!("{base}/healthz")).send().await.unwrap();
        assert_eq!(answer.version(), reqwest::Version::HTTP_2, "what browsers speak");
        assert_eq!(
            answer.headers().contains_key("strict-transport-security"),
            strict,
            "{host}"
        );
        // Browsers say from where a form comes, and HTTP/2 names the host elsewhere than HTTP/1 does.
        for (origin, status) in [(base.as_str(), 401), ("https://ke-xau.example", 403)] {
            let form = client.post(format!("{base}/admin/sign-in")).header("origin", origin);
            let form = form.header("content-type", "application/x-www-form-urlencoded");
            let answer = form.body("user=lan&password=sai").send().await.unwrap();
            assert_eq!(answer.status(), status, "{host} {origin}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_answer_programs_of_this_machine_only() {
    let app = http::TestApp::spawn().await;
    assert_eq!(app.get("/metrics", &[]).await.status, 200);
    for header in ["x-forwarded-for", "forwarded"] {
        let passed_on = app.get("/metrics", &[(header, "127.0.0.1")]).await;
        assert_eq!((passed_on.status, passed_on.body.len()), (404, 0), "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_tells_two_lengths_is_refused() {
    let app = http::TestApp::spawn().await;
    let two = [("content-length", "3"), ("content-length", "30")];
    assert_eq!(app.send("POST", "/api/v1/bundles", &two, b"abc").await.status, 400);
    let odd = [("transfer-encoding", "chunked, odd"), ("content-length", "3")];
    assert_eq!(app.send("POST", "/api/v1/bundles", &odd, b"abc").await.status, 400);
}

/// Wrong passwords of so many users, as a proxy passes them on.
async fn guess(app: &http::TestApp, forwarded: &str, users: std::ops::Range<u32>) -> u16 {
    let mut status = 0;
    for user in users {
        let body = format!("user=nguoi{user}&password=sai");
        let length = body.len().to_string();
        let headers = [
            ("x-forwarded-for", forwarded),
            ("content-type", "application/x-www-form-urlencoded"),
            ("content-length", &length),
        ];
        status = app
            .send("POST", "/admin/sign-in", &headers, body.as_bytes())
            .await
            .status;
    }
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_named_proxy_each_address_has_its_own_limit() {
    let app = http::TestApp::with(|config| config.trusted_proxy = Some([127, 0, 0, 1].into())).await;
    assert_eq!(
        guess(&app, "203.0.113.1", 0..16).await,
        429,
        "one address that guesses waits"
    );
    assert_eq!(guess(&app, "198.51.100.7", 20..21).await, 401, "another does not");
    assert_eq!(
        guess(&app, "198.51.100.7, 203.0.113.1", 21..22).await,
        429,
        "what a caller writes itself is not read"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_named_proxy_nobody_gets_round_the_limit_by_a_header() {
    let app = http::TestApp::spawn().await;
    assert_eq!(guess(&app, "203.0.113.1", 0..16).await, 429);
    assert_eq!(
        guess(&app, "198.51.100.7", 20..21).await,
        429,
        "the same caller with another word"
    );
}
