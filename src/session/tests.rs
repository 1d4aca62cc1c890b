mod any_visit;
mod made_up;

use super::*;
use crate::domain::{
    ballot::{Answer, Moment},
    hex::Hex,
    survey::{DEFAULT_SURVEY_JSON, Survey},
};

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

/// The default survey with questions after the reasons: a wait, how long only if there was one, trips, and a choice for
/// those who are not satisfied.
fn branching() -> Survey {
    let mut document: serde_json::Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
    let more = serde_json::json!([
        {"id": "cho", "kind": "yesno", "text": {"text": "Có phải chờ không?"}},
        {"id": "may_lan", "kind": "trips", "shown_if": [{"question": "cho", "answers": [1]}], "text": {"text": "Mấy lần?"}},
        {"id": "o_dau", "kind": "choice", "shown_if": [{"question": "hai_long", "answers": [1, 2]},
         {"question": "may_lan", "answers": [1, 2]}], "options": [{"id": "a", "text": {"text": "A"}},
         {"id": "b", "text": {"text": "B"}}], "text": {"text": "Ở đâu?"}},
        {"id": "y_kien", "kind": "text", "text": {"text": "Ý kiến khác"}},
    ]);
    let questions = document["questions"].as_array_mut().unwrap();
    questions.extend(more.as_array().unwrap().clone());
    Survey::check_all(document.to_string().as_bytes()).unwrap()
}

fn pick(id: &str, answer: Answer) -> Tap {
    Tap::Pick {
        question: slug(id),
        answer,
    }
}

fn answered(story: &Story) -> Vec<&str> {
    story.session.answers().unwrap().keys().map(Slug::as_str).collect()
}

#[test]
fn one_question_a_page_and_only_those_that_the_answers_ask_for() {
    let mut story = Story::new();
    story.session = Session::new(Form::new(branching(), Moment::Reception));
    story.tap(face(1));
    assert_eq!(
        story.session.progress(),
        Some((1, 2)),
        "the comment has a screen of its own"
    );
    story.tap(Tap::Next);
    assert_eq!(story.session.asked().unwrap().id, slug("cho"));
    story.tap(Tap::Next);
    assert_eq!(story.session.screen(), Screen::FollowUp(1), "it was the last page");
    story.tap(pick("cho", Answer::Level(1)));
    story.tap(Tap::Next);
    story.tap(pick("may_lan", Answer::Level(2)));
    story.tap(Tap::Next);
    assert_eq!(story.session.progress(), Some((4, 4)));
    let effects = story.tap(pick("o_dau", Answer::Tiles(vec![slug("b")])));
    assert!(matches!(&effects[..], [Effect::Draft { answers, .. }] if answers.len() == 4));
    assert_eq!(casts(&story.tap(Tap::Send)), [Ended::Sent]);
}

#[test]
fn another_answer_takes_away_what_was_asked_because_of_the_first() {
    let mut story = Story::new();
    story.session = Session::new(Form::new(branching(), Moment::Reception));
    for tap in [
        face(2),
        Tap::Next,
        pick("cho", Answer::Level(1)),
        Tap::Next,
        pick("may_lan", Answer::Level(1)),
        Tap::Next,
        pick("o_dau", Answer::Tiles(vec![slug("a")])),
    ] {
        story.tap(tap);
    }
    assert_eq!(answered(&story), ["cho", "hai_long", "may_lan", "o_dau"]);
    story.tap(Tap::Back);
    story.tap(Tap::Back);
    let effects = story.tap(pick("cho", Answer::Level(0)));
    assert!(matches!(&effects[..], [Effect::Draft { answers, .. }] if answers.len() == 2));
    assert_eq!(answered(&story), ["cho", "hai_long"], "and what followed from that");
    assert_eq!(story.session.progress(), Some((2, 2)));
    story.tap(Tap::Back);
    story.tap(Tap::Back);
    assert_eq!(
        story.session.screen(),
        Screen::Question,
        "back from the first is to choose again"
    );
    assert_eq!(story.session.level(), Some(2));
}

#[test]
fn only_the_question_on_the_screen_hears() {
    let mut story = Story::new();
    story.session = Session::new(Form::new(branching(), Moment::Reception));
    story.tap(face(1));
    for tap in [
        face(5),
        pick("cho", Answer::Level(1)),
        pick("o_dau", Answer::Tiles(vec![slug("a")])),
        pick("y_kien", Answer::Tiles(vec![slug("a")])),
        pick("ly_do", Answer::Tiles(vec![slug("thai_do")])),
    ] {
        assert_eq!(story.tap(tap.clone()), [], "{tap:?}");
    }
    story.tap(Tap::Next);
    assert_eq!(story.tap(tile("thai_do")), []);
    for answer in [Answer::Level(2), Answer::Level(-1), Answer::Tiles(vec![slug("a")])] {
        assert_eq!(story.tap(pick("cho", answer)), []);
    }
    assert_eq!(answered(&story), ["hai_long"]);
}

#[test]
fn the_sipas_form_can_be_ended_on_any_of_its_22_pages() {
    let survey = Survey::parse(crate::domain::survey::SHIPPED[1].json.as_bytes()).unwrap();
    let mut story = Story::new();
    story.session = Session::new(Form::new(survey, Moment::Result));
    story.tap(Tap::Face {
        question: slug("chung"),
        level: 4,
    });
    assert_eq!(story.session.progress(), Some((1, 22)));
    for _ in 0..2 {
        story.tap(Tap::Next);
    }
    assert_eq!(story.session.progress(), Some((3, 22)));
    assert_eq!(casts(&story.tap(Tap::Send)), [Ended::Sent]);
}
