//! What the screens show and what follows from an event, a tap or the time: plain values, no Dioxus, no browser.

mod enrolment;
mod talk;

pub use enrolment::Enrolment;

use super::lang::{Installed, Language};
use crate::{
    domain::hex::Salt,
    engine::message::{Block, Command, Draft, Event, Ready, State, Status},
    platform::page::Said,
    session::{Effect, Form, Screen, Session, Tap},
};
use std::time::Duration;

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Tapped a control of the visit.
    Tap(Tap),
    /// Touched the glass.
    Touch,
    /// Chose a language from the list.
    Language(Language),
    /// "Gửi ý kiến", with what was written.
    Comment(String),
    /// "Kích hoạt", with what was typed.
    Enrol(String),
    /// "Bắt đầu tính phiếu".
    StartCounting,
    /// "Để sau".
    Stay,
    /// "Thử lại" on a screen that takes no ratings.
    Retry,
}

/// What is to be done outside the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// Tell the engine.
    Engine(Command),
    /// Say these, each in its language.
    Speak(Vec<Said>),
    /// Keep these recordings for when there is no network, and no others.
    KeepClips(Vec<String>),
    /// The document is in this language now.
    Language(&'static str),
    /// The screen changed: stop speaking, put the focus on the heading.
    NewScreen,
    /// The visit is over: leave no focus, no speech, no scrolling.
    LeaveNothing,
    /// The code in the address has served.
    ForgetAddress,
    /// Load the page anew.
    Reload,
}

/// What is on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The engine is opening its files.
    Starting,
    /// A plain tab on an iPad: how to come to the Home Screen.
    AddToHome,
    /// Enter a code.
    Enrol,
    /// "Bắt đầu tính phiếu"?
    Offer,
    /// The faces.
    Question,
    /// The follow-up question of this index.
    FollowUp(usize),
    /// A comment?
    Comment,
    /// "Cảm ơn".
    Thanks,
    /// No ratings, and why.
    Blocked(Block),
}

impl View {
    /// Its name in `data-screen`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::AddToHome => "add-to-home",
            Self::Enrol => "enrol",
            Self::Offer => "offer",
            Self::Question => "question",
            Self::FollowUp(_) => "reasons",
            Self::Comment => "comment",
            Self::Thanks => "thanks",
            Self::Blocked(_) => "blocked",
        }
    }
}

/// A tablet that takes ratings: what it shows until the visit has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Where, what, how.
    pub ready: Ready,
    /// The visits.
    pub session: Session,
}

/// Everything the screens show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// How the enrolment goes.
    pub enrolment: Enrolment,
    /// The language of this visit.
    pub language: Language,
    /// "Chữ to" is on.
    pub large: bool,
    /// How sending goes.
    pub status: Status,
    /// Languages the device has a voice for: the first part of their tags.
    pub voices: Vec<String>,
    /// The list of languages is on the screen.
    pub choosing: bool,
    packs: Vec<&'static Installed>,
    /// What was written is to be handed to the engine.
    comment_due: bool,
    state: State,
    shown: Option<Shown>,
    /// What the engine said during a visit and takes effect after it.
    pending: Option<State>,
    offer_answered: bool,
    /// Drafts of this visit that are not on the disk yet.
    drafts_out: u32,
}

impl Model {
    /// What a page shows before it heard from the engine.
    pub fn new(enrolment: Enrolment) -> Self {
        Self {
            enrolment,
            language: Language::default(),
            large: false,
            status: Status::default(),
            voices: Vec::new(),
            choosing: false,
            packs: Vec::new(),
            comment_due: false,
            state: State::Starting,
            shown: None,
            pending: None,
            offer_answered: false,
            drafts_out: 0,
        }
    }

    /// What is on the screen.
    pub fn view(&self) -> View {
        if self.enrolment.plain_tab {
            return View::AddToHome;
        }
        match (&self.state, &self.shown) {
            (State::Blocked(block), _) => View::Blocked(*block),
            (State::NotEnrolled, _) => View::Enrol,
            (State::Ready(_), Some(shown)) => self.view_of_visit(shown),
            (State::Starting | State::Ready(_), _) => View::Starting,
        }
    }

    /// Where, what and how, if the tablet takes ratings.
    pub fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    /// Whether every tap of the running visit is on the disk.
    pub fn is_drafted(&self) -> bool {
        let has_face = self.shown.as_ref().is_some_and(|shown| shown.session.level().is_some());
        has_face && self.drafts_out == 0
    }

    /// Whether [`Self::tick`] would change something.
    pub fn due(&self, now: Duration) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.session.due(now))
    }

    /// Time passed.
    pub fn tick(&mut self, now: Duration) -> Vec<Out> {
        self.visit(|session| session.tick(now))
    }

    /// A person did something. The salt is for the visit that may begin with it.
    pub fn act(&mut self, now: Duration, salt: Option<Salt>, act: Act) -> Vec<Out> {
        match act {
            Act::Touch => self.visit(|session| session.touch(now)),
            Act::Tap(tap) => match salt {
                Some(salt) => self.visit(|session| {
                    let mut effects = session.begin(now, salt);
                    effects.extend(session.tap(now, tap));
                    effects
                }),
                // Without random bytes no ballot can be made safely.
                None => self.state(now, State::Blocked(Block::Storage)),
            },
            Act::Language(language) => self.choose(now, language),
            Act::Comment(text) => self.comment(now, text),
            Act::Enrol(code) => self.enrol(code),
            Act::StartCounting => self.answer_offer(Command::StartCounting),
            Act::Stay => self.answer_offer(Command::StayInPractice),
            Act::Retry => vec![Out::Reload],
        }
    }

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
            Event::Drafted { .. } => {
                self.drafts_out = self.drafts_out.saturating_sub(1);
                Vec::new()
            }
        }
    }

    fn view_of_visit(&self, shown: &Shown) -> View {
        if shown.ready.offer_counting && !self.offer_answered && shown.session.between_visits() {
            return View::Offer;
        }
        match shown.session.screen() {
            Screen::Question => View::Question,
            Screen::FollowUp(index) => View::FollowUp(index),
            Screen::Comment => View::Comment,
            Screen::Thanks => View::Thanks,
            Screen::Stuck => View::Blocked(Block::Storage),
        }
    }

    /// A state takes effect at once, except that a running visit is finished under what it began with. What makes
    /// finishing impossible (no storage) does not wait.
    fn state(&mut self, now: Duration, state: State) -> Vec<Out> {
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

    /// Lets the session do something and follows its effects.
    fn visit(&mut self, step: impl FnOnce(&mut Session) -> Vec<Effect>) -> Vec<Out> {
        let visible = matches!(
            self.view(),
            View::Question | View::FollowUp(_) | View::Comment | View::Thanks | View::Blocked(Block::Storage)
        );
        let before = (self.view(), self.asks_for_time());
        let effects = match &mut self.shown {
            Some(shown) if visible => step(&mut shown.session),
            _ => return Vec::new(),
        };
        let mut outs = self.effects(effects);
        let over = self.shown.as_ref().is_some_and(|shown| shown.session.between_visits());
        if over && let Some(state) = self.pending.take() {
            outs.extend(self.state(Duration::ZERO, state));
        }
        if (self.view(), self.asks_for_time()) != before && !outs.contains(&Out::LeaveNothing) {
            outs.push(Out::NewScreen);
        }
        outs
    }

    fn asks_for_time(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.session.asks_for_time())
    }

    fn effects(&mut self, effects: Vec<Effect>) -> Vec<Out> {
        effects.into_iter().filter_map(|effect| self.effect(effect)).collect()
    }

    fn effect(&mut self, effect: Effect) -> Option<Out> {
        let shown = self.shown.as_ref()?;
        Some(match effect {
            Effect::Began => Out::Engine(Command::VisitBegan),
            Effect::Abandoned => Out::Engine(Command::VisitAbandoned),
            Effect::Draft {
                answers,
                salt,
                took_secs,
            } => {
                self.drafts_out += 1;
                Out::Engine(Command::Draft(Draft {
                    answers,
                    salt,
                    survey: shown.ready.survey_id,
                    took_secs,
                }))
            }
            Effect::Cast { salt, ended } => Out::Engine(Command::Cast { salt, ended }),
            Effect::Speak => Out::Speak(self.said()),
            Effect::Comment => {
                self.comment_due = true;
                return None;
            }
            Effect::SwitchTextSize => {
                self.large = !self.large;
                return None;
            }
            Effect::SwitchLanguage => self.switch_language(),
            Effect::Reset => {
                self.language = Language::default();
                self.choosing = false;
                self.large = false;
                self.drafts_out = 0;
                Out::LeaveNothing
            }
        })
    }
}
