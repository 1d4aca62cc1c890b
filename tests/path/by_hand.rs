//! Ballots by hand: out of the tablet in a sealed file, into the district, the receipts back.

use crate::rig::*;
use hailong::domain::policy;
use hailong::outbox::{BundleFile, Outbox, Taken};
use hailong::store::import::ImportError;
use hailong::sync::{Http, Outcome};
use hailong::wire::{answer::Answer, bundle::Health, file, signed};
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

fn save(counter: &mut Counter<Http>, now: i64) -> BundleFile {
    let outbox: &mut Outbox = &mut counter.tablet.outbox;
    outbox.save_file(&Health::default(), now).unwrap().unwrap()
}

/// As the engine takes a receipt file in: the receipts, then the setup.
fn take(counter: &mut Counter<Http>, receipts: &str, now: i64) -> (u64, u32) {
    let tablet = &mut counter.tablet;
    let key = tablet.outbox.identity.enrolment().unwrap().district_key;
    let (_, documents) = file::read_receipts(receipts.as_bytes()).unwrap();
    let (mut settled, mut strangers) = (0, 0);
    for document in documents {
        match signed::open::<Answer>(&key, signed::ANSWER, document.as_bytes()) {
            Ok(Answer::Receipt(receipt)) => match tablet.outbox.take_filed(&receipt).unwrap() {
                Taken::Settled(by) => {
                    assert!(!by.refill, "a receipt by hand makes nothing travel again");
                    settled += by.first_time;
                }
                Taken::NotOurs => strangers += 1,
            },
            _ => drop(
                tablet
                    .sender
                    .take_setup_text(&mut tablet.outbox, &document, now)
                    .unwrap(),
            ),
        }
    }
    (settled, strangers)
}

async fn practised(folder: &Path, clock: &TestClock) -> (District, Counter<Http>) {
    let district = District::create(folder, false, clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), clock.now()).await;
    counter.tablet.outbox.start_counting(clock.now()).unwrap();
    (district, counter)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_carried_for_days_counts_once_whatever_comes_twice() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter) = practised(folder.path(), &clock).await;
    counter.cast(8, TEN + 60);
    assert!(
        counter
            .tablet
            .outbox
            .save_file(&Health::default(), TEN + 600)
            .unwrap()
            .is_none(),
        "the hold holds for files too"
    );
    let saved_at = TEN + 1600;
    let first = save(&mut counter, saved_at);
    assert_eq!((first.ballots, first.left), (8, 0));
    assert_eq!(waiting(&mut counter, saved_at), 8, "nothing is settled by saving");
    let again = save(&mut counter, saved_at + 60);

    // Carried for three days.
    let now = TEN + 3 * DAY;
    clock.set(now);
    let imported = district.store.import(&first.bytes, "admin", now).unwrap();
    assert_eq!((imported.new, imported.known), (8, 0));
    let twice = district.store.import(&first.bytes, "admin", now + 5).unwrap();
    assert_eq!((twice.new, twice.known), (0, 8));
    let other = district.store.import(&again.bytes, "admin", now + 9).unwrap();
    assert_eq!((other.new, other.known), (0, 8));
    // Not one is taken for a clock that is off by three days.
    let marks = marks(folder.path());
    assert!(
        marks
            .iter()
            .all(|(state, day, marks)| (*state, *day, *marks) == (1, TEN / DAY, 1)),
        "{marks:?}"
    );

    let (settled, strangers) = take(&mut counter, &imported.receipts, now);
    assert!(settled >= 8 && strangers == 0, "{settled}");
    assert_eq!(waiting(&mut counter, now), 0);
    for receipts in [&imported.receipts, &twice.receipts, &other.receipts] {
        assert_eq!(take(&mut counter, receipts, now), (0, 0), "taken twice changes nothing");
    }
    // The network comes back: the tablet has nothing to repeat, and the district is not asked to be filled again.
    counter.cast(1, now);
    clock.set(now + 1600);
    counter.tablet.drain(now + 1600, 20).await.unwrap();
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

/// State, day since 1970 (UTC is enough at ten o'clock) and marks of each ballot, with plain SQL.
fn marks(dir: &Path) -> Vec<(i64, i64, i64)> {
    let conn = rusqlite::Connection::open(dir.join(hailong::store::FILE)).unwrap();
    let mut rows = conn
        .prepare("select state, day, marks & 13 from record where kind = 1")
        .unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_file_older_than_what_the_network_said_since_settles_and_takes_nothing_back() {
    let folder = tempdir().unwrap();
    let clock = TestClock::at(TEN);
    let (district, mut counter) = practised(folder.path(), &clock).await;
    counter.cast(3, TEN + 60);
    let file = save(&mut counter, TEN + 1600);
    let imported = district.store.import(&file.bytes, "admin", TEN + 1700).unwrap();
    // Then the network is there again, and sends the same and more.
    let later = TEN + 2 * 3600;
    counter.cast(4, later);
    clock.set(later + 1600);
    counter.tablet.drain(later + 1600, 30).await.unwrap();
    assert_eq!(take(&mut counter, &imported.receipts, later + 1700), (0, 0));
    // The next receipt must not look like a district that lost records.
    counter.cast(1, later + 3600);
    clock.set(later + 5600);
    let mut mono = Duration::from_secs(100_000);
    let outcome = counter.call(&mut mono, later + 5600).await;
    assert!(matches!(outcome, Outcome::Settled(by) if !by.refill), "{outcome:?}");
    // And the other way round: the network first, then the old file once more.
    let known = district.store.import(&file.bytes, "admin", later + 5700).unwrap();
    assert_eq!((known.new, known.known), (0, 3));
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
    assert_sound(folder.path());
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_from_before_a_restore_settle_nothing_once_the_tablet_knows_of_it() {
    let (folder, copy) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(TEN);
    let (district, mut counter) = practised(folder.path(), &clock).await;
    counter.cast(2, TEN + 60);
    clock.set(TEN + 1600);
    counter.tablet.drain(TEN + 1600, 20).await.unwrap();
    let addr = district.stop().await;
    copy_dir(folder.path(), copy.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    counter.cast(5, TEN + 3600);
    clock.set(TEN + 3600 + 1600);
    let file = save(&mut counter, clock.now());
    let lost = district.store.import(&file.bytes, "admin", clock.now()).unwrap();
    assert_eq!(lost.new, 5);
    counter.tablet.drain(clock.now(), 30).await.unwrap();
    // The district goes back to the copy and tells so by the network; then somebody brings the old receipts.
    district.stop().await;
    put_back(copy.path(), folder.path());
    let district = District::start(folder.path(), &clock, addr.port()).await;
    let mut mono = Duration::from_secs(100_000);
    let outcome = counter.call(&mut mono, clock.now()).await;
    assert!(matches!(outcome, Outcome::Settled(by) if by.refill), "{outcome:?}");
    assert_eq!(
        take(&mut counter, &lost.receipts, clock.now()),
        (0, 1),
        "not settled by it"
    );
    counter.tablet.drain(clock.now(), 30).await.unwrap();
    counter.call(&mut mono, clock.now()).await;
    let cast = counter.ballots();
    district.stop().await;
    assert_exactly_once(folder.path(), &cast);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_a_damaged_and_a_strangers_file_change_nothing() {
    let (folder, elsewhere) = (tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(TEN);
    let (district, mut counter) = practised(folder.path(), &clock).await;
    let other = District::create(elsewhere.path(), false, &clock).await;
    counter.cast(3, TEN + 60);
    let file = save(&mut counter, TEN + 1600).bytes;
    let import = |bytes: &[u8]| district.store.import(bytes, "admin", TEN + 1700);
    assert!(matches!(import(b"%PDF-1.7"), Err(ImportError::Foreign)));
    assert!(matches!(import(b""), Err(ImportError::Foreign)));
    for at in [30, 60, file.len() / 2, file.len() - 1] {
        assert!(matches!(import(&file[..at]), Err(ImportError::Damaged)), "cut at {at}");
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert!(import(&damaged).is_err(), "changed at {at}");
    }
    assert!(matches!(
        import(&vec![0; policy::MAX_FILE_BYTES + 1]),
        Err(ImportError::TooLarge)
    ));
    assert!(matches!(
        other.store.import(&file, "admin", TEN + 1700),
        Err(ImportError::OtherDistrict)
    ));
    assert_eq!(stored_salts(folder.path()).len(), 0, "nothing was stored");
    assert_eq!(import(&file).unwrap().new, 3);
    // Receipts for another tablet of the same district.
    let mut second = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    second.cast(2, TEN + 60);
    let receipts = import(&file).unwrap().receipts;
    assert_eq!(take(&mut second, &receipts, TEN + 1800), (0, 1));
    assert_eq!(waiting(&mut second, TEN + 1800), 2);
    other.stop().await;
    district.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_takes_a_file_in_and_writes_the_receipts_beside_it() {
    let (folder, carried) = (tempdir().unwrap(), tempdir().unwrap());
    let now = hailong::platform::unix_now();
    let clock = TestClock::at(now - 4000);
    let (district, mut counter) = practised(folder.path(), &clock).await;
    counter.cast(2, now - 3900);
    let file = save(&mut counter, now - 1000);
    district.stop().await;
    let path = carried.path().join("phieu.hlb");
    std::fs::write(&path, &file.bytes).unwrap();
    let import = || {
        std::process::Command::new(env!("CARGO_BIN_EXE_hailong-district"))
            .args([
                "import",
                "--data",
                folder.path().to_str().unwrap(),
                path.to_str().unwrap(),
            ])
            .output()
            .unwrap()
    };
    let said = String::from_utf8(import().stdout).unwrap();
    assert!(said.starts_with("2 new ballots, 0 already known"), "{said}");
    let receipts = std::fs::read_to_string(path.with_extension("hlr")).unwrap();
    assert_eq!(take(&mut counter, &receipts, now).1, 0);
    assert_eq!(waiting(&mut counter, now), 0);
    let said = String::from_utf8(import().stdout).unwrap();
    assert!(said.starts_with("0 new ballots, 2 already known"), "{said}");
    std::fs::write(&path, b"not a ballot file").unwrap();
    let refused = import();
    assert_ne!(refused.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not a ballot file"));
    assert_sound(folder.path());
}
