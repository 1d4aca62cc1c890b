//! Sealing to the district: HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305,
//! no associated data; the sealed bytes are `enc || ct`, 48 longer than what is sealed.
//!
//! Whoever carries sealed bytes reads nothing of them. They say nothing of who sealed them: what is inside is signed.
//! Each use has its own `info`, so that bytes sealed for one can't be opened as another.

use crate::domain::hex::{Hex, PublicKey};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::X25519HkdfSha256,
    rand_core::{TryCryptoRng, TryRng},
};
use std::{convert::Infallible, fmt};

/// `info` of a bundle in a saved file.
pub const FILE: &[u8] = b"hailong/1/file";
/// `info` of a comment.
pub const COMMENT: &[u8] = b"hailong/1/comment";

/// Bytes that sealing adds: the sender's one-time public key and the tag.
pub const OVERHEAD: usize = 32 + 16;

/// Bytes of the one-time public key.
const ENC: usize = 32;

/// Why sealing or opening failed. Which of the reasons it was is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The public key is not one.
    #[error("not a key to seal to")]
    Key,
    /// Another key, another use, or not what was sealed.
    #[error("not sealed to this key for this use, or damaged")]
    Open,
}

/// The secret half of a key that others seal to. Its `Debug` shows the public half only.
pub struct SecretKey {
    secret: <X25519HkdfSha256 as Kem>::PrivateKey,
    public: PublicKey,
}

impl SecretKey {
    /// Derives the pair from at least 32 secret bytes (RFC 9180, DeriveKeyPair).
    pub fn derive(secret: &[u8; 32]) -> Self {
        let (secret, public) = X25519HkdfSha256::derive_keypair(secret);
        let public = Hex::from_slice(&public.to_bytes()).unwrap_or(Hex([0; 32]));
        Self { secret, public }
    }

    /// The half that may be known.
    pub fn public(&self) -> PublicKey {
        self.public
    }
}

impl Clone for SecretKey {
    fn clone(&self) -> Self {
        Self {
            secret: self.secret.clone(),
            public: self.public,
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public)
    }
}

/// Seals to a public key. `random` are 32 fresh random bytes, never used for anything else.
pub fn seal(random: [u8; 32], to: &PublicKey, info: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let to = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&to.0).map_err(|_| SealError::Key)?;
    let (enc, sealed) = hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        &to,
        info,
        plain,
        b"",
        &mut Drawn::new(random),
    )
    .map_err(|_| SealError::Key)?;
    let mut bytes = enc.to_bytes().to_vec();
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

/// Opens what was sealed to this key for this use.
pub fn open(key: &SecretKey, info: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (enc, sealed) = sealed.split_at_checked(ENC).ok_or(SealError::Open)?;
    let enc = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(enc).map_err(|_| SealError::Open)?;
    hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &key.secret,
        &enc,
        info,
        sealed,
        b"",
    )
    .map_err(|_| SealError::Open)
}

/// Random bytes that were drawn before: the library asks for exactly 32. A source of its own would have to panic where
/// the system has none.
struct Drawn {
    bytes: [u8; 32],
    used: usize,
}

impl Drawn {
    fn new(bytes: [u8; 32]) -> Self {
        Self { bytes, used: 0 }
    }
}

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            if self.used == self.bytes.len() {
                // Never seen; a later version that asks for more must not get the same bytes again.
                self.bytes = super::keys::sha256(&[b"hailong/1/more\0", &self.bytes]).0;
                self.used = 0;
            }
            *byte = self.bytes.get(self.used).copied().unwrap_or_default();
            self.used += 1;
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9180, appendix A.2.1: the recipient's and the sender's key material.
    const IKM_R: &str = "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df";
    const PK_R: &str = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
    const IKM_E: &str = "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b";
    const ENC_OF_RFC: &str = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";

    fn bytes(hex: &str) -> [u8; 32] {
        Hex::<32>::parse(hex).unwrap().0
    }

    #[test]
    fn the_keys_are_those_of_the_rfc() {
        let key = SecretKey::derive(&bytes(IKM_R));
        assert_eq!(key.public().to_string(), PK_R);
        let sealed = seal(bytes(IKM_E), &key.public(), FILE, b"phieu").unwrap();
        assert_eq!(Hex::<32>::from_slice(&sealed[..32]).unwrap().to_string(), ENC_OF_RFC);
        assert_eq!(sealed.len(), 5 + OVERHEAD);
    }

    #[test]
    fn only_the_key_and_the_use_it_was_sealed_for_open_it() {
        let (key, other) = (SecretKey::derive(&[1; 32]), SecretKey::derive(&[2; 32]));
        let sealed = seal([3; 32], &key.public(), FILE, "phiếu".as_bytes()).unwrap();
        assert_eq!(open(&key, FILE, &sealed).unwrap(), "phiếu".as_bytes());
        assert_eq!(open(&other, FILE, &sealed), Err(SealError::Open));
        assert_eq!(open(&key, COMMENT, &sealed), Err(SealError::Open));
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert_eq!(open(&key, FILE, &damaged), Err(SealError::Open), "byte {at}");
            assert_eq!(open(&key, FILE, &sealed[..at]), Err(SealError::Open), "cut at {at}");
        }
        assert_eq!(
            seal([3; 32], &Hex([0; 32]), FILE, b"x"),
            Err(SealError::Key),
            "small order"
        );
    }

    #[test]
    fn bytes_are_drawn_one_after_the_other_and_none_twice() {
        let mut drawn = Drawn::new(std::array::from_fn(|n| n as u8));
        assert_eq!(drawn.try_next_u32(), Ok(0x0302_0100));
        assert_eq!(drawn.try_next_u64(), Ok(0x0b0a_0908_0706_0504));
        let (mut rest, mut more) = ([0; 20], [0; 20]);
        drawn.try_fill_bytes(&mut rest).unwrap();
        drawn.try_fill_bytes(&mut more).unwrap();
        assert_eq!((rest[0], rest[19]), (12, 31));
        assert_ne!(more[..], [0; 20]);
        assert_ne!(rest, more);
    }

    #[test]
    fn nothing_secret_is_shown() {
        let key = SecretKey::derive(&[1; 32]);
        assert_eq!(format!("{key:?}"), format!("SecretKey({})", key.public()));
    }
}
