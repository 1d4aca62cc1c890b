//! One running visit.

use super::{Effect, Form, Screen, Tap};
use crate::domain::{
    ballot::{Answer, Answers, Ended},
    hex::Salt,
    ids::Slug,
    policy::{self, CAST_PATIENCE, CAST_REPEAT},
    survey::Question,
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
            Tap::Face { question, level } => return self.answer(now, &question, Answer::Level(level.into()), form),
            Tap::Pick { question, answer } => return self.answer(now, &question, answer, form),
            Tap::Tile { question, tile } => return self.toggle(now, &question, &tile, form),
            Tap::Again if self.page.is_some() => self.page = None,
            // Back from the first follow-up is "Chọn lại".
            Tap::Back => self.page = self.page.and_then(|page| page.checked_sub(1)),
            Tap::Next => {
                let last = form.last_page(&self.answers);
                self.page = self.page.map(|page| (page + 1).min(last));
            }
            Tap::Send if has_face && self.page.is_some() => return vec![self.cast(now, Ended::Sent)],
            Tap::Again | Tap::Send | Tap::Comment | Tap::Skip => {}
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

    /// The question on the screen: only that one can be answered.
    pub(super) fn asked<'a>(&'a self, form: &'a Form) -> Option<&'a Question> {
        match self.page {
            None => form.headline().map(|(question, _)| question),
            Some(page) => form.follow_ups(&self.answers).nth(page),
        }
    }

    fn is_asked(&self, question: &Slug, form: &Form) -> bool {
        self.asked(form).is_some_and(|asked| &asked.id == question)
    }

    fn answer(&mut self, now: Duration, id: &Slug, answer: Answer, form: &Form) -> Vec<Effect> {
        let question = form.survey().question(id);
        if !self.is_asked(id, form) || !question.is_some_and(|question| form.takes(question, &answer)) {
            return Vec::new();
        }
        self.answers.insert(id.clone(), answer);
        if self.page.is_none() {
            self.page = Some(0);
        }
        vec![self.kept(now, form)]
    }

    fn toggle(&mut self, now: Duration, id: &Slug, tile: &Slug, form: &Form) -> Vec<Effect> {
        let Some(question) = form.survey().question(id).filter(|_| self.is_asked(id, form)) else {
            return Vec::new();
        };
        if !form.tiles(question).any(|offered| &offered.id == tile) {
            return Vec::new();
        }
        match form.toggled(question, self.answers.get(id), tile) {
            Some(answer) => self.answers.insert(id.clone(), answer),
            None => self.answers.remove(id),
        };
        vec![self.kept(now, form)]
    }

    /// Another answer may take questions away, and what was answered to them.
    fn kept(&mut self, now: Duration, form: &Form) -> Effect {
        form.prune(&mut self.answers);
        self.draft(now)
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
