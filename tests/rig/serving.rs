//! The real program, serving in a process of its own.
#![allow(dead_code, reason = "each test uses its part")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A district at work.
pub struct Serving {
    pub process: Child,
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Serving {
    /// Serves a folder at an address; port 0 is a free one.
    pub fn at(dir: &Path, listen: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hailong-district"));
        command.args(["serve", "--listen", listen, "--data"]).arg(dir);
        Self::of(command.stderr(Stdio::null()))
    }

    /// Starts it and reads its address from the one line that `serve` prints.
    pub fn of(command: &mut Command) -> Self {
        // As the package's unit does.
        command.env("MALLOC_ARENA_MAX", "2");
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at = line.find("http://").unwrap_or_else(|| panic!("no address in {line:?}"));
        let url = line[at..].trim().trim_end_matches('/').to_owned();
        Self { process, url }
    }

    /// Its resident memory in bytes: "VmRSS" is what it holds, "VmHWM" the most it held.
    pub fn memory(&self, which: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let of = |line: &str| {
            line.strip_prefix(which)?
                .strip_prefix(':')?
                .trim()
                .strip_suffix(" kB")?
                .parse::<u64>()
                .ok()
        };
        status.lines().find_map(of).unwrap() << 10
    }

    /// SIGKILL; it is gone when this returns.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Nobody's process is left behind by a test that failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
