//! Folders, codes, certificates, setups.

use crate::hand::*;
use crate::support::{DAY, District, HOUR, MORNING, commune, tablet::Tablet};
use hailong::domain::{hex::Hex, policy, time::LocalDay};
use hailong::store::{CreateOptions, Store, StoreError, devices, enrol::Outcome, places, state::State, surveys};
use hailong::wire::{
    self,
    answer::Code,
    canon,
    record::{Open, Why},
};

#[test]
fn a_code_enrols_one_key_and_answers_that_key_the_same_again() {
    let d = District::new();
    let counter = d.counters[0];
    let code = d
        .store
        .make_code(counter, hailong::store::codes::Length::Short, MORNING)
        .unwrap();
    assert_eq!((code.expires, code.code.grouped().len()), (MORNING + 1800, 9));
    let mut tablets: Vec<_> = (1..=3)
        .map(|n| Tablet::new(n, counter, d.store.identity().id))
        .collect();
    let mut enrol = |n: usize, code: String, now| {
        let request = tablets[n].request(Some(code), None);
        d.store.write(move |tx| tx.enrol(&request, now)).unwrap()
    };
    let typed = code.code.grouped().to_lowercase();
    assert!(matches!(
        enrol(0, "0000-0000".into(), MORNING),
        Outcome::Refused(Code::WrongCode)
    ));
    let Outcome::Enrolled(first) = enrol(0, typed.clone(), MORNING + 1799) else {
        panic!()
    };
    let Outcome::Enrolled(again) = enrol(0, typed.clone(), MORNING + 9999) else {
        panic!()
    };
    assert_eq!(
        (&first.token, &first.certificate, &first.setup),
        (&again.token, &again.certificate, &again.setup)
    );
    assert!(matches!(enrol(1, typed, MORNING), Outcome::Refused(Code::UsedCode)));
    let late = d
        .store
        .make_code(counter, hailong::store::codes::Length::Short, MORNING)
        .unwrap()
        .code
        .grouped();
    assert!(matches!(
        enrol(2, late, MORNING + 1800),
        Outcome::Refused(Code::ExpiredCode)
    ));
    assert_eq!(one(&d.store, "select count(*) from device"), 1);
}

#[test]
fn a_certificate_brings_a_forgotten_device_back_and_a_forged_one_does_not() {
    let d = District::new();
    let mut tablet = d.tablet(1);
    let first = tablet.enrolled.clone().unwrap();
    // The district is restored from a backup of before the enrolment, and even of before the counter.
    let restored = tempfile::tempdir().unwrap();
    let store = Store::create(
        &restored.path().join("data"),
        CreateOptions {
            demo: false,
            now: MORNING,
        },
    )
    .unwrap();
    commune(&store, "Xã Thử", 1);
    drop(store);
    let file = restored.path().join("data").join(hailong::store::FILE);
    let seed: Vec<u8> = d
        .store
        .read(|c| Ok(c.query_row("select value from meta where name = 'key'", [], |r| r.get(0))?))
        .unwrap();
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute("update meta set value = ?1 where name = 'key'", [seed])
        .unwrap();
    let store = Store::open(&restored.path().join("data")).unwrap();

    let later = MORNING + 30 * DAY;
    let mut enrol = |certificate: &str| {
        let request = tablet.request(None, Some(certificate.to_owned()));
        store.write(move |tx| tx.enrol(&request, later)).unwrap()
    };
    assert!(matches!(enrol("nonsense"), Outcome::Refused(Code::BadCertificate)));
    let forged = first.certificate.replace("\"issued\":1", "\"issued\":2");
    assert!(matches!(enrol(&forged), Outcome::Refused(Code::BadCertificate)));
    let Outcome::Enrolled(again) = enrol(&first.certificate) else {
        panic!()
    };
    assert_eq!((&again.token, &again.certificate), (&first.token, &first.certificate));
    // Known again, it says who it is by its signature alone: a disk may have torn the certificate.
    let Outcome::Enrolled(torn) = enrol("nonsense") else {
        panic!()
    };
    assert_eq!(torn.certificate, again.certificate);
    assert!(
        store
            .read(|conn| devices::find(conn, tablet.key.id()))
            .unwrap()
            .is_some()
    );
    assert!(
        store.read(|conn| places::counter(conn, d.counters[0])).is_ok(),
        "its counter came back too"
    );
    // What it brings again keeps its days, whatever its clock has been through since.
    tablet.step = 2;
    let epoch = tablet.voted(1, None, 3, MORNING + DAY);
    tablet.deliver(&store, &epoch, later);
    assert_eq!(counts(&store), [(State::Counted, 3)]);
    assert_eq!(
        one(&store, "select distinct day from record where kind = 1"),
        LocalDay::of(MORNING + DAY).0
    );
}

#[test]
fn a_setup_is_made_again_only_when_something_changed_and_its_version_only_grows() {
    let d = District::new();
    let tablet = d.tablet(1);
    let (token, first) = (tablet.enrolled.clone().unwrap().token, tablet.open_setup());
    assert_eq!(
        (first.version, first.practice_since),
        (MORNING - 2 * HOUR, Some(MORNING - 2 * HOUR))
    );
    assert!(first.settings.hold);
    d.store.write(|tx| tx.refresh_setups(MORNING)).unwrap();
    assert_eq!(d.store.setup_by_token(&token).unwrap().unwrap().version, first.version);
    // The district's clock stands at an earlier time; the version grows all the same.
    let id = tablet.key.id();
    d.store
        .write(move |tx| tx.return_to_practice(id, MORNING - DAY))
        .unwrap();
    let second = d.store.setup_by_token(&token).unwrap().unwrap();
    assert_eq!(second.version, first.version + 1);
    let setup = wire::setup::Setup::open(&d.store.identity().public_key(), id, second.document.as_bytes()).unwrap();
    assert!(setup.practice_since > first.practice_since);
    assert!(d.store.setup_by_token("00").unwrap().is_none());
}

#[test]
fn a_folder_is_created_once_and_the_default_survey_is_published() {
    let d = District::new();
    let again = Store::create(
        d.store.dir(),
        CreateOptions {
            demo: false,
            now: MORNING,
        },
    );
    assert!(matches!(again, Err(StoreError::Exists(_))));
    assert!(matches!(
        Store::open(&d.dir.path().join("other")),
        Err(StoreError::Missing(_))
    ));
    let known = d.store.read(surveys::all).unwrap();
    assert_eq!(known[0].id, wire::survey_id(&crate::support::tablet::default_survey()));
    assert_ne!(d.store.identity().generation, Hex([0; 16]));
    assert_eq!(policy::MIN_CELL, 5);
    let open = Open {
        draft: false,
        mark: None,
        prev: None,
        why: Why::New,
    };
    assert!(canon::line_of(&open).contains("\"kind\":\"open\""));
}
