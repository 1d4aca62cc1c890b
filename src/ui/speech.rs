//! What "Nghe" reads aloud: the question and what can be answered; never what was.

use super::lang::Language;
use crate::{
    domain::survey::{QuestionKind, Style},
    session::Session,
};

/// The sentences of the screen, each with the tag of its language.
pub(super) fn speech(language: Language, session: &Session) -> Vec<(String, &'static str)> {
    let texts = language.texts();
    let Some(question) = session.asked() else {
        return Vec::new();
    };
    let asked = language.question(question);
    let tiles = session.form().tiles(question).map(|tile| language.tile(question, tile));
    let answers = language.answers(question).into_iter().map(|(_, wording)| wording);
    let answers: Vec<_> = answers.chain(tiles).collect();
    let hint = match &question.kind {
        QuestionKind::Scale {
            style: Style::Faces, ..
        } => texts.touch_a_face_spoken,
        QuestionKind::Tiles { .. } => texts.optional,
        _ => texts.choose_one,
    };
    let mut said = vec![(asked.spoken.to_owned(), asked.tag), (hint.to_owned(), language.tag())];
    said.extend(answers.iter().map(|answer| (answer.spoken.to_owned(), answer.tag)));
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            ballot::Moment,
            hex::Hex,
            ids::Slug,
            survey::{DEFAULT_SURVEY_JSON, Survey},
        },
        session::{Form, Tap},
    };
    use std::time::Duration;

    #[test]
    fn the_choice_is_never_spoken() {
        let survey = Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap();
        let after = |level| {
            let mut session = Session::new(Form::new(survey.clone(), Moment::Result));
            session.begin(Duration::ZERO, Hex([1; 16]));
            let question = Slug::parse("hai_long").unwrap();
            session.tap(Duration::ZERO, Tap::Face { question, level });
            speech(Language::Vietnamese, &session)
        };
        assert_eq!(after(1), after(5));
        assert_eq!(after(1)[0].0, "Xin ông bà cho biết lý do");
        assert_eq!(after(1).len(), 8);
    }
}
