//! Certificates: read at the start, and again when their files change.

use super::{ServeError, config::Tls};
use axum_server::tls_rustls::RustlsConfig;
use std::{path::Path, time::SystemTime};

/// Watches the TLS files of a running server.
pub(super) struct Reload {
    files: Tls,
    rustls: RustlsConfig,
    seen: Option<[SystemTime; 2]>,
}

impl Reload {
    /// Reads the files.
    pub(super) async fn start(files: &Tls) -> Result<(RustlsConfig, Self), ServeError> {
        let seen = changed(files);
        let rustls = RustlsConfig::from_pem_file(&files.cert, &files.key)
            .await
            .map_err(ServeError::Tls)?;
        let reload = Self {
            files: files.clone(),
            rustls: rustls.clone(),
            seen,
        };
        Ok((rustls, reload))
    }

    /// Takes changed files up; files that can't be used leave the old certificate in place.
    pub(super) async fn look(&mut self) {
        let now = changed(&self.files);
        if now.is_none() || now == self.seen {
            return;
        }
        match self
            .rustls
            .reload_from_pem_file(&self.files.cert, &self.files.key)
            .await
        {
            // Remembered only then: a chain that came before its key is tried again.
            Ok(()) => {
                self.seen = now;
                tracing::info!("the renewed TLS files are in use");
            }
            Err(error) => tracing::error!(%error, "can't use the renewed TLS files; the old ones stay in use"),
        }
    }
}

fn changed(files: &Tls) -> Option<[SystemTime; 2]> {
    let time = |path: &Path| path.metadata().and_then(|meta| meta.modified()).ok();
    Some([time(&files.cert)?, time(&files.key)?])
}
