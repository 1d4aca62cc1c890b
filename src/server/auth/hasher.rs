//! The one thread that hashes passwords, one after the other, in memory that it keeps.
//!
//! A hash takes 19 MiB. Allocated for each, they were never quite given back: one thread came to hold 100 MiB, and all of
//! the server's threads hashed (`tests/soak.rs` found it).

use argon2::{Argon2, Block, password_hash::phc::Output};
use std::{
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
};

/// What hashes are made in.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// argon2's output of this length. Nothing of it is left in the memory afterwards.
    pub(super) fn output(
        &mut self,
        argon2: &Argon2<'_>,
        password: &str,
        salt: &[u8],
        length: usize,
    ) -> argon2::password_hash::Result<Output> {
        let (blocks, mut out) = (argon2.params().block_count(), vec![0; length]);
        self.0.resize(blocks.max(self.0.len()), Block::new());
        let made = argon2.hash_password_into_with_memory(password.as_bytes(), salt, &mut out, &mut self.0);
        self.0.fill(Block::new());
        made?;
        Ok(Output::new(&out)?)
    }
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Runs work on that thread and waits for it; `None` if the system gave us no thread. Blocks.
pub(super) fn run<T: Send + 'static>(work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Option<T> {
    static JOBS: OnceLock<Option<Sender<Job>>> = OnceLock::new();
    let jobs = JOBS.get_or_init(start).as_ref()?;
    let (answer, answered) = mpsc::sync_channel(1);
    let job = move |memory: &mut Memory| {
        // Whoever asked may be gone.
        let _ = answer.send(work(memory));
    };
    jobs.send(Box::new(job)).ok()?;
    answered.recv().ok()
}

fn start() -> Option<Sender<Job>> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let work = move || {
        let mut memory = Memory::default();
        waiting.into_iter().for_each(|job| job(&mut memory));
    };
    let thread = thread::Builder::new().name("passwords".into()).spawn(work);
    thread.is_ok().then_some(jobs)
}
