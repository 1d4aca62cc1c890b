//! Who has the machine, its folder and the district's key: what even they can't do, and what they can't read.

use crate::support::{District, MORNING, http::TestApp, site::Site, tablet};
use hailong::{
    server::{Clock, admin},
    store::{codes::Length, places, settings, verify::verify},
    wire::{code::Purpose, keys::Key, pin},
};

#[test]
fn ballots_that_the_operator_makes_in_a_tablets_name_are_found() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let epoch = tablet.voted(1, None, 5, MORNING);
    let bytes = tablet.bundle(&epoch, MORNING);
    // A program of the operator's stores them without asking: log, chain, receipt and figures are as they should be.
    let mut bundle = tablet.verified(&bytes);
    bundle.signature = Key::from_seed(&[9; 32]).sign(tablet::BUNDLE, &bundle.header_line);
    d.store.ingest_blocking(bundle, MORNING).unwrap();
    let broken = verify(d.store.dir()).unwrap().broken;
    let found: Vec<_> = broken.iter().map(|found| (found.kind, &*found.detail)).collect();
    assert!(
        found.contains(&("bundle", "the device's signature does not hold")),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_session_code_or_pin_stands_in_the_folder() {
    let district = District::new();
    let device = district.tablet(5).key.id();
    let site = Site::signed_in(&district).await;
    let node = district.store.read(places::nodes).unwrap()[0].id;
    let pin = "730518";
    site.submit("/admin/pin", &[("node", &node.to_string()), ("pin", pin)])
        .await;
    let kept = district.store.read(|conn| settings::effective(conn, node)).unwrap().pin;
    assert!(pin::matches(pin, &kept.unwrap()));
    let mut secrets = vec![site.password.clone(), pin.into()];
    secrets.extend(site.cookies.lock().unwrap().values().cloned());
    for length in [Length::Sheet, Length::Short] {
        let made = district.store.make_code(district.counters[0], length, MORNING).unwrap();
        secrets.push(made.code.grouped());
    }
    for purpose in [Purpose::Unlock, Purpose::Erase] {
        let made = district
            .store
            .write(move |tx| tx.operator_code(device, purpose, "lan", MORNING));
        secrets.push(made.unwrap().grouped());
    }
    // As they are shown, and as they are worked with.
    let plain: Vec<_> = secrets.iter().map(|secret| secret.replace('-', "")).collect();
    secrets.extend(plain.iter().map(|secret| secret.to_lowercase()));
    secrets.extend(plain);
    let mut bytes = 0;
    for file in std::fs::read_dir(district.store.dir()).unwrap() {
        let held = std::fs::read(file.unwrap().path()).unwrap();
        bytes += held.len();
        for secret in &secrets {
            let stands = held.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!stands, "{secret}");
        }
    }
    assert!(bytes > 100_000, "the database and what is not in it yet: {bytes}");
    site.stop().await;
}

/// All that a tablet has, in every place where somebody could put it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_tablet_holds_opens_no_page_of_an_administrator() {
    let app = TestApp::spawn().await;
    let tablet = app.district.tablet(1);
    let enrolled = tablet.enrolled.as_ref().unwrap();
    let bearer = format!("Bearer {}", enrolled.token);
    let setup = app.get("/api/v1/setup", &[("authorization", &bearer)]).await;
    assert_eq!(setup.status, 200, "it is the token that opens a setup");
    let pages = admin::Admin::new(app.district.store.clone(), Clock::simulated(|| MORNING), false);
    let routes = admin::routes(&pages);
    assert!(routes.len() > 60);
    for held in [&enrolled.token, &enrolled.certificate, &tablet.key.id().to_string()] {
        let (bearer, cookie) = (
            format!("Bearer {held}"),
            format!("hailong={held}; __Host-hailong={held}"),
        );
        for route in &routes {
            let headers = [
                ("authorization", &*bearer),
                ("cookie", &*cookie),
                ("content-length", "0"),
            ];
            let answer = app.send(route.method.as_str(), route.path, &headers, b"").await;
            let away = answer.status == 303 && answer.header("location") == Some("/admin/sign-in");
            let refused = matches!(answer.status, 400 | 401 | 403);
            assert!(away || refused, "{} {}: {}", route.method, route.path, answer.status);
        }
    }
    app.running.stop().await.unwrap();
}
