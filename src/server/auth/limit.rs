//! How often one may guess: per user from one address, per address, and per user from anywhere, with waits that double.
//! Whoever guesses elsewhere does not lock out the office, unless many addresses guess at one user.
//!
//! A try counts as wrong from its start and is forgiven when it turns out right, so that a thousand guesses at once
//! are a thousand wrong tries. Pure: whoever asks passes the time.

use super::policy;
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Whom a try is counted against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// A user, from one address.
    Pair(String, IpAddr),
    /// A user, from anywhere.
    User(String),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug, Default)]
struct Tries {
    wrong: u32,
    last: i64,
    until: i64,
}

/// Counts wrong tries. Lives in memory: a restart forgives everybody once.
#[derive(Debug, Default)]
pub struct Limiter {
    tries: Mutex<HashMap<Key, Tries>>,
}

/// Too many wrong tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many wrong tries; wait {seconds} s")]
pub struct Wait {
    /// Seconds until the next try.
    pub seconds: i64,
}

impl Limiter {
    /// Begins a try. The caller says [`Limiter::right`] if it was right; otherwise it stays counted.
    pub fn begin(&self, user: &str, address: IpAddr, now: i64) -> Result<(), Wait> {
        let keys = keys(user, address);
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let until = keys.iter().filter_map(|(key, _)| tries.get(key)).map(|t| t.until).max();
        if let Some(until) = until
            && until > now
        {
            return Err(Wait { seconds: until - now });
        }
        if tries.len() >= policy::TRIES_KEYS {
            tries.retain(|_, t| now - t.last < policy::TRIES_FORGOTTEN_SECS);
        }
        if tries.len() >= policy::TRIES_KEYS {
            tries.retain(|_, t| t.until > now);
        }
        if tries.len() >= policy::TRIES_KEYS {
            // Better to slow everybody down than to forget whom to slow down.
            return Err(Wait {
                seconds: policy::WAIT_FIRST_SECS,
            });
        }
        for (key, free) in keys {
            let entry = tries.entry(key).or_default();
            if now - entry.last >= policy::TRIES_FORGOTTEN_SECS {
                *entry = Tries::default();
            }
            entry.wrong = entry.wrong.saturating_add(1);
            entry.last = now;
            entry.until = now.saturating_add(wait(entry.wrong, free));
        }
        Ok(())
    }

    /// The try was right: user and address begin anew.
    pub fn right(&self, user: &str, address: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, _) in keys(user, address) {
            tries.remove(&key);
        }
    }
}

/// What one customer of a provider has: an IPv4 address, or an IPv6 network with 2^64 addresses to choose from.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() & !u128::from(u64::MAX)).into()),
        four => four,
    }
}

fn keys(user: &str, address: IpAddr) -> [(Key, u32); 3] {
    let address = network(address);
    let user = user.to_lowercase();
    [
        (Key::Pair(user.clone(), address), policy::TRIES_USER),
        (Key::User(user), policy::TRIES_USER_ANYWHERE),
        (Key::Address(address), policy::TRIES_ADDRESS),
    ]
}

/// Seconds to wait after so many wrong tries, when the first `free` cost nothing.
fn wait(wrong: u32, free: u32) -> i64 {
    match wrong.checked_sub(free) {
        None => 0,
        Some(over) => (policy::WAIT_FIRST_SECS << over.min(20)).min(policy::WAIT_CAP_SECS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn waits_double_and_end_at_the_cap() {
        let waits: Vec<_> = (1..=12).map(|wrong| wait(wrong, 5)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn the_sixth_try_waits_and_a_right_one_forgives() {
        let limiter = Limiter::default();
        for _ in 0..5 {
            assert_eq!(limiter.begin("Lan", HERE, 1_000), Ok(()));
        }
        assert_eq!(limiter.begin("lan", HERE, 1_000), Err(Wait { seconds: 15 }));
        assert_eq!(limiter.begin("minh", HERE, 1_000), Ok(()), "another user may go on");
        assert_eq!(limiter.begin("lan", HERE, 1_015), Ok(()));
        assert_eq!(limiter.begin("lan", HERE, 1_016), Err(Wait { seconds: 29 }));
        limiter.right("lan", HERE);
        assert_eq!(limiter.begin("lan", HERE, 1_016), Ok(()));
    }

    #[test]
    fn guessing_elsewhere_does_not_lock_the_office_out_until_many_addresses_guess() {
        let limiter = Limiter::default();
        let there = |host: u8| IpAddr::from([203, 0, 113, host]);
        for _ in 0..6 {
            let _ = limiter.begin("lan", there(1), 0);
        }
        assert!(limiter.begin("lan", there(1), 1).is_err());
        assert_eq!(limiter.begin("lan", HERE, 1), Ok(()));
        for host in 2..=60 {
            let _ = limiter.begin("lan", there(host), 1);
        }
        assert!(limiter.begin("lan", HERE, 1).is_err(), "many addresses at one user");
    }

    #[test]
    fn an_address_that_tries_many_users_waits_too() {
        let limiter = Limiter::default();
        let there = |host: u128| IpAddr::V6((0x2001_0db8_u128 << 96 | host).into());
        for user in 0..15 {
            assert_eq!(limiter.begin(&format!("user{user}"), there(user), 0), Ok(()));
        }
        assert!(limiter.begin("user99", there(99), 1).is_err(), "the same /64");
        assert_eq!(limiter.begin("user99", HERE, 1), Ok(()));
    }
}
