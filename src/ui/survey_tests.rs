//! Forms of several questions and of every kind, as markup.

use super::tests::{SALT, Tablet, keep, ready};
use crate::{
    domain::{
        ballot::Answer,
        hex::Hex,
        ids::Slug,
        survey::{DEFAULT_SURVEY_JSON, SHIPPED, Survey},
    },
    engine::message::{Command, Event, Ready, State},
    session::Tap,
    ui::model::{Act, Out},
};
use serde_json::json;
use std::time::Duration;

fn asking(survey: Survey) -> State {
    State::Ready(Box::new(Ready {
        survey,
        survey_id: Hex([8; 32]),
        ..ready()
    }))
}

/// A tablet with a form, and a face tapped.
fn begun(json: &str) -> Tablet {
    let survey = Survey::check_all(json.as_bytes()).unwrap();
    let face = Tap::Face {
        question: survey.headline.clone(),
        level: 2,
    };
    Tablet::new(asking(survey)).tap(face)
}

fn slug(id: &str) -> Slug {
    Slug::parse(id).unwrap()
}

fn number(question: &str, number: i64) -> Tap {
    Tap::Pick {
        question: slug(question),
        answer: Answer::Level(number),
    }
}

fn option(question: &str, option: &str) -> Tap {
    Tap::Pick {
        question: slug(question),
        answer: Answer::Tiles(vec![slug(option)]),
    }
}

/// The default survey and, instead of the reasons, one question.
fn with(question: serde_json::Value) -> String {
    let mut document: serde_json::Value = serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap();
    document["questions"][1] = question;
    document.to_string()
}

fn ten_options() -> String {
    let options: Vec<_> = (1..=10)
        .map(|n| json!({"id": format!("o{n}"), "text": {"text": format!("Lĩnh vực thứ {n}")}}))
        .collect();
    with(json!({"id": "linh_vuc", "kind": "choice", "options": options, "text": {"text": "Ông/Bà làm thủ tục gì?"}}))
}

#[test]
fn the_sipas_form_says_where_one_is_and_that_it_is_a_reference_form() {
    let first = begun(SHIPPED[1].json);
    let html = first.html();
    assert!(
        html.contains("Câu 1 trên 22") && html.contains("Mẫu tham khảo"),
        "{html}"
    );
    assert!(html.contains("Ông/Bà đã chọn:") && html.contains("data-action=\"again\""));
    assert!(!html.contains("data-action=\"back\"") && html.contains("data-action=\"finish\""));
    keep("sipas-1", &html);
    let third = first.tap(number("c1_1", 3)).tap(Tap::Next).tap(Tap::Next);
    let html = third.html();
    assert!(html.contains("Câu 3 trên 22") && html.contains("data-action=\"back\""));
    assert!(
        !html.contains("Ông/Bà đã chọn"),
        "the choice is carried over no further page"
    );
    let mut last = third;
    for _ in 0..19 {
        last = last.tap(Tap::Next);
    }
    let html = last.html();
    assert!(html.contains("Câu 22 trên 22") && html.contains("data-action=\"send\""));
    assert!(!html.contains("data-action=\"next\"") && !html.contains("data-action=\"finish\""));
    keep("sipas-22", &html);
    assert!(last.thanked().html().contains("data-screen=\"thanks\""));
}

#[test]
fn every_kind_shows_its_answers_and_marks_the_one_chosen() {
    let trips = begun(SHIPPED[2].json);
    let pressed = |html: &str| html.matches("aria-pressed=\"true\"").count();
    let html = trips.html();
    for words in [
        "Không lần nào",
        "Một lần",
        "Từ hai lần trở lên",
        "Không bắt buộc. Xin chọn một ô.",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(pressed(&html), 0, "nothing is preselected");
    keep("nd61-trips", &html);
    let choice = trips
        .tap(number("chi_so_3", 2))
        .tap(Tap::Next)
        .tap(option("chi_so_4", "mot"));
    assert_eq!(pressed(&choice.html()), 1);
    keep("nd61-choice", &choice.html());
    let back = choice.tap(Tap::Back).html();
    assert!(
        back.contains("data-row=\"2\" aria-pressed=\"true\""),
        "what was answered is still there: {back}"
    );
    keep("ten-options", &begun(&ten_options()).html());
    let question = json!({"id": "cho", "kind": "yesno", "text": {"text": "Ông/Bà có phải chờ lâu không?"}});
    let yes_no = begun(&with(question));
    let html = yes_no.html();
    assert!(html.find(">Có<").unwrap() < html.find(">Không<").unwrap());
    assert!(!html.contains("data-progress"), "one question needs no number");
    keep("yes-no", &html);
    let html = yes_no.tap(Tap::Language).html();
    assert!(html.contains(">Yes<") && html.contains(">No<"));
}

#[test]
fn a_page_looks_the_same_whichever_answer_was_chosen() {
    let after = |n| {
        let html = begun(SHIPPED[2].json).tap(number("chi_so_3", n)).html();
        html.replace("aria-pressed=\"true\"", "aria-pressed=\"false\"")
    };
    assert!(after(0) == after(1) && after(1) == after(2));
    let next = |level| {
        let survey = Survey::parse(SHIPPED[1].json.as_bytes()).unwrap();
        let question = slug("chung");
        let tablet = Tablet::new(asking(survey)).tap(Tap::Face { question, level });
        tablet.tap(number("c1_1", level.into())).tap(Tap::Next).html()
    };
    assert_eq!(next(1), next(5));
}

#[test]
fn markup_in_a_survey_is_shown_as_text() {
    let evil = "<img src=x onerror=alert(1)>";
    let options = json!([{"id": "a", "text": {"text": evil}}, {"id": "b", "text": {"text": "B"}}]);
    let json = with(json!({"id": "q", "kind": "choice", "options": options, "text": {"text": evil}}));
    let html = begun(&json).html();
    assert!(!html.contains("<img") && html.contains("&#60;img src=x"), "{html}");
}

#[test]
fn a_new_survey_waits_until_the_visit_has_ended_and_the_ballot_names_the_old_one() {
    let mut tablet = begun(SHIPPED[2].json);
    let newer = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
    let newer = State::Ready(Box::new(Ready {
        survey: newer,
        survey_id: Hex([9; 32]),
        ..ready()
    }));
    tablet.hear(Event::State(newer));
    assert!(tablet.html().contains("Câu 1 trên 4"));
    let later = Duration::from_secs(90);
    tablet.model.tick(later);
    let outs = tablet.model.act(later, Some(SALT), Act::Tap(number("chi_so_3", 1)));
    let drafted = outs.iter().find_map(|out| match out {
        Out::Engine(Command::Draft(draft)) => Some(draft.survey),
        _ => None,
    });
    assert_eq!(drafted, Some(Hex([8; 32])), "{outs:?}");
    let mut tablet = begun(SHIPPED[2].json);
    tablet.hear(Event::State(asking(
        Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap(),
    )));
    let after = tablet.tap(Tap::Next).thanked().silent(13);
    assert!(
        after
            .html()
            .contains("Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?")
    );
}
