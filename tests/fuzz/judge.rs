//! What no input may do: take more memory than its bound, be believed though nobody signed it.

use crate::targets::{Target, Verdict};
use hailong::wire::gzip;

/// Whether reading an input may have taken so many bytes at its peak.
pub fn within_bound(target: &Target, bytes: &[u8], peak: usize) -> bool {
    peak <= target.memory + 16 * bytes.len()
}

/// Whether an input may have this verdict. Changed and changed back, or changed only in its wrapping, it is what it was;
/// `good` is what is inside the kept inputs that were signed.
pub fn may_be(verdict: Verdict, bytes: &[u8], good: &[Vec<u8>]) -> bool {
    verdict != Verdict::Believed || good.contains(&unpacked(bytes))
}

/// What is inside, without what may differ around it: the packing, the last newline.
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = if bytes.starts_with(&[0x1f, 0x8b]) {
        gzip::unpack(bytes, 1 << 20).unwrap_or_default()
    } else {
        bytes.to_vec()
    };
    while plain.last() == Some(&b'\n') {
        plain.pop();
    }
    plain
}
