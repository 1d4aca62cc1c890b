//! What is inside a zip, unpacked once into nothing, to know that it is small: a bomb says anything of its own size.

use super::FileError;
use flate2::read::DeflateDecoder;
use std::io::{self, Read};

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(N)?)?;
    Some(part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn place(bytes: &[u8], at: usize) -> Option<usize> {
    number::<4>(bytes, at).and_then(|number| usize::try_from(number).ok())
}

/// Refuses an archive whose parts are more than `limit` bytes when unpacked, in memory of a few kilobytes.
pub(super) fn bounded(bytes: &[u8], limit: u64) -> Result<(), FileError> {
    let parts = parts(bytes).ok_or(FileError::NotATable)?;
    let mut left = limit;
    for part in parts {
        let (method, packed) = part.ok_or(FileError::NotATable)?;
        let unpacked = match method {
            0 => packed.len() as u64,
            8 => {
                let mut reader = DeflateDecoder::new(packed).take(left.saturating_add(1));
                io::copy(&mut reader, &mut io::sink()).map_err(|_| FileError::NotATable)?
            }
            _ => return Err(FileError::NotATable),
        };
        left = left.checked_sub(unpacked).ok_or(FileError::TooLarge)?;
    }
    Ok(())
}

type Part<'a> = Option<(u64, &'a [u8])>;

/// Method and packed bytes of each part that the directory at the end names.
fn parts(bytes: &[u8]) -> Option<Vec<Part<'_>>> {
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let count = number::<2>(bytes, end + 10)?;
    let mut at = place(bytes, end + 16)?;
    let mut parts = Vec::new();
    for _ in 0..count {
        if bytes.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        parts.push(part(bytes, at));
        let names = number::<2>(bytes, at + 28)? + number::<2>(bytes, at + 30)? + number::<2>(bytes, at + 32)?;
        at = at.checked_add(46)?.checked_add(usize::try_from(names).ok()?)?;
    }
    Some(parts)
}

fn part(bytes: &[u8], at: usize) -> Part<'_> {
    let (method, size, local) = (
        number::<2>(bytes, at + 10)?,
        place(bytes, at + 20)?,
        place(bytes, at + 42)?,
    );
    if bytes.get(local..local.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let names = number::<2>(bytes, local.checked_add(26)?)? + number::<2>(bytes, local.checked_add(28)?)?;
    let first = local.checked_add(30)?.checked_add(usize::try_from(names).ok()?)?;
    Some((method, bytes.get(first..first.checked_add(size)?)?))
}
