//! What a visit asks: a survey as one counter shows it.

use crate::domain::{
    ballot::Moment,
    ids::Slug,
    survey::{Question, QuestionKind, Survey, Text, Tile},
};

/// A survey as it is shown at one moment: the headline question with its faces first, then the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    survey: Survey,
    moment: Moment,
    comments: bool,
}

impl Form {
    /// The form of a survey at a counter of this moment.
    pub fn new(survey: Survey, moment: Moment) -> Self {
        Self {
            survey,
            moment,
            comments: false,
        }
    }

    /// The same, where a comment is asked for after the ballot, or is not.
    #[must_use]
    pub fn with_comments(self, comments: bool) -> Self {
        Self { comments, ..self }
    }

    /// Whether a comment is asked for once the ballot is cast.
    pub fn asks_comment(&self) -> bool {
        self.comments
    }

    /// The survey.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The question of the idle screen with its five labels; `None` only for a survey that was never checked.
    pub fn headline(&self) -> Option<(&Question, &[Text; 5])> {
        let question = self.survey.question(&self.survey.headline)?;
        match &question.kind {
            QuestionKind::Scale { labels } => Some((question, labels)),
            QuestionKind::Tiles { .. } => None,
        }
    }

    /// The question of the follow-up page of this index.
    pub fn follow_up(&self, index: usize) -> Option<&Question> {
        self.follow_ups().nth(index)
    }

    /// The last follow-up page. A survey with one question has one page too: it holds "Gửi".
    pub fn last_page(&self) -> usize {
        self.follow_ups().count().saturating_sub(1)
    }

    /// The tiles of a question that are offered at this moment.
    pub fn tiles<'a>(&'a self, question: &'a Question) -> impl Iterator<Item = &'a Tile> {
        let tiles = match &question.kind {
            QuestionKind::Tiles { tiles } => tiles.as_slice(),
            QuestionKind::Scale { .. } => &[],
        };
        tiles
            .iter()
            .filter(|tile| tile.moments.is_empty() || tile.moments.contains(&self.moment))
    }

    /// Whether this tile is offered by that question.
    pub(super) fn offers(&self, question: &Slug, tile: &Slug) -> bool {
        self.survey
            .question(question)
            .is_some_and(|question| self.tiles(question).any(|offered| &offered.id == tile))
    }

    fn follow_ups(&self) -> impl Iterator<Item = &Question> {
        self.survey
            .questions
            .iter()
            .filter(|question| question.id != self.survey.headline)
    }
}
