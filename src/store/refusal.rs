//! What a person asked for and can't have, with all that a sentence about it needs. Pages say it in Vietnamese
//! (`server::admin::refusals`); here it is said in English, for the command line and the server's own log.

use crate::domain::time::{LocalDay, Month};

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A name is empty, too long or holds control characters.
    #[error("a name has 1 to 200 printable characters")]
    Name,
    /// A contact is too long or holds control characters other than line breaks.
    #[error("a contact has at most 500 characters in at most 6 lines")]
    Contact,
    /// A code is too long or holds spaces.
    #[error("a code has at most 40 characters and no spaces")]
    Code,
    /// A reason is missing or too long.
    #[error("a reason has 5 to 500 characters")]
    Reason,
    /// Opening hours end before they begin, or can't be read.
    #[error("opening hours end after they begin")]
    Hours,
    /// There is a user of that name.
    #[error("there is a user {0} already")]
    UserExists(String),
    /// Not a possible user name.
    #[error("a user name has 1 to 60 characters and no spaces")]
    UserName,
    /// A role needs a unit, and a system administrator has none.
    #[error("every role but system has a unit, and system has none")]
    RoleNode,
    /// Only somebody above may give this role or this unit.
    #[error("only somebody of a unit above may give this role there")]
    NotYours,
    /// The password that was typed is not the one in use.
    #[error("the present password is wrong")]
    WrongPassword,
    /// A password that a person chose is too short or too long.
    #[error("a password has 12 characters or more, and at most 200 bytes")]
    Password,
    /// A password that guessers try first.
    #[error("a password must not be well-known words, rows of keys, years or the user's name alone")]
    CommonPassword,
    /// Typed twice, and not the same.
    #[error("the new password was typed twice, and not the same")]
    PasswordTwice,
    /// An inspector's account ends on a day.
    #[error("an inspector's account needs a day on which it ends")]
    Until,
    /// Two units of the same name under the same one at the same time.
    #[error("there is a {name} under {parent} already")]
    Twin {
        /// Whose name it is.
        name: String,
        /// Where.
        parent: String,
    },
    /// A unit would be above itself.
    #[error("{node} can't belong to {parent}: on {day:?} {parent} belongs to {node}")]
    Cycle {
        /// The unit.
        node: String,
        /// The unit that was to be above it.
        parent: String,
        /// The first day on which that would go round.
        day: LocalDay,
    },
    /// More units above one another than the tree may have.
    #[error("{0} would lie too deep in the tree")]
    Depth(String),
    /// A change that begins before or on the day of the last one.
    #[error("{name} changed on {last:?}; a new change begins later than that")]
    Overlap {
        /// Whose change.
        name: String,
        /// First day of the last change.
        last: LocalDay,
    },
    /// A change of tomorrow.
    #[error("a change is entered on the day it begins, or later")]
    Future,
    /// A unit above does not exist at that time.
    #[error("{parent} does not exist on {day:?}; {node} can't belong to it")]
    Outlived {
        /// The unit.
        node: String,
        /// The unit above.
        parent: String,
        /// When.
        day: LocalDay,
    },
    /// Something below is still open.
    #[error("{inside} of {node} is still open; close it first")]
    StillOpen {
        /// What was to be closed.
        node: String,
        /// What is below it.
        inside: String,
    },
    /// Tablets in use stand at the counter.
    #[error("{devices} tablets in use stand at {counter}; move or revoke them first")]
    Tablets {
        /// Which counter.
        counter: String,
        /// How many.
        devices: u64,
    },
    /// It is closed.
    #[error("{0} is closed")]
    Closed(String),
    /// An exclusion of so few ballots would point at people.
    #[error("only {0} released, counted ballots are in this scope; an exclusion needs at least 5")]
    FewBallots(u64),
    /// A decision that would point at people by what it does to a few ballots of a counter's half month.
    #[error("at {}, half month from {from:?}: {ballots} ballots would {}", named(counter), how.words())]
    Few {
        /// Name of the counter, if it is known.
        counter: Option<String>,
        /// First day of the half month.
        from: LocalDay,
        /// How many it would single out.
        ballots: u64,
        /// How.
        how: Few,
    },
    /// Undoing an exclusion would do the same.
    #[error(
        "at {}, half month from {from:?}: undone alone, this would single out {ballots} ballots; undo the other exclusions \
         there first",
        named(counter)
    )]
    FewBack {
        /// Name of the counter, if it is known.
        counter: Option<String>,
        /// First day of the half month.
        from: LocalDay,
        /// How many it would single out.
        ballots: u64,
    },
    /// A tablet's ballots of these days are not all of the visitor's unit.
    #[error("the tablet's ballots of these days are of other units, too; name a counter, or ask the unit above")]
    Elsewhere,
    /// The answers are gone, so that what was counted can't be taken out or put back.
    #[error("the ballots' answers were deleted after the retention time")]
    Retained,
    /// The days are in the wrong order, or too many.
    #[error("the days are out of order, or more than a year")]
    Days,
    /// It was undone before.
    #[error("it was undone before")]
    Undone,
    /// It is in the figures: a difference would point at people.
    #[error("these ballots are in the figures already; exclude a scope of whole days instead")]
    Told,
    /// Nothing of it can be decided.
    #[error("none of these ballots waits for a decision")]
    Undecidable,
    /// A duty ends before it begins, or not on a quarter of an hour.
    #[error("a duty begins and ends on a quarter of an hour, and ends later than it begins")]
    Duty,
    /// A duty of that day and counter that was replaced already.
    #[error("this duty was corrected before")]
    Corrected,
    /// A duty of a month whose figures of officers can be seen: what the change moves would tell what one citizen chose.
    #[error("the duties of {month} are closed since {since:?}: a change would show what one citizen chose")]
    DutiesClosed {
        /// Which month.
        month: Month,
        /// The first day on which it was closed.
        since: LocalDay,
    },
    /// Figures of officers of a month whose duties can still be changed.
    #[error("the duties of {month} can still be corrected; there are figures from {since:?} on")]
    DutiesOpen {
        /// Which month.
        month: Month,
        /// The first day on which it will be closed.
        since: LocalDay,
    },
    /// A task that is closed can't be closed.
    #[error("the task is closed already")]
    TaskClosed,
    /// A task that is open can't be opened again.
    #[error("the task is open")]
    TaskOpen,
    /// A task is closed with one of three outcomes.
    #[error("a task is closed as encouraged, reminded or unverified")]
    TaskOutcome,
    /// A rule about tasks that no unit may have.
    #[error("a rule has a level of 1 to 3, a count of 2 to 50 and 1 to 23 working days")]
    TaskRule,
    /// A list of days that holds something else.
    #[error("{0} is no day of the form dd/mm/yyyy")]
    Day(String),
    /// An officer's account is of the role "officer", and of an officer of its unit.
    #[error("an officer's account needs the role officer and an officer of its unit")]
    OfficerAccount,
    /// Figures of an officer are made of closed months only.
    #[error("the month has not ended")]
    OpenMonth,
    /// Words were changed under ids that go on, and nobody said that they still mean the same.
    #[error("{0} wordings changed under published ids; say that they still mean the same")]
    Reworded(usize),
    /// A survey can't begin yesterday.
    #[error("a survey is published from today or a later day on")]
    PastDay,
    /// Nobody said where.
    #[error("a survey is published to at least one counter")]
    NoPlace,
    /// A unit has as many drafts as it may.
    #[error("there are {0} drafts already; publish or discard one first")]
    Drafts(i64),
    /// A draft grew beyond all sense.
    #[error("the draft is too large to be kept")]
    LargeDraft,
    /// More languages than a tablet shows buttons for.
    #[error("at most {0} languages are offered")]
    Languages(usize),
    /// More bytes of recordings in one language than a tablet keeps.
    #[error("the clips of a language have at most {0} bytes together: a tablet keeps them all")]
    Recordings(usize),
    /// Somebody saved the draft meanwhile.
    #[error("somebody saved this draft meanwhile; look at it again")]
    DraftChanged,
}

/// How a few ballots of a counter's half month would be singled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Few {
    /// Only they would change sides.
    Moved,
    /// Only they would still count.
    Left,
    /// Only they would not count.
    Out,
    /// They would be told apart from others by comparing figures.
    Apart,
}

impl Few {
    fn words(self) -> &'static str {
        match self {
            Self::Moved => "be moved alone; exclude the counter's whole half month, or nothing of it",
            Self::Left => "be left alone; exclude the counter's whole half month, or nothing of it",
            Self::Out => "be out alone; exclude the counter's whole half month, or nothing of it",
            Self::Apart => "be told apart from others; exclude the counter's whole half month, or nothing of it",
        }
    }
}

fn named(counter: &Option<String>) -> &str {
    counter.as_deref().unwrap_or("an unknown counter")
}
