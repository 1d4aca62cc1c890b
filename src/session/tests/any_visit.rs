//! Every order of events: ten thousand visits over the default survey, the SIPAS form and made-up surveys, whatever is
//! tapped and however long it takes.

use super::made_up::{possible, survey};
use crate::{
    domain::{
        ballot::{Answer, Answers, Moment},
        hex::{Hex, Salt},
        policy::DEBOUNCE,
        survey::{DEFAULT_SURVEY_JSON, Given, Question, QuestionKind, SHIPPED, Survey},
    },
    session::{Effect, Form, Phase, Screen, Session, Tap},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::{cell::Cell, time::Duration};

/// Visits that the property must have seen.
const VISITS: usize = 10_000;
pub(super) const MOMENTS: [Moment; 3] = [Moment::Reception, Moment::Returned, Moment::Result];

/// One thing that happens. Numbers choose among what there is at that time.
#[derive(Clone, Debug)]
enum Step {
    /// Any control of the survey, on the screen or not.
    Any(usize),
    /// A control of the question on the screen.
    Asked(usize),
    /// "Tiếp", "Gửi", …
    Control(usize),
    /// The glass, beside every control.
    Touch,
    /// Milliseconds pass.
    Wait(u64),
    /// The engine confirms what it was asked to cast.
    Confirm,
    /// The engine confirms a visit of the past.
    Stale,
    /// The storage fails.
    Fail,
}

const CONTROLS: [Tap; 10] = [
    Tap::Again,
    Tap::Next,
    Tap::Back,
    Tap::Send,
    Tap::MoreTime,
    Tap::Listen,
    Tap::TextSize,
    Tap::Language,
    Tap::Comment,
    Tap::Skip,
];

/// A step for a number: cheaper than a strategy for each, and what fails still shrinks.
fn step(number: u32) -> Step {
    let n = (number / 26) as usize;
    match number % 26 {
        0..2 => Step::Any(n),
        2..8 => Step::Asked(n),
        8..14 => Step::Control(n % CONTROLS.len()),
        14 => Step::Touch,
        15..20 => Step::Wait([50, 450, 2_100, 12_000][n % 4]),
        20..23 => Step::Wait([30_000, 50_000, n as u64 % 90_000][n % 3]),
        23..25 => Step::Confirm,
        _ if n.is_multiple_of(8) => Step::Fail,
        _ => Step::Stale,
    }
}

fn forms() -> impl Strategy<Value = Form> {
    let shipped = |json: &str| Just(Survey::parse(json.as_bytes()).unwrap());
    let survey = prop_oneof![
        2 => shipped(DEFAULT_SURVEY_JSON),
        1 => shipped(SHIPPED[1].json),
        1 => shipped(SHIPPED[2].json),
        4 => survey(),
    ];
    (survey, 0..3usize, any::<bool>())
        .prop_map(|(survey, moment, comments)| Form::new(survey, MOMENTS[moment]).with_comments(comments))
}

/// Every tap that a screen could send for a question, and some that none would.
fn taps(question: &Question) -> Vec<Tap> {
    let id = || question.id.clone();
    let pick = |answer| Tap::Pick { question: id(), answer };
    let mut taps: Vec<_> = (0..=6).map(|level| Tap::Face { question: id(), level }).collect();
    taps.extend((-1..=3).map(|number| pick(Answer::Level(number))));
    for given in possible(&question.kind) {
        if let Given::Item(item) = given {
            taps.push(pick(Answer::Tiles(vec![item.clone()])));
            taps.push(pick(Answer::Tiles(vec![item.clone(), item.clone()])));
            taps.push(Tap::Tile {
                question: id(),
                tile: item,
            });
        }
    }
    taps.push(pick(Answer::Tiles(vec![])));
    taps
}

/// A tablet, citizens, an engine.
struct World {
    session: Session,
    now: Duration,
    salts: u128,
    effects: Vec<Effect>,
    failed: usize,
}

impl World {
    fn salt(&self) -> Salt {
        Hex(self.salts.to_be_bytes())
    }

    fn heard(&mut self, effects: Vec<Effect>) {
        let over = effects.contains(&Effect::Reset);
        self.effects.extend(effects);
        if over {
            // Nothing of the visit is left but the moment in which taps meant for it are not heard. A new member of a
            // session has to be thought of here.
            let Session {
                form: _,
                phase,
                deaf_until,
                last_tap,
            } = &self.session;
            assert_eq!((phase, last_tap), (&Phase::Idle, &None));
            assert_eq!(*deaf_until, Some(self.now + DEBOUNCE));
        }
    }

    fn tap(&mut self, tap: Tap) {
        if self.session.between_visits() {
            self.salts += 1;
            let effects = self.session.begin(self.now, self.salt());
            self.heard(effects);
        }
        let effects = self.session.tap(self.now, tap);
        self.heard(effects);
    }

    fn wait(&mut self, millis: u64) {
        // As the screens do: the time is looked at again and again, at no particular moment.
        let until = self.now + Duration::from_millis(millis);
        while self.now < until {
            self.now = (self.now + Duration::from_millis(1_700)).min(until);
            if self.session.due(self.now) {
                let effects = self.session.tick(self.now);
                self.heard(effects);
            }
        }
    }

    fn confirm(&mut self, salt: Salt) {
        if self.session.is_casting() || salt != self.salt() {
            self.session.cast(self.now, salt);
        }
        self.session.commented(self.now);
    }

    fn happen(&mut self, step: &Step) {
        let of = |taps: Vec<Tap>, n: usize| taps.get(n % taps.len().max(1)).cloned();
        match step {
            Step::Any(n) => {
                let questions = &self.session.form().survey().questions;
                let question = &questions[n % questions.len()];
                of(taps(question), n / questions.len())
                    .into_iter()
                    .for_each(|tap| self.tap(tap));
            }
            Step::Asked(n) => {
                let asked = self.session.asked().map(taps).unwrap_or_default();
                of(asked, *n).into_iter().for_each(|tap| self.tap(tap));
            }
            Step::Control(n) => self.tap(CONTROLS[*n].clone()),
            Step::Touch => {
                let effects = self.session.touch(self.now);
                self.heard(effects);
            }
            Step::Wait(millis) => self.wait(*millis),
            Step::Confirm => self.confirm(self.salt()),
            Step::Stale => self.confirm(Hex([255; 16])),
            Step::Fail => {
                self.failed += usize::from(!self.session.between_visits() && self.session.screen() != Screen::Thanks);
                let effects = self.session.failed(self.now);
                self.heard(effects);
            }
        }
    }
}

/// The answers of a draft are answers to this form: each to a question that it asks after the others, each possible there,
/// the face among them.
fn is_valid(form: &Form, answers: &Answers) {
    let survey = form.survey();
    assert!(survey.headline_level(answers).is_some());
    assert_eq!(survey.given(answers).len(), answers.len(), "{answers:?}");
    for (id, answer) in answers {
        let question = survey.question(id).unwrap();
        let asked = form.follow_ups(answers).any(|asked| &asked.id == id);
        assert!(asked || *id == survey.headline, "{id} is not asked after {answers:?}");
        match (&question.kind, answer) {
            (QuestionKind::Tiles { .. }, Answer::Tiles(chosen)) => {
                let offered: Vec<_> = form.tiles(question).map(|tile| &tile.id).collect();
                let places: Vec<_> = chosen.iter().map(|id| offered.iter().position(|o| *o == id)).collect();
                assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{chosen:?}");
                assert_eq!(question.given(answer).len(), chosen.len(), "each once");
            }
            (_, answer) => assert_eq!(question.given(answer).len(), 1, "{answer:?}"),
        }
    }
}

/// A visit's effects, from `Began` to before `Reset`. Answers whether the storage failed it.
fn is_one_visit(form: &Form, visit: &[Effect]) -> bool {
    assert_eq!(visit[0], Effect::Began);
    assert!(!visit[1..].contains(&Effect::Began));
    let (mut drafts, mut casts, mut salts) = (0, Vec::new(), Vec::new());
    for effect in visit {
        match effect {
            Effect::Draft { answers, salt, .. } => {
                assert!(casts.is_empty(), "nothing is changed after the cast");
                is_valid(form, answers);
                drafts += 1;
                salts.push(*salt);
            }
            Effect::Cast { salt, ended } => {
                casts.push((*salt, *ended));
                salts.push(*salt);
            }
            _ => {}
        }
    }
    casts.dedup();
    salts.dedup();
    let abandoned = visit.iter().filter(|effect| **effect == Effect::Abandoned).count();
    assert!(salts.len() <= 1, "one visit, one salt");
    assert!(casts.len() <= 1, "repeated, a cast is the same cast");
    assert!(drafts > 0 || casts.is_empty(), "nothing is cast without a face");
    assert!(drafts == 0 || abandoned == 0, "a face is never abandoned");
    match (casts.len(), abandoned) {
        (1, 0) | (0, 1) => false,
        (0, 0) => true,
        both => panic!("{both:?}"),
    }
}

#[test]
fn a_visit_with_a_face_ends_in_one_ballot_and_one_without_in_an_abandoned_count() {
    let (visits, cast, deep) = (Cell::new(0), Cell::new(0), Cell::new(0));
    // The same visits every time: a failure can be looked at, and a green run means the same tomorrow.
    let config = Config {
        cases: 3_600,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let worlds = (forms(), prop::collection::vec(any::<u32>(), 40..160));
    let ran = runner.run(&worlds, |(form, steps)| {
        let mut world = World {
            session: Session::new(form.clone()),
            now: Duration::from_secs(1_000),
            salts: 0,
            effects: Vec::new(),
            failed: 0,
        };
        for number in &steps {
            world.happen(&step(*number));
            let is_deep = matches!(world.session.screen(), Screen::FollowUp(1..));
            deep.set(deep.get() + usize::from(is_deep));
        }
        // Everybody leaves; the engine answers.
        for _ in 0..3 {
            world.wait(60_000);
            world.confirm(world.salt());
        }
        world.wait(60_000);
        assert!(world.session.between_visits());
        let parts: Vec<_> = world.effects.split(|effect| *effect == Effect::Reset).collect();
        let (rest, of_visits) = parts.split_last().unwrap();
        assert!(rest.is_empty(), "{rest:?}");
        let failed = of_visits.iter().filter(|visit| is_one_visit(&form, visit)).count();
        assert!(failed <= world.failed, "only a failing storage ends a visit in neither");
        visits.set(visits.get() + of_visits.len());
        let casts = of_visits
            .iter()
            .filter(|visit| visit.iter().any(|e| matches!(e, Effect::Cast { .. })));
        cast.set(cast.get() + casts.count());
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    let (visits, cast, deep) = (visits.get(), cast.get(), deep.get());
    assert!(
        visits >= VISITS && cast > VISITS / 4 && deep > VISITS / 4,
        "{visits} visits, {cast} cast, {deep} deep"
    );
}
