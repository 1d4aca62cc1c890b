//! How often a PIN may be tried: a few slips of the finger are free, then each try waits longer, and after
//! [`policy::PIN_MAX_TRIES`] wrong ones only a code from the district opens. Kept on the disk, so that a restart does not
//! begin anew; a count, so that nobody gains by turning the clock.

use crate::domain::policy;

/// Wrong tries since the last right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub wrong: u32,
    /// When the last one was, unix seconds.
    pub last: i64,
}

/// Whether the PIN may be tried now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Yes.
    Now,
    /// In so many seconds.
    In(i64),
    /// Not any more: only a code opens.
    Never,
}

impl Tries {
    /// Whether the PIN may be tried at this time. A clock that was turned back waits anew.
    pub fn turn(&self, now: i64) -> Turn {
        if self.wrong >= policy::PIN_MAX_TRIES {
            return Turn::Never;
        }
        let passed = now.saturating_sub(self.last);
        let left = if passed < 0 {
            self.pause()
        } else {
            self.pause() - passed
        };
        if left > 0 { Turn::In(left) } else { Turn::Now }
    }

    /// With one more wrong one.
    #[must_use]
    pub fn and_wrong(self, now: i64) -> Self {
        Self {
            wrong: self.wrong.saturating_add(1),
            last: now,
        }
    }

    /// Seconds to wait after the last wrong one.
    fn pause(&self) -> i64 {
        match self.wrong.checked_sub(policy::PIN_FREE_TRIES) {
            None => 0,
            Some(beyond) => policy::PIN_FIRST_WAIT_SECS
                .saturating_mul(1 << beyond.min(16))
                .min(policy::PIN_MAX_WAIT_SECS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_guesses_are_refused_long_before() {
        let (mut tries, mut now, mut looked_at) = (Tries::default(), 1_795_323_600, 0);
        for _ in 0..1000 {
            match tries.turn(now) {
                Turn::Now => {
                    looked_at += 1;
                    tries = tries.and_wrong(now);
                }
                Turn::In(seconds) => now += seconds,
                Turn::Never => break,
            }
        }
        assert_eq!(looked_at, policy::PIN_MAX_TRIES);
        assert_eq!(tries.turn(i64::MAX), Turn::Never, "no clock helps");
        let hours = (now - 1_795_323_600) / 3600;
        assert!(hours >= 7, "after {hours} h");
    }

    #[test]
    fn slips_are_free_and_a_clock_turned_back_waits_anew() {
        let slip = Tries { wrong: 4, last: 1000 };
        assert_eq!(slip.turn(1000), Turn::Now);
        let fifth = slip.and_wrong(2000);
        assert_eq!(fifth.turn(2010), Turn::In(20));
        assert_eq!(fifth.turn(2030), Turn::Now);
        assert_eq!(fifth.turn(0), Turn::In(30));
    }
}
