//! Made-up citizens: how they rate and why.

use crate::domain::{
    ballot::{Answer, Answers, Moment},
    ids::Slug,
    survey::{QuestionKind, Survey},
};

/// How often each level 1 to 5 is given, per hundred: near the national figure of 2024 (83.9 % satisfied).
const USUAL: [u32; 5] = [2, 4, 10, 44, 40];
/// The same at a counter where things go wrong.
const TROUBLED: [u32; 5] = [6, 13, 19, 40, 22];

/// A source of made-up answers; the same seed gives the same answers.
#[derive(Debug)]
pub struct Citizens {
    rng: fastrand::Rng,
    weights: [u32; 5],
}

impl Citizens {
    /// Citizens of an ordinary counter, or of a troubled one.
    pub fn new(seed: u64, troubled: bool) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            weights: if troubled { TROUBLED } else { USUAL },
        }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.rng.u64(..bound.max(1))
    }

    /// One citizen's answers.
    pub fn answers(&mut self, survey: &Survey, moment: Moment) -> Answers {
        let level = self.level();
        let mut answers = Answers::new();
        for question in survey.in_order() {
            if !survey.asks(question, &answers) {
                continue;
            }
            let answer = match &question.kind {
                QuestionKind::Scale { .. } => Answer::Level(level),
                QuestionKind::Tiles { tiles } => {
                    // The unsatisfied say why more often.
                    let chance = if level <= 2 { 30 } else { 8 };
                    let offered = tiles
                        .iter()
                        .filter(|tile| tile.moments.is_empty() || tile.moments.contains(&moment));
                    let chosen: Vec<Slug> = offered
                        .filter(|_| self.rng.u32(..100) < chance)
                        .map(|tile| tile.id.clone())
                        .collect();
                    if chosen.is_empty() {
                        continue;
                    }
                    Answer::Tiles(chosen)
                }
                QuestionKind::Choice { options } => {
                    let Some(option) = self.rng.choice(options) else {
                        continue;
                    };
                    Answer::Tiles(vec![option.id.clone()])
                }
                QuestionKind::YesNo => Answer::Level(self.rng.i64(0..2)),
                QuestionKind::Trips => Answer::Level(self.rng.i64(0..3)),
                QuestionKind::Text => continue,
            };
            answers.insert(question.id.clone(), answer);
        }
        answers
    }

    fn level(&mut self) -> i64 {
        let mut left = self.rng.u32(..100);
        for (level, weight) in (1..).zip(self.weights) {
            if left < weight {
                return level;
            }
            left -= weight;
        }
        5
    }
}
