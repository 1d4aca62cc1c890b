//! The program `hailong-district`, as scripts use it.
#![cfg(feature = "server")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests and their helpers may"
)]

// A file beside this one would be taken for a test of its own.
#[cfg(unix)]
#[path = "district/journal.rs"]
mod journal;
#[cfg(unix)]
mod support;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Command, Output, Stdio},
};

fn district(args: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
    command.args(args).arg("--data").arg(data).output().unwrap()
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_folder_is_made_filled_listed_and_verified() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert_eq!(
        district(&["show", "nodes"], &data).status.code(),
        Some(2),
        "no folder yet"
    );
    let made = lines(&district(&["init", "--json"], &data));
    assert!(made[0].get("user").is_some() && made[0].get("password").is_some());
    let again = district(&["init"], &data);
    assert_eq!(again.status.code(), Some(2));
    let error = String::from_utf8(again.stderr).unwrap();
    assert_eq!(error.lines().count(), 1, "{error}");

    let node = district(&["add", "node", "--name", "Xã Thử"], &data);
    let node = String::from_utf8(node.stdout).unwrap().trim().to_owned();
    let counter = district(
        &[
            "add", "counter", "--name", "Quầy 1", "--parent", &node, "--kind", "result",
        ],
        &data,
    );
    let counter = String::from_utf8(counter.stdout).unwrap().trim().to_owned();
    let shown = lines(&district(&["show", "counters", "--json"], &data));
    assert_eq!(
        (shown[0]["id"].as_str(), shown[0]["moment"].as_str()),
        (Some(&*counter), Some("result"))
    );
    assert_eq!(
        lines(&district(&["show", "nodes", "--json"], &data))[0]["name"],
        "Xã Thử"
    );
    assert!(lines(&district(&["show", "devices", "--json"], &data)).is_empty());

    let code = &lines(&district(
        &["code", "--counter", &counter, "--url", "https://x.test/", "--json"],
        &data,
    ))[0];
    let text = code["code"].as_str().unwrap();
    assert_eq!(text.len(), 19);
    assert_eq!(code["link"], format!("https://x.test/tablet/#{text}"));
    assert!(code["expires"].as_str().unwrap().ends_with("+07:00"));
    let short = &lines(&district(&["code", "--short", "--counter", &counter, "--json"], &data))[0];
    assert_eq!(short["code"].as_str().unwrap().len(), 9);
    let bad = district(&["code", "--counter", "nonsense"], &data);
    assert!(!bad.status.success() && bad.stdout.is_empty());

    let report = &lines(&district(&["verify", "--json"], &data))[0];
    assert_eq!(report["broken"], serde_json::json!([]));
    assert_eq!(district(&["verify"], &dir.path().join("other")).status.code(), Some(2));
}

#[test]
fn verify_ends_with_1_and_names_the_first_bad_entry() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert!(district(&["init", "--demo=empty"], &data).status.success());
    let conn = rusqlite::Connection::open(data.join(hailong::store::FILE)).unwrap();
    conn.execute_batch("drop trigger log_no_update; update log set body = replace(body, 'Xã', 'Xa') where pos = 2")
        .unwrap();
    let verified = district(&["verify"], &data);
    assert_eq!(verified.status.code(), Some(1));
    assert!(String::from_utf8(verified.stdout).unwrap().contains("BROKEN log log/2"));
}

#[test]
fn a_reader_that_leaves_early_is_an_end_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert!(district(&["init", "--demo=empty"], &data).status.success());
    for args in [
        &["show", "counters"][..],
        &["show", "nodes", "--json"],
        &["user", "list"],
        &["verify"],
        &["verify", "--json"],
        &["add", "node", "--name", "Xã Bên"],
        &["export", "--format", "csv"],
        &["export", "--format", "xlsx"],
    ] {
        // As `… | head -0` does: the pipe has nobody at its other end.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
        let ended = command
            .args(args)
            .arg("--data")
            .arg(&data)
            .stdout(writer)
            .output()
            .unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(0), "{args:?}: {said}");
        assert!(!said.contains("panicked"), "{args:?}: {said}");
    }
}

#[test]
fn the_empty_demo_has_its_two_units_and_their_counters() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("demo");
    assert!(district(&["init", "--demo=empty", "--json"], &data).status.success());
    let names: Vec<_> = lines(&district(&["show", "nodes", "--json"], &data));
    assert_eq!(
        (names.len(), &names[0]["name"], &names[1]["name"]),
        (2, &"Xã Mẫu".into(), &"Phường Mẫu".into())
    );
    assert_eq!(lines(&district(&["show", "counters", "--json"], &data)).len(), 6);
}

/// A program that serves, and what it prints.
#[cfg(unix)]
struct Serving {
    child: std::process::Child,
    out: BufReader<std::process::ChildStdout>,
    addr: String,
}

#[cfg(unix)]
impl Serving {
    fn start(args: &[&str]) -> Self {
        Self::telling(args, Stdio::null())
    }

    /// The same; its journal goes there.
    fn telling(args: &[&str], journal: Stdio) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hailong-district"))
            .arg("serve")
            .args(args)
            // It would go before the level of the configuration.
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(journal)
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        out.read_line(&mut address).unwrap();
        let addr = address.trim().strip_prefix("http://").unwrap().to_owned();
        Self { child, out, addr }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.addr).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it as systemd does; answers what it printed after its address.
    fn end(mut self) -> String {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
        assert!(self.child.wait().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        rest
    }
}

#[cfg(unix)]
#[test]
fn serve_prints_one_line_takes_writers_beside_it_and_ends_at_sigterm() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert!(district(&["init", "--demo=empty"], &data).status.success());
    let serving = Serving::start(&["--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(district(&["add", "node", "--name", "Xã Bên"], &data).status.success());
    let second = district(&["serve", "--listen", "127.0.0.1:0"], &data);
    assert_eq!(second.status.code(), Some(1), "two servers on one folder");
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("stop it first") && said.lines().count() == 1, "{said}");
    assert_eq!(serving.end(), "", "one line and no more");
    assert_eq!(district(&["verify"], &data).status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_configuration_file_says_it_all_and_the_night_brings_a_backup_that_can_be_restored() {
    let dir = tempfile::tempdir().unwrap();
    let (data, shelf, file) = (
        dir.path().join("data"),
        dir.path().join("shelf"),
        dir.path().join("hailong.toml"),
    );
    assert!(district(&["init", "--demo=empty"], &data).status.success());
    let text = format!(
        "data = {data:?}\nlisten = \"127.0.0.1:0\"\n[backup]\nfolder = {shelf:?}\nkeep = 2\n[log]\nformat = \"json\"\n"
    );
    std::fs::write(&file, text).unwrap();
    std::fs::create_dir(&shelf).unwrap();
    // Older ones: the oldest goes; what is no backup of ours stays.
    for name in ["hailong-2026-01-01.sqlite", "hailong-2026-01-02.sqlite", "other.txt"] {
        std::fs::write(shelf.join(name), "old").unwrap();
    }
    let serving = Serving::start(&["--config", file.to_str().unwrap()]);
    let metric = |name: &str| {
        let page = serving.get("/metrics");
        let value = page.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        value.map(|value| value.trim().parse::<i64>().unwrap())
    };
    // The first look is at the start: wait until it has been.
    while metric("hailong_last_backup_seconds").is_none() {
        std::thread::yield_now();
    }
    assert!(metric("hailong_log_entries") > Some(0) && metric("hailong_devices") == Some(0));
    assert_eq!(serving.end(), "");
    let mut names: Vec<String> = std::fs::read_dir(&shelf)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!((&*names[0], &*names[2]), ("hailong-2026-01-02.sqlite", "other.txt"));

    let new = dir.path().join("new");
    let newest = shelf.join(&names[1]);
    let restored = district(&["restore", newest.to_str().unwrap()], &new);
    assert!(restored.status.success(), "{restored:?}");
    assert_eq!(district(&["verify"], &new).status.code(), Some(0));
    let again = district(&["restore", newest.to_str().unwrap()], &new);
    assert_eq!(again.status.code(), Some(2), "never over a district");
}

#[test]
fn the_configuration_file_is_printed_and_a_bad_one_is_named_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_hailong-district"))
            .args(args)
            .output()
            .unwrap()
    };
    let printed = run(&["config"]);
    assert!(printed.status.success() && String::from_utf8(printed.stdout).unwrap().contains("#listen ="));
    let file = dir.path().join("bad.toml");
    std::fs::write(&file, "data = \"x\"\nlisten = \"everywhere\"\n").unwrap();
    let refused = run(&["serve", "--config", file.to_str().unwrap()]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.lines().count() == 1, "{said}");
    assert!(said.contains("bad.toml: line 2"), "{said}");
}

#[test]
fn question_sets_are_listed_and_published_and_a_bad_one_hears_all_that_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    assert!(district(&["init"], &data).status.success());
    let listed = lines(&district(&["survey", "list", "--json"], &data));
    let names: Vec<_> = listed.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["mac-dinh", "sipas-2640", "nd61"]);
    assert_eq!(
        (&listed[0]["current"], &listed[1]["published"]),
        (&true.into(), &false.into())
    );
    assert_eq!(
        (&listed[2]["valid_to"], &listed[2]["reference"]),
        (&"2025-06-30".into(), &true.into())
    );

    let published = district(&["survey", "publish", "--name", "nd61"], &data);
    let said = String::from_utf8(published.stderr).unwrap();
    assert!(
        published.status.success() && said.contains("đến hết 30/06/2025"),
        "{said}"
    );
    let id = String::from_utf8(published.stdout).unwrap();
    assert_eq!(listed[2]["id"], id.trim());
    let listed = lines(&district(&["survey", "list", "--json"], &data));
    assert_eq!(
        (&listed[0]["current"], &listed[2]["current"]),
        (&false.into(), &true.into())
    );
    assert!(
        !district(&["survey", "publish", "--name", "khong-co"], &data)
            .status
            .success()
    );

    let file = dir.path().join("xau.json");
    let bad = hailong::domain::survey::DEFAULT_SURVEY_JSON
        .replace("\"kind\": \"tiles\"", "\"kind\": \"tilse\"")
        .replace("\"text\": \"Hài lòng\"", "\"text\": \"\"");
    std::fs::write(&file, bad).unwrap();
    let refused = district(&["survey", "publish", "--file", file.to_str().unwrap()], &data);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
    assert_eq!(
        String::from_utf8(refused.stderr).unwrap(),
        "Bộ câu hỏi có 2 chỗ cần sửa, chưa đưa vào dùng:\n\
         questions[1].kind: không có loại câu hỏi “tilse” (unknown_kind)\n\
         questions[0].labels[3]: chưa có chữ (empty_text)\n"
    );
    std::fs::write(&file, vec![b' '; 10 << 20]).unwrap();
    let refused = district(&["survey", "publish", "--file", file.to_str().unwrap()], &data);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("(too_large)"));
    let listed = lines(&district(&["survey", "list", "--json"], &data));
    assert_eq!(listed[2]["current"], true, "nothing changed");
    assert_eq!(district(&["verify"], &data).status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_that_finds_no_room_leaves_nothing_half_done() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    lines(&district(&["init", "--json"], &data));
    let out = dir.path().join("phieu.xlsx");
    // A device that takes no byte at all, where the file would grow.
    let full = Path::new("/dev/full");
    std::os::unix::fs::symlink(full, dir.path().join("phieu.xlsx.part")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
    let command = command
        .args(["export", "--format", "xlsx", "--out"])
        .arg(&out)
        .arg("--data")
        .arg(&data);
    let failed = command.output().unwrap();
    assert_eq!(failed.status.code(), Some(1));
    let error = String::from_utf8(failed.stderr).unwrap();
    assert!(
        error.contains("is the disk full?") && error.contains("phieu.xlsx"),
        "{error}"
    );
    let left: Vec<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["data"]);
    // The same for what goes to standard output.
    let stdout = std::fs::OpenOptions::new().write(true).open(full).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
    let command = command.args(["export", "--format", "csv", "--data"]).arg(&data);
    assert!(!command.stdout(stdout).output().unwrap().status.success());
}
