//! The real program serves a plain folder for weeks of simulated time: tablets send every working day, somebody reads the
//! pages and takes exports, every night answers are released and a backup is made, and at a month's end old answers are
//! deleted. What it holds does not grow: memory, open files, the write-ahead log; and a ballot takes as much of the
//! database on the last day as on the first.
//!
//! `HAILONG_DAYS=30 HAILONG_TABLETS=40 HAILONG_BEFORE=100` is the long form: a busy month (so many ratings a tablet and day)
//! has filled SQLite's caches before the weeks begin. The program's clock is a file (feature `simulation`).
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

#[path = "rig/serving.rs"]
mod serving;
mod support;

use hailong::{
    domain::time::LocalDay,
    server::auth,
    store::{CreateOptions, FILE, Store, codes::Length, verify},
    swarm::{Event, Life, Month, play_month},
    sync::Http,
};
use serving::Serving;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use support::{HOUR, site::Site};

/// Monday, 2026-05-11: its answers are due to be deleted after six months, when December begins.
const LONG_AGO: LocalDay = LocalDay(20_584);
/// Monday, 2026-10-05, and the Friday four weeks on: a month that stays.
const BUSY: (LocalDay, LocalDay) = (LocalDay(20_731), LocalDay(20_756));
/// Friday, 2026-11-27.
const FIRST: LocalDay = LocalDay(20_784);
/// Resident memory may be so much higher (bytes): what the allocator keeps between two days differs by so much …
const MEMORY_MORE: u64 = 12 << 20;
/// … and by what the caches of the four readers that are kept, and of the writer, may hold of a database that has grown.
const CACHES: [(u64, u64); 2] = [(4, 32 << 20), (1, 64 << 20)];
/// Open files may be so many more: connections that are just being closed.
const FILES_MORE: u64 = 2;
/// The write-ahead log is carried over at 8192 pages of 4 KiB; one group of requests may come on top.
const WAL_MOST: u64 = 40 << 20;
/// A ballot may take so much more of the database than it took before, in percent …
const GROWTH_PERCENT: u64 = 15;
/// … and all ballots of that time so many bytes: what a month's end deletes, and pages that are filled in steps.
const GROWTH_MORE: u64 = 64 << 10;

/// Ratings of a tablet on a working day, on average.
const PER_DAY: u64 = 12;

fn asked(name: &str, usual: i64) -> i64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// What the program held one morning.
#[derive(Clone, Copy, Debug)]
struct Sample {
    memory: u64,
    files: u64,
    wal: u64,
    database: u64,
    ballots: u64,
}

/// The program, its folder and its clock.
struct Soak {
    /// Ends before its folder does.
    serving: Serving,
    home: tempfile::TempDir,
    user: String,
    password: String,
    /// The last day that had its night.
    night: LocalDay,
    samples: Vec<Sample>,
}

fn set_clock(home: &Path, now: i64) {
    // In one step: the program never reads half of it.
    let part = home.join("clock.part");
    fs::write(&part, now.to_string()).unwrap();
    fs::rename(part, home.join("clock")).unwrap();
}

impl Soak {
    fn begin(home: tempfile::TempDir, user: String, password: String) -> Self {
        let config = format!(
            "data = {:?}\nlisten = \"127.0.0.1:0\"\n[backup]\nfolder = {:?}\nkeep = 3\n[retention]\nmonths = 6\n",
            home.path().join("data"),
            home.path().join("backups")
        );
        let file = home.path().join("config.toml");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
        command
            .args(["serve", "--config"])
            .arg(&file)
            .env("HAILONG_CLOCK", home.path().join("clock"));
        let serving = Serving::of(&mut command);
        Self {
            home,
            serving,
            user,
            password,
            night: LONG_AGO,
            samples: Vec::new(),
        }
    }

    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The nights up to that day's: each is over when its backup is there, the last thing that a night does.
    async fn nights(&mut self, until: LocalDay) {
        while self.night < until {
            self.night = LocalDay(self.night.0 + 1);
            set_clock(self.home.path(), self.night.start() + HOUR / 2);
            let backup = self
                .home
                .path()
                .join("backups")
                .join(format!("hailong-{}.sqlite", self.night.date()));
            while !backup.exists() {
                assert!(
                    self.serving.process.try_wait().unwrap().is_none(),
                    "the program has ended"
                );
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    /// A working day before the tablets send: somebody signs in, reads and takes files.
    async fn day(&mut self, now: i64) {
        set_clock(self.home.path(), now);
        let site = Site::at(&self.serving.url, self.user.clone(), self.password.clone());
        assert_eq!(site.sign_in(&site.user, &site.password).await.status(), 303);
        for path in [
            "/admin/",
            "/admin/units",
            "/admin/detail",
            "/admin/devices",
            "/admin/tasks",
            "/admin/tasks/digest",
            "/admin/reports",
            "/admin/waiting",
            "/admin/exclusions",
            "/admin/places",
            "/admin/surveys",
            "/admin/roster",
            "/admin/export/file?when=all&format=csv&what=ballots",
            "/admin/export/file?when=all&format=xlsx&what=figures",
            "/cong-khai/",
            "/metrics",
            "/readyz",
        ] {
            drop(site.page(path).await);
        }
        self.sample(LocalDay::of(now));
    }

    fn sample(&mut self, day: LocalDay) {
        let process = PathBuf::from(format!("/proc/{}", self.serving.process.id()));
        let bytes = |name: &str| fs::metadata(self.data().join(name)).map_or(0, |meta| meta.len());
        let conn = rusqlite::Connection::open(self.data().join(FILE)).unwrap();
        let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, u64>(0)).unwrap();
        let sample = Sample {
            memory: self.serving.memory("VmRSS"),
            files: fs::read_dir(process.join("fd")).unwrap().count() as u64,
            wal: bytes(&format!("{FILE}-wal")),
            // Not the file's size: what is in the write-ahead log belongs to it.
            database: number("select page_count * page_size from pragma_page_count, pragma_page_size"),
            ballots: number("select count(*) from record where kind = 1"),
        };
        println!(
            "{}: memory {} KB, {} files, log {} KB, database {} KB, {} ballots",
            day.date(),
            sample.memory >> 10,
            sample.files,
            sample.wal >> 10,
            sample.database >> 10,
            sample.ballots
        );
        self.samples.push(sample);
    }

    /// The highest of a third, first or last.
    fn most(&self, last: bool, of: impl Fn(&Sample) -> u64) -> u64 {
        let third = self.samples.len().div_ceil(3);
        let from = if last { self.samples.len() - third } else { 0 };
        self.samples[from..from + third].iter().map(of).max().unwrap()
    }

    fn assert_flat(&self) {
        let (first, last) = (self.most(false, |s| s.memory), self.most(true, |s| s.memory));
        let remembered = |database: u64| {
            CACHES
                .iter()
                .map(|(many, each)| many * database.min(*each))
                .sum::<u64>()
        };
        let grown = remembered(self.most(true, |s| s.database)) - remembered(self.most(false, |s| s.database));
        let most = first + MEMORY_MORE + grown;
        println!(
            "memory: {} MB in the first third, {} MB in the last; {} MB at most",
            first >> 20,
            last >> 20,
            most >> 20
        );
        assert!(last <= most, "memory: {first}, then {last}; {most} at most");
        let (first, last) = (self.most(false, |s| s.files), self.most(true, |s| s.files));
        assert!(last <= first + FILES_MORE, "open files: {first}, then {last}");
        assert!(self.most(true, |s| s.wal) <= WAL_MOST);
        let middle = self.samples.len() / 2;
        let (begin, middle, end) = (
            self.samples[0],
            self.samples[middle],
            self.samples[self.samples.len() - 1],
        );
        let each = |a: Sample, b: Sample| (b.database - a.database) / (b.ballots - a.ballots);
        let (before, after) = (each(begin, middle), each(middle, end));
        println!("bytes a ballot: {before} in the first half, {after} in the second");
        let most = before * (100 + GROWTH_PERCENT) / 100 + GROWTH_MORE / (end.ballots - middle.ballots);
        assert!(after <= most, "{before}, then {after} bytes a ballot");
    }
}

/// Ballots whose answers are there, by whether they are of before that day.
fn bodies(data: &Path, before: LocalDay) -> (u64, u64) {
    let conn = rusqlite::Connection::open(data.join(FILE)).unwrap();
    conn.query_row(
        "select count(*) filter (where r.day < ?1), count(*) filter (where r.day >= ?1)
         from body b join record r using (epoch_no, seq) where r.kind = 1",
        [before.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .unwrap()
}

fn counted(lives: &[Life]) -> u64 {
    lives.iter().map(Life::counted).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn weeks_of_work_leave_the_program_as_it_was() {
    let (days, tablets) = (asked("HAILONG_DAYS", 7), asked("HAILONG_TABLETS", 6));
    let before = asked("HAILONG_BEFORE", 0).unsigned_abs();
    let home = tempfile::tempdir().unwrap();
    let begin = LONG_AGO.start();
    set_clock(home.path(), begin);
    let store = Store::create(
        &home.path().join("data"),
        CreateOptions {
            demo: false,
            now: begin,
        },
    )
    .unwrap();
    let (user, password) = auth::create_first_admin(&store, begin).unwrap();
    let counters = support::commune_since(&store, "Xã Thử", tablets as usize, begin);
    let codes: Vec<String> = store
        .write(move |tx| {
            let made = counters
                .iter()
                .map(|id| Ok(tx.make_code(*id, Length::Sheet, begin)?.code.grouped()));
            made.collect()
        })
        .unwrap();
    drop(store);
    let mut soak = Soak::begin(home, user, password);
    let (http, folder) = (Http::new(&soak.serving.url).unwrap(), tempfile::tempdir().unwrap());
    let mut month = Month {
        first: LONG_AGO,
        last: LONG_AGO,
        per_day: PER_DAY,
        seed: 1,
        troubles: false,
    };
    let long_ago = |event| {
        if let Event::Evening(now) = event {
            set_clock(soak.home.path(), now);
        }
        Ok(())
    };
    let lives = play_month(&codes, folder.path(), &month, &http, long_ago)
        .await
        .unwrap();
    let old = counted(&lives);
    assert_eq!(bodies(&soak.data(), LocalDay(LONG_AGO.0 + 1)), (old, 0));

    // Then nobody was there for months, or until a busy one came.
    let mut kept = 0;
    if before > 0 {
        (month.first, month.last, month.per_day) = (BUSY.0, BUSY.1, before);
        kept = counted(
            &play_month(&codes, folder.path(), &month, &http, long_ago)
                .await
                .unwrap(),
        );
    }
    // A clock that has jumped so far is believed in the third of these nights.
    soak.night = LocalDay(FIRST.0 - 4);
    soak.nights(LocalDay(FIRST.0 - 1)).await;
    (month.first, month.last, month.per_day) = (FIRST, LocalDay(FIRST.0 + days - 1), PER_DAY);
    let hear = |event| {
        if let Event::Evening(now) = event {
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async {
                    soak.nights(LocalDay::of(now)).await;
                    soak.day(now).await;
                });
            });
        }
        Ok(())
    };
    let lives = play_month(&codes, folder.path(), &month, &http, hear).await.unwrap();
    let end = LocalDay(month.last.0 + 1);
    soak.nights(end).await;
    soak.day(end.start() + 8 * HOUR).await;
    soak.assert_flat();

    // It did its work, too.
    let cast = counted(&lives);
    assert_eq!(soak.samples.last().unwrap().ballots, old + kept + cast, "each once");
    assert_eq!(
        bodies(&soak.data(), FIRST),
        (kept, cast),
        "what was due is deleted, nothing else"
    );
    let backups = fs::read_dir(soak.home.path().join("backups")).unwrap().count();
    assert_eq!(backups, 3, "the newest backups");
    let report = verify::verify(&soak.data()).unwrap();
    assert_eq!(report.exit_code(), 0, "{:?}", report.broken);
    assert!(report.listed.iter().any(|found| found.kind == "retention"));
}
