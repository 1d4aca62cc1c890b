//! Leaves and heads. Leaves stay on both sides for ever; bodies may go, and the chain still verifies.

use super::keys::sha256;
use crate::domain::hex::{DeviceId, EpochId, Hash};

/// `SHA-256("hailong/1/leaf\0" || bytes)`.
pub fn leaf(record: &[u8]) -> Hash {
    sha256(&[b"hailong/1/leaf\0", record])
}

/// Head after an epoch's first record: `SHA-256("hailong/1/open\0" || device || epoch || leaf_0)`.
pub fn open(device: DeviceId, epoch: EpochId, leaf_0: Hash) -> Hash {
    sha256(&[b"hailong/1/open\0", &device.0, &epoch.0, &leaf_0.0])
}

/// Head after the next record: `SHA-256("hailong/1/link\0" || head || leaf)`.
pub fn link(head: Hash, leaf: Hash) -> Hash {
    sha256(&[b"hailong/1/link\0", &head.0, &leaf.0])
}

/// Head after a record, whichever place it has: `from` is `None` exactly for an epoch's first record.
pub fn advance(device: DeviceId, epoch: EpochId, from: Option<Hash>, leaf: Hash) -> Hash {
    match from {
        None => open(device, epoch, leaf),
        Some(head) => link(head, leaf),
    }
}
