//! What the sender wants done, and what came of it.

use super::Call;
use crate::domain::hex::Nonce;
use crate::outbox::Settled;
use crate::wire::{answer::Code, comment::CommentId};
use std::time::Duration;

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Make this call and bring the reply back with what is expected of it.
    Call(Call, Expected),
    /// Nothing for this long.
    Wait(Duration),
}

/// What a reply is the answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A receipt for a bundle of so many records.
    Receipt {
        /// The bundle's nonce.
        nonce: Nonce,
        /// Records in it.
        records: u64,
    },
    /// The first enrolment: the district's key is in the answer.
    FirstEnrolment {
        /// The request's nonce.
        nonce: Nonce,
    },
    /// An enrolment by certificate at a district we know.
    Again {
        /// The request's nonce.
        nonce: Nonce,
    },
    /// A comment of this name taken.
    Comment {
        /// The request's nonce.
        nonce: Nonce,
        /// The comment.
        id: CommentId,
    },
    /// A setup.
    Setup,
}

/// What a reply meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A receipt was taken.
    Settled(Settled),
    /// The tablet is enrolled.
    Enrolled,
    /// A comment was taken.
    CommentTaken,
    /// A newer setup is in use.
    NewSetup,
    /// The district refused, and signed it.
    Refused(Code),
    /// Not an answer of the district.
    NotReached,
    /// Answered; nothing changed.
    Nothing,
}
