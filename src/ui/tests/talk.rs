//! Languages, reading aloud and comments on the screens.

use super::*;
use crate::{engine::message::Command, ui::model::Out};
use serde_json::json;

pub(super) fn asking() -> Tablet {
    Tablet::new(State::Ready(Box::new(Ready {
        comments: true,
        ..ready()
    })))
}

/// A pack that says a few things, and has a recording of the question.
pub(super) fn tay() -> setup::Pack {
    let clip = format!("{}.m4a", "ab".repeat(32));
    let document = json!({"lang": "tyz", "name": "Tiếng Tày", "v": 1, "texts": {
        "@send": {"text": "Tày: gửi"},
        "@thanks_title": {"text": "Tày: cảm ơn"},
        "hai_long": {"text": "Tày: câu hỏi", "clip": clip},
        "hai_long.5": {"text": "Tày: rất hài lòng"},
    }});
    setup::Pack {
        id: Hex([0x7a; 32]),
        document,
    }
}

pub(super) fn with_packs(packs: Vec<setup::Pack>) -> Tablet {
    Tablet::new(State::Ready(Box::new(Ready { packs, ..ready() })))
}

impl Tablet {
    fn act(&mut self, act: Act) -> Vec<Out> {
        self.now += Duration::from_secs(1);
        self.model.tick(self.now);
        self.model.act(self.now, Some(SALT), act)
    }

    fn choose(mut self, tag: &str) -> Self {
        let mut tablet = self.tap(Tap::Language);
        let languages = tablet.model.languages();
        let language = languages.into_iter().find(|language| language.tag() == tag).unwrap();
        tablet.act(Act::Language(language));
        self = tablet;
        self
    }
}

#[test]
fn a_comment_is_asked_for_after_the_ballot_is_cast_and_shows_nothing_of_it() {
    let screens: Vec<String> = [1, 5].map(|level| asking().face(level).thanked().html()).into();
    assert_eq!(screens[0], screens[1]);
    let html = &screens[0];
    for text in [
        "data-screen=\"comment\"",
        "Ông/Bà có muốn viết thêm ý kiến không?",
        "Xin không ghi tên, số điện thoại, số căn cước.",
        "aria-checked=\"false\"",
        "autocomplete=\"off\"",
        "spellcheck=\"false\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let send = html.split("data-action=\"comment\"").nth(1).unwrap();
    assert!(
        send[..send.find('>').unwrap()].contains("disabled"),
        "nothing is sent unticked: {send}"
    );
    assert!(
        Tablet::ready()
            .face(3)
            .thanked()
            .html()
            .contains("data-screen=\"thanks\""),
        "off by default"
    );
}

#[test]
fn thanks_are_shown_when_the_comment_is_kept_or_skipped_and_silence_sends_none() {
    let mut tablet = asking().face(4).thanked();
    let outs = tablet.act(Act::Comment("Xin cảm ơn".into()));
    let text = "Xin cảm ơn".to_owned();
    assert!(outs.contains(&Out::Engine(Command::Comment { text })));
    assert!(
        tablet.html().contains("data-screen=\"comment\""),
        "not before it is on the disk"
    );
    assert_eq!(tablet.act(Act::Comment("lần nữa".into())), [], "once");
    tablet.hear(Event::Commented);
    assert!(tablet.html().contains("data-screen=\"thanks\""));
    let skipped = asking().face(4).thanked().tap(Tap::Skip);
    assert!(skipped.html().contains("data-screen=\"thanks\""));
    let left = asking().face(4).thanked().silent(31);
    assert!(left.html().contains("Màn hình sẽ trở về đầu sau 20 giây."));
    let left = left.silent(20).silent(1);
    assert_eq!(left.html(), asking().silent(5).html());
}

#[test]
fn a_survey_may_ask_for_the_comment_in_its_own_words() {
    let mut survey: serde_json::Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
    let own = json!({"id": "y_kien", "kind": "text", "text": {"text": "Điều gì cần sửa?"}});
    survey["questions"].as_array_mut().unwrap().push(own);
    let survey = Survey::parse(survey.to_string().as_bytes()).unwrap();
    let ready = Ready {
        comments: true,
        survey,
        ..ready()
    };
    let html = Tablet::new(State::Ready(Box::new(ready))).face(2).thanked().html();
    assert!(html.contains("Điều gì cần sửa?") && !html.contains("Ông/Bà có muốn viết thêm"));
}

#[test]
fn a_published_language_is_offered_by_its_own_name_and_what_it_lacks_is_vietnamese() {
    let two = Tablet::ready().html();
    assert!(two.contains("English") && !two.contains("data-language="));
    let tablet = with_packs(vec![tay()]).tap(Tap::Language);
    let html = tablet.html();
    let places = ["vi", "en", "tyz"].map(|tag| html.find(&format!("data-language=\"{tag}\"")).unwrap());
    assert!(places.is_sorted() && html.contains(">Tiếng Tày<"));
    let chosen = with_packs(vec![tay()]).choose("tyz");
    let html = chosen.html();
    assert!(html.contains("Tày: câu hỏi") && html.contains("Tày: rất hài lòng"));
    assert!(
        html.contains("lang=\"vi\">Hài lòng<"),
        "what the pack lacks, marked as Vietnamese"
    );
    let thanked = chosen.face(2).thanked();
    assert!(thanked.html().contains("Tày: cảm ơn"));
    let after = thanked.silent(13).silent(1);
    assert!(!after.html().contains("Tày:"), "the next citizen begins in Vietnamese");
}

#[test]
fn a_pack_that_is_none_is_left_out_and_markup_in_it_never_reaches_a_screen() {
    let mut bad = tay();
    bad.id = Hex([0x7b; 32]);
    bad.document["texts"]["hai_long"]["text"] = "<img src=x onerror=alert(1)>".into();
    let tablet = with_packs(vec![bad, tay()]);
    assert_eq!(tablet.model.languages().len(), 3);
    let none = setup::Pack {
        id: Hex([0x7c; 32]),
        document: json!(["no pack"]),
    };
    assert_eq!(with_packs(vec![none]).model.languages().len(), 2);
}

#[test]
fn listening_is_offered_where_the_question_can_be_heard_and_hidden_elsewhere() {
    let offered = |tablet: &Tablet| tablet.html().contains("data-action=\"listen\"");
    assert!(!offered(&Tablet::ready()), "no voice, no clip");
    let mut english = Tablet::ready();
    english.model.voices = vec!["en".into()];
    assert!(!offered(&english), "a voice of another language");
    assert!(offered(&english.tap(Tap::Language)));
    let recorded = with_packs(vec![tay()]).choose("tyz");
    assert!(offered(&recorded), "recorded, though no device speaks it");
    assert!(
        !offered(&recorded.face(1)),
        "the reasons are neither translated nor spoken here"
    );
}

#[test]
fn every_screen_of_a_visit_can_be_heard_and_listening_ends_none() {
    let mut voiced = asking();
    voiced.model.voices = vec!["vi".into()];
    let spoken = |tablet: &mut Tablet| {
        assert!(tablet.html().contains("data-action=\"listen\""));
        let outs = tablet.act(Act::Tap(Tap::Listen));
        let said = outs.iter().find_map(|out| match out {
            Out::Speak(said) => Some(said.clone()),
            _ => None,
        });
        said.unwrap()[0].text.clone()
    };
    assert_eq!(
        spoken(&mut voiced),
        "Ông bà đánh giá như thế nào về sự phục vụ hôm nay?"
    );
    let mut tablet = voiced.face(1);
    assert_eq!(spoken(&mut tablet), "Xin ông bà cho biết lý do");
    let mut tablet = tablet.silent(31);
    assert_eq!(spoken(&mut tablet), "Ông bà có cần thêm thời gian không?");
    let mut tablet = tablet.silent(15);
    assert!(
        tablet.html().contains("data-screen=\"more-time\""),
        "the 20 seconds began anew"
    );
    tablet.act(Act::Tap(Tap::MoreTime));
    let mut tablet = tablet.silent(1).thanked();
    assert_eq!(spoken(&mut tablet), "Ông bà có muốn viết thêm ý kiến không?");
    let mut tablet = tablet.tap(Tap::Skip).silent(3);
    assert_eq!(spoken(&mut tablet), "Trân trọng cảm ơn ông bà!");
    assert!(
        tablet.silent(9).html().contains("data-screen=\"thanks\""),
        "as long again"
    );
}

#[test]
fn clips_are_kept_for_when_there_is_no_network() {
    let mut tablet = Tablet::new(State::Starting);
    let ready = Ready {
        packs: vec![tay()],
        ..ready()
    };
    let state = State::Ready(Box::new(ready));
    let outs = tablet.model.hear(tablet.now, Event::State(state.clone()));
    let clip = format!("clips/{}.m4a", "ab".repeat(32));
    assert!(outs.contains(&Out::KeepClips(vec![clip])));
    let again = tablet.model.hear(tablet.now, Event::State(state));
    assert!(
        !again.iter().any(|out| matches!(out, Out::KeepClips(_))),
        "not again and again"
    );
}
