//! The model's part in enrolling, and in the offer that follows.

use super::{Model, Out, View};
use crate::engine::message::{Command, EnrolFailure};

/// How the enrolment goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolment {
    /// The code in the address.
    pub code: Option<String>,
    /// An answer is awaited.
    pub busy: bool,
    /// Why the last try failed.
    pub failure: Option<EnrolFailure>,
    /// A plain tab on an iPad: the code is shown, not used.
    pub plain_tab: bool,
}

impl Model {
    pub(super) fn enrol(&mut self, code: String) -> Vec<Out> {
        if self.enrolment.busy || code.trim().is_empty() {
            return Vec::new();
        }
        self.enrolment.busy = true;
        self.enrolment.failure = None;
        vec![Out::Engine(Command::Enrol { code })]
    }

    pub(super) fn answer_offer(&mut self, command: Command) -> Vec<Out> {
        if self.view() != View::Offer {
            return Vec::new();
        }
        self.offer_answered = true;
        vec![Out::Engine(command), Out::NewScreen]
    }
}
