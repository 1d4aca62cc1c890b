//! Folders of earlier versions (`tests/upgrade`, written by the programs of those versions: see `make.py`): today's
//! program opens them, they verify and count what they counted, and their tablets go on. A folder of a later version is
//! refused in clear words and not touched.

use crate::rig::{District, TestClock, copy_dir};
use hailong::{
    domain::{period::Period, time::Month},
    outbox::{Durability, Outbox},
    store::{FILE, Store, StoreError, backup, figures, figures::Scope, folder, log, verify},
    swarm::{Citizens, Tablet},
    sync::Http,
};
use rusqlite::Connection;
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use tempfile::{TempDir, tempdir};

/// 2026-10-21T10:00:00+07:00, the day after the fixtures' last ballots.
const DAY_AFTER: i64 = 1_792_551_600;

/// What `make.py` counted in the bytes of the ballots.
#[derive(Deserialize)]
struct Note {
    schema: i64,
    identity_schema: i64,
    outbox_schema: i64,
    /// Ballots by state's code.
    states: BTreeMap<String, u64>,
    /// Answers of the counted ones, by level.
    levels: [u64; 5],
    /// Entries of the log.
    entries: i64,
    /// Ballots that the tablet still has to send.
    waiting: u64,
}

struct Fixture {
    name: String,
    note: Note,
    /// `data` and `tablet`.
    home: TempDir,
}

impl Fixture {
    fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn tablet(&self) -> PathBuf {
        self.home.path().join("tablet")
    }
}

fn load(dump: &Path, file: &Path) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let conn = Connection::open(file).unwrap();
    // A dump has its tables by their names.
    conn.execute_batch("pragma foreign_keys = off").unwrap();
    conn.execute_batch(&fs::read_to_string(dump).unwrap()).unwrap();
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let fixture = Fixture {
            note: serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
            home: tempdir().unwrap(),
            name,
        };
        let part = |part: &str| folder.join(format!("{}.{part}.sql", fixture.name));
        load(&part("district"), &fixture.data().join(FILE));
        load(&part("identity"), &fixture.tablet().join("identity.db"));
        load(&part("outbox"), &fixture.tablet().join("outbox-1.db"));
        found.push(fixture);
    }
    assert!(found.len() >= 4, "every earlier version that is kept has its fixture");
    found
}

fn schema(file: &Path) -> i64 {
    let conn = Connection::open(file).unwrap();
    conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Ballots by state's code, and counted answers by level, as the pages have them.
fn counts(store: &Store) -> (BTreeMap<String, u64>, [u64; 5]) {
    let october = Period::month(Month { year: 2026, month: 10 });
    let read = |conn: &hailong::store::Reader| {
        let scope = Scope::of(conn, None)?;
        let sources = figures::sources(conn, &scope, october)?;
        Ok((sources, figures::pooled(&figures::tallies(conn, &scope, october)?)))
    };
    let (sources, tally) = store.read(read).unwrap();
    let all = [("1", sources.counted), ("31", sources.quarantined)];
    assert_eq!(sources.received, sources.counted + sources.quarantined);
    let states = all.map(|(state, n)| (state.to_owned(), n)).into_iter().collect();
    (states, tally.levels())
}

fn assert_sound(fixture: &Fixture) {
    let report = verify::verify(&fixture.data()).unwrap();
    assert_eq!(report.exit_code(), 0, "{}: {:?}", fixture.name, report.broken);
}

#[test]
fn a_folder_of_every_earlier_version_opens_verifies_and_counts_what_it_counted() {
    for fixture in fixtures() {
        let (name, note) = (&fixture.name, &fixture.note);
        assert_eq!(schema(&fixture.data().join(FILE)), note.schema, "{name}");
        let store = Store::open(&fixture.data()).unwrap();
        assert_eq!(counts(&store), (note.states.clone(), note.levels), "{name}");
        let head = store.read(log::head).unwrap();
        assert_eq!(head.pos, note.entries, "{name}: opening is nothing to log");
        drop(store);
        assert_sound(&fixture);
        let new = tempdir().unwrap();
        Store::create(
            &new.path().join("data"),
            hailong::store::CreateOptions {
                demo: true,
                now: DAY_AFTER,
            },
        )
        .unwrap();
        assert_eq!(
            objects(&fixture.data().join(FILE)),
            objects(&new.path().join("data").join(FILE)),
            "{name}: the tables of a new folder"
        );
    }
}

/// What a file is made of: tables, indexes and triggers, with the words that made them, spaces apart.
fn objects(file: &Path) -> Vec<(String, String)> {
    let conn = Connection::open(file).unwrap();
    let mut rows = conn
        .prepare("select name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by name")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)));
    let plain = |sql: String| sql.replace('"', "").split_whitespace().collect::<Vec<_>>().join(" ");
    rows.unwrap()
        .map(|row| row.map(|(name, sql)| (name, plain(sql))).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_of_every_earlier_version_goes_on_sending_to_its_folder() {
    for fixture in fixtures() {
        let (name, note) = (&fixture.name, &fixture.note);
        assert_eq!(schema(&fixture.tablet().join("identity.db")), note.identity_schema);
        assert_eq!(schema(&fixture.tablet().join("outbox-1.db")), note.outbox_schema);
        let clock = TestClock::at(DAY_AFTER);
        let district = District::start(&fixture.data(), &clock, 0).await;
        let http = Http::new(&district.url()).unwrap();
        let mut tablet = Tablet::open(&fixture.tablet(), http, Durability::Full, DAY_AFTER).unwrap();
        assert!(
            !fixture.tablet().join("outbox-2.db").exists(),
            "{name}: it was not damaged"
        );
        assert_eq!(
            tablet.outbox.stats(DAY_AFTER).unwrap().waiting_ballots,
            note.waiting,
            "{name}"
        );
        let mut citizens = Citizens::new(9, false);
        for n in 0..3 {
            tablet.cast(&mut citizens, DAY_AFTER + n * 60).unwrap();
        }
        tablet.drain(DAY_AFTER + 3600, 50).await.unwrap();
        let (states, _) = counts(&district.store);
        assert_eq!(states["1"], note.states["1"] + note.waiting + 3, "{name}");
        assert_eq!(states["31"], note.states["31"], "{name}");
        district.stop().await;
        assert_sound(&fixture);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_every_earlier_version_is_restored_brought_up_to_date_and_refilled() {
    for fixture in fixtures() {
        let (name, note) = (&fixture.name, &fixture.note);
        // What a backup is: the one file, of that version.
        let (backup, new) = (fixture.home.path().join("backup"), fixture.home.path().join("new"));
        fs::copy(fixture.data().join(FILE), &backup).unwrap();
        let restored = backup::restore(&new, &backup, DAY_AFTER).unwrap();
        assert_eq!(restored.entries, note.entries, "{name}");
        let district = District::start(&new, &TestClock::at(DAY_AFTER), 0).await;
        assert_eq!(counts(&district.store), (note.states.clone(), note.levels), "{name}");
        let http = Http::new(&district.url()).unwrap();
        let mut tablet = Tablet::open(&fixture.tablet(), http, Durability::Full, DAY_AFTER).unwrap();
        tablet.drain(DAY_AFTER + 3600, 50).await.unwrap();
        let (states, _) = counts(&district.store);
        assert_eq!(
            states["1"],
            note.states["1"] + note.waiting,
            "{name}: each once, though it sent all again"
        );
        district.stop().await;
        let report = verify::verify(&new).unwrap();
        assert_eq!(report.exit_code(), 0, "{name}: {:?}", report.broken);
    }
}

/// Every file of a folder, with its bytes.
fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn of_tomorrow(file: &Path, journal: &str) {
    let conn = Connection::open(file).unwrap();
    conn.pragma_update_and_check(None, "journal_mode", journal, |_| Ok(()))
        .unwrap();
    conn.execute_batch("create table of_tomorrow (a); pragma user_version = 900")
        .unwrap();
}

#[test]
fn a_folder_of_a_later_version_is_refused_in_clear_words_and_not_touched() {
    let fixture = fixtures().remove(0);
    for journal in ["delete", "wal"] {
        let home = tempdir().unwrap();
        let dir = home.path().join("data");
        copy_dir(&fixture.data(), &dir);
        of_tomorrow(&dir.join(FILE), journal);
        let before = bytes(&dir);
        let error = Store::open(&dir).unwrap_err().to_string();
        assert!(
            error.contains("900") && error.contains("install the newer version"),
            "{error}"
        );
        for words in [
            &["serve"][..],
            &["show", "counters"],
            &["backup", "--out", "never"],
            &["export", "--format", "csv"],
        ] {
            let done = std::process::Command::new(env!("CARGO_BIN_EXE_hailong-district"))
                .args(words)
                .arg("--data")
                .arg(&dir)
                .current_dir(home.path())
                .output()
                .unwrap();
            let said = String::from_utf8(done.stderr).unwrap();
            assert_eq!(done.status.code(), Some(2), "{words:?}: {said}");
            assert!(
                said.contains("install the newer version") && said.lines().count() == 1,
                "{said}"
            );
        }
        assert!(bytes(&dir) == before, "{journal}");
        assert!(!home.path().join("never").exists());
    }
}

/// Whoever serves it, an older program, would find tables that it does not know.
#[test]
fn a_folder_that_is_served_is_not_brought_up_to_date_beside_its_program() {
    let fixture = fixtures().remove(0);
    let (dir, before) = (fixture.data(), fixture.note.schema);
    let lock = folder::lock(&dir).unwrap();
    let refused = [Store::open(&dir).map(drop), Store::open_locked(&dir).map(drop)];
    for refused in refused {
        assert!(matches!(refused, Err(StoreError::InUse(_))), "{refused:?}");
    }
    assert_eq!(schema(&dir.join(FILE)), before);
    drop(lock);
    drop(Store::open_locked(&dir).unwrap());
    assert!(schema(&dir.join(FILE)) > before);
    // Of today's version, commands work beside it.
    let _lock = folder::lock(&dir).unwrap();
    Store::open(&dir).unwrap();
}

#[test]
fn a_tablet_of_a_later_version_is_refused_and_keeps_its_files() {
    for file in ["identity.db", "outbox-1.db"] {
        let fixture = fixtures().remove(0);
        // Both of today's version, then one of them of a later one.
        drop(Outbox::open(&fixture.tablet(), DAY_AFTER, Durability::Full).unwrap());
        of_tomorrow(&fixture.tablet().join(file), "delete");
        let before = bytes(&fixture.tablet());
        let error = Outbox::open(&fixture.tablet(), DAY_AFTER, Durability::Full).unwrap_err();
        assert!(
            !error.is_corrupt() && error.to_string().contains("install the newer version"),
            "{error}"
        );
        assert_eq!(
            bytes(&fixture.tablet()),
            before,
            "{file}: nothing is put aside, nothing begins anew"
        );
    }
}
