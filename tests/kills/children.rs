//! The processes that are killed: this test program again, told by its environment to be a district or a tablet.

use crate::rig::{TEN, TestClock};
use hailong::domain::ballot::Ended;
use hailong::domain::hex::{Hex, Salt};
use hailong::outbox::{Durability, Outbox, Tap};
use hailong::server::{Config, serve};
use hailong::store::Store;
use hailong::swarm::Citizens;
use hailong::sync::{Http, Outcome, Sender, Step, Transport};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;
use test_shims::{FolderDisk, MINE_HIT, When, mount_folder};

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

/// Dies at this operation of its files, before or after it.
#[derive(Clone, Copy)]
pub struct Mine {
    pub at: u64,
    pub after: bool,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// From outside.
    Killed,
    /// By its own mine.
    Mined,
}

/// A process under test.
pub struct Child {
    child: std::process::Child,
    out: BufReader<ChildStdout>,
    /// What it says on its standard error: a file, so that nobody has to read along.
    err: File,
    mine: bool,
    /// What it said first.
    pub said: String,
}

impl Child {
    pub fn district(dir: &Path, mine: Option<Mine>) -> Option<Self> {
        Self::start("district", dir, mine, &[])
    }

    pub fn tablet(home: &Path, url: &str, code: &str, seed: u64, mine: Option<Mine>) -> Option<Self> {
        let seed = seed.to_string();
        Self::start(
            "tablet",
            home,
            mine,
            &[
                ("HAILONG_URL", url),
                ("HAILONG_CODE", code),
                ("HAILONG_CITIZENS", &seed),
            ],
        )
    }

    /// `None` if its mine went off before it was ready.
    fn start(what: &str, dir: &Path, mine: Option<Mine>, more: &[(&str, &str)]) -> Option<Self> {
        let err = tempfile::tempfile().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        // Two threads: with one, the runner writes the test's name before what the test says.
        command
            .args(["children::child", "--exact", "--nocapture", "--test-threads=2"])
            .env("HAILONG_CHILD", what)
            .env("HAILONG_DIR", dir)
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(err.try_clone().unwrap());
        if let Some(Mine { at, after }) = mine {
            command.env("HAILONG_MINE", at.to_string());
            command.env("HAILONG_AFTER", if after { "1" } else { "" });
        }
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut this = Self {
            child,
            out,
            err,
            mine: mine.is_some(),
            said: String::new(),
        };
        loop {
            let Some(line) = this.line() else {
                this.end();
                return None;
            };
            if let Some(said) = line.strip_prefix("ready ") {
                this.said = said.to_owned();
                return Some(this);
            }
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.out.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// Waits for its next line; false: it has died.
    pub fn next_line(&mut self) -> bool {
        self.line().is_some()
    }

    /// SIGKILL, if it still lives. Answers what had ended it.
    pub fn kill(mut self) -> End {
        let _ = self.child.kill();
        self.end()
    }

    /// A process ends by our kill or by its mine, without a complaint; anything else is what these tests look for.
    fn end(&mut self) -> End {
        let signal = self.child.wait().unwrap().signal();
        let mut said = String::new();
        self.err.rewind().unwrap();
        self.err.read_to_string(&mut said).unwrap();
        let mined = self.mine && said.trim_end() == MINE_HIT;
        match signal {
            Some(SIGKILL) if said.is_empty() => End::Killed,
            // Our kill may have overtaken it.
            Some(SIGABRT | SIGKILL) if mined => End::Mined,
            _ => panic!("a process under test ended by itself, signal {signal:?}: {said}"),
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Salts that a tablet wrote down as thanked for.
pub fn thanked(home: &Path) -> BTreeSet<Salt> {
    crate::salts(&std::fs::read_to_string(home.join("thanked")).unwrap_or_default())
}

/// Not a test of its own: what the children run.
#[test]
fn child() {
    let Ok(what) = std::env::var("HAILONG_CHILD") else {
        return;
    };
    let dir = std::path::PathBuf::from(std::env::var_os("HAILONG_DIR").unwrap());
    if let Some(at) = crate::ask("HAILONG_MINE") {
        let after = std::env::var("HAILONG_AFTER").is_ok_and(|text| !text.is_empty());
        mount_folder(
            &dir,
            FolderDisk::with_mine(&dir, at, if after { When::After } else { When::Before }),
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match what.as_str() {
            "district" => district(&dir).await,
            _ => tablet(&dir).await,
        }
    });
}

async fn district(dir: &Path) {
    let clock = TestClock::at(TEN);
    let config = Config {
        clock: clock.clock(),
        ..Config::for_testing()
    };
    let running = serve(Store::open(dir).unwrap(), config).await.unwrap();
    println!("ready {}", running.url());
    std::future::pending::<()>().await;
}

/// Rates and sends without a pause until it is killed; says each rating once it was thanked for.
async fn tablet(home: &Path) {
    let (url, code) = (
        std::env::var("HAILONG_URL").unwrap(),
        std::env::var("HAILONG_CODE").unwrap(),
    );
    let http = Http::new(&url).unwrap();
    let mut outbox = Outbox::open(home, TEN, Durability::Full).unwrap();
    let mut sender = Sender::new(Duration::ZERO, None);
    println!("ready tablet");
    let mut thanks = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(home.join("thanked"))
        .unwrap();
    let mut citizens = Citizens::new(crate::ask("HAILONG_CITIZENS").unwrap(), false);
    let mut mono = Duration::ZERO;
    loop {
        if outbox.identity.enrolment().is_none() {
            let (call, expected) = Sender::enrol(&outbox, &code).unwrap();
            let reply = http.call(call).await;
            sender.took(&mut outbox, &expected, reply, mono, TEN).unwrap();
            // Without a district there is nothing to rate yet.
            println!("not enrolled");
            continue;
        }
        let (id, survey) = outbox.identity.enrolment().unwrap().setup.parse_survey().unwrap();
        let moment = outbox.identity.enrolment().unwrap().setup.counter.moment;
        let salt: Salt = Hex(hailong::platform::random().unwrap());
        let answers = citizens.answers(&survey, moment);
        let ballot = outbox
            .ballot(
                Tap {
                    answers,
                    salt,
                    since_cast: None,
                    survey: id,
                    took: 9,
                },
                TEN,
            )
            .unwrap();
        outbox.draft(&ballot, TEN).unwrap();
        outbox.cast(salt, Ended::Sent, TEN).unwrap();
        thanks.write_all(format!("{salt}\n").as_bytes()).unwrap();
        println!("{salt}");
        outbox.mark(TEN).unwrap();
        match sender.next(&mut outbox, mono, TEN).unwrap() {
            Step::Wait(pause) => mono += pause.min(Duration::from_secs(60)),
            Step::Call(call, expected) => {
                let reply = http.call(call).await;
                let outcome = sender.took(&mut outbox, &expected, reply, mono, TEN).unwrap();
                if outcome == Outcome::NotReached {
                    mono += Duration::from_secs(400);
                }
            }
        }
    }
}
