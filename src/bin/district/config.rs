//! The configuration file of `serve`.

use anyhow::{Context, anyhow, ensure};
use hailong::{
    domain::policy,
    server::{Backups, Config, Tls},
};
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// The file with every setting, explained.
pub(crate) const EXAMPLE: &str = include_str!("../../../packaging/hailong-district.toml");

/// What the file says; a key that is none of these is an error.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) tls_cert: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) trusted_proxy: Option<IpAddr>,
    pub(crate) backup: Backup,
    pub(crate) retention: Retention,
    pub(crate) log: Log,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Backup {
    folder: Option<PathBuf>,
    keep: Option<usize>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Retention {
    months: Option<u32>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) level: Option<Level>,
    pub(crate) format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Text,
    Json,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

impl File {
    /// Reads and checks a file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
        Self::parse(&text).map_err(|error| anyhow!("{}: {error:#}", path.display()))
    }

    /// The parser's own message has several lines; a log wants one.
    fn parse(text: &str) -> anyhow::Result<Self> {
        let file: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let (above, line) = before
                .rsplit_once('\n')
                .map_or((0, 0), |(above, _)| (above.matches('\n').count() + 1, above.len() + 1));
            let line = text.get(line..).unwrap_or_default().lines().next().unwrap_or_default();
            anyhow!("line {}, `{line}`: {}", above + 1, error.message().replace('\n', " "))
        })?;
        ensure!(
            file.tls_cert.is_some() == file.tls_key.is_some(),
            "tls_cert and tls_key belong together: give both or none"
        );
        if let Some(keep) = file.backup.keep {
            ensure!((1..=366).contains(&keep), "backup.keep is 1 to 366, not {keep}");
        }
        if let Some(months) = file.retention.months {
            ensure!(
                (6..=120).contains(&months),
                "retention.months is 6 to 120, not {months}"
            );
        }
        Ok(file)
    }

    /// The server's configuration.
    pub(crate) fn server(&self) -> Config {
        let standard = Config::from_env();
        Config {
            listen: self.listen.unwrap_or(standard.listen),
            tls: self
                .tls_cert
                .clone()
                .zip(self.tls_key.clone())
                .map(|(cert, key)| Tls { cert, key }),
            trusted_proxy: self.trusted_proxy,
            backups: self.backup.folder.clone().map(|folder| Backups {
                folder,
                keep: self.backup.keep.unwrap_or(policy::BACKUPS_KEPT),
            }),
            retention_months: Some(self.retention.months.unwrap_or(policy::RETENTION_MONTHS)),
            ..standard
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read_and_so_is_every_line_it_offers() {
        let as_is = File::parse(EXAMPLE).unwrap();
        assert_eq!(as_is.data.as_deref(), Some(Path::new("/var/lib/hailong")));
        let all: String = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(offered) if !offered.starts_with(' ') => format!("{offered}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let all = File::parse(&all).unwrap();
        assert_eq!(
            all.backup.keep,
            Some(policy::BACKUPS_KEPT),
            "what it shows is the default"
        );
        assert_eq!(all.retention.months, Some(policy::RETENTION_MONTHS));
        assert_eq!(all.listen, Some(Config::default().listen));
        assert!(all.trusted_proxy.is_some_and(|proxy| proxy.is_loopback()));
        assert!(all.tls_cert.is_some() && all.log.level == Some(Level::Warn) && all.log.format == Some(Format::Text));
    }

    #[test]
    fn what_is_unknown_or_impossible_is_named() {
        for (text, named) in [
            ("dta = \"x\"", "dta"),
            ("[backup]\nkep = 3", "line 2"),
            ("[backup]\nkeep = 0", "backup.keep"),
            ("[retention]\nmonths = 1", "retention.months"),
            ("listen = \"8700\"", "listen"),
            ("tls_cert = \"a\"", "tls_key"),
            ("trusted_proxy = \"proxy.local\"", "trusted_proxy"),
            ("[log]\nlevel = \"loud\"", "loud"),
            ("data = ", "line 1"),
        ] {
            let error = format!("{:#}", File::parse(text).unwrap_err());
            assert!(error.contains(named) && !error.contains('\n'), "{text}: {error}");
        }
    }
}
