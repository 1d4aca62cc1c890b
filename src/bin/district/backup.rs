//! `backup` and `restore`.

use hailong::{
    domain::time::rfc3339,
    platform::unix_now,
    store::{Store, backup, comments::KEY_FILE},
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
            "restored: district {} ({}), {} log entries, the newest of {newest}",
            restored.district,
            restored.units.join(", "),
            restored.entries
        )?;
        if restored.comments && !dir.join(KEY_FILE).exists() {
            writeln!(
                out,
                "Copy {KEY_FILE} of the old folder here, too: without it nobody can read citizens' comments, new ones neither."
            )?;
        }
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
