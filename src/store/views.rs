//! Who looked at what: comments and figures of officers are personal data, and each look at them is an entry.

use super::{Result, WriteTx, log::Kind};
use serde_json::{Value, json};

/// What is only shown with an entry of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewed {
    /// What citizens wrote.
    Comments,
    /// Figures of one officer or of several.
    OfficerFigures,
    /// The ballots that wait for a decision.
    Quarantined,
}

impl Viewed {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::OfficerFigures => "officer_figures",
            Self::Quarantined => "quarantined",
        }
    }
}

impl WriteTx<'_> {
    /// Notes that somebody (see [`WriteTx::by`]) looks at something; `scope` says at which part of it. Answers the log
    /// position.
    pub fn viewed(&self, what: Viewed, scope: Value, now: i64) -> Result<i64> {
        self.log(Kind::View, now, json!({"what": what.name(), "scope": scope}))
    }
}
