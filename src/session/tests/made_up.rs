//! Made-up surveys: valid ones, of every kind of question, with conditions.

use super::any_visit::MOMENTS;
use crate::domain::{
    ids::Slug,
    survey::{Choice, Condition, Given, Question, QuestionKind, Style, Survey, SurveyKind, Text, Tile},
};
use proptest::prelude::*;

fn text() -> Text {
    Text {
        speech: None,
        text: "Chữ".into(),
    }
}

fn slug(text: String) -> Slug {
    Slug::parse(&text).unwrap()
}

fn kind(number: u8, items: usize, moments: u8) -> QuestionKind {
    match number {
        0 => QuestionKind::Choice {
            options: (0..items.max(2))
                .map(|i| Choice {
                    factor: None,
                    id: slug(format!("o{i}")),
                    text: text(),
                })
                .collect(),
        },
        1 => QuestionKind::Tiles {
            tiles: (0..items.max(1))
                .map(|i| Tile {
                    factor: None,
                    id: slug(format!("t{i}")),
                    moments: match moments.rotate_left(u32::try_from(i).unwrap()) % 4 {
                        0 => vec![],
                        m => vec![MOMENTS[usize::from(m) - 1]],
                    },
                    picture: slug("p".into()),
                    text: text(),
                })
                .collect(),
        },
        2 => QuestionKind::YesNo,
        3 => QuestionKind::Trips,
        4 => QuestionKind::Text,
        style => QuestionKind::Scale {
            labels: Box::new(std::array::from_fn(|_| text())),
            style: if style == 5 { Style::Plain } else { Style::Faces },
        },
    }
}

/// All that could be answered, as a condition names it.
pub(super) fn possible(kind: &QuestionKind) -> Vec<Given> {
    match kind {
        QuestionKind::Scale { .. } => (1..=5).map(Given::Number).collect(),
        QuestionKind::Choice { options } => options.iter().map(|option| Given::Item(option.id.clone())).collect(),
        QuestionKind::Tiles { tiles } => tiles.iter().map(|tile| Given::Item(tile.id.clone())).collect(),
        QuestionKind::YesNo => (0..=1).map(Given::Number).collect(),
        QuestionKind::Trips => (0..=2).map(Given::Number).collect(),
        QuestionKind::Text => Vec::new(),
    }
}

/// A valid survey with conditions on earlier questions; the headline stands anywhere.
pub(super) fn survey() -> impl Strategy<Value = Survey> {
    let question = (
        0u8..7,
        0usize..6,
        any::<u8>(),
        prop::collection::vec((any::<usize>(), 1u8..), 0..3),
    );
    (prop::collection::vec(question, 0..8), any::<usize>()).prop_map(|(made, place)| {
        let mut has_text = false;
        let mut asked = vec![Question {
            factor: None,
            id: slug("q".into()),
            kind: kind(6, 0, 0),
            shown_if: vec![],
            text: text(),
        }];
        for (i, (number, items, moments, conditions)) in made.into_iter().enumerate() {
            let number = if number == 4 && has_text { 2 } else { number };
            has_text |= number == 4;
            let shown_if = conditions.iter().filter_map(|(on, mask)| {
                let on: &Question = &asked[on % asked.len()];
                let all = possible(&on.kind).into_iter().enumerate();
                let answers: Vec<_> = all
                    .filter(|(i, _)| mask >> (i % 8) & 1 == 1)
                    .map(|(_, given)| given)
                    .collect();
                let question = on.id.clone();
                (!answers.is_empty()).then_some(Condition { answers, question })
            });
            let shown_if = shown_if.collect();
            asked.push(Question {
                factor: None,
                id: slug(format!("q{i}")),
                kind: kind(number, items, moments),
                shown_if,
                text: text(),
            });
        }
        let headline = asked.remove(0);
        asked.insert(place % (asked.len() + 1), headline);
        let survey = Survey {
            headline: slug("q".into()),
            kind: SurveyKind::Counter,
            name: "Bộ câu hỏi".into(),
            questions: asked,
            reference: false,
            superseded: None,
            v: 1,
            valid_to: None,
        };
        let read = Survey::check_all(&serde_json::to_vec(&survey).unwrap()).unwrap();
        assert_eq!(read, survey);
        survey
    })
}
