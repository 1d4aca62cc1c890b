//! Wrong enrolment codes, per address and in all: guessing one must not pay. In memory; a restart forgets them.

use super::{auth::limit::network, config::Limits};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Addresses remembered at most; beyond that the limit for all holds alone.
const ADDRESSES: usize = 10_000;

/// Counts wrong tries in windows of fixed length.
#[derive(Debug)]
pub struct Tries {
    per_address: u32,
    per_district: u32,
    window: i64,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    window: i64,
    all: u32,
    addresses: HashMap<IpAddr, u32>,
}

impl Tries {
    /// No tries yet.
    pub fn new(limits: &Limits) -> Self {
        Self {
            per_address: limits.tries_per_address,
            per_district: limits.tries_per_district,
            window: limits.tries_window.max(1),
            counts: Mutex::default(),
        }
    }

    /// Seconds until this address may try again; `None` if it may now.
    pub fn wait(&self, address: IpAddr, now: i64) -> Option<u64> {
        let counts = self.counts(now);
        let used = counts.addresses.get(&network(address)).copied().unwrap_or(0);
        let full = used >= self.per_address || counts.all >= self.per_district;
        full.then(|| u64::try_from(self.window - now.rem_euclid(self.window)).unwrap_or(1))
    }

    /// Remembers a wrong try.
    pub fn wrong(&self, address: IpAddr, now: i64) {
        let (mut counts, address) = (self.counts(now), network(address));
        counts.all = counts.all.saturating_add(1);
        if counts.addresses.len() < ADDRESSES || counts.addresses.contains_key(&address) {
            let used = counts.addresses.entry(address).or_insert(0);
            *used = used.saturating_add(1);
        }
    }

    fn counts(&self, now: i64) -> std::sync::MutexGuard<'_, Counts> {
        let window = now.div_euclid(self.window);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.window != window {
            *counts = Counts {
                window,
                ..Counts::default()
            };
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_guesses_waits_and_another_does_not() {
        let limits = Limits {
            tries_per_address: 2,
            tries_per_district: 3,
            tries_window: 900,
            ..Limits::default()
        };
        let (tries, a, b) = (
            Tries::new(&limits),
            IpAddr::from([1, 1, 1, 1]),
            IpAddr::from([2, 2, 2, 2]),
        );
        tries.wrong(a, 900);
        assert_eq!(tries.wait(a, 900), None);
        tries.wrong(a, 1000);
        assert_eq!((tries.wait(a, 1000), tries.wait(b, 1000)), (Some(800), None));
        tries.wrong(b, 1000);
        assert_eq!(tries.wait(b, 1000), Some(800), "the district's limit");
        assert_eq!(tries.wait(a, 1800), None, "the window has passed");
        let six = |host: u128| IpAddr::V6((0x2001_0db8_u128 << 96 | host).into());
        tries.wrong(six(1), 1800);
        tries.wrong(six(2), 1800);
        assert_eq!(tries.wait(six(3), 1800), Some(900), "one customer's /64");
    }
}
