//! What happens to servers: a disk without room while a backup is made, a certificate that is renewed badly, a restore into
//! a folder that is served, a clock that jumps. A clear word, nothing half-done, nothing lost. (A full disk under a commit
//! is in `tests/store.rs`, bad backups in `tests/path`, two servers on one folder and bad configurations in
//! `tests/district.rs`.)

use crate::rig::{Counter, DAY, District, MIDNIGHT, TEN, TestClock, assert_exactly_once, assert_sound};
use hailong::{
    domain::{comment::month_number, time::LocalDay},
    server::{Config, timer::Timer},
    store::{CreateOptions, FILE, Store, checkpoint, publish, verify},
    sync::Http,
};
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
/// kept, once, and is told by `verify` from no tampering; and the night after is as any other.
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
        Timer::new(served.store.clone(), &Config::for_testing())
            .look(clock.now())
            .await;
        counter.tablet.drain(wall + 3600, 50).await.unwrap();
        assert!(counter.ballots().values().all(|settled| *settled), "{jump} days off");
    }
    assert_eq!(last_night(&served.store), Some(LocalDay::of(clock.now())));
    served.stop().await;
    // Those of the first day and the third; those that came by the clock behind are of a half month that is long over. What
    // came by the clock ahead waits for its own.
    assert_eq!(holds(&dir).released, 18);
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

/// What a night may take, and what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holds {
    bodies: u64,
    comments: u64,
    months: u64,
    released: u64,
    tasks_looked: LocalDay,
}

fn holds(dir: &Path) -> Holds {
    let conn = rusqlite::Connection::open(dir.join(FILE)).unwrap();
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, u64>(0)).unwrap();
    let looked: Vec<u8> = conn
        .query_row("select value from meta where name = 'tasks_looked'", [], |row| {
            row.get(0)
        })
        .unwrap();
    Holds {
        bodies: number("select count(*) from body"),
        comments: number("select count(*) from comment"),
        months: number("select count(*) from publication"),
        released: number("select coalesce(sum(ballots), 0) from release"),
        tasks_looked: LocalDay(i64::from_be_bytes(looked[..8].try_into().unwrap())),
    }
}

/// The day of the newest checkpoint: the last that had its night.
fn last_night(store: &Store) -> Option<LocalDay> {
    let newest = store.read(checkpoint::newest).unwrap();
    newest.map(|made| LocalDay(made.day))
}

/// A minute past midnight, days after 2026-11-22.
fn night(days: i64) -> i64 {
    MIDNIGHT + days * DAY + 60
}

const HOUR: i64 = 3600;
const YEARS: i64 = 3 * 365 * DAY;

/// A district with a comment and twelve released ballots, and ten that wait for the night of 2026-11-25.
async fn waiting(dir: &Path, clock: &TestClock, config: &Config) -> (District, Counter<Http>) {
    let served = District::create(dir, false, clock).await;
    let comment = "insert into comment (id, node_no, month, written, sealed) values (randomblob(16), 1, ?1, ?1, x'00')";
    let month = month_number(LocalDay::of(TEN).month());
    served
        .store
        .write(move |tx| Ok(tx.conn().execute(comment, [month]).map(drop)?))
        .unwrap();
    let mut counter = Counter::enrol(&served.url(), &served.code(0), TEN).await;
    counter.tablet.outbox.start_counting(TEN).unwrap();
    let mut timer = Timer::new(served.store.clone(), config);
    for (day, ballots) in [(1, 12), (2, 10)] {
        clock.set(night(day));
        timer.look(clock.now()).await;
        counter.cast(ballots, TEN + day * DAY);
        clock.set(TEN + day * DAY + HOUR);
        counter.tablet.drain(clock.now(), 50).await.unwrap();
    }
    (served, counter)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_years_ahead_nothing_is_deleted_or_put_out_and_back_again_the_nights_go_on() {
    let (home, clock) = (tempdir().unwrap(), TestClock::at(TEN));
    let dir = home.path().join("data");
    let config = Config {
        retention_months: Some(24),
        ..Config::for_testing()
    };
    let (served, mut counter) = waiting(&dir, &clock, &config).await;
    let before = holds(&dir);
    assert_eq!((before.comments, before.months, before.released), (1, 0, 12));
    // The battery is empty: the machine starts with a wrong date, and nobody looks at it until the evening.
    let addr = served.stop().await;
    let ahead = TEN + 2 * DAY + 2 * HOUR + YEARS;
    clock.set(ahead);
    let served = District::start(&dir, &clock, addr.port()).await;
    let mut timer = Timer::new(served.store.clone(), &config);
    for hour in 0..24 {
        clock.set(ahead + hour * HOUR);
        timer.look(clock.now()).await;
    }
    assert_eq!(holds(&dir), before);
    clock.set(night(3));
    timer.look(clock.now()).await;
    let today = LocalDay::of(night(3));
    assert_eq!(last_night(&served.store), Some(today));
    let after = Holds {
        released: 22,
        tasks_looked: today,
        ..before
    };
    assert_eq!(holds(&dir), after);
    counter.tablet.drain(night(3), 50).await.unwrap();
    served.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    assert_sound(&dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_that_held_for_days_does_not_stop_the_nights_after_it() {
    let (home, clock) = (tempdir().unwrap(), TestClock::at(TEN));
    let dir = home.path().join("data");
    let config = Config::for_testing();
    let (served, mut counter) = waiting(&dir, &clock, &config).await;
    let mut timer = Timer::new(served.store.clone(), &config);
    let ahead = TEN + 2 * DAY + 2 * HOUR + YEARS;
    for hour in 0..=30 {
        clock.set(ahead + hour * HOUR);
        timer.look(clock.now()).await;
    }
    let wrong = holds(&dir);
    assert_eq!((wrong.months, wrong.released), (1, 22), "it was believed");
    assert!(last_night(&served.store) > Some(LocalDay::of(TEN + YEARS)));
    // Set right on the 26th, which is believed a day later; then every night up to 3 December.
    let back = TEN + 4 * DAY;
    counter.cast(10, back);
    clock.set(back + HOUR);
    counter.tablet.drain(clock.now(), 50).await.unwrap();
    for hour in 1..=25 {
        clock.set(back + hour * HOUR);
        timer.look(clock.now()).await;
    }
    for day in 6..=11 {
        clock.set(night(day));
        timer.look(clock.now()).await;
        let today = LocalDay::of(night(day));
        assert_eq!(last_night(&served.store), Some(today));
        assert_eq!(holds(&dir).tasks_looked, today);
    }
    assert_eq!(holds(&dir).released, 32);
    let newest = served.store.read(|conn| publish::newest(conn, LocalDay::of(night(11))));
    let month = newest.unwrap().unwrap().period;
    assert_eq!(month.first(), LocalDay::of(TEN).month().first(), "November is put out");
    served.stop().await;
    assert_exactly_once(&dir, &counter.ballots());
    assert_sound(&dir);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_off_for_a_month_goes_on_by_itself_after_a_day() {
    let home = tempdir().unwrap();
    let dir = home.path().join("data");
    let store = Store::create(&dir, CreateOptions { demo: false, now: TEN }).unwrap();
    Timer::new(store.clone(), &Config::for_testing()).look(night(1)).await;
    let mut timer = Timer::new(store.clone(), &Config::for_testing());
    for hour in 0..=24 {
        assert_eq!(last_night(&store), Some(LocalDay::of(night(1))), "hour {hour}");
        timer.look(TEN + 30 * DAY + hour * HOUR).await;
    }
    assert_eq!(last_night(&store), Some(LocalDay::of(TEN + 31 * DAY)));
}
