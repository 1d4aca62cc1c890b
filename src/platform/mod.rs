//! The only home of `cfg(target_*)`: clock, randomness, sleeping, spawning, data directory, OPFS.

#[cfg(all(feature = "client", target_family = "wasm"))]
pub mod fetch;
#[cfg(all(feature = "client", not(target_family = "wasm")))]
mod native;
#[cfg(all(feature = "client", target_family = "wasm"))]
mod web;

#[cfg(feature = "ui")]
pub mod page;

#[cfg(all(feature = "simulation", not(debug_assertions)))]
compile_error!("the feature `simulation` is for tests: nothing that ships draws its keys from a seed");
#[cfg(feature = "simulation")]
pub mod simulation;

#[cfg(all(feature = "client", not(target_family = "wasm")))]
pub use native::*;
#[cfg(all(feature = "client", target_family = "wasm"))]
use web::global;
#[cfg(all(feature = "client", target_family = "wasm"))]
pub use web::*;

/// Random bytes could not be had. Nothing that needs them may go on.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes from the system: {0}")]
pub struct RandomError(String);

/// Why a tablet's storage can't be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The browser has no synchronous access handles.
    #[error("no synchronous access handles here")]
    NotSupported,
    /// Another window or program has it.
    #[error("in use by another window")]
    InUse,
    /// Denied, full or failed.
    #[error("storage denied: {0}")]
    Denied(String),
}

/// Unix time in seconds, as the machine's clock has it.
pub fn unix_now() -> i64 {
    #[cfg(feature = "simulation")]
    if let Some(now) = simulation::wall() {
        return now;
    }
    chrono::Utc::now().timestamp()
}

/// How often a clock is to be looked at that should be looked at this often.
pub fn look_every(usual: std::time::Duration) -> std::time::Duration {
    #[cfg(feature = "simulation")]
    if simulation::wall().is_some() {
        // A simulated day passes in seconds.
        return usual / 1000;
    }
    usual
}

/// `N` random bytes from the operating system or browser.
pub fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0u8; N];
    #[cfg(feature = "simulation")]
    if simulation::fill(&mut bytes) {
        return Ok(bytes);
    }
    getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
    Ok(bytes)
}

/// Chooses who does TLS for the whole process; reqwest and axum-server want it before their first use. A browser does
/// its own.
#[cfg(any(feature = "client", feature = "server"))]
pub fn choose_tls() {
    // An error means that it was chosen before.
    #[cfg(not(target_family = "wasm"))]
    let _ = rustls::crypto::ring::default_provider().install_default();
}
