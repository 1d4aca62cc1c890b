//! What happens to servers: a disk without room while a backup is made, a certificate that is renewed badly, a restore into
//! a folder that is served, a clock that jumps. A clear word, nothing half-done, nothing lost. (A full disk under a commit
//! is in `tests/store.rs`, bad backups in `tests/path`, two servers on one folder and bad configurations in
//! `tests/district.rs`.)

use crate::rig::{Counter, DAY, District, TEN, TestClock, assert_exactly_once, assert_sound};
use hailong::store::{CreateOptions, FILE, Store, verify};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::tempdir;

fn district(words: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
    command.args(words).arg("--data").arg(data).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_that_finds_no_room_says_so_and_leaves_nothing() {
    let (home, shelf) = (tempdir().unwrap(), tempdir().unwrap());
    let data = home.path().join("data");
    drop(Store::create(&data, CreateOptions { demo: true, now: TEN }).unwrap());
    let out = shelf.path().join("backup");
    // No file may grow beyond 40 KB: the disk that takes no more. The signal of it would end the program, as no disk does.
    let full = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 80; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_hailong-district"))
        // With counters (`cargo xtask coverage`) it would complain that its counts do not fit either.
        .env("LLVM_PROFILE_FILE", "/dev/null")
        .args([
            "backup",
            "--out",
            out.to_str().unwrap(),
            "--data",
            data.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let words = said(&full);
    assert_eq!(full.status.code(), Some(1), "{words}");
    assert!(
        words.ends_with("; is the disk full?\n") && words.lines().count() == 1,
        "{words}"
    );
    assert_eq!(words.matches("is the disk full?").count(), 1, "{words}");
    assert_eq!(names(shelf.path()), [""; 0], "nothing half-done");
    assert_sound(&data);
    let made = district(&["backup", "--out", out.to_str().unwrap()], &data);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(names(shelf.path()), ["backup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_into_a_folder_that_is_served_is_refused_and_the_server_goes_on() {
    let (home, clock) = (tempdir().unwrap(), TestClock::at(TEN));
    let dir = home.path().join("data");
    let served = District::create(&dir, true, &clock).await;
    let mut counter = Counter::enrol(&served.url(), &served.code(0), TEN).await;
    counter.cast(3, TEN);
    counter.tablet.drain(TEN, 20).await.unwrap();
    let file = home.path().join("backup");
    served.store.backup(&file, TEN).unwrap();
    counter.cast(2, TEN + 600);
    let refused = district(&["restore", file.to_str().unwrap()], &dir);
    let words = said(&refused);
    assert_eq!(refused.status.code(), Some(2), "{words}");
    assert!(words.contains("already") && words.lines().count() == 1, "{words}");
    counter.tablet.drain(TEN + 600, 20).await.unwrap();
    let generation = served.store.identity().generation;
    served.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    assert_eq!(Store::open(&dir).unwrap().identity().generation, generation);
    assert_sound(&dir);
}

/// The clock of the server goes a year ahead, then back to where it was, then a year behind: what tablets send meanwhile is
/// kept, once, and is told by `verify` from no tampering; nothing has to be mended.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_clock_jumps_loses_nothing_and_goes_on() {
    let (home, clock) = (tempdir().unwrap(), TestClock::at(TEN));
    let dir = home.path().join("data");
    let mut served = District::create(&dir, false, &clock).await;
    let mut counter = Counter::enrol(&served.url(), &served.code(0), TEN).await;
    counter.tablet.outbox.start_counting(TEN).unwrap();
    for (days, jump) in [(1, 0), (2, 365), (3, 0), (4, -365), (5, 0)] {
        let wall = TEN + days * DAY;
        counter.cast(6, wall);
        clock.set(wall + jump * DAY + 3600);
        // A start does what is due by that clock, and so does the night in it.
        let addr = served.stop().await;
        served = District::start(&dir, &clock, addr.port()).await;
        let now = clock.now();
        served
            .store
            .write(move |tx| {
                tx.release_due(now)?;
                tx.publish_due(now)?;
                tx.checkpoint(now)
            })
            .unwrap();
        counter.tablet.drain(wall + 3600, 50).await.unwrap();
        assert!(counter.ballots().values().all(|settled| *settled), "{jump} days off");
    }
    served.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    let report = verify::verify(&dir).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    let conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    let lost: i64 = conn
        .query_row(
            "select count(*) from record where kind = 1 and state not in (1, 5)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(
        lost, 0,
        "counted, or shown as of a day that is not known; never put aside"
    );
}
