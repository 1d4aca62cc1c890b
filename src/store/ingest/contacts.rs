//! When the district heard of a tablet, as far as it bounds what the tablet's clock says: a tablet sees no jump forward that
//! comes while its app is closed, but what it took after a jump it took after the last contact before that jump.

use crate::store::devices::Device;
use std::cmp::Ordering;

/// When the district heard of a device, around the clock jumps that a bundle tells of. All are hours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contacts {
    /// The last answered one.
    pub(super) last: i64,
    /// The last answered one before it told of these jumps.
    pub(super) before_step: i64,
    /// Nothing that was taken after as many jumps is older.
    pub(super) earliest: i64,
}

impl Contacts {
    /// The contacts before a bundle of this step that came just now.
    pub(super) fn of(device: &Device, step: u32, now: i64) -> Self {
        // What lies ahead was written by a clock of ours that was wrong: the one before it is as sure, if older.
        let past = |hour: i64, before: i64| if hour <= now { hour } else { before };
        let enrolled = past(device.enrolled, 0);
        let step_contact = past(device.step_contact, enrolled);
        let last = past(device.last_contact, step_contact);
        let order = step.cmp(&device.step);
        // Before its first bundle since it was enrolled, or came back with its certificate, nothing is known of its steps.
        let before_step = match order {
            Ordering::Less | Ordering::Greater if device.health.is_some() => last,
            _ => step_contact,
        };
        // With fewer jumps than it told of before, its file went back, or it is a copy: what it has may be as old as it.
        let earliest = match order {
            Ordering::Less => enrolled,
            _ => before_step,
        };
        Self {
            last,
            before_step,
            earliest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{hex::Hex, ids::CounterId};

    const NOON: i64 = 1_795_323_600;

    /// A device that told of two clock steps, an hour ago.
    fn device() -> Device {
        Device {
            no: 1,
            id: Hex([1; 16]),
            key: Hex([1; 32]),
            counter: CounterId(uuid::Uuid::nil()),
            counter_no: 1,
            enrolled: NOON - 90 * 86_400,
            revoked: false,
            last_contact: NOON - 3600,
            step: 2,
            step_contact: NOON - 7200,
            practice_since: None,
            held: 0,
            ballots: 0,
            health: Some(serde_json::json!({})),
            withdrawn: None,
        }
    }

    #[test]
    fn a_step_came_after_the_last_contact_before_it_was_told_of() {
        let heard = device();
        let new = Device {
            health: None,
            step: 0,
            step_contact: heard.enrolled,
            ..heard.clone()
        };
        // Our clock was a year ahead once.
        let ahead = Device {
            last_contact: NOON + 365 * 86_400,
            ..heard.clone()
        };
        let far_ahead = Device {
            step_contact: NOON + 364 * 86_400,
            ..ahead.clone()
        };
        for (device, step, before_step, earliest) in [
            (&heard, 2, NOON - 7200, NOON - 7200),
            (&heard, 3, NOON - 3600, NOON - 3600),
            (&heard, 1, NOON - 3600, heard.enrolled),
            (&new, 0, heard.enrolled, heard.enrolled),
            (&new, 5, heard.enrolled, heard.enrolled),
            (&ahead, 3, NOON - 7200, NOON - 7200),
            (&far_ahead, 2, heard.enrolled, heard.enrolled),
            (&far_ahead, 3, heard.enrolled, heard.enrolled),
        ] {
            let found = Contacts::of(device, step, NOON);
            assert_eq!((found.before_step, found.earliest), (before_step, earliest), "{step}");
        }
    }
}
