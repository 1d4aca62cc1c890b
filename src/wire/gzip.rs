//! gzip with a bound, so that a small body can't become a large one.

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use std::io::{Read, Write};

/// Why a body can't be unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GzipError {
    /// It would be larger than the bound.
    #[error("larger than allowed when unpacked")]
    TooLarge,
    /// It is not gzip, or cut short.
    #[error("not gzip, or cut short")]
    Corrupt,
}

/// Packs bytes.
pub fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; were it to, the district refuses the body and the tablet keeps its records.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Unpacks at most `limit` bytes; uses no more memory than that, whatever the body claims.
pub fn unpack(body: &[u8], limit: usize) -> Result<Vec<u8>, GzipError> {
    let mut out = Vec::new();
    let mut bounded = GzDecoder::new(body).take(limit as u64 + 1);
    bounded.read_to_end(&mut out).map_err(|_| GzipError::Corrupt)?;
    if out.len() > limit {
        Err(GzipError::TooLarge)
    } else {
        Ok(out)
    }
}

/// Unpacks the first `limit` bytes, or as many as come before the body is corrupt.
pub fn head(body: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // What was unpacked before an error stays in `out`.
    let _ = GzDecoder::new(body).take(limit as u64).read_to_end(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_stops_at_the_bound_and_a_cut_body_is_corrupt() {
        let bomb = pack(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert_eq!(unpack(&bomb, 1000), Err(GzipError::TooLarge));
        let good = pack(b"hello");
        assert_eq!(unpack(&good, 5).unwrap(), b"hello");
        assert_eq!(unpack(&good[..good.len() - 9], 5), Err(GzipError::Corrupt));
        assert_eq!(head(&bomb, 1000), vec![0; 1000]);
        assert_eq!(head(&good[..good.len() - 9], 5), b"hello");
        assert_eq!(head(b"<html>", 5), b"");
    }
}
