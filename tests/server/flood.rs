//! What anybody may send does not stand in the way of tablets of ours. `benches/flood` measures it.

use crate::support::{MORNING, http::TestApp, tablet::Tablet};
use hailong::store::codes::Length;
use hailong::wire::{answer::Code, bundle, gzip};

const BUNDLES: &str = "/api/v1/bundles";

/// Enrols over HTTP, as tablets do.
async fn enrolled(app: &TestApp, seed: u8) -> Tablet {
    let (store, counter) = (&app.district.store, app.district.counters[0]);
    let code = store.make_code(counter, Length::Short, MORNING).unwrap().code.grouped();
    let mut tablet = Tablet::new(seed, counter, store.identity().id);
    let request = tablet.request(Some(code), None);
    let response = app.post("/api/v1/enrol", tablet.sealed(&request).as_bytes()).await;
    assert_eq!(response.status, 200);
    tablet
}

/// A bundle of the tablet's, in order.
fn bundle_of(tablet: &mut Tablet, epoch: u8) -> Vec<u8> {
    let voted = tablet.voted(epoch, None, 1, MORNING);
    gzip::pack(&tablet.bundle(&voted, MORNING))
}

/// One in its name, with somebody else's signature.
fn forged(tablet: &mut Tablet, by: &Tablet) -> Vec<u8> {
    let voted = tablet.voted(200, None, 1, MORNING);
    let header = tablet.header(vec![voted.run(tablet, 0, 2)], Some(voted.tip(tablet)), MORNING);
    bundle::seal(&by.key, &header, &voted.lines)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_of_ours_does_not_wait_behind_strangers() {
    // As full of strangers as it can be.
    let app = TestApp::with(|config| config.limits.strangers = 0).await;
    let mut ours = enrolled(&app, 1).await;
    let mut stranger = Tablet::new(6, app.district.counters[0], app.district.store.identity().id);
    for body in [
        b"noise".to_vec(),
        bundle_of(&mut stranger, 1),
        forged(&mut stranger, &ours),
    ] {
        let response = app.post(BUNDLES, &body).await;
        assert_eq!(app.refusal(&response), (Code::Busy, None));
        assert!(response.header("retry-after").is_some());
    }
    assert_eq!(app.post(BUNDLES, &bundle_of(&mut ours, 1)).await.status, 200);
    // Somebody signs in its name: from then on that name stands with the strangers, and others' do not.
    let mut other = enrolled(&app, 2).await;
    let forged = forged(&mut ours, &other);
    assert_eq!(app.refusal(&app.post(BUNDLES, &forged).await).0, Code::BadSignature);
    assert_eq!(app.refusal(&app.post(BUNDLES, &forged).await), (Code::Busy, None));
    assert_eq!(app.post(BUNDLES, &bundle_of(&mut other, 1)).await.status, 200);
}

/// Linux alone has the whole of 127.0.0.0/8.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_a_tablets_name_elsewhere_does_not_make_it_wait() {
    let app = TestApp::with(|config| config.limits.strangers = 0).await;
    let (mut ours, other) = (enrolled(&app, 1).await, enrolled(&app, 2).await);
    let forged = forged(&mut ours, &other);
    let elsewhere = std::net::Ipv4Addr::new(127, 0, 0, 2);
    let response = app.post_from(elsewhere, BUNDLES, &forged).await;
    assert_eq!(app.refusal(&response).0, Code::BadSignature);
    let response = app.post_from(elsewhere, BUNDLES, &forged).await;
    assert_eq!(app.refusal(&response), (Code::Busy, None));
    assert_eq!(app.post(BUNDLES, &bundle_of(&mut ours, 1)).await.status, 200);
    // From where it is itself, nobody can tell the two apart.
    let response = app.post(BUNDLES, &forged).await;
    assert_eq!(app.refusal(&response).0, Code::BadSignature);
    let response = app.post(BUNDLES, &bundle_of(&mut ours, 2)).await;
    assert_eq!(app.refusal(&response), (Code::Busy, None));
}

/// Bodies that name the tablet and are none of its bundles, each with what it is refused for.
fn not_theirs(tablet: &mut Tablet) -> Vec<(Code, Vec<u8>)> {
    let voted = tablet.voted(100, None, 1, MORNING);
    let whole = tablet.bundle(&voted, MORNING);
    let end = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let mut cut = gzip::pack(&whole);
    cut.truncate(cut.len() - 20);
    // Small on the wire: what it costs is to unpack it.
    let bomb = [&whole[..=end], &[b' '; 300 * 1024]].concat();
    let unreadable = format!("{{\"device\":\"{}\"}}", tablet.key.id());
    let unreadable = [
        unreadable.as_bytes(),
        b"\n",
        whole.rsplitn(3, |byte| *byte == b'\n').nth(1).unwrap(),
        b"\n",
    ]
    .concat();
    // A header the tablet did sign, with lines it did not send.
    let header = tablet.header(vec![voted.run(tablet, 0, 2)], Some(voted.tip(tablet)), MORNING);
    let others = tablet.voted(101, None, 1, MORNING + 3600);
    let other_lines = bundle::seal(&tablet.key, &header, &others.lines);
    let mut header = tablet.header(Vec::new(), None, MORNING);
    header.district = hailong::domain::hex::Hex([0; 16]);
    let for_others = bundle::seal(&tablet.key, &header, &[]);
    vec![
        (Code::BadFraming, whole[..end].to_vec()),
        (Code::BadFraming, cut),
        (Code::TooLarge, gzip::pack(&bomb)),
        (Code::BadHeader, unreadable),
        (Code::BadChain, other_lines),
        (Code::BadHeader, for_others),
    ]
}

/// A signature that does not hold is only one of the ways to send what a tablet did not make: all the others end before it
/// is looked at, and would never be over.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_tablet_did_not_make_leaves_its_line_at_once() {
    let app = TestApp::with(|config| config.limits.strangers = 0).await;
    let elsewhere = std::net::Ipv4Addr::new(127, 0, 0, 2);
    let kinds = not_theirs(&mut enrolled(&app, 1).await).len();
    for kind in 0..kinds {
        let mut ours = enrolled(&app, 2 + u8::try_from(kind).unwrap()).await;
        let (code, body) = not_theirs(&mut ours).swap_remove(kind);
        let response = app.post_from(elsewhere, BUNDLES, &body).await;
        assert_eq!(app.refusal(&response).0, code, "{kind}");
        let response = app.post_from(elsewhere, BUNDLES, &body).await;
        assert_eq!(app.refusal(&response), (Code::Busy, None), "{kind}: no second time");
        let own = bundle_of(&mut ours, 1);
        assert_eq!(
            app.post(BUNDLES, &own).await.status,
            200,
            "{kind}: the tablet itself waits for nobody"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_whose_bundle_is_damaged_on_the_way_is_taken_the_next_time() {
    let app = TestApp::spawn().await;
    let mut ours = enrolled(&app, 1).await;
    for (code, damaged) in not_theirs(&mut ours) {
        assert_eq!(app.refusal(&app.post(BUNDLES, &damaged).await).0, code);
        assert_eq!(app.post(BUNDLES, &bundle_of(&mut ours, 1)).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_a_tablets_name_does_not_keep_it_out() {
    let app = TestApp::spawn().await;
    let (mut ours, other) = (enrolled(&app, 1).await, enrolled(&app, 2).await);
    for epoch in 1..4 {
        let response = app.post(BUNDLES, &forged(&mut ours, &other)).await;
        assert_eq!(app.refusal(&response).0, Code::BadSignature);
        assert_eq!(app.post(BUNDLES, &bundle_of(&mut ours, epoch)).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_told_so_before_its_bundle_is_unpacked_and_a_tablet_enrolled_elsewhere_gets_in() {
    let app = TestApp::spawn().await;
    let mut stranger = Tablet::new(6, app.district.counters[0], app.district.store.identity().id);
    // What comes after the first line is no gzip any more.
    let mut cut = bundle_of(&mut stranger, 1);
    cut.truncate(cut.len() - 20);
    let (code, nonce) = app.refusal(&app.post(BUNDLES, &cut).await);
    assert!(code == Code::UnknownDevice && nonce.is_some());
    // Enrolled in the store beside the server: it has no name here yet, and is taken all the same.
    let mut new = app.district.tablet(3);
    assert_eq!(app.post(BUNDLES, &bundle_of(&mut new, 1)).await.status, 200);
}
