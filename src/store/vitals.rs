//! How the district is: sizes and counts for those who keep it running.

use super::{FILE, Result, Store, alarms, log};
use crate::domain::policy;

/// Sizes and counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Entries of the log.
    pub log_entries: i64,
    /// Records held.
    pub records: i64,
    /// Ballots held, whatever their status.
    pub ballots: i64,
    /// Ballots that are missing at least.
    pub missing: i64,
    /// Tablets in use.
    pub devices: i64,
    /// Of them, not heard of for a day, or since when is not known (see [`Device::heard`](super::devices::Device::heard)).
    pub silent: i64,
    /// Alarms so far.
    pub alarms: i64,
    /// Bytes of the database file.
    pub database_bytes: i64,
    /// Bytes of its write-ahead log.
    pub wal_bytes: i64,
    /// Unix time of the newest backup, to the hour.
    pub last_backup: Option<i64>,
}

impl Store {
    /// Reads them. Blocks.
    pub fn vitals(&self, now: i64) -> Result<Vitals> {
        let mut vitals = self.read(|conn| {
            let one = |sql: &str| conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
            let lately = [now - policy::OFFLINE_SECS, now + policy::SKEW_AS_IS_SECS];
            let missing: u64 = alarms::missing(conn)?.iter().map(|epoch| epoch.ballots).sum();
            Ok(Vitals {
                log_entries: log::head(conn)?.pos,
                records: one("select coalesce(sum(records), 0) from epoch")?,
                ballots: one("select coalesce(sum(ballots), 0) from epoch")?,
                missing: i64::try_from(missing).unwrap_or(i64::MAX),
                devices: one("select count(*) from device where revoked_pos is null")?,
                silent: conn
                    .prepare_cached(
                        "select count(*) from device
                         where revoked_pos is null and last_contact not between ?1 and ?2",
                    )?
                    .query_row(lately, |row| row.get(0))?,
                alarms: one("select count(*) from alarm")?,
                ..Vitals::default()
            })
        })?;
        let bytes = |name: &str| {
            let size = self.dir().join(name).metadata().map_or(0, |meta| meta.len());
            i64::try_from(size).unwrap_or(i64::MAX)
        };
        vitals.database_bytes = bytes(FILE);
        vitals.wal_bytes = bytes(&format!("{FILE}-wal"));
        vitals.last_backup = self.last_backup()?;
        Ok(vitals)
    }
}
