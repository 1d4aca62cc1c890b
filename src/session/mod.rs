//! A visit as a state machine: one citizen, from the first touch of any control to "Cảm ơn" (design §6).
//!
//! Pure: time and randomness are passed in, what is to be done comes out as [`Effect`]s. It draws nothing, keeps
//! nothing and asks no clock. Words: a *tap* is a control that was tapped, a *touch* is any touch of the glass, a
//! *page* is one follow-up question of the form; the faces come before the first. What is answered decides which pages
//! there are: an answer that takes a question away takes its answer along.
//!
//! What it promises: a visit with a face ends in one [`Effect::Cast`], whoever walks away when; one without ends in
//! [`Effect::Abandoned`]; both end in [`Effect::Reset`], after which nothing of the visit is left here.

mod comment;
mod form;
pub mod operator;
#[cfg(test)]
mod tests;
mod visit;

use crate::domain::{
    ballot::{Answer, Answers, Ended},
    hex::Salt,
    ids::Slug,
    policy::{self, DEBOUNCE},
    survey::Question,
};
use std::time::Duration;

use comment::{Came, Comment};
pub use form::Form;
use visit::Visit;

/// A control that was tapped during a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tap {
    /// A face, or a level of a plain scale.
    Face {
        /// Of which question.
        question: Slug,
        /// 1 (worst) to 5 (best).
        level: u8,
    },
    /// "Chọn lại".
    Again,
    /// A tile, on or off.
    Tile {
        /// Of which question.
        question: Slug,
        /// Which.
        tile: Slug,
    },
    /// An option, yes or no, a number of trips.
    Pick {
        /// Of which question.
        question: Slug,
        /// The whole answer.
        answer: Answer,
    },
    /// "Tiếp": to the next follow-up question.
    Next,
    /// "Quay lại": to the one before.
    Back,
    /// "Gửi".
    Send,
    /// "Chờ thêm".
    MoreTime,
    /// "Nghe".
    Listen,
    /// "Chữ to".
    TextSize,
    /// "English", "Tiếng Việt".
    Language,
    /// "Gửi ý kiến".
    Comment,
    /// "Bỏ qua": no comment.
    Skip,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A visit began.
    Began,
    /// Keep these answers: the tap counts.
    Draft {
        /// What was answered.
        answers: Answers,
        /// The visit.
        salt: Salt,
        /// Seconds from the first touch to this tap.
        took_secs: i64,
    },
    /// The visit ended with a face: make its draft a ballot, and say when that is done.
    Cast {
        /// The visit.
        salt: Salt,
        /// How it ended.
        ended: Ended,
    },
    /// The visit ended without a face.
    Abandoned,
    /// Keep what was written, and say when that is done. The words themselves are the screen's.
    Comment,
    /// Read the screen aloud (never the choice).
    Speak,
    /// Change between normal and large text.
    SwitchTextSize,
    /// Change the language.
    SwitchLanguage,
    /// The visit is over: forget language, text size, focus and speech.
    Reset,
}

/// What is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The faces: idle, or chosen again.
    Question,
    /// The follow-up question of this index.
    FollowUp(usize),
    /// "Ông/Bà có muốn viết thêm ý kiến không?", after the ballot was cast.
    Comment,
    /// "Trân trọng cảm ơn Ông/Bà!"
    Thanks,
    /// The ballot could not be confirmed: the storage does not answer.
    Stuck,
}

/// The visits of one tablet, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    form: Form,
    phase: Phase,
    /// Taps before this time are not heard; cleared by a tick once it has passed.
    deaf_until: Option<Duration>,
    last_tap: Option<(Tap, Duration)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Visit(Visit),
    Comment(Comment),
    Thanks { since: Duration },
}

impl Session {
    /// A session between visits.
    pub fn new(form: Form) -> Self {
        Self {
            form,
            phase: Phase::Idle,
            deaf_until: None,
            last_tap: None,
        }
    }

    /// What is asked.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Whether no visit is running: only now may another form be shown.
    pub fn between_visits(&self) -> bool {
        self.phase == Phase::Idle
    }

    /// What is on the screen.
    pub fn screen(&self) -> Screen {
        match &self.phase {
            Phase::Idle => Screen::Question,
            Phase::Visit(visit) => visit.screen(),
            Phase::Comment(_) => Screen::Comment,
            Phase::Thanks { .. } => Screen::Thanks,
        }
    }

    /// Whether the citizen is being asked if more time is needed.
    pub fn asks_for_time(&self) -> bool {
        match &self.phase {
            Phase::Visit(visit) => visit.asking,
            Phase::Comment(comment) => comment.asking,
            _ => false,
        }
    }

    /// Whether taps are not heard just now.
    pub fn is_deaf(&self) -> bool {
        self.deaf_until.is_some()
    }

    /// Whether "Gửi" was tapped and the confirmation is awaited.
    pub fn is_casting(&self) -> bool {
        matches!(&self.phase, Phase::Visit(visit) if visit.casting.is_some())
    }

    /// The answers of the running visit.
    pub fn answers(&self) -> Option<&Answers> {
        match &self.phase {
            Phase::Visit(visit) => Some(&visit.answers),
            _ => None,
        }
    }

    /// The face chosen in the running visit, 1 to 5.
    pub fn level(&self) -> Option<u8> {
        self.answers()
            .and_then(|answers| self.form.survey().headline_level(answers))
    }

    /// The question on the screen, while there is one.
    pub fn asked(&self) -> Option<&Question> {
        match &self.phase {
            Phase::Idle => self.form.headline().map(|(question, _)| question),
            Phase::Visit(visit) => visit.asked(&self.form),
            Phase::Comment(_) | Phase::Thanks { .. } => None,
        }
    }

    /// Which follow-up question is on the screen, from 1, and how many there are after the answers so far.
    pub fn progress(&self) -> Option<(usize, usize)> {
        match (&self.phase, self.screen()) {
            (Phase::Visit(visit), Screen::FollowUp(page)) => Some((page + 1, self.form.last_page(&visit.answers) + 1)),
            _ => None,
        }
    }

    /// Begins a visit, if none is running and the screen hears: to be called before the tap that begins it.
    pub fn begin(&mut self, now: Duration, salt: Salt) -> Vec<Effect> {
        if self.phase != Phase::Idle || self.deaf(now) {
            return Vec::new();
        }
        self.phase = Phase::Visit(Visit::new(now, salt));
        vec![Effect::Began]
    }

    /// A control was tapped. Outside a visit nothing happens, except that it ends "Cảm ơn".
    pub fn tap(&mut self, now: Duration, tap: Tap) -> Vec<Effect> {
        if self.deaf(now) || self.is_repeat(now, &tap) {
            return Vec::new();
        }
        let visit = match &mut self.phase {
            Phase::Visit(visit) => visit,
            Phase::Comment(comment) => {
                self.last_tap = Some((tap.clone(), now));
                let came = comment.tap(now, &tap);
                return self.came(now, came);
            }
            // To hear it is to be there: "Cảm ơn" stays as long again.
            Phase::Thanks { since } if tap == Tap::Listen => {
                *since = now;
                return vec![Effect::Speak];
            }
            _ => return self.touch(now),
        };
        if visit.casting.is_some() {
            return Vec::new();
        }
        self.last_tap = Some((tap.clone(), now));
        let before = (visit.screen(), visit.asking);
        let effects = visit.tap(now, tap, &self.form);
        if before != (visit.screen(), visit.asking) {
            self.deaf_until = Some(now + DEBOUNCE);
        }
        effects
    }

    /// The glass was touched, wherever: the citizen is still there, and "Cảm ơn" was read.
    pub fn touch(&mut self, now: Duration) -> Vec<Effect> {
        let deaf = self.deaf(now);
        match &mut self.phase {
            Phase::Visit(visit) if !visit.asking => {
                visit.last_touch = now;
                Vec::new()
            }
            Phase::Comment(comment) if !comment.asking => {
                comment.last_touch = now;
                Vec::new()
            }
            Phase::Thanks { .. } if !deaf => self.reset(now),
            _ => Vec::new(),
        }
    }

    /// Time passed. To be called when [`Self::due`] says so; more often does no harm.
    pub fn tick(&mut self, now: Duration) -> Vec<Effect> {
        if !self.deaf(now) {
            self.deaf_until = None;
        }
        match &mut self.phase {
            Phase::Idle => Vec::new(),
            Phase::Thanks { since } if now >= *since + policy::THANKS_SHOWN => self.reset(now),
            Phase::Thanks { .. } => Vec::new(),
            Phase::Comment(comment) => {
                let came = comment.tick(now);
                self.came(now, came)
            }
            Phase::Visit(visit) => {
                let effects = visit.tick(now, &self.form);
                if effects.contains(&Effect::Abandoned) {
                    let mut all = effects;
                    all.extend(self.reset(now));
                    return all;
                }
                effects
            }
        }
    }

    /// Whether a tick at this time would change something.
    pub fn due(&self, now: Duration) -> bool {
        let phase = match &self.phase {
            Phase::Idle => None,
            Phase::Thanks { since } => Some(*since + policy::THANKS_SHOWN),
            Phase::Visit(visit) => visit.due(),
            Phase::Comment(comment) => Some(comment.due()),
        };
        [phase, self.deaf_until].into_iter().flatten().any(|due| due <= now)
    }

    /// The ballot of this visit is on the disk: "Cảm ơn" may be shown, or first a comment be asked for. Who fell silent
    /// has left and is asked for none.
    pub fn cast(&mut self, now: Duration, salt: Salt) {
        let Phase::Visit(visit) = &self.phase else { return };
        match visit.ending().filter(|_| visit.salt == salt) {
            Some(Ended::Sent) if self.form.asks_comment() => {
                self.phase = Phase::Comment(Comment::new(now));
                self.deaf_until = Some(now + DEBOUNCE);
                self.last_tap = None;
            }
            Some(_) => self.thank(now),
            None => {}
        }
    }

    /// The comment is on the disk, or there was nothing in it to keep.
    pub fn commented(&mut self, now: Duration) {
        if matches!(&self.phase, Phase::Comment(comment) if comment.sent.is_some()) {
            self.thank(now);
        }
    }

    fn thank(&mut self, now: Duration) {
        self.phase = Phase::Thanks { since: now };
        self.deaf_until = Some(now + policy::THANKS_DEAF);
        self.last_tap = None;
    }

    fn came(&mut self, now: Duration, came: Came) -> Vec<Effect> {
        match came {
            Came::To(effects) => effects,
            Came::Skipped => {
                self.thank(now);
                Vec::new()
            }
            Came::Left => self.reset(now),
        }
    }

    /// The storage failed. What was tapped stays on the disk as far as it came and is cast at the next start.
    pub fn failed(&mut self, now: Duration) -> Vec<Effect> {
        if self.phase == Phase::Idle {
            return Vec::new();
        }
        self.reset(now)
    }

    fn reset(&mut self, now: Duration) -> Vec<Effect> {
        self.phase = Phase::Idle;
        self.last_tap = None;
        self.deaf_until = Some(now + DEBOUNCE);
        vec![Effect::Reset]
    }

    fn deaf(&self, now: Duration) -> bool {
        self.deaf_until.is_some_and(|until| now < until)
    }

    fn is_repeat(&self, now: Duration, tap: &Tap) -> bool {
        self.last_tap
            .as_ref()
            .is_some_and(|(last, at)| last == tap && now < *at + DEBOUNCE)
    }
}
