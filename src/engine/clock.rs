//! Notices when the wall clock jumps.

use crate::domain::policy;
use std::time::Duration;

/// Compares the wall clock with the monotonic one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockWatch {
    wall: i64,
    mono: Duration,
}

impl ClockWatch {
    /// Begins with both clocks as they are.
    pub fn new(wall: i64, mono: Duration) -> Self {
        Self { wall, mono }
    }

    /// Whether the clocks parted by more than the policy allows since the last call that said so.
    pub fn stepped(&mut self, wall: i64, mono: Duration) -> bool {
        let passed = i64::try_from(mono.saturating_sub(self.mono).as_secs()).unwrap_or(i64::MAX);
        let parted = wall.saturating_sub(self.wall.saturating_add(passed)).abs();
        let stepped = parted > policy::CLOCK_STEP_SECS;
        if stepped {
            *self = Self::new(wall, mono);
        }
        stepped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_counted_once_and_drift_is_not() {
        let mut watch = ClockWatch::new(1000, Duration::ZERO);
        assert!(!watch.stepped(1000 + 3600, Duration::from_secs(3590)));
        assert!(watch.stepped(1000 + 7200, Duration::from_secs(3600)));
        assert!(!watch.stepped(1000 + 7260, Duration::from_secs(3660)));
        assert!(watch.stepped(0, Duration::from_secs(3660)));
    }
}
