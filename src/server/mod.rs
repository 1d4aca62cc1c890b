//! The district over HTTP: the API for tablets, the tablet app itself, admin pages.
//!
//! Layer 3. Handlers extract, call and map; what is stored and how is `store`'s, what the bytes mean is `wire`'s.
//! Every answer of the API is signed, refusals too: a tablet believes nothing else.

mod address;
pub mod admin;
pub mod answer;
pub mod api;
pub mod auth;
mod backups;
pub mod caller;
pub mod clips;
mod conditional;
pub mod config;
pub mod dossier;
pub mod export;
pub mod import;
mod known;
mod metrics;
pub mod public;
mod qr;
pub mod report;
mod router;
mod slow;
pub mod state;
pub mod tablet;
pub mod timer;
mod tls;
pub mod tries;

pub use config::{Backups, Clock, Config, Limits, Tls};
pub use router::router;
pub use state::AppState;

use crate::store::{Store, StoreError};
use admin::Admin;
use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

/// Why the server can't run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address can't be taken.
    #[error("can't listen on {addr}: {source}")]
    Listen {
        /// Which.
        addr: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate or its key can't be used.
    #[error("can't use the TLS files: {0}")]
    Tls(std::io::Error),
    /// The store can't be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It stopped by itself.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// A server that is running.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Whether it speaks https.
    pub tls: bool,
    handle: Handle<SocketAddr>,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
    timer: tokio::task::JoinHandle<()>,
}

impl Running {
    /// The address a browser opens.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// Takes no new requests, lets running ones finish for up to ten seconds, ends.
    pub async fn stop(self) -> Result<(), ServeError> {
        self.until(std::future::ready(())).await
    }

    /// Serves until the signal comes, then stops as [`Running::stop`] does; ending earlier is an error.
    pub async fn until(mut self, signal: impl Future<Output = ()>) -> Result<(), ServeError> {
        let ended = tokio::select! {
            biased;
            () = signal => {
                self.handle.graceful_shutdown(Some(Duration::from_secs(10)));
                (&mut self.task).await
            }
            ended = &mut self.task => ended,
        };
        self.timer.abort();
        match ended {
            Ok(result) => result.map_err(ServeError::Stopped),
            Err(error) => Err(ServeError::Stopped(std::io::Error::other(error))),
        }
    }
}

/// Starts the server; it is ready when this returns.
pub async fn serve(store: Store, config: Config) -> Result<Running, ServeError> {
    let listen = |source| ServeError::Listen {
        addr: config.listen,
        source,
    };
    crate::platform::choose_tls();
    let listener = TcpListener::bind(config.listen).map_err(listen)?;
    listener.set_nonblocking(true).map_err(listen)?;
    let addr = listener.local_addr().map_err(listen)?;
    let now = config.clock.now();
    // Before anything is written with that time. The timer tells of a jump, with its first look.
    let believed = timer::jumped_from(&store, now).await?.is_none();
    // A newer version may say more in a setup than the one that made it.
    store.write_async(move |tx| tx.refresh_setups(now)).await?;
    // The first reading after midnight finds the morning's tasks, also if the server was off then.
    if believed {
        timer::open_tasks(&store, now).await;
    }
    let handle = Handle::new();
    let (tls, reload) = match &config.tls {
        Some(files) => tls::Reload::start(files)
            .await
            .map(|(rustls, reload)| (Some(rustls), Some(reload)))?,
        None => (None, None),
    };
    let is_tls = tls.is_some();
    let timer = timer::start(store.clone(), &config, reload);
    let limits = config.limits.clone();
    let pages = Admin::new(store.clone(), config.clock.clone(), config.tls.is_some());
    let app = router(AppState::new(store, &config), pages).into_make_service_with_connect_info::<SocketAddr>();
    let task = match tls {
        Some(rustls) => {
            let mut server = axum_server::from_tcp_rustls(listener, rustls).map_err(listen)?;
            timeouts(server.http_builder(), &limits);
            tokio::spawn(server.handle(handle.clone()).serve(app))
        }
        None => {
            let mut server = axum_server::from_tcp(listener).map_err(listen)?;
            timeouts(server.http_builder(), &limits);
            tokio::spawn(server.handle(handle.clone()).serve(app))
        }
    };
    Ok(Running {
        addr,
        tls: is_tls,
        handle,
        task,
        timer,
    })
}

type Builder = hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>;

/// Bounds what an idle or slow connection costs.
fn timeouts(builder: &mut Builder, limits: &Limits) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(32)
        .keep_alive_interval(Duration::from_secs(30));
}
