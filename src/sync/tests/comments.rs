//! Comments travel alone, after everything else, and stop nothing.

use super::at::*;
use super::*;
use crate::domain::policy::COMMENT_RETRY;
use crate::wire::answer::Taken;
use crate::wire::comment::CommentId;

fn with_comments(count: usize) -> At {
    let key = crate::wire::seal::SecretKey::derive(&[3; 32]).public();
    let mut at = At::enrolled_with(|setup| setup.comment_key = Some(key));
    for _ in 0..count {
        assert!(at.outbox.keep_comment("Cảm ơn", NOW).unwrap());
    }
    at
}

fn comment(at: &mut At) -> (CommentId, Expected) {
    let (call, expected) = at.call();
    let (Call::Comment { .. }, Expected::Comment { id, .. }) = (&call, &expected) else {
        panic!("{call:?}")
    };
    (*id, expected)
}

fn taken(at: &mut At, expected: &Expected, id: CommentId) -> Outcome {
    let Expected::Comment { nonce, .. } = expected else {
        panic!("{expected:?}")
    };
    let answer = Answer::Taken(Taken {
        id,
        nonce: *nonce,
        v: 1,
    });
    at.took(expected, answered(&answer))
}

fn left(at: &mut At) -> bool {
    at.outbox.next_comment(NOW).unwrap().is_some()
}

#[test]
fn a_comment_goes_when_the_district_has_it_and_stays_when_it_took_another() {
    let mut at = with_comments(1);
    let (id, expected) = comment(&mut at);
    assert_eq!(taken(&mut at, &expected, Hex([0; 16])), Outcome::NotReached);
    assert!(left(&mut at));
    assert_eq!(taken(&mut at, &expected, id), Outcome::CommentTaken);
    assert!(!left(&mut at));
}

#[test]
fn records_and_setups_go_first() {
    let mut at = with_comments(1);
    at.notes(1);
    assert_eq!(at.stored(|receipt| receipt.setup = 2), 2);
    let (call, expected) = at.call();
    assert!(matches!(call, Call::Setup { .. }));
    let text = sealed(&setup(&at.outbox, 2));
    assert_eq!(at.took(&expected, text.into_bytes()), Outcome::NewSetup);
    comment(&mut at);
}

#[test]
fn a_comment_that_is_refused_stops_comments_for_a_while_and_nothing_else() {
    let mut at = with_comments(2);
    let (_, expected) = comment(&mut at);
    at.refuse(&expected, Code::Busy);
    assert!(!at.sender.is_offline(), "the district was reached");
    assert!(!at.sends_now());
    at.notes(1);
    assert_eq!(at.stored(|_| ()), 2);
    at.mono += COMMENT_RETRY - Duration::from_nanos(1);
    if at.sends_now() {
        assert_eq!(at.stored(|_| ()), 0, "an hour's heartbeat, and no comment");
    }
    assert!(!at.sends_now());
    at.mono += Duration::from_nanos(1);
    comment(&mut at);
}

#[test]
fn one_that_is_too_old_goes_and_the_next_follows_at_once() {
    let mut at = with_comments(2);
    let (old, expected) = comment(&mut at);
    at.refuse(&expected, Code::ExpiredComment);
    assert!(at.sends_now());
    let (next, _) = comment(&mut at);
    assert_ne!(old, next);
}
