//! Comparing rows without holding them.

use super::rollup::Cell;
use crate::{domain::hex::Hex, wire::keys::sha256};

/// An order-free sum of hashes: equal multisets have equal sums, and constant memory is enough to compare millions
/// of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum(pub(super) u128);

impl Sum {
    /// Adds what these numbers stand for, so many times.
    pub(super) fn add(&mut self, numbers: &[i64], times: i64) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        let Hex(hash) = sha256(&[b"hailong/1/sum\0", &bytes]);
        let mut half = [0u8; 16];
        half.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        let times = u128::try_from(times).unwrap_or(u128::MAX);
        self.0 = self.0.wrapping_add(u128::from_be_bytes(half).wrapping_mul(times));
    }

    /// Adds a row of the rollups, whatever its release: that may still change when its bodies are gone.
    pub(super) fn add_cell(&mut self, c: &Cell, times: i64) {
        self.add(
            &[
                c.day,
                c.counter_no,
                c.state,
                c.device_no,
                c.hour,
                c.question,
                c.answer,
                c.survey_no,
                c.moment,
                c.field,
            ],
            times,
        );
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// As a log entry says it: 32 hex digits.
    pub(super) fn hex(self) -> String {
        format!("{:032x}", self.0)
    }

    /// Reads what [`Sum::hex`] wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        u128::from_str_radix(text, 16).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_knows_no_order_but_every_number() {
        let (mut a, mut b, mut c) = (Sum::default(), Sum::default(), Sum::default());
        a.add(&[1, 2], 1);
        a.add(&[3, 4], 2);
        b.add(&[3, 4], 1);
        b.add(&[1, 2], 1);
        b.add(&[3, 4], 1);
        c.add(&[3, 4], 1);
        c.add(&[1, 2], 2);
        assert_eq!(a, b);
        assert_ne!(a, c);
    }
}
