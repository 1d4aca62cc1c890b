//! What the engine says the tablet is, and when the screens follow.

use super::{Block, Model, Out, Shown, State};
use crate::{
    engine::message::{Event, Ready},
    session::{Form, Session},
};
use std::time::Duration;

impl Model {
    /// The engine said something.
    pub fn hear(&mut self, now: Duration, event: Event) -> Vec<Out> {
        match event {
            Event::State(state) => self.state(now, state),
            Event::Cast { salt } => self.visit(|session| {
                session.cast(now, salt);
                Vec::new()
            }),
            Event::Commented => self.visit(|session| {
                session.commented(now);
                Vec::new()
            }),
            Event::EnrolFailed(failure) => {
                self.enrolment.busy = false;
                self.enrolment.failure = Some(failure);
                Vec::new()
            }
            Event::Status(status) => {
                self.status = status;
                Vec::new()
            }
            Event::Operator(say) => self.operator.hear(say, &mut self.language),
            Event::SelfTested(found) => {
                if let Some(test) = &mut self.self_test {
                    test.engine = Some(found);
                }
                Vec::new()
            }
            Event::Drafted { .. } => {
                self.drafts_out = self.drafts_out.saturating_sub(1);
                Vec::new()
            }
        }
    }

    /// Whether nobody is rating just now, and the tablet has a place where an operator can look after it.
    pub(super) fn is_free(&self) -> bool {
        let takes = matches!(self.state, State::Ready(_) | State::Blocked(Block::Revoked));
        takes && self.shown.as_ref().is_none_or(|shown| shown.session.between_visits())
    }

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
        if !matches!(&state, State::Ready(_) | State::Blocked(Block::Revoked)) {
            outs.extend(self.operator.close(&mut self.language));
        }
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
