//! Fixed-length bytes that are written as lower-case hex: hashes, ids, nonces, signatures.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `N` bytes, shown and read as `2 * N` lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex<const N: usize>(pub [u8; N]);

/// A SHA-256 value: a leaf, a chain head, a survey's name.
pub type Hash = Hex<32>;
/// The first 16 bytes of SHA-256 of a device's public key.
pub type DeviceId = Hex<16>;
/// The first 16 bytes of SHA-256 of a district's public key.
pub type DistrictId = Hex<16>;
/// One life of a tablet's database: 64 random bits.
pub type EpochId = Hex<8>;
/// 128 random bits a bundle carries and its answer repeats.
pub type Nonce = Hex<16>;
/// 128 random bits of a visit; hides the leaf once the body is gone and makes Cast idempotent.
pub type Salt = Hex<16>;
/// 128 random bits, new at `init` and at every restore of a district.
pub type Generation = Hex<16>;
/// An Ed25519 public key.
pub type PublicKey = Hex<32>;
/// An Ed25519 signature.
pub type Signature = Hex<64>;

/// The text was not `2 * N` lower-case hex digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} lower-case hex digits")]
pub struct HexError {
    /// Digits that were expected.
    pub expected: usize,
}

impl<const N: usize> Hex<N> {
    /// Reads lower-case hex; anything else is an error, so that a value has one spelling only.
    pub fn parse(text: &str) -> Result<Self, HexError> {
        let error = HexError { expected: 2 * N };
        let digits = text.as_bytes();
        if digits.len() != 2 * N {
            return Err(error);
        }
        let mut out = [0u8; N];
        for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return Err(error) };
            let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                return Err(error);
            };
            *byte = high << 4 | low;
        }
        Ok(Self(out))
    }

    /// The bytes, if the slice has exactly `N` of them.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; N] {
        &self.0
    }
}

fn hex_digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' - 10 + nibble,
    }
}

fn digit(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Sixteen bytes at a time: exports say millions of hashes.
        self.0.chunks(16).try_for_each(|bytes| {
            let mut text = [0; 32];
            for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
                pair.copy_from_slice(&[hex_digit(byte >> 4), hex_digit(byte & 15)]);
            }
            let text = text.get(..bytes.len() * 2).unwrap_or_default();
            f.write_str(std::str::from_utf8(text).unwrap_or_default())
        })
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        assert_eq!(
            EpochId::parse("0123456789abcdef").unwrap().to_string(),
            "0123456789abcdef"
        );
        for wrong in [
            "",
            "0123456789abcde",
            "0123456789ABCDEF",
            "0123456789abcdeg",
            "0123456789abcdef0",
            "éééé",
        ] {
            assert!(EpochId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
