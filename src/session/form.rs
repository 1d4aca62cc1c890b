//! What a visit asks: a survey as one counter shows it.

use crate::domain::{
    ballot::{Answer, Answers, Moment},
    ids::Slug,
    survey::{Question, QuestionKind, Survey, Text, Tile},
};

/// A survey as it is shown at one moment: the headline question with its faces first, then the follow-ups, each on a page
/// of its own. Which follow-ups there are depends on what was answered before.
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
            QuestionKind::Scale { labels, .. } => Some((question, labels)),
            _ => None,
        }
    }

    /// The question behind the comment's screen, if the survey has words of its own for it.
    pub fn comment_question(&self) -> Option<&Question> {
        let mut questions = self.survey.questions.iter();
        questions.find(|question| matches!(question.kind, QuestionKind::Text))
    }

    /// The follow-up questions that are asked after these answers, one page each.
    pub fn follow_ups<'a>(&'a self, answers: &'a Answers) -> impl Iterator<Item = &'a Question> {
        let others = self
            .survey
            .in_order()
            .filter(|question| question.id != self.survey.headline);
        others.filter(|question| self.can_ask(question) && self.survey.asks(question, answers))
    }

    /// The last follow-up page. A survey with one question has one page too: it holds "Gửi".
    pub fn last_page(&self, answers: &Answers) -> usize {
        self.follow_ups(answers).count().saturating_sub(1)
    }

    /// The tiles of a question that are offered at this moment.
    pub fn tiles<'a>(&'a self, question: &'a Question) -> impl Iterator<Item = &'a Tile> {
        let tiles = match &question.kind {
            QuestionKind::Tiles { tiles } => tiles.as_slice(),
            _ => &[],
        };
        tiles
            .iter()
            .filter(|tile| tile.moments.is_empty() || tile.moments.contains(&self.moment))
    }

    /// Whether a question has anything to tap here. The comment channel (kind `text`) has a screen of its own, outside the
    /// form: its words are in no ballot.
    fn can_ask(&self, question: &Question) -> bool {
        match &question.kind {
            QuestionKind::Text => false,
            QuestionKind::Tiles { .. } => self.tiles(question).next().is_some(),
            QuestionKind::Scale { .. } | QuestionKind::Choice { .. } | QuestionKind::YesNo | QuestionKind::Trips => {
                true
            }
        }
    }

    /// The answer that a tap on a tile leaves: on or off, in the order of the survey, whatever order they were tapped in.
    /// `None`: no tile is left, which is no answer. The tile must be offered here, else nothing changes.
    pub(super) fn toggled(&self, question: &Question, before: Option<&Answer>, tile: &Slug) -> Option<Answer> {
        let was = |id: &Slug| matches!(before, Some(Answer::Tiles(chosen)) if chosen.contains(id));
        let chosen: Vec<Slug> = self
            .tiles(question)
            .map(|offered| &offered.id)
            .filter(|id| was(id) != (*id == tile))
            .cloned()
            .collect();
        if chosen.is_empty() {
            None
        } else {
            Some(Answer::Tiles(chosen))
        }
    }

    /// Whether a tap may answer this question so, all at once. Tiles are answered one by one.
    pub(super) fn takes(&self, question: &Question, answer: &Answer) -> bool {
        !matches!(question.kind, QuestionKind::Tiles { .. }) && !question.given(answer).is_empty()
    }

    /// Drops answers to questions that are no longer asked.
    pub(super) fn prune(&self, answers: &mut Answers) {
        let given = self.survey.given(answers);
        answers.retain(|id, _| given.iter().any(|(question, _)| &question.id == id));
    }
}
