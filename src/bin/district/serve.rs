//! `serve`: runs until SIGTERM or Ctrl-C.

use super::config::{File, Format, Level, Log};
use anyhow::{Context, anyhow};
use hailong::{
    server::{self, Tls, tablet::TabletApp},
    store::Store,
};
use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tracing_subscriber::EnvFilter;

/// The words after `serve`. They go before what the file says.
pub(crate) struct Words {
    pub(crate) config: Option<PathBuf>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
}

pub(crate) fn run(words: Words) -> anyhow::Result<()> {
    let file = words
        .config
        .as_deref()
        .map_or_else(|| Ok(File::default()), File::read)?;
    start_log(&file.log);
    let data = words.data.or_else(|| file.data.clone());
    let dir = data.ok_or_else(|| anyhow!("say where the data is: --data DIR, or `data` in the file of --config"))?;
    let mut config = file.server();
    config.listen = words.listen.unwrap_or(config.listen);
    config.tls = words.tls.map(|(cert, key)| Tls { cert, key }).or(config.tls);
    serve(&dir, config)
}

fn start_log(log: &Log) {
    // Requests are not logged unless asked for (`info`): exact times of arrival are kept nowhere else.
    let level = log.level.unwrap_or(Level::Warn).name();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log.format {
        Some(Format::Json) => builder.json().init(),
        _ => builder.init(),
    }
}

fn serve(dir: &Path, config: server::Config) -> anyhow::Result<()> {
    let (store, _lock) = Store::open_locked(dir)?;
    if !TabletApp::new(config.tablet_dir.clone()).is_present() {
        tracing::warn!("built without the tablet app, /tablet/ is empty; `cargo xtask tablet` builds it");
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
