//! How the server is set up: plain structs, each with a default and one for tests.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

/// Where `now` comes from: the machine's clock, or a test's.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(crate::platform::unix_now))
    }

    /// A clock of the caller's, unix seconds.
    pub fn simulated(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A certificate chain and its key, PEM files.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The chain.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// Nightly backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backups {
    /// Where they are written.
    pub folder: PathBuf,
    /// How many of the newest are kept.
    pub keep: usize,
}

/// Bytes of a body that take one of [`Limits::bodies`]: what is begun and does not arrive takes little.
pub const PIECE: usize = 16 * 1024;

/// What one request, one address, one moment may cost.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long the head of a request may take.
    pub header_time: Duration,
    /// How long a body may take: 256 KiB over a 2G line.
    pub body_time: Duration,
    /// Room for bodies that are being read and wait, in pieces of [`PIECE`] bytes; each body has one from its begin.
    pub bodies: usize,
    /// Bundles of nobody we know that may wait to be looked at; more are told to come back.
    pub strangers: usize,
    /// Bundles unpacked and verified at once.
    pub verifying: usize,
    /// Bundles that are unpacked: being verified, waiting for the writer, being stored. One of 50 ballots takes 200 KB then.
    pub unpacked: usize,
    /// Wrong enrolment codes per address in [`Limits::tries_window`].
    pub tries_per_address: u32,
    /// Wrong enrolment codes in all in [`Limits::tries_window`]: 40-bit codes that live for 30 minutes stay safe.
    pub tries_per_district: u32,
    /// How long wrong tries are remembered, in seconds.
    pub tries_window: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_time: Duration::from_secs(15),
            body_time: Duration::from_secs(30),
            bodies: 32 * 1024 * 1024 / PIECE,
            strangers: 64,
            verifying: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            // Two of the writer's groups: one is stored while the next is verified.
            unpacked: 192,
            tries_per_address: 20,
            tries_per_district: 500,
            tries_window: 15 * 60,
        }
    }
}

/// How the server is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// https, if given.
    pub tls: Option<Tls>,
    /// The proxy in front whose `X-Forwarded-For` is believed; `None`: nobody's.
    pub trusted_proxy: Option<IpAddr>,
    /// What requests may cost.
    pub limits: Limits,
    /// Where `now` comes from.
    pub clock: Clock,
    /// A folder with the tablet app, instead of the one built in.
    pub tablet_dir: Option<PathBuf>,
    /// A backup each night, if given.
    pub backups: Option<Backups>,
    /// Months after which answers one by one are deleted; `None`: never.
    pub retention_months: Option<u32>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8700)),
            tls: None,
            trusted_proxy: None,
            limits: Limits::default(),
            clock: Clock::system(),
            tablet_dir: None,
            backups: None,
            retention_months: None,
        }
    }
}

impl Config {
    /// The default, with what the environment says: `HAILONG_TABLET_DIR`.
    pub fn from_env() -> Self {
        Self {
            tablet_dir: std::env::var_os("HAILONG_TABLET_DIR").map(PathBuf::from),
            ..Self::default()
        }
    }

    /// A free port on this machine.
    pub fn for_testing() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            ..Self::default()
        }
    }
}
