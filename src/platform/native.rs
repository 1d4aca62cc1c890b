//! The platform under Linux, macOS, Windows, Android and iOS.

use std::{future::Future, sync::OnceLock, time::Duration, time::Instant};

/// Time since the program started; unlike the wall clock it never jumps.
pub fn monotonic() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Waits.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// Runs a future beside the caller, on the caller's thread. Needs a tokio `LocalSet`.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    tokio::task::spawn_local(future);
}
