//! Sending a comment: alone, after everything else, and never in the way of ballots.

use super::{Call, Expected, Outcome, Step};
use crate::domain::{hex::Hex, policy::COMMENT_RETRY};
use crate::outbox::{Outbox, OutboxError};
use crate::platform;
use crate::wire::{
    answer::{Code, Taken},
    canon,
    comment::SealedComment,
};
use std::time::Duration;

/// The call that brings a comment.
pub(super) fn call(outbox: &Outbox, comment: SealedComment) -> Result<Step, OutboxError> {
    let token = outbox
        .identity
        .enrolment()
        .ok_or(OutboxError::NotEnrolled)?
        .token
        .clone();
    let (id, nonce) = (comment.id, Hex(platform::random()?));
    let body = canon::line_of(&comment.request(nonce));
    Ok(Step::Call(
        Call::Comment { token, body },
        Expected::Comment { nonce, id },
    ))
}

/// The district has it: nothing of it stays here.
pub(super) fn taken(outbox: &mut Outbox, expected: &Expected, taken: &Taken) -> Result<Outcome, OutboxError> {
    match expected {
        Expected::Comment { id, .. } if *id == taken.id => {
            outbox.drop_comment(*id)?;
            Ok(Outcome::CommentTaken)
        }
        _ => Ok(Outcome::NotReached),
    }
}

/// A signed refusal: a comment that is too old goes, any other is tried again later. Answers when comments go on.
pub(super) fn refused(outbox: &mut Outbox, expected: &Expected, code: Code) -> Result<Duration, OutboxError> {
    match (expected, code) {
        (Expected::Comment { id, .. }, Code::ExpiredComment) => {
            outbox.drop_comment(*id)?;
            Ok(Duration::ZERO)
        }
        _ => Ok(COMMENT_RETRY),
    }
}
