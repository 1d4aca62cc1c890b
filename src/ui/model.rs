//! What the screens show and what follows from an event, a tap or the time: plain values, no Dioxus, no browser.

mod enrolment;
mod heard;
mod kiosk;
mod sight;
mod talk;

pub use enrolment::Enrolment;
pub use kiosk::SelfTest;
pub use sight::Sight;

use super::{
    lang::{Installed, Language},
    operator::{OperatorAct, OperatorModel},
};
use crate::{
    domain::hex::Salt,
    engine::message::{Block, Command, Draft, Ready, State, Status},
    platform::page::Said,
    session::{Effect, Screen, Session, Tap},
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
    /// The resting screen was touched.
    Wake,
    /// "Xong" on the self-test.
    Done,
    /// Something of operator mode.
    Operator(OperatorAct),
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
    /// Fill the screen, as far as the browser lets us.
    FullScreen,
    /// The code in the address has served.
    ForgetAddress,
    /// Load the page anew.
    Reload,
    /// Let the browser save a file.
    Save {
        /// Its name.
        name: String,
        /// Its bytes as hex digits.
        hex: String,
    },
    /// Play a tone.
    Beep,
    /// Test what the page can tell of itself.
    SelfTest,
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
    /// Outside the opening hours.
    Resting,
    /// What works on this tablet and what does not.
    SelfTest,
    /// No ratings, and why.
    Blocked(Block),
    /// Operator mode; the name of its screen.
    Operator(&'static str),
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
            Self::Resting => "resting",
            Self::SelfTest => "self-test",
            Self::Blocked(_) => "blocked",
            Self::Operator(name) => name,
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
    /// How large and how dark the words are.
    pub sight: Sight,
    /// How sending goes.
    pub status: Status,
    /// Languages the device has a voice for: the first part of their tags.
    pub voices: Vec<String>,
    /// The list of languages is on the screen.
    pub choosing: bool,
    /// The page fills the screen as an installed app does, or there is no page.
    pub kiosk: bool,
    /// What the self-test found, while its screen is open.
    pub self_test: Option<SelfTest>,
    /// Operator mode.
    pub operator: OperatorModel,
    packs: Vec<&'static Installed>,
    /// What was written is to be handed to the engine.
    comment_due: bool,
    state: State,
    shown: Option<Shown>,
    /// What the engine said during a visit and takes effect after it.
    pending: Option<State>,
    offer_answered: bool,
    /// Outside the opening hours, and nobody is there.
    resting: bool,
    /// When somebody last touched something, and until when taps belong to the touch that woke the screen.
    touched: Option<Duration>,
    deaf_until: Option<Duration>,
    /// Drafts of this visit that are not on the disk yet.
    drafts_out: u32,
}

impl Model {
    /// What a page shows before it heard from the engine.
    pub fn new(enrolment: Enrolment) -> Self {
        Self {
            enrolment,
            language: Language::default(),
            sight: Sight::default(),
            status: Status::default(),
            voices: Vec::new(),
            choosing: false,
            kiosk: true,
            self_test: None,
            packs: Vec::new(),
            comment_due: false,
            operator: OperatorModel::default(),
            state: State::Starting,
            shown: None,
            pending: None,
            offer_answered: false,
            resting: false,
            touched: None,
            deaf_until: None,
            drafts_out: 0,
        }
    }

    /// What is on the screen.
    pub fn view(&self) -> View {
        if self.enrolment.plain_tab {
            return View::AddToHome;
        }
        if self.self_test.is_some() {
            return View::SelfTest;
        }
        if let Some(name) = self.operator.name() {
            return View::Operator(name);
        }
        self.view_below()
    }

    /// What would be on the screen without the page's own business.
    pub(super) fn view_below(&self) -> View {
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
        let wakes = self.deaf_until.is_some_and(|until| until <= now);
        wakes || self.operator.session.due(now) || self.shown.as_ref().is_some_and(|shown| shown.session.due(now))
    }

    /// Whether taps are not heard just now.
    pub fn is_deaf(&self) -> bool {
        self.deaf_until.is_some() || self.shown.as_ref().is_some_and(|shown| shown.session.is_deaf())
    }

    /// Time passed.
    pub fn tick(&mut self, now: Duration) -> Vec<Out> {
        self.deaf_until = self.deaf_until.filter(|until| now < *until);
        let mut outs = self.operator.tick(now, &mut self.language);
        outs.extend(self.visit(|session| session.tick(now)));
        outs
    }

    /// A person did something. The salt is for the visit that may begin with it.
    pub fn act(&mut self, now: Duration, salt: Option<Salt>, act: Act) -> Vec<Out> {
        if self.deaf_until.is_some_and(|until| now < until) {
            return Vec::new();
        }
        self.touched = Some(now);
        match act {
            Act::Touch if self.operator.session.is_open() => {
                self.operator.session.touch(now);
                Vec::new()
            }
            Act::Wake => self.wake(now),
            Act::Touch | Act::Tap(_) if self.resting => Vec::new(),
            Act::Touch => self.visit(|session| session.touch(now)),
            Act::Operator(act) => {
                let free = self.is_free();
                self.operator.act(now, act, free, &mut self.language)
            }
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
            Act::Done => self.close_self_test(now),
            Act::Retry => vec![Out::Reload],
        }
    }

    fn view_of_visit(&self, shown: &Shown) -> View {
        if shown.ready.offer_counting && !self.offer_answered && shown.session.between_visits() {
            return View::Offer;
        }
        match shown.session.screen() {
            Screen::Question if self.resting => View::Resting,
            Screen::Question => View::Question,
            Screen::FollowUp(index) => View::FollowUp(index),
            Screen::Comment => View::Comment,
            Screen::Thanks => View::Thanks,
            Screen::Stuck => View::Blocked(Block::Storage),
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
            Effect::Cast { salt, ended } => Out::Engine(Command::Cast {
                salt,
                ended,
                language: self.language.tag().to_owned(),
            }),
            Effect::Speak => Out::Speak(self.said()),
            Effect::Comment => {
                self.comment_due = true;
                return None;
            }
            Effect::SwitchTextSize => {
                self.sight = self.sight.next();
                return None;
            }
            Effect::SwitchLanguage => self.switch_language(),
            Effect::Reset => {
                self.language = Language::default();
                self.choosing = false;
                self.sight = Sight::default();
                self.drafts_out = 0;
                Out::LeaveNothing
            }
        })
    }
}
