//! Saying what is being done, and how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Does one step under a line that names it, and closes with the time it took.
///
/// `hint` says how long to expect where that is not obvious, empty otherwise.
pub fn step<T>(what: &str, hint: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let hint = if hint.is_empty() {
        String::new()
    } else {
        format!(" ({hint})")
    };
    println!("→ {what}{hint} …");
    let start = Instant::now();
    let done = work();
    let mark = if done.is_ok() { '✓' } else { '✗' };
    println!("{mark} {what}: {}", human(start.elapsed()));
    done
}

/// Does two pieces of work at once, and waits for both even when one fails: each has serial stretches (the linker,
/// the last crate) that the other can fill.
pub fn side_by_side(one: impl FnOnce() -> Result<()> + Send, other: impl FnOnce() -> Result<()>) -> Result<()> {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        match one.join() {
            Ok(one) => one.and(other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// "0.3 s", "42 s" or "3 min 07 s".
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 10 {
        format!("{:.1} s", time.as_secs_f64())
    } else if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_speech() {
        assert_eq!(human(Duration::from_millis(340)), "0.3 s");
        assert_eq!(human(Duration::from_secs(42)), "42 s");
        assert_eq!(human(Duration::from_secs(187)), "3 min 07 s");
    }
}
