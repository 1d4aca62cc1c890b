//! What the engine says the tablet is, and when the screens follow.

use super::{Block, Model, Out, Shown, State};
use crate::{
    engine::message::Ready,
    session::{Form, Session},
};
use std::time::Duration;

impl Model {
    /// A state takes effect at once, except that a running visit is finished under what it began with. What makes
    /// finishing impossible (no storage) does not wait.
    pub(super) fn state(&mut self, now: Duration, state: State) -> Vec<Out> {
        let waits = matches!(
            &state,
            State::Starting | State::Ready(_) | State::Blocked(Block::Revoked)
        );
        let in_visit = self.shown.as_ref().is_some_and(|shown| !shown.session.between_visits());
        if waits && in_visit && matches!(self.state, State::Ready(_)) {
            // The engine opening its files again (the page was hidden) is nothing to show in a visit.
            if state != State::Starting {
                self.pending = Some(state);
            }
            return Vec::new();
        }
        self.pending = None;
        let before = self.view();
        let ended = match &mut self.shown {
            Some(shown) if in_visit => shown.session.failed(now),
            _ => Vec::new(),
        };
        let mut outs = self.effects(ended);
        if let State::NotEnrolled = &state
            && !self.enrolment.busy
            && self.enrolment.failure.is_none()
            && let Some(code) = self.enrolment.code.clone()
        {
            outs.extend(self.enrol(code));
        }
        if let State::Ready(ready) = &state {
            self.enrolment.busy = false;
            self.enrolment.failure = None;
            if self.enrolment.code.take().is_some() {
                outs.push(Out::ForgetAddress);
            }
            outs.extend(self.take_packs(ready));
            self.show(ready);
        }
        self.state = state;
        if self.view() != before {
            outs.push(Out::NewScreen);
        }
        outs
    }

    fn show(&mut self, ready: &Ready) {
        let form = Form::new(ready.survey.clone(), ready.counter.moment).with_comments(ready.comments);
        match &mut self.shown {
            Some(shown) if shown.session.form() == &form => shown.ready = ready.clone(),
            shown => {
                *shown = Some(Shown {
                    ready: ready.clone(),
                    session: Session::new(form),
                });
            }
        }
    }
}
