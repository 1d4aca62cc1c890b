//! Certificates: read at the start, and again when their files change.

mod validity;

use super::{ServeError, config::Tls};
use crate::domain::{number, policy, time::LocalDay};
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

    /// Tells whoever runs the server that the certificate ends soon, or has ended.
    pub(super) fn remind(&self, now: i64) {
        match validity::ends(&self.files.cert) {
            Some(ends) if ends <= now => tracing::error!(
                "the TLS certificate has ended on {}: tablets keep their ballots and send none, browsers refuse the \
                 pages; renew {}",
                number::date(LocalDay::of(ends)),
                self.files.cert.display()
            ),
            Some(ends) if ends - now < policy::CERTIFICATE_SOON_DAYS * 86_400 => tracing::warn!(
                "the TLS certificate ends on {}; renew {}",
                number::date(LocalDay::of(ends)),
                self.files.cert.display()
            ),
            _ => {}
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn write(files: &Tls, cert: &str, key: &str) {
        std::fs::write(&files.cert, cert).unwrap();
        std::fs::write(&files.key, key).unwrap();
        // Not the clock's doing: files that are written within its grain are changed all the same.
        let later = SystemTime::now() + std::time::Duration::from_secs(cert.len() as u64);
        let file = std::fs::File::options().write(true).open(&files.cert).unwrap();
        file.set_modified(later).unwrap();
    }

    #[tokio::test]
    async fn a_renewal_that_does_not_read_leaves_the_old_certificate_in_use_and_a_good_one_is_taken() {
        crate::platform::choose_tls();
        let dir = tempfile::tempdir().unwrap();
        let files = Tls {
            cert: dir.path().join("cert.pem"),
            key: dir.path().join("key.pem"),
        };
        let made = || rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
        let (old, new) = (made(), made());
        write(&files, &old.cert.pem(), &old.signing_key.serialize_pem());
        let (rustls, mut reload) = Reload::start(&files).await.unwrap();
        let first = rustls.get_inner();
        for bad in ["", "-----BEGIN CERTIFICATE-----\nhalf of it", "no PEM at all"] {
            write(&files, bad, &new.signing_key.serialize_pem());
            reload.look().await;
            assert!(std::sync::Arc::ptr_eq(&first, &rustls.get_inner()), "{bad}");
        }
        // The chain has come, its key has not: they do not belong together.
        write(&files, &new.cert.pem(), &old.signing_key.serialize_pem());
        reload.look().await;
        assert!(std::sync::Arc::ptr_eq(&first, &rustls.get_inner()));
        std::fs::remove_file(&files.cert).unwrap();
        reload.look().await;
        assert!(std::sync::Arc::ptr_eq(&first, &rustls.get_inner()));
        write(&files, &new.cert.pem(), &new.signing_key.serialize_pem());
        reload.look().await;
        assert!(!std::sync::Arc::ptr_eq(&first, &rustls.get_inner()));
    }

    #[tokio::test]
    async fn the_end_of_a_certificate_is_told_of_from_two_weeks_before() {
        crate::platform::choose_tls();
        let dir = tempfile::tempdir().unwrap();
        let files = Tls {
            cert: dir.path().join("cert.pem"),
            key: dir.path().join("key.pem"),
        };
        let mut params = rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2027, 3, 2);
        let key = rcgen::KeyPair::generate().unwrap();
        write(&files, &params.self_signed(&key).unwrap().pem(), &key.serialize_pem());
        let (_, reload) = Reload::start(&files).await.unwrap();
        let told = |days: i64| {
            let path = dir.path().join(format!("log{days}"));
            let file = std::sync::Arc::new(std::fs::File::create(&path).unwrap());
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(file).finish();
            tracing::subscriber::with_default(subscriber, || reload.remind(1_803_945_600 + days * 86_400));
            std::fs::read_to_string(path).unwrap()
        };
        assert_eq!(told(-policy::CERTIFICATE_SOON_DAYS), "");
        let (soon, ended) = (told(1 - policy::CERTIFICATE_SOON_DAYS), told(0));
        assert!(
            soon.contains("WARN") && soon.contains("ends on 02/03/2027; renew"),
            "{soon}"
        );
        assert!(
            ended.contains("ERROR") && ended.contains("has ended on 02/03/2027"),
            "{ended}"
        );
    }
}
