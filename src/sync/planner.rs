//! When to send next: a pure function of what happened and the monotonic clock.

use crate::domain::policy;
use std::time::Duration;

/// How long until something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Send now.
    Now,
    /// Look again after this time.
    For(Duration),
}

/// Backoff and heartbeat. Times are on a monotonic clock; random numbers are passed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planner {
    failures: u32,
    not_before: Duration,
    heartbeat_at: Duration,
}

impl Planner {
    /// A planner that sends its first heartbeat at once.
    pub fn new(now: Duration) -> Self {
        Self {
            failures: 0,
            not_before: now,
            heartbeat_at: now,
        }
    }

    /// What to do, given whether something may travel now.
    pub fn next(&self, now: Duration, something: bool) -> Wait {
        let due = if something {
            self.not_before
        } else {
            self.not_before.max(self.heartbeat_at)
        };
        match due.checked_sub(now) {
            None | Some(Duration::ZERO) => Wait::Now,
            Some(left) => Wait::For(left),
        }
    }

    /// The district answered.
    pub fn reached(&mut self, now: Duration, random: u32) {
        self.failures = 0;
        self.not_before = now;
        self.heartbeat_at = now + policy::HEARTBEAT / 2 + share(policy::HEARTBEAT, random);
    }

    /// Nobody answered, or not the district. Full jitter, so that a thousand tablets don't come back together.
    pub fn not_reached(&mut self, now: Duration, retry_after: Option<Duration>, random: u32) {
        let ceiling = policy::BACKOFF_BASE
            .saturating_mul(1 << self.failures.min(16))
            .min(policy::BACKOFF_CAP);
        self.failures = self.failures.saturating_add(1);
        let asked = retry_after.unwrap_or_default().min(policy::RETRY_AFTER_CAP);
        self.not_before = now + asked + policy::BACKOFF_FLOOR + share(ceiling, random);
    }

    /// A person asked, or the network came back: don't wait for the rest of the pause.
    pub fn hurry(&mut self, now: Duration) {
        self.not_before = now;
        self.heartbeat_at = now;
    }

    /// Whether the last try failed.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }
}

/// `random / 2^32` of a duration.
fn share(of: Duration, random: u32) -> Duration {
    of.mul_f64(f64::from(random) / (f64::from(u32::MAX) + 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn pauses_grow_to_the_cap_and_never_vanish() {
        let mut planner = Planner::new(S(0));
        assert_eq!(planner.next(S(0), false), Wait::Now);
        for failure in 0..40 {
            planner.not_reached(S(0), None, u32::MAX);
            let ceiling = S(2u64.saturating_mul(1 << failure.min(16))).min(S(300)) + policy::BACKOFF_FLOOR;
            let Wait::For(pause) = planner.next(S(0), true) else {
                panic!("no pause")
            };
            assert!(pause <= ceiling && pause > ceiling / 2, "{failure}: {pause:?}");
            planner.clone().not_reached(S(0), None, 0);
        }
        let mut lucky = Planner::new(S(0));
        lucky.not_reached(S(0), None, 0);
        assert_eq!(
            lucky.next(S(0), true),
            Wait::For(policy::BACKOFF_FLOOR),
            "full jitter is never no pause at all"
        );
    }

    #[test]
    fn retry_after_is_obeyed_up_to_an_hour() {
        let mut planner = Planner::new(S(0));
        planner.not_reached(S(0), Some(S(90)), 0);
        assert_eq!(planner.next(S(0), true), Wait::For(S(90) + policy::BACKOFF_FLOOR));
        planner.not_reached(S(0), Some(S(1_000_000)), 0);
        assert_eq!(planner.next(S(0), true), Wait::For(S(3600) + policy::BACKOFF_FLOOR));
    }

    #[test]
    fn with_nothing_to_send_it_reports_about_once_an_hour() {
        let mut planner = Planner::new(S(0));
        planner.reached(S(0), 0);
        assert_eq!(planner.next(S(0), false), Wait::For(S(1800)));
        planner.reached(S(0), u32::MAX);
        let Wait::For(pause) = planner.next(S(0), false) else {
            panic!("no pause")
        };
        assert!(pause > S(5390) && pause < S(5400), "{pause:?}");
        assert_eq!(
            planner.next(S(0), true),
            Wait::Now,
            "a ballot does not wait for the heartbeat"
        );
    }

    #[test]
    fn pauses_count_from_when_the_last_try_ended() {
        let mut planner = Planner::new(S(0));
        planner.reached(S(100), u32::MAX / 2 + 1);
        assert_eq!(planner.next(S(100), false), Wait::For(S(3600)));
        planner.not_reached(S(200), Some(S(7)), u32::MAX / 2 + 1);
        let pause = S(7) + policy::BACKOFF_FLOOR + policy::BACKOFF_BASE / 2;
        assert_eq!(planner.next(S(200), true), Wait::For(pause));
        assert_eq!(planner.next(S(200) + pause, true), Wait::Now);
    }

    #[test]
    fn a_person_waits_for_no_pause_and_an_answer_ends_them() {
        let mut planner = Planner::new(S(0));
        assert!(!planner.is_failing());
        planner.not_reached(S(0), None, u32::MAX);
        assert!(planner.is_failing());
        planner.hurry(S(0));
        assert_eq!(
            (planner.next(S(0), true), planner.next(S(0), false)),
            (Wait::Now, Wait::Now)
        );
        assert!(planner.is_failing(), "nobody has answered yet");
        planner.reached(S(1), 0);
        assert!(!planner.is_failing());
    }
}
