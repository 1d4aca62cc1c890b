//! `serve`: runs until SIGTERM or Ctrl-C.

use anyhow::Context;
use hailong::{
    server::{self, Config, Tls, tablet::TabletApp},
    store::Store,
};
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tracing_subscriber::EnvFilter;

pub(crate) fn run(dir: &Path, listen: SocketAddr, tls: Option<(PathBuf, PathBuf)>) -> anyhow::Result<()> {
    // Requests are not logged unless asked for (`RUST_LOG=info`): exact times of arrival are kept nowhere else.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let store = Store::open(dir)?;
    let config = Config {
        listen,
        tls: tls.map(|(cert, key)| Tls { cert, key }),
        ..Config::from_env()
    };
    if !TabletApp::new(config.tablet_dir.clone()).is_present() {
        eprintln!("hailong-district: built without the tablet app, /tablet/ is empty; `cargo xtask tablet` builds it");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("can't start")?;
    runtime.block_on(async {
        let stop = signal().context("can't listen for SIGTERM")?;
        let running = server::serve(store, config).await?;
        // Whoever started us may not read it; tablets are served all the same.
        let mut out = std::io::stdout();
        let _ = writeln!(out, "{}", running.url()).and_then(|()| out.flush());
        Ok(running.until(stop).await?)
    })
}

/// Ends at SIGTERM or Ctrl-C.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

/// Ends at Ctrl-C.
#[cfg(not(unix))]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
