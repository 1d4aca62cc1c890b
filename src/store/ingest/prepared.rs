//! What can be known of a bundle's lines without the database, computed before the writer's turn: the writer is one
//! thread, and hashing, parsing and packing need not be its work.

use crate::{
    domain::hex::{DeviceId, Hash},
    store::body,
    wire::{
        bundle::{Bundle, Line, Run},
        record::Parsed,
    },
};

/// A bundle that was verified, with its lines hashed, parsed and packed.
#[derive(Debug)]
pub struct Prepared {
    pub(super) bundle: Bundle,
    seen: Vec<Seen>,
}

/// One line's leaf, what it says, and what to store of it; `None` for a hole.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) leaf: Hash,
    pub(super) parsed: Option<Parsed>,
    pub(super) packed: Option<Vec<u8>>,
}

impl From<Bundle> for Prepared {
    fn from(bundle: Bundle) -> Self {
        let seen = bundle.lines.iter().map(Seen::of).collect();
        Self { bundle, seen }
    }
}

impl Prepared {
    /// Who sealed it.
    pub(in crate::store) fn device(&self) -> DeviceId {
        self.bundle.header.device
    }

    /// Ballots in it.
    pub(in crate::store) fn ballots(&self) -> u64 {
        let ballots = self
            .seen
            .iter()
            .filter(|seen| matches!(seen.parsed, Some(Parsed::Ballot(_))));
        ballots.count() as u64
    }

    /// The runs with their lines.
    pub(super) fn runs(&self) -> impl Iterator<Item = (&Run, impl Iterator<Item = (&Line, &Seen)>)> {
        let mut at = 0;
        self.bundle.runs().map(move |(run, lines)| {
            let seen = self.seen.iter().skip(at);
            at += lines.len();
            (run, lines.iter().zip(seen))
        })
    }
}

impl Seen {
    fn of(line: &Line) -> Self {
        let bytes = match line {
            Line::Record(bytes) => Some(bytes),
            Line::Hole(_) => None,
        };
        Self {
            leaf: line.leaf(),
            parsed: bytes.map(|bytes| Parsed::of(bytes)),
            packed: bytes.map(|bytes| body::pack(bytes)),
        }
    }
}
