//! Operator mode as a state machine: five taps on the unit's name, the PIN, the pages, and out again by itself.
//!
//! Pure, like the visit: time is passed in, what is to be done comes out as [`OperatorEffect`]s. It knows no PIN; the
//! engine says whether what was typed is right. Between visits only: whoever holds the screen is either a citizen or an
//! operator, never both.

use crate::domain::policy;
use std::time::Duration;

/// Characters of the district's one-time code.
const CODE_CHARS: usize = policy::CODE_SHEET_CHARS;
/// Longest time a try of the PIN may take before the pad listens again: a tablet from 2018 needs under a second.
const TRY_PATIENCE: Duration = Duration::from_secs(10);

/// A page of operator mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The queue in words, and the way to the others.
    Home,
    /// Ballots out into a file, receipts in.
    Files,
    /// Ask for another counter of the unit.
    Counter,
    /// Sound, screen, storage.
    Tests,
    /// One full-screen colour or the touch grid, by number.
    ScreenTest(u8),
    /// Erase the tablet.
    Erase,
}

/// Screens of the screen test: four colours and the touch grid.
pub const SCREEN_TESTS: u8 = 5;

/// What a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperatorTap {
    /// The unit's name.
    Name,
    /// Ctrl+Alt+O.
    Shortcut,
    /// A key of the pad.
    Key(char),
    /// Takes the last one back.
    Backspace,
    /// To the one-time code, or back to the PIN.
    OtherWay,
    /// Try the code (a PIN is tried by its last digit).
    Enter,
    /// To a page.
    Go(Page),
    /// Out.
    Leave,
}

/// Why what was typed did not open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Wrong; another try at once.
    Wrong,
    /// Wrong, or too many before: another try in so many seconds.
    Wait(i64),
    /// Too many wrong ones: only a code opens.
    CodeOnly,
    /// The unit has no PIN yet.
    NoPin,
    /// Not the code, or it was used before.
    WrongCode,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperatorEffect {
    /// Ask the engine whether this PIN is right.
    TryPin(String),
    /// Ask the engine whether this code is right.
    TryCode(String),
    /// Another screen is shown.
    NewScreen,
    /// Operator mode was left.
    Left,
}

/// What was typed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Digits of the PIN, or characters of the code.
    pub typed: String,
    /// The code is typed, not the PIN.
    pub by_code: bool,
    /// Why the last one was refused.
    pub refused: Option<Refused>,
    /// Since when an answer is awaited.
    tried: Option<Duration>,
}

impl Entry {
    /// Whether an answer is awaited.
    pub fn is_busy(&self) -> bool {
        self.tried.is_some()
    }
}

/// Where a person is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// With the citizens.
    #[default]
    Away,
    /// At the pad.
    Asking(Entry),
    /// In.
    In(Page),
}

/// Operator mode of one tablet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    place: Place,
    taps: Vec<Duration>,
    last_touch: Duration,
}

impl Operator {
    /// Where the person is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the screen is the operator's.
    pub fn is_open(&self) -> bool {
        self.place != Place::Away
    }

    /// A person did something. `free`: no visit is running.
    pub fn tap(&mut self, now: Duration, tap: OperatorTap, free: bool) -> Vec<OperatorEffect> {
        self.last_touch = now;
        match (&mut self.place, tap) {
            (Place::Away, OperatorTap::Shortcut) if free => self.go(Place::Asking(Entry::default())),
            (Place::Away, OperatorTap::Name) if free => self.name_tapped(now),
            (Place::Asking(_) | Place::In(_), OperatorTap::Leave) => self.leave(),
            (Place::Asking(entry), tap) => type_in(entry, now, tap),
            (Place::In(_), OperatorTap::Go(page)) => self.go(Place::In(page)),
            _ => Vec::new(),
        }
    }

    /// The glass was touched.
    pub fn touch(&mut self, now: Duration) {
        self.last_touch = now;
    }

    /// What was typed is right.
    pub fn entered(&mut self) -> Vec<OperatorEffect> {
        match &self.place {
            Place::Asking(entry) if entry.is_busy() => self.go(Place::In(Page::Home)),
            _ => Vec::new(),
        }
    }

    /// What was typed is not right.
    pub fn refused(&mut self, why: Refused) {
        if let Place::Asking(entry) = &mut self.place {
            // A code of 16 characters is worth a second look; a PIN is typed again.
            if !entry.by_code {
                entry.typed.clear();
            }
            entry.refused = Some(why);
            entry.tried = None;
        }
    }

    /// Time passed.
    pub fn tick(&mut self, now: Duration) -> Vec<OperatorEffect> {
        if let Place::Asking(entry) = &mut self.place
            && entry.tried.is_some_and(|tried| now >= tried + TRY_PATIENCE)
        {
            entry.tried = None;
        }
        if self.is_silent(now) { self.leave() } else { Vec::new() }
    }

    /// Whether a tick at this time would change something.
    pub fn due(&self, now: Duration) -> bool {
        let tried = match &self.place {
            Place::Asking(entry) => entry.tried,
            _ => None,
        };
        self.is_silent(now) || tried.is_some_and(|tried| now >= tried + TRY_PATIENCE)
    }

    fn is_silent(&self, now: Duration) -> bool {
        self.is_open() && now >= self.last_touch + policy::OPERATOR_SILENCE
    }

    fn name_tapped(&mut self, now: Duration) -> Vec<OperatorEffect> {
        self.taps.retain(|tap| now <= *tap + policy::OPERATOR_TAPS_WITHIN);
        self.taps.push(now);
        if self.taps.len() < policy::OPERATOR_TAPS {
            return Vec::new();
        }
        self.taps.clear();
        self.go(Place::Asking(Entry::default()))
    }

    fn go(&mut self, place: Place) -> Vec<OperatorEffect> {
        self.place = place;
        vec![OperatorEffect::NewScreen]
    }

    fn leave(&mut self) -> Vec<OperatorEffect> {
        *self = Self::default();
        vec![OperatorEffect::Left]
    }
}

fn type_in(entry: &mut Entry, now: Duration, tap: OperatorTap) -> Vec<OperatorEffect> {
    if entry.is_busy() {
        return Vec::new();
    }
    let limit = if entry.by_code { CODE_CHARS } else { policy::PIN_DIGITS };
    match tap {
        OperatorTap::Key(key) if entry.typed.chars().count() < limit => {
            entry.refused = None;
            entry.typed.push(key);
            if !entry.by_code && entry.typed.len() == limit {
                entry.tried = Some(now);
                return vec![OperatorEffect::TryPin(entry.typed.clone())];
            }
        }
        OperatorTap::Backspace => drop(entry.typed.pop()),
        OperatorTap::OtherWay => {
            *entry = Entry {
                by_code: !entry.by_code,
                ..Entry::default()
            };
            return vec![OperatorEffect::NewScreen];
        }
        OperatorTap::Enter if entry.by_code && !entry.typed.is_empty() => {
            entry.tried = Some(now);
            return vec![OperatorEffect::TryCode(entry.typed.clone())];
        }
        _ => {}
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;
    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn taps(times: impl IntoIterator<Item = u64>) -> Operator {
        let mut operator = Operator::default();
        for ms in times {
            operator.tap(MS(ms), OperatorTap::Name, true);
        }
        operator
    }

    fn asking() -> Operator {
        let mut operator = Operator::default();
        assert_eq!(
            operator.tap(S(1), OperatorTap::Shortcut, true),
            [OperatorEffect::NewScreen]
        );
        operator
    }

    fn enter(operator: &mut Operator, pin: &str, now: Duration) -> Vec<OperatorEffect> {
        pin.chars()
            .flat_map(|key| operator.tap(now, OperatorTap::Key(key), true))
            .collect()
    }

    #[test]
    fn five_taps_within_three_seconds_ask_for_the_pin_and_four_or_slow_ones_do_not() {
        assert!(taps([0, 700, 1400, 2100, 3000]).is_open());
        assert!(!taps([0, 700, 1400, 2100]).is_open());
        assert!(!taps([0, 700, 1400, 2100, 3001]).is_open());
        assert!(taps([0, 700, 1400, 2100, 3001, 3600]).is_open(), "any five in a row");
    }

    #[test]
    fn a_visit_is_never_interrupted() {
        let mut operator = Operator::default();
        operator.tap(S(1), OperatorTap::Shortcut, false);
        (0..9).for_each(|_| drop(operator.tap(S(1), OperatorTap::Name, false)));
        assert!(!operator.is_open());
    }

    #[test]
    fn the_last_digit_tries_the_pin_and_only_the_engine_opens() {
        let mut operator = asking();
        assert!(operator.entered().is_empty(), "nothing was tried");
        assert_eq!(enter(&mut operator, "20481", S(2)), []);
        let tried = enter(&mut operator, "6", S(2));
        assert_eq!(tried, [OperatorEffect::TryPin("204816".into())]);
        assert_eq!(enter(&mut operator, "7", S(2)), [], "deaf while it is looked at");
        operator.refused(Refused::Wrong);
        let Place::Asking(entry) = operator.place() else {
            panic!("{operator:?}")
        };
        assert!(entry.typed.is_empty() && entry.refused == Some(Refused::Wrong));
        enter(&mut operator, "204817", S(3));
        operator.entered();
        assert_eq!(operator.place(), &Place::In(Page::Home));
    }

    #[test]
    fn a_code_is_typed_in_full_and_entered() {
        let mut operator = asking();
        operator.tap(S(2), OperatorTap::OtherWay, true);
        assert_eq!(enter(&mut operator, "0123456789ABCDEFGH", S(2)), []);
        assert_eq!(
            operator.tap(S(2), OperatorTap::Enter, true),
            [OperatorEffect::TryCode("0123456789ABCDEF".into())]
        );
        operator.refused(Refused::WrongCode);
        let Place::Asking(entry) = operator.place() else {
            panic!("{operator:?}")
        };
        assert_eq!(entry.typed.len(), 16, "to be corrected");
    }

    #[test]
    fn a_minute_of_silence_ends_it_wherever_it_is() {
        let mut operator = asking();
        assert!(!operator.due(S(60)));
        assert_eq!(operator.tick(S(61)), [OperatorEffect::Left]);
        let mut operator = asking();
        enter(&mut operator, "204816", S(2));
        operator.entered();
        operator.tap(S(30), OperatorTap::Go(Page::Files), true);
        operator.touch(S(50));
        assert!(operator.tick(S(109)).is_empty());
        assert_eq!(operator.tick(S(110)), [OperatorEffect::Left]);
        assert_eq!(operator, Operator::default(), "nothing typed is left");
    }

    #[test]
    fn an_engine_that_does_not_answer_leaves_the_pad_usable() {
        let mut operator = asking();
        enter(&mut operator, "204816", S(2));
        operator.tick(S(12));
        assert_eq!(enter(&mut operator, "1", S(12)), []);
        operator.tap(S(12), OperatorTap::Leave, true);
        assert!(!operator.is_open());
    }
}
