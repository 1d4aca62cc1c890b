//! What a tablet downloads, brotli at its best (q11), held to a budget: `cargo xtask bench download` shows it file by
//! file, `cargo xtask test` says the sum.
//!
//! The budget is a ratchet in `benches/download-budget.txt`: one number of bytes, lowered by hand when the app got
//! lighter. What is more than 2 % over it fails.

use anyhow::{Context, Result, bail};

use crate::{folder, paths};

/// How far over the budget is still noise (a dependency's patch release), in percent.
const SLACK: usize = 2;

/// Fails when the sum is over the budget.
pub fn hold() -> Result<()> {
    let mut sum = 0;
    for bytes in folder::read(&paths::tablet())?.values() {
        sum += brotli(bytes)?;
    }
    within(sum)
}

/// The same below a table of the files.
pub fn weigh() -> Result<()> {
    let files = folder::read(&paths::tablet())?;
    let mut rows: Vec<(&str, usize, usize)> = Vec::new();
    for (path, bytes) in &files {
        rows.push((path, bytes.len(), brotli(bytes)?));
    }
    rows.sort_by_key(|(_, _, small)| std::cmp::Reverse(*small));
    println!("\nEverything the tablet downloads, bytes");
    println!("{:>10} {:>10}  file", "raw", "brotli q11");
    for (path, raw, small) in &rows {
        println!("{raw:>10} {small:>10}  {path}");
    }
    let raw: usize = rows.iter().map(|(_, raw, _)| raw).sum();
    let sum: usize = rows.iter().map(|(_, _, small)| small).sum();
    println!("{raw:>10} {sum:>10}  in all ({} files)", rows.len());
    within(sum)
}

/// Compares the sum with the budget's file, in one line.
fn within(sum: usize) -> Result<()> {
    let file = paths::root().join("benches").join("download-budget.txt");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("no budget: write {sum} into benches/download-budget.txt"))?;
    let budget = budget(&text).context("benches/download-budget.txt")?;
    let limit = budget + budget * SLACK / 100;
    if sum > limit {
        bail!(
            "the tablet downloads {sum} bytes, budget {budget} + {SLACK} %: make it lighter, or raise the budget and say why"
        );
    }
    println!(
        "  the tablet downloads {sum} bytes, budget {budget} (fails above {limit}){}",
        if sum < budget { "; it can be lowered" } else { "" }
    );
    Ok(())
}

/// The size after brotli, quality 11, window 22: what a server's best pre-compressed file weighs.
fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut small = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut small, &params)?;
    Ok(small.len())
}

/// The first line that is no comment (`#`), as a number of bytes; `_` may group the digits.
fn budget(text: &str) -> Result<usize> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .unwrap_or_default();
    line.replace('_', "")
        .parse()
        .with_context(|| format!("`{line}` is not a number of bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_may_have_comments_and_groups() {
        assert_eq!(budget("# why\n\n640_000\n").unwrap(), 640_000);
        assert!(budget("").is_err());
    }

    #[test]
    fn brotli_makes_it_smaller() {
        assert!(brotli("Hài lòng. ".repeat(1000).as_bytes()).unwrap() < 100);
    }
}
