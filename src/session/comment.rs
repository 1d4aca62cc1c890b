//! After the ballot is cast: a comment, if the unit takes any. It has no part in the ballot; nothing of the visit is left
//! here but that there was one.

use super::{Effect, Tap};
use crate::domain::policy::{self, CAST_PATIENCE};
use std::time::Duration;

/// The citizen is asked for a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) last_touch: Duration,
    /// "Ông/Bà có cần thêm thời gian không?" is on the screen.
    pub(super) asking: bool,
    /// "Gửi ý kiến" was tapped at this time, and the storage has not said yet that it is kept.
    pub(super) sent: Option<Duration>,
}

/// What a tap or the time came to.
pub(super) enum Came {
    /// Nothing that changes the phase.
    To(Vec<Effect>),
    /// "Bỏ qua": on to "Cảm ơn".
    Skipped,
    /// Nobody is there any more, or the storage does not answer. The ballot is cast; the comment is not sent.
    Left,
}

impl Comment {
    pub(super) fn new(now: Duration) -> Self {
        Self {
            last_touch: now,
            asking: false,
            sent: None,
        }
    }

    pub(super) fn tap(&mut self, now: Duration, tap: &Tap) -> Came {
        if self.sent.is_some() || (self.asking && !matches!(tap, Tap::MoreTime | Tap::Listen)) {
            return Came::To(Vec::new());
        }
        self.last_touch = now;
        Came::To(match tap {
            Tap::Skip => return Came::Skipped,
            Tap::Comment => {
                self.sent = Some(now);
                vec![Effect::Comment]
            }
            Tap::MoreTime => {
                self.asking = false;
                Vec::new()
            }
            Tap::Listen => {
                if self.asking {
                    self.last_touch = now.saturating_sub(policy::SILENCE_ASK);
                }
                vec![Effect::Speak]
            }
            Tap::TextSize => vec![Effect::SwitchTextSize],
            Tap::Language => vec![Effect::SwitchLanguage],
            _ => Vec::new(),
        })
    }

    pub(super) fn tick(&mut self, now: Duration) -> Came {
        match self.sent {
            Some(sent) if now >= sent + CAST_PATIENCE => return Came::Left,
            Some(_) => {}
            None if now >= self.last_touch + policy::SILENCE_END => return Came::Left,
            None => self.asking = now >= self.last_touch + policy::SILENCE_ASK,
        }
        Came::To(Vec::new())
    }

    pub(super) fn due(&self) -> Duration {
        match self.sent {
            Some(sent) => sent + CAST_PATIENCE,
            None if self.asking => self.last_touch + policy::SILENCE_END,
            None => self.last_touch + policy::SILENCE_ASK,
        }
    }
}
