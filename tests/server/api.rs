//! The API over real HTTP: whatever a tablet or a stranger sends, the answer is typed and signed, and the queue behind
//! goes on.

use crate::support::{MORNING, http::TestApp, tablet::Tablet};
use hailong::wire::{
    answer::{Answer, Code},
    bundle::{self, Line},
    gzip,
};
use std::time::Duration;

const BUNDLES: &str = "/api/v1/bundles";

fn records(app: &TestApp) -> i64 {
    let count = |conn: &rusqlite::Connection| Ok(conn.query_row("select count(*) from record", [], |row| row.get(0))?);
    app.district.store.read(count).unwrap()
}

/// Sends a good bundle: it must be taken, whatever came before.
async fn goes_on(app: &TestApp, tablet: &mut Tablet, epoch: u8) {
    let voted = tablet.voted(epoch, None, 1, MORNING);
    let bytes = tablet.bundle(&voted, MORNING);
    let response = app.post(BUNDLES, &gzip::pack(&bytes)).await;
    assert_eq!(response.status, 200, "{}", response.text());
    let nonce = tablet.verified(&bytes).header.nonce;
    assert!(Answer::open(&app.district.store.identity().public_key(), nonce, &response.body).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_answered_with_a_receipt_for_its_nonce() {
    let app = TestApp::spawn().await;
    let mut tablet = app.district.tablet(1);
    goes_on(&app, &mut tablet, 1).await;
    let voted = tablet.voted(2, None, 1, MORNING);
    let plain = tablet.bundle(&voted, MORNING);
    assert_eq!(app.post(BUNDLES, &plain).await.status, 200, "gzip is not demanded");
    assert_eq!(records(&app), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_identical_bundles_in_parallel_are_all_200_and_one_row() {
    let app = std::sync::Arc::new(TestApp::spawn().await);
    let mut tablet = app.district.tablet(1);
    let voted = tablet.voted(1, None, 1, MORNING);
    let body = gzip::pack(&tablet.bundle(&voted, MORNING));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (app, body) = (app.clone(), body.clone());
            tokio::spawn(async move { app.post(BUNDLES, &body).await.status })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
    assert_eq!(records(&app), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bundles_are_refused_by_type_nothing_is_stored_and_the_queue_goes_on() {
    let app = TestApp::spawn().await;
    let mut tablet = app.district.tablet(1);
    let mut stranger = Tablet::new(9, tablet.counter, tablet.district);
    let voted = tablet.voted(1, None, 2, MORNING);
    let good = tablet.bundle(&voted, MORNING);
    let nonce = tablet.verified(&good).header.nonce;
    let packed = gzip::pack(&good);

    let mut forged = good.clone();
    let at = forged.len() - 10;
    forged[at] = if forged[at] == b'0' { b'1' } else { b'0' };
    let text = String::from_utf8(good.clone()).unwrap();
    let changed = text.replacen("\"hai_long\":4", "\"hai_long\":5", 1).into_bytes();
    let theirs = stranger.voted(1, None, 1, MORNING);
    let unknown = stranger.bundle(&theirs, MORNING);
    let unknown_nonce = stranger.verified(&unknown).header.nonce;
    let mut elsewhere = Tablet::new(1, tablet.counter, hailong::domain::hex::Hex([7; 16]));
    let other_district = elsewhere.bundle(&voted, MORNING);
    let elsewhere_nonce = elsewhere.verified(&other_district).header.nonce;
    let run = voted.run(&tablet, 0, 3);
    let many = tablet.header(vec![run; 201], None, MORNING);
    let many_nonce = many.nonce;
    let lines: Vec<Line> = (0..201).flat_map(|_| voted.lines.clone()).collect();
    let many = bundle::seal(&tablet.key, &many, &lines);

    let mut padded = good.clone();
    padded.resize(300 * 1024, b'x');
    let version = text.replacen("\"v\":1}", "\"v\":2}", 1).into_bytes();

    let cases: Vec<(&str, Vec<u8>, Code, Option<_>)> = vec![
        ("nothing", vec![], Code::BadFraming, None),
        ("not a bundle", b"<html>".to_vec(), Code::BadFraming, None),
        (
            "cut after gzip",
            packed[..packed.len() - 9].to_vec(),
            Code::BadFraming,
            Some(nonce),
        ),
        (
            "cut before gzip",
            gzip::pack(&good[..good.len() - 200]),
            Code::BadFraming,
            Some(nonce),
        ),
        ("wrong signature", forged, Code::BadSignature, Some(nonce)),
        ("a changed answer", changed, Code::BadChain, Some(nonce)),
        ("an unknown device", unknown, Code::UnknownDevice, Some(unknown_nonce)),
        (
            "for another district",
            other_district,
            Code::BadHeader,
            Some(elsewhere_nonce),
        ),
        (
            "a deep header",
            [
                b"{\"a\":".repeat(9000),
                b"\n{\"sig\":\"".to_vec(),
                b"0".repeat(128),
                b"\"}\n".to_vec(),
            ]
            .concat(),
            Code::BadHeader,
            None,
        ),
        ("too many runs", gzip::pack(&many), Code::TooLarge, Some(many_nonce)),
        ("300 KiB unpacked", gzip::pack(&padded), Code::TooLarge, Some(nonce)),
        ("300 KiB as they are", padded, Code::TooLarge, Some(nonce)),
        ("a header of another version", version, Code::BadHeader, Some(nonce)),
        ("a gzip bomb", gzip::pack(&vec![0; 100_000_000]), Code::TooLarge, None),
        ("300 KiB of nothing", vec![b'x'; 300 * 1024], Code::TooLarge, None),
    ];
    for (n, (what, body, code, nonce)) in (10u8..).zip(cases) {
        let before = records(&app);
        let response = app.post(BUNDLES, &body).await;
        assert_eq!(app.refusal(&response), (code, nonce), "{what}");
        assert_eq!(records(&app), before, "{what}: nothing is stored");
        goes_on(&app, &mut tablet, n).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_is_told_so_and_does_not_block_others() {
    let app = TestApp::with(|config| config.limits.body_time = Duration::from_millis(150)).await;
    let mut tablet = app.district.tablet(1);
    let slow = app.send("POST", BUNDLES, &[("content-length", "1000")], b"half a body");
    let quick = goes_on(&app, &mut tablet, 1);
    let (response, ()) = tokio::join!(slow, quick);
    assert_eq!(app.refusal(&response), (Code::TooSlow, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_says_busy_signed_and_when_to_come_back() {
    let app = TestApp::with(|config| config.limits.bodies = 0).await;
    let response = app.post(BUNDLES, b"x").await;
    assert_eq!(app.refusal(&response), (Code::Busy, None));
    assert!(response.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_enrols_over_http_and_gets_its_setup_with_an_etag() {
    let app = TestApp::spawn().await;
    let store = &app.district.store;
    let code = store
        .make_code(app.district.counters[0], hailong::store::codes::Length::Short, MORNING)
        .unwrap();
    let mut tablet = Tablet::new(5, app.district.counters[0], store.identity().id);
    let request = tablet.request(Some(code.code.grouped()), None);
    let response = app.post("/api/v1/enrol", tablet.sealed(&request).as_bytes()).await;
    assert_eq!(response.status, 200);
    let answer = hailong::wire::answer::Enrolled::open_first(tablet.key.id(), request.nonce, &response.body);
    let Some(Answer::Enrolled(enrolled)) = answer else {
        panic!("{answer:?}")
    };
    tablet.enrolled = Some(*enrolled.clone());

    let bearer = format!("Bearer {}", enrolled.token);
    let setup = app.get("/api/v1/setup", &[("authorization", &bearer)]).await;
    assert_eq!((setup.status, setup.text()), (200, enrolled.setup.clone()));
    let etag = setup.header("etag").unwrap().to_owned();
    assert_eq!(etag, format!("\"{}\"", tablet.open_setup().version));
    let again = app
        .get("/api/v1/setup", &[("authorization", &bearer), ("if-none-match", &etag)])
        .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    for headers in [
        &[][..],
        &[("authorization", "Bearer 00")],
        &[("authorization", "Basic x")],
    ] {
        let response = app.get("/api/v1/setup", headers).await;
        assert_eq!(app.refusal(&response), (Code::Unauthorized, None));
    }
    let certificate = tablet.request(None, Some(enrolled.certificate.clone()));
    let response = app.post("/api/v1/enrol", tablet.sealed(&certificate).as_bytes()).await;
    assert_eq!(response.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_are_counted_per_address_and_good_devices_stay_untouched() {
    let app = TestApp::with(|config| config.limits.tries_per_address = 3).await;
    let mut tablet = app.district.tablet(1);
    let mut guesser = Tablet::new(6, tablet.counter, tablet.district);
    for n in 0..3 {
        let request = guesser.request(Some(format!("0000-000{n}")), None);
        let response = app.post("/api/v1/enrol", guesser.sealed(&request).as_bytes()).await;
        assert_eq!(app.refusal(&response), (Code::WrongCode, Some(request.nonce)));
    }
    let request = guesser.request(Some("0000-0004".into()), None);
    let response = app.post("/api/v1/enrol", guesser.sealed(&request).as_bytes()).await;
    assert_eq!(app.refusal(&response), (Code::TooManyTries, Some(request.nonce)));
    assert!(response.header("retry-after").is_some());
    let certificate = tablet.enrolled.clone().unwrap().certificate;
    let request = tablet.request(None, Some(certificate));
    assert_eq!(
        app.post("/api/v1/enrol", tablet.sealed(&request).as_bytes())
            .await
            .status,
        200
    );
    let mut forged = tablet.sealed(&request);
    forged = forged.replace("\"app\":\"test\"", "\"app\":\"tset\"");
    let response = app.post("/api/v1/enrol", forged.as_bytes()).await;
    assert_eq!(app.refusal(&response), (Code::BadSignature, None));
    let response = app.post("/api/v1/enrol", &vec![b'x'; 9000]).await;
    assert_eq!(app.refusal(&response).0, Code::TooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_of_the_api_is_a_signed_refusal_and_health_is_plain() {
    let app = TestApp::spawn().await;
    let response = app.get("/api/v2/anything", &[]).await;
    assert_eq!(app.refusal(&response), (Code::NotFound, None));
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.get(path, &[]).await.text(), "ok\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tablet_app_comes_with_types_etags_and_headers_and_no_way_out_of_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>"),
        ("app.wasm", "\0asm"),
        ("app.js", "1"),
        ("app.js.br", "br"),
        ("manifest.webmanifest", "{\"name\":\"Hài Lòng\",\"start_url\":\"./\"}"),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let path = dir.path().to_owned();
    let app = TestApp::with(|config| config.tablet_dir = Some(path)).await;
    let index = app.get("/tablet/", &[]).await;
    assert_eq!((index.status, index.text().as_str()), (200, "<!doctype html>"));
    assert_eq!(index.header("cache-control"), Some("no-cache"));
    assert_eq!(index.header("x-content-type-options"), Some("nosniff"));
    assert!(
        index
            .header("content-security-policy")
            .unwrap()
            .contains("script-src 'self' 'wasm-unsafe-eval'")
    );
    let etag = index.header("etag").unwrap();
    assert_eq!(app.get("/tablet/", &[("if-none-match", etag)]).await.status, 304);
    assert_eq!(
        app.get("/tablet/app.wasm", &[]).await.header("content-type"),
        Some("application/wasm")
    );
    let packed = app.get("/tablet/app.js", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(
        (packed.header("content-encoding"), packed.text().as_str()),
        (Some("br"), "br")
    );
    assert_eq!(app.get("/tablet/app.js", &[]).await.text(), "1");
    let manifest = app.get("/tablet/manifest.webmanifest?c=0123-zyz1", &[]).await;
    assert!(
        manifest.text().contains("\"start_url\":\"./?c=0123-ZYZ1\""),
        "{}",
        manifest.text()
    );
    assert_eq!(manifest.header("content-type"), Some("application/manifest+json"));
    let plain = app.get("/tablet/manifest.webmanifest?c=%22%3Cscript", &[]).await;
    assert!(plain.text().contains("\"start_url\":\"./\""));
    for path in [
        "/tablet/../Cargo.toml",
        "/tablet/..%2f..%2fetc%2fpasswd",
        "/tablet/%2fetc%2fpasswd",
        "/tablet/none.js",
    ] {
        assert_eq!(app.get(path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(app.get("/tablet", &[]).await.header("location"), Some("/tablet/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_stops_when_told_and_the_store_can_be_opened_again() {
    let app = TestApp::spawn().await;
    let mut tablet = app.district.tablet(1);
    goes_on(&app, &mut tablet, 1).await;
    let TestApp { district, running } = app;
    running.stop().await.unwrap();
    let again = hailong::store::Store::open(district.store.dir()).unwrap();
    assert_eq!(again.read(hailong::store::devices::all).unwrap()[0].ballots, 1);
    assert!(again.identity().id == district.store.identity().id);
}

#[cfg(feature = "client")]
#[tokio::test(flavor = "multi_thread")]
async fn with_tls_files_it_speaks_https() {
    let dir = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let files = hailong::server::Tls { cert, key };
    let app = TestApp::with(|config| config.tls = Some(files)).await;
    assert!(app.running.url().starts_with("https://"));
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([root]).build().unwrap();
    let url = format!("https://localhost:{}/healthz", app.running.addr.port());
    assert_eq!(client.get(url).send().await.unwrap().text().await.unwrap(), "ok\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_files_that_are_none_are_an_error_at_the_start() {
    let district = crate::support::District::new();
    let files = hailong::server::Tls {
        cert: "none.pem".into(),
        key: "none.pem".into(),
    };
    let config = hailong::server::Config {
        tls: Some(files),
        ..hailong::server::Config::for_testing()
    };
    let started = hailong::server::serve(district.store.clone(), config).await;
    assert!(matches!(started, Err(hailong::server::ServeError::Tls(_))));
}
