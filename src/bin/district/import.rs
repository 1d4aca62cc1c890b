//! Taking a bundle file in; the receipt file for the way back is written beside it.

use super::print;
use anyhow::Context;
use hailong::{domain::policy, platform::unix_now, store::Store};
use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
};

pub(crate) fn import(dir: &Path, file: &Path) -> anyhow::Result<()> {
    let named = || format!("{}", file.display());
    let mut bytes = Vec::new();
    // One byte more than allowed shows that it is too large; a file of the wrong kind may be of any size.
    File::open(file)
        .with_context(named)?
        .take(policy::MAX_FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(named)?;
    let imported = Store::open(dir)?
        .import(&bytes, "command line", unix_now())
        .with_context(named)?;
    let receipts = file.with_extension("hlr");
    std::fs::write(&receipts, &imported.receipts).with_context(|| format!("{}", receipts.display()))?;
    print::out(|out| {
        let (new, known) = (imported.new, imported.known);
        writeln!(out, "{new} new ballots, {known} already known")?;
        Ok(writeln!(
            out,
            "take this file back to the tablet: {}",
            receipts.display()
        )?)
    })
}
