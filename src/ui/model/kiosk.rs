//! What a tablet does that nobody stands in front of: rest outside the opening hours, let itself be updated, test
//! itself.

use super::{Model, Out, View};
use crate::{
    domain::policy::{self, DEBOUNCE},
    engine::message::{Block, Command, SelfTested},
};
use std::time::Duration;

/// What the self-test found so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTest {
    /// The page's part: name and whether it is in order.
    pub page: Vec<(&'static str, bool)>,
    /// The engine's part, once it answered.
    pub engine: Option<SelfTested>,
}

impl SelfTest {
    /// Whether the check of this name is fine, given what the screen would show otherwise. `None`: not known yet, or
    /// not to be known on this device.
    pub fn is_fine(&self, name: &str, below: View) -> Option<bool> {
        let engine = self.engine;
        match (name, below) {
            ("handles", View::Blocked(Block::NoOpfs)) | ("storage", View::Blocked(Block::Storage)) => Some(false),
            ("handles", _) => engine.map(|_| true),
            ("storage", _) => engine.map(|found| found.storage),
            ("persist", _) => engine.and_then(|found| found.persisted),
            ("clock", _) => engine.and_then(|found| found.clock),
            _ => self.page.iter().find(|(of, _)| *of == name).map(|(_, fine)| *fine),
        }
    }
}

impl Model {
    /// Whether nobody is in the middle of anything: the page may be loaded anew.
    pub fn is_idle(&self) -> bool {
        match self.view() {
            View::Question => self.between_visits(),
            View::Resting | View::Blocked(_) => true,
            _ => false,
        }
    }

    /// Whether the screen should rest: outside the opening hours, nobody is there, no visit is running.
    pub fn should_rest(&self, now: Duration, (weekday, minute): (usize, u16)) -> bool {
        let closed = self.shown.as_ref().is_some_and(|shown| {
            let hours = shown.ready.hours.as_ref();
            hours.is_some_and(|hours| !hours.contain(weekday, minute))
        });
        let alone = self.touched.is_none_or(|at| now >= at + policy::REST_AFTER);
        let rested = matches!(self.view(), View::Question | View::Resting);
        closed && alone && rested && self.between_visits()
    }

    /// Whether it rests.
    pub fn is_resting(&self) -> bool {
        self.resting
    }

    /// Rests or wakes, as [`Self::should_rest`] said.
    pub fn rest(&mut self, rest: bool) -> Vec<Out> {
        self.resting = rest;
        vec![Out::LeaveNothing]
    }

    /// The page's part of the self-test is done: show it, and let the engine do its part.
    pub fn tested(&mut self, page: Vec<(&'static str, bool)>) -> Vec<Out> {
        let failed = page
            .iter()
            .filter(|(_, fine)| !fine)
            .map(|(name, _)| (*name).to_owned());
        let command = Command::SelfTest {
            failed: failed.collect(),
        };
        self.self_test = Some(SelfTest { page, engine: None });
        vec![Out::Engine(command)]
    }

    /// The self-test was read: back to where the operator was, or to a fresh page without `#self-test`.
    pub(super) fn close_self_test(&mut self, now: Duration) -> Vec<Out> {
        if self.operator.name().is_none() {
            return vec![Out::ForgetAddress, Out::Reload];
        }
        self.self_test = None;
        self.operator.session.touch(now);
        vec![Out::NewScreen]
    }

    /// The resting screen was touched.
    pub(super) fn wake(&mut self, now: Duration) -> Vec<Out> {
        // The second half of a double tap is not a rating.
        self.deaf_until = Some(now + DEBOUNCE);
        self.resting = false;
        vec![Out::NewScreen]
    }

    pub(super) fn between_visits(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.session.between_visits())
    }
}
