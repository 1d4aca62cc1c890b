use super::*;
use crate::domain::ballot::Moment;
use serde_json::json;

fn parsed(json: &str) -> Survey {
    Survey::check_all(json.as_bytes()).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn default_document() -> Value {
    serde_json::from_str(DEFAULT_SURVEY_JSON).unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// "place code" of every error.
fn errors(document: &Value) -> Vec<String> {
    let errors = Survey::check_all(document.to_string().as_bytes()).unwrap_err();
    errors
        .iter()
        .map(|error| format!("{} {}", error.at, error.problem.code()))
        .collect()
}

/// The default survey with one question more, after the reasons.
fn with_question(question: Value) -> Value {
    let mut document = default_document();
    document["questions"].as_array_mut().unwrap().push(question);
    document
}

fn yes_no(id: &str, shown_if: Value) -> Value {
    json!({"id": id, "kind": "yesno", "shown_if": shown_if, "text": {"text": "Có phải chờ lâu không?"}})
}

#[test]
fn the_default_survey_is_valid_and_asks_what_the_design_says() {
    let survey = parsed(DEFAULT_SURVEY_JSON);
    assert_eq!(
        survey.questions[0].text.text,
        "Ông/Bà đánh giá như thế nào về sự phục vụ hôm nay?"
    );
    assert_eq!(
        survey.questions[0].text.spoken(),
        "Ông bà đánh giá như thế nào về sự phục vụ hôm nay?"
    );
    let QuestionKind::Tiles { tiles } = &survey.questions[1].kind else {
        panic!("second question has tiles")
    };
    for moment in [Moment::Reception, Moment::Returned, Moment::Result] {
        let shown = tiles
            .iter()
            .filter(|t| t.moments.is_empty() || t.moments.contains(&moment))
            .count();
        assert_eq!(shown, 6, "{moment:?}");
    }
    assert_eq!((survey.kind, survey.reference), (SurveyKind::Counter, false));
}

#[test]
fn what_was_read_is_written_as_it_stood() {
    for shipped in SHIPPED {
        let document: Value = serde_json::from_str(shipped.json).unwrap();
        let survey = parsed(shipped.json);
        assert_eq!(serde_json::to_value(&survey).unwrap(), document, "{}", shipped.name);
        let again: Survey = serde_json::from_value(document).unwrap();
        assert_eq!(again, survey);
    }
}

#[test]
fn the_sipas_form_has_22_criteria_of_five_factors_and_says_that_it_is_no_official_form() {
    let survey = parsed(SHIPPED[1].json);
    let criteria = || survey.in_order().skip(1);
    assert_eq!(criteria().count(), 22);
    let per_factor = Factor::ALL.map(|factor| criteria().filter(|q| q.factor == Some(factor)).count());
    assert_eq!(per_factor, [4, 5, 6, 3, 4]);
    assert!(criteria().all(|q| matches!(
        q.kind,
        QuestionKind::Scale {
            style: Style::Plain,
            ..
        }
    )));
    assert_eq!((survey.kind, survey.reference), (SurveyKind::Sipas, true));
    assert_eq!(survey.headline, slug("chung"));
}

#[test]
fn the_form_of_decree_61_asks_what_a_citizen_can_know_and_has_ended() {
    let survey = parsed(SHIPPED[2].json);
    let ids: Vec<_> = survey.in_order().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["chung", "chi_so_3", "chi_so_4", "chi_so_6", "chi_so_7"]);
    assert_eq!(survey.valid_to.unwrap().to_string(), "2025-06-30");
    assert_eq!(survey.superseded.as_deref(), Some("Nghị định 118/2025/NĐ-CP"));
    assert_eq!(survey.kind, SurveyKind::Nd61);
}

#[test]
fn a_survey_whose_ballots_could_outgrow_a_record_is_refused() {
    let tiles = |n: usize| {
        let tiles: Vec<_> = (0..40)
            .map(|t| json!({"id": format!("{}-{n}-{t}", "x".repeat(28)), "picture": "p", "text": {"text": "t"}}))
            .collect();
        json!({"id": format!("q{n}"), "kind": "tiles", "text": {"text": "?"}, "tiles": tiles})
    };
    let mut document = with_question(tiles(0));
    document["questions"].as_array_mut().unwrap().push(tiles(1));
    parsed(&document.to_string());
    document["questions"].as_array_mut().unwrap().push(tiles(2));
    assert_eq!(errors(&document), ["questions long_ballot"]);
}

#[test]
fn twenty_mistakes_are_all_named_with_their_places_at_once() {
    let document = json!({
        "headline": "ly_do", "kind": "sipsa", "name": "", "reference": "yes", "superseded": "\u{7}", "v": 2,
        "valid_to": "30/06/2025", "headlin": "q",
        "questions": [
            {"id": "q", "kind": "scale", "labels": [{"text": "1"}, {"text": "2"}], "text": {"text": "?"}},
            {"id": "ly_do", "kind": "tiles", "text": {"text": "x".repeat(301)}, "tiles": [
                {"id": "a", "picture": "p", "text": {"text": "A"}},
                {"id": "a", "picture": "p p", "moments": ["noon"]},
                {"id": "c", "picture": "p", "text": {"text": " ", "speech": 7}}]},
            {"id": "q", "kind": "hologram", "text": {"text": "?"}},
            {"id": "mot", "kind": "choice", "options": [{"id": "x", "text": {"text": "X"}}], "text": {"text": "?"},
             "shown_if": [{"question": "ly_do", "answers": ["b", 1]}, {"question": "nobody", "answers": []}]},
            "not a question",
            {"id": "t1", "kind": "text", "text": {"text": "?"}, "factor": "XX"},
            {"id": "t2", "kind": "text", "text": {"text": "?"}}
        ]
    });
    let mut found = errors(&document);
    found.sort();
    assert_eq!(
        found,
        [
            "headlin unknown_member",
            "headline headline_not_faces",
            "kind unknown_word",
            "name empty_text",
            "questions[0].labels count",
            "questions[1].text long_text",
            "questions[1].tiles[1].id duplicate",
            "questions[1].tiles[1].moments[0] unknown_word",
            "questions[1].tiles[1].picture bad_id",
            "questions[1].tiles[1].text missing",
            "questions[1].tiles[2].text empty_text",
            "questions[1].tiles[2].text.speech wrong_type",
            "questions[2].id duplicate",
            "questions[2].kind unknown_kind",
            "questions[3].options count",
            "questions[3].shown_if[0].answers[0] impossible_answer",
            "questions[3].shown_if[0].answers[1] impossible_answer",
            "questions[3].shown_if[1].answers count",
            "questions[3].shown_if[1].question unknown_question",
            "questions[4] wrong_type",
            "questions[5].factor unknown_word",
            "questions[6].kind second_text",
            "reference wrong_type",
            "superseded control_character",
            "v unknown_version",
            "valid_to bad_date",
        ]
    );
}

#[test]
fn parse_says_the_first_error_and_passes_over_members_of_a_newer_version() {
    let twice = DEFAULT_SURVEY_JSON.replace("\"huong_dan\"", "\"thai_do\"");
    let error = Survey::parse(twice.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "questions[1].tiles[1].id: used twice (duplicate)");
    let headline = DEFAULT_SURVEY_JSON.replace("\"headline\": \"hai_long\"", "\"headline\": \"ly_do\"");
    assert_eq!(Survey::parse(headline.as_bytes()).unwrap_err().at, "headline");
    let mut newer = default_document();
    newer["colour"] = "blue".into();
    assert!(Survey::parse(newer.to_string().as_bytes()).is_ok());
    assert_eq!(errors(&newer), ["colour unknown_member"]);
}

#[test]
fn a_condition_may_only_name_an_earlier_question() {
    let on = |question: &str, answers: Value| json!([{"question": question, "answers": answers}]);
    let mut document = with_question(yes_no("a", on("b", json!([1]))));
    document["questions"]
        .as_array_mut()
        .unwrap()
        .push(yes_no("b", json!([])));
    assert_eq!(errors(&document), ["questions[2].shown_if[0].question later_question"]);
    document["questions"][3] = yes_no("b", on("c", json!([0])));
    document["questions"]
        .as_array_mut()
        .unwrap()
        .push(yes_no("c", on("a", json!([1]))));
    let found = Survey::check_all(document.to_string().as_bytes()).unwrap_err();
    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "questions[2].shown_if[0].question: a loop of conditions: a → b → c → a (loop)",
            "questions[3].shown_if[0].question: a loop of conditions: b → c → a → b (loop)",
        ]
    );
    let itself = with_question(yes_no("a", on("a", json!([1]))));
    assert_eq!(errors(&itself), ["questions[2].shown_if[0].question loop"]);
    let mut headline = default_document();
    headline["questions"][0]["shown_if"] = on("ly_do", json!(["thai_do"]));
    assert!(errors(&headline).contains(&"questions[0].shown_if headline_conditional".to_owned()));
    let mut text = with_question(json!({"id": "t", "kind": "text", "text": {"text": "?"}}));
    text["questions"]
        .as_array_mut()
        .unwrap()
        .push(yes_no("a", on("t", json!([1]))));
    assert_eq!(errors(&text), ["questions[3].shown_if[0].question condition_on_text"]);
}

#[test]
fn a_condition_names_answers_that_its_question_can_have() {
    let on = |question: &str, answer: Value| {
        with_question(yes_no("a", json!([{"question": question, "answers": [answer]}])))
    };
    for (question, answer) in [
        ("hai_long", json!(1)),
        ("hai_long", json!(5)),
        ("ly_do", json!("ket_qua")),
    ] {
        parsed(&on(question, answer).to_string());
    }
    for (question, answer) in [
        ("hai_long", json!(0)),
        ("hai_long", json!("thai_do")),
        ("ly_do", json!(1)),
    ] {
        assert_eq!(
            errors(&on(question, answer)),
            ["questions[2].shown_if[0].answers[0] impossible_answer"]
        );
    }
}

#[test]
fn ten_megabytes_of_labels_are_refused_before_they_are_read() {
    let mut document = default_document();
    document["questions"][0]["labels"][0]["text"] = "x".repeat(10 << 20).into();
    let found = Survey::check_all(document.to_string().as_bytes()).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].at.as_str(), found[0].problem.code()),
        ("document", "too_large")
    );
    assert_eq!(
        Survey::check_all(b"[]").unwrap_err()[0].to_string(),
        "document: {…} expected (wrong_type)"
    );
    assert_eq!(Survey::check_all(b"[]").unwrap_err().len(), 1);
    assert_eq!(Survey::check_all(b"{").unwrap_err()[0].problem.code(), "not_json");
    let deep = "[".repeat(40_000);
    assert_eq!(
        Survey::check_all(deep.as_bytes()).unwrap_err()[0].problem.code(),
        "not_json"
    );
}

#[test]
fn markup_is_just_text_and_control_characters_are_not() {
    let named = |text: &str| {
        let mut document = default_document();
        document["questions"][1]["tiles"][0]["text"]["text"] = text.into();
        document
    };
    let markup = "<b onclick=alert(1)>Thái độ</b> & <!-- -->";
    let survey = parsed(&named(markup).to_string());
    assert_eq!(survey.questions[1].words(&Given::Item(slug("thai_do"))), Some(markup));
    for control in ["Thái\u{0}độ", "Thái\nđộ", "Thái \u{202e}độ"] {
        assert_eq!(
            errors(&named(control)),
            ["questions[1].tiles[0].text control_character"]
        );
    }
}

#[test]
fn every_kind_has_answers_of_its_own_and_words_for_them() {
    let survey = parsed(SHIPPED[2].json);
    let given = |id: &str, answer: Answer| survey.question(&slug(id)).unwrap().given(&answer);
    let tiles = |ids: &[&str]| Answer::Tiles(ids.iter().map(|id| slug(id)).collect());
    assert_eq!(given("chi_so_3", Answer::Level(2)), [Given::Number(2)]);
    assert_eq!(given("chi_so_3", Answer::Level(3)), []);
    assert_eq!(given("chi_so_4", tiles(&["mot"])), [Given::Item(slug("mot"))]);
    assert_eq!(given("chi_so_4", tiles(&["mot", "khong"])), [], "one of them");
    assert_eq!(given("chi_so_4", Answer::Level(1)), []);
    assert_eq!(given("chung", tiles(&["mot"])), []);
    let words = |id: &str, given: Given| survey.question(&slug(id)).unwrap().words(&given).map(str::to_owned);
    assert_eq!(
        words("chi_so_3", Given::Number(2)).as_deref(),
        Some("Từ hai lần trở lên")
    );
    assert_eq!(
        words("chi_so_4", Given::Item(slug("hon_mot"))).as_deref(),
        Some("Hơn một nơi")
    );
    assert_eq!(words("chung", Given::Number(1)).as_deref(), Some("Rất không hài lòng"));
    assert_eq!(words("chung", Given::Number(0)), None);
}

#[test]
fn an_answer_that_would_not_have_been_asked_for_says_nothing() {
    let on = |question: &str, answers: Value| json!([{"question": question, "answers": answers}]);
    let mut document = with_question(yes_no("cho_lau", on("hai_long", json!([1, 2]))));
    document["questions"]
        .as_array_mut()
        .unwrap()
        .push(yes_no("bao_truoc", on("cho_lau", json!([1]))));
    let survey = parsed(&document.to_string());
    let asked = |level, waited, told| {
        let answers = Answers::from([
            (slug("hai_long"), Answer::Level(level)),
            (slug("cho_lau"), Answer::Level(waited)),
            (slug("bao_truoc"), Answer::Level(told)),
            (slug("khong_co"), Answer::Level(1)),
        ]);
        let given = survey.given(&answers);
        given
            .iter()
            .map(|(question, _)| question.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(asked(1, 1, 0), ["hai_long", "cho_lau", "bao_truoc"]);
    assert_eq!(asked(1, 0, 1), ["hai_long", "cho_lau"], "did not wait");
    assert_eq!(asked(5, 1, 1), ["hai_long"], "a chain breaks at its first link");
    assert_eq!(asked(1, 7, 1), ["hai_long"], "no answer to that question");
}
