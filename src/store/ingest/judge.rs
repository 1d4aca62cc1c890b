//! How a line counts: a pure function of what it says and what the district knows.

use super::{
    super::state::{LineKind, State, marks},
    contacts::Contacts,
};
use crate::domain::{
    ballot::{Ballot, Ended, Pace},
    policy::{LATE_SYNC_SECS, SKEW_AS_IS_SECS},
    time::{LocalDay, local_hour},
};
use crate::wire::{
    bundle::Header,
    record::{Day, Parsed},
};

/// The clocks of one bundle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// The tablet's clock when it sealed the bundle.
    pub(super) sent: i64,
    /// The tablet's clock jumps at that time.
    pub(super) step: u32,
    /// When the tablet let go of it, by the district's clock: its arrival by the network; for a file, which may have been
    /// carried for days, what the tablet's clock said.
    pub(super) arrival: i64,
    /// When it came here.
    pub(super) received: i64,
    /// It came in a file, and its clock can't have been right.
    pub(super) doubtful: bool,
    pub(super) contacts: Contacts,
}

/// When something happened, as far as the district can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// Unix seconds, corrected; arrival where it is not known.
    pub(super) unix: i64,
    pub(super) marks: i64,
}

impl Clocks {
    /// The clocks of a bundle that came by the network just now.
    pub(super) fn by_network(header: &Header, contacts: Contacts, now: i64) -> Self {
        Self {
            sent: header.clock,
            step: header.step,
            arrival: now,
            received: now,
            doubtful: false,
            contacts,
        }
    }

    /// The clocks of a bundle that came in a file just now. How long it was carried is not known, so the difference
    /// between its clock and now is no skew. Its clock is believed, unless it lies in the future or before the device's
    /// last contact: then it was wrong by nobody knows how much.
    pub(super) fn by_file(header: &Header, contacts: Contacts, now: i64) -> Self {
        let early = header.clock.saturating_add(SKEW_AS_IS_SECS) < contacts.last;
        let late = header.clock > now.saturating_add(SKEW_AS_IS_SECS);
        let doubtful = early || late;
        Self {
            arrival: if doubtful { now } else { header.clock.min(now) },
            doubtful,
            ..Self::by_network(header, contacts, now)
        }
    }

    /// Places a time of the tablet (a bucket from `start` to `end`, taken at `step`) on the district's clock.
    pub(super) fn place(&self, start: i64, end: i64, step: u32) -> When {
        let unknown = When {
            unix: self.received,
            marks: marks::NO_TIME,
        };
        if step != self.step {
            let between = end > self.contacts.before_step && start <= self.arrival;
            return if between {
                When { unix: start, marks: 0 }
            } else {
                unknown
            };
        }
        if self.doubtful {
            return unknown;
        }
        let ahead = self.sent.saturating_sub(self.arrival);
        let (ahead, mark) = if (-SKEW_AS_IS_SECS..=SKEW_AS_IS_SECS).contains(&ahead) {
            (0, 0)
        } else {
            (ahead, marks::SKEW_CORRECTED)
        };
        let (unix, end) = (start.saturating_sub(ahead), end.saturating_sub(ahead));
        // After its own sending, or before the jump that it was taken after: a clock that jumped without being noticed. A
        // tablet sees no jump forward that comes while the app is closed, so who sets the date back, lets somebody rate
        // and sets it right again must not find the rating in a month that nobody looks at.
        let late = unix > self.arrival.saturating_add(SKEW_AS_IS_SECS);
        let early = end.saturating_add(SKEW_AS_IS_SECS) <= self.contacts.earliest;
        if late || early {
            return unknown;
        }
        When { unix, marks: mark }
    }
}

/// What the district knows of the places and surveys a ballot names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The counter's number, 0 if unknown.
    pub(super) counter_no: i64,
    /// The device may bring ballots of that counter.
    pub(super) allowed: bool,
    /// The survey's document is known.
    pub(super) survey: bool,
    /// It is the survey in use now.
    pub(super) current: bool,
    /// The device is revoked.
    pub(super) revoked: bool,
}

/// How a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) kind: LineKind,
    pub(super) state: State,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) counter_no: i64,
    pub(super) marks: i64,
}

/// Judges a ballot. Practice comes first: such a ballot counts nowhere, whatever else is wrong with it.
pub(super) fn ballot(ballot: &Ballot, known: Known, clocks: &Clocks) -> Verdict {
    let when = clocks.place(ballot.at.start(), ballot.at.end(), ballot.step);
    let late = clocks.received.saturating_sub(when.unix) > LATE_SYNC_SECS;
    let flag = |on: bool, mark: i64| if on { mark } else { 0 };
    let undated = when.marks & marks::NO_TIME != 0;
    let state = if ballot.practice {
        State::Practice
    } else if known.revoked {
        State::QuarantinedRevoked
    } else if !known.allowed {
        State::QuarantinedCounter
    } else if !known.survey {
        State::UnreadSurvey
    } else if undated {
        State::Undated
    } else {
        State::Counted
    };
    Verdict {
        kind: LineKind::Ballot,
        state,
        day: LocalDay::of(when.unix).0,
        hour: i64::from(local_hour(when.unix)),
        counter_no: known.counter_no,
        marks: when.marks
            | flag(late && !undated, marks::LATE_SYNC)
            | flag(known.survey && !known.current, marks::OLD_SURVEY)
            | flag(ballot.ended == Ended::Silent, marks::SILENT)
            | flag(ballot.pace == Pace::Burst, marks::BURST),
    }
}

/// Judges anything but a ballot; it stands on the day of its arrival, a `day` record on the day it tells of.
pub(super) fn other(line: Option<&Parsed>, day: Option<&Day>, counter_no: i64, clocks: &Clocks) -> Verdict {
    let (kind, state) = match line {
        None => (LineKind::Hole, State::None),
        Some(Parsed::Open(_)) => (LineKind::Open, State::None),
        Some(Parsed::Malformed(_)) => (LineKind::Malformed, State::QuarantinedMalformed),
        Some(Parsed::Other(kind)) if kind == "day" => (LineKind::Day, State::None),
        Some(Parsed::Other(kind)) if kind == "note" => (LineKind::Note, State::None),
        Some(Parsed::Other(_) | Parsed::Ballot(_)) => (LineKind::Other, State::None),
    };
    let when = match day {
        Some(day) => {
            let start = LocalDay(day.day).start();
            // A day may be told of from its evening on; its noon stands for it.
            let mut when = clocks.place(start, start.saturating_add(86_400), day.step);
            when.unix = when
                .unix
                .saturating_add(if when.marks & marks::NO_TIME == 0 { 43_200 } else { 0 });
            when
        }
        None => When {
            unix: clocks.received,
            marks: 0,
        },
    };
    Verdict {
        kind,
        state,
        day: LocalDay::of(when.unix).0,
        hour: i64::from(local_hour(when.unix)),
        counter_no,
        marks: when.marks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_323_600;

    fn contacts(before_step: i64, last: i64) -> Contacts {
        Contacts {
            last,
            before_step,
            earliest: before_step,
        }
    }

    fn clocks(ahead: i64) -> Clocks {
        Clocks {
            sent: NOON + ahead,
            step: 2,
            arrival: NOON,
            received: NOON,
            doubtful: false,
            contacts: contacts(NOON - 7200, NOON - 3600),
        }
    }

    /// A file of three days ago, by the tablet's clock.
    fn carried(sent: i64, last_contact: i64) -> Clocks {
        let header = serde_json::json!({"app": "", "clock": sent, "device": "00".repeat(16), "district": "00".repeat(16),
            "mark": null, "nonce": "00".repeat(16), "runs": [], "step": 2, "tip": null, "v": 1});
        let header = serde_json::from_value(header).unwrap();
        Clocks::by_file(&header, contacts(NOON - 90 * 86_400, last_contact), NOON)
    }

    #[test]
    fn days_on_the_way_are_no_skew() {
        let (saved, taken) = (NOON - 3 * 86_400, NOON - 5 * 86_400);
        let when = carried(saved, NOON - 60 * 86_400).place(taken, taken + 900, 2);
        assert_eq!((when.unix, when.marks), (taken, 0));
        // Within the tolerance of the hour that a contact is stored with.
        let when = carried(saved, saved + 600).place(taken, taken + 900, 2);
        assert_eq!((when.unix, when.marks), (taken, 0));
        // A small lead of the tablet's clock is as good as none.
        let when = carried(NOON + 600, saved).place(NOON - 3600, NOON - 2700, 2);
        assert_eq!((when.unix, when.marks), (NOON - 3600, 0));
    }

    #[test]
    fn a_file_whose_clock_was_wrong_dates_nothing() {
        let year = 365 * 86_400;
        for (sent, contact) in [(NOON + year, NOON - 86_400), (NOON - year, NOON - 86_400)] {
            let when = carried(sent, contact).place(sent - 3600, sent - 2700, 2);
            assert_eq!((when.unix, when.marks), (NOON, marks::NO_TIME), "{sent}");
        }
        // What was taken before the jump lies between the last contact and now, as by the network.
        let earlier = carried(NOON + year, NOON - 86_400).place(NOON - 7200, NOON - 6300, 1);
        assert_eq!((earlier.unix, earlier.marks), (NOON - 7200, 0));
    }

    #[test]
    fn a_small_skew_is_taken_as_it_is_and_a_large_one_is_corrected_and_marked() {
        let asis = clocks(900).place(NOON - 3600, NOON - 2700, 2);
        assert_eq!((asis.unix, asis.marks), (NOON - 3600, 0));
        let ten_years = 10 * 365 * 86_400;
        for ahead in [901, ten_years, -ten_years] {
            let when = clocks(ahead).place(NOON - 3600 + ahead, NOON - 2700 + ahead, 2);
            assert_eq!((when.unix, when.marks), (NOON - 3600, marks::SKEW_CORRECTED), "{ahead}");
        }
    }

    #[test]
    fn after_a_clock_step_only_a_time_since_the_last_receipt_is_believed() {
        assert_eq!(clocks(0).place(NOON - 1800, NOON - 900, 1).marks, 0);
        assert_eq!(clocks(0).place(NOON - 9000, NOON - 8100, 1).marks, marks::NO_TIME);
        assert_eq!(clocks(0).place(NOON + 900, NOON + 1800, 1).marks, marks::NO_TIME);
    }

    #[test]
    fn a_time_before_the_contact_that_its_clock_step_came_after_is_not_believed() {
        let contact = NOON - 7200;
        for (ahead, mark) in [(0, 0), (3600, marks::SKEW_CORRECTED)] {
            let place = |end: i64| clocks(ahead).place(end + ahead - 900, end + ahead, 2).marks;
            assert_eq!(place(contact), mark);
            assert_eq!(place(contact - 899), mark, "a clock that is a bit slow");
            assert_eq!(place(contact - 900), marks::NO_TIME);
            assert_eq!(place(contact - 790 * 86_400), marks::NO_TIME);
        }
    }

    #[test]
    fn a_time_far_after_its_own_sending_is_not_believed() {
        assert_eq!(clocks(0).place(NOON + 7200, NOON + 8100, 2).marks, marks::NO_TIME);
        assert_eq!(
            clocks(i64::MAX - NOON).place(i64::MAX, i64::MAX, 2).marks,
            marks::SKEW_CORRECTED
        );
    }
}
