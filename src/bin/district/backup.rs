//! `backup` and `restore`.

use hailong::{
    domain::time::rfc3339,
    platform::unix_now,
    store::{Store, backup},
};
use std::{io::Write, path::Path};

pub(crate) fn backup(dir: &Path, out: &Path) -> anyhow::Result<()> {
    Store::open(dir)?.backup(out, unix_now())?;
    super::print::out(|print| {
        writeln!(print, "{}", out.display())?;
        Ok(writeln!(
            print,
            "It holds the district's private key: keep it as safe as the server."
        )?)
    })
}

pub(crate) fn restore(dir: &Path, file: &Path) -> anyhow::Result<()> {
    let restored = backup::restore(dir, file, unix_now())?;
    let newest = rfc3339(restored.newest);
    super::print::out(|out| {
        writeln!(
            out,
            "restored: {} log entries, the newest of {newest}",
            restored.entries
        )?;
        writeln!(
            out,
            "Tablets send again what they still keep (30 days or more) with their next report."
        )?;
        Ok(writeln!(
            out,
            "Make sure that no other server runs with the same key, then `hailong-district verify --data {}`.",
            dir.display()
        )?)
    })
}
