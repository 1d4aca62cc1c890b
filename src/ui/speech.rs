//! What "Nghe" reads aloud: what the screen asks and what can be answered; never what was.

use super::lang::{Installed, Language, Wording};
use crate::{
    domain::{
        pack::{self, Heard, SAID},
        survey::{Question, QuestionKind},
    },
    platform::page::Said,
    session::{Screen, Session},
};

/// A voice and where it finds recordings: the packs that speak this language, or the official wording.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) language: Language,
    pub(super) packs: &'a [&'static Installed],
}

impl Reader<'_> {
    /// The sentences of the screen in their order.
    pub(super) fn screen(self, session: &Session) -> Vec<Said> {
        if session.asks_for_time() {
            let sent = session.level().is_some();
            let other = if sent { "@more_home" } else { "@more_sent" };
            return self.app(Heard::MoreTime, &[other]);
        }
        match session.screen() {
            Screen::Question => self.question(session, session.form().headline().map(|(question, _)| question)),
            Screen::FollowUp(index) => self.question(session, session.form().follow_up(index)),
            Screen::Comment => self.app(Heard::Comment, &[]),
            Screen::Thanks => self.app(Heard::Thanks, &[]),
            Screen::Stuck => Vec::new(),
        }
    }

    /// The app's own sentences of a screen.
    fn app(self, screen: Heard, without: &[&str]) -> Vec<Said> {
        let keys = SAID.iter().filter(|(key, heard)| *heard == screen && !without.contains(key));
        keys.map(|(key, _)| self.said(key, self.language.app(key))).collect()
    }

    /// A question, then what can be answered, then the app's hints.
    fn question(self, session: &Session, question: Option<&Question>) -> Vec<Said> {
        let Some(question) = question else { return Vec::new() };
        let (language, id) = (self.language, &question.id);
        let mut said = vec![self.said(id.as_str(), language.question(question))];
        let is_headline = *id == session.form().survey().headline;
        let hints = self.app(if is_headline { Heard::Question } else { Heard::FollowUp }, &[]);
        let mut hints = hints.into_iter();
        match &question.kind {
            QuestionKind::Scale { labels } => {
                said.extend(hints.next().filter(|_| is_headline));
                let labels = (1..).zip(labels.iter());
                said.extend(labels.map(|(level, label)| {
                    self.said(&format!("{id}.{level}"), language.label(question, level, label))
                }));
            }
            QuestionKind::Tiles { .. } => {
                said.extend(hints.next());
                let tiles = session.form().tiles(question);
                said.extend(tiles.map(|tile| self.said(&format!("{id}.{}", tile.id), language.tile(question, tile))));
            }
        }
        said.extend(hints.filter(|_| is_headline));
        said
    }

    /// A sentence: recorded if a pack in the language of the words has a clip of it.
    fn said(self, key: &str, wording: Wording<'_>) -> Said {
        let recorded = self.packs.iter().filter(|pack| pack.tag() == wording.tag);
        Said {
            text: pack::spoken(wording.spoken),
            tag: wording.tag,
            clip: recorded.filter_map(|pack| pack.clip(key)).next().map(|clip| format!("clips/{clip}")),
        }
    }
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
    use std::{collections::BTreeSet, time::Duration};

    const VIETNAMESE: Reader<'_> = Reader {
        language: Language::Vietnamese,
        packs: &[],
    };

    fn survey() -> Survey {
        Survey::parse(DEFAULT_SURVEY_JSON.as_bytes()).unwrap()
    }

    fn rated(level: u8, moment: Moment) -> Session {
        let mut session = Session::new(Form::new(survey(), moment).with_comments(true));
        session.begin(Duration::ZERO, Hex([1; 16]));
        let question = Slug::parse("hai_long").unwrap();
        session.tap(Duration::ZERO, Tap::Face { question, level });
        session
    }

    fn cast(mut session: Session) -> Session {
        session.tap(Duration::from_secs(1), Tap::Send);
        session.cast(Duration::from_secs(1), Hex([1; 16]));
        session
    }

    #[test]
    fn the_choice_is_never_spoken() {
        let after = |level| VIETNAMESE.screen(&rated(level, Moment::Result));
        assert_eq!(after(1), after(5));
        assert_eq!(after(1)[0].text, "Xin ông bà cho biết lý do");
        assert_eq!(after(1).len(), 8);
        let thanked = |level| VIETNAMESE.screen(&cast(rated(level, Moment::Result)));
        assert_eq!(thanked(1), thanked(5));
    }

    /// Together with the script's own test: what is recorded is what is said, and nothing else.
    #[test]
    fn every_screen_says_what_the_script_to_record_says() {
        let mut said: BTreeSet<String> = BTreeSet::new();
        let mut hear = |session: &Session| said.extend(VIETNAMESE.screen(session).into_iter().map(|said| said.text));
        hear(&Session::new(Form::new(survey(), Moment::Result)));
        for moment in [Moment::Reception, Moment::Result] {
            hear(&rated(3, moment));
        }
        let mut silent = rated(3, Moment::Result);
        silent.tick(Duration::from_secs(31));
        hear(&silent);
        let mut session = cast(rated(3, Moment::Result));
        hear(&session);
        session.tick(Duration::from_secs(32));
        hear(&session);
        session.tap(Duration::from_secs(33), Tap::MoreTime);
        session.tap(Duration::from_secs(34), Tap::Skip);
        hear(&session);
        let wanted = pack::wanted(&[survey()]);
        let recorded: BTreeSet<String> = wanted
            .into_iter()
            .filter(|wanted| wanted.heard.is_some())
            .map(|wanted| wanted.spoken)
            .collect();
        assert_eq!(said, recorded);
    }
}
