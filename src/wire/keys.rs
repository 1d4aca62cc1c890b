//! SHA-256 and Ed25519, the only two primitives of the wire.

use crate::domain::hex::{DeviceId, Hash, Hex, PublicKey, Signature};
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 over the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hex(hasher.finalize().into())
}

/// The name of a key: the first 16 bytes of its SHA-256. Devices and districts are named so.
pub fn key_id(key: &PublicKey) -> DeviceId {
    let Hex(hash) = sha256(&[&key.0]);
    let mut id = [0u8; 16];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    Hex(id)
}

/// A private key. Its `Debug` shows the public half only.
#[derive(Clone)]
pub struct Key(SigningKey);

impl Key {
    /// Makes the key from its 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The secret bytes, to be stored.
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        Hex(self.0.verifying_key().to_bytes())
    }

    /// The name of the public half.
    pub fn id(&self) -> DeviceId {
        key_id(&self.public())
    }

    /// Signs `context || SHA-256(message)`.
    pub fn sign(&self, context: &[u8], message: &[u8]) -> Signature {
        Hex(self.0.sign(&prehash(context, message)).to_bytes())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

/// Whether the signature is this key's over `context || SHA-256(message)`; strict (no malleable or small-order keys).
pub fn verify(key: &PublicKey, context: &[u8], message: &[u8], signature: &Signature) -> bool {
    VerifyingKey::from_bytes(&key.0).is_ok_and(|key| {
        key.verify_strict(
            &prehash(context, message),
            &ed25519_dalek::Signature::from_bytes(&signature.0),
        )
        .is_ok()
    })
}

fn prehash(context: &[u8], message: &[u8]) -> Vec<u8> {
    [context, &sha256(&[message]).0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_again_from_its_seed_and_shows_its_public_half_only() {
        let key = Key::from_seed(&[7; 32]);
        assert_eq!(key.seed(), [7; 32]);
        assert_eq!(format!("{key:?}"), format!("Key({})", key.public()));
    }
}
