//! Whether the server's clock can be believed: a dead battery, a wrong time server or a typing error puts it years off, and
//! what a night does then (a month put out, answers deleted) is not undone by setting it right.
//!
//! A machine that was switched off looks the same as a clock that jumped. So a time that is far from the last one seen is
//! believed once it has held for a day, whatever it is; until then only that work waits. Time is counted by the clock
//! itself, look by look: that survives restarts, and a clock that a test drives counts like any other.

use super::{
    policy::{CLOCK_HELD_SECS, CLOCK_JUMP_SECS, CLOCK_PAUSE_SECS},
    time::hour,
};

/// What was seen of the clock: unix times, rounded down to the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The newest time that was believed.
    pub believed: i64,
    /// What it says since it jumped; `None` while it is believed.
    pub doubted: Option<Doubted>,
}

/// A time that is not believed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubted {
    /// The newest one.
    pub last: i64,
    /// For how long it has held, in seconds.
    pub held: i64,
}

impl Seen {
    /// A clock that is believed.
    pub fn at(now: i64) -> Self {
        Self {
            believed: hour(now),
            doubted: None,
        }
    }

    /// What is known after another look.
    #[must_use]
    pub fn look(self, now: i64) -> Self {
        let here = Self::at(now);
        let now = here.believed;
        // Back near where it was, it is right again at once: a wrong time that never held leaves nothing behind.
        if is_near(self.believed, now) {
            return here;
        }
        let held = match self.doubted {
            // A pause counts, but little: a machine that runs for an hour a week shall get there too, and who types one
            // wrong year after the other shall not.
            Some(run) if run.last <= now => {
                let pause = now.saturating_sub(run.last);
                run.held.saturating_add(pause.min(CLOCK_PAUSE_SECS))
            }
            Some(run) if is_near(run.last, now) => run.held,
            _ => 0,
        };
        if held >= CLOCK_HELD_SECS {
            return here;
        }
        Self {
            believed: self.believed,
            doubted: Some(Doubted { last: now, held }),
        }
    }
}

fn is_near(one: i64, other: i64) -> bool {
    one.abs_diff(other) <= CLOCK_JUMP_SECS.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_316_400;
    const HOUR: i64 = 3600;
    const DAY: i64 = 86_400;
    const YEAR: i64 = 365 * DAY;

    /// Whether it is believed after each of these looks.
    fn looks(times: impl IntoIterator<Item = i64>) -> Vec<bool> {
        let mut seen = Seen::at(NOW);
        let each = times.into_iter().map(|now| {
            seen = seen.look(now);
            seen.doubted.is_none()
        });
        each.collect()
    }

    #[test]
    fn a_night_and_a_weekend_without_the_server_are_no_jump() {
        assert_eq!(looks([NOW + 16 * HOUR, NOW + 80 * HOUR, NOW + 79 * HOUR]), [true; 3]);
    }

    #[test]
    fn years_ahead_or_behind_are_not_believed_and_it_is_believed_at_once_when_it_is_back() {
        for wrong in [NOW + 3 * YEAR, NOW - 26 * YEAR, 0, i64::MAX, i64::MIN] {
            assert_eq!(
                looks([wrong, wrong, NOW + HOUR, NOW + 2 * HOUR]),
                [false, false, true, true]
            );
        }
    }

    #[test]
    fn what_has_held_for_a_day_is_believed_ahead_and_back_again() {
        for jump in [30 * DAY, -3 * YEAR] {
            let held = looks((0..=25).map(|hour| NOW + jump + hour * HOUR));
            assert_eq!(held.iter().position(|believed| *believed), Some(24), "{held:?}");
        }
    }

    #[test]
    fn a_machine_that_is_off_at_night_or_for_weeks_comes_to_be_believed() {
        let after = NOW + 30 * DAY;
        let office = (0..2).flat_map(|day| (0..=9).map(move |hour| after + day * DAY + hour * HOUR));
        assert!(looks(office).contains(&true), "off at night");
        let weekly = (0..4).map(|week| after + week * 7 * DAY);
        assert_eq!(looks(weekly), [false, false, true, false], "each third time");
    }

    #[test]
    fn one_wrong_year_after_the_other_is_not_believed() {
        let tries = [
            NOW + 10 * YEAR,
            NOW + 4 * YEAR,
            NOW + 5 * YEAR,
            NOW + 2 * YEAR,
            NOW + 3 * YEAR,
        ];
        assert_eq!(looks(tries), [false; 5]);
    }
}
