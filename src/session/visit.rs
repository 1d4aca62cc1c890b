//! One running visit.

use super::{CAST_PATIENCE, CAST_REPEAT, Effect, Form, Screen, Tap};
use crate::domain::{
    ballot::{Answer, Answers, Ended},
    hex::Salt,
    ids::Slug,
    policy,
    survey::QuestionKind,
};
use std::time::Duration;

/// One citizen's visit since the first touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) salt: Salt,
    pub(super) answers: Answers,
    pub(super) last_touch: Duration,
    /// "Ông/Bà có cần thêm thời gian không?" is on the screen.
    pub(super) asking: bool,
    pub(super) casting: Option<Casting>,
    began: Duration,
    /// The faces, or a follow-up question.
    page: Option<usize>,
}

/// A cast that is not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Casting {
    ended: Ended,
    since: Duration,
    repeat_at: Duration,
    stuck: bool,
}

impl Visit {
    pub(super) fn new(now: Duration, salt: Salt) -> Self {
        Self {
            salt,
            answers: Answers::new(),
            last_touch: now,
            asking: false,
            casting: None,
            began: now,
            page: None,
        }
    }

    pub(super) fn screen(&self) -> Screen {
        match (&self.casting, self.page) {
            (Some(Casting { stuck: true, .. }), _) => Screen::Stuck,
            (_, None) => Screen::Question,
            (_, Some(page)) => Screen::FollowUp(page),
        }
    }

    /// How the visit ends, once that is under way.
    pub(super) fn ending(&self) -> Option<Ended> {
        self.casting.as_ref().map(|casting| casting.ended)
    }

    pub(super) fn tap(&mut self, now: Duration, tap: Tap, form: &Form) -> Vec<Effect> {
        if self.asking && !matches!(tap, Tap::MoreTime | Tap::Listen) {
            return Vec::new();
        }
        // To hear the question is not yet to answer it: its 20 seconds begin anew.
        self.last_touch = if self.asking && tap == Tap::Listen {
            now.saturating_sub(policy::SILENCE_ASK)
        } else {
            now
        };
        let has_face = form.survey().headline_level(&self.answers).is_some();
        match tap {
            Tap::MoreTime => self.asking = false,
            Tap::Listen => return vec![Effect::Speak],
            Tap::TextSize => return vec![Effect::SwitchTextSize],
            Tap::Language => return vec![Effect::SwitchLanguage],
            Tap::Face { question, level } => return self.face(now, question, level, form),
            Tap::Tile { question, tile } if has_face && form.offers(&question, &tile) => {
                self.toggle(question, tile, form);
                return vec![self.draft(now)];
            }
            Tap::Again if self.page.is_some() => self.page = None,
            Tap::Next => self.page = self.page.map(|page| (page + 1).min(form.last_page())),
            Tap::Send if has_face && self.page.is_some() => return vec![self.cast(now, Ended::Sent)],
            Tap::Tile { .. } | Tap::Again | Tap::Send | Tap::Comment | Tap::Skip => {}
        }
        Vec::new()
    }

    pub(super) fn tick(&mut self, now: Duration, form: &Form) -> Vec<Effect> {
        if let Some(casting) = &mut self.casting {
            casting.stuck = now >= casting.since + CAST_PATIENCE;
            if now < casting.repeat_at {
                return Vec::new();
            }
            casting.repeat_at = now + CAST_REPEAT;
            let (salt, ended) = (self.salt, casting.ended);
            return vec![Effect::Cast { salt, ended }];
        }
        if now >= self.last_touch + policy::SILENCE_END {
            self.asking = false;
            return match form.survey().headline_level(&self.answers) {
                Some(_) => vec![self.cast(now, Ended::Silent)],
                None => vec![Effect::Abandoned],
            };
        }
        self.asking = now >= self.last_touch + policy::SILENCE_ASK;
        Vec::new()
    }

    pub(super) fn due(&self) -> Option<Duration> {
        Some(match &self.casting {
            Some(casting) if !casting.stuck => casting.repeat_at.min(casting.since + CAST_PATIENCE),
            Some(casting) => casting.repeat_at,
            None if self.asking => self.last_touch + policy::SILENCE_END,
            None => self.last_touch + policy::SILENCE_ASK,
        })
    }

    fn face(&mut self, now: Duration, question: Slug, level: u8, form: &Form) -> Vec<Effect> {
        let is_headline = question == form.survey().headline;
        let is_scale = form
            .survey()
            .question(&question)
            .is_some_and(|asked| matches!(asked.kind, QuestionKind::Scale { .. }));
        let has_face = form.survey().headline_level(&self.answers).is_some();
        if !is_scale || !(1..=5).contains(&level) || !(is_headline || has_face) {
            return Vec::new();
        }
        self.answers.insert(question, Answer::Level(level.into()));
        if is_headline {
            self.page = Some(0);
        }
        vec![self.draft(now)]
    }

    /// Tiles are kept in the order of the survey, whatever order they were tapped in. None chosen is no answer.
    fn toggle(&mut self, question: Slug, tile: Slug, form: &Form) {
        let mut chosen = match self.answers.remove(&question) {
            Some(Answer::Tiles(tiles)) => tiles,
            _ => Vec::new(),
        };
        match chosen.iter().position(|other| other == &tile) {
            Some(at) => {
                chosen.remove(at);
            }
            None => chosen.push(tile),
        }
        let tiles: Vec<Slug> = form.survey().question(&question).map_or_else(Vec::new, |asked| {
            let ids = form.tiles(asked).map(|tile| tile.id.clone());
            ids.filter(|id| chosen.contains(id)).collect()
        });
        if !tiles.is_empty() {
            self.answers.insert(question, Answer::Tiles(tiles));
        }
    }

    fn draft(&self, now: Duration) -> Effect {
        let took = now.saturating_sub(self.began).as_secs();
        Effect::Draft {
            answers: self.answers.clone(),
            salt: self.salt,
            took_secs: i64::try_from(took).unwrap_or(i64::MAX),
        }
    }

    fn cast(&mut self, now: Duration, ended: Ended) -> Effect {
        self.casting = Some(Casting {
            ended,
            since: now,
            repeat_at: now + CAST_REPEAT,
            stuck: false,
        });
        Effect::Cast { salt: self.salt, ended }
    }
}
