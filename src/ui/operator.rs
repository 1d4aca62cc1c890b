//! Operator mode as the screens know it: the state machine, what the engine last said, and what follows from both.

use super::{lang::Language, model::Out};
use crate::{
    domain::ids::CounterId,
    engine::message::{
        Command,
        operator::{Ask, EraseState, Refusal, Report, SavedFile, Say, TakenFile},
    },
    session::operator::{Operator, OperatorEffect, OperatorTap, Page, Place, Refused, SCREEN_TESTS},
};
use std::{collections::BTreeSet, time::Duration};

/// Fields of the touch grid.
pub const GRID: u8 = 24;

/// What an operator did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorAct {
    /// The name, the pad, the pages.
    Tap(OperatorTap),
    /// "Gửi ngay".
    SendNow,
    /// "Bắt đầu tính phiếu".
    StartCounting,
    /// "Lưu tệp phiếu".
    Save,
    /// A file was chosen; its text, if it could be read.
    Take(Option<String>),
    /// A counter was chosen.
    Counter(CounterId),
    /// The test of the sound.
    Sound,
    /// The test of the storage.
    Storage,
    /// The whole self-test.
    SelfTest,
    /// The next colour of the screen test.
    NextColour,
    /// A field of the touch grid.
    Field(u8),
    /// "Xóa mọi dữ liệu", with the code if one was typed.
    Erase(Option<String>),
    /// "English", "Tiếng Việt".
    Language,
}

/// What the last action came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Result {
    /// A try to send is under way.
    Sending,
    /// A file was handed to the browser.
    Saved {
        /// Ballots in it.
        ballots: u64,
        /// Records that did not fit.
        left: u64,
    },
    /// Nothing may travel yet.
    NothingToSave(Option<i64>),
    /// No key to seal with.
    NoFileKey,
    /// A receipt file.
    Taken(TakenFile),
    /// The chosen file could not be read.
    Unreadable,
    /// The tone was played.
    Sound,
    /// The storage was tested.
    Storage(bool),
}

/// Operator mode as the screens know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorModel {
    /// Where the person is.
    pub session: Operator,
    /// How the tablet is.
    pub report: Option<Report>,
    /// What the last action came to.
    pub result: Option<Result>,
    /// How an erase goes.
    pub erase: Option<EraseState>,
    /// Fields of the touch grid that were touched.
    pub fields: BTreeSet<u8>,
}

impl OperatorModel {
    /// The name of its screen in `data-screen`, while it is open.
    pub fn name(&self) -> Option<&'static str> {
        match self.session.place() {
            Place::Away => None,
            Place::Asking(entry) if entry.by_code => Some("operator-code"),
            Place::Asking(_) => Some("operator-pin"),
            Place::In(page) => Some(match page {
                Page::Home => "operator",
                Page::Files => "operator-files",
                Page::Counter => "operator-counter",
                Page::Tests => "operator-tests",
                Page::ScreenTest(_) => "operator-screen",
                Page::Erase => "operator-erase",
            }),
        }
    }

    /// A person did something. `free`: no visit is running.
    pub fn act(&mut self, now: Duration, act: OperatorAct, free: bool, language: &mut Language) -> Vec<Out> {
        if let OperatorAct::Tap(tap) = act {
            if matches!(tap, OperatorTap::Go(_)) {
                self.result = None;
                self.fields.clear();
            }
            let effects = self.session.tap(now, tap, free);
            return self.effects(effects, language);
        }
        let Place::In(page) = *self.session.place() else {
            return Vec::new();
        };
        self.session.touch(now);
        self.result = None;
        match act {
            OperatorAct::SendNow => {
                self.result = Some(Result::Sending);
                vec![Out::Engine(Command::SendNow), ask(Ask::Report)]
            }
            OperatorAct::StartCounting => vec![Out::Engine(Command::StartCounting), ask(Ask::Report)],
            OperatorAct::Save => vec![ask(Ask::SaveFile)],
            OperatorAct::Take(Some(text)) => vec![ask(Ask::TakeFile(text))],
            OperatorAct::Take(None) => {
                self.result = Some(Result::Unreadable);
                Vec::new()
            }
            OperatorAct::Counter(counter) => vec![ask(Ask::WantCounter(counter))],
            OperatorAct::Sound => {
                self.result = Some(Result::Sound);
                vec![Out::Beep]
            }
            OperatorAct::Storage => vec![ask(Ask::TestStorage)],
            OperatorAct::SelfTest => vec![Out::SelfTest],
            OperatorAct::NextColour => {
                let next = match page {
                    Page::ScreenTest(n) if n + 1 < SCREEN_TESTS => Page::ScreenTest(n + 1),
                    _ => Page::Tests,
                };
                let effects = self.session.tap(now, OperatorTap::Go(next), free);
                self.effects(effects, language)
            }
            OperatorAct::Field(field) => {
                self.fields.insert(field);
                if self.fields.len() < usize::from(GRID) {
                    return Vec::new();
                }
                self.fields.clear();
                let effects = self.session.tap(now, OperatorTap::Go(Page::Tests), free);
                self.effects(effects, language)
            }
            OperatorAct::Erase(code) => vec![ask(Ask::Erase { code })],
            OperatorAct::Language => {
                *language = language.other();
                vec![Out::Language(language.tag())]
            }
            OperatorAct::Tap(_) => Vec::new(),
        }
    }

    /// The engine said something.
    pub fn hear(&mut self, say: Say, language: &mut Language) -> Vec<Out> {
        match say {
            Say::Entered => {
                let effects = self.session.entered();
                return self.effects(effects, language);
            }
            Say::Refused(refusal) => self.session.refused(refused(refusal)),
            Say::Report(report) => self.report = Some(*report),
            Say::File(SavedFile {
                name,
                hex,
                ballots,
                left,
            }) => {
                self.result = Some(Result::Saved { ballots, left });
                return vec![Out::Save { name, hex }];
            }
            Say::NothingToSave { sendable_at } => self.result = Some(Result::NothingToSave(sendable_at)),
            Say::NoFileKey => self.result = Some(Result::NoFileKey),
            Say::Taken(taken) => self.result = Some(Result::Taken(taken)),
            Say::Storage(good) => self.result = Some(Result::Storage(good)),
            Say::Erase(state) => self.erase = Some(state),
            Say::Closed => return self.close(language),
        }
        Vec::new()
    }

    /// Time passed.
    pub fn tick(&mut self, now: Duration, language: &mut Language) -> Vec<Out> {
        let effects = self.session.tick(now);
        self.effects(effects, language)
    }

    /// What the tablet is has changed so that nothing of operator mode makes sense any more.
    pub fn close(&mut self, language: &mut Language) -> Vec<Out> {
        if !self.session.is_open() {
            return Vec::new();
        }
        self.effects(vec![OperatorEffect::Left], language)
    }

    fn effects(&mut self, effects: Vec<OperatorEffect>, language: &mut Language) -> Vec<Out> {
        let mut outs = Vec::new();
        for effect in effects {
            match effect {
                OperatorEffect::TryPin(pin) => outs.push(ask(Ask::Pin(pin))),
                OperatorEffect::TryCode(code) => outs.push(ask(Ask::Code(code))),
                OperatorEffect::NewScreen => outs.push(Out::NewScreen),
                OperatorEffect::Left => {
                    // What was shown and typed goes with it: a citizen comes next.
                    *self = Self::default();
                    *language = Language::default();
                    outs.extend([ask(Ask::Leave), Out::LeaveNothing]);
                }
            }
        }
        outs
    }
}

fn ask(ask: Ask) -> Out {
    Out::Engine(Command::Operator(ask))
}

fn refused(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::Wrong => Refused::Wrong,
        Refusal::Wait(seconds) => Refused::Wait(seconds),
        Refusal::CodeOnly => Refused::CodeOnly,
        Refusal::NoPin => Refused::NoPin,
        Refusal::WrongCode => Refused::WrongCode,
    }
}
