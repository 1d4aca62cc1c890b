use super::*;
use crate::domain::{
    ballot::{Answer, Moment},
    hex::Hex,
    survey::{DEFAULT_SURVEY_JSON, Survey},
};
use proptest::prelude::*;

/// A tablet with a citizen in front of it and an engine that confirms a cast when told to.
struct Story {
    session: Session,
    now: Duration,
    salts: u8,
}

impl Story {
    fn new() -> Self {
        let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
        Self {
            session: Session::new(Form::new(survey, Moment::Reception)),
            now: Duration::from_secs(1000),
            salts: 0,
        }
    }

    fn wait(&mut self, millis: u64) -> Vec<Effect> {
        let until = self.now + Duration::from_millis(millis);
        let mut effects = Vec::new();
        while self.now < until {
            self.now = (self.now + Duration::from_millis(100)).min(until);
            effects.extend(self.session.tick(self.now));
        }
        effects
    }

    /// Taps as the screens do: a visit begins with the first one.
    fn tap_now(&mut self, tap: Tap) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.session.between_visits() {
            self.salts += 1;
            effects = self.session.begin(self.now, Hex([self.salts; 16]));
        }
        effects.extend(self.session.tap(self.now, tap));
        effects
    }

    fn tap(&mut self, tap: Tap) -> Vec<Effect> {
        let mut effects = self.wait(500);
        effects.extend(self.tap_now(tap));
        effects
    }

    fn confirm(&mut self) {
        self.session.cast(self.now, Hex([self.salts; 16]));
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn face(level: u8) -> Tap {
    Tap::Face {
        question: slug("hai_long"),
        level,
    }
}

fn tile(id: &str) -> Tap {
    Tap::Tile {
        question: slug("ly_do"),
        tile: slug(id),
    }
}

fn casts(effects: &[Effect]) -> Vec<Ended> {
    let ended = effects.iter().filter_map(|effect| match effect {
        Effect::Cast { ended, .. } => Some(*ended),
        _ => None,
    });
    ended.collect()
}

#[test]
fn a_face_a_reason_and_send_are_three_taps() {
    let mut story = Story::new();
    let effects = story.tap(face(2));
    assert_eq!(effects[0], Effect::Began);
    assert!(matches!(&effects[1], Effect::Draft { answers, took_secs: 0, .. }
        if answers.get(&slug("hai_long")) == Some(&Answer::Level(2))));
    assert_eq!(story.session.screen(), Screen::FollowUp(0));
    story.wait(2_000);
    story.tap(tile("thoi_gian"));
    let effects = story.tap(tile("thai_do"));
    assert!(matches!(&effects[..], [Effect::Draft { answers, took_secs: 3, .. }]
        if answers.get(&slug("ly_do")) == Some(&Answer::Tiles(vec![slug("thai_do"), slug("thoi_gian")]))));
    assert_eq!(casts(&story.tap(Tap::Send)), [Ended::Sent]);
    assert_eq!(
        story.session.screen(),
        Screen::FollowUp(0),
        "no thanks before the commit"
    );
    story.confirm();
    assert_eq!(story.session.screen(), Screen::Thanks);
    assert_eq!(story.wait(12_000), [Effect::Reset]);
    assert!(story.session.between_visits());
    assert_eq!(story.session.answers(), None);
}

#[test]
fn all_faces_lead_to_the_same_screen() {
    for level in 1..=5 {
        let mut story = Story::new();
        assert_eq!(story.tap(face(level)).len(), 2);
        assert_eq!(story.session.screen(), Screen::FollowUp(0));
    }
    let mut story = Story::new();
    story.tap(face(6));
    assert_eq!(
        (story.session.screen(), story.session.level()),
        (Screen::Question, None)
    );
}

#[test]
fn choosing_again_without_a_new_choice_leaves_the_last() {
    let mut story = Story::new();
    story.tap(face(1));
    story.tap(Tap::Again);
    assert_eq!(
        (story.session.screen(), story.session.level()),
        (Screen::Question, Some(1))
    );
    assert_eq!(casts(&story.wait(50_000)), [Ended::Silent]);
    let mut story = Story::new();
    story.tap(face(1));
    story.tap(Tap::Again);
    story.tap(face(4));
    assert_eq!(story.session.level(), Some(4));
}

#[test]
fn an_officer_who_waits_does_not_erase_a_rating() {
    let mut story = Story::new();
    story.tap(face(1));
    assert_eq!(story.wait(29_900), []);
    assert!(!story.session.asks_for_time());
    story.wait(200);
    assert!(story.session.asks_for_time());
    assert_eq!(casts(&story.wait(20_000)), [Ended::Silent]);
    story.confirm();
    assert_eq!(story.session.screen(), Screen::Thanks);
}

#[test]
fn more_time_starts_the_silence_anew() {
    let mut story = Story::new();
    story.tap(face(3));
    story.wait(31_000);
    assert_eq!(story.tap(Tap::Send), [], "the dialog covers the screen");
    story.tap(Tap::MoreTime);
    assert!(!story.session.asks_for_time());
    assert_eq!(casts(&story.wait(29_000)), []);
    assert_eq!(casts(&story.tap(Tap::Send)), [Ended::Sent]);
}

#[test]
fn a_visit_without_a_face_leaves_nothing_but_a_count() {
    let mut story = Story::new();
    assert_eq!(story.tap(Tap::Language), [Effect::Began, Effect::SwitchLanguage]);
    assert_eq!(story.wait(50_000), [Effect::Abandoned, Effect::Reset]);
    assert!(story.session.between_visits());
}

#[test]
fn thanks_is_deaf_for_two_seconds_and_then_ends_with_a_touch() {
    let mut story = Story::new();
    story.tap(face(5));
    story.tap(Tap::Send);
    story.confirm();
    story.wait(1_900);
    assert_eq!(story.session.touch(story.now), []);
    assert_eq!(story.session.screen(), Screen::Thanks);
    story.wait(200);
    assert_eq!(story.session.touch(story.now), [Effect::Reset]);
    assert_eq!(
        story.tap_now(face(1)),
        [],
        "the second half of a double tap is not the next citizen's"
    );
}

#[test]
fn a_trembling_finger_taps_once() {
    let mut story = Story::new();
    story.tap(face(4));
    assert_eq!(story.tap_now(tile("di_lai")), [], "meant for the face that stood there");
    story.tap(tile("di_lai"));
    story.wait(300);
    assert_eq!(story.tap_now(tile("di_lai")), []);
    assert_eq!(story.tap_now(tile("giay_to")).len(), 1, "another control hears at once");
    assert_eq!(story.tap(tile("di_lai")).len(), 1);
    assert_eq!(
        story.session.answers().unwrap().get(&slug("ly_do")),
        Some(&Answer::Tiles(vec![slug("giay_to")]))
    );
    story.tap(tile("giay_to"));
    assert_eq!(story.session.answers().unwrap().get(&slug("ly_do")), None);
}

#[test]
fn a_tile_of_another_moment_is_not_an_answer() {
    let mut story = Story::new();
    story.tap(face(4));
    assert_eq!(story.tap(tile("ket_qua")), []);
    assert_eq!(story.tap(tile("khong_co")), []);
}

#[test]
fn a_cast_that_is_not_confirmed_is_repeated_and_then_said() {
    let mut story = Story::new();
    story.tap(face(4));
    story.tap(Tap::Send);
    assert_eq!(casts(&story.wait(9_000)), [Ended::Sent; 3]);
    assert_eq!(story.session.screen(), Screen::FollowUp(0));
    story.wait(1_100);
    assert_eq!(story.session.screen(), Screen::Stuck);
    story.confirm();
    assert_eq!(story.session.screen(), Screen::Thanks);
}

#[test]
fn another_visits_confirmation_thanks_nobody() {
    let mut story = Story::new();
    story.tap(face(4));
    story.session.cast(story.now, Hex([1; 16]));
    assert_eq!(story.session.screen(), Screen::FollowUp(0), "nothing was sent yet");
    story.tap(Tap::Send);
    story.session.cast(story.now, Hex([9; 16]));
    assert_eq!(story.session.screen(), Screen::FollowUp(0));
}

#[test]
fn a_survey_with_one_question_still_has_send() {
    let json = r#"{"headline":"q","name":"n","questions":[{"id":"q","kind":"scale","labels":[{"text":"1"},{"text":"2"},
        {"text":"3"},{"text":"4"},{"text":"5"}],"text":{"text":"?"}}],"v":1}"#;
    let mut story = Story::new();
    story.session = Session::new(Form::new(Survey::parse(json.as_bytes()).unwrap(), Moment::Result));
    let question = slug("q");
    story.tap(Tap::Face { question, level: 3 });
    assert_eq!(story.session.screen(), Screen::FollowUp(0));
    assert_eq!(casts(&story.tap(Tap::Send)), [Ended::Sent]);
}

fn anything() -> impl Strategy<Value = Option<Tap>> {
    prop_oneof![
        2 => Just(None),
        4 => (1u8..=5).prop_map(|level| Some(face(level))),
        3 => prop_oneof![Just("thai_do"), Just("noi_cho"), Just("ket_qua")].prop_map(|id| Some(tile(id))),
        1 => prop_oneof![Just(Tap::Again), Just(Tap::Next), Just(Tap::MoreTime), Just(Tap::Listen)].prop_map(Some),
        1 => prop_oneof![Just(Tap::Send), Just(Tap::Language), Just(Tap::TextSize)].prop_map(Some),
    ]
}

proptest! {
    /// Whatever is tapped and however long it takes: began = cast + abandoned, one Cast for each visit that drafted,
    /// none for the others, and the last draft of a visit comes before its cast.
    #[test]
    fn every_visit_with_a_face_ends_in_exactly_one_cast(steps in prop::collection::vec((anything(), 0u64..40_000), 1..60)) {
        let mut story = Story::new();
        let mut effects = Vec::new();
        let mut heard = 0;
        let mut steps = steps;
        steps.extend([(None, 60_000), (None, 60_000)]);
        for (tap, pause) in steps {
            effects.extend(tap.into_iter().flat_map(|tap| story.tap_now(tap)));
            for _ in 0..=(pause / 1_000) {
                effects.extend(story.wait(1_000.min(pause.max(1))));
                // The engine confirms soon after it was asked.
                for effect in &effects[heard..] {
                    if let Effect::Cast { salt, .. } = effect {
                        story.session.cast(story.now, *salt);
                    }
                }
                heard = effects.len();
            }
        }
        prop_assert!(story.session.between_visits());
        let visits: Vec<&[Effect]> = effects.split(|effect| *effect == Effect::Reset).collect();
        prop_assert!(visits.last().unwrap().is_empty());
        for visit in &visits[..visits.len() - 1] {
            prop_assert_eq!(&visit[0], &Effect::Began);
            let had_face = visit.iter().any(|effect| matches!(effect, Effect::Draft { .. }));
            prop_assert_eq!(casts(visit).len(), usize::from(had_face));
            prop_assert_eq!(visit.contains(&Effect::Abandoned), !had_face);
            let ends = matches!(visit.last().unwrap(), Effect::Cast { .. } | Effect::Abandoned);
            prop_assert!(ends, "nothing after the end");
        }
    }
}
