//! A backup made while the district works, and another machine that begins from it.

use crate::rig::*;
use hailong::store::{FILE, Store, StoreError, backup, folder, verify};
use hailong::sync::Outcome;
use std::time::Duration;
use tempfile::tempdir;

#[tokio::test(flavor = "multi_thread")]
async fn a_district_restored_elsewhere_is_refilled_and_everything_verifies() {
    let (old, new, shelf) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let clock = TestClock::at(TEN);
    let district = District::create(old.path(), true, &clock).await;
    let mut counter = Counter::enrol(&district.url(), &district.code(0), TEN).await;
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    let file = shelf.path().join("backup");
    district.store.backup(&file, TEN + 60).unwrap();
    assert_eq!(district.store.last_backup().unwrap(), Some(TEN), "to the hour");
    counter.cast(4, TEN + 600);
    counter.tablet.drain(TEN + 600, 20).await.unwrap();
    let addr = district.stop().await;

    let dir = new.path().join("data");
    let restored = backup::restore(&dir, &file, TEN + 3600).unwrap();
    assert_eq!(restored.newest, TEN);
    let district = District::start(&dir, &clock, addr.port()).await;
    assert_eq!(district.store.identity().generation, restored.generation);
    let mut mono = Duration::from_secs(10_000);
    let heartbeat = counter.call(&mut mono, TEN + 7200).await;
    assert!(
        matches!(heartbeat, Outcome::Settled(settled) if settled.refill),
        "{heartbeat:?}"
    );
    counter.tablet.drain(TEN + 7200, 50).await.unwrap();
    district.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    let report = verify::verify(&dir).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    assert!(report.listed.iter().any(|found| found.kind == "restore"));
}

#[test]
fn what_is_no_backup_makes_no_district_and_nothing_is_overwritten() {
    let shelf = tempdir().unwrap();
    let (dir, file) = (shelf.path().join("data"), shelf.path().join("backup"));
    let store = Store::create(&dir, hailong::store::CreateOptions { demo: true, now: TEN }).unwrap();
    store.backup(&file, TEN).unwrap();
    assert!(
        matches!(store.backup(&file, TEN), Err(StoreError::Invalid(_))),
        "it exists"
    );
    assert!(matches!(backup::restore(&dir, &file, TEN), Err(StoreError::Exists(_))));

    let sound = std::fs::read(&file).unwrap();
    let mut scribbled = sound.clone();
    scribbled[8192..12_288].fill(0x5a);
    let page = b"<html>not a backup</html>".to_vec();
    let foreign = {
        let path = shelf.path().join("foreign");
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch("create table meta (name text, value blob)")
            .unwrap();
        std::fs::read(path).unwrap()
    };
    let later = {
        let path = shelf.path().join("later");
        std::fs::write(&path, &sound).unwrap();
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch("pragma user_version = 9999")
            .unwrap();
        std::fs::read(path).unwrap()
    };
    let cut = sound[..sound.len() / 2].to_vec();
    let new = shelf.path().join("new");
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("page", page),
        ("cut", cut),
        ("scribbled", scribbled),
        ("foreign", foreign),
        ("later", later),
    ] {
        let path = shelf.path().join("bad");
        std::fs::write(&path, bytes).unwrap();
        let refused = backup::restore(&new, &path, TEN);
        assert!(refused.is_err(), "{name}");
        assert!(!new.join(FILE).exists(), "{name}");
        let left = std::fs::read_dir(&new).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{name}: nothing half-done is left");
    }
    assert!(backup::restore(&new, &shelf.path().join("nowhere"), TEN).is_err());
    backup::restore(&new, &file, TEN).unwrap();
}

/// SQLite would play the old district's log over the new file, and say that all is well.
#[test]
fn what_is_left_of_another_district_is_never_mixed_with_a_restored_one() {
    let shelf = tempdir().unwrap();
    let (old, file, dir) = (
        shelf.path().join("old"),
        shelf.path().join("backup"),
        shelf.path().join("data"),
    );
    let options = |now| hailong::store::CreateOptions { demo: true, now };
    let store = Store::create(&old, options(TEN)).unwrap();
    store.backup(&file, TEN).unwrap();
    std::fs::create_dir(&dir).unwrap();
    // As a crash leaves it, and somebody who moves away the one file that he knows of.
    std::fs::copy(old.join(format!("{FILE}-wal")), dir.join(format!("{FILE}-wal"))).unwrap();
    for refused in [
        backup::restore(&dir, &file, TEN).map(drop),
        Store::create(&dir, options(TEN)).map(drop),
    ] {
        assert!(matches!(refused, Err(StoreError::LeftOver(_))), "{refused:?}");
    }
    std::fs::remove_file(dir.join(format!("{FILE}-wal"))).unwrap();
    // And what a restore leaves that was cut short itself.
    let wal = std::fs::read(old.join(format!("{FILE}-wal"))).unwrap();
    std::fs::write(dir.join(format!("{FILE}.part-wal")), wal).unwrap();
    let restored = backup::restore(&dir, &file, TEN + 3600).unwrap();
    assert_eq!(restored.district, store.identity().id);
    assert_eq!(restored.units, ["Phường Mẫu", "Xã Mẫu"]);
    assert_eq!(Store::open(&dir).unwrap().identity().generation, restored.generation);
    let names = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name());
    let parts = names.filter(|name| name.to_string_lossy().contains("part"));
    assert_eq!(parts.count(), 0);
}

#[test]
fn one_program_serves_a_folder() {
    let dir = tempdir().unwrap();
    let held = folder::lock(dir.path()).unwrap();
    assert!(matches!(folder::lock(dir.path()), Err(StoreError::InUse(_))));
    drop(held);
    folder::lock(dir.path()).unwrap();
}
