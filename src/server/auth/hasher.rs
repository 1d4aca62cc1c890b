//! The one thread that hashes passwords, one after the other.
//!
//! A hash takes 19 MiB, and the system's allocator keeps what a thread gave back for that thread: sign-ins that hash on
//! whichever of the server's threads is free hold 19 MiB for each of these for ever (`tests/soak.rs` found it).

use std::{
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
};

type Job = Box<dyn FnOnce() + Send>;

/// Runs work on that thread and waits for it; `None` if the system gave us no thread. Blocks.
pub(super) fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    static JOBS: OnceLock<Option<Sender<Job>>> = OnceLock::new();
    let jobs = JOBS.get_or_init(start).as_ref()?;
    let (answer, answered) = mpsc::sync_channel(1);
    let job = move || {
        // Whoever asked may be gone.
        let _ = answer.send(work());
    };
    jobs.send(Box::new(job)).ok()?;
    answered.recv().ok()
}

fn start() -> Option<Sender<Job>> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let work = move || waiting.into_iter().for_each(|job| job());
    let thread = thread::Builder::new().name("passwords".into()).spawn(work);
    thread.is_ok().then_some(jobs)
}
